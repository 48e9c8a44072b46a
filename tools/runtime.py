"""What a page needs to run Python: files under `py/`, and the small lock file that names them.

Each file lies in a folder named after its content, so that no cache anywhere can pair an old file
with a new page. What every visit needs is packed: an archive whose members are stored as they are,
compressed as a whole (`.pack`). The lock file's hashes are those of the files as they are shipped.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools import kernels, library, package, progress, wheels
from tools.cache import Cache, sha256
from tools.places import PYODIDE

AT_ONCE = ["numpy", "pyml"]
ON_DEMAND = ["micropip", "packaging"]


@dataclass
class Runtime:
    """The files, by their path in the site, and what the worker has to know of them."""

    wasm: str
    stdlib: str
    rest: str
    kernels: str | None
    lock: dict[str, Any]
    files: dict[str, bytes] = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """The value of `__RUNTIME__` in the worker."""
        return {
            "wasm": self.wasm,
            "stdlib": self.stdlib,
            "rest": self.rest,
            "packages": AT_ONCE,
            "kernels": self.kernels,
            "sizes": {path: len(data) for path, data in sorted(self.files.items())},
            "hashes": {
                path: sha256(data)
                for path, data in sorted(self.files.items())
                if path.endswith(".pack")
            },
            "lock": self.lock,
        }


def build(cache: Cache, demos: list[str]) -> Runtime:
    """Fetches, compiles and packs all of it."""
    pyodide_lock = wheels.runtime_lock()
    fetched = {name: wheels.stock_wheel(name) for name in ["numpy", *ON_DEMAND]}
    own = {"pyml": package.wheel(cache)}
    if compiled := kernels.page_wheel(cache):
        own["pyml-kernels"] = compiled
    else:
        progress.say("The site is built without compiled kernels: NumPy does the work.")
    stdlib, first = library.bytecode(cache, fetched["numpy"], own)
    flat = lock_file(
        pyodide_lock, {name: (path.name, path.read_bytes()) for name, path in first.items()}
    )
    core, rest = library.parts(cache, stdlib, first, flat, demos)

    files: dict[str, bytes] = {}

    def place(path: Path) -> str:
        data = path.read_bytes()
        name = f"py/{sha256(data)[:8]}/{path.name}"
        files[name] = data
        return name

    def packed(path: Path) -> Path:
        return path.with_name(path.name + ".pack")

    located = {name: place(packed(path)) for name, path in first.items()}
    # Not in the lock file, which names what has to be there.
    optional = located.pop("pyml-kernels", None)
    located.update((name, place(fetched[name])) for name in ON_DEMAND)
    return Runtime(
        wasm=place(PYODIDE / "pyodide.asm.wasm"),
        stdlib=place(packed(core)),
        rest=place(packed(rest)),
        kernels=optional,
        lock=lock_file(pyodide_lock, {name: (path, files[path]) for name, path in located.items()}),
        files=files,
    )


def lock_file(original: dict[str, Any], packages: dict[str, tuple[str, bytes]]) -> dict[str, Any]:
    """A lock file of these packages alone: name -> (path, content). Entries that Pyodide's own lock
    has are kept, with the path and the hash of what is really shipped.
    """
    entries = {}
    for name, (path, data) in sorted(packages.items()):
        entry = original["packages"].get(name) or {
            "name": name,
            "version": package.version(),
            "install_dir": "site",
            "package_type": "package",
            "imports": [name.replace("-", "_")],
            "depends": ["numpy"],
            "unvendored_tests": False,
        }
        entries[name] = {**entry, "file_name": path, "sha256": sha256(data)}
    return {"info": original["info"], "packages": entries}
