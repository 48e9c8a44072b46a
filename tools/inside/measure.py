"""Finds out which modules of the standard library a visit needs. Runs in Pyodide, booted from
bytecode.

    measure.py TARGET DEMOS

Does what the page does - imports NumPy and pyml, loads the compiled kernels if there are any,
trains every demo of DEMOS (names with commas between) through the sessions, reports an error in a
visitor's code - and writes the archive members that were used to TARGET, one a line.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Reports of errors in a visitor's code, and what Pyodide's loader needs to install a wheel.
ALWAYS = [
    "ast",
    "base64",
    "contextlib",
    "dataclasses",
    "encodings.ascii",
    "encodings.latin_1",
    "inspect",
    "io",
    "json",
    "linecache",
    "math",
    "tarfile",
    "time",
    "token",
    "tokenize",
    "traceback",
    "typing",
    "zipfile",
    "zipimport",
    "numpy.random",
    "numpy.linalg",
    "numpy.fft",
    "pyodide.code",
    "pyodide.ffi.wrappers",
]
STEPS = 12
LIBRARY = next(path for path in sys.path if path.endswith(".zip")) + "/"


def train(name: str) -> None:
    """One demo as the page runs it; raises what it reports as an error."""
    from pyml import kernels
    from pyml.sessions import Sessions

    messages: list[dict[str, Any]] = []
    sessions = Sessions(lambda message, arrays: messages.append(message), ops=kernels.load())
    sessions.receive({"type": "start", "id": name, "demo": name, "settings": {}, "seed": 1})
    sessions.receive({"type": "drawn", "id": name})
    sessions.receive({"type": "step", "id": name, "n": STEPS})
    sessions.receive({"type": "run", "id": name, "on": True})
    for _ in range(STEPS):
        sessions.tick()
        sessions.receive({"type": "drawn", "id": name})
    errors = [message for message in messages if message["type"] == "error"]
    if errors:
        raise RuntimeError(
            f"the demo {name} does not run: {errors[0].get('traceback') or errors[0]}"
        )
    sessions.receive(
        {"type": "code", "id": name, "text": "def make_network(seed):\n    return 1 / 0\n"}
    )
    sessions.tick()
    sessions.receive({"type": "close", "id": name})


def members() -> Iterator[str]:
    """The members of the library's archive that hold the modules now imported."""
    for module in list(sys.modules.values()):
        origin = getattr(getattr(module, "__spec__", None), "origin", None) or ""
        if origin.startswith(LIBRARY):
            yield origin.removeprefix(LIBRARY)


def main(target: str, demos: str) -> None:
    """Does what a visit does, then writes what that imported."""
    for name in ALWAYS:
        importlib.import_module(name)
    if importlib.util.find_spec("pyml") and importlib.util.find_spec("pyml.sessions"):
        for name in filter(None, demos.split(",")):
            print(f"training {name}")
            train(name)
    Path(target).write_text("".join(f"{name}\n" for name in sorted(set(members()))))


main(*sys.argv[1:])
