"""Says in words how learning gets on in the demo `separability`, and why it does not."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

#: steps before learning can be called stuck, and the rows of the curves that it takes to tell
PATIENCE, ROWS = 500, 30
#: it is stuck when over the last half of its steps the loss fell by less than this share
SLOWEST = 0.02
#: the test loss of a network that learns by heart is so many times the other
APART = 1.5
#: what is as good as learnt: so little of the first loss is left
DONE = 0.02


class Progress(NamedTuple):
    """What there is to know of the network and its losses."""

    steps: int
    learnt: int
    tested: int
    losses: tuple[float, float]
    accuracies: tuple[float, float]
    #: the curves (R,) of steps and loss
    history: tuple[np.ndarray, np.ndarray]
    heights: bool
    data: str
    hidden: tuple[int, ...]
    features: str
    dead: int
    largest: float
    regularised: bool
    #: share of the training points that are wrong although the network is quite sure of them
    saturated: float = 0.0


def verdict(p: Progress) -> str:
    """One or two sentences."""
    if not p.learnt:
        return "There are no points: click into the picture to make some."
    if not np.isfinite(p.losses[0]):
        return "Learning has run away: lower the learning rate, then press Reset."
    said = _heights(p) if p.heights else _classes(p)
    if not p.steps:
        return f"Not trained yet. {said}"
    if _overfitted(p):
        return (
            f"{said} The test loss is {p.losses[1] / p.losses[0]:.1f} times the training loss: "
            f"it learns its points by heart (overfitting)."
        )
    if _stuck(p):
        return f"{said} It is stuck: {_why(p)}"
    return said


def _classes(p: Progress) -> str:
    wrong = [n - round(a * n) for n, a in zip((p.learnt, p.tested), p.accuracies, strict=True)]
    of_tests = f", {wrong[1]} of the {p.tested} test points" if p.tested else ""
    if not any(wrong):
        tests = f", and all {p.tested} test points" if p.tested else ""
        return f"All {p.learnt} training points are on their side{tests}."
    return f"Wrong: {wrong[0]} of the {p.learnt} training points{of_tests}."


def _heights(p: Progress) -> str:
    off = [f"{np.sqrt(2 * loss):.2g}" for loss in p.losses]
    tests = f", at the test points by {off[1]}" if p.tested else ""
    return f"At the training points the surface is off by {off[0]} on average{tests}."


def _overfitted(p: Progress) -> bool:
    train, test = p.losses
    return bool(p.tested) and p.steps >= PATIENCE / 2 and test > APART * train and test > 0.05


def _stuck(p: Progress) -> bool:
    steps, loss = p.history
    if p.steps < PATIENCE or len(loss) < ROWS or p.losses[0] < DONE * float(loss[0]):
        return False
    if not p.heights and p.accuracies[0] > 0.99:
        return False
    # Batches are noisy: two stretches are compared and not two points.
    earlier = loss[(steps > 0.4 * p.steps) & (steps <= 0.6 * p.steps)]
    later = loss[steps > 0.8 * p.steps]
    if not len(earlier) or not len(later):
        return False
    return float(later.mean()) > (1 - SLOWEST) * float(earlier.mean())


def _why(p: Progress) -> str:
    if p.regularised and p.largest < 0.5:
        return "regularisation holds all weights close to zero. Lower its rate."
    if p.regularised and p.dead:
        return (
            f"{p.dead} links were cut by L1 regularisation and stay cut. Lower its rate, "
            f"then press Reset."
        )
    if p.saturated > 0.1:
        return (
            "the output is saturated: it is sure of points that are wrong, and where tanh is flat "
            "there is no slope to follow. Try New weights."
        )
    straight = p.features == "x,y" and not p.heights
    if straight and not p.hidden:
        return (
            "without a hidden layer there is one straight border. Add a layer, or better features."
        )
    if straight and p.data == "circle" and p.hidden == (1,):
        return "one hidden unit cuts the plane once, and one cut does not close a ring. Add units."
    if straight and p.data == "circle" and p.hidden == (2,):
        return "two cuts make a strip or a wedge, which is open somewhere. Add a unit."
    return (
        "the slope is too small to get on. Try New weights, more units, or another learning rate."
    )
