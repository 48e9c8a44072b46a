"""Compiles the Python files of an archive to bytecode; in Pyodide, whose bytecode it has to be.

    compile.py JOB

JOB is a JSON text: the archive `source`, the one to make `target`, the `prefix` under which its
files will be found at run time (it shows in tracebacks), `drops`, regular expressions for the paths
of members to leave out, `puts`, members to put in from files, and `keep`: whether the source stays,
with the bytecode beside it as Python itself would cache it. Bytecode without source is never
checked, bytecode beside its source by a hash, never by dates; so it is the same at every run.
Docstrings stay, for `help()`.

Members are stored as they are, and the archive as a whole is compressed beside it, as TARGET.pack:
a browser inflates one stream at once, while Python would inflate member after member.
"""

import base64
import gzip
import hashlib
import importlib.util
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from importlib._bootstrap_external import _code_to_hash_pyc  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any

DATE = (1980, 1, 1, 0, 0, 0)


def compiled(name: str, source: bytes, prefix: str, checked: bool) -> bytes:
    """The content of the .pyc file for a .py file."""
    code = compile(source, prefix + name, "exec", dont_inherit=True, optimize=0)
    return bytes(_code_to_hash_pyc(code, importlib.util.source_hash(source), checked=checked))


def record(members: dict[str, bytes], name: str) -> bytes:
    """A wheel's RECORD: path, hash and size of every member."""
    lines = []
    for path, data in sorted(members.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        lines.append(f"{path},sha256={digest},{len(data)}\n")
    return "".join([*lines, f"{name},,\n"]).encode()


def pack(path: Path) -> None:
    """Compresses a file as a whole."""
    packed = gzip.compress(path.read_bytes(), 9, mtime=0)
    path.with_name(path.name + ".pack").write_bytes(packed)


def contents(job: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each member before it is compiled."""
    unwanted = re.compile("|".join(job["drops"])) if job["drops"] else None
    with zipfile.ZipFile(job["source"]) as archive:
        names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
        for number, name in enumerate(names):
            if number % 25 == 0:
                print(f"{100 * number // len(names)}% {name}")
            if not (unwanted and unwanted.search(name)):
                yield name, archive.read(name)
    for name, path in job["puts"].items():
        yield name, Path(path).read_bytes()


def main(job: dict[str, Any]) -> None:
    """Compiles one archive."""
    members: dict[str, bytes] = {}
    for name, data in contents(job):
        keep = job["keep"]
        if keep or not name.endswith(".py"):
            members[name] = data
        if name.endswith(".py"):
            beside = importlib.util.cache_from_source(name) if keep else name + "c"
            members[beside] = compiled(name, data, job["prefix"], checked=keep)
    for name in [name for name in members if name.endswith(".dist-info/RECORD")]:
        del members[name]
        members[name] = record(members, name)
    with zipfile.ZipFile(job["target"], "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name, DATE), members[name])
    pack(Path(job["target"]))


main(json.loads(sys.argv[1]))
