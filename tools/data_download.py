"""CIFAR-10 from its home page: checked, continued where it broke off, never waited for long.

A build must not hang or fail because a server far away does. So the answer that it cannot be had is
kept for a while, and what has come stays for the next time.
"""

import hashlib
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tools import progress
from tools.places import CACHE
from tools.wheels import Report

FOLDER = CACHE / "data"
NAME = "cifar-10-binary.tar.gz"
ADDRESS = f"https://www.cs.toronto.edu/~kriz/{NAME}"
MD5 = "c32a1d4ab5d03f1284b67883e8d87530"
#: seconds: for the first answer, for the next piece, for everything
ANSWER, PIECE, ALL = 6.0, 10.0, 600.0
#: seconds for which it is not tried again
AGAIN = 3600.0


class Unreachable(Exception):
    """The archive cannot be had now; its text says why."""


def official(fresh: bool, folder: Path = FOLDER, address: str = ADDRESS, md5: str = MD5) -> Path:
    """The official binary archive in `folder`, downloaded if it is not there.

    Unreachable if it cannot be had, or could not within the last hour unless `fresh`.
    """
    place, failed = folder / NAME, folder / f"{NAME}.failed"
    if place.exists():
        return place  # its hash was right when it came
    if not fresh and failed.exists() and time.time() - failed.stat().st_mtime < AGAIN:
        raise Unreachable(failed.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        answer = ask(address, partial(folder))
        with progress.Step(f"Downloading {NAME}") as step, answer:
            receive(answer, partial(folder), step.to)
        found = digest(partial(folder))
        if found != md5:
            partial(folder).unlink()
            raise OSError(f"it has the MD5 {found} instead of {md5}")
    except OSError as error:  # URLError and TimeoutError are some of these
        reason = str(getattr(error, "reason", error))
        failed.write_text(reason, encoding="utf-8")
        raise Unreachable(reason) from error
    failed.unlink(missing_ok=True)
    return partial(folder).replace(place)


def partial(folder: Path) -> Path:
    """Where the archive lies while it is not complete."""
    return folder / f"{NAME}.part"


def ask(address: str, part: Path) -> Any:
    """The server's answer: to a request for the rest, if some is there already."""
    had = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={had}-"} if had else {}
    found: list[Any] = []

    def look() -> None:
        try:
            request = urllib.request.Request(address, headers=headers)
            found.append(urllib.request.urlopen(request, timeout=PIECE))
        except Exception as error:
            found.append(error)

    # In a thread, since no time limit covers looking up a name.
    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(ANSWER)
    if not found:
        raise TimeoutError(f"no answer within {ANSWER:.0f} s")
    if isinstance(found[0], urllib.error.HTTPError) and found[0].code == 416:
        found[0].close()
        part.unlink()  # longer than what is there: it is no part of it
        return ask(address, part)
    if isinstance(found[0], OSError):
        raise found[0]
    if isinstance(found[0], Exception):
        raise OSError(str(found[0])) from found[0]
    return found[0]


def receive(answer: Any, part: Path, report: Report) -> None:
    """Writes the rest of the archive behind what is there; OSError if it breaks off."""
    goes_on = answer.status == 206
    had = part.stat().st_size if goes_on else 0
    total = had + int(answer.headers.get("content-length") or 0)
    end = time.monotonic() + ALL
    with part.open("ab" if goes_on else "wb") as file:
        while piece := answer.read1(1 << 20):
            file.write(piece)
            had += len(piece)
            report(had / total if total else None, f"{had / 1e6:.1f} MB")
            if time.monotonic() > end:
                raise TimeoutError(f"only {had / 1e6:.0f} MB came within {ALL:.0f} s")
    if had < total:
        raise OSError(f"the connection ended after {had} of {total} bytes")


def digest(path: Path) -> str:
    """The MD5 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()
