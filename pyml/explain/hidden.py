"""The hidden layer, seen: its units' lines in the plane, and the plane that two of them make.

All functions take a network that is `graph.drawable` and has a hidden layer. The hidden space is
that of the last one, since it is what the output unit sees.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pyml import graph
from pyml.explain import geometry
from pyml.layers import Dense, Sigmoid
from pyml.network import Network

View = tuple[float, float, float, float]


def lines(net: Network, view: View) -> dict[str, Any]:
    """`lines` (units, 2, 2) float32 and `line_names`: where each first hidden unit's sum is 0.

    A line that misses the view is NaN.
    """
    first = graph.dense_layers(net)[0]
    found = np.full((first.units, 2, 2), np.nan, np.float32)
    for unit, (b, w) in enumerate(zip(first.b, first.w, strict=True)):
        ends = geometry.clip_line(np.array([b, *w], np.float64), np.array(view))
        if len(ends):
            found[unit] = ends
    return {"lines": found, "line_names": "|".join(f"h{k + 1}" for k in range(first.units))}


def answers(net: Network, x: np.ndarray) -> np.ndarray:
    """How sure the one output is of class 1 (N,), float64 between 0 and 1, for x (N, I)."""
    clipped: np.ndarray = np.clip(net.predict(x)[:, 0].astype(np.float64), 0, 1)
    return clipped


def field(net: Network, grid: np.ndarray) -> np.ndarray:
    """The same as a square (side, side) float32, for a grid (side * side, I)."""
    side = math.isqrt(len(grid))
    return answers(net, grid).astype(np.float32).reshape(side, side)


def pair(net: Network, x: np.ndarray, across: str, up: str) -> list[int]:
    """The two units on the axes: those asked for by number, counted from 1, or the most used.

    Most used is whose outputs for x (N, I), times the weight on them, differ most. With one unit
    there is one.
    """
    units = graph.dense_layers(net)[-2].units
    if units < 3:
        return list(range(units))
    use = np.abs(graph.dense_layers(net)[-1].w).sum(axis=0)
    if len(x):
        use = use * graph.outputs(net, x)[-2].std(axis=0)
    asked = [
        int(word) - 1 if word != "auto" and int(word) <= units else -1 for word in (across, up)
    ]
    free = [int(k) for k in np.argsort(-use, kind="stable") if k not in asked]
    chosen = [k if k >= 0 else free.pop(0) for k in asked]
    return sorted(chosen) if asked == [-1, -1] else chosen


def space(net: Network, units: list[int], x: np.ndarray, view: View, n: int) -> dict[str, Any]:
    """The hidden space as `warp` draws it, names beginning with `hidden_`.

    `grid` (n, n, 2) is where a regular grid of the view comes to lie, `field` (n-1, n-1) what the
    network answers in its cells, `points` (N, 2) where the data x (N, 2) are, `line` (2, 2) where
    the output unit divides them, empty if that depends on units which are not shown.
    """
    xmin, xmax, ymin, ymax = view
    edge = np.arange(n) / (n - 1)
    grid = _mesh(xmin + edge * (xmax - xmin), ymin + edge * (ymax - ymin))
    edge = (np.arange(n - 1) + 0.5) / (n - 1)
    cells = _mesh(xmin + edge * (xmax - xmin), ymin + edge * (ymax - ymin))
    bent = _shown(net, grid, units)
    if len(units) < 2:  # a ruler is drawn as a band, with the points along its middle
        bent[:, 1] = (grid[:, 1] - ymin) / (ymax - ymin) - 0.5
    points = _shown(net, x, units) if len(x) else np.zeros((0, 2))
    names = [f"h{k + 1}" for k in units]
    return {
        "hidden_grid": bent.astype(np.float32).reshape(n, n, 2),
        "hidden_field": field(net, cells),
        "hidden_points": points.astype(np.float32),
        "hidden_line": _line(net, units, bent).astype(np.float32),
        "hidden_x": names[0],
        "hidden_y": names[1] if len(names) > 1 else "",
    }


def _mesh(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.stack([axis.ravel() for axis in np.meshgrid(x, y)], axis=1)


def _shown(net: Network, x: np.ndarray, units: list[int]) -> np.ndarray:
    found = graph.outputs(net, x)[-2][:, units].astype(np.float64)
    # One unit alone is a ruler.
    return found if found.shape[1] > 1 else np.hstack([found, np.zeros_like(found)])


def _line(net: Network, units: list[int], bent: np.ndarray) -> np.ndarray:
    *_, hidden, last = graph.dense_layers(net)
    behind = net.layers[-2]
    if hidden.units > 2 or not isinstance(behind, Sigmoid | Dense):
        return np.zeros((0, 2))
    # The output is 1/2 where the sum is 0 before a sigmoid, and where it is 1/2 without one.
    b = float(last.b[0]) - (0.5 if isinstance(behind, Dense) else 0.0)
    w = [*last.w[0].astype(np.float64), 0.0][:2]
    low, high = bent.min(axis=0), bent.max(axis=0)
    room = np.maximum(high - low, 1.0)
    box = np.stack([low - room, high + room], axis=1).ravel()
    return geometry.clip_line(np.array([b, *w]), box)
