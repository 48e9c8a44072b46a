"""Curves that are drawn: numbers over time, in bounded space."""

from __future__ import annotations

from typing import Any

import numpy as np


class History:
    """Numbers over time in bounded space: when full, every second row goes and steps double.

    Row k is of step k * `stride`, so a long run looks like a short one, only coarser.
    """

    CAPACITY = 512

    def __init__(self, *names: str) -> None:
        self.names = ("step", *names)
        self.stride = 1
        self.size = 0
        self._table = np.zeros((self.CAPACITY, len(self.names)), np.float32)

    def due(self, step: int) -> bool:
        """Whether a row should be added for this step."""
        return step % self.stride == 0

    def until_due(self, step: int) -> int:
        """How many steps after this one a row is due, at least 1."""
        return self.stride - step % self.stride

    def add(self, step: int, *values: float) -> None:
        """Adds a row; call it when it is due."""
        if self.size == self.CAPACITY:
            self.size //= 2
            self._table[: self.size] = self._table[::2]
            self.stride *= 2
            if not self.due(step):
                return
        self._table[self.size] = (step, *values)
        self.size += 1

    def columns(self) -> dict[str, np.ndarray]:
        """`history_<name>` (rows,) float32 for `step` and each name."""
        return {
            f"history_{name}": self._table[: self.size, i].copy()
            for i, name in enumerate(self.names)
        }

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {"history": self._table[: self.size].copy(), "stride": self.stride}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on where `state` was taken, to the bit."""
        rows = np.asarray(state["history"], np.float32)
        self.size, self.stride = len(rows), max(1, int(state["stride"]))
        self._table[: self.size] = rows
