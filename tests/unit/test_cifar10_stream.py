"""CIFAR-10 piece by piece: the same images as all at once, and the same complaints."""

import numpy as np
import pytest
import samples

from pyml.datasets import cifar10
from tools.bench.images import REAL

BATCHES = {"c/data_batch_2.bin": (5, 2), "c/test_batch.bin": (3, 3), "c/data_batch_1.bin": (4, 1)}


def archive(folder, files=None):
    files = files or {name: samples.records(*given) for name, given in BATCHES.items()}
    path = folder / "c.tar.gz"
    path.write_bytes(samples.gz(samples.tar(files)))
    return path


def test_pieces_come_in_the_order_of_the_archive_with_their_split(tmp_path):
    path = archive(tmp_path)
    pieces = list(cifar10.stream(path, count=2))
    assert [(split, len(y)) for split, _, y, _, _ in pieces] == [
        *[("train", 2), ("train", 2), ("train", 1)],
        *[("test", 2), ("test", 1)],
        *[("train", 2), ("train", 2)],
    ]
    done = [piece[3] for piece in pieces]
    assert done == sorted(done)
    assert {piece[4] for piece in pieces} == {path.stat().st_size}
    assert all(x.dtype == np.uint8 and y.dtype == np.int64 for _, x, y, _, _ in pieces)
    x = np.concatenate([piece[1] for piece in pieces])
    expected = np.concatenate([samples.pixels(*given)[0] for given in BATCHES.values()])
    assert np.array_equal(x, expected)


def test_a_python_batch_comes_in_pieces_too(tmp_path):
    (tmp_path / "data_batch_1").write_bytes(samples.python2(5, 1))
    pieces = list(cifar10.stream(tmp_path, count=2))
    assert [len(y) for _, _, y, _, _ in pieces] == [2, 2, 1]
    assert np.array_equal(np.concatenate([p[1] for p in pieces]), samples.pixels(5, 1)[0])


def test_images_in_files_come_one_by_one(tmp_path):
    pytest.importorskip("PIL.Image", reason="Pillow is not installed: pip install pillow")
    x, _ = samples.pixels(2)
    files = {f"c/{split}/cat/1.png": samples.png(x[0]) for split in ("train", "test")}
    pieces = list(cifar10.stream(archive(tmp_path, files)))
    assert [(split, y.tolist()) for split, _, y, _, _ in pieces] == [("train", [3]), ("test", [3])]


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_what_stood_before_the_end_of_a_cut_archive_has_come_when_the_error_does(cut, tmp_path):
    rng = np.random.default_rng(1)
    records = rng.integers(0, 10, (400, cifar10.RECORD), np.uint8).tobytes()
    path = archive(tmp_path, {"c/data_batch_1.bin": records})
    data = path.read_bytes()
    path.write_bytes(data[: int(cut * len(data))])
    came = []
    with pytest.raises(ValueError, match=r"^cifar10\.stream: .*c\.tar\.gz.*; get it again"):
        came.extend(len(y) for _, _, y, _, _ in cifar10.stream(path, count=10))
    assert abs(sum(came) - 400 * cut) <= 30


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("notes.png", b"only text", r"nothing in it is CIFAR-10 \(there is 'notes.png'\); give it"),
        ("photo.jpg", b"\xff\xd8\xff", r"give it cifar-10-binary\.tar\.gz, cifar-10-python\.tar"),
        ("empty", b"", r"nothing in it is CIFAR-10"),
        ("x.bin", b"PK?", r"x\.bin: record 0, at byte 0, has 3 bytes of 3073; .*something else"),
        ("x.tar.gz", samples.gz(b"text")[:-6], r"damaged after byte 0 .*; get it again"),
        ("x.zip", b"PK\x03\x04 no zip", r"it is not a zip archive that can be read"),
        ("data_batch_1", b"cos\nsystem\n.", r"data_batch_1: "),
    ],
)
def test_a_wrong_file_is_told_with_what_would_be_right(name, data, text, tmp_path):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=rf"^cifar10\.stream: .*{text}"):
        list(cifar10.stream(tmp_path / name))


def test_batches_and_images_are_not_mixed(tmp_path):
    pytest.importorskip("PIL.Image", reason="Pillow is not installed: pip install pillow")
    png = samples.png(samples.pixels(1)[0][0])
    path = archive(tmp_path, {"c/data_batch_1.bin": samples.records(1), "c/train/cat/1.png": png})
    with pytest.raises(ValueError, match=r"it holds both batches and images; give one of them"):
        list(cifar10.stream(path))


def test_nothing_is_opened_before_the_first_piece_and_all_is_closed_early(tmp_path):
    pieces = cifar10.stream(tmp_path / "none")
    with pytest.raises(FileNotFoundError, match=r"none does not exist; give it cifar-10-binary"):
        next(pieces)
    with pytest.raises(ValueError, match=r"^cifar10.stream: count must be at least 1, got 0"):
        next(cifar10.stream(tmp_path, 0))
    pieces = cifar10.stream(archive(tmp_path), 1)
    next(pieces)
    pieces.close()  # warnings are errors: a file left open would be one
    assert list(pieces) == []


@pytest.mark.skipif(not REAL.exists(), reason=f"CIFAR-10 is not here: it is looked for in {REAL}")
def test_the_real_batches_come_as_they_are_loaded():
    images = cifar10.load(REAL)
    pieces = list(cifar10.stream(REAL))
    assert np.array_equal(np.concatenate([piece[1] for piece in pieces]), images.x_train)
    assert np.array_equal(np.concatenate([piece[2] for piece in pieces]), images.y_train)
