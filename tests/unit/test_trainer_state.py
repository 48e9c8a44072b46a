"""The state of trainers: to files and back to the bit, and what is refused."""

import json
import re

import numpy as np
import pytest
from tables import line

from pyml import Network, Trainer, convnetjs, saving
from pyml import layers as L
from pyml.methods import TRAINERS
from pyml.schedules import Cosine, WarmUp


def test_settings_may_be_numpys_numbers_and_are_saved(tmp_path):
    trainer = Trainer(line(), "momentum")
    trainer.learning_rate = np.float32(0.5)
    trainer.clip_norm = np.int64(3)
    trainer.save(tmp_path / "t.npz")
    assert repr(Trainer.load(tmp_path / "t.npz")) == repr(trainer)


def test_a_file_of_another_kind_of_trainer_is_refused(tmp_path):
    theirs = convnetjs.trainer(line(), batch_size=2)
    theirs.train([1.0], 3.0)
    theirs.save(tmp_path / "t.npz")
    with pytest.raises(ValueError, match="batch_size, gathered, waiting is of another kind"):
        Trainer.load(tmp_path / "t.npz")


def test_a_schedule_of_ones_own_is_not_saved_to_be_lost(tmp_path):
    class Mine(Cosine):
        pass

    with pytest.raises(ValueError, match=r"Mine.* enter its class in schedules.SCHEDULES"):
        Trainer(line(), schedule=Mine(3)).save(tmp_path / "t.npz")


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
