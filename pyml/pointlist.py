"""The control that holds the points which a visitor made, and their text.

One point is `x,y,label`, points are joined by `;`. So they fit into a link as they are.
"""

# ruff: noqa: D102 (Control describes what the controls override)
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pyml.controls import LONGEST, Control, number_in

MOST_POINTS = 500
FARTHEST = 100.0


@dataclass(frozen=True, kw_only=True)
class Points(Control):
    """Points that a visitor made, with labels below `classes`. It has no widget."""

    kind = "points"
    default: str = ""
    label: str = "Points"
    classes: int = 2

    def parse(self, value: Any) -> tuple[str, str | None]:
        if not isinstance(value, str):
            return self._instead(value, "is not a list of points", self.default)
        if len(value) > LONGEST:
            return self._instead(value, f"is longer than {LONGEST} characters", self.default)
        good: list[str] = []
        bad = 0
        for entry in filter(None, value.split(";")):
            point = _point(entry, self.classes)
            if point is None or len(good) == MOST_POINTS:
                bad += 1
            else:
                good.append(point)
        used = ";".join(good)
        if not bad:
            return used, None
        labels = "0 or 1" if self.classes == 2 else f"0 to {self.classes - 1}"
        return used, (
            f"{self.label}: {bad} of the points could not be used; a point is x,y,label with a "
            f"label of {labels}, and {MOST_POINTS} points are the most."
        )


def format_points(x: np.ndarray, labels: np.ndarray) -> str:
    """The points x (N, 2) with labels (N,) as the text of a `Points` control, to 3 decimals."""
    rows = zip(x.tolist(), labels.tolist(), strict=True)
    return ";".join(_format_point(px, py, label) for (px, py), label in rows)


def parse_points(text: str) -> tuple[np.ndarray, np.ndarray]:
    """The points x (N, 2) float64 and labels (N,) int64 of the text of a `Points` control."""
    rows = [entry.split(",") for entry in text.split(";") if entry]
    x = np.array([[float(px), float(py)] for px, py, _ in rows], np.float64).reshape(-1, 2)
    return x, np.array([int(label) for _, _, label in rows], np.int64)


def _point(entry: str, classes: int) -> str | None:
    parts = entry.split(",")
    if len(parts) != 3 or parts[2].strip() not in [str(label) for label in range(classes)]:
        return None
    x, y = number_in(parts[0]), number_in(parts[1])
    if x is None or y is None or max(abs(x), abs(y)) > FARTHEST:
        return None
    return _format_point(x, y, int(parts[2]))


def _format_point(x: float, y: float, label: int) -> str:
    # Adding zero turns -0.0 into 0.0.
    return f"{round(x, 3) + 0.0:g},{round(y, 3) + 0.0:g},{label}"
