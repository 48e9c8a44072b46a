"""TensorFlow Playground's data sets: its distributions and its meanings of noise."""

import numpy as np
import pytest

from pyml.datasets.batches import split
from pyml.datasets.playground import CLASSES, PLAYGROUND, SeedRandom, shuffled
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
    x, y = PLAYGROUND["circle"](N, 0.5, np.random.default_rng(2))
    # The same draws, by hand: for each point radius, angle, and how far it strays.
    drawn = np.random.default_rng(2).random((N, 4))
    strayed = x + 0.5 * (10 * drawn[:, 2:] - 5)
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


def test_seeds_give_the_numbers_of_seedrandom():
    """The first two are in its own documentation; the others were drawn with version 2.4.4."""
    assert SeedRandom("hello.").random(2).tolist() == [0.9282578795792454, 0.3752569768646784]
    assert SeedRandom("0.14065").random(3).tolist() == [
        0.5506765679408097,
        0.5246133008369891,
        0.4795357903894985,
    ]
    assert SeedRandom("x" * 300).random(1) == 0.952495823023581
    assert SeedRandom("").random(1) == 0.23144008215179881


def test_numbers_are_even_and_below_one():
    drawn = SeedRandom("even").random(4000)
    assert 0 <= drawn.min() < drawn.max() < 1
    assert np.histogram(drawn, 10, (0, 1))[0] == pytest.approx(400, abs=80)


def test_the_order_comes_from_the_last_place_to_the_first():
    """0.5 of 3 draws place 1 for the last, 0.9 of the other two the second, 0.2 the only one."""

    class Fixed:
        def random(self, size):
            return np.array([0.5, 0.9, 0.2])[:size]

    assert shuffled(3, Fixed()).tolist() == [0, 2, 1]
    assert sorted(shuffled(500, SeedRandom("a"))) == list(range(500))


@pytest.mark.parametrize(("name", "classes"), [("rings", 3), ("wedges", 5)])
def test_sets_of_more_classes_touch_only_with_noise(name, classes, rng):
    x, y = CLASSES[name](N, 0.0, rng)
    assert set(y) == set(range(classes))
    if name == "rings":
        assert (np.floor(np.hypot(*x.T) / 2) == y).all()
    else:
        turns = np.arctan2(x[:, 1], x[:, 0]) / (2 * np.pi) * 5
        assert (np.round(turns) % 5 == y).all()
    noisy, _ = CLASSES[name](N, 0.2, rng)
    assert np.abs(noisy).max() > np.abs(x).max()
