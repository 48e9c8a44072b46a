"""A stand-in for the page: it sends messages, keeps what comes back, and owns the clock."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np

from pyml.demos import DEMOS
from pyml.plane import PlaneDemo
from pyml.sessions import Sessions

#: the demos whose data are points in the plane
PLANES = {name: kind for name, kind in DEMOS.items() if issubclass(kind, PlaneDemo)}


class Page:
    """Every message is kept as it crossed: through JSON, with copies of the arrays."""

    def __init__(self) -> None:
        self.now = 0.0
        #: what one reading of the clock costs; more than 0 lets full speed end
        self.tick_cost = 0.001
        self.log: list[tuple[dict[str, Any], list[np.ndarray]]] = []
        self.sessions = Sessions(self._take, clock=self._clock)

    def _clock(self) -> float:
        self.now += self.tick_cost
        return self.now

    def _take(self, message: dict[str, Any], arrays: list[np.ndarray]) -> None:
        for array in arrays:
            assert array.flags.c_contiguous, message
            assert array.dtype.name in ("float32", "uint8", "float64"), message
        self.log.append(
            (json.loads(json.dumps(message, allow_nan=False)), [a.copy() for a in arrays])
        )

    def send(self, kind: str, /, id: Any = "a", **content: Any) -> list[dict[str, Any]]:
        """Sends a message and returns the messages that came back at once."""
        before = len(self.log)
        self.sessions.receive({"type": kind, "id": id, **content})
        return [message for message, _ in self.log[before:]]

    def start(self, demo: str = "perceptron", id: Any = "a", **content: Any) -> dict[str, Any]:
        """Starts a demo and returns its `ready`."""
        messages = self.send("start", id=id, demo=demo, **content)
        return next(m for m in messages if m["type"] == "ready")

    def frame(self, id: Any = "a") -> dict[str, Any]:
        """The newest frame, arrays put in by name; draws it, so that the next may come."""
        self.send("drawn", id=id)
        return self.last("frame", id=id)

    def last(self, kind: str, id: Any = "a") -> dict[str, Any]:
        """The newest message of a kind: frames and states as one dict of values."""
        message, arrays = next(
            (m, a) for m, a in reversed(self.log) if m["type"] == kind and m["id"] == id
        )
        if "header" not in message:
            return message
        values = dict(message["header"])
        for (name, dtype, shape), array in zip(values.pop("arrays"), arrays, strict=True):
            assert (array.dtype.name, list(array.shape)) == (dtype, shape)
            values[name] = array
        return values

    def saved(self, id: Any = "a") -> dict[str, Any]:
        """The newest state as a page gives it back in `start`: arrays flat."""
        message, arrays = next(
            (m, a) for m, a in reversed(self.log) if m["type"] == "state" and m["id"] == id
        )
        return copy.deepcopy({"header": message["header"], "arrays": [a.ravel() for a in arrays]})

    def errors(self) -> list[str]:
        """The texts of all errors so far."""
        return [m["message"] for m, _ in self.log if m["type"] == "error"]

    def run(self, seconds: float) -> None:
        """Lets time pass as a browser would: tick, draw, wait until the next tick is due."""
        end = self.now + seconds
        while self.now < end:
            wait = self.sessions.tick()
            self.send("drawn")
            if wait is None:
                return
            self.now += max(wait, 0.004)


def same(a: Any, b: Any) -> bool:
    """Whether two values of frames or states are equal to the bit."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return bool(a == b)
