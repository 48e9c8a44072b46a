"""The data sets of TensorFlow Playground, with its formulas and its meaning of noise.

Each is a function `(n, noise, rng) -> x, y`: n points x (N, 2) and targets y (N,), all float64 as
there. The target is -1 or +1, and for `plane` and `reg_gauss` a number between. `noise` is what
its slider shows divided by 100, from 0 to 0.5. It draws 500 points to classify and 1200 for
regression, and trains on the first part of them, in the order of `shuffled`.

`rng` is a `numpy.random.Generator`, or `SeedRandom`, which draws the numbers that its page draws:
with that the points are the very same ones. (github.com/tensorflow/playground, dataset.ts.)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np

from pyml.datasets.regression import Formula, Pairs, bumps_height, plane_height


class Draws(Protocol):
    """What the data sets need of a source of randomness."""

    def random(self, size: int) -> np.ndarray:
        """So many numbers from 0 to below 1, (size,)."""


class SeedRandom:
    """The numbers of `Math.seedrandom(seed)`, the library that the page seeds its own with.

    They come from the cipher RC4, keyed with the text of the seed, whose first 256 bytes are
    thrown away; 52 bits make a number. (github.com/davidbau/seedrandom, version 2.)
    """

    def __init__(self, seed: str) -> None:
        key, smear = [0] * min(max(len(seed), 1), 256), 0
        for i, code in enumerate(_utf16(seed)):
            at = i % 256
            if at == len(key):
                key.append(0)
            smear ^= 19 * key[at]
            key[at] = (smear + code) % 256
        row, j = list(range(256)), 0
        for i in range(256):
            j = (j + row[i] + key[i % len(key)]) % 256
            row[i], row[j] = row[j], row[i]
        self._row, self._i, self._j = row, 0, 0
        self._take(256)

    def random(self, size: int) -> np.ndarray:
        """The next numbers from 0 to below 1, (size,) float64."""
        return np.array([self._number() for _ in range(size)])

    def _number(self) -> float:
        *six, last = self._take(7)
        n, unit = 256 * int.from_bytes(six), 1 << 56
        while n < 1 << 52:
            n, unit, last = 256 * (n + last), 256 * unit, self._take(1)[0]
        while n >= 1 << 53:  # both are products of 256, so nothing is cut off
            n, unit, last = n // 2, unit // 2, last >> 1
        return (n + last) / unit

    def _take(self, size: int) -> list[int]:
        row, i, j, taken = self._row, self._i, self._j, []
        for _ in range(size):
            i = (i + 1) & 255
            here = row[i]
            j = (j + here) & 255
            there = row[j]
            row[i], row[j] = there, here
            taken.append(row[(here + there) & 255])
        self._i, self._j = i, j
        return taken


def _utf16(text: str) -> list[int]:
    """The text in the units that JavaScript counts."""
    data = text.encode("utf-16-le", "surrogatepass")
    return [low + 256 * high for low, high in zip(data[::2], data[1::2], strict=True)]


def shuffled(n: int, rng: Draws) -> np.ndarray:
    """The order (n,) in which the page puts its points: each place from the last is drawn."""
    order = np.arange(n)
    for left, drawn in zip(range(n, 0, -1), rng.random(n), strict=True):
        at = int(drawn * left)
        order[[left - 1, at]] = order[[at, left - 1]]
    return order


def _uniform(low: float, high: float, drawn: np.ndarray) -> np.ndarray:
    return drawn * (high - low) + low


def _halves(n: int) -> np.ndarray:
    """Targets (n,): the first half, or one more, +1, the others -1."""
    return np.where(np.arange(n) < (n + 1) // 2, 1.0, -1.0)


def circle(n: int, noise: float, rng: Draws) -> Pairs:
    """Half of the points within 2.5 of the middle, half from 3.5 to 5.

    The target is +1 where a point that strays up to 5 * noise in x0 and x1 is within 2.5.
    """
    radius, angle, *strays = rng.random(4 * n).reshape(n, 4).T
    radius = np.where(_halves(n) > 0, _uniform(0, 2.5, radius), _uniform(3.5, 5, radius))
    angle = _uniform(0, 2 * np.pi, angle)
    x = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    strayed = x + _uniform(-5, 5, np.stack(strays, axis=1)) * noise
    return x, np.where(np.hypot(*strayed.T) < 2.5, 1.0, -1.0)


def xor(n: int, noise: float, rng: Draws) -> Pairs:
    """Four squares, pushed 0.3 away from the axes.

    The target is +1 where both coordinates have the same sign, after straying up to 5 * noise.
    """
    drawn = _uniform(-5, 5, rng.random(4 * n).reshape(n, 4))
    x = drawn[:, :2] + np.where(drawn[:, :2] > 0, 0.3, -0.3)
    strayed = x + drawn[:, 2:] * noise
    return x, np.where(strayed.prod(axis=1) >= 0, 1.0, -1.0)


def gauss(n: int, noise: float, rng: Draws) -> Pairs:
    """Normal clouds around (2, 2), +1, and (-2, -2), -1, with variance 0.5 + 7 * noise."""
    y = _halves(n)
    spread = math.sqrt(0.5 + 7 * noise)
    strays = np.array([_normal(rng) for _ in range(2 * n)]).reshape(n, 2)
    return 2 * y[:, None] + spread * strays, y


def _normal(rng: Draws) -> float:
    """A normal number by Marsaglia's polar method, whose second one is not used."""
    while True:
        a, b = (2 * float(drawn) - 1 for drawn in rng.random(2))
        square = a * a + b * b
        if 0 < square <= 1:
            return a * math.sqrt(-2 * math.log(square) / square)


def spiral(n: int, noise: float, rng: Draws) -> Pairs:
    """Two arms of one and three quarter turns out to 5; points stray up to noise, evenly."""
    y = _halves(n)
    half = (n + 1) // 2
    along = np.where(y > 0, np.arange(n), np.arange(n) - half) / max(n / 2, 1)
    angle = 3.5 * np.pi * along + np.where(y > 0, 0, np.pi)
    x = 5 * along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return x + _uniform(-1, 1, rng.random(2 * n).reshape(n, 2)) * noise, y


def _surface(formula: Formula, n: int, noise: float, rng: Draws) -> Pairs:
    drawn = _uniform(-6, 6, rng.random(4 * n).reshape(n, 4))
    return drawn[:, :2], formula(drawn[:, :2] + drawn[:, 2:] * noise)


def plane(n: int, noise: float, rng: Draws) -> Pairs:
    """The target is (x0 + x1) / 10 at a place up to 6 * noise away in x0 and x1."""
    return _surface(plane_height, n, noise, rng)


def reg_gauss(n: int, noise: float, rng: Draws) -> Pairs:
    """Six cones of radius 2, +1 and -1 high in turn, measured up to 6 * noise away."""
    return _surface(bumps_height, n, noise, rng)


def rings(n: int, noise: float, rng: Draws) -> Pairs:
    """Three rings around each other, not of the Playground: targets 0, 1, 2 from the middle out.

    Points stray by up to 3 * noise in x0 and x1 after their ring was chosen.
    """
    y = np.arange(n) % 3
    radius, angle, *strays = rng.random(4 * n).reshape(n, 4).T
    radius, angle = 2 * y + _uniform(0, 1.2, radius), _uniform(0, 2 * np.pi, angle)
    x = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    return x + _uniform(-3, 3, np.stack(strays, axis=1)) * noise, y.astype(np.float64)


def wedges(n: int, noise: float, rng: Draws) -> Pairs:
    """Five slices of a disc, not of the Playground: targets 0 to 4, around from the right.

    Points stray by up to 3 * noise in x0 and x1 after their slice was chosen.
    """
    y = np.arange(n) % 5
    radius, angle, *strays = rng.random(4 * n).reshape(n, 4).T
    angle = 2 * np.pi / 5 * (y + _uniform(-0.42, 0.42, angle))
    radius = _uniform(0.8, 5, radius)
    x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return x + _uniform(-3, 3, np.stack(strays, axis=1)) * noise, y.astype(np.float64)


Generator = Callable[[int, float, Draws], Pairs]
PLAYGROUND: dict[str, Generator] = {
    "circle": circle,
    "xor": xor,
    "gauss": gauss,
    "spiral": spiral,
    "plane": plane,
    "reg_gauss": reg_gauss,
}
#: sets of more than two classes, whose targets are labels
CLASSES: dict[str, Generator] = {"rings": rings, "wedges": wedges}
