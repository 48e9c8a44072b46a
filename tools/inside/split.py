"""Splits an archive in two: the members that a list names, and all others. Runs in Pyodide, so that the compressed
bytes are the same on every machine.

    split.py SOURCE LIST CORE REST
"""

import sys
import zipfile
from pathlib import Path

DATE = (1980, 1, 1, 0, 0, 0)


def main(source, chosen, core, rest):
    wanted = set(Path(chosen).read_text().split())
    with (
        zipfile.ZipFile(source) as archive,
        zipfile.ZipFile(core, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as first,
        zipfile.ZipFile(rest, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as second,
    ):
        names = archive.namelist()
        if lost := sorted(wanted - set(names)):
            raise SystemExit(f"not in the archive: {lost}")
        for number, name in enumerate(names):
            if number % 50 == 0:
                print(f"{100 * number // len(names)}% {name}")
            info = zipfile.ZipInfo(name, DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            (first if name in wanted else second).writestr(info, archive.read(name))


main(*sys.argv[1:])
