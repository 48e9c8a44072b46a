"""Every layer's derivative, checked along random directions in float64, and how layers expand."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import defined

from pyml import Network, losses
from pyml import layers as L

#: how each layer is used in a network that has something on both sides of it
CHECKED = {
    "Input": [],
    "Dense": [L.Dense(4)],
    "Tanh": [L.Dense(4), L.Tanh()],
    "Sigmoid": [L.Dense(4), L.Sigmoid()],
    "Relu": [L.Dense(4), L.Relu()],
    "Softmax": [],
    "Regression": [],
}
HEADS = {"Softmax": L.Softmax(3), "Regression": L.Regression(3)}


def test_every_layer_is_in_all_tables():
    found = defined(L.Layer, L, losses)
    del found["Head"]  # the base of the heads
    assert found == L.LAYERS, "enter the new layer in LAYERS (a head: in HEADS)"
    assert set(found) <= set(L.__all__), "enter the new layer in __all__ of pyml/layers.py"
    assert set(found) == set(CHECKED), "add the new layer to CHECKED"
    assert set(HEADS) == set(losses.HEADS), "add the new head to HEADS of this file"


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("name", CHECKED)
def test_the_gradient_is_the_slope_of_the_loss(name, head, rng):
    """Along any direction u the loss changes as the gradient says: (L(w+hu)-L(w-hu)) / 2h = g.u"""
    net = Network([L.Input(2, 3), *CHECKED[name], HEADS[head]], seed=3, dtype="float64")
    x = rng.normal(size=(7, 2, 3))
    y = rng.integers(0, 3, 7) if head == "Softmax" else rng.normal(size=(7, 3))
    start = net.weights.copy()
    _, gradient = net.loss_and_gradient(x, y)
    for _ in range(5):
        u, h = rng.normal(size=start.shape), 1e-5
        net.weights = start + h * u
        above, _ = net.loss_and_gradient(x, y)
        net.weights = start - h * u
        below, _ = net.loss_and_gradient(x, y)
        np.testing.assert_allclose((above - below) / (2 * h), gradient @ u, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", [n for n in CHECKED if n not in HEADS])
def test_backward_is_the_slope_of_forward_by_the_input(name, rng):
    """For random u, v: v . (f(x+hu) - f(x-hu)) / 2h = backward(v) . u"""
    net = Network([L.Input(5), *CHECKED[name], L.Regression(1)], dtype="float64")
    layer = net.layers[len(net.layers) - 3]
    x = rng.normal(size=(6, *layer.input_shape)) if layer.input_shape else rng.normal(size=(6, 5))
    u, h = rng.normal(size=x.shape), 1e-6
    y, backward = layer.forward(x, True)
    v = rng.normal(size=y.shape)
    slope = (layer.forward(x + h * u, True)[0] - layer.forward(x - h * u, True)[0]) / (2 * h)
    np.testing.assert_allclose((v * slope).sum(), (backward(v) * u).sum(), rtol=1e-6)


@pytest.mark.parametrize(
    ("layer", "x", "y"),
    [
        (L.Tanh(), [0.0, np.log(2)], [0.0, 0.6]),  # (2 - 1/2) / (2 + 1/2)
        (L.Sigmoid(), [0.0, np.log(3)], [0.5, 0.75]),  # 1 / (1 + 1/3)
        (L.Relu(), [-2.0, 3.0], [0.0, 3.0]),
    ],
)
def test_activations_by_hand(layer, x, y):
    np.testing.assert_allclose(layer.forward(np.array([x]), False)[0], [y])


@pytest.mark.parametrize("layer", [L.Tanh(), L.Sigmoid(), L.Relu()])
def test_activations_take_the_largest_numbers_without_a_warning(layer):
    y, backward = layer.forward(np.array([[-1e30, 1e30]], np.float32), True)
    assert np.isfinite(y).all()
    assert np.isfinite(backward(np.ones_like(y))).all()


def test_activation_and_head_expand_into_layers_of_their_own():
    net = Network([L.Input(2), L.Dense(6, activation="tanh"), L.Softmax(2)])
    assert list(map(repr, net.layers)) == [
        "Input(2)",
        "Dense(6)",
        "Tanh()",
        "Dense(2)",
        "Softmax(2)",
    ]


def test_a_list_of_layers_can_make_two_networks_that_share_nothing():
    given = [L.Input(2), L.Dense(3, activation="relu"), L.Softmax(2)]
    a, b = Network(given, seed=1), Network(given, seed=2)
    before = b.weights.copy()
    a.weights[:] = 0
    assert (b.weights == before).all()
    assert repr(given[1]) == "Dense(3, activation='relu')"


def test_weights_start_with_variance_one_over_inputs_and_biases_at_zero():
    dense = Network([L.Input(400), L.Dense(300), L.Regression(1)]).layers[1]
    assert abs(dense.w.var() * 400 - 1) < 0.02
    assert not dense.b.any()


@given(st.lists(st.integers(1, 5), min_size=1, max_size=3), st.integers(1, 4), st.integers(1, 6))
def test_dense_flattens_any_input_and_gives_its_shape_back(shape, units, n):
    net = Network([L.Input(*shape), L.Dense(units), L.Regression(1)])
    y, backward = net.layers[1].forward(np.ones((n, *shape), np.float32), True)
    assert y.shape == (n, units)
    assert backward(y).shape == (n, *shape)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: L.Dense(0), "Dense: units must be a whole number of at least 1, got 0"),
        (lambda: L.Dense(2.5), "Dense: units must be a whole number of at least 1, got 2.5"),
        (lambda: L.Dense(True), "Dense: units must be a whole number"),
        (
            lambda: L.Dense(3, activation="tahn"),
            "Dense: unknown activation 'tahn'; use one of tanh, sigmoid, relu",
        ),
        (lambda: L.Input(), "Input: it needs the shape of one example, for example Input(2)"),
        (lambda: L.Input(2, -1), "Input: each size must be a whole number of at least 1, got -1"),
        (lambda: L.Softmax("2"), "Softmax: units must be a whole number of at least 1, got '2'"),
    ],
)
def test_errors_name_the_layer_the_value_and_the_way_out(make, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        make()
