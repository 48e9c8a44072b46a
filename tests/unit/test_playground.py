"""TensorFlow Playground's numbers, its dead links, and batches that go on into the next epoch."""

import re

import numpy as np
import pytest

from pyml import Network, playground
from pyml import layers as L

COUNT = np.arange(1, 41)
X = np.stack([5 * np.sin(1.7 * COUNT), 5 * np.cos(2.3 * COUNT)], axis=1)
Y = np.where((X**2).sum(axis=1) < 12, 1.0, -1.0)

#: Computed by the original: weights start as 0.5 sin(c), c = 1, 2, ... through all of them. Loss
#: at the start and after 1, 10, 100 epochs; first weight, first bias, dead links.
GOLDEN = {
    "tanh": (
        {"hidden": (3,)},
        {"learning_rate": 0.03},
        (0.580066417922, 0.533590415663, 0.364280580937, 0.179710597525),
        (0.126885886305, 0.754477882736, 0),
    ),
    "two layers": (
        {"hidden": (4, 2)},
        {"learning_rate": 0.03},
        (0.525590586601, 0.482223658284, 0.363650082846, 0.325089628294),
        (0.338807496587, -0.061771983210, 0),
    ),
    "L1": (
        {"hidden": (4, 2), "activation": "relu"},
        {"learning_rate": 0.03, "batch_size": 7, "regularisation": "L1", "rate": 0.01},
        (0.376153410878, 0.324765026313, 0.239192323464, 0.053324451708),
        (0.204285347492, -0.008034981126, 1),
    ),
    "L2": (
        {"hidden": (3,), "activation": "sigmoid"},
        {"learning_rate": 0.1, "batch_size": 30, "regularisation": "L2", "rate": 0.003},
        (0.955658222107, 0.852098141570, 0.374975454842, 0.349088540538),
        (0.408195563409, 0.085156692580, 0),
    ),
    "regression": (
        {"hidden": (3,), "problem": "regression"},
        {"learning_rate": 0.01},
        (0.588898521742, 0.567445655431, 0.441574378048, 0.307237467744),
        (0.252377445571, 0.247216413649, 0),
    ),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_hundred_epochs_lose_what_the_original_lost(case):
    shape, options, losses, (weight, bias, dead) = GOLDEN[case]
    net = playground.network(**shape, dtype="float64")
    links = net.l1_mask > 0
    net.weights[links] = 0.5 * np.sin(np.arange(1, links.sum() + 1))
    trainer = playground.Trainer(net, **options)
    found = [playground.loss(net, X, Y)] + [trainer.epoch(X, Y) for _ in range(100)]
    np.testing.assert_allclose([found[i] for i in (0, 1, 10, 100)], losses, rtol=1e-9)
    first = net.layers[1]
    np.testing.assert_allclose((first.w[0, 0], first.b[0]), (weight, bias), rtol=1e-9)
    assert trainer.dead.sum() == dead


def test_a_network_is_what_the_page_shows():
    found = playground.network(3, (4, 2), "relu", "classification", seed=7)
    body = [L.Dense(units, "relu", init="uniform", bias=0.1) for units in (4, 2)]
    wanted = [L.Input(3), *body, L.Regression(1, "tanh", init="uniform", bias=0.1)]
    assert repr(found) == repr(Network(wanted, seed=7))
    links = found.l1_mask > 0
    assert np.abs(found.weights[links]).max() <= 0.5
    assert (found.weights[~links] == np.float32(0.1)).all()
    linear = playground.network(hidden=(2,), activation="linear", problem="regression")
    assert [type(layer) for layer in linear.layers[1:]] == [L.Dense, L.Dense, L.Regression]
    assert playground.network(hidden=()).weights.size == 3


def line(w, **options):
    """The network y = w x + b in float64 with b = 0, and a trainer."""
    net = playground.network(1, (), problem="regression", dtype="float64")
    net.weights = [w, 0]
    return net, playground.Trainer(net, **options)


def test_l2_pulls_by_the_old_weight_and_not_by_the_batch():
    """At x = 1 with target 3 and w = 2 the gradient is -1; two examples have the same mean.

    w = 2 + 0.1 * 1 - 0.1 * 0.5 * 2 = 2, b = 0.1; the losses are (2 - 3)^2 / 2 and 0.5 * 2^2 / 2.
    """
    net, trainer = line(2, learning_rate=0.1, regularisation="L2", rate=0.5)
    assert trainer.step([[1], [1]], [3, 3]) == (0.5, 0, 1, 2)
    np.testing.assert_allclose(net.weights, [2, 0.1])


def test_a_link_whose_pull_crosses_zero_is_dead_for_ever():
    """At x = 0 nothing but L1 moves w: 0.12, 0.07, 0.02, and then past zero, which kills it."""
    net, trainer = line(0.12, learning_rate=0.1, regularisation="L1", rate=0.5)
    assert trainer.step([[0]], [0]) == (0, 0.06, 0, 1)
    trainer.step([[0]], [0])
    np.testing.assert_allclose(net.weights, [0.02, 0])
    assert not trainer.dead.any()
    trainer.step([[0]], [0])
    assert net.weights.tolist() == [0, 0]
    assert trainer.dead.tolist() == [True, False]
    trainer.regularisation = "none"
    trainer.step([[1]], [1])
    assert net.weights.tolist() == [0, 0.1]


def test_what_is_left_of_an_epoch_waits_for_the_first_batch_of_the_next():
    """Of five examples in batches of two, one waits; the next update is the mean of three."""
    net, trainer = line(0, learning_rate=0.3, batch_size=2)
    x, y = np.zeros((5, 1)), np.array([0, 0, 0, 0, 3.0])
    assert trainer.epoch(x, y) == pytest.approx(9 / 10)  # half of 9, a fifth of the time
    assert (trainer.steps, trainer.waiting) == (2, 1)
    assert net.weights.tolist() == [0, 0]
    trainer.step(x[:2], y[:2])
    np.testing.assert_allclose(net.weights, [0, 0.3 * 3 / 3])
    assert trainer.waiting == 0


def test_settings_may_change_while_it_runs():
    net, trainer = line(0, learning_rate=0.1)
    trainer.step([[0]], [1])
    trainer.learning_rate, trainer.regularisation, trainer.rate = 0.5, "L2", 0.1
    trainer.step([[0]], [1.1])
    np.testing.assert_allclose(net.weights, [0, 0.6])
    trainer.batch_size = 0
    with pytest.raises(ValueError, match="batch_size must be a whole number of at least 1, got 0"):
        trainer.epoch([[0]], [1])
    trainer.batch_size, trainer.regularisation = 1, "L3"
    with pytest.raises(ValueError, match="unknown regularisation 'L3'; use one of none, L1, L2"):
        trainer.step([[0]], [1])


def test_a_run_is_continued_to_the_bit():
    net = playground.network(seed=2)
    options = {"learning_rate": 0.1, "batch_size": 7, "regularisation": "L1", "rate": 0.05}
    trainer = playground.Trainer(net, **options)
    for _ in range(20):
        trainer.epoch(X, Y)
    assert trainer.dead.any()
    assert trainer.waiting
    state, weights = trainer.state(), net.weights.copy()
    trainer.epoch(X, Y)
    same = playground.network(seed=3)
    same.weights = weights
    other = playground.Trainer(same)
    other.restore(state)
    other.epoch(X, Y)
    assert (same.weights == net.weights).all()
    assert repr(other) == repr(trainer)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": -1}, "playground.Trainer.restore: steps must be a whole number"),
        ({"learning_rate": "fast"}, "playground.Trainer: learning_rate must be a number of at"),
        ({"regularisation": None}, "playground.Trainer: unknown regularisation None"),
        ({"regularisation": []}, "this is no state of a trainer"),
        ({"dead": [True]}, "dead has shape (1,) or is not finite; the network needs (2,)"),
        ({"gathered": [np.inf, 0]}, "gathered has shape (2,) or is not finite"),
        ({"gathered": {}}, "this is no state of a trainer"),
    ],
)
def test_a_damaged_state_is_refused_and_changes_nothing(change, message):
    _, trainer = line(1)
    before = repr(trainer)
    with pytest.raises(ValueError, match=re.escape(message)):
        trainer.restore(trainer.state() | {"learning_rate": 9.0} | change)
    assert repr(trainer) == before


def test_learning_that_runs_away_is_stopped_before_it_spoils_the_weights():
    net, trainer = line(1)
    with pytest.raises(FloatingPointError, match=r"lower the learning rate \(it is 0.03\)"):
        trainer.step([[1e200]], [0])
    assert net.weights.tolist() == [1, 0]
    assert trainer.waiting == 0


def test_features_are_taken_as_they_are():
    points = [[1.0, 2.0], [-3.0, 0.5]]
    assert (playground.features(points) == points).all()
    found = playground.features(points, list(playground.FEATURES))
    x, y = np.array(points).T
    wanted = [x, y, x**2, y**2, x * y, np.sin(x), np.sin(y)]
    np.testing.assert_allclose(found, np.transpose(wanted))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: playground.features(X, ["cosX"]), "unknown feature 'cosX'; use some of x, y, xS"),
        (lambda: playground.features([1, 2]), "it takes points (N, 2) and at least one name, got"),
        (lambda: playground.features(X, []), "at least one name, got (40, 2) and 0"),
        (lambda: playground.network(activation="elu"), "unknown activation 'elu'; use one of relu"),
        (lambda: playground.network(problem="rank"), "unknown problem 'rank'; use one of classif"),
        (lambda: line(1, learning_rate=-1), "learning_rate must be a number of at least 0 and"),
        (
            lambda: line(1, rate=np.nan),
            "rate must be a number of at least 0 and below inf, got nan",
        ),
    ],
)
def test_what_does_not_work_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
