"""Splits an archive in two: what a list names, and all else. Runs in Pyodide, so that the
compressed bytes are the same on every machine.

    split.py SOURCE LIST CORE REST

CORE is an archive of the members in LIST. REST is what has to be appended to CORE to make an
archive of everything: the other members, and a directory of them all. Members are stored as they
are; CORE.pack and REST.pack are the two files compressed as a whole.
"""

import gzip
import io
import sys
import zipfile
from pathlib import Path

DATE = (1980, 1, 1, 0, 0, 0)


def copy(source: zipfile.ZipFile, names: list[str], target: zipfile.ZipFile) -> None:
    """Copies some members."""
    total = len(source.namelist())
    for name in names:
        done = len(target.namelist())  # those of both parts, once the second is written
        if done % 25 == 0:
            print(f"{100 * done // total}% {name}")
        target.writestr(zipfile.ZipInfo(name, DATE), source.read(name))


def main(source: str, chosen: str, core: str, rest: str) -> None:
    """Writes the two files."""
    wanted = set(Path(chosen).read_text().split())
    whole = io.BytesIO()
    with zipfile.ZipFile(source) as archive:
        names = archive.namelist()
        if lost := sorted(wanted - set(names)):
            raise SystemExit(f"not in the archive: {lost}")
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as target:
            copy(archive, [name for name in names if name in wanted], target)
        length = len(whole.getvalue())
        Path(core).write_bytes(whole.getvalue())
        with zipfile.ZipFile(whole, "a", zipfile.ZIP_STORED) as target:
            target.start_dir = length  # behind the first directory, not over it
            copy(archive, [name for name in names if name not in wanted], target)
    assert whole.getvalue()[:length] == Path(core).read_bytes()
    Path(rest).write_bytes(whole.getvalue()[length:])
    for path in (core, rest):
        Path(path + ".pack").write_bytes(gzip.compress(Path(path).read_bytes(), 9, mtime=0))


main(*sys.argv[1:])
