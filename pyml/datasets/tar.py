"""The files in a tar archive, one after the other.

Python's tarfile allocates what an extended header claims, recurses from header to header, and is
slow and large with 50,000 members. (The format: POSIX.1, pax, and GNU's long names.)
"""

from __future__ import annotations

import re

from pyml.datasets.streams import MOST_BYTES, MOST_FILES, PIECE, Part, Parts, Stream, shown

BLOCK = 512
#: letters of a path of which no more are kept
MOST_LETTERS = 1024
#: links, devices, folders and pipes: whatever size they claim, nothing follows
NO_CONTENT = (b"1", b"2", b"3", b"4", b"5", b"6")


def parts(stream: Stream) -> Parts:
    """The regular files of the archive, as they come; links and the like are passed over.

    ValueError for damage, for an archive without its end mark, and for sparse files.
    """
    long_name, long_size, count = "", -1, 0
    while (header := stream.take(BLOCK, "the archive, before its end mark")).strip(b"\0"):
        start = stream.position - BLOCK
        kind = header[156:157]
        size = long_size if long_size >= 0 else _number(header[124:136])
        if not is_header(header) or not 0 <= size <= MOST_BYTES:
            raise ValueError(f"{stream.where}: byte {start} is not a tar header; get it again")
        left = 0 if kind in NO_CONTENT else size
        padding = -left % BLOCK
        name = (long_name or _name(header))[-MOST_LETTERS:]
        if kind in (b"L", b"x"):
            if size > PIECE:
                raise ValueError(
                    f"{stream.where}: the extended header at byte {start} claims {size} bytes; "
                    f"such headers are short"
                )
            more, left = stream.take(size, "an extended header"), 0
            if kind == b"L":
                long_name = _text(more)
            else:
                fields = dict(re.findall(rb"\d+ (path|size)=([^\n]*)\n", more))
                long_name = fields.get(b"path", b"").decode("utf-8", "replace")
                size_field = fields.get(b"size", b"")
                long_size = int(size_field) if re.fullmatch(rb"\d{1,15}", size_field) else -1
        elif kind not in (b"g", b"K"):  # those stand between a long name and its file
            long_name, long_size = "", -1
        if kind == b"S" or (kind == b"x" and b"GNU.sparse" in more):
            raise ValueError(
                f"{stream.where}: byte {start} opens a sparse file, which is not read; "
                f"make the archive without --sparse"
            )
        if kind in (b"0", b"\0", b"7"):
            count += 1
            if count > MOST_FILES:
                raise ValueError(
                    f"{stream.where}: there are more than {MOST_FILES} files in it; "
                    f"that is no data set"
                )

            def read(n: int, name: str = name) -> bytes:
                nonlocal left
                data = stream.take(min(n, left), shown(name))
                left -= len(data)
                return data

            yield Part(name, f"{stream.where}/{shown(name)}", read)
        stream.skip(left + padding, shown(name))
    # Read on to the very end: only there does gzip tell whether all that was read is right.
    while stream.read(PIECE):
        pass


def is_header(block: bytes) -> bool:
    """Whether these 512 bytes can open a tar archive: their sum is written in them."""
    if len(block) < BLOCK:
        return False
    total = sum(block) - sum(block[148:156]) + 8 * ord(" ")
    return _number(block[148:156]) == total


def _number(field: bytes) -> int:
    """A number in a tar header, octal or, when its first bit is set, binary; -1 if neither."""
    if field[0] & 0x80:
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    octal = re.fullmatch(rb" *([0-7]*)[ \0]*", field)
    return int(octal[1] or b"0", 8) if octal else -1


def _name(header: bytes) -> str:
    # GNU's own headers keep other things where POSIX has the first part of a long path.
    prefix = _text(header[345:500]) if header[257:263] == b"ustar\0" else ""
    return f"{prefix}/{_text(header[:100])}" if prefix else _text(header[:100])


def _text(field: bytes) -> str:
    return field.split(b"\0")[0].decode("utf-8", "replace")
