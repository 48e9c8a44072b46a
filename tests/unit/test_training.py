"""Runs: what an epoch tells, what is kept, and that a stopped one goes on to the bit."""

import re

import numpy as np
import pytest

from pyml import Network, Trainer, datasets, saving
from pyml import layers as L
from pyml.datasets.batches import Batches
from pyml.training import Run

LAYERS = [L.Input(2), L.Dense(8, activation="tanh"), L.BatchNorm(), L.Dropout(0.2), L.Softmax(2)]


def data(n=60):
    return datasets.circle(n, 0.1, np.random.default_rng(1))


def make_batches(n=60):
    return Batches(*data(n), 7, np.random.default_rng(3))


def make_run(validation=True, **options):
    trainer = Trainer(Network(LAYERS, seed=2), "adam", learning_rate=0.02)
    return Run(trainer, make_batches(), data(40) if validation else None, **options)


def test_an_epoch_tells_the_mean_loss_the_accuracy_and_the_speed():
    run, losses = make_run(), []
    step = run.trainer.step

    def listening(x, y):
        stats = step(x, y)
        losses.append((stats.loss, stats.n))
        return stats

    run.trainer.step = listening
    assert run.train()
    (loss, judged, accuracy, speed) = run.history[0]
    net, (x, y) = run.trainer.net, data(40)
    assert loss == pytest.approx(sum(value * n for value, n in losses) / 60)
    assert judged == pytest.approx(-np.log(net.predict(x)[np.arange(40), y]).mean(), rel=1e-5)
    assert accuracy == (net.classify(x) == y).mean()
    assert speed > 0
    assert (run.epoch, run.seen) == (1, 0)


def test_the_best_weights_are_those_of_the_best_epoch():
    run, seen = make_run(), []
    for _ in range(6):
        run.train()
        seen.append((run.history[-1].accuracy, run.trainer.net.weights.copy()))
    best = max(range(6), key=lambda i: (seen[i][0], i))  # of equal ones the last
    assert run.best_epoch == best + 1
    assert (run.best().weights == seen[best][1]).all()
    assert repr(run.best()) == repr(run.trainer.net)


def test_numbers_are_judged_by_their_loss(rng):
    x, y = datasets.line(40, 0.1, rng)
    net = Network([L.Input(1), L.Regression(1)], seed=1)
    run = Run(Trainer(net, "sgd", learning_rate=0.01), Batches(x, y, 8, rng), (x, y))
    for _ in range(3):
        run.train()
    assert [row.accuracy for row in run.history] == [None] * 3
    losses = [row.validation_loss for row in run.history]
    assert run.best_epoch == 1 + int(np.argmin(losses))
    assert losses[-1] == pytest.approx(net.loss(x, y))


@pytest.mark.parametrize(
    ("x", "y", "text"),
    [
        (np.zeros((3, 5)), [0, 1, 0], "but Input(2) takes (N, 2)"),
        (np.zeros((3, 2)), [0, 1, 2], "label 2 is not one of the classes 0..1"),
    ],
)
def test_data_that_do_not_fit_are_found_before_anything_is_trained(x, y, text):
    run = make_run()
    before = run.trainer.net.weights.copy()
    run.batches = Batches(x, y, 2, np.random.default_rng(0))
    with pytest.raises(ValueError, match=re.escape(text)):
        run.check()
    assert (run.trainer.net.weights == before).all()
    make_run().check()


def test_without_validation_the_last_weights_are_the_best():
    run = make_run(validation=False)
    for _ in range(3):
        run.train()
    assert run.history[-1][1:3] == (None, None)
    assert run.best_epoch == 3
    assert (run.best().weights == run.trainer.net.weights).all()


@pytest.mark.parametrize("batches_before", [1, 5, 8, 9, 10, 17, 18, 20])
def test_a_run_that_was_stopped_anywhere_goes_on_to_the_bit(batches_before, tmp_path):
    """An epoch has 9 batches."""
    whole = make_run()
    for _ in range(4):
        whole.train()

    run, count = make_run(about={"why": "a test"}), 0

    def stop_in_time(run):
        nonlocal count
        count += 1
        run.stop = count >= batches_before

    while not run.stop:
        run.train(stop_in_time)
    run.save(tmp_path / "run.npz")
    again = Run.load(tmp_path / "run.npz", make_batches(), data(40))
    while again.epoch < 4:
        assert again.train()
    assert again.trainer.net.weights.tobytes() == whole.trainer.net.weights.tobytes()
    assert [row[:3] for row in again.history] == [row[:3] for row in whole.history]
    assert again.best_weights.tobytes() == whole.best_weights.tobytes()
    assert again.about == {"why": "a test"}


def test_a_checkpoint_is_also_a_network_and_a_trainer(tmp_path):
    run = make_run()
    run.train()
    run.save(tmp_path / "run.npz")
    assert (Network.load(tmp_path / "run.npz").weights == run.trainer.net.weights).all()
    assert repr(Trainer.load(tmp_path / "run.npz")) == repr(run.trainer)


def damaged(path, **changes):
    run = make_run()
    run.train()
    run.save(path)
    found = saving.read("a test", path)
    for name, value in changes.items():
        if name in found:
            found[name] = value
        else:
            found["run"][name] = value
    saving.write(path, found)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"history": 7}, "is not the checkpoint of a run"),
        ({"history": [[1, 2, 3]]}, "is not the checkpoint of a run"),
        ({"best_epoch": 9}, "its best epoch is 9 of 1"),
        ({"running": [1]}, "not enough values"),
        ({"batches": {"examples": 3}}, "this is no state of batches"),
        ({"checksum": 7}, "it is of other data; give the same as then"),
        ({"running": [0, 1e400, 0]}, "cannot convert float infinity"),
        ({"best_epoch": 1e400}, "is not the checkpoint of a run"),
        ({"about": 3}, "is not the checkpoint of a run"),
        ({"best_weights": np.zeros(3)}, "its best weights are damaged"),
    ],
)
def test_a_damaged_checkpoint_is_refused(changes, text, tmp_path):
    path = tmp_path / "run.npz"
    damaged(path, **changes)
    batches = make_batches()
    before = batches.state()
    with pytest.raises(ValueError, match=re.escape(f"Run.load: {path}")) as caught:
        Run.load(path, batches)
    assert text in str(caught.value)
    assert batches.state() == before


@pytest.mark.parametrize("n", [0, 3])
def test_validation_that_cannot_judge_is_refused_at_once(n):
    with pytest.raises(ValueError, match=f"Run: validation has {n} examples and 4 targets"):
        Run(make_run().trainer, make_batches(), (np.zeros((n, 2)), np.zeros(4, int)))


def test_a_network_is_no_checkpoint(tmp_path):
    Trainer(Network(LAYERS)).save(tmp_path / "net.npz")
    with pytest.raises(ValueError, match="is not the checkpoint of a run"):
        Run.load(tmp_path / "net.npz", make_batches())
