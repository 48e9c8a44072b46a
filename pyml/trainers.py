"""Trainers: how the weights follow the gradient.

`Trainer` does what all methods share: it asks the network for the loss and its gradient, adds
weight decay, and adds the step to the weights. A `Method` only says what the step is and keeps
the accumulators that it needs; `TRAINERS` lists the methods.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar, NamedTuple

import numpy as np

from pyml.network import Network


class Stats(NamedTuple):
    """What a step saw before it changed the weights: mean data loss, decay losses, examples."""

    loss: float
    l1_loss: float
    l2_loss: float
    n: int


class Method:
    """Base of the methods.

    `accumulators` names the (P,) arrays that it wants, zero at the start, as its attributes;
    `defaults` are the settings that the trainer takes over.
    """

    accumulators: tuple[str, ...] = ()
    defaults: ClassVar[dict[str, float]] = {}

    def __init__(self, net: Network) -> None:
        for name in self.accumulators:
            setattr(self, name, np.zeros_like(net.weights))

    def delta(self, gradient: np.ndarray, trainer: Trainer) -> np.ndarray:
        """What to add to the weights (P,) for this gradient (P,), which may be overwritten."""
        raise NotImplementedError


class Sgd(Method):
    """Steepest descent: the step is -learning_rate * gradient, plus momentum * last step."""

    accumulators = ("velocity",)
    defaults: ClassVar = {"learning_rate": 0.01, "momentum": 0.0}
    velocity: np.ndarray

    def delta(self, gradient: np.ndarray, trainer: Trainer) -> np.ndarray:
        """Returns velocity = momentum * velocity - learning_rate * gradient."""
        gradient *= trainer.learning_rate
        self.velocity *= trainer.momentum
        self.velocity -= gradient
        return self.velocity


class Momentum(Sgd):
    """Steepest descent with a heavy ball (Polyak 1964): as sgd, with momentum 0.9 to begin with."""

    defaults: ClassVar = {"learning_rate": 0.01, "momentum": 0.9}


TRAINERS: dict[str, type[Method]] = {"sgd": Sgd, "momentum": Momentum}


class Trainer:
    """Trains `net` by `method`, one batch a step.

    Settings that are not given take the method's own values. `l1_decay` and `l2_decay` add
    l1 * sum |w| and l2 / 2 * sum w^2 over the weights (not the biases) to the loss. All settings
    are attributes and may change between steps. Raises ValueError for an unknown method or a
    setting out of range.
    """

    def __init__(
        self,
        net: Network,
        method: str = "sgd",
        learning_rate: float | None = None,
        momentum: float | None = None,
        l1_decay: float = 0.0,
        l2_decay: float = 0.0,
    ) -> None:
        if method not in TRAINERS:
            raise ValueError(
                f"Trainer: unknown method {method!r}; use one of {', '.join(TRAINERS)}"
            )
        kind = TRAINERS[method]
        given = {"learning_rate": learning_rate, "momentum": momentum}
        settings = {name: kind.defaults[name] if v is None else v for name, v in given.items()}
        self.net = net
        self.method = method
        self.rule = kind(net)
        self.learning_rate = _setting("learning_rate", settings["learning_rate"])
        self.momentum = _setting("momentum", settings["momentum"], below=1.0)
        self.l1_decay = _setting("l1_decay", l1_decay)
        self.l2_decay = _setting("l2_decay", l2_decay)
        self.steps = 0

    def step(self, x: Any, y: Any) -> Stats:
        """Changes the weights a little for the better on the batch x (N, *input), y.

        Returns the losses before the change. Raises FloatingPointError, and leaves the weights
        as they are, when the loss is no longer a finite number.
        """
        with np.errstate(all="ignore"):
            loss, gradient = self.net.loss_and_gradient(x, y)
            if not math.isfinite(loss):
                raise FloatingPointError(
                    f"Trainer: the loss is {loss} after {self.steps} steps, learning has run away; "
                    f"lower the learning rate (it is {self.learning_rate:g}) and reset the network"
                )
            l1_loss = l2_loss = 0.0
            if self.l1_decay or self.l2_decay:
                l1_loss, l2_loss = self._decay(gradient)
            weights = self.net.weights
            weights += self.rule.delta(gradient, self)
        self.steps += 1
        return Stats(loss, l1_loss, l2_loss, len(x))

    def _decay(self, gradient: np.ndarray) -> tuple[float, float]:
        """Adds the derivatives of the decay losses to the gradient; returns the losses."""
        w = self.net.weights * self.net.decay_mask
        l1_loss = l2_loss = 0.0
        if self.l1_decay:
            gradient += self.l1_decay * np.sign(w)
            l1_loss = self.l1_decay * float(np.abs(w).sum())
        if self.l2_decay:
            l2_loss = self.l2_decay * float(w @ w) / 2
            w *= self.l2_decay
            gradient += w
        return l1_loss, l2_loss

    def state(self) -> dict[str, Any]:
        """All that `restore` needs: settings, count of steps, and copies of the accumulators."""
        found: dict[str, Any] = {name: getattr(self, name) for name in _SETTINGS}
        found |= {"method": self.method, "steps": self.steps}
        for name in self.rule.accumulators:
            found[name] = getattr(self.rule, name).copy()
        return found

    def restore(self, state: dict[str, Any]) -> None:
        """Takes over what `state` returned, to the bit. ValueError if it is of another trainer."""
        if state["method"] != self.method:
            raise ValueError(
                f"Trainer.restore: the state is of method {state['method']!r}, "
                f"this trainer is {self.method!r}"
            )
        arrays = {name: np.asarray(state[name]) for name in self.rule.accumulators}
        for name, array in arrays.items():
            if array.shape != self.net.weights.shape:
                raise ValueError(
                    f"Trainer.restore: {name} has shape {array.shape}, the network needs "
                    f"{self.net.weights.shape}; it is the state of another network"
                )
        settings = {name: _setting(name, float(state[name])) for name in _SETTINGS}
        self.steps = max(0, int(state["steps"]))
        for name, value in settings.items():
            setattr(self, name, value)
        for name, array in arrays.items():
            getattr(self.rule, name)[...] = array

    def __repr__(self) -> str:
        return (
            f"Trainer({self.method}, learning_rate={self.learning_rate:g}, "
            f"momentum={self.momentum:g}, l1_decay={self.l1_decay:g}, "
            f"l2_decay={self.l2_decay:g}, after {self.steps} steps)"
        )


_SETTINGS = ("learning_rate", "momentum", "l1_decay", "l2_decay")


def _setting(name: str, value: float, below: float = math.inf) -> float:
    if not 0 <= value < below:  # also false for NaN
        top = f" and below {below:g}" if below < math.inf else ""
        raise ValueError(f"Trainer: {name} must be at least 0{top}, got {value!r}")
    return float(value)
