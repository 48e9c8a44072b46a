"""CIFAR-10 in all the forms in which it comes, and in those in which it must not."""

import io
import pickle
from pathlib import Path

import numpy as np
import pytest
import samples

from pyml import datasets
from pyml.datasets import cifar10
from pyml.datasets.archive import Archive

SHARED = Path(__file__).parents[3] / "shared" / "cifar10"
real = pytest.mark.skipif(
    not SHARED.is_dir(), reason="CIFAR-10 is not here: it is looked for in ../shared/cifar10"
)
BATCHES = [f"data_batch_{i}" for i in range(1, 6)]
PARTS = [*BATCHES, "test_batch"]
#: as the official archives have them: not in order, and with other files
BINARY = "cifar-10-batches-bin"
PYTHON = "cifar-10-batches-py"
ORDER = [3, 5, 2, 1, 4, 0]


def official(folder):
    """The files of an official archive; batch i has i + 1 records of seed i."""
    files = {f"{folder}/readme.html": b"<html>", f"{folder}/._data_batch_1.bin": b"Mac OS X"}
    for i in ORDER:
        if folder == BINARY:
            files[f"{folder}/{PARTS[i]}.bin"] = samples.records(i + 1, i)
        else:
            files[f"{folder}/{PARTS[i]}"] = samples.python2(i + 1, i)
    meta = "batches.meta.txt" if folder == BINARY else "batches.meta"
    return files | {f"{folder}/{meta}": b"airplane\n"}


def written(path, files):
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def expected(*batches):
    sets = [samples.pixels(i + 1, i) for i in batches]
    if not sets:
        return np.zeros((0, 32, 32, 3), np.uint8), np.zeros(0, np.int64)
    return tuple(np.concatenate(arrays) for arrays in zip(*sets, strict=True))


def check(images, train, test):
    assert images.classes == cifar10.CLASSES
    for found, right in zip(images[:4], (*train, *test), strict=True):
        assert found.dtype == right.dtype
        assert found.shape == right.shape
        assert (found == right).all()


def test_the_classes_are_the_ten_in_their_order():
    assert datasets.cifar10 is cifar10
    assert " ".join(cifar10.CLASSES) == (
        "airplane automobile bird cat deer dog frog horse ship truck"
    )


@pytest.mark.parametrize("folder", [BINARY, PYTHON])
@pytest.mark.parametrize("form", ["folder", "inner folder", "tar.gz", "tar", "zip"])
def test_official_batches_are_read_in_every_form(folder, form, tmp_path):
    files = official(folder)
    path = tmp_path / f"cifar.{form}"
    if form == "folder":
        path = written(tmp_path, files)
    elif form == "inner folder":
        path = written(tmp_path, files) / folder
    elif form == "zip":
        path.write_bytes(samples.zipped(files))
    else:
        data = samples.tar(files)
        path.write_bytes(samples.gz(data) if form == "tar.gz" else data)
    check(cifar10.load(path), expected(0, 1, 2, 3, 4), expected(5))
    check(cifar10.load(str(path), parts={"data_batch_2"}), expected(1), expected())
    check(cifar10.load(path, parts=["test_batch", "data_batch_5"]), expected(4), expected(5))


@pytest.mark.parametrize("name", ["data_batch_3.bin", "data_batch_3", "chunk.bin", "x.bin.gz"])
def test_a_single_batch_is_enough(name, tmp_path):
    data = samples.records(3, 2) if ".bin" in name else samples.python2(3, 2)
    (tmp_path / name).write_bytes(samples.gz(data) if name.endswith("gz") else data)
    check(cifar10.load(tmp_path / name), expected(2), expected())


def test_a_single_test_batch_is_for_testing(tmp_path):
    (tmp_path / "test_batch.bin").write_bytes(samples.records(6, 5))
    check(cifar10.load(tmp_path / "test_batch.bin"), expected(), expected(5))


@pytest.mark.parametrize("protocol", [2, 3, 4])
@pytest.mark.parametrize("key", [str.encode, str], ids=["bytes", "str"])
def test_batches_that_python_3_wrote_are_read(protocol, key, tmp_path):
    x, y = samples.pixels(4, 3)
    batch = {
        key("batch_label"): key("training batch 4 of 5"),
        key("labels"): y.tolist(),
        key("data"): samples.planes(x),
        key("filenames"): [key(f"thing_{i}.png") for i in range(4)],
    }
    (tmp_path / "data_batch_4").write_bytes(pickle.dumps(batch, protocol))
    check(cifar10.load(tmp_path), (x, y), expected())


def image_files(splits):
    files = {}
    for split, seed in splits.items():
        x, y = samples.pixels(4, seed)
        for i, (image, label) in enumerate(zip(x, y, strict=True)):
            files[f"{split}/{cifar10.CLASSES[label]}/{i:04}.PNG"] = samples.png(image)
    return files


@pytest.mark.parametrize("form", ["folder", "tar.gz", "zip"])
def test_folders_of_images_are_read(form, tmp_path):
    pytest.importorskip("PIL.Image", reason="Pillow is not installed: pip install pillow")
    files = image_files({"cifar/train": 1, "cifar/test": 2})
    path = tmp_path / f"images.{form}"
    if form == "folder":
        path = written(tmp_path, files)
    else:
        path.write_bytes(samples.zipped(files) if form == "zip" else samples.gz(samples.tar(files)))
    found = cifar10.load(path)
    sets = ((found.x_train, found.y_train, 1), (found.x_test, found.y_test, 2))
    for x, y, seed in sets:
        images, labels = samples.pixels(4, seed)
        # A folder is read by name: class by class.
        order = sorted(range(4), key=lambda i: cifar10.CLASSES[labels[i]])
        order = order if form == "folder" else range(4)
        assert (x == images[list(order)]).all()
        assert (y == labels[list(order)]).all()
    assert len(cifar10.load(path, parts={"test"}).x_train) == 0
    if form == "folder":
        assert len(cifar10.load(path / "cifar" / "train").x_train) == 4


@pytest.mark.parametrize("folder", [BINARY, PYTHON])
@pytest.mark.parametrize("form", ["folder", "tar.gz", "zip"])
def test_progress_goes_from_little_to_all(folder, form, tmp_path):
    files = official(folder) | {f"{folder}/data_batch_1.bin": samples.records(2500)}
    files.pop(f"{folder}/data_batch_1", None)
    path = tmp_path / "archive"
    if form == "folder":
        written(path, files)
    else:
        path.write_bytes(samples.zipped(files) if form == "zip" else samples.gz(samples.tar(files)))
    calls = []
    cifar10.load(path, progress=lambda *call: calls.append(call))
    done, total = zip(*calls, strict=True)
    assert len(calls) == 6 + 2 + 1  # each batch, two more thousands, and the end
    assert list(done) == sorted(done)
    assert set(total) == {total[0]}
    assert done[0] > 0
    assert done[-1] == total[0]


class Stop(Exception):
    pass


def test_what_progress_raises_stops_the_loading_and_closes_the_file(tmp_path):
    path = tmp_path / "cifar.tar.gz"
    path.write_bytes(samples.gz(samples.tar(official(BINARY))))
    calls = []

    def stop(done, total):
        calls.append(done)
        if len(calls) == 3:
            raise Stop

    with pytest.raises(Stop):
        cifar10.load(path, progress=stop)
    assert len(calls) == 3
    assert len(cifar10.load(path).y_train) == 15


def test_records_are_streamed_in_pieces():
    class Watched(io.BytesIO):
        largest = 0

        def read(self, n=-1):
            self.largest = max(self.largest, n)
            return super().read(n)

    file = Watched(samples.records(25))
    chunks = list(cifar10.records(file, 10))
    assert [x.shape for x, _ in chunks] == [(n, 32, 32, 3) for n in (10, 10, 5)]
    assert file.largest <= 10 * cifar10.RECORD
    x, y = samples.pixels(25)
    assert (np.concatenate([x for x, _ in chunks]) == x).all()
    assert (np.concatenate([y for _, y in chunks]) == y).all()
    assert list(cifar10.records(io.BytesIO())) == []
    with pytest.raises(ValueError, match=r"cifar10\.records: count must be at least 1, got 0"):
        next(cifar10.records(file, 0))


def test_records_and_encode_are_inverse():
    data = samples.records(9)
    ((x, y),) = cifar10.records(io.BytesIO(data))
    assert cifar10.encode(x, y) == data
    assert cifar10.encode(x[:0], y[:0]) == b""


X, Y = samples.pixels(2)


@pytest.mark.parametrize(
    ("x", "y", "kind", "text"),
    [
        (X / 255, Y, TypeError, r"uint8 images and whole labels, got float64 and int64"),
        (X, Y / 1, TypeError, r"got uint8 and float64"),
        (X[0], Y, ValueError, r"images \(N, 32, 32, 3\) .*, got \(32, 32, 3\) and \(2,\)"),
        (X, Y[:1], ValueError, r"got \(2, 32, 32, 3\) and \(1,\)"),
        (X, np.array([3, 10]), ValueError, r"image 1 has the label 10; labels are 0 to 9"),
        (X, np.array([-1, 0]), ValueError, r"image 0 has the label -1; labels are 0 to 9"),
    ],
)
def test_what_cannot_be_encoded_is_told(x, y, kind, text):
    with pytest.raises(kind, match=f"^cifar10.encode: .*{text}"):
        cifar10.encode(x, y)


def batch(**changes):
    """A Python batch with something changed."""
    x, y = samples.pixels(2)
    return pickle.dumps({"data": samples.planes(x), "labels": y.tolist(), **changes}, 2)


R = cifar10.RECORD
TWO = samples.records(2)
GOOD = {"data_batch_1.bin": TWO}
WRONG = {
    "cut off": (
        {"data_batch_1.bin": TWO[:-10]},
        r"data_batch_1\.bin: record 1, at byte 3073, has 3063 bytes of 3073; the file was cut off",
    ),
    "too long": ({"data_batch_2.bin": TWO + b"x"}, r"record 2, at byte 6146, has 1 bytes of 3073"),
    "late": (
        {"a.bin": samples.records(1500)[:-1]},
        r"a\.bin: record 1499, at byte 4606427, has 3072",
    ),
    "label": (
        {"data_batch_1.bin": TWO[:R] + b"\x0b" + TWO[R + 1 :]},
        r"data_batch_1\.bin: record 1, at byte 3073, has the label 11; labels are 0 to 9",
    ),
    "no records": ({"test_batch.bin": b""}, r"test_batch\.bin: it is empty; get it again or take"),
    "empty folder": ({}, r"it is empty; give it cifar-10-binary\.tar\.gz, .* or images in train/"),
    "unknown": (
        {"song.mp3": b"x"},
        r"nothing in it is CIFAR-10 \(there is '[^']*song\.mp3'\); give",
    ),
    "lone images": ({"cat/1.png": b"x"}, r"nothing in it is CIFAR-10 .* images in train/<class>/"),
    "twice": (
        {"a/data_batch_1.bin": TWO, "b/data_batch_1": samples.python2()},
        r"b/data_batch_1: data_batch_1 is there twice; keep one of them",
    ),
    "class": (
        GOOD | {"train/plane/1.png": b"x"},
        r"train/plane/1\.png: the folder 'plane' is no class; they are airplane, automobile, bird",
    ),
    "not a pickle": (
        {"data_batch_1": b"hello"},
        r"data_batch_1: at byte \d+ it is not a pickle",
    ),
    "a list": ({"data_batch_1": pickle.dumps([1], 2)}, r"it holds a list instead of a dict"),
    "no data": (
        {"data_batch_1": batch(data=None)},
        r"'data' is NoneType; expected an array \(N, 3",
    ),
    "flat": (
        {"data_batch_1": batch(data=np.zeros(6144, np.uint8))},
        r"'data' is \(6144,\); expected an array \(N, 3072\)",
    ),
    "CIFAR-100 size": (
        {"data_batch_1": batch(data=np.zeros((2, 3073), np.uint8))},
        r"'data' is \(2, 3073\); expected",
    ),
    "floats": ({"data_batch_1": batch(data=X / 1)}, r"an array of .* instead of uint8"),
    "no labels": ({"data_batch_1": batch(labels=None)}, r"no 'labels' for 2 images in 'data'"),
    "few labels": ({"data_batch_1": batch(labels=[1])}, r"1 'labels' for 2 images in 'data'"),
    "high": ({"data_batch_1": batch(labels=[1, 10])}, r"image 1 has the label 10; labels are 0"),
    "low": ({"data_batch_1": batch(labels=[-1, 1])}, r"image 0 has the label -1; labels are 0"),
    "huge": ({"data_batch_1": batch(labels=[9**99, 1])}, r"image 0 has the label int; labels are"),
    "words": ({"data_batch_1": batch(labels=["a", 1])}, r"image 0 has the label str; labels are"),
    "truth": ({"data_batch_1": batch(labels=[1, True])}, r"image 1 has the label bool; labels are"),
    "none": (
        {"data_batch_1": batch(labels=[], data=np.zeros((0, 3072), np.uint8))},
        r"data_batch_1: it is empty; get it again",
    ),
}


@pytest.mark.parametrize("form", ["folder", "tar.gz"])
@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_file_and_place(name, form, tmp_path):
    files, text = WRONG[name]
    path = tmp_path / "given"
    path.mkdir()
    if form == "folder":
        written(path, files)
    else:
        path = path / "x.tar.gz"
        path.write_bytes(samples.gz(samples.tar(files or {"top": b""})))
        text = text if files else r"x\.tar\.gz: nothing in it is CIFAR-10"
    with pytest.raises(ValueError, match=rf"^cifar10\.load: .*given.*{text}"):
        cifar10.load(path)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"data_batch_9"}, r"of the parts data_batch_9 there is none; it has data_batch_1"),
        ({"data_batch_1", "test_batch"}, r"there is no test_batch in it"),
        ((), r"of the parts \(none\) there is none; it has data_batch_1"),
    ],
)
def test_parts_that_are_not_there_are_told(parts, text, tmp_path):
    with pytest.raises(ValueError, match=text):
        cifar10.load(written(tmp_path, GOOD), parts=parts)


def test_nothing_at_all_is_told(tmp_path):
    text = r"^cifar10\.load: .*nowhere does not exist; give it cifar-10-binary\.tar\.gz, cifar-10-"
    with pytest.raises(FileNotFoundError, match=text):
        cifar10.load(tmp_path / "nowhere")


def test_images_and_batches_do_not_mix(tmp_path):
    pytest.importorskip("PIL.Image", reason="Pillow is not installed: pip install pillow")
    files = GOOD | image_files({"train": 1})
    with pytest.raises(ValueError, match=r"it holds both batches and images; give one of them"):
        cifar10.load(written(tmp_path, files))


def test_a_long_image_is_not_read(tmp_path):
    pytest.importorskip("PIL.Image", reason="Pillow is not installed: pip install pillow")
    files = {"train/cat/1.png": bytes(cifar10.MOST_IMAGE_BYTES + 1)}
    with pytest.raises(ValueError, match=r"train/cat/1\.png: it is longer than 262144 bytes"):
        cifar10.load(written(tmp_path, files))


@real
def test_the_real_batches_that_were_cut_after_whole_records_are_read():
    images = cifar10.load(SHARED)
    assert images.x_train.shape == (3805, 32, 32, 3)
    assert images.x_test.shape == (0, 32, 32, 3)
    assert np.bincount(images.y_train).tolist() == [
        393, 397, 358, 363, 401, 358, 370, 393, 399, 373,
    ]  # fmt: skip
    # Photographs: a pixel resembles its neighbour, and the colours resemble each other.
    x = cifar10.preprocess(images.x_train)
    assert np.corrcoef(x[:, :, 1:].ravel(), x[:, :, :-1].ravel())[0, 1] > 0.9
    assert np.corrcoef(x[..., 0].ravel(), x[..., 1].ravel())[0, 1] > 0.9
    data = (SHARED / BINARY / "data_batch_1.bin").read_bytes()
    assert cifar10.encode(images.x_train[:761], images.y_train[:761]) == data


@real
def test_the_real_archive_of_images_is_gone_through():
    archive = Archive("test", SHARED / "train-images.tar.gz", "it")
    counts = dict.fromkeys(cifar10.CLASSES, 0)
    for part in archive.parts():
        _, kind, name = part.name.split("/")
        if name == "0000.jpg":
            assert part.whole(cifar10.MOST_IMAGE_BYTES)[:2] == b"\xff\xd8"
        counts[kind] += 1
        if counts["airplane"] == 5000 and kind != "airplane":
            break  # the whole takes seconds
    assert counts["airplane"] == 5000


@pytest.mark.parametrize("at", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_packed_archive_with_one_wrong_bit_is_refused(at, tmp_path):
    """Gzip's checksum stands behind all of it, so it has to be read to its end."""
    whole = bytearray(samples.gz(samples.tar({"data_batch_1.bin": samples.records(20)})))
    whole[int(at * len(whole))] ^= 4
    (tmp_path / "c.tar.gz").write_bytes(whole)
    with pytest.raises(ValueError, match=r"c\.tar\.gz.*get it again"):
        cifar10.load(tmp_path / "c.tar.gz")


def test_a_packed_archive_that_lacks_its_last_bytes_is_refused(tmp_path):
    whole = samples.gz(samples.tar({"data_batch_1.bin": samples.records(20)}))
    (tmp_path / "c.tar.gz").write_bytes(whole[:-4])
    with pytest.raises(ValueError, match=r"c\.tar\.gz.*get it again"):
        cifar10.load(tmp_path / "c.tar.gz")
