"""How the layers of a network see the plane: a grid bent by two units, and each unit's surface."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pyml.explain.geometry import clip_line
from pyml.graph import BEHIND
from pyml.layers import Dense, Head, Input
from pyml.network import Network

#: lines of the grid in each direction; unit surfaces have one cell between two of them
LINES = 25
#: units of a layer whose surfaces are shown
MOST_UNITS = 16
#: how far the dividing line goes on beyond the grid
MARGIN = 0.1


class Stage(NamedTuple):
    """A layer to look at: its name, the layer of `net.layers` whose output counts, its units."""

    name: str
    place: int
    units: int


def stages(net: Network) -> list[Stage]:
    """The layers of a network that give one row of numbers, activations taken with their layer."""
    found: list[Stage] = []
    for i, layer in enumerate(net.layers):
        if isinstance(layer, Input) or len(layer.output_shape) != 1:
            continue
        units = layer.output_shape[0]
        # Short, since it stands on a button: the weights' start is not what one looks for here.
        name = f"Dense({units})" if isinstance(layer, Dense) else repr(layer)
        if found and found[-1].place == i - 1 and isinstance(layer, (*BEHIND, Head)):
            before = found.pop().name
            if not isinstance(layer, Head):
                name = f"{before[:-1]}, {type(layer).__name__.lower()})"
        found.append(Stage(name, i, units))
    return found


def corners(view: tuple[float, float, float, float], lines: int = LINES) -> np.ndarray:
    """Where the lines of a grid over (xmin, xmax, ymin, ymax) cross, (lines * lines, 2)."""
    x, y = np.meshgrid(np.linspace(*view[:2], lines), np.linspace(*view[2:], lines))
    return np.stack([x.ravel(), y.ravel()], axis=1)


def middles(view: tuple[float, float, float, float]) -> np.ndarray:
    """The middles of the cells between the lines, ((LINES - 1)^2, 2)."""
    xmin, xmax, ymin, ymax = view
    right, up = (xmax - xmin) / (LINES - 1) / 2, (ymax - ymin) / (LINES - 1) / 2
    return corners((xmin + right, xmax - right, ymin + up, ymax - up), LINES - 1)


def seen(values: np.ndarray, pair: tuple[int, int]) -> np.ndarray:
    """Where points come to lie (N, 2) for two of the units in values (N, units).

    A layer of one unit has no other: the points then lie on a line.
    """
    first, second = pair
    up = values[:, second] if values.shape[1] > 1 else np.zeros(len(values))
    return np.stack([values[:, first], up], axis=1)


def scaled(values: np.ndarray) -> np.ndarray:
    """What the units say (N, units), each stretched so that its largest size is 1."""
    most = np.abs(values).max(axis=0, initial=0)
    stretched: np.ndarray = values / np.where(most > 1e-9, most, 1)
    return stretched


def surfaces(values: np.ndarray) -> np.ndarray:
    """Surfaces (units, side, side) uint8 for `scaled` values (side * side, units) of a grid."""
    side = round(len(values) ** 0.5)
    levels = np.clip((scaled(values[:, :MOST_UNITS]).T + 1) * 127.5, 0, 255)
    return levels.reshape(-1, side, side).astype(np.uint8)


def divide(net: Network, stage: Stage, pair: tuple[int, int], grid: np.ndarray) -> np.ndarray:
    """Where the head divides two units into two classes: a line (2, 2) across the grid (n, 2).

    (0, 2) if the layer is not the one before a head of two classes, or has not two units.
    """
    nothing = np.zeros((0, 2))
    head = net.layers[-2]
    before = stage.place == len(net.layers) - 3
    if not (before and isinstance(head, Dense) and head.units == stage.units == 2):
        return nothing
    across = head.w[1] - head.w[0]
    weights = np.array([head.b[1] - head.b[0], across[pair[0]], across[pair[1]]])
    low, high = grid.min(axis=0), grid.max(axis=0)
    room = MARGIN * (high - low)
    if pair[0] == pair[1] or not (np.isfinite(room).all() and (room > 0).all()):
        return nothing
    left, right = low - room, high + room
    return clip_line(weights, np.array([left[0], right[0], left[1], right[1]]))
