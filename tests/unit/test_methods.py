"""The methods of training, each two steps by hand, and what holds for all of them."""

import numpy as np
import pytest
from tables import X, Y, defined, line

from pyml import Network, Trainer, methods
from pyml import layers as L
from pyml.methods import TRAINERS

#: method: options, weights after one step and after two. With w = b the gradient is 2 w - 3.
BY_HAND = {
    # w = 1 + 0.1 * 1; then g = -0.8, w + 0.1 * 0.8
    "sgd": ({"learning_rate": 0.1}, 1.1, 1.18),
    # v = 0.1; then v = 0.5 * 0.1 + 0.08 = 0.13, w = 1.1 + 0.13
    "momentum": ({"learning_rate": 0.1, "momentum": 0.5}, 1.1, 1.23),
    # v = 0.1, w = 1 + 0.5 * 0.1 + 0.1; then g = -0.7, v = 0.5 * 0.1 + 0.07 = 0.12,
    # w = 1.15 + 0.5 * 0.12 + 0.07
    "nesterov": ({"learning_rate": 0.1, "momentum": 0.5}, 1.15, 1.28),
    # G = 1, w = 1 + 0.3 / sqrt(1 + 0.44) = 1 + 0.3 / 1.2; then g = -0.5, G = 1.25,
    # w = 1.25 + 0.3 * 0.5 / sqrt(1.25 + 0.44) = 1.25 + 0.15 / 1.3
    "adagrad": ({"learning_rate": 0.3, "eps": 0.44}, 1.25, 1.25 + 0.15 / 1.3),
    # G = 0.25 * 1, w = 1 + 0.375 / sqrt(0.25 + 2) = 1 + 0.375 / 1.5; then g = -0.5,
    # G = 0.75 * 0.25 + 0.25 * 0.25 = 0.25 again, w = 1.25 + 0.375 * 0.5 / 1.5
    "windowgrad": ({"learning_rate": 0.375, "ro": 0.75, "eps": 2}, 1.25, 1.375),
    # G = 0.25, w = 1 + 0.25 / (sqrt(0.25) + 0.5); then g = -0.5, G = 0.25 again,
    # w = 1.25 + 0.25 * 0.5 / (0.5 + 0.5)
    "rmsprop": ({"learning_rate": 0.25, "ro": 0.75, "eps": 0.5}, 1.25, 1.375),
    # G = 0.25, d = sqrt((0 + 1/12) / (1/4 + 1/12)) * 1 = 0.5, w = 1 + 0.5 * 0.5; then g = -0.5,
    # D = 0.25 * 0.5^2 = 1/16, G = 0.25 again, d = sqrt((1/16 + 1/12) / (1/3)) * 0.5
    #   = sqrt(7/16) / 2, w = 1.25 + 0.5 * d
    "adadelta": ({"learning_rate": 0.5, "ro": 0.75, "eps": 1 / 12}, 1.25, 1.25 + 7**0.5 / 16),
    # m = 0.5, v = 0.25, both are 1 divided by 1 - beta: w = 1 + 0.5 * 1 / (sqrt(1) + 1); then
    # g = -0.5, m = 0.5 * 0.5 + 0.5 * 0.5 = 0.5, by 1 - 0.5^2: 2/3; v = 0.75 * 0.25 + 0.25 * 0.25
    #   = 0.25, by 1 - 0.75^2: 4/7, w = 1.25 + 0.5 * 2/3 / (sqrt(4/7) + 1)
    "adam": (
        {"learning_rate": 0.5, "beta1": 0.5, "beta2": 0.75, "eps": 1},
        1.25,
        1.25 + 1 / 3 / ((4 / 7) ** 0.5 + 1),
    ),
}
BY_HAND["adamw"] = BY_HAND["adam"]  # without a decay they are the same


def test_every_method_has_a_row_of_steps_by_hand():
    found = defined(methods.Method, methods)
    assert set(found.values()) == set(TRAINERS.values()), f"enter it in TRAINERS: {found}"
    assert set(BY_HAND) == set(TRAINERS), "add the new method to BY_HAND"


@pytest.mark.parametrize("method", BY_HAND)
def test_two_steps_by_hand(method):
    options, one, two = BY_HAND[method]
    net = line()
    trainer = Trainer(net, method, **options)
    stats = trainer.step(X, Y)
    assert stats == (0.5, 0.0, 0.0, 1)  # (2 - 3)^2 / 2
    np.testing.assert_allclose(net.weights, [one, one], rtol=1e-12)
    assert trainer.step(X, Y).loss == pytest.approx((2 * one - 3) ** 2 / 2)
    np.testing.assert_allclose(net.weights, [two, two], rtol=1e-12)
    assert trainer.steps == 2


def test_adamw_pulls_on_the_weights_themselves():
    """By hand: w = 1 + 0.25 - 0.5 * 0.2 * 1, b as with adam; the gradient does not see the decay.

    Then y = 2.4, g = -0.6, m = 0.5 * 0.5 + 0.5 * 0.6 = 0.55, by 1 - 0.5^2: 0.55 / 0.75;
    v = 0.75 * 0.25 + 0.25 * 0.36 = 0.2775, by 1 - 0.75^2: 0.2775 / 0.4375.
    """
    net = line()
    trainer = Trainer(net, "adamw", **BY_HAND["adam"][0], l2_decay=0.2)
    assert trainer.step(X, Y) == (0.5, 0.0, 0.1, 1)
    np.testing.assert_allclose(net.weights, [1.15, 1.25])
    trainer.step(X, Y)
    step = 0.5 * 0.55 / 0.75 / ((0.2775 / 0.4375) ** 0.5 + 1)
    np.testing.assert_allclose(net.weights, [1.15 + step - 0.1 * 1.15, 1.25 + step])


def test_adam_adds_the_decay_to_the_gradient():
    """With l2_decay 0.5, w sees g = -1 + 0.5 * 1 = -0.5 and moves by 0.5 * 0.5 / (0.5 + 1)."""
    net = line()
    Trainer(net, "adam", **BY_HAND["adam"][0], l2_decay=0.5).step(X, Y)
    np.testing.assert_allclose(net.weights, [1 + 0.5 * 0.5 / 1.5, 1.25])


def test_sgd_with_momentum_is_the_method_momentum():
    a, b = line(), line()
    for net, method in ((a, "sgd"), (b, "momentum")):
        trainer = Trainer(net, method, learning_rate=0.1, momentum=0.7)
        for _ in range(5):
            trainer.step(X, Y)
    assert (a.weights == b.weights).all()


def taught(method, dtype, steps=200, **options):
    rng = np.random.default_rng(4)
    net = Network([L.Input(2), L.Dense(6, activation="tanh"), L.Softmax(2)], seed=1, dtype=dtype)
    trainer = Trainer(net, method, **options)
    x = rng.normal(size=(40, 2))
    y = (x[:, 0] + x[:, 1] > 0.3).astype(int)
    return trainer, [trainer.step(x, y).loss for _ in range(steps)]


@pytest.mark.parametrize("method", TRAINERS)
def test_every_method_learns(method):
    rate = 1.0 if method == "adadelta" else 0.05
    _, losses = taught(method, "float64", learning_rate=rate)
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.parametrize("method", TRAINERS)
def test_every_method_stays_in_float32_and_near_float64(method):
    narrow, told = taught(method, "float32", 5, l1_decay=0.001, l2_decay=0.01, clip_norm=0.1)
    _, wide = taught(method, "float64", 5, l1_decay=0.001, l2_decay=0.01, clip_norm=0.1)
    np.testing.assert_allclose(told, wide, rtol=3e-5)
    arrays = [getattr(narrow.rule, name) for name in narrow.rule.accumulators]
    delta = narrow.rule.delta(np.ones_like(narrow.net.weights), 0.1, narrow)
    assert {a.dtype for a in [*arrays, delta, narrow.net.weights]} == {np.dtype(np.float32)}


@pytest.mark.parametrize("method", TRAINERS)
def test_without_a_gradient_nothing_moves(method):
    """Also at the smallest eps, where nothing but eps stands below the line."""
    net = Network([L.Input(1), L.Regression(1)])
    options = {"eps": 1e-30} if "eps" in TRAINERS[method].defaults else {}
    net.weights = [1, 1]
    trainer = Trainer(net, method, **options)
    for _ in range(3):
        trainer.step([[1.0]], [2.0])
    assert net.weights.tolist() == [1, 1]


@pytest.mark.parametrize("method", TRAINERS)
def test_a_method_names_what_it_keeps_and_reads(method):
    rule = TRAINERS[method](3, np.dtype("float64"))
    assert set(vars(rule)) == set(rule.accumulators)
    assert all(not getattr(rule, name).any() for name in rule.accumulators)
    trainer = Trainer(line(), method)
    assert {name: getattr(trainer, name) for name in rule.defaults} == rule.defaults
    assert rule.__doc__ != methods.Method.__doc__
