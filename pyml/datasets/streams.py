"""Reading files of which nothing is believed: piece by piece, and never more than was asked for."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator
from typing import BinaryIO, NamedTuple

#: bytes that one archive may unpack to; CIFAR-10 in Python's format has 186 million
MOST_BYTES = 1 << 29
#: files that one folder or archive may have; CIFAR-10 as images has 60,000
MOST_FILES = 200_000
#: bytes that are read at once
PIECE = 1 << 16

Read = Callable[[int], bytes]


def fill(read: Read, n: int) -> bytes:
    """The next `n` bytes of a stream that may give fewer at a time; fewer only at its end."""
    found = read(min(n, PIECE))
    if len(found) == n or not found:
        return found
    data = bytearray(found)
    while len(data) < n and (piece := read(min(n - len(data), PIECE))):
        data += piece
    return bytes(data)


def shown(text: object) -> str:
    """What a file says, as far as it fits into an error."""
    text = str(text)
    return text if len(text) <= 200 else f"{text[:200]}…"


class Part(NamedTuple):
    """One file: its path with slashes, how errors name it, and how to read its next bytes."""

    name: str
    where: str
    read: Read

    def whole(self, most: int) -> bytes:
        """All of its bytes; ValueError if there are more than `most`."""
        data = fill(self.read, most + 1)
        if len(data) > most:
            raise ValueError(
                f"{self.where}: it is longer than {most} bytes, which such a file never is; "
                f"take it out"
            )
        return data


Parts = Generator[Part, None, None]


class Stream:
    """A file, decompressed where it is compressed, with damage turned into ValueError."""

    def __init__(self, where: str, raw: BinaryIO, moved: Callable[[int], None]) -> None:
        compressed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        self._raw = raw
        self._read: Read = raw.read
        if compressed:
            import gzip  # only now: most visits go without

            self._read = gzip.GzipFile(fileobj=raw).read
        self._limited = compressed
        self._moved = moved
        self._ahead = b""
        self.where = where
        #: bytes that were read so far
        self.position = 0

    def read(self, n: int) -> bytes:
        """The next `n` bytes, fewer only at the end."""
        if self._ahead:
            found, self._ahead = self._ahead[:n], self._ahead[n:]
            return found
        try:
            data = fill(self._read, n)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(
                f"{self.where}: damaged after byte {self.position} of what it unpacks to "
                f"({error}); get it again"
            ) from None
        self.position += len(data)
        if self._limited and self.position > MOST_BYTES:
            raise ValueError(
                f"{self.where}: it unpacks to more than {MOST_BYTES} bytes; that is no data set"
            )
        self._moved(self._raw.tell())
        return data

    def peek(self, n: int) -> bytes:
        """The first `n` bytes, which the next `read` gives once more."""
        self._ahead = self.read(n)
        return self._ahead

    def take(self, n: int, what: str) -> bytes:
        """Exactly `n` bytes of `what`, or ValueError."""
        data = fill(self.read, n)
        if len(data) < n:
            raise ValueError(
                f"{self.where}: it ends at byte {self.position}, in the middle of {what}; "
                f"get it again"
            )
        return data

    def skip(self, n: int, what: str) -> None:
        """Passes over exactly `n` bytes of `what`, or ValueError."""
        while n > 0:
            n -= len(self.take(min(n, PIECE), what))
