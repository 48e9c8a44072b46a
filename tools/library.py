"""Python's library and NumPy as bytecode, and the library in two parts.

The runtime comes with source files, which every visit would compile anew; bytecode starts in a third of the time.
The library is split into what a visit needs before the first step of training, and the rest, which follows when
the first demo runs.
"""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tools import environment, progress
from tools.cache import Cache
from tools.places import PYODIDE, ROOT

INSIDE = ROOT / "tools" / "inside"
RUNNER = ROOT / "tools" / "inside.mjs"
LIBRARY_PREFIX = "/lib/python314.zip/"
PACKAGES_PREFIX = "/lib/python3.14/site-packages/"
# What nobody can use in a page: tests, files for compilers and type checkers, Fortran.
NUMPY_DROPS = [
    r"/tests/",
    r"\.(pyi|pxd|pyx|h|a|c|pc|ini|template|build|typed)$",
    r"^numpy/(f2py|_pyinstaller|random/_examples)/",
    r"^numpy/conftest\.py$",
    r"dist-info/entry_points\.txt$",
]


def inside(
    name: str, script: str, args: Sequence[str | Path], way_out: str, **options: object
) -> None:
    """Runs one of the scripts in `tools/inside/` in Pyodide under Node. Paths among `args` are host paths."""
    job = {
        "script": str(INSIDE / script),
        "args": [host(arg) if isinstance(arg, Path) else arg for arg in args],
        **{key: str(value) if isinstance(value, Path) else value for key, value in options.items()},
    }
    progress.run([environment.node(), RUNNER, json.dumps(job)], name, way_out, cwd=ROOT)


def host(path: Path) -> str:
    """How a script in Pyodide finds a file of the host."""
    path = path.resolve()
    return "/host/" + path.relative_to(path.anchor).as_posix()


REPAIR = "Delete the folders .cache and node_modules, then build again."


def bytecode(cache: Cache, numpy: Path) -> tuple[Path, Path]:
    """The standard library and the NumPy wheel, compiled."""

    def compiled(name: str, source: Path, prefix: str, drops: list[str]) -> Path:
        def make(folder: Path) -> None:
            args = [source, folder / source.name, prefix, *drops]
            inside(f"Compiling {name}", "compile.py", args, REPAIR)

        inputs = [source, INSIDE / "compile.py", PYODIDE / "package.json", prefix, drops]
        return cache.step(f"compile-{name}".lower(), inputs, make) / source.name

    with ThreadPoolExecutor() as both:  # two Node processes at a time
        library = both.submit(
            compiled, "Python's library", PYODIDE / "python_stdlib.zip", LIBRARY_PREFIX, []
        )
        package = both.submit(compiled, "NumPy", numpy, PACKAGES_PREFIX, NUMPY_DROPS)
        return library.result(), package.result()


def parts(
    cache: Cache, library: Path, wheels: dict[str, Path], lock: dict[str, Any], demos: Iterable[str]
) -> tuple[Path, Path]:
    """The compiled standard library in two files: what a visit needs at first, and the rest."""
    names = sorted(demos)

    def measure(folder: Path) -> None:
        for wheel in wheels.values():
            (folder / wheel.name).write_bytes(wheel.read_bytes())
        (folder / "lock.json").write_text(json.dumps(lock), encoding="utf-8")
        inside(
            "Finding what a visit needs",
            "measure.py",
            [folder / "core.txt", ",".join(names)],
            "The message above says which part of pyml does not run in Pyodide.",
            stdlib=library,
            lock=folder / "lock.json",
            folder=folder,
            packages=sorted(wheels),
        )
        for wheel in wheels.values():
            (folder / wheel.name).unlink()

    inputs = [library, INSIDE / "measure.py", RUNNER, *wheels.values(), names]
    core = cache.step("measure", inputs, measure) / "core.txt"

    def split(folder: Path) -> None:
        targets = [folder / "python_stdlib.zip", folder / "python_stdlib_rest.zip"]
        inside("Splitting Python's library", "split.py", [library, core, *targets], REPAIR)

    folder = cache.step("split", [library, core, INSIDE / "split.py"], split)
    return folder / "python_stdlib.zip", folder / "python_stdlib_rest.zip"

