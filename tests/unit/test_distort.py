"""Turned and stretched images: what moves where, worked out by hand."""

import numpy as np
import pytest

from pyml.datasets.distort import Distort, between

IMAGE = np.arange(12, dtype=np.float32).reshape(1, 3, 4, 1)


class Drawn:
    """A generator that draws the same each time: the far end of every range."""

    def uniform(self, low, high, size):
        return np.full(size, high)


def test_nothing_to_draw_from_changes_nothing(rng):
    x = rng.normal(size=(4, 5, 6, 3)).astype(np.float32)
    y = Distort(0, 0)(x, rng)
    np.testing.assert_array_equal(y, x)
    assert y.dtype == np.float32


def test_a_quarter_turn_is_a_quarter_turn():
    x = np.arange(9.0).reshape(1, 3, 3, 1)
    np.testing.assert_allclose(Distort(90, 0)(x, Drawn())[0, :, :, 0], np.rot90(x[0, :, :, 0]))


def test_stretched_by_half_the_middle_stays_and_its_neighbours_come_from_nearer():
    # Around the middle 1 of 0, 1, 2: a pixel 1 away comes from 2/3 away.
    x = np.arange(3.0).reshape(1, 1, 3, 1)
    found = Distort(0, 0.5)(x, Drawn())
    np.testing.assert_allclose(found[0, 0, :, 0], [1 / 3, 1, 5 / 3])


@pytest.mark.parametrize(
    ("i", "j", "value"),
    [(0, 0, 0), (2, 3, 11), (0.5, 0, 2), (1, 1.25, 5.25), (0, -0.5, -3.5), (-1, 0, -7), (9, 9, -7)],
)
def test_between_pixels_it_is_linear_and_outside_there_is_fill(i, j, value):
    at = (np.full((1, 1, 1), place, float) for place in (i, j))
    np.testing.assert_allclose(between(IMAGE, *at, fill=-7).item(), value)


def test_each_image_is_drawn_by_itself(rng):
    x = np.repeat(rng.normal(size=(1, 8, 8, 1)), 3, axis=0)
    y = Distort(20, 0.2)(x, rng)
    assert len(np.unique(y[:, 3, 3, 0])) == 3


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"degrees": -1}, "Distort: degrees must be a number of at least 0 and below 180, got -1"),
        ({"stretch": 1}, "Distort: stretch must be a number of at least 0 and below 1, got 1"),
    ],
)
def test_settings_out_of_range_are_refused(settings, text):
    with pytest.raises(ValueError, match=text):
        Distort(**settings)


def test_a_single_image_is_refused(rng):
    with pytest.raises(ValueError, match=r"shape \(3, 4, 1\), but it takes images .* is x\[None\]"):
        Distort()(IMAGE[0], rng)
