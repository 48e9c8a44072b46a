"""tar archives, as Python's tarfile writes them and as nobody should."""

import io
import tarfile
import tracemalloc

import pytest
import samples

from pyml.datasets import tar
from pyml.datasets.streams import PIECE, Stream

FORMATS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}
LONG = "/".join(["a folder with a long name"] * 8) + "/x.bin"


def opened(data):
    return Stream("here.tar", io.BytesIO(data), lambda position: None)


def read(data):
    """Name and content of every part."""
    return {part.name: part.whole(10_000_000) for part in tar.parts(opened(data))}


def header(name="x", size=0, kind=b"0", **fields):
    """A header block with these fields, and its checksum right."""
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    block = bytearray(info.tobuf(tarfile.GNU_FORMAT)[-512:])
    for at, value in fields.items():
        start = int(at[1:])
        block[start : start + len(value)] = value
    block[148:156] = b"%06o\0 " % (sum(block) - sum(block[148:156]) + 256)
    return bytes(block)


def block(text):
    return text.ljust(512, b"\0")


END = bytes(1024)


@pytest.mark.parametrize("format", FORMATS)
def test_all_common_formats_are_read(format):
    files = {"top/a": b"", "top/b": b"x" * 512, "top/c": b"y" * 100_000}
    if format != "ustar":
        files |= {LONG: b"far down", "top/ä": b"umlaut"}
    assert read(samples.tar(files, FORMATS[format])) == files


def test_long_names_of_ustar_are_put_together():
    name = "p" * 90 + "/" + "n" * 90
    assert read(samples.tar({name: b"1"}, tarfile.USTAR_FORMAT)) == {name: b"1"}


def test_parts_need_not_be_read_to_their_end():
    data = samples.tar({"a": b"1" * 1000, "b": b"2" * 1000, "c": b"3" * 1000})
    found = []
    for part in tar.parts(opened(data)):
        found.append((part.name, part.read(3) if part.name != "b" else b""))
    assert found == [("a", b"111"), ("b", b""), ("c", b"333")]


@pytest.mark.parametrize("kind", [b"1", b"2", b"3", b"4", b"5", b"6"])
def test_links_devices_and_folders_are_passed_over(kind):
    data = header("../../etc/passwd", 10**8, kind) + samples.tar({"a": b"1"})
    assert read(data) == {"a": b"1"}


@pytest.mark.parametrize("name", ["/etc/passwd", "../../up", "a/../../b"])
def test_names_that_lead_elsewhere_are_only_names(name):
    assert read(header(name, 1) + block(b"1") + END) == {name: b"1"}


@pytest.mark.parametrize("kind", [b"g", b"K"])
def test_a_long_name_reaches_its_file_past_other_headers(kind):
    name = block(b"the long name\0")
    other = header("x", 512, kind) + block(b"17 path=nothing\n")
    data = header("x", 14, b"L") + name + other + header("a", 1) + block(b"1")
    again = header("b", 1) + block(b"2")
    assert read(data + again + END) == {"the long name": b"1", "b": b"2"}


def test_a_size_may_be_binary():
    binary = header("a", _124=b"\x80" + (5).to_bytes(11, "big"))
    assert read(binary + block(b"12345") + END) == {"a": b"12345"}


def test_a_size_in_the_extended_header_counts():
    record = b"12 size=700\n"
    extended = header("x", len(record), b"x") + block(record)
    data = extended + header("a", 1) + b"7" * 700 + bytes(324) + header("b", 1) + bytes(512) + END
    assert {name: len(content) for name, content in read(data).items()} == {"a": 700, "b": 1}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (samples.tar({"a": b"1" * 999})[:1100], r"ends at byte 1100, in the middle of a; get it"),
        (header("a", 0), r"ends at byte 512, in the middle of the archive, before its end mark"),
        (header("a") + b"nonsense" * 64, r"byte 512 is not a tar header; get it again"),
        (header("a") + header("b")[:-1] + b"x", r"byte 512 is not a tar header; get it again"),
        (header("a", _124=b"99999999999\0"), r"byte 0 is not a tar header"),
        (header("a", _124=b"-1\0"), r"byte 0 is not a tar header"),
        (header("a", _124=b"\xff" * 12), r"byte 0 is not a tar header"),
        (header("a", _124=b"77777777777\0"), r"byte 0 is not a tar header"),
        (header("a", 1 << 21, b"x"), r"the extended header at byte 0 claims 2097152 bytes"),
        (header("a", PIECE + 1, b"L"), r"the extended header at byte 0 claims 65537 bytes"),
        (header("a", 0, b"S"), r"byte 0 opens a sparse file, which is not read; .* --sparse"),
        (
            header("a", 30, b"x") + block(b"23 GNU.sparse.major=1\n"),
            r"byte 0 opens a sparse file",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(data, text):
    with pytest.raises(ValueError, match=f"^here.tar: .*{text}"):
        read(data)


def test_a_size_that_is_not_there_is_not_allocated():
    data = header("a", 1 << 29) + b"only this"
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"ends at byte 521, in the middle of a"):
        read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_of_a_long_name_the_end_is_kept():
    name = b"d/" * 5000 + b"x.bin\0"
    data = header("x", len(name), b"L") + name + bytes(-len(name) % 512) + header("a") + END
    assert list(read(data)) == [("d/" * 5000 + "x.bin")[-tar.MOST_LETTERS :]]


def test_too_many_files_are_not_a_data_set(monkeypatch):
    monkeypatch.setattr(tar, "MOST_FILES", 3)
    assert len(read(b"".join(header(f"{i}") for i in range(3)) + END)) == 3
    with pytest.raises(ValueError, match=r"more than 3 files in it; that is no data set"):
        read(header("a") * 4 + END)


def test_many_extended_headers_do_not_pile_up():
    extended = header("x", 0, b"x")
    assert read(extended * 5000 + samples.tar({"a": b"1"})) == {"a": b"1"}
