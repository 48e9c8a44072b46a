"""Standstill: when it is called so, and the reasons that are found."""

import numpy as np
import pytest

from pyml import Network
from pyml import layers as L
from pyml.demo import History
from pyml.explain import plateau

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float64)
XOR = np.array([0, 1, 1, 0])


def history(losses):
    kept = History("loss")
    for step, loss in enumerate(losses):
        if kept.due(step):
            kept.add(step, loss)
    return kept


@pytest.mark.parametrize(
    ("losses", "since", "halts"),
    [
        (np.full(800, 0.125), 0, True),
        (np.linspace(1, 0, 800), 0, False),
        (np.full(300, 0.125), 0, False),  # too soon
        (np.full(800, 0.125), 700, False),  # something was changed a moment ago
        (np.append(np.linspace(1, 0.1, 200), np.full(700, 0.1)), 0, True),
        (np.append(np.full(700, 0.1), np.linspace(0.1, 0, 200)), 0, False),
    ],
)
def test_a_standstill_is_a_last_quarter_without_progress(losses, since, halts):
    assert plateau.halted(history(losses), len(losses) - 1, since) == halts


def reasons(weights, activation, outputs=(0.1, 0.9, 0.9, 0.1)):
    hidden = L.Dense(2, activation=activation)
    net = Network([L.Input(2), hidden, L.Regression(1, activation="sigmoid")])
    net.weights = weights
    return "; ".join(plateau.reasons(net, X, XOR, np.array(outputs)))


@pytest.mark.parametrize(
    ("weights", "activation", "words"),
    [
        # w of h1, w of h2, their biases, the output's
        ([1, 1, -1, -1, -0.5, -0.5, 1, 1, 0], "relu", "h2 is dead"),
        ([-1, -1, -1, -1, -0.5, -0.5, 1, 1, 0], "relu", "h1 and h2 are dead"),
        ([1, 1, 0.1, 0.1, -0.5, 5, 1, 1, 0], "tanh", "h2 is saturated at every point"),
        ([1, 1, 0.1, 0.1, -0.5, 9, 1, 1, 0], "sigmoid", "h2 is saturated at every point"),
        ([1, 1, 0.1, 0.1, -0.5, 0.5, 1, 1, 0], "tanh", "the line of h2 has all points on one side"),
        (
            [0.1, 0.1, 0.1, 0.1, 0.5, 0.5, 1, 1, 0],
            "tanh",
            "the lines of h1 and h2 have all points on one side",
        ),
    ],
)
def test_units_that_are_of_no_use_are_named(weights, activation, words):
    assert reasons(weights, activation).startswith(words)


def test_nothing_is_said_against_a_network_that_works():
    assert reasons([1, 1, 1, 1, -0.5, -1.5, 2, -2, -1], "tanh") == ""


def test_two_points_that_get_the_same_answer_but_should_not_are_named():
    found = reasons([1, 1, 1, 1, -0.5, -1.5, 2, -2, -1], "tanh", (0.1, 0.52, 0.9, 0.5))
    assert found.startswith("(1, 1) and (0, 1) get nearly the same answer, 0.51")
