"""How a visitor tunes training: the methods, a rate that suits each, and the controls for them.

The rates are for networks of a few units on inputs of a few units' size; they were found by trying.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from pyml import controls, program

#: method: what a visitor reads
METHODS = {
    "sgd": "Gradient descent",
    "momentum": "Momentum",
    "nesterov": "Nesterov",
    "adagrad": "Adagrad",
    "windowgrad": "Windowgrad",
    "adadelta": "Adadelta",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
}
#: method: a learning rate with which it does well
RATES = {
    "sgd": 0.2,
    "momentum": 0.1,
    "nesterov": 0.1,
    "adagrad": 0.3,
    "windowgrad": 0.03,
    "adadelta": 1.0,
    "rmsprop": 0.015,
    "adam": 0.02,
    "adamw": 0.02,
}
#: the same where the loss is half a square, of slopes up to 1 and weights of a few units' size
VALLEY = {
    "sgd": 1.6,
    "momentum": 0.4,
    "nesterov": 0.4,
    "adagrad": 1.0,
    "windowgrad": 0.1,
    "adadelta": 20.0,
    "rmsprop": 0.1,
    "adam": 0.2,
    "adamw": 0.2,
}
#: methods that a visitor can give a momentum
ROLLING = ("momentum", "nesterov")
BATCH_SIZE = controls.Slider(
    default=10,
    min=1,
    max=50,
    step=1,
    live=True,
    label="Batch size",
    help="How many points one step looks at",
)
#: so many rows of a curve say whether it has come to rest
ROWS = 80


def table(
    method: str, rate: float, momentum: float, batch_size: int, l2_decay: float
) -> dict[str, controls.Control]:
    """The controls `method`, `learning_rate`, `momentum`, `batch_size` and `l2_decay`."""
    return {
        "method": controls.Choice(
            default=method,
            label="Method",
            choices=tuple(METHODS.items()),
            help="How the gradient becomes a step; a new choice brings a rate that suits it",
        ),
        "learning_rate": controls.rate(rate),
        "momentum": controls.Slider(
            default=momentum,
            min=0.0,
            max=0.95,
            step=0.05,
            live=True,
            label="Momentum",
            help="How much of the last step is taken again",
            when=("method", ROLLING),
        ),
        "batch_size": replace(BATCH_SIZE, default=batch_size),
        "l2_decay": controls.share(
            l2_decay, "L2 decay", 0.05, 0.001, "How strongly the weights are pulled towards zero"
        ),
    }


def written(settings: dict[str, Any]) -> str:
    """`make_trainer` for the settings of these controls."""
    rolling = {"momentum": settings["momentum"]} if settings["method"] in ROLLING else {}
    rate, decay = settings["learning_rate"], settings["l2_decay"]
    return program.trainer(settings["method"], learning_rate=rate, **rolling, l2_decay=decay)


def settled(losses: np.ndarray) -> bool:
    """Whether a curve (rows,) has come to rest: its last quarter is hardly below the one before."""
    rows = len(losses)
    if rows < ROWS:
        return False
    last, before = (
        float(losses[-k * rows // 4 : rows - (k - 1) * rows // 4].mean()) for k in (1, 2)
    )
    return last > 0.98 * before
