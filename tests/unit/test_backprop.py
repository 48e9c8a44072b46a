"""Backpropagation phase by phase, by hand and beside the gradient of the network itself."""

import numpy as np
import pytest

from pyml import Network, graph
from pyml import layers as L
from pyml.explain import backprop


def net_of(*hidden, activation="tanh", seed=0):
    body = [L.Dense(units, activation=activation) for units in hidden]
    return Network([L.Input(2), *body, L.Regression(1, activation="sigmoid")], seed=seed)


def test_the_phases_of_a_network_with_one_hidden_layer():
    assert backprop.phases(2) == [
        ("forward", 1),
        ("forward", 2),
        ("error", 2),
        ("back", 2),
        ("update", 0),
    ]


def test_a_walk_by_hand():
    """With x = (1, 0): z1 = 0.5, h = tanh 0.5; z = 2h; o = 1/(1+exp(-z)); δ = (o - t) o (1 - o).

    The hidden unit's share is 2 δ, and its own error 2 δ (1 - h²).
    """
    net = net_of(1)
    net.weights = [0.5, -0.25, 0, 2, 0]
    h = np.tanh(0.5)
    o = 1 / (1 + np.exp(-2 * h))
    delta = (o - 1) * o * (1 - o)
    found = backprop.walk(net, np.array([1.0, 0.0]), np.float32(1))
    np.testing.assert_allclose(found.values, [1, 0, h, o], rtol=1e-6)
    np.testing.assert_allclose(found.errors, [2 * delta * (1 - h * h), delta], rtol=1e-5)
    np.testing.assert_allclose(found.flow, [0, 0, 2 * delta], rtol=1e-5)


@pytest.mark.parametrize("hidden", [(2,), (4,), (3, 2)])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_errors_times_inputs_are_the_gradient_of_the_network(hidden, activation):
    net = net_of(*hidden, activation=activation, seed=3)
    x, y = np.array([0.25, 1.0], np.float32), np.float32(1)
    found = backprop.walk(net, x, y)
    _, gradient = net.loss_and_gradient(x[None], y[None])
    sizes = graph.links(net)["net_sizes"]
    values = np.split(found.values, np.cumsum(sizes)[:-1])
    errors = np.split(found.errors, np.cumsum(sizes[1:])[:-1])
    slopes = [np.append(np.outer(e, v).ravel(), e) for v, e in zip(values, errors, strict=False)]
    np.testing.assert_allclose(np.concatenate(slopes), gradient, rtol=1e-5, atol=1e-7)


def test_a_walk_goes_round_and_its_last_phase_tells_what_changed():
    net = net_of(2)
    walk = backprop.Walk(net)
    assert walk.frame(np.zeros(2), np.float32(0)) == ({"net_phase": "", "net_active": -1}, "")
    went = [walk.go() for _ in range(4)]
    before, value = walk.frame(np.ones(2), np.float32(0))[0], net.weights.copy()
    assert (went, walk.go()) == ([False] * 4, True)
    net.weights = value + 0.5
    shown, words = walk.frame(np.ones(2), np.float32(0))
    assert shown["net_phase"] == "update"
    np.testing.assert_allclose(shown["net_change"], 0.5, rtol=1e-5)
    np.testing.assert_allclose(shown["net_bias_change"], 0.5, rtol=1e-5)
    assert (shown["net_values"] == before["net_values"]).all()
    assert "The largest correction is +0.5." in words
    assert (net.weights == value + 0.5).all()
    assert walk.over


@pytest.mark.parametrize(
    ("go", "words"),
    [
        (1, "Forward: the hidden units sum (1, 0) up, and say 0.46."),
        (2, "Forward: the output unit sums that up and says 0.72; it should say 1."),
        (3, "Error: 0.72 instead of 1. Through the slope of the output unit, δ = −0.058"),
        (4, "Back: each link takes its weight’s share of δ"),
    ],
)
def test_each_phase_is_told_in_words(go, words):
    net = net_of(1)
    net.weights = [0.5, -0.25, 0, 2, 0]
    walk = backprop.Walk(net)
    for _ in range(go):
        walk.go()
    assert walk.frame(np.array([1.0, 0.0]), np.float32(1))[1].startswith(words)


def test_a_walk_goes_on_where_its_state_was_taken_and_refuses_another_network():
    net = net_of(2)
    walk, again = backprop.Walk(net), backprop.Walk(net)
    walk.go()
    again.restore(walk.state())
    assert again.at == 1
    with pytest.raises(ValueError, match="saved weights of the last example are damaged"):
        again.restore(backprop.Walk(net_of(3)).state())
