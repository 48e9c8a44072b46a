"""Learning-rate schedules: by what the learning rate is multiplied at each step.

A schedule is called with the number of steps done and returns the factor, 1 at the full rate:

    Trainer(net, "momentum", schedule=WarmUp(100, Cosine(10_000)))

`SCHEDULES` lists them by name; `from_settings(schedule.settings())` is the same schedule.
"""

from __future__ import annotations

import math
from typing import Any

from pyml.layer import number, whole


class Schedule:
    """Base of the schedules; on its own it changes nothing."""

    def __call__(self, steps: int) -> float:
        """The factor of the learning rate after `steps` steps."""
        return 1.0

    def settings(self) -> dict[str, Any]:
        """Its name and the constructor's arguments, as JSON can hold them."""
        own = {k: v.settings() if isinstance(v, Schedule) else v for k, v in vars(self).items()}
        return {"type": type(self).__name__, **own}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schedule) and self.settings() == other.settings()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in vars(self).items())})"


class Constant(Schedule):
    """The same learning rate all the way."""


class Step(Schedule):
    """Multiplied by `factor` once more after every `every` steps: 1, factor, factor^2, ..."""

    def __init__(self, every: int, factor: float = 0.1) -> None:
        self.every = whole("Step", "every", every)
        self.factor = number("Step", "factor", factor, 0, 1)

    def __call__(self, steps: int) -> float:
        """`factor` to the power of the whole intervals that are over."""
        return self.factor ** (steps // self.every)


class Cosine(Schedule):
    """From 1 down to `end` over `steps` steps along half a cosine, and `end` from then on.

    Loshchilov and Hutter, SGDR, 2017, equation 5, without restarts.
    """

    def __init__(self, steps: int, end: float = 0.0) -> None:
        self.steps = whole("Cosine", "steps", steps)
        self.end = number("Cosine", "end", end, 0, 1)

    def __call__(self, steps: int) -> float:
        """End + (1 - end) (1 + cos(pi * part)) / 2, where part is how far it has come."""
        part = min(steps / self.steps, 1.0)
        return self.end + (1 - self.end) * (1 + math.cos(math.pi * part)) / 2


class WarmUp(Schedule):
    """From 1 / steps up to 1 in `steps` equal steps, then as the schedule `then`, from its start.

    Goyal et al., Accurate, Large Minibatch SGD, 2017, section 2.2.
    """

    def __init__(self, steps: int, then: Schedule | None = None) -> None:
        self.steps = whole("WarmUp", "steps", steps)
        if then is not None and not isinstance(then, Schedule):
            raise TypeError(f"WarmUp: then must be a schedule, got {then!r}; write Cosine(steps)")
        self.then = then or Constant()

    def __call__(self, steps: int) -> float:
        """(steps + 1) / `self.steps` while it warms up."""
        if steps < self.steps:
            return (steps + 1) / self.steps
        return self.then(steps - self.steps)


SCHEDULES: dict[str, type[Schedule]] = {
    "Constant": Constant,
    "Step": Step,
    "Cosine": Cosine,
    "WarmUp": WarmUp,
}


def from_settings(settings: Any) -> Schedule:
    """The schedule that `settings()` describes; ValueError for anything else."""
    try:
        own = {name: value for name, value in settings.items() if name != "type"}
        if "then" in own:
            own["then"] = from_settings(own["then"])
        return SCHEDULES[settings["type"]](**own)
    except RecursionError:
        raise ValueError("Trainer: a schedule of a schedule of ... without an end") from None
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(
            f"Trainer: {settings!r} is not a schedule ({error!r}); "
            f"use one of {', '.join(SCHEDULES)}"
        ) from None
