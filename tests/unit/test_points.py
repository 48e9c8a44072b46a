"""The point sets: what each of them is, measured on its points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml import datasets
from pyml.datasets import DATASETS
from pyml.datasets.points import MANY, SIMPLE
from pyml.explain import geometry

GATES = {
    "gate_and": {(0, 0): 0, (0, 1): 0, (1, 0): 0, (1, 1): 1},
    "gate_or": {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 1},
    "gate_nand": {(0, 0): 1, (0, 1): 1, (1, 0): 1, (1, 1): 0},
    "gate_not": {(0, 0): 1, (1, 0): 0},
    "gate_xor": {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 0},
}


@pytest.mark.parametrize("name", DATASETS)
def test_no_points_of_classifier_sets_leave_the_picture(name, rng):
    x, _ = DATASETS[name](400, 0.0, rng)
    assert np.abs(x).max() <= 6


@pytest.mark.parametrize("name", GATES)
def test_gates_are_their_truth_tables(name, rng):
    x, y = DATASETS[name](1, 0.0, rng)
    assert {tuple(map(int, point)): int(label) for point, label in zip(x, y, strict=True)} == GATES[
        name
    ]


@given(st.integers(2, 100), st.floats(0, 1), st.integers(0, 10_000))
def test_the_separable_cloud_is_separable(n, noise, seed):
    x, y = datasets.separable(n, noise, np.random.default_rng(seed))
    assert geometry.separable(x, y)
    assert set(y) == {0, 1}


@given(st.integers(2, 200), st.floats(0, 0.2), st.integers(0, 10_000))
def test_apples_and_oranges_can_be_told_apart_when_there_is_little_noise(n, noise, seed):
    x, y = datasets.apples_and_oranges(n, noise, np.random.default_rng(seed))
    assert geometry.separable(x, y)
    assert x.min() >= 0
    assert x.max() <= 1


@pytest.mark.parametrize("name", ["circle", "spiral", "simple", "xor", "moons", "gate_xor"])
def test_these_need_more_than_one_line(name, rng):
    assert not geometry.separable(*DATASETS[name](100, 0.0, rng))


def test_the_circle_is_convnetjs_s(rng):
    x, y = datasets.circle(1001, 0.0, rng)
    radius = np.hypot(*x.T)
    assert (y == 1).sum() == 500
    # The radius is even, not the area: half of the disc's points are within half of its radius.
    assert radius[y == 1].max() < 2.0001
    assert np.median(radius[y == 1]) == pytest.approx(1, abs=0.1)
    ring = radius[y == 0]
    assert (ring.min(), ring.max()) == pytest.approx((3, 5), abs=0.02)
    angles = np.unwrap(np.arctan2(x[y == 0, 1], x[y == 0, 0]))
    np.testing.assert_allclose(np.diff(angles), 2 * np.pi / 501, rtol=1e-3)


def test_the_spiral_is_convnetjs_s(rng):
    x, y = datasets.spiral(200, 0.0, rng)
    i = np.arange(100)
    for label, turn in ((1, 0), (0, np.pi)):
        arm = x[y == label].astype(float)
        assert np.abs(np.hypot(*arm.T) - np.abs(i / 100 * 5)).max() <= 0.1001
        # Near the middle the radius may be negative and the angle is nothing.
        away = np.arctan2(arm[:, 0], arm[:, 1]) - (1.25 * i / 100 * 2 * np.pi + turn)
        away = np.abs((away + np.pi) % (2 * np.pi) - np.pi)[5:]
        assert 0.05 < away.max() <= 0.1001


def test_the_simple_points_are_the_thirteen_of_convnetjs(rng):
    x, y = datasets.simple(999, 0.0, rng)
    np.testing.assert_array_equal(np.column_stack([x, y]).astype(np.float32), np.float32(SIMPLE))
    assert y.tolist() == [1] * 5 + [0] * 5 + [1] * 3
    assert SIMPLE.sum(axis=0) == pytest.approx([16.1315, 12.9673, 8])


def test_the_random_points_are_convnetjs_s_and_their_labels_a_toss(rng):
    x, y = datasets.random(2000, 0.0, rng)
    assert (x.min(), x.max()) == pytest.approx((-3, 3), abs=0.01)
    assert y.mean() == pytest.approx(0.5, abs=0.05)


def test_the_four_clouds_lie_around_the_middle(rng):
    x, y = datasets.multi_gauss(2000, 0.0, rng)
    middles = [x[y == label].mean(axis=0) for label in range(4)]
    expected = [(3.5, 0), (0, 3.5), (-3.5, 0), (0, -3.5)]
    np.testing.assert_allclose(middles, expected, atol=0.1)


@pytest.mark.parametrize(
    ("name", "spread"), [("circle", 1.2), ("spiral", 0.8), ("simple", 1), ("xor", 1.2)]
)
def test_noise_moves_points_and_keeps_their_labels(name, spread):
    (clean, y), (noisy, z) = (
        DATASETS[name](4000, noise, np.random.default_rng(5)) for noise in (0.0, 0.5)
    )
    assert (y == z).all()
    assert np.std(noisy - clean) == pytest.approx(0.5 * spread, rel=0.05 if len(y) > 99 else 0.4)


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("classes", range(2, 9))
def test_sets_of_many_classes_have_as_many_of_about_the_same_size(name, classes, rng):
    x, y = MANY[name](400, 0.0, rng, classes)
    assert np.abs(x).max() <= 6
    counts = np.bincount(y, minlength=classes)
    assert len(counts) == classes
    assert counts.min() >= (25 if name == "random" else 400 // classes)


@pytest.mark.parametrize("classes", range(2, 9))
def test_what_tells_the_classes_apart_is_the_angle_or_the_radius(classes, rng):
    x, y = MANY["wedges"](400, 0.0, rng, classes)
    turn = np.arctan2(x[:, 1], x[:, 0]) / (2 * np.pi) * classes
    assert (np.round(turn) % classes == y).all()
    x, y = MANY["clouds"](400, 0.0, rng, classes)
    turn = np.arctan2(x[:, 1], x[:, 0]) / (2 * np.pi) * classes
    assert (np.round(turn) % classes == y).mean() > 0.99
    x, y = MANY["rings"](400, 0.0, rng, classes)
    assert (np.floor(np.hypot(*x.T) / 5 * (classes - 0.25) + 1e-6) == y).all()


def test_two_arms_are_those_of_the_spiral_and_more_leave_as_wide_a_gap(rng):
    x, y = MANY["spiral"](200, 0.0, np.random.default_rng(1), 2)
    same, labels = datasets.spiral(200, 0.0, np.random.default_rng(1))
    assert (x == same).all()
    assert (y == labels).all()
    for classes in (3, 5, 8):
        x, y = MANY["spiral"](400, 0.0, rng, classes)
        far = np.hypot(*x.T) > 2.5
        apart = np.hypot(*np.moveaxis(x[:, None] - x, 2, 0))
        apart[y[:, None] == y] = np.inf
        assert apart[far].min() > 0.5
