"""Folders, zip archives and single files, gone through one after the other."""

import io
import os
import zipfile

import pytest
import samples

from pyml.datasets import archive
from pyml.datasets.archive import Archive

FILES = {"top/a": b"first", "top/b": b"x" * 100_000, "top/inner/c": b"last"}


def read(path):
    """Name and content of every part, and how far the reading was after each."""
    opened = Archive("test", path, "something")
    found, done = {}, []
    for part in opened.parts():
        found[part.name] = part.whole(10_000_000)
        done.append(opened.done)
    assert done == sorted(done)
    assert opened.done == opened.total > 0
    return found


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.tar", samples.tar(FILES)),
        ("x.tar.gz", samples.gz(samples.tar(FILES))),
        ("x.tgz", samples.gz(samples.tar(FILES))),
        ("misnamed", samples.gz(samples.tar(FILES))),
        ("x.zip", samples.zipped(FILES)),
        ("stored.zip", samples.zipped(FILES, zipfile.ZIP_STORED)),
    ],
)
def test_archives_are_known_by_what_is_in_them(name, data, tmp_path):
    path = tmp_path / name
    path.write_bytes(data)
    assert read(path) == FILES


def test_folders_are_read_in_order_and_gzip_is_unpacked(tmp_path):
    top = tmp_path / "top"
    (top / "inner").mkdir(parents=True)
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    (top / "b").unlink()
    (top / "b.gz").write_bytes(samples.gz(FILES["top/b"]))
    found = read(top)
    assert found == FILES
    assert list(found) == list(FILES)


def test_a_single_file_is_its_own_part(tmp_path):
    (tmp_path / "one.bin.gz").write_bytes(samples.gz(b"content" * 1000))
    (tmp_path / "two.bin").write_bytes(b"1")
    assert read(tmp_path / "one.bin.gz") == {"one.bin": b"content" * 1000}
    assert read(tmp_path / "two.bin") == {"two.bin": b"1"}


def test_only_so_deep_and_through_no_linked_folder(tmp_path):
    deep = tmp_path
    for i in range(archive.DEPTH + 1):
        deep = deep / f"d{i}"
        deep.mkdir()
        (deep / "f").write_bytes(b"1")
    (tmp_path / "around").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "linked").symlink_to(tmp_path / "d0" / "f")
    names = [name.split("/", 1)[1] for name in read(tmp_path)]
    assert names == sorted(
        ["linked", *("/".join(f"d{i}" for i in range(n)) + "/f" for n in (1, 2, 3, 4))]
    )


def test_a_pipe_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "f").write_bytes(b"1")
    assert [name.split("/")[-1] for name in read(tmp_path)] == ["f"]
    with pytest.raises(ValueError, match=r"pipe is neither a file nor a folder"):
        list(Archive("test", tmp_path / "pipe", "something").parts())


def test_what_is_not_there_says_what_could_be(tmp_path):
    text = r"^test: .*nowhere does not exist; give it something"
    with pytest.raises(FileNotFoundError, match=text):
        Archive("test", tmp_path / "nowhere", "something")


def test_too_many_files_are_not_a_data_set(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    for i in range(4):
        (tmp_path / f"{i}").touch()
    with pytest.raises(ValueError, match=r"more than 3 files in it; give the folder that holds"):
        read(tmp_path)


def test_links_in_a_zip_archive_are_passed_over(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
        file.mkdir("folder")
        file.writestr("../../up", b"1")
    assert list(read_names(tmp_path / "x.zip")) == ["../../up"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.zip"]


def read_names(path):
    return (part.name for part in Archive("test", path, "something").parts())


def altered(data, old, new):
    assert old in data
    return data.replace(old, new)


def claimed(size):
    """A zip archive whose directory claims that its file is this large."""
    data = bytearray(samples.zipped({"a": b"1" * 50}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = size.to_bytes(4, "little")
    return bytes(data)


def encrypted():
    data = bytearray(samples.zipped({"a": b"1" * 50}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (samples.zipped(FILES)[:-40], r"x\.zip: it is not a zip archive that can be read"),
        (b"PK\x03\x04", r"x\.zip: it is not a zip archive that can be read"),
        (altered(samples.zipped({"a": b"1"}, 0), b"a1", b"a2"), r"x\.zip/a: .*CRC.*; make"),
        (samples.zipped({"a": b"1"}, zipfile.ZIP_LZMA), r"x\.zip/a: .* is not deflate"),
        (encrypted(), r"x\.zip/a: it cannot be unpacked \(.*encrypted"),
        (claimed(4_000_000_000), r"it claims 1 files of together 4000000000 bytes; that is no"),
        (claimed(10), r"x\.zip/a: it cannot be unpacked"),
    ],
    ids=["cut off", "only a magic", "checksum", "lzma", "encrypted", "huge claim", "small claim"],
)
def test_damage_to_zip_is_told_with_the_file(data, text, tmp_path):
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(ValueError, match=text):
        read(tmp_path / "x.zip")


def test_files_are_closed_when_the_reading_stops(tmp_path):
    (tmp_path / "x.tar").write_bytes(samples.tar(FILES))
    opened = Archive("test", tmp_path / "x.tar", "something")
    parts = opened.parts()
    part = next(parts)
    assert part.read(2) == b"fi"
    parts.close()
    with pytest.raises(ValueError, match="closed file"):
        part.read(2)


def test_the_in_memory_samples_are_what_the_standard_library_reads():
    with zipfile.ZipFile(io.BytesIO(samples.zipped(FILES))) as file:
        assert {name: file.read(name) for name in file.namelist()} == FILES
