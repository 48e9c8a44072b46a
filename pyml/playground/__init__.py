"""TensorFlow Playground's way to learn: its networks, its trainer, its features.

    net = playground.network(features=2, hidden=(4, 2), seed=1)
    trainer = playground.Trainer(net, learning_rate=0.03, regularisation="L1", rate=0.001)
    loss = trainer.epoch(x, y)                  # x (N, 2), y (N,) of -1 and 1

Every weight starts between -0.5 and 0.5, every bias at 0.1, the loss is half the squared error,
and one output between -1 and 1 tells two classes apart. (github.com/tensorflow/playground, nn.ts.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyml.layer import number, whole
from pyml.layers import Dense, Input, Regression
from pyml.network import Network
from pyml.trainers import Stats

ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
#: problem: activation of the output
PROBLEMS = {"classification": "tanh", "regression": None}
#: regularisation: its derivative by the weights
REGULARISATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "none": np.zeros_like,
    "L1": np.sign,
    "L2": np.copy,
}
#: what can be fed in for a point (x, y), by the names that its links use
FEATURES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "xSquared": lambda x, y: x * x,
    "ySquared": lambda x, y: y * y,
    "xTimesY": lambda x, y: x * y,
    "sinX": lambda x, y: np.sin(x),
    "sinY": lambda x, y: np.sin(y),
}


def features(points: Any, names: Sequence[str] = ("x", "y")) -> np.ndarray:
    """For points (N, 2) the features of these names (N, len(names)), as they are, not scaled."""
    for name in names:
        if name not in FEATURES:
            raise ValueError(
                f"playground.features: unknown feature {name!r}; use some of {', '.join(FEATURES)}"
            )
    given = np.asarray(points)
    if given.ndim != 2 or given.shape[1] != 2 or not names:
        raise ValueError(
            f"playground.features: it takes points (N, 2) and at least one name, got "
            f"{given.shape} and {len(names)}"
        )
    return np.stack([FEATURES[name](*given.T) for name in names], axis=1)


def network(
    features: int = 2,
    hidden: Sequence[int] = (4, 2),
    activation: str = "tanh",
    problem: str = "classification",
    seed: int = 0,
    dtype: str = "float32",
) -> Network:
    """Hidden layers of these sizes, all with one activation, and one output.

    The output is a tanh for problem "classification", whose targets are -1 and 1, and linear for
    "regression". Raises ValueError for an activation (relu, tanh, sigmoid, linear) or a problem
    that is not there.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(
            f"playground.network: unknown activation {activation!r}; "
            f"use one of {', '.join(ACTIVATIONS)}"
        )
    if problem not in PROBLEMS:
        raise ValueError(
            f"playground.network: unknown problem {problem!r}; use one of {', '.join(PROBLEMS)}"
        )
    between = None if activation == "linear" else activation
    row = [Dense(units, between, init="uniform", bias=0.1) for units in hidden]
    head = Regression(1, PROBLEMS[problem], init="uniform", bias=0.1)
    return Network([Input(features), *row, head], seed=seed, dtype=dtype)


def loss(net: Network, x: Any, y: Any) -> float:
    """The number that it displays: mean of half the squared error over x (N, features), y (N,)."""
    wrong = net.predict(x)[:, 0] - np.asarray(y, net.dtype)
    return float(wrong @ wrong) / (2 * len(wrong))


class Trainer:
    """Plain steepest descent with its regularisation, which differs from weight decay in L1.

    With g the mean gradient over the examples since the last update and R' the derivative of the
    regularisation ("none", "L1": sum |w|, "L2": sum w^2 / 2, of the weights and not the biases),
    w1 = w - learning_rate g and w2 = w1 - learning_rate rate R'(w). Where w1 and w2 differ in
    sign under L1, the weight becomes 0 and its link is dead: it stays 0 for ever, `dead` (P,)
    tells which. All settings are attributes and may change at any time. Raises ValueError for a
    setting out of range.
    """

    def __init__(
        self,
        net: Network,
        learning_rate: float = 0.03,
        batch_size: int = 10,
        regularisation: str = "none",
        rate: float = 0.0,
    ) -> None:
        self.net = net
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.regularisation = regularisation
        self.rate = rate
        self.steps = 0
        #: which weights are links that died, (P,)
        self.dead = np.zeros(net.weights.size, bool)
        #: the sum of the gradients (P,) of so many examples that wait for the next update
        self.gathered = np.zeros_like(net.weights)
        self.waiting = 0
        self._check(self._settings())

    def step(self, x: Any, y: Any) -> Stats:
        """Learns from the batch x (N, features), y (N,), and from examples that still waited.

        Returns the losses of the batch before the change. Raises FloatingPointError, and changes
        nothing, when the loss or its gradient is no longer a finite number.
        """
        self._check(self._settings())
        with np.errstate(all="ignore"):
            found = self._gather(x, y)
            w, lr = self.net.weights, self.learning_rate
            slope = REGULARISATIONS[self.regularisation](w) * self.net.l1_mask
            size = {"none": 0.0, "L1": self.rate, "L2": self.rate / 2}[self.regularisation]
            total = size * float(slope @ w)  # |w| is w sign(w)
            moved = w - lr / self.waiting * self.gathered
            pulled = moved - lr * self.rate * slope
            if self.regularisation == "L1":
                self.dead |= moved * pulled < 0
            w[...] = np.where(self.dead, 0, pulled)
        self.gathered[...] = self.waiting = 0
        self.steps += 1
        l1 = total if self.regularisation == "L1" else 0.0
        return Stats(found, l1, total - l1, len(x))

    def epoch(self, x: Any, y: Any) -> float:
        """Learns from all examples x (N, features), y (N,) in their order; returns `loss` after.

        What is left over after the last full batch waits, and is averaged with the first batch of
        the next epoch.
        """
        self._check(self._settings())
        full = len(x) - len(x) % self.batch_size
        for start in range(0, full, self.batch_size):
            some = slice(start, start + self.batch_size)
            self.step(x[some], y[some])
        if full < len(x):
            self._gather(x[full:], y[full:])
        return loss(self.net, x, y)

    def _gather(self, x: Any, y: Any) -> float:
        """Adds the gradients of these examples to those that wait; returns their mean loss."""
        with np.errstate(all="ignore"):
            found, gradient = self.net.loss_and_gradient(x, y)
            length = float(gradient @ gradient)
        if not math.isfinite(found + length):
            what = "gradient" if math.isfinite(found) else "loss"
            raise FloatingPointError(
                f"playground.Trainer: the {what} is no longer a finite number after {self.steps} "
                f"steps; lower the learning rate (it is {self.learning_rate:g}) and reset the "
                f"network"
            )
        self.gathered += len(x) * gradient
        self.waiting += len(x)
        return found

    def _settings(self) -> dict[str, Any]:
        names = ("learning_rate", "batch_size", "regularisation", "rate")
        return {name: getattr(self, name) for name in names}

    def _check(self, settings: dict[str, Any]) -> None:
        owner = "playground.Trainer"
        number(owner, "learning_rate", settings["learning_rate"], 0, math.inf)
        whole(owner, "batch_size", settings["batch_size"])
        number(owner, "rate", settings["rate"], 0, math.inf)
        if settings["regularisation"] not in REGULARISATIONS:
            raise ValueError(
                f"{owner}: unknown regularisation {settings['regularisation']!r}; "
                f"use one of {', '.join(REGULARISATIONS)}"
            )

    def state(self) -> dict[str, Any]:
        """All that `restore` needs: settings, counts, and copies of `dead` (0 or 1), `gathered`.

        Everything but the two arrays is as JSON can hold it. The weights are not part of it.
        """
        counts = {"steps": self.steps, "waiting": self.waiting}
        arrays = {"dead": self.dead.astype(np.uint8), "gathered": self.gathered.copy()}
        return self._settings() | counts | arrays

    def restore(self, state: dict[str, Any]) -> None:
        """Takes over what `state` returned, to the bit. ValueError if it is of another trainer."""
        owner = "playground.Trainer.restore"
        try:
            settings = {name: state[name] for name in self._settings()}
            self._check(settings)
            counts = {name: whole(owner, name, state[name], 0) for name in ("steps", "waiting")}
            arrays = {
                "dead": np.array(state["dead"], bool),
                "gathered": np.array(state["gathered"], self.net.dtype),
            }
        except (KeyError, TypeError) as error:
            raise ValueError(f"{owner}: this is no state of a trainer ({error!r})") from None
        for name, array in arrays.items():
            if array.shape != self.net.weights.shape or not np.isfinite(array).all():
                raise ValueError(
                    f"{owner}: {name} has shape {array.shape} or is not finite; the network needs "
                    f"{self.net.weights.shape}"
                )
        for name, value in (settings | counts | arrays).items():
            setattr(self, name, value)

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in self._settings().items())
        return f"playground.Trainer({settings}, after {self.steps} steps, {self.dead.sum()} dead)"
