"""Curves: parts that add up to the network's answer, and secrets with as many bends as units."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml import layers as L
from pyml.explain import curve
from pyml.network import Network

X = np.linspace(-7, 7, 57)[:, None]


@pytest.mark.parametrize(
    "hidden", [[], [L.Dense(5, "sigmoid")], [L.Dense(7, "relu"), L.Dense(3, "tanh")]]
)
def test_the_parts_and_the_bias_add_up_to_the_curve(hidden):
    net = Network([L.Input(1), *hidden, L.Regression(1)], seed=4)
    net.weights = np.random.default_rng(0).normal(0, 1, net.weights.shape)
    says, heights, adds, bias = curve.parts(net, X)
    assert says.shape == adds.shape == (hidden[-1].units if hidden else 1, len(X))
    np.testing.assert_allclose(adds.sum(axis=0) + bias, net.predict(X)[:, 0], atol=1e-4)
    np.testing.assert_allclose(says * heights[:, None], adds)


def test_with_an_activation_at_the_output_they_add_up_to_what_goes_into_it():
    net = Network([L.Input(1), L.Dense(4, "sigmoid"), L.Regression(1, "tanh")], seed=4)
    parts = curve.parts(net, X)
    total = parts.adds.sum(axis=0) + parts.bias
    np.testing.assert_allclose(np.tanh(total), net.predict(X)[:, 0], atol=1e-5)


@given(st.integers(0, 1000))
def test_a_secret_curve_rises_and_falls_once_for_each_unit(seed):
    secret = curve.secret(np.random.default_rng(seed))
    units = len(secret.place)
    assert 1 <= units <= curve.MOST_SECRET
    slope = np.sign(np.diff(secret(np.linspace(-5, 5, 2001))))
    turns = np.count_nonzero(np.diff(slope[slope != 0]))
    assert turns == units - 1
    assert np.abs(secret(X[:, 0])).max() < 6


def test_every_number_of_units_is_asked_for():
    rng = np.random.default_rng(1)
    found = {len(curve.secret(rng).place) for _ in range(100)}
    assert found == set(range(1, curve.MOST_SECRET + 1))


@pytest.mark.parametrize(
    ("y", "guess", "share"),
    [
        ([1, 2, 3], [1, 2, 3], 1),
        ([1, 2, 3], [2, 2, 2], 0),
        ([1, 2, 3], [3, 2, 1], -3),
        ([1, 3], [1, 2], 0.5),
        ([2, 2], [2, 2], 1),
        ([2, 2], [3, 3], 0),
        ([], [], 1),
    ],
)
def test_the_share_that_is_explained(y, guess, share):
    assert curve.explained(np.array(y, float), np.array(guess, float)) == pytest.approx(share)
