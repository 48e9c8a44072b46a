"""Pace: how many steps are due at a given speed, by a clock that is handed in."""

from __future__ import annotations

import math
from collections.abc import Callable

#: seconds that a session may be behind; more is forgotten rather than caught up in a burst
LAG = 0.25
#: what floating-point sums of waiting times may be short of a whole step
ALMOST = 1e-9


class Pace:
    """Counts steps that are due. `rate` is in steps per second, None for as fast as possible."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = clock()
        self._due = 0.0

    def start(self) -> None:
        """From now on, with a first step at once: who presses Play wants to see something."""
        self._last = self._clock()
        self._due = 1.0

    def change(self) -> None:
        """Takes a new rate well: whatever was due at the old one is forgotten."""
        self._last = self._clock()
        self._due = min(self._due, 1.0)

    def due(self, rate: float | None) -> float:
        """How many whole steps are due by now; infinity at full speed."""
        if rate is None:
            return math.inf
        now = self._clock()
        self._due += max(0.0, now - self._last) * rate
        self._due = min(self._due, max(1.0, LAG * rate))
        self._last = now
        return math.floor(self._due + ALMOST)

    def made(self, steps: int) -> None:
        """Tells that so many steps were made."""
        self._due = max(0.0, self._due - steps)

    def wait(self, rate: float | None) -> float:
        """Seconds until the next step is due."""
        if rate is None:
            return 0.0
        return max(0.0, (1 - self._due) / rate - max(0.0, self._clock() - self._last))
