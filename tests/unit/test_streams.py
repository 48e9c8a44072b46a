"""Reading by pieces from what may be cut off, damaged or far too large."""

import io
import zlib

import pytest
import samples

from pyml.datasets import streams
from pyml.datasets.streams import PIECE, Part, Stream, fill


class Slow(io.BytesIO):
    """A file that gives at most three bytes at a time, and counts what is asked of it."""

    largest = 0

    def read(self, n=-1):
        self.largest = max(self.largest, n)
        return super().read(min(n, 3))


def stream(data, moved=lambda position: None):
    return Stream("here.gz", io.BytesIO(data), moved)


@pytest.mark.parametrize("n", [0, 1, 3, 4, 10, 11, 100])
def test_fill_reads_until_there_is_enough_or_nothing_left(n):
    data = bytes(range(10))
    assert fill(Slow(data).read, n) == data[:n]


def test_no_more_than_a_piece_is_ever_asked_for():
    slow = Slow(bytes(100))
    assert fill(slow.read, 10**15) == bytes(100)
    assert slow.largest == PIECE


def test_a_part_is_read_whole_up_to_a_limit():
    assert Part("a", "there/a", Slow(b"12345").read).whole(5) == b"12345"
    with pytest.raises(ValueError, match=r"^there/a: it is longer than 4 bytes, .* take it out"):
        Part("a", "there/a", Slow(b"12345").read).whole(4)


@pytest.mark.parametrize("pack", [bytes, samples.gz], ids=["plain", "gzip"])
def test_a_stream_reads_what_is_compressed_and_what_is_not(pack):
    data = bytes(range(256)) * 600
    moves = []
    found = stream(pack(data), moves.append)
    assert found.peek(10) == data[:10]
    assert found.read(4) == data[:4]
    assert found.take(100_000, "it") == data[4:100_004]
    found.skip(10, "it")
    assert found.position == 100_014
    assert fill(found.read, 10**9) == data[100_014:]
    assert found.read(5) == b""
    assert moves == sorted(moves)
    assert moves[-1] == len(pack(data))


@pytest.mark.parametrize(("n", "call"), [(11, "take"), (1_000_000, "skip")])
def test_an_early_end_is_told_with_its_place(n, call):
    text = r"^here\.gz: it ends at byte 10, in the middle of the middle; get it again"
    with pytest.raises(ValueError, match=text):
        getattr(stream(bytes(10)), call)(n, "the middle")


def damaged(at):
    data = bytearray(samples.gz(bytes(1000)))
    data[at] ^= 0xFF
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        samples.gz(bytes(1000))[:-3],
        samples.gz(bytes(1000)) + b"more",
        damaged(-6),
        damaged(12),
        damaged(2),
        b"\x1f\x8b",
        b"\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\x03\xff\xff",
    ],
    ids=["cut off", "trailing", "checksum", "body", "method", "header", "extra field"],
)
def test_damage_to_gzip_is_told_with_the_file(data):
    with pytest.raises(ValueError, match=r"^here\.gz: damaged after byte \d+ .*; get it again"):
        fill(stream(data).read, 2000)


def test_what_unpacks_without_end_is_stopped(monkeypatch):
    monkeypatch.setattr(streams, "MOST_BYTES", 1_000_000)
    stream(bytes(3_000_000)).skip(3_000_000, "it")  # what lies on the disk may be large
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packer.compress(bytes(3_000_000)) + packer.flush()
    with pytest.raises(
        ValueError, match=r"unpacks to more than 1000000 bytes; that is no data set"
    ):
        stream(bomb).skip(3_000_000, "it")
