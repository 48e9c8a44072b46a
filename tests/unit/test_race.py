"""Methods side by side: the same start, the same batches, and one that runs away alone."""

import numpy as np
import pytest

from pyml import layers as L
from pyml import visitor
from pyml.explain import race
from pyml.network import Network
from pyml.trainers import Trainer

NETWORK = "def make_network(seed):\n    return Network([L.Input(2), L.Regression(1)], seed=seed)\n"
TUNED = {"sgd": {"learning_rate": 0.1}, "adam": {"learning_rate": 0.02}}
CODE = NETWORK + race.written(TUNED)


def anything(net):
    """No network is refused."""


def test_all_start_from_the_same_weights_each_with_its_own_method():
    first, second = race.racers(CODE, CODE, ["sgd", "adam"], 5, anything)[0]
    assert (first.trainer.method, second.trainer.method) == ("sgd", "adam")
    assert (first.trainer.learning_rate, second.trainer.learning_rate) == (0.1, 0.02)
    assert (first.net.weights == second.net.weights).all()
    assert not np.shares_memory(first.net.weights, second.net.weights)


def test_the_same_start_even_if_the_code_does_not_keep_to_the_seed():
    code = NETWORK.replace("seed=seed", "seed=int(np.random.default_rng().integers(1000))")
    found, _, own = race.racers(code, CODE, ["sgd", "adam"], 5, anything)
    assert (found[0].net.weights == found[1].net.weights).all()
    assert not own


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (
            NETWORK + "def make_trainer(net, method):\n    return playground.Trainer(net)\n",
            "for sgd it was playground.Trainer",
        ),
        (NETWORK + "def make_trainer(net):\n    return Trainer(net)\n", "takes 1 positional"),
        (
            "def make_network(seed):\n"
            "    layers = [L.Input(2), L.Dense(np.random.randint(1, 400)), L.Regression(1)]\n"
            "    return Network(layers)\n",
            "same network each time",
        ),
    ],
)
def test_code_that_makes_no_race_is_refused_in_plain_words(code, text):
    with pytest.raises(visitor.CodeError, match=text):
        race.racers(code, CODE, ["sgd", "adam"], 5, anything)


def runner(rate):
    net = Network([L.Input(1), L.Regression(1)], seed=1)
    return race.Racer("sgd", net, Trainer(net, "sgd", learning_rate=rate))


def test_one_that_runs_away_is_stopped_where_it_was_and_stays_there():
    racer = runner(1e25)
    x = np.array([[1e5], [-1e5]], np.float32)
    racer.learn(x, x[:, 0], np.array([0, 1] * 20), 1, 7)
    assert not racer.runs
    assert racer.stopped == 7 + racer.trainer.steps
    assert np.isfinite(racer.net.weights).all()
    before = racer.net.weights.copy()
    racer.learn(x, x[:, 0], np.array([0, 1]), 1, 47)
    assert (racer.net.weights == before).all()


@pytest.mark.parametrize("loss", [race.LOST, np.inf, np.nan])
def test_a_loss_beyond_all_bounds_stops_it(loss):
    racer = runner(0.1)
    racer.loss = loss
    racer.look(12)
    assert racer.stopped == 12


def test_it_has_arrived_when_it_is_nearly_there_for_the_first_time():
    racer = runner(0.1)
    for step, share in ((0, 0.5), (10, 0.94), (20, 0.95), (30, 0.5), (40, 1.0)):
        racer.share = share
        racer.look(step)
    assert racer.arrived == 20


def test_the_valley_is_narrow_and_lowest_in_the_middle():
    valley = race.Valley(25, 3)
    w = np.eye(2)
    slopes = valley.x.T @ valley.x / 4  # the second derivatives of the loss
    assert sorted(np.linalg.eigvalsh(slopes)) == pytest.approx([1 / 25, 1], rel=1e-5)
    np.testing.assert_allclose(valley.depth(w), np.diag(slopes) / 2, rtol=1e-5)
    assert valley.depth(np.zeros((1, 2))) == 0
    np.testing.assert_allclose(valley.x.mean(axis=0), 0, atol=1e-7)


def test_its_program_starts_where_the_valley_does():
    valley = race.Valley(25, 3)
    net = visitor.make(valley.program(), 0, anything).net
    np.testing.assert_allclose(net.weights, [*valley.start, 0], rtol=1e-6)
    loss = net.loss(valley.x, valley.y)
    assert loss == pytest.approx(float(valley.depth(valley.start[None])[0]), rel=1e-4)


def test_the_race_in_words():
    names = {"sgd": "Plain"}
    ahead, behind, gone = runner(0.1), runner(0.1), runner(0.1)
    for racer, loss in ((ahead, 0.25), (behind, 2.0), (gone, 1.0)):
        racer.began, racer.loss = 1.0, loss
    ahead.arrived, gone.stopped = 3, 4
    text = race.told([behind, ahead, gone], names, 9, "come half of the way")
    assert text.startswith("Plain leads with a loss of 0.25; Plain is last with 2.")
    assert "1 of 3 have come half of the way." in text
    assert "Worse than at the start: Plain" in text
    assert text.endswith("Ran away and was stopped: Plain. Lower its rate.")
    assert race.told([gone], names, 9, "").startswith("All of them ran away.")
    assert "All 2 start from the same weights" in race.told([behind, ahead], names, 0, "")
