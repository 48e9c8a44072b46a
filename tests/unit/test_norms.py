"""Batch and local response normalisation against loops, and the running values."""

import re

import numpy as np
import pytest
from tables import alone, check_slopes

from pyml import Network, Trainer
from pyml import layers as L


def normalised(x, layer, mean, var):
    return layer.gamma * (x - mean) / np.sqrt(var + layer.eps) + layer.beta


@pytest.mark.parametrize("shape", [(3,), (4, 2), (3, 4, 2)])
def test_a_channel_is_normalised_over_everything_else_while_training(shape, rng):
    net, layer = alone(L.BatchNorm(0.7), shape)
    net.weights[...] = rng.uniform(0.5, 2, net.weights.size)
    x = rng.normal(3, 2, (6, *shape))
    start = layer.mean.copy(), layer.var.copy()
    y, backward = layer.forward(x, True)
    assert (layer.mean == start[0]).all(), "nothing moves before the way back"
    backward(y)
    for c in range(shape[-1]):
        numbers = x[..., c].ravel()
        mean, m = sum(numbers) / numbers.size, numbers.size
        var = sum((number - mean) ** 2 for number in numbers) / m
        told = layer.gamma[c] * (x[..., c] - mean) / (var + 1e-5) ** 0.5 + layer.beta[c]
        np.testing.assert_allclose(y[..., c], told)
        assert layer.mean[c] == pytest.approx(0.7 * start[0][c] + 0.3 * mean)
        assert layer.var[c] == pytest.approx(0.7 * start[1][c] + 0.3 * var * m / (m - 1))


def test_running_values_by_hand():
    """Of (1, 3): mean 2, variance 2 with n - 1. 0.9 * 0 + 0.1 * 2 = 0.2; 0.9 * 1 + 0.1 * 2 = 1.1"""
    _, layer = alone(L.BatchNorm(), (1,))
    layer.forward(np.array([[1.0], [3.0]]), True)[1](np.ones((2, 1)))
    assert (layer.mean[0], layer.var[0]) == (pytest.approx(0.2), pytest.approx(1.1))
    y, backward = layer.forward(np.array([[0.2]]), False)
    assert y[0, 0] == pytest.approx(0)
    assert backward(np.ones((1, 1)))[0, 0] == pytest.approx((1.1 + 1e-5) ** -0.5)
    assert (layer.mean[0], layer.var[0]) == (pytest.approx(0.2), pytest.approx(1.1))


def test_a_single_value_says_nothing_about_the_variance():
    _, layer = alone(L.BatchNorm(), (2,))
    y, backward = layer.forward(np.array([[5.0, -5.0]]), True)
    assert (y == 0).all()
    assert (backward(np.ones((1, 2))) == 0).all()
    np.testing.assert_allclose(layer.mean, [0.5, -0.5])
    assert layer.var.tolist() == [1, 1]


def test_a_channel_of_equal_numbers_becomes_beta():
    _, layer = alone(L.BatchNorm(), (3, 3, 2))
    y, backward = layer.forward(np.full((4, 3, 3, 2), 0.25), True)
    assert (y == 0).all()
    assert np.isfinite(backward(np.ones_like(y))).all()


def test_running_values_have_no_gradient_and_no_decay(rng):
    net = Network([L.Input(3), L.BatchNorm(), L.Dense(2, "tanh"), L.Softmax(2)], dtype="float64")
    _, gradient = net.loss_and_gradient(rng.normal(size=(8, 3)), [0, 1] * 4)
    assert not gradient[6:12].any()  # gamma 3, beta 3, mean 3, var 3
    assert not net.l1_mask[:12].any()
    assert not net.l2_mask[:12].any()


@pytest.mark.parametrize("method", ["sgd", "adam", "adagrad", "adadelta"])
def test_predictions_come_to_see_the_data_as_training_does(method, rng):
    net = Network([L.Input(2), L.BatchNorm(), L.Softmax(2)], dtype="float64")
    x = rng.normal((30, -4), (5, 0.1), (64, 2))
    trainer = Trainer(net, method, learning_rate=0.0)
    for _ in range(200):
        trainer.step(x, (x[:, 0] > 30).astype(int))
    layer = net.layers[1]
    np.testing.assert_allclose(layer.mean, x.mean(axis=0))
    np.testing.assert_allclose(layer.var, x.var(axis=0, ddof=1))


@pytest.mark.parametrize("what", ["loss", "gradient"])
def test_a_step_that_fails_moves_no_running_values(what):
    """Also when it is only on the way back, behind the layer, that a number becomes too large."""
    net = Network([L.Input(1), L.Dense(1), L.BatchNorm(), L.Regression(1)], dtype="float32")
    x = np.repeat([[2e38], [-2e38]], 8, axis=0)  # their gradients add up beyond float32
    net.weights[:2] = [1e-38, np.nan if what == "loss" else 0]
    before = net.weights.copy()
    told = "squared length of the gradient" if what == "gradient" else "loss is nan"
    with pytest.raises(FloatingPointError, match=told):
        Trainer(net).step(x, np.repeat([-1e10, 1e10], 8))
    assert net.weights.tobytes() == before.tobytes()


@pytest.mark.parametrize("n", [1, 3, 5, 11])
def test_a_local_response_is_the_sum_in_its_docstring(n, rng):
    layer = L.LocalResponseNorm(n, k=1.5, alpha=0.8, beta=0.6)
    x = rng.normal(size=(2, 2, 1, 6))
    y, _ = layer.forward(x, True)
    for place in np.ndindex(2, 2, 1):
        for i in range(6):
            around = range(max(0, i - n // 2), min(6, i + n // 2 + 1))
            s = 1.5 + 0.8 / n * sum(x[(*place, j)] ** 2 for j in around)
            assert y[(*place, i)] == pytest.approx(x[(*place, i)] / s**0.6)


def test_a_local_response_by_hand():
    """With n = alpha = 3, k = beta = 1, (1, 2, 0) is 1 / (1 + 1 + 4), 2 / (1 + 1 + 4), 0 / 5"""
    y, _ = L.LocalResponseNorm(3, k=1, alpha=3, beta=1).forward(np.array([[1.0, 2.0, 0.0]]), True)
    np.testing.assert_allclose(y, [[1 / 6, 2 / 6, 0]])


def test_more_neighbours_than_channels_are_the_channels_that_there_are():
    check_slopes(L.LocalResponseNorm(101, alpha=101), (2, 2, 3))


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda: L.LocalResponseNorm(4),
            "LocalResponseNorm: n must be odd, so that a channel is in the middle of its "
            "neighbours, got 4; use 5",
        ),
        (
            lambda: L.LocalResponseNorm(k=0),
            "LocalResponseNorm: k must be a number of at least 1e-06",
        ),
        (lambda: L.LocalResponseNorm(alpha=-1), "LocalResponseNorm: alpha must be a number of at"),
        (lambda: L.BatchNorm(momentum=1), "BatchNorm: momentum must be a number of at least 0 and"),
        (lambda: L.BatchNorm(eps=0), "BatchNorm: eps must be a number of at least 1e-12"),
    ],
)
def test_errors_name_the_layer_the_value_and_the_way_out(make, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        make()
