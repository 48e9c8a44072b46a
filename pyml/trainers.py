"""Trainers: how the weights follow the gradient.

`Trainer` does what all methods share: it asks the network for the loss and its gradient, adds
weight decay, and adds the step to the weights. A `Method` (see `methods`) only says what the step
is and keeps the accumulators that it needs.
"""

from __future__ import annotations

import math
import os
from typing import Any, NamedTuple, Self

import numpy as np

from pyml import saving, schedules
from pyml.layer import whole
from pyml.methods import RANGES, TRAINERS, Method, setting
from pyml.network import Network
from pyml.ops import in_order
from pyml.schedules import Schedule

__all__ = ["TRAINERS", "Stats", "Trainer"]


class Stats(NamedTuple):
    """What a step saw before it changed the weights: mean data loss, decay losses, examples."""

    loss: float
    l1_loss: float
    l2_loss: float
    n: int


class Trainer:
    """Trains `net` by `method`, one batch a step.

    Settings that are not given take the method's own values (`TRAINERS[method].defaults`); one
    that the method does not use is refused. `l1_decay` and `l2_decay` add l1 * sum |w| and
    l2 / 2 * sum w^2 over the weights (not the biases) to the loss. `schedule` multiplies the
    learning rate at each step, see `schedules`. With `clip_norm` a longer gradient is shortened
    to that Euclidean length (Pascanu et al., On the Difficulty of Training Recurrent Neural
    Networks, 2013, algorithm 1). All settings are attributes and may change between steps. Raises
    ValueError for an unknown method or a setting out of range.
    """

    learning_rate: float
    momentum: float
    ro: float
    eps: float
    beta1: float
    beta2: float
    l1_decay: float
    l2_decay: float
    clip_norm: float | None

    def __init__(
        self,
        net: Network,
        method: str = "sgd",
        learning_rate: float | None = None,
        momentum: float | None = None,
        l1_decay: float = 0.0,
        l2_decay: float = 0.0,
        ro: float | None = None,
        eps: float | None = None,
        beta1: float | None = None,
        beta2: float | None = None,
        schedule: Schedule | None = None,
        clip_norm: float | None = None,
    ) -> None:
        if method not in [*TRAINERS]:
            raise ValueError(
                f"Trainer: unknown method {method!r}; use one of {', '.join(TRAINERS)}"
            )
        if not isinstance(net, Network):
            raise TypeError(f"Trainer: it trains a Network, got {net!r}")
        self.net = net
        self.method = method
        self.rule: Method = TRAINERS[method](net.weights.size, net.dtype)
        given = {"learning_rate": learning_rate, "momentum": momentum, "ro": ro, "eps": eps}
        given |= {"beta1": beta1, "beta2": beta2}
        given = {name: value for name, value in given.items() if value is not None}
        for name, value in (self.rule.defaults | given).items():
            setattr(self, name, value)
        self.l1_decay, self.l2_decay = l1_decay, l2_decay
        self.clip_norm = clip_norm
        self.schedule = schedule
        self.steps = 0

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "schedule" and not (value is None or isinstance(value, Schedule)):
            raise TypeError(
                f"Trainer: schedule must be one of {', '.join(schedules.SCHEDULES)} of "
                f"pyml.schedules, got {value!r}"
            )
        if name in RANGES and not (name == "clip_norm" and value is None):
            if name not in self._settings():
                users = ", ".join(m for m, other in TRAINERS.items() if name in other.defaults)
                raise ValueError(
                    f"Trainer: {self.method} does not use {name}, got {value!r}; leave it out, or "
                    f"use one of {users}"
                )
            value = setting(name, value)
        super().__setattr__(name, value)

    def step(self, x: Any, y: Any) -> Stats:
        """Changes the weights a little for the better on the batch x (N, *input), y.

        Returns the losses before the change. Raises FloatingPointError, and leaves the weights
        as they are, when the loss or its gradient is no longer a finite number.
        """
        x, net = self.net.checked(x), self.net
        # BatchNorm may move its running values; a network that is computed as a whole has none.
        before = net.weights.copy() if net.whole is None else net.weights
        with np.errstate(all="ignore"):
            loss, gradient = net.loss_and_gradient(x, y)
            try:
                decays = self.follow(loss, gradient)
            except FloatingPointError:
                net.weights = before
                for name, given in (("x", x), ("y", np.asarray(y))):
                    if not np.isfinite(given).all():
                        raise ValueError(
                            f"Trainer: {name} holds NaN or numbers beyond all bounds; take these "
                            f"examples out, or replace such values"
                        ) from None
                raise
        return Stats(loss, *decays, len(x))

    def follow(self, loss: float, gradient: np.ndarray) -> tuple[float, float]:
        """Takes one step for this loss and its gradient (P,), which may be overwritten.

        Returns `decay_losses` from before the step. Raises FloatingPointError, and changes
        no weight, if the loss, the gradient with the decays, or a weight after it is not finite.
        """
        decays = self._decay(gradient) if self.l1_decay or self.l2_decay else (0.0, 0.0)
        length = self.net.ops.squared_length(gradient)
        if not math.isfinite(loss + length):
            what = "loss" if not math.isfinite(loss) else "squared length of the gradient"
            raise FloatingPointError(
                f"Trainer: the {what} is {length if math.isfinite(loss) else loss} after "
                f"{self.steps} steps, learning has run away; lower the learning rate "
                f"(it is {self.learning_rate:g}) and reset the network"
            )
        if self.clip_norm is not None and length > self.clip_norm**2:
            gradient *= self.clip_norm / math.sqrt(length)
        if not self.net.ops.update(self, gradient):
            raise FloatingPointError(
                f"Trainer: after {self.steps} steps the next one would be beyond all bounds; lower "
                f"the learning rate (it is {self.learning_rate:g}) and reset the network"
            )
        self.steps += 1
        return decays

    def run(self, x: np.ndarray, y: np.ndarray, order: np.ndarray, size: int) -> np.ndarray:
        """Takes a step for each `size` examples that `order` (M,) names in x and y, one by one.

        The last may be fewer. Returns the losses (steps,), each from before its step. It is the
        same as `step` called so often, but a backend may do all of it in one go. Raises
        FloatingPointError as `step`, the steps before it stand; ValueError for an order that names
        no examples and a size below 1.
        """
        losses, whole = np.zeros(0), self.net.whole
        order = in_order(order, size, len(x))
        if whole is not None and type(self) is Trainer:
            with np.errstate(all="ignore"):
                losses = whole.run(self, x, y, order, size)
        rest = range(len(losses) * size, len(order), size)
        batches = (order[start : start + size] for start in rest)
        return np.append(losses, [self.step(x[some], y[some]).loss for some in batches])

    @property
    def current_rate(self) -> float:
        """The learning rate of the next step: `learning_rate` times what the schedule says."""
        if self.schedule is None:
            return self.learning_rate
        return self.learning_rate * self.schedule(self.steps)

    def decay_losses(self) -> tuple[float, float]:
        """What the decays add to the loss: l1 * sum |w| and l2 / 2 * sum w^2."""
        return self._decay(np.zeros_like(self.net.weights))

    def _decay(self, gradient: np.ndarray) -> tuple[float, float]:
        """Adds the derivatives of the decay losses to the gradient, and returns the losses."""
        decoupled = self.rule.decouples_decay
        return self.net.ops.decay(self.net, self.l1_decay, self.l2_decay, gradient, decoupled)

    def state(self) -> dict[str, Any]:
        """All that `restore` needs: settings, count of steps, and copies of the accumulators.

        Everything but the arrays is as JSON can hold it. The weights are not part of it.
        """
        found: dict[str, Any] = {name: getattr(self, name) for name in self._settings()}
        schedule = None if self.schedule is None else self.schedule.settings()
        found |= {"method": self.method, "steps": self.steps, "schedule": schedule}
        found["noise"] = self.net.noise
        for name in self.rule.accumulators:
            found[name] = getattr(self.rule, name).copy()
        return found

    def restore(self, state: dict[str, Any]) -> None:
        """Takes over what `state` returned, to the bit. ValueError if it is of another trainer."""
        owner = "Trainer.restore"
        try:
            if state["method"] != self.method:
                raise ValueError(
                    f"the state is of method {state['method']!r}, this trainer is {self.method!r}"
                )
            strange = set(state) - set(self.state())
            if strange:
                raise ValueError(f"{', '.join(sorted(strange))} is of another kind of trainer")
            arrays = {n: np.asarray(state[n], self.net.dtype) for n in self.rule.accumulators}
            for name, array in arrays.items():
                if array.shape != self.net.weights.shape:
                    raise ValueError(
                        f"{name} has shape {array.shape}, the network needs "
                        f"{self.net.weights.shape}; it is the state of another network"
                    )
                if not np.isfinite(array).all():
                    raise ValueError(f"{name} holds NaN or infinite numbers")
            settings = {
                name: setting(name, state[name])
                for name in self._settings()
                if name != "clip_norm" or state[name] is not None
            }
            told = state["schedule"]
            schedule = None if told is None else schedules.from_settings(told)
            steps = whole("Trainer", "steps", state["steps"], least=0)
            self.net.noise = state["noise"]
        except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
            raise ValueError(f"{owner}: this is no state of a trainer ({error!r})") from None
        except ValueError as error:
            raise ValueError(f"{owner}: {error}") from None
        self.steps, self.schedule, self.clip_norm = steps, schedule, None
        for name, value in settings.items():
            setattr(self, name, value)
        for name, array in arrays.items():
            getattr(self.rule, name)[...] = array

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the network and this trainer's state to one npz file, to be continued by `load`.

        `Network.load` reads such a file, too. It is whole or not there, as with `Network.save`.
        """
        saving.write(path, saving.parts(self.net) | self.parts())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """The trainer that `save` wrote, with its network as `net`. ValueError for other files."""
        owner, found = f"Trainer.load: {os.fspath(path)}", saving.read("Trainer.load", path)
        return cls.from_parts(owner, saving.network(Network, owner, found), found)

    def parts(self) -> saving.Parts:
        """The state as a file holds it: `trainer`, and one array for each accumulator."""
        state = self.state()
        told, kinds = self.schedule, schedules.SCHEDULES
        if told is not None and kinds.get(type(told).__name__) is not type(told):
            raise ValueError(
                f"Trainer: {told!r} could not be loaded again; enter its class in "
                f"schedules.SCHEDULES"
            )
        arrays = {f"trainer.{name}": state.pop(name) for name in self.rule.accumulators}
        return {"trainer": state, **arrays}

    @classmethod
    def from_parts(cls, owner: str, net: Network, found: saving.Parts) -> Self:
        """The trainer of `net` in the parts of a file; ValueError in the name of `owner`."""
        try:
            state = dict(found["trainer"])
            trainer = cls(net, state["method"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"{owner} holds no trainer ({error}); open it with Network.load and make a new one"
            ) from None
        arrays = {name: value for name, value in found.items() if name.startswith("trainer.")}
        state |= {name.removeprefix("trainer."): value for name, value in arrays.items()}
        try:
            trainer.restore(state)
        except ValueError as error:
            raise ValueError(f"{owner}: {error}") from None
        return trainer

    def _settings(self) -> list[str]:
        return [*self.rule.defaults, "l1_decay", "l2_decay", "clip_norm"]

    def __repr__(self) -> str:
        values = {name: getattr(self, name) for name in self._settings()}
        words = [f"{name}={value:g}" for name, value in values.items() if value is not None]
        if self.schedule is not None:
            words.append(f"schedule={self.schedule!r}")
        return f"Trainer({', '.join([self.method, *words])}, after {self.steps} steps)"
