"""Trainers: steps by hand, decay, state, and what they refuse."""

import math
import re

import numpy as np
import pytest
from tables import defined

from pyml import Network, Trainer, trainers
from pyml import layers as L
from pyml.trainers import TRAINERS

X, Y = [[1.0]], [3.0]


def line():
    """Line y = w x + b with w = b = 1; at X, Y: y = 2, so the gradient is (-1, -1)."""
    net = Network([L.Input(1), L.Regression(1)], dtype="float64")
    net.weights = [1, 1]
    return net


#: method: options, weights after one step and after two
BY_HAND = {
    # w + 0.1 * 1 = 1.1; then y = 2.2, gradient -0.8, w + 0.1 * 0.8 = 1.18
    "sgd": ({"learning_rate": 0.1}, 1.1, 1.18),
    # v = 0.1; then v = 0.5 * 0.1 + 0.08 = 0.13, w = 1.23
    "momentum": ({"learning_rate": 0.1, "momentum": 0.5}, 1.1, 1.23),
}


def test_every_method_has_a_row_of_steps_by_hand():
    found = defined(trainers.Method, trainers)
    assert set(found.values()) == set(TRAINERS.values()), f"enter it in TRAINERS: {found}"
    assert set(BY_HAND) == set(TRAINERS), "add the new method to BY_HAND"


@pytest.mark.parametrize("method", BY_HAND)
def test_two_steps_by_hand(method):
    options, one, two = BY_HAND[method]
    net = line()
    trainer = Trainer(net, method, **options)
    stats = trainer.step(X, Y)
    assert stats == (0.5, 0.0, 0.0, 1)  # (2 - 3)^2 / 2
    np.testing.assert_allclose(net.weights, [one, one])
    assert trainer.step(X, Y).loss == pytest.approx((2 * one - 3) ** 2 / 2)
    np.testing.assert_allclose(net.weights, [two, two])
    assert trainer.steps == 2


def test_sgd_with_momentum_is_the_method_momentum():
    a, b = line(), line()
    for net, method in ((a, "sgd"), (b, "momentum")):
        trainer = Trainer(net, method, learning_rate=0.1, momentum=0.7)
        for _ in range(5):
            trainer.step(X, Y)
    assert (a.weights == b.weights).all()


def test_l2_decay_pulls_the_weight_and_not_the_bias():
    """Gradient of w: -1 + 0.5 * 1 = -0.5, of b: -1; the decay loss is 0.5 / 2 * 1^2."""
    net = line()
    stats = Trainer(net, learning_rate=0.1, l2_decay=0.5).step(X, Y)
    np.testing.assert_allclose(net.weights, [1.05, 1.1])
    assert stats == (0.5, 0.0, 0.25, 1)


def test_l1_decay_pulls_by_the_sign_of_the_weight():
    """Gradient of w: -1 + 0.5 * sign(1); the decay loss is 0.5 * |1|. A weight of 0 stays."""
    net = line()
    stats = Trainer(net, learning_rate=0.1, l1_decay=0.5).step(X, Y)
    np.testing.assert_allclose(net.weights, [1.05, 1.1])
    assert stats == (0.5, 0.5, 0.0, 1)
    net.weights = [0, 3]  # the loss is 0 here, nothing but decay could move it
    Trainer(net, learning_rate=0.1, l1_decay=0.5).step(X, Y)
    np.testing.assert_allclose(net.weights, [0, 3])


@pytest.mark.parametrize("method", TRAINERS)
def test_every_method_learns(method, rng):
    net = Network([L.Input(2), L.Dense(6, activation="tanh"), L.Softmax(2)], seed=1)
    trainer = Trainer(net, method, learning_rate=0.1)
    x = rng.normal(size=(40, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    first = trainer.step(x, y).loss
    for _ in range(300):
        last = trainer.step(x, y).loss
    assert last < 0.7 * first


def test_settings_may_change_between_steps():
    net = line()
    trainer = Trainer(net, learning_rate=0.1)
    trainer.step(X, Y)
    trainer.learning_rate = 0.0
    before = net.weights.copy()
    trainer.step(X, Y)
    assert (net.weights == before).all()


@pytest.mark.parametrize("method", TRAINERS)
def test_a_restored_trainer_goes_on_to_the_bit(method, rng):
    def make():
        net = Network([L.Input(2), L.Dense(4, activation="relu"), L.Softmax(2)], seed=2)
        return net, Trainer(net, method, learning_rate=0.05, l2_decay=0.01)

    x, y = rng.normal(size=(20, 2)), rng.integers(0, 2, 20)
    net, trainer = make()
    for _ in range(7):
        trainer.step(x, y)
    again, other = make()
    again.weights = net.weights
    other.restore(trainer.state())
    for _ in range(5):
        assert trainer.step(x, y) == other.step(x, y)
    assert net.weights.tobytes() == again.weights.tobytes()
    assert repr(trainer) == repr(other)


def test_the_state_is_a_copy():
    trainer = Trainer(line(), "momentum", learning_rate=0.1)
    state = trainer.state()
    trainer.step(X, Y)
    assert not state["velocity"].any()


def test_a_loss_that_runs_away_stops_with_advice_and_keeps_the_weights():
    net = Network([L.Input(1), L.Regression(1)], seed=1)
    trainer = Trainer(net, learning_rate=100.0)
    while np.square(net.predict([[10.0]]).astype(float)).max() < 1e30:
        trainer.step([[10.0]], [1.0])
    net.weights *= 1e15
    before, steps = net.weights.copy(), trainer.steps
    told = f"the loss is inf after {steps} steps, .*lower the learning rate \\(it is 100\\)"
    with pytest.raises(FloatingPointError, match=told):
        trainer.step([[10.0]], [1.0])
    assert (net.weights == before).all()
    assert trainer.steps == steps


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"method": "sdg"}, "unknown method 'sdg'; use one of sgd, momentum"),
        ({"learning_rate": -1}, "learning_rate must be at least 0, got -1"),
        ({"learning_rate": math.nan}, "learning_rate must be at least 0, got nan"),
        ({"momentum": 1.0}, "momentum must be at least 0 and below 1, got 1.0"),
        ({"l1_decay": -0.1}, "l1_decay must be at least 0, got -0.1"),
        ({"l2_decay": -0.1}, "l2_decay must be at least 0, got -0.1"),
    ],
)
def test_settings_out_of_range_are_refused(options, text):
    with pytest.raises(ValueError, match=re.escape(f"Trainer: {text}")):
        Trainer(line(), **options)


def test_the_state_of_another_trainer_is_refused():
    trainer = Trainer(line(), "momentum")
    with pytest.raises(
        ValueError, match="the state is of method 'sgd', this trainer is 'momentum'"
    ):
        trainer.restore(Trainer(line()).state())
    with pytest.raises(ValueError, match=r"velocity has shape \(7,\), the network needs \(2,\)"):
        trainer.restore(trainer.state() | {"velocity": np.zeros(7)})


def test_it_prints_its_settings():
    text = (
        "Trainer(momentum, learning_rate=0.01, momentum=0.9, l1_decay=0, l2_decay=0, after 0 steps)"
    )
    assert repr(Trainer(line(), "momentum")) == text
