"""The curves and surfaces: the formulas of their docstrings, and what noise does."""

import numpy as np
import pytest

from pyml import datasets
from pyml.datasets import FUNCTIONS, SURFACES

#: the height at some x
HEIGHTS = {
    "line": {-5: -2.5, 0: 0, 3: 1.5},
    "parabola": {-5: 3, 0: -2, 2: -1.2},
    "sine": {0: 0, np.pi / 2: 2, -np.pi / 2: -2},
    "x_sin_x": {0: 0, np.pi / 2: np.pi / 2, -np.pi / 2: np.pi / 2, np.pi: 0},
    "step": {-0.1: -2, 0.1: 2, 5: 2},
    "steps": {-4: -2, -1.5: 0, 1.5: 2, 4: -1},
    "bump": {0: 4, 1: 4 / np.e, 5: 0},
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_curves_are_their_formulas(name, rng):
    x, y = FUNCTIONS[name](20_000, 0.0, rng)
    assert (x.min(), x.max()) == pytest.approx((-5, 5), abs=0.01)
    order = np.argsort(x[:, 0])
    at = list(HEIGHTS[name])
    found = np.interp(at, x[order, 0], y[order, 0])
    np.testing.assert_allclose(found, list(HEIGHTS[name].values()), atol=2e-3)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_noise_is_added_to_the_height_of_a_curve(name):
    (x, y), (same, noisy) = (
        FUNCTIONS[name](4000, noise, np.random.default_rng(3)) for noise in (0.0, 0.5)
    )
    assert (x == same).all()
    assert np.std(noisy - y) == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize("name", SURFACES)
def test_noise_lets_points_stray_before_a_surface_is_measured(name):
    (x, y), (same, noisy) = (
        SURFACES[name](4000, noise, np.random.default_rng(3)) for noise in (0.0, 0.1)
    )
    assert (x == same).all()
    # Up to 0.6 in either direction, and neither surface is steeper than 1/2.
    assert 0.05 < np.abs(noisy - y).max() <= 0.5 * np.hypot(0.6, 0.6)


def test_the_plane_is_a_tenth_of_the_sum(rng):
    x, y = datasets.plane(500, 0.0, rng)
    np.testing.assert_allclose(y[:, 0], x.sum(axis=1) / 10, atol=1e-6)
    assert (x.min(), x.max()) == pytest.approx((-6, 6), abs=0.05)


@pytest.mark.parametrize(
    ("place", "height"),
    [
        ((-4, 2.5), 1),
        ((0, 2.5), -1),
        ((4, 2.5), 1),
        ((-4, -2.5), -1),
        ((0, -2.5), 1),
        ((4, -2.5), -1),
        ((4, 1.5), 0.5),
        ((0, 0), 0),
        ((6, 6), 0),
        ((-1.9, 2.5), -0.05),  # a little within the hollow; the hill ends at -2
    ],
)
def test_the_bumps_are_cones_of_which_the_nearest_counts(place, height):
    x = np.array([place], float)
    assert datasets.regression.bumps_height(x) == pytest.approx(height)


def test_reg_gauss_measures_the_bumps(rng):
    x, y = datasets.reg_gauss(500, 0.0, rng)
    expected = datasets.regression.bumps_height(x.astype(float))
    np.testing.assert_allclose(y[:, 0], expected, atol=1e-6)
    assert y.max() > 0.8
    assert y.min() < -0.8
