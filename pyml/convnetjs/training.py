"""ConvNetJS's trainer: its options and defaults, and learning one example at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from pyml import trainers
from pyml.layer import whole
from pyml.losses import Regression
from pyml.methods import TRAINERS
from pyml.network import Network
from pyml.saving import Parts

METHODS = ("sgd", "nesterov", "adagrad", "windowgrad", "adadelta", "adam")


class Losses(NamedTuple):
    """What `Trainer.train` saw of one example; the decay losses are zero but where it updates."""

    cost_loss: float
    l1_decay_loss: float
    l2_decay_loss: float

    @property
    def loss(self) -> float:
        """The sum of the three."""
        return sum(self)


class Trainer(trainers.Trainer):
    """A `pyml.Trainer` with ConvNetJS's options, and `train` for one example at a time.

    `method` is sgd (with momentum), nesterov, adagrad, windowgrad, adadelta or adam; an option
    that the method does not use is not looked at. As there, decay is divided by `batch_size`: the
    gradient that is followed is (l1_decay * sign(w) + l2_decay * w + sum of the examples'
    gradients) / batch_size. `step` takes a whole batch, and divides decay in the same way
    whatever its length. All options may change between steps. Raises ValueError for an unknown
    method or an option out of range.
    """

    def __init__(
        self,
        net: Network,
        method: str = "sgd",
        learning_rate: float = 0.01,
        momentum: float = 0.9,
        batch_size: int = 1,
        l1_decay: float = 0.0,
        l2_decay: float = 0.0,
        ro: float = 0.95,
        eps: float = 1e-8,
        beta1: float = 0.9,
        beta2: float = 0.999,
    ) -> None:
        if method not in METHODS:
            raise ValueError(
                f"convnetjs.trainer: unknown method {method!r}; use one of {', '.join(METHODS)}"
            )
        options: dict[str, Any] = {"momentum": momentum, "ro": ro, "eps": eps}
        options |= {"beta1": beta1, "beta2": beta2}
        if method != "adadelta":  # where ConvNetJS does not look at it
            options["learning_rate"] = learning_rate
        used = {name: options[name] for name in TRAINERS[method].defaults if name in options}
        super().__init__(net, method, l1_decay=l1_decay, l2_decay=l2_decay, **used)
        self.batch_size = whole("convnetjs.trainer", "batch_size", batch_size)
        #: the sum of the gradients (P,) of so many examples that wait for their batch to fill
        self.gathered = np.zeros_like(net.weights)
        self.waiting = 0

    def train(self, x: Any, y: Any) -> Losses:
        """Learns the example x (*input), y; each `batch_size` of them the weights change.

        y is a label, or for regression a number, a list, or {"dim": i, "val": v}, which asks for
        one of the outputs and leaves the others alone. Raises ValueError for what does not fit,
        and FloatingPointError, changing nothing, when the loss or its gradient is no longer a
        finite number.
        """
        x = self.net.checked(np.asarray(x)[None])
        y = self._target(x, y)
        before, noise = self.net.weights.copy(), self.net.noise
        with np.errstate(all="ignore"):
            loss, gradient = self.net.loss_and_gradient(x, y)
            try:
                if not math.isfinite(loss + float(np.square(gradient, dtype=np.float64).sum())):
                    raise FloatingPointError(
                        f"convnetjs.trainer: the loss is {loss} and its gradient too long after "
                        f"{self.steps} steps; lower the learning rate and reset the network"
                    )
                gathered, waiting = self.gathered + gradient, self.waiting + 1
                if waiting < self.batch_size:
                    self.gathered, self.waiting = gathered, waiting
                    return Losses(loss, 0.0, 0.0)
                losses = Losses(loss, *self.follow(loss, gathered / waiting))
            except FloatingPointError:
                self.net.weights, self.net.noise = before, noise
                raise
        self.gathered[...] = self.waiting = 0
        return losses

    def _target(self, x: np.ndarray, y: Any) -> np.ndarray:
        """The target y of x (1, *input) as the head wants it, with one row."""
        if not isinstance(self.net.head, Regression):
            return np.asarray(y)[None]
        if not isinstance(y, Mapping):
            return np.asarray(y, self.net.dtype).reshape(1, -1)
        units, dim = self.net.head.units, y.get("dim")
        if set(y) != {"dim", "val"} or not isinstance(dim, int) or not 0 <= dim < units:
            raise ValueError(
                f"convnetjs.trainer: a target of one output is {{'dim': i, 'val': v}} with i from "
                f"0 to {units - 1}, got {y!r}"
            )
        # The others should be what they are, with the same units dropped as in the pass to come.
        noise = self.net.noise
        with np.errstate(all="ignore"):
            target = np.asarray(x, self.net.dtype)
            for layer in self.net.layers[1:-1]:
                target, _ = layer.forward(target, True)
        self.net.noise = noise
        target[:, dim] = y["val"]
        return target

    def _decay(self, gradient: np.ndarray) -> tuple[float, float]:
        pull = np.zeros_like(gradient)
        losses = super()._decay(pull)
        gradient += pull / self.batch_size
        return losses

    def state(self) -> dict[str, Any]:
        """As `pyml.Trainer.state`, with the gradients that wait for their batch to fill."""
        waiting = {"waiting": self.waiting, "gathered": self.gathered.copy()}
        return super().state() | {"batch_size": self.batch_size} | waiting

    def restore(self, state: dict[str, Any]) -> None:
        """Takes over what `state` returned, to the bit. ValueError if it is of another trainer."""
        try:
            batch_size = whole("Trainer.restore", "batch_size", state["batch_size"])
            waiting = whole("Trainer.restore", "waiting", state["waiting"], least=0)
            gathered = np.array(state["gathered"], self.net.dtype)
        except (KeyError, TypeError) as error:
            raise ValueError(
                f"Trainer.restore: this is no state of a convnetjs.trainer ({error!r})"
            ) from None
        if gathered.shape != self.gathered.shape or not np.isfinite(gathered).all():
            raise ValueError(
                f"Trainer.restore: gathered has shape {gathered.shape} or is not finite; the "
                f"network needs {self.gathered.shape}"
            )
        super().restore(state)
        self.batch_size, self.waiting, self.gathered = batch_size, waiting, gathered

    def parts(self) -> Parts:
        """As `pyml.Trainer.parts`, with an array for the gradients that wait."""
        found = super().parts()
        return found | {"trainer.gathered": found["trainer"].pop("gathered")}


def trainer(net: Network, **options: Any) -> Trainer:
    """What `new convnetjs.Trainer(net, options)` is: `Trainer` with these options."""
    return Trainer(net, **options)
