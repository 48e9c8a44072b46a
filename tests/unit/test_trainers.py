"""Trainers: decay, clipping, schedules, what they refuse, and how a run that stops goes on."""

import math
import re

import numpy as np
import pytest
from tables import X, Y, line

from pyml import Network, Trainer
from pyml import layers as L
from pyml.methods import TRAINERS
from pyml.schedules import Cosine, Step, WarmUp


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


def test_each_layer_multiplies_the_decays():
    """Weights 2 and -2, biases 1, on an input of 0: but for the biases only the decays act."""
    given = [L.Dense(1, l1_decay_mul=3, l2_decay_mul=0), L.Regression(1, l2_decay_mul=0.5)]
    net = Network([L.Input(1), *given], dtype="float64")
    net.weights = [2, 0, -2, 0]
    stats = Trainer(net, learning_rate=1, l1_decay=0.1, l2_decay=0.4).step([[0.0]], [0.0])
    # l1: 0.1 * (3 * 2 + 1 * 2) = 0.8; l2: 0.4 / 2 * (0 + 0.5 * 4) = 0.4
    assert stats == (0.0, pytest.approx(0.8), pytest.approx(0.4), 1)
    # 2 - 0.1 * 3;  -2 + 0.1 + 0.4 * 0.5 * 2
    np.testing.assert_allclose(net.weights, [1.7, 0, -1.5, 0], atol=1e-15)


def test_the_decay_is_the_slope_of_the_decay_losses(rng):
    given = [L.Dense(4, "tanh", l1_decay_mul=2), L.BatchNorm(), L.SVM(3, l2_decay_mul=3)]
    net = Network([L.Input(3), *given], dtype="float64")
    net.weights += rng.normal(size=net.weights.size)
    trainer = Trainer(net, l1_decay=0.3, l2_decay=0.7)
    start, slope, u = (
        net.weights.copy(),
        np.zeros_like(net.weights),
        rng.normal(size=net.weights.size),
    )
    trainer._decay(slope)
    net.weights = start + 1e-6 * u
    above = sum(trainer.decay_losses())
    net.weights = start - 1e-6 * u
    assert (above - sum(trainer.decay_losses())) / 2e-6 == pytest.approx(slope @ u)


@pytest.mark.parametrize(
    ("clip", "decay", "step"),
    [
        (5.0, 0.0, [1.0, 1.0]),  # the length is sqrt(2): short enough
        (math.sqrt(2) / 4, 0.0, [0.25, 0.25]),
        # With the decay the gradient is (-1 + 0.25, -1) = (-0.75, -1), its length 1.25
        (0.5, 0.25, [0.3, 0.4]),
    ],
)
def test_a_gradient_that_is_too_long_is_shortened_with_its_decay(clip, decay, step):
    net = line()
    Trainer(net, learning_rate=1, l2_decay=decay, clip_norm=clip).step(X, Y)
    np.testing.assert_allclose(net.weights - 1, step)


def test_a_schedule_multiplies_the_rate_of_each_step():
    """Rates 0.1 * (1/2, 1, 1, 1/2); from g = -1: w + 0.05 = 1.05, then g = -0.9, w + 0.09, ..."""
    net = line()
    trainer = Trainer(net, learning_rate=0.1, schedule=WarmUp(2, Cosine(2)))
    for rate, w in ((0.05, 1.05), (0.1, 1.14), (0.1, 1.212), (0.05, 1.2408), (0, 1.2408)):
        assert trainer.current_rate == pytest.approx(rate)
        trainer.step(X, Y)
        np.testing.assert_allclose(net.weights, [w, w])
    trainer.schedule = None
    assert trainer.current_rate == 0.1


def test_the_rate_decay_of_adamw_follows_the_schedule():
    """The rate is 0 at the second step: nothing moves, the decay neither."""
    net = line()
    trainer = Trainer(net, "adamw", learning_rate=0.5, l2_decay=0.2, schedule=Step(1, 0.0))
    trainer.step(X, Y)
    before = net.weights.copy()
    trainer.step(X, Y)
    assert (net.weights == before).all()


def test_settings_may_change_between_steps():
    net = line()
    trainer = Trainer(net, learning_rate=0.1)
    trainer.step(X, Y)
    trainer.learning_rate = 0.0
    before = net.weights.copy()
    trainer.step(X, Y)
    assert (net.weights == before).all()


def test_it_prints_its_settings():
    text = "Trainer(momentum, learning_rate=0.01, momentum=0.9, l1_decay=0, l2_decay=0, "
    assert repr(Trainer(line(), "momentum")) == text + "after 0 steps)"
    trainer = Trainer(line(), "momentum", clip_norm=2, schedule=Step(5))
    trainer.step(X, Y)
    text += "clip_norm=2, schedule=Step(every=5, factor=0.1), after 1 steps)"
    assert repr(trainer) == text


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"method": "sdg"}, "unknown method 'sdg'; use one of sgd, momentum"),
        ({"learning_rate": -1}, "learning_rate must be at least 0, got -1"),
        ({"learning_rate": math.nan}, "learning_rate must be at least 0, got nan"),
        ({"learning_rate": math.inf}, "learning_rate must be at least 0, got inf"),
        ({"learning_rate": 10**400}, "learning_rate must be at least 0, got 1000"),
        ({"learning_rate": "fast"}, "learning_rate must be at least 0, got 'fast'"),
        ({"learning_rate": [0.1]}, "learning_rate must be at least 0, got [0.1]"),
        ({"momentum": 1.0}, "momentum must be at least 0 and below 1, got 1.0"),
        ({"l1_decay": -0.1}, "l1_decay must be at least 0, got -0.1"),
        ({"l2_decay": None}, "l2_decay must be at least 0, got None"),
        ({"clip_norm": 0}, "clip_norm must be at least 1e-30, got 0"),
        ({"method": "adam", "beta2": 1}, "beta2 must be at least 0 and below 1, got 1"),
        ({"method": "adagrad", "eps": 0}, "eps must be at least 1e-30, got 0"),
        ({"schedule": 0.5}, "schedule must be one of Constant, Step, Cosine, WarmUp of"),
        ({"schedule": Cosine}, "schedule must be one of Constant, Step, Cosine, WarmUp of"),
    ],
)
def test_settings_out_of_range_are_refused(options, text):
    with pytest.raises((ValueError, TypeError), match=re.escape(f"Trainer: {text}")):
        Trainer(line(), **options)


SETTINGS = ("learning_rate", "momentum", "ro", "eps", "beta1", "beta2")
UNUSED = [(m, s) for m, kind in TRAINERS.items() for s in SETTINGS if s not in kind.defaults]


@pytest.mark.parametrize(("method", "setting"), UNUSED)
def test_a_setting_that_the_method_does_not_use_is_refused(method, setting):
    users = ", ".join(m for m, kind in TRAINERS.items() if setting in kind.defaults)
    text = f"Trainer: {method} does not use {setting}, got 0.5; leave it out, or use one of {users}"
    with pytest.raises(ValueError, match=re.escape(text)):
        Trainer(line(), method, **{setting: 0.5})


@pytest.mark.parametrize(
    ("x", "y", "name"),
    [([[math.nan]], Y, "x"), ([[math.inf]], Y, "x"), (X, [math.nan], "y"), (X, [-math.inf], "y")],
)
def test_data_that_are_no_numbers_are_called_so(x, y, name):
    net = line()
    with pytest.raises(ValueError, match=f"Trainer: {name} holds NaN or numbers beyond all bounds"):
        Trainer(net).step(x, y)
    assert net.weights.tolist() == [1, 1]


@pytest.mark.parametrize("method", TRAINERS)
def test_a_step_beyond_all_bounds_is_not_taken(method):
    net = line()
    trainer = Trainer(net, method)
    trainer.learning_rate = 1e308
    net.weights = [1.7e308, 1]

    def run_on():
        for _ in range(3):
            trainer.step([[1e-300]], [1e9])

    with pytest.raises(FloatingPointError, match=r"beyond all bounds|has run away"):
        run_on()
    assert np.isfinite(net.weights).all()


def test_a_long_gradient_is_clipped_also_where_its_square_overflows():
    """In float32: x = 3e9 and y = 1e10 give a gradient of -3e19, its square is beyond 3.4e38."""
    net = Network([L.Input(1), L.Regression(1)], dtype="float32")
    net.weights = [0, 0]
    Trainer(net, learning_rate=1.0, clip_norm=0.5).step([[3e9]], [1e10])
    np.testing.assert_allclose(net.weights, [0.5, 0], atol=1e-6)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("learning_rate", -5, ValueError),
        ("learning_rate", "0.1", ValueError),
        ("learning_rate", None, ValueError),
        ("learning_rate", True, ValueError),
        ("learning_rate", math.nan, ValueError),
        ("momentum", 1.0, ValueError),
        ("beta1", 0.9, ValueError),  # not used by this method
        ("l1_decay", -1, ValueError),
        ("clip_norm", 0, ValueError),
        ("schedule", "cosine", TypeError),
    ],
)
def test_settings_are_checked_whenever_they_change(name, value, error):
    trainer = Trainer(line(), "momentum")
    before = trainer.state()
    with pytest.raises(error, match=r"^Trainer: "):
        setattr(trainer, name, value)
    np.testing.assert_equal(trainer.state(), before)


def test_what_is_no_network_is_not_trained():
    with pytest.raises(TypeError, match="Trainer: it trains a Network, got None"):
        Trainer(None)


@pytest.mark.parametrize("method", TRAINERS)
@pytest.mark.parametrize(
    ("weights", "x", "target", "what"),
    [
        ([1, math.nan], 1.0, 1.0, "loss is nan"),
        ([1, 1], 1.0, 1e300, "loss is inf"),  # half the square of 1e300
        ([0, 0], 1e160, 1e100, "squared length of the gradient is inf"),  # the gradient is 1e260
    ],
)
def test_what_is_no_finite_number_stops_and_changes_nothing(method, weights, x, target, what):
    net = line()
    trainer = Trainer(net, method, learning_rate=0.25, schedule=Cosine(9))
    trainer.step(X, Y)
    net.weights = weights
    state, before = trainer.state(), net.weights.copy()
    told = (
        f"Trainer: the {what} after 1 steps, learning has run away; lower the learning rate "
        f"(it is 0.25) and reset the network"
    )
    with pytest.raises(FloatingPointError, match=re.escape(told)):
        trainer.step([[x]], [target])
    assert net.weights.tobytes() == before.tobytes()
    np.testing.assert_equal(trainer.state(), state)


def test_a_decay_that_runs_away_is_noticed_too():
    net = line()
    net.weights = [1e200, -1e200]
    trainer = Trainer(net, l2_decay=1e9)
    with pytest.raises(FloatingPointError, match="squared length of the gradient is inf"):
        trainer.step(X, [0.0])
    assert net.weights.tolist() == [1e200, -1e200]


def test_a_rate_that_is_too_high_ends_in_that_message():
    net = Network([L.Input(1), L.Regression(1)], seed=1)
    trainer = Trainer(net, learning_rate=100.0)

    def run():
        while trainer.steps < 99:
            trainer.step([[10.0]], [1.0])

    with pytest.raises(FloatingPointError, match=r"lower the learning rate \(it is 100\)"):
        run()
    assert 0 < trainer.steps < 99
    assert np.isfinite(net.weights).all()
