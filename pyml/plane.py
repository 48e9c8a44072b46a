"""What demos share whose data are points: the points, and how a visitor edits them."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from pyml import exports, tables
from pyml.demo import Demo, finite, index_of
from pyml.pointlist import FARTHEST, MOST_POINTS, format_points, parse_points

GRID = 100


class PointsDemo(Demo):
    """A demo whose data are points x (N, 2) float64 with labels (N,) int64 below `classes`.

    Its controls hold `data`, with "own" among the choices, and `points`. Once a visitor edits the
    points they are written to `points` and `data` turns to "own", so that the settings alone
    bring the same data back. A control `origin`, for who wants one, then says which set the points
    came from. Learning goes on from where it is.
    """

    view: ClassVar[tuple[float, float, float, float]]
    x: np.ndarray
    labels: np.ndarray

    @property
    def classes(self) -> int:
        """How many classes there are; the points of one class are just points."""
        return 1

    def reset(self) -> None:
        """Makes the points anew, or reads those that the visitor made."""
        super().reset()
        # From a child, so that what is drawn next does not depend on where the points came from.
        rng = self.rng.spawn(1)[0]
        if self.settings["data"] == "own":
            self.x, self.labels = parse_points(self.settings["points"])
        else:
            x, labels = self.make_points(rng)
            self.x, self.labels = x.astype(np.float64), labels
        self.edited()

    def make_points(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """The points x (N, 2) and labels (N,) of the chosen data set, drawn from `rng`."""
        raise NotImplementedError

    def edited(self) -> None:
        """Called after the points changed: forget what was derived from them."""

    def set(self, name: str, value: Any) -> None:
        """As in Demo."""
        # Who chooses "own" without having made points starts from those on the screen.
        if (name, value) == ("data", "own") and not self.settings["points"]:
            self._own(self.x, self.labels)
        super().set(name, value)

    def on_add(self, x: float, y: float, label: int) -> None:
        """Puts a point of class `label` at (x, y)."""
        if len(self.x) >= MOST_POINTS:
            raise ValueError(
                f"add: there are {MOST_POINTS} points, and that is the most; delete some"
            )
        point = self._place("add", x, y)
        label = index_of("add", "label", label, self.classes)
        self._own(np.vstack([self.x, point]), np.append(self.labels, label))

    def on_move(self, index: int, x: float, y: float) -> None:
        """Moves a point to (x, y)."""
        index = self._index("move", index)
        moved = self.x.copy()
        moved[index] = self._place("move", x, y)
        self._own(moved, self.labels)

    def on_delete(self, index: int) -> None:
        """Takes a point away."""
        index = self._index("delete", index)
        self._own(np.delete(self.x, index, axis=0), np.delete(self.labels, index))

    def on_clear(self) -> None:
        """Takes all points away."""
        self._own(self.x[:0], self.labels[:0])

    def state(self) -> dict[str, Any]:
        """As in Demo."""
        return super().state() | {"x": self.x, "labels": self.labels.astype(np.uint8)}

    def restore(self, state: dict[str, Any]) -> None:
        """As in Demo; ValueError for damaged points."""
        super().restore(state)
        x, labels = np.array(state["x"], np.float64), np.array(state["labels"], np.int64)
        if (
            x.shape != (len(labels), 2)
            or not np.isfinite(x).all()
            or (labels >= self.classes).any()
        ):
            raise ValueError("the saved points are damaged")
        self.x, self.labels = x, labels
        self.edited()

    def _own(self, x: np.ndarray, labels: np.ndarray) -> None:
        text = format_points(x, labels)
        if "origin" in self.controls and self.settings["data"] != "own":
            self.settings["origin"] = self.settings["data"]
        self.settings["points"] = text
        self.settings["data"] = "own"
        # Read back, so that what is learnt now is what a link would bring back.
        self.x, self.labels = parse_points(text)
        self.edited()

    def _place(self, event: str, x: Any, y: Any) -> np.ndarray:
        place = np.array([finite(event, "x", x), finite(event, "y", y)])
        clipped: np.ndarray = np.clip(place, -FARTHEST, FARTHEST)
        return clipped

    def _index(self, event: str, index: Any) -> int:
        if not len(self.x):
            raise ValueError(f"{event}: there are no points; add one first")
        return index_of(event, "index", index, len(self.x))


class PlaneDemo(PointsDemo):
    """One whose points have a class, and a field of predictions behind them."""

    table = (
        "Two numbers and a class in each row, for example 1.5, -0.2, 1; "
        "the first row may hold names."
    )

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return 2

    def on_table(self, text: str) -> None:
        """Takes the points of a table that was pasted or dropped, scaled into the view."""
        x, labels, notes = tables.points(text, self.classes, self.view)
        self.notes += notes
        self._own(x, labels)

    def on_relabel(self, index: int, label: int) -> None:
        """Gives a point another class."""
        index = self._index("relabel", index)
        labels = self.labels.copy()
        labels[index] = index_of("relabel", "label", label, self.classes)
        self._own(self.x, labels)

    def export_data(self) -> str:
        """The points as CSV."""
        x, y = self.x.round(3).T
        return exports.table({"x1": x, "x2": y, "class": self.labels})

    def grid(self, side: int = GRID) -> np.ndarray:
        """The middles of side x side cells of the view, (side * side, 2); row 0 is ymin."""
        xmin, xmax, ymin, ymax = self.view
        middle = (np.arange(side) + 0.5) / side
        x, y = np.meshgrid(xmin + middle * (xmax - xmin), ymin + middle * (ymax - ymin))
        return np.stack([x.ravel(), y.ravel()], axis=1)
