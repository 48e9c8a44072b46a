"""Trainers: decay, clipping, schedules, what they refuse, and how a run that stops goes on."""

import json
import math
import re

import numpy as np
import pytest
from tables import X, Y, line

from pyml import Network, Trainer, saving
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


@pytest.mark.parametrize("method", TRAINERS)
@pytest.mark.parametrize(
    ("weights", "x", "target", "what"),
    [
        ([1, 1], 1.0, math.nan, "loss is nan"),
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


def full(method="adam", seed=2, **options):
    """A trainer whose network has everything that a pass can change beside the weights."""
    layers = [L.Conv(3, 2, activation="relu"), L.BatchNorm(), L.Dropout(0.3), L.Maxout(3)]
    net = Network([L.Input(4, 4, 1), *layers, L.Softmax(2)], seed=seed)
    options = {"l1_decay": 0.001, "l2_decay": 0.01, "clip_norm": 0.5} | options
    return Trainer(net, method, schedule=WarmUp(4, Cosine(20, 0.1)), **options)


def batches(n, seed=6):
    rng = np.random.default_rng(seed)
    for _ in range(n):
        yield rng.normal(size=(8, 4, 4, 1)), rng.integers(0, 2, 8)


@pytest.mark.parametrize("method", TRAINERS)
def test_a_run_goes_on_to_the_bit_from_a_state_and_from_a_file(method, tmp_path):
    trainer = full(method, learning_rate=0.05)
    for batch in batches(7):
        trainer.step(*batch)
    trainer.save(tmp_path / "run.npz")
    loaded = Trainer.load(tmp_path / "run.npz")
    restored = full(method, seed=9)
    restored.net.weights = trainer.net.weights
    restored.restore(trainer.state())
    assert Network.load(tmp_path / "run.npz").weights.tobytes() == trainer.net.weights.tobytes()
    assert repr(loaded.net) == repr(trainer.net)
    for batch in batches(5, seed=7):
        told = trainer.step(*batch)
        for other in (loaded, restored):
            assert other.step(*batch) == told
            assert other.net.weights.tobytes() == trainer.net.weights.tobytes()
            assert repr(other) == repr(trainer)
            np.testing.assert_equal(other.state(), trainer.state())


def test_a_state_is_a_copy_and_holds_nothing_that_json_cannot():
    trainer = full("momentum")
    state = trainer.state()
    trainer.step(*next(batches(1)))
    assert not state.pop("velocity").any()
    assert json.loads(json.dumps(state)) == state


def test_restoring_takes_the_state_over_and_not_the_state_itself():
    trainer, other = full("momentum"), full("momentum")
    state = trainer.state()
    other.restore(state)
    other.step(*next(batches(1)))
    assert not state["velocity"].any()


def test_a_state_without_clipping_ends_the_clipping():
    trainer = full()
    trainer.restore(full(clip_norm=None).state())
    assert trainer.clip_norm is None


DAMAGED = [
    ({"method": "sgd"}, "the state is of method 'sgd', this trainer is 'adam'"),
    ({"mean": np.zeros(7)}, "mean has shape (7,), the network needs (47,)"),
    ({"squares": np.full(47, np.nan)}, "squares holds NaN or infinite numbers"),
    ({"squares": np.full(47, -np.inf)}, "squares holds NaN or infinite numbers"),
    ({"mean": None}, "mean has shape (), the network needs (47,)"),
    ({"mean": "x"}, "could not convert string to float"),
    ({"learning_rate": -1}, "learning_rate must be at least 0, got -1"),
    ({"learning_rate": None}, "learning_rate must be at least 0, got None"),
    ({"beta1": "x"}, "beta1 must be at least 0 and below 1, got 'x'"),
    ({"clip_norm": 0}, "clip_norm must be at least 1e-30, got 0"),
    ({"steps": -1}, "steps must be a whole number of at least 0, got -1"),
    ({"steps": 2.5}, "steps must be a whole number of at least 0, got 2.5"),
    ({"steps": None}, "steps must be a whole number of at least 0, got None"),
    ({"schedule": {"type": "Zigzag"}}, "is not a schedule"),
    ({"schedule": 7}, "7 is not a schedule"),
    ({"noise": "1,2"}, "'1,2' is no state of a random generator; it was damaged"),
    ({"noise": None}, "None is no state of a random generator"),
]


@pytest.mark.parametrize(("changes", "text"), DAMAGED, ids=[text for _, text in DAMAGED])
def test_a_damaged_state_is_refused_and_changes_nothing(changes, text):
    trainer, other = full(), full()
    for batch in batches(2):
        other.step(*batch)
    before = trainer.state()
    with pytest.raises(ValueError, match=re.escape("Trainer.restore: ")) as caught:
        trainer.restore(other.state() | changes)
    assert text in str(caught.value)
    np.testing.assert_equal(trainer.state(), before)


@pytest.mark.parametrize("name", full().state())
def test_a_state_that_lacks_a_part_is_refused(name):
    state = full().state()
    del state[name]
    with pytest.raises(ValueError, match=r"Trainer.restore: this is no state of a trainer"):
        full().restore(state)


@pytest.mark.parametrize("state", [None, 7, [], "adam"])
def test_what_is_no_state_is_refused(state):
    with pytest.raises(ValueError, match=r"Trainer.restore: this is no state of a trainer"):
        full().restore(state)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"trainer": {}}, "holds no trainer ('method')"),
        ({"trainer": {"method": "adam"}}, "Trainer.restore: this is no state of a trainer"),
        ({"trainer": {"method": []}}, "holds no trainer"),
        ({"trainer": {"method": "warp"}}, "holds no trainer (Trainer: unknown method 'warp'"),
        ({"trainer.mean": np.zeros(3)}, "mean has shape (3,), the network needs (47,)"),
        ({"trainer.mean": np.full(47, np.inf)}, "mean holds NaN or infinite numbers"),
        ({"weights": np.zeros(3)}, "the network is damaged: (3,) weights, but the layers need 47"),
    ],
)
def test_a_file_with_damaged_parts_is_refused(changes, text, tmp_path):
    trainer, path = full(), tmp_path / "run.npz"
    saving.write(path, saving.parts(trainer.net) | trainer.parts() | changes)
    with pytest.raises(ValueError, match=re.escape(f"Trainer.load: {path}")) as caught:
        Trainer.load(path)
    assert text in str(caught.value)


def test_a_file_of_a_network_alone_holds_no_trainer(tmp_path):
    line().save(tmp_path / "net.npz")
    with pytest.raises(
        ValueError, match=r"holds no trainer .*; open it with Network.load and make"
    ):
        Trainer.load(tmp_path / "net.npz")
