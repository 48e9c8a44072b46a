"""The data sets of TensorFlow Playground, with its formulas and its meaning of noise.

Each is a function `(n, noise, rng) -> x, y`: n points x (N, 2) and targets y (N,), all float64 as
there. The target is -1 or +1, and for `plane` and `reg_gauss` a number between. `noise` is what
its slider shows divided by 100, from 0 to 0.5. It draws 500 points to classify and 1200 for
regression, and trains on `batches.split(x, y, percent / 100, rng)`. Its random numbers are other
ones (seedrandom); the distributions are the same. (github.com/tensorflow/playground, dataset.ts.)
"""

from __future__ import annotations

import numpy as np

from pyml.datasets.regression import Formula, Function, Pairs, bumps_height, plane_height


def _halves(n: int) -> np.ndarray:
    """Targets (n,): the first half, or one more, +1, the others -1."""
    return np.where(np.arange(n) < (n + 1) // 2, 1.0, -1.0)


def circle(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """Half of the points within 2.5 of the middle, half from 3.5 to 5.

    The target is +1 where a point that strays up to 5 * noise in x0 and x1 is within 2.5.
    """
    inner = _halves(n) > 0
    radius = np.where(inner, rng.uniform(0, 2.5, n), rng.uniform(3.5, 5, n))
    angle = rng.uniform(0, 2 * np.pi, n)
    x = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    strayed = x + noise * rng.uniform(-5, 5, (n, 2))
    return x, np.where(np.hypot(*strayed.T) < 2.5, 1.0, -1.0)


def xor(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """Four squares, pushed 0.3 away from the axes.

    The target is +1 where both coordinates have the same sign, after straying up to 5 * noise.
    """
    x = rng.uniform(-5, 5, (n, 2))
    x += np.where(x > 0, 0.3, -0.3)
    strayed = x + noise * rng.uniform(-5, 5, (n, 2))
    return x, np.where(strayed.prod(axis=1) >= 0, 1.0, -1.0)


def gauss(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """Normal clouds around (2, 2), +1, and (-2, -2), -1, with variance 0.5 + 7 * noise."""
    y = _halves(n)
    return 2 * y[:, None] + rng.normal(0, np.sqrt(0.5 + 7 * noise), (n, 2)), y


def spiral(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """Two arms of one and three quarter turns out to 5; points stray up to noise, evenly."""
    y = _halves(n)
    half = (n + 1) // 2
    along = np.where(y > 0, np.arange(n), np.arange(n) - half) / max(n / 2, 1)
    angle = 3.5 * np.pi * along + np.where(y > 0, 0, np.pi)
    x = 5 * along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return x + noise * rng.uniform(-1, 1, (n, 2)), y


def _surface(formula: Formula, n: int, noise: float, rng: np.random.Generator) -> Pairs:
    x = rng.uniform(-6, 6, (n, 2))
    return x, formula(x + noise * rng.uniform(-6, 6, (n, 2)))


def plane(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """The target is (x0 + x1) / 10 at a place up to 6 * noise away in x0 and x1."""
    return _surface(plane_height, n, noise, rng)


def reg_gauss(n: int, noise: float, rng: np.random.Generator) -> Pairs:
    """Six cones of radius 2, +1 and -1 high in turn, measured up to 6 * noise away."""
    return _surface(bumps_height, n, noise, rng)


PLAYGROUND: dict[str, Function] = {
    "circle": circle,
    "xor": xor,
    "gauss": gauss,
    "spiral": spiral,
    "plane": plane,
    "reg_gauss": reg_gauss,
}
