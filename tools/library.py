"""Python's library, NumPy and pyml as bytecode, and the library in two parts.

The runtime comes with source files, which every visit would compile anew; bytecode starts in a
third of the time. Our own packages keep their source beside the bytecode, so that tracebacks and
shown code teach. The library is split into what a visit needs before the first step of training,
and the rest, which follows when the first demo runs.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
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
# The kernels' C, which is compiled.
OWN_DROPS = [r"\.c$"]
# `from numpy import *` asks for numpy.f2py, so the name stays.
NUMPY_PUTS = {"numpy/f2py/__init__.py": INSIDE / "f2py.py"}

REPAIR = "Delete the folders .cache and node_modules, then build again."

Puts = Mapping[str, Path]
NOTHING: Puts = {}


def inside(
    name: str, script: str, args: Sequence[str | Path], way_out: str, **options: object
) -> None:
    """Runs a script of `tools/inside/` in Pyodide under Node. A Path means a file of the host."""
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


def bytecode(cache: Cache, numpy: Path, own: Mapping[str, Path]) -> tuple[Path, dict[str, Path]]:
    """The standard library, compiled, and the wheels of NumPy and of our own packages by name."""

    def compiled(
        name: str,
        source: Path,
        prefix: str = PACKAGES_PREFIX,
        drops: Sequence[str] = (),
        puts: Puts = NOTHING,
        keep: bool = False,
    ) -> Path:
        def make(folder: Path) -> None:
            job = {
                "source": host(source),
                "target": host(folder / source.name),
                "prefix": prefix,
                "drops": list(drops),
                "puts": {member: host(path) for member, path in puts.items()},
                "keep": keep,
            }
            inside(f"Compiling {name}", "compile.py", [json.dumps(job)], REPAIR)

        inputs = [source, INSIDE / "compile.py", PYODIDE / "package.json", prefix, keep, *drops]
        inputs += [part for put in sorted(puts.items()) for part in put]
        return cache.step(f"compile-{source.stem.split('-')[0]}", inputs, make) / source.name

    with ThreadPoolExecutor() as pool:  # each in a Node process of its own
        library = pool.submit(
            compiled, "Python's library", PYODIDE / "python_stdlib.zip", LIBRARY_PREFIX
        )
        packages = {
            "numpy": pool.submit(compiled, "NumPy", numpy, drops=NUMPY_DROPS, puts=NUMPY_PUTS),
            **{
                name: pool.submit(compiled, name, source, drops=OWN_DROPS, keep=True)
                for name, source in own.items()
            },
        }
        return library.result(), {name: made.result() for name, made in packages.items()}


def parts(
    cache: Cache, library: Path, wheels: dict[str, Path], lock: dict[str, Any], demos: Iterable[str]
) -> tuple[Path, Path]:
    """The compiled standard library in two files: what a visit needs at first, and the rest.

    The rest is no archive by itself: appended to the first file, it makes the archive of the whole
    library. (Two archives on sys.path would tear packages apart: a package that was imported from
    one does not look for its modules in the other.)
    """
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
        targets = [folder / "python_stdlib.zip", folder / "python_stdlib_rest.bin"]
        inside("Splitting Python's library", "split.py", [library, core, *targets], REPAIR)

    folder = cache.step("split", [library, core, INSIDE / "split.py"], split)
    return folder / "python_stdlib.zip", folder / "python_stdlib_rest.bin"
