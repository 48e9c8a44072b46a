"""Shifting, flipping and cropping, against one image at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml.datasets.augment import Chain, Crop, Flip, Shift

sizes = st.tuples(st.integers(0, 5), st.integers(1, 6), st.integers(1, 6), st.integers(1, 3))
seeds = st.integers(0, 999)


def images(shape, dtype=np.float32):
    """Images in which every value is another one, from 1 on."""
    return (1 + np.arange(np.prod(shape))).reshape(shape).astype(dtype)


def shifted(image, down, right, fill):
    """The image moved, pixel by pixel."""
    rows, columns, _ = image.shape
    moved = np.full_like(image, fill)
    for row in range(rows):
        for column in range(columns):
            if 0 <= row - down < rows and 0 <= column - right < columns:
                moved[row, column] = image[row - down, column - right]
    return moved


@given(sizes, st.integers(1, 3), st.sampled_from([0, -7]), seeds)
def test_every_image_is_shifted_by_its_own_distance(shape, k, fill, seed):
    x = images(shape)
    y = Shift(k, fill)(x, np.random.default_rng(seed))
    assert (y.shape, y.dtype) == (x.shape, x.dtype)
    around = [(down, right) for down in range(-k, k + 1) for right in range(-k, k + 1)]
    for before, after in zip(x, y, strict=True):
        assert any((shifted(before, *by, fill) == after).all() for by in around)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_shifts_reach_k_in_all_directions_and_are_even(k, rng):
    x = np.zeros((4000, 2 * k + 1, 2 * k + 1, 1))
    x[:, k, k] = 1
    _, down, right, _ = np.nonzero(Shift(k)(x, rng))
    counts = np.zeros((2 * k + 1, 2 * k + 1))
    np.add.at(counts, (down, right), 1)
    assert counts.sum() == 4000
    expected = 4000 / counts.size
    assert np.abs(counts - expected).max() < 5 * np.sqrt(expected)


@given(sizes, st.integers(1, 6), st.integers(1, 6), seeds)
def test_a_crop_is_a_window_of_its_image(shape, height, width, seed):
    x = images(shape)
    _, rows, columns, _ = shape
    crop = Crop(height, width)
    if height > rows or width > columns:
        with pytest.raises(ValueError, match=f"Crop: a window of {height} x {width} does not fit"):
            crop(x, np.random.default_rng(seed))
        return
    y = crop(x, np.random.default_rng(seed))
    assert y.shape == (len(x), height, width, shape[3])
    for before, after in zip(x, y, strict=True):
        # The first value says where the window must lie.
        top, left, _ = np.argwhere(before == after[0, 0, 0])[0]
        assert (before[top : top + height, left : left + width] == after).all()


def test_crops_reach_every_place(rng):
    x = np.broadcast_to(images((1, 28, 28, 1)), (600, 28, 28, 1))
    corners = Crop(24)(x, rng)[:, 0, 0, 0]
    assert set(corners) == {1 + 28 * top + left for top in range(5) for left in range(5)}


@given(sizes, st.sampled_from([0.0, 0.5, 1.0]), seeds)
def test_a_flip_mirrors_some_images_left_to_right(shape, p, seed):
    x = images(shape)
    y = Flip(p)(x, np.random.default_rng(seed))
    for before, after in zip(x, y, strict=True):
        mirrored = (after == before[:, ::-1]).all()
        assert mirrored or (after == before).all()
        if p in (0, 1):
            assert (after == (before[:, ::-1] if p else before)).all()


def test_half_of_the_images_are_mirrored(rng):
    x = np.broadcast_to(images((1, 1, 2, 1)), (4000, 1, 2, 1))
    assert (Flip()(x, rng)[:, 0, 0, 0] == 2).mean() == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize("augment", [Shift(1), Flip(), Crop(2), Chain(Shift(1), Flip())], ids=repr)
def test_what_is_given_stays_as_it_is_and_the_seed_decides(augment):
    x = images((50, 4, 4, 2), np.uint8)
    before = x.copy()
    y, again = (augment(x, np.random.default_rng(4)) for _ in range(2))
    assert (x == before).all()
    assert not np.shares_memory(x, y)
    assert y.dtype == np.uint8
    assert (y == again).all()
    assert y.tobytes() != augment(x, np.random.default_rng(5)).tobytes()


def test_a_chain_goes_from_left_to_right():
    x = images((20, 6, 6, 1))
    rng = np.random.default_rng(3)
    expected = Flip()(Crop(4)(Shift(2)(x, rng), rng), rng)
    chain = Chain(Shift(2), Crop(4), Flip())
    assert (chain(x, np.random.default_rng(3)) == expected).all()
    assert repr(chain) == (
        "Chain(Shift(pixels=2, fill=0.0), Crop(height=4, width=None), Flip(p=0.5))"
    )
    assert Chain()(x, rng) is x


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Shift(-1), r"Shift: pixels must be a whole number of at least 1, got -1"),
        (lambda: Crop(0), r"Crop: height must be a whole number of at least 1, got 0"),
        (lambda: Crop(4, 0), r"Crop: width must be a whole number of at least 1, got 0"),
        (lambda: Flip(1.5), r"Flip: p must be from 0 to 1, got 1\.5; 0\.5 is usual"),
        (lambda: Flip(float("nan")), r"Flip: p must be from 0 to 1, got nan"),
    ],
)
def test_wrong_settings_are_explained(make, text):
    with pytest.raises(ValueError, match=text):
        make()


@pytest.mark.parametrize("augment", [Shift(1), Flip(), Crop(2)], ids=repr)
def test_a_single_image_is_not_a_batch(augment, rng):
    text = r"x has shape \(4, 4, 1\), but it takes images .*; a single image is x\[None\]"
    with pytest.raises(ValueError, match=text):
        augment(images((4, 4, 1)), rng)
