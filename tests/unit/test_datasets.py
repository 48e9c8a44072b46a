"""The point sets: shapes, classes, and that the seed decides everything."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml import datasets, geometry
from pyml.datasets import DATASETS

GATES = {
    "gate_and": {(0, 0): 0, (0, 1): 0, (1, 0): 0, (1, 1): 1},
    "gate_or": {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 1},
    "gate_nand": {(0, 0): 1, (0, 1): 1, (1, 0): 1, (1, 1): 0},
    "gate_not": {(0, 0): 1, (1, 0): 0},
    "gate_xor": {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 0},
}


def test_every_set_is_in_the_table():
    found = {
        name: function
        for name, function in inspect.getmembers(datasets, inspect.isfunction)
        if function.__module__ == datasets.__name__ and not name.startswith("_")
    }
    assert found == DATASETS, "enter the new set in DATASETS"


@given(
    st.sampled_from(sorted(DATASETS)),
    st.integers(4, 60),
    st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    st.integers(0, 99),
)
def test_every_set_gives_points_of_two_classes_and_only_the_seed_matters(name, n, noise, seed):
    x, y = DATASETS[name](n, noise, np.random.default_rng(seed))
    again = DATASETS[name](n, noise, np.random.default_rng(seed))
    assert x.shape == (len(y), 2)
    assert (x.dtype, y.dtype) == (np.float32, np.int64)
    assert np.isfinite(x).all()
    assert set(y) <= {0, 1}
    if name != "simple":
        assert len(y) == n
    if name != "random":
        assert set(y) == {0, 1}
    assert (x == again[0]).all()
    assert (y == again[1]).all()


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
