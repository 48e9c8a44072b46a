"""Compiles the Python files of an archive to bytecode. Runs in Pyodide, whose bytecode it has to be.

    compile.py SOURCE TARGET PREFIX [DROP ...]

PREFIX is where the files will be found at run time (it shows in tracebacks); members whose path matches one of the
regular expressions DROP are left out. The bytecode is of the kind that is never checked against a source file,
so it is the same at every run; docstrings stay, for `help()`.
"""

import base64
import hashlib
import importlib.util
import re
import sys
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

DATE = (1980, 1, 1, 0, 0, 0)


def compiled(name, source, prefix):
    """The content of the .pyc file for a .py file."""
    code = compile(source, prefix + name, "exec", dont_inherit=True, optimize=0)
    return bytes(_code_to_hash_pyc(code, importlib.util.source_hash(source), checked=False))


def record(members, name):
    """A wheel's RECORD: path, hash and size of every member."""
    lines = []
    for path, data in sorted(members.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        lines.append(f"{path},sha256={digest},{len(data)}\n")
    return "".join([*lines, f"{name},,\n"]).encode()


def main(source, target, prefix, *drop):
    unwanted = re.compile("|".join(drop)) if drop else None
    members = {}
    with zipfile.ZipFile(source) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        for number, entry in enumerate(entries):
            if number % 50 == 0:
                print(f"{100 * number // len(entries)}% {entry.filename}")
            if unwanted and unwanted.search(entry.filename):
                continue
            data = archive.read(entry)
            if entry.filename.endswith(".py"):
                members[entry.filename + "c"] = compiled(entry.filename, data, prefix)
            else:
                members[entry.filename] = data
    for name in [name for name in members if name.endswith(".dist-info/RECORD")]:
        del members[name]
        members[name] = record(members, name)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, members[name])


main(*sys.argv[1:])
