"""Records of images of both shapes, there and back, and what is no record."""

import numpy as np
import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st

from pyml.datasets import chunks


def test_a_record_is_the_label_and_then_the_planes():
    colour = np.arange(12, dtype=np.uint8).reshape(1, 2, 2, 3)
    assert chunks.encode(colour, [7]) == bytes([7, 0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
    grey = np.arange(4, dtype=np.uint8).reshape(1, 2, 2, 1)
    assert chunks.encode(grey, [3]) == bytes([3, 0, 1, 2, 3])


def test_they_are_the_records_of_the_official_format():
    x, y = samples.pixels(5)
    assert chunks.encode(x, y) == samples.records(5)


@given(st.integers(0, 9), st.integers(1, 5), st.integers(1, 5), st.sampled_from([1, 3]))
def test_decode_gives_back_what_was_encoded(n, height, width, channels):
    rng = np.random.default_rng(n)
    x = rng.integers(0, 256, (n, height, width, channels), np.uint8)
    y = rng.integers(0, 10, n)
    images, labels = chunks.decode(chunks.encode(x, y), (height, width, channels))
    assert images.dtype == np.uint8
    assert images.flags.c_contiguous
    assert images.flags.writeable
    assert labels.dtype == np.int64
    assert np.array_equal(images, x)
    assert np.array_equal(labels, y)


@pytest.mark.parametrize("shape", [(32, 32, 3), (28, 28, 1)])
def test_of_the_bytes_nothing_stays_in_memory(shape):
    data = bytes(1 + np.prod(shape))
    images, _ = chunks.decode(data, shape)
    assert not np.shares_memory(images, np.frombuffer(data, np.uint8))


X = np.zeros((2, 2, 2, 1), np.uint8)


@pytest.mark.parametrize(
    ("x", "y", "kind", "text"),
    [
        (X / 255, [0, 1], TypeError, "uint8 images and whole labels, got float64 and int64"),
        (X, [0.0, 1.0], TypeError, "got uint8 and float64"),
        (X[0], [0, 1], ValueError, r"images \(N, height, .* labels \(N,\), got \(2, 2, 1\)"),
        (X, [0], ValueError, r"got \(2, 2, 2, 1\) and \(1,\)"),
        (X, [0, 10], ValueError, "image 1 has the label 10; labels are 0 to 9"),
        (X, [-1, 0], ValueError, "image 0 has the label -1; labels are 0 to 9"),
    ],
)
def test_what_cannot_be_encoded_is_told(x, y, kind, text):
    with pytest.raises(kind, match=f"^chunks.encode: .*{text}"):
        chunks.encode(x, y)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (bytes(13), "record 2, at byte 10, has 3 bytes of 5; the file was cut off or is something"),
        (bytes(5) + b"\x0a" + bytes(4), "record 1, at byte 5, has the label 10; labels are 0 to 9"),
    ],
)
def test_what_is_no_record_is_told_with_its_place(data, text):
    with pytest.raises(ValueError, match=f"^train-00: {text}"):
        chunks.decode(data, (2, 2, 1), where="train-00")


def test_a_set_may_have_other_classes_and_a_chunk_begin_later():
    data = chunks.encode(X, [0, 1], classes=2)
    with pytest.raises(ValueError, match=r"image 0 has the label 2; labels are 0 to 1"):
        chunks.encode(X, [2, 1], classes=2)
    with pytest.raises(ValueError, match=r"record 8, at byte 40, has the label 1; .* 0 to 0"):
        chunks.decode(data, (2, 2, 1), classes=1, first=7)
