"""Curves and surfaces to learn: numbers, not classes.

`FUNCTIONS` are curves, `(n, noise, rng) -> x, y` with x (N, 1) drawn evenly from -5 to 5 and
y (N, 1); `SURFACES` are heights over the square from -6 to 6, x (N, 2) and y (N, 1). All are
float32. `noise` is the standard deviation of what is added to y on a curve; on a surface it is
the share of the square by which a point may have strayed before its height was taken. `rng` is a
`numpy.random.Generator`, the only source of randomness.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Pairs = tuple[np.ndarray, np.ndarray]
Function = Callable[[int, float, np.random.Generator], Pairs]
Formula = Callable[[np.ndarray], np.ndarray]

#: y for x, arrays of any shape, of each curve
FORMULAS: dict[str, Formula] = {
    "line": lambda x: x / 2,
    "parabola": lambda x: x**2 / 5 - 2,
    "sine": lambda x: 2 * np.sin(x),
    "x_sin_x": lambda x: x * np.sin(x),
    "step": lambda x: np.where(x < 0, -2.0, 2.0),
    "steps": lambda x: -2 + 2.0 * (x >= -3) + 2.0 * (x >= 0) - 3.0 * (x >= 3),
    "bump": lambda x: 4 * np.exp(-(x**2)),
}


def _curve(formula: Formula, n: int, noise: float, rng: np.random.Generator) -> Pairs:
    x = rng.uniform(-5, 5, (n, 1))
    y = formula(x) + rng.normal(0, noise, (n, 1))
    return x.astype(np.float32), y.astype(np.float32)


def line(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """The line y = x / 2: a network without hidden layers is enough."""
    return _curve(FORMULAS["line"], n, noise, rng)


def parabola(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """The parabola y = x^2 / 5 - 2: one bent unit is not enough, two are."""
    return _curve(FORMULAS["parabola"], n, noise, rng)


def sine(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """The wave y = 2 sin(x): a bit more than one and a half waves."""
    return _curve(FORMULAS["sine"], n, noise, rng)


def x_sin_x(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """The waves y = x sin(x) of ConvNetJS's regression demo."""
    return _curve(FORMULAS["x_sin_x"], n, noise, rng)


def step(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """A jump from -2 to 2 at x = 0: smooth units need large weights for it."""
    return _curve(FORMULAS["step"], n, noise, rng)


def steps(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """Stairs: up by 2 at -3 and at 0, down by 3 at 3. One steep unit for each."""
    return _curve(FORMULAS["steps"], n, noise, rng)


def bump(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """The narrow hill y = 4 exp(-x^2): most points say nothing about it."""
    return _curve(FORMULAS["bump"], n, noise, rng)


def _surface(formula: Formula, n: int, noise: float, rng: np.random.Generator) -> Pairs:
    x = rng.uniform(-6, 6, (n, 2))
    y = formula(x + noise * rng.uniform(-6, 6, (n, 2)))
    return x.astype(np.float32), y[:, None].astype(np.float32)


def plane_height(x: np.ndarray) -> np.ndarray:
    """(x0 + x1) / 10 for x (N, 2), giving (N,)."""
    height: np.ndarray = x.sum(axis=1) / 10
    return height


#: x0, x1 and sign of the six bumps of `reg_gauss`
BUMPS = np.array(
    [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]
)


def bumps_height(x: np.ndarray) -> np.ndarray:
    """The height (N,) of six cones of radius 2 and height 1, up and down in turn, at x (N, 2)."""
    distance = np.hypot(*np.moveaxis(x[:, None] - BUMPS[:, :2], 2, 0))
    height = np.clip(1 - distance / 2, 0, 1) * BUMPS[:, 2]
    largest: np.ndarray = height[np.arange(len(x)), np.abs(height).argmax(axis=1)]
    return largest


def plane(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """The plane y = (x0 + x1) / 10: no hidden layer needed."""
    return _surface(plane_height, n, noise, rng)


def reg_gauss(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """Three hills and three hollows in turn, with flat land between them."""
    return _surface(bumps_height, n, noise, rng)


FUNCTIONS: dict[str, Function] = {
    "line": line,
    "parabola": parabola,
    "sine": sine,
    "x_sin_x": x_sin_x,
    "step": step,
    "steps": steps,
    "bump": bump,
}
SURFACES: dict[str, Function] = {"plane": plane, "reg_gauss": reg_gauss}
