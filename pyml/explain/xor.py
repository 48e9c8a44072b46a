"""What is to be said of XOR: the truth table, and in words how the two learners get on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pyml import graph
from pyml.explain import hidden, plateau
from pyml.network import Network

#: side of the fields in the units, and of the grid that the hidden layer bends
HEAT, BENT = 24, 15
#: most rows of the truth table
ROWS = 8
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float64)
XOR = np.array([0, 1, 1, 0])


def table(
    net: Network, one: Network, x: np.ndarray, labels: np.ndarray, units: list[int]
) -> dict[str, Any]:
    """The truth table of the points x (N, 2) if they are few, else of the four corners.

    `table_points` (R, 2), `table_labels` (R,), the outputs `table_one` (R,) of the single unit and
    `table_net` (R,) of the network, each with `_right` whether it is, and `table_hidden`
    (R, len(units)) of those hidden units; `table_corners` tells whether
    the rows are no points of the data.
    """
    few = len(x) <= ROWS
    x, labels = (x, labels) if few else (CORNERS, XOR)
    found: dict[str, Any] = {
        "table_points": x.astype(np.float32),
        "table_labels": labels.astype(np.uint8),
        "table_corners": not few,
    }
    for name, learner in (("table_one", one), ("table_net", net)):
        told = hidden.answers(learner, x) if len(x) else np.zeros(0)
        found[name] = told.astype(np.float32)
        found[f"{name}_right"] = ((told > 0.5) == labels).astype(np.uint8)
    if units and len(x):
        found["table_hidden"] = graph.outputs(net, x)[-2][:, units].astype(np.float32)
    return found


def pictures(net: Network, x: np.ndarray, units: list[int], view: hidden.View) -> dict[str, Any]:
    """The network with a field in each unit and, if it has hidden units, what they make of x."""
    middle = (np.arange(HEAT) + 0.5) / HEAT * (view[1] - view[0]) + view[0]
    grid = np.stack([axis.ravel() for axis in np.meshgrid(middle, middle)], axis=1)
    found = graph.links(net) | {
        "net_names": "x1|x2",
        "net_outputs": "output",
        "net_heat": graph.heat(net, grid, HEAT, view[1]),
    }
    if units:
        found |= hidden.lines(net, view)
        found |= hidden.space(net, units, x, view, BENT)
    return found


def ways(settings: dict[str, Any], coded: tuple[str, ...]) -> list[str]:
    """What a visitor may try when the network is stuck; `coded` is what the settings do not say."""
    found = ["New weights"]
    if settings["hidden"] < 8 and "hidden" not in coded:
        found.append("more hidden units")
    if settings["momentum"] < 0.9 and "momentum" not in coded:
        found.append("more momentum")
    if settings["batch_size"] != "0" or settings["stages"]:
        # Then steps go to and fro, and momentum keeps them going.
        found.append("a lower learning rate")
    return found


class Standing(NamedTuple):
    """How far the two learners are: what `verdict` speaks of."""

    steps: int
    points: int
    #: how many points are wrong
    wrong: int
    wrong_one: int
    #: whether there is nothing left to learn
    done: bool
    #: whether a straight line divides the points
    separable: bool
    #: how many units are in the first hidden layer; 0 if that is not known or there is none
    units: int
    #: whether the network no longer gets on
    stuck: bool
    #: whether all points get nearly the same answer
    level: bool
    #: why, if it can be seen
    reasons: list[str]
    #: what may help
    ways: list[str]


def verdict(of: Standing) -> str:
    """What is to be seen, in words."""
    if not of.points:
        return "There are no points: click into the picture of the network to make some."
    all_points = f"all {of.points} points"
    if not of.steps:
        if not of.wrong:
            return f"The weights have {all_points} right already."
        return (
            f"Not trained yet: the network has {of.wrong} of {of.points} points wrong, "
            f"the single unit {of.wrong_one}."
        )
    alone = _alone(of)
    if of.done:
        steps = f"{of.steps} step{'s' * (of.steps > 1)}"
        return f"Learnt in {steps}: the network has {all_points} right. {alone}"
    if not of.wrong:
        return f"The network has {all_points} right; its outputs are still getting clearer. {alone}"
    if of.units == 1 and not of.separable and of.steps >= plateau.PATIENCE:
        return (
            f"One hidden unit is not enough: it draws one line, and all it hands on is how far a "
            f"point lies from that. {of.wrong} of {of.points} points are wrong, and it will go on "
            f"like this. Two hidden units can do it."
        )
    if of.stuck and of.level:
        return (
            f"On a plateau: all points get nearly the same answer, and {of.wrong} of {of.points} "
            f"are wrong. The slope is small here, but not zero: it may still find a way down. "
            f"What helps: {', '.join(of.ways)}."
        )
    if of.stuck:
        why = "; ".join(of.reasons) or "the corrections that the points ask for cancel out"
        return (
            f"Stuck with {of.wrong} of {of.points} points wrong: {why}. "
            f"What helps: {', '.join(of.ways)}."
        )
    return f"Still learning: the network has {of.wrong} of {of.points} points wrong. {alone}"


def _alone(of: Standing) -> str:
    if not of.wrong_one:
        return "So does the single unit." if not of.wrong else "The single unit has none."
    has = f"The single unit has {of.wrong_one} wrong"
    return f"{has}." if of.separable else f"{has}: no straight line divides them."
