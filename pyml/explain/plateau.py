"""Whether learning has come to a halt short of the goal, and what can be seen of the reason."""

from __future__ import annotations

import numpy as np

from pyml import graph
from pyml.demo import History
from pyml.layers import Relu
from pyml.network import Network

#: steps after which one may say that nothing moves any more
PATIENCE = 400
#: part of the loss that must go within a quarter of the time, or there is no progress
PROGRESS = 0.02
#: a unit is as good as flat where its slope is below this part of its steepest
FLAT = 0.1
#: answers closer than this are the same
SAME = 0.1


def halted(history: History, step: int, since: int) -> bool:
    """Whether the `loss` of a run, now at `step`, no longer falls; by what came after `since`.

    The last quarter of that time is compared with the one before, so that a long run needs a long
    plateau.
    """
    columns = history.columns()
    losses = columns["history_loss"][columns["history_step"] >= since]
    quarter = len(losses) // 4
    if step - since < PATIENCE or not quarter:
        return False
    last, before = losses[-quarter:].mean(), losses[-2 * quarter : -quarter].mean()
    return bool(last > before * (1 - PROGRESS))


def reasons(net: Network, x: np.ndarray, labels: np.ndarray, outputs: np.ndarray) -> list[str]:
    """What is odd about a `graph.drawable` network, in words, for points x (N, 2), labels (N,)."""
    found = []
    dense = graph.dense_layers(net)
    if len(dense) > 1:
        z = x @ dense[0].w.T.astype(np.float64) + dense[0].b  # (N, units)
        units = z.shape[1]
        dead = (z <= 0).all(axis=0) if isinstance(net.layers[2], Relu) else np.zeros(units, bool)
        h = graph.outputs(net, x)[1]
        flat = _flat(h, type(net.layers[2]).__name__)
        idle = ((z > 0).all(axis=0) | (z < 0).all(axis=0)) & ~dead
        if dead.any():
            found.append(
                f"{_units(dead)} {_is(dead)} dead: below zero at every point, so the output is 0, "
                f"the slope is 0, and no error comes through"
            )
        if (flat & ~dead).any():
            few = flat & ~dead
            found.append(
                f"{_units(few)} {_is(few)} saturated at every point: so flat that small changes "
                f"of the weights change nothing"
            )
        if (idle & ~flat).any():
            few = idle & ~flat
            lines = "the line" if few.sum() == 1 else "the lines"
            found.append(
                f"{lines} of {_units(few)} {'has' if few.sum() == 1 else 'have'} all points on "
                f"one side"
            )
    pair = _alike(x, labels, outputs)
    if pair:
        found.append(pair)
    return found


def _flat(h: np.ndarray, kind: str) -> np.ndarray:
    """Which units (units,) are flat at all points, for what they say h (N, units)."""
    slope = {"Tanh": 1 - h * h, "Sigmoid": 4 * h * (1 - h)}.get(kind)
    none = np.zeros(h.shape[1], bool)
    return none if slope is None else (slope < FLAT).all(axis=0)


def _alike(x: np.ndarray, labels: np.ndarray, outputs: np.ndarray) -> str:
    """The two points of different classes whose answers are closest, if they are the same."""
    zeros, ones = np.flatnonzero(labels == 0), np.flatnonzero(labels == 1)
    if not len(zeros) or not len(ones):
        return ""
    gaps = np.abs(outputs[zeros][:, None] - outputs[ones][None])
    i, j = np.unravel_index(gaps.argmin(), gaps.shape)
    if gaps[i, j] > SAME:
        return ""
    a, b = zeros[i], ones[j]
    said = float(outputs[a] + outputs[b]) / 2
    return (
        f"{place(x[a])} and {place(x[b])} get nearly the same answer, {said:.2f}, though one "
        f"should be 0 and the other 1: they pull in opposite directions, and the pulls cancel"
    )


def place(x: np.ndarray) -> str:
    """A point as (0, 1)."""
    return f"({round(float(x[0]), 2) + 0:g}, {round(float(x[1]), 2) + 0:g})"


def _units(which: np.ndarray) -> str:
    names = [f"h{i + 1}" for i in np.flatnonzero(which)]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _is(which: np.ndarray) -> str:
    return "is" if which.sum() == 1 else "are"
