"""A set that grows: who is where, what validates, and that nothing is there twice."""

import tracemalloc

import numpy as np
import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st

from pyml.datasets import cifar10
from pyml.datasets.imageset import ImageSet

SHAPE = (2, 2, 3)


def numbered(start, stop):
    """Images whose pixels and label tell their number."""
    n = np.arange(start, stop)
    x = np.zeros((len(n), *SHAPE), np.uint8)
    x[:, 0, 0, 0], x[:, 1, 1, 2] = n // 256, n % 256
    return x, n % 10


def numbers(x):
    return (x[:, 0, 0, 0].astype(int) * 256 + x[:, 1, 1, 2]).tolist()


def filled(*sizes, split="train"):
    images, start = ImageSet(SHAPE), 0
    for size in sizes:
        images.add(split, *numbered(start, start + size))
        start += size
    return images


@given(st.lists(st.integers(0, 40), max_size=6))
def test_every_tenth_image_validates_wherever_the_chunks_divide(sizes):
    images, total = filled(*sizes), sum(sizes)
    found = {}
    for split in ("train", "validation"):
        x, y = images.take(split, np.arange(images.count(split)))
        found[split] = numbers(x)
        assert y.tolist() == [n % 10 for n in found[split]]
    assert found["validation"] == [n for n in range(total) if n % 10 == 0]
    assert found["train"] == [n for n in range(total) if n % 10]
    assert images.count("test") == 0


def test_what_validated_does_so_for_ever_after():
    images = filled(25)
    before = numbers(images.take("validation", [0, 1, 2])[0])
    images.add("train", *numbered(25, 60))
    assert numbers(images.take("validation", [0, 1, 2])[0]) == before == [0, 10, 20]


def test_images_are_taken_in_any_order_and_as_often_as_wished():
    images = filled(7, 8, 9)
    x, y = images.take("train", [20, 0, 20, 8, 9])
    assert numbers(x) == [23, 1, 23, 9, 11]
    assert x.dtype == np.uint8
    assert y.dtype == np.int64
    x[:] = 0  # a copy
    assert numbers(images.take("train", [20])[0]) == [23]
    assert images.take("train", [])[0].shape == (0, *SHAPE)


def test_all_images_for_testing_are_there_in_their_order():
    images = filled(4, 5, split="test")
    assert numbers(images.take("test", np.arange(9))[0]) == list(range(9))
    assert (images.count("train"), images.count("validation")) == (0, 0)
    assert repr(images) == "ImageSet(0 train, 0 validation, 9 test, of 2 x 2 x 3)"


@pytest.mark.parametrize(
    ("x", "y", "split", "kind", "text"),
    [
        (*numbered(0, 2), "validation", ValueError, "come for train or test, got 'validation'; ev"),
        (*numbered(0, 2), "rest", ValueError, "for train or test, got 'rest'"),
        (numbered(0, 2)[0] / 255, np.zeros(2, int), "train", TypeError, "got float64 and int64"),
        (numbered(0, 2)[0], np.zeros(2), "train", TypeError, "got uint8 and float64"),
        (numbered(0, 2)[0], np.zeros(3, int), "train", ValueError, r"and \(3,\)"),
        (
            np.zeros((2, 4, 4, 3), np.uint8),
            np.zeros(2, int),
            "test",
            ValueError,
            r"images \(n, 2, 2, 3\) and labels \(n,\), got \(2, 4, 4, 3\) and \(2,\)",
        ),
    ],
)
def test_what_cannot_be_added_is_told_and_changes_nothing(x, y, split, kind, text):
    images = filled(3)
    with pytest.raises(kind, match=f"^ImageSet.add: .*{text}"):
        images.add(split, x, y)
    assert images.count("train") + images.count("validation") == 3


@pytest.mark.parametrize(
    ("split", "indices", "text"),
    [
        ("train", [0, 9], "there is no image 9 in train; it has 9, from 0"),
        ("validation", [-1], "there is no image -1 in validation; it has 1"),
        ("test", [0], "there is no image 0 in test; it has 0"),
        ("train", [0.0], r"whole numbers \(n,\), got float64 \(1,\)"),
        ("train", 3, r"got int64 \(\)"),
        ("rest", [0], "no split 'rest'; there are train, validation, test"),
    ],
)
def test_what_cannot_be_taken_is_told(split, indices, text):
    with pytest.raises(ValueError, match=f"^ImageSet.take: .*{text}"):
        filled(10).take(split, indices)


def test_there_is_no_count_of_another_split():
    with pytest.raises(ValueError, match=r"^ImageSet.count: there is no split 'all'"):
        filled(3).count("all")


def test_while_an_archive_is_read_nothing_of_it_is_in_memory_twice(tmp_path):
    """Of 15 million bytes, packed, no more is held than the images and a few pieces."""
    records = np.random.default_rng(0).integers(0, 256, (1000, cifar10.RECORD), np.uint8)
    records[:, 0] %= 10
    batches = {f"c/data_batch_{i}.bin": records.tobytes() for i in range(1, 6)}
    path = tmp_path / "c.tar.gz"
    path.write_bytes(samples.gz(samples.tar(batches)))
    del batches
    images = ImageSet(cifar10.SHAPE)
    tracemalloc.start()
    for split, x, y, done, total in cifar10.stream(path):
        images.add(split, x, y)
        assert 0 < done <= total == path.stat().st_size
    del x, y
    held, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    size = 5 * records.size
    assert images.count("train") == 4500
    assert size * 0.99 < held < size * 1.01
    assert most < size + 2_000_000
