"""TensorFlow Playground's data sets: its distributions and its meanings of noise."""

import numpy as np
import pytest

from pyml.datasets.batches import split
from pyml.datasets.playground import PLAYGROUND
from pyml.datasets.regression import bumps_height

N = 4000


def flipped(name, noise):
    """The share of targets that noise changes; it must leave the points as they are."""
    (x, y), (same, noisy) = (
        PLAYGROUND[name](N, amount, np.random.default_rng(2)) for amount in (0.0, noise)
    )
    assert (x == same).all()
    return (y != noisy).mean()


def test_the_circle_has_an_even_radius_in_two_rings(rng):
    x, y = PLAYGROUND["circle"](N, 0.0, rng)
    radius = np.hypot(*x.T)
    assert (y == np.where(np.arange(N) < N / 2, 1, -1)).all()
    for ring, ends in ((radius[y == 1], (0, 2.5)), (radius[y == -1], (3.5, 5))):
        assert (ring.min(), ring.max()) == pytest.approx(ends, abs=0.01)
        assert np.median(ring) == pytest.approx(np.mean(ends), abs=0.1)


def test_a_point_of_the_circle_is_judged_where_it_strayed_to():
    x, _ = PLAYGROUND["circle"](N, 0.5, np.random.default_rng(2))
    # The same draws, by hand: two radii, the angle, then where the points stray to.
    rng = np.random.default_rng(2)
    for low, high in ((0, 2.5), (3.5, 5), (0, 2 * np.pi)):
        rng.uniform(low, high, N)
    strayed = x + 0.5 * rng.uniform(-5, 5, (N, 2))
    _, y = PLAYGROUND["circle"](N, 0.5, np.random.default_rng(2))
    assert (y == np.where(np.hypot(*strayed.T) < 2.5, 1, -1)).all()


def test_xor_keeps_away_from_the_axes(rng):
    x, y = PLAYGROUND["xor"](N, 0.0, rng)
    assert (y == np.sign(x[:, 0] * x[:, 1])).all()
    assert (np.abs(x).min(), np.abs(x).max()) == pytest.approx((0.3, 5.3), abs=0.01)


@pytest.mark.parametrize("noise", [0.0, 0.25, 0.5])
def test_the_clouds_widen_in_variance(noise, rng):
    x, y = PLAYGROUND["gauss"](N, noise, rng)
    for label in (1, -1):
        cloud = x[y == label]
        np.testing.assert_allclose(cloud.mean(axis=0), 2 * label, atol=0.2)
        np.testing.assert_allclose(cloud.var(axis=0), 0.5 + 7 * noise, rtol=0.1)


def test_the_spiral_is_exact_without_noise_and_strays_evenly_with_it(rng):
    x, y = PLAYGROUND["spiral"](500, 0.0, rng)
    i = np.arange(250)
    r, t = i / 250 * 5, 1.75 * i / 250 * 2 * np.pi
    np.testing.assert_allclose(x[y == 1], np.column_stack([r * np.sin(t), r * np.cos(t)]))
    np.testing.assert_allclose(x[y == -1], -x[y == 1], atol=1e-12)
    noisy, _ = PLAYGROUND["spiral"](500, 0.3, rng)
    assert 0.29 < np.abs(noisy - x).max() <= 0.3
    assert np.std(noisy - x) == pytest.approx(0.3 / np.sqrt(3), rel=0.05)


def test_noise_changes_targets_near_the_border_only():
    assert flipped("circle", 0.0) == flipped("xor", 0.0) == 0
    # 0.1 strays up to 0.5 in each direction: not across the gap from 3.5 to below 2.5.
    assert 0.01 < flipped("circle", 0.1) < 0.1
    assert 0.01 < flipped("xor", 0.2) < 0.1


@pytest.mark.parametrize("name", ["plane", "reg_gauss"])
def test_the_regression_sets_are_measured_where_points_strayed_to(name, rng):
    x, y = PLAYGROUND[name](1200, 0.0, rng)
    height = x.sum(axis=1) / 10 if name == "plane" else bumps_height(x)
    assert (y == height).all()
    assert 0.5 < flipped(name, 0.1) <= 1


def test_an_odd_point_goes_to_the_first_half(rng):
    for name in ("gauss", "spiral"):
        assert PLAYGROUND[name](7, 0.0, rng)[1].tolist() == [1] * 4 + [-1] * 3


def test_half_of_500_points_are_for_training(rng):
    parts = split(*PLAYGROUND["circle"](500, 0.0, rng), 50 / 100, rng)
    assert [len(part) for part in parts] == [250] * 4
