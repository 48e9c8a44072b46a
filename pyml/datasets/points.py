"""Small sets of labelled points in the plane, to learn from.

Each is a function `(n, noise, rng) -> x, y`: about `n` points x (N, 2) float32 with labels y (N,)
int64 of class 0 or 1; `multi_gauss` has the classes 0 to 3. `noise` is 0 for clean data and 1 for
very noisy data; `rng` is a `numpy.random.Generator`, the only source of randomness. `DATASETS`
lists them by name, and `MANY` those that may have more classes: `(n, noise, rng, classes=2)`.

Without noise `circle`, `spiral`, `simple` and `random` are those of ConvNetJS's demo classify2d.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Points = tuple[np.ndarray, np.ndarray]
Dataset = Callable[[int, float, np.random.Generator], Points]
Many = Callable[[int, float, np.random.Generator, int], Points]


def _points(x: np.ndarray, y: np.ndarray) -> Points:
    return np.ascontiguousarray(x, np.float32), np.asarray(y, np.int64)


def _gate(outputs: tuple[int, ...], n: int, noise: float, rng: np.random.Generator) -> Points:
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] if len(outputs) == 4 else [[0, 0], [1, 0]])
    which = np.arange(max(n, len(corners))) % len(corners)
    x = corners[which] + rng.normal(0, 0.1 * noise, (len(which), 2))
    return _points(x, np.array(outputs)[which])


def gate_and(n: int, noise: float, rng: np.random.Generator) -> Points:
    """Class 1 where both inputs are 1. The truth table, repeated until there are n points."""
    return _gate((0, 0, 0, 1), n, noise, rng)


def gate_or(n: int, noise: float, rng: np.random.Generator) -> Points:
    """Class 1 where at least one input is 1. The truth table, repeated."""
    return _gate((0, 1, 1, 1), n, noise, rng)


def gate_nand(n: int, noise: float, rng: np.random.Generator) -> Points:
    """Class 1 unless both inputs are 1. The truth table, repeated."""
    return _gate((1, 1, 1, 0), n, noise, rng)


def gate_not(n: int, noise: float, rng: np.random.Generator) -> Points:
    """Class 1 where the first input is 0; the second is always 0. The truth table, repeated."""
    return _gate((1, 0), n, noise, rng)


def gate_xor(n: int, noise: float, rng: np.random.Generator) -> Points:
    """Class 1 where exactly one input is 1: no straight line separates it. The table, repeated."""
    return _gate((0, 1, 1, 0), n, noise, rng)


def separable(n: int, noise: float, rng: np.random.Generator) -> Points:
    """A cloud in the unit square, cut by a random line with a gap along it; noise narrows the gap.

    It stays separable for every noise up to 1.
    """
    n = max(n, 2)
    angle = rng.uniform(0, 2 * np.pi)
    normal = np.array([np.cos(angle), np.sin(angle)])
    x = rng.uniform(-0.5, 0.5, (n, 2))
    side = x @ normal
    # The line halves the cloud, so both classes are there for every n.
    cut = np.sort(side)[n // 2 - 1 : n // 2 + 1].mean()
    y = side > cut
    gap = 0.08 * (1 - 0.9 * min(max(noise, 0.0), 1.0))
    x += np.where(y, gap, -gap)[:, None] * normal
    return _points(x + 0.5, y)


def apples_and_oranges(n: int, noise: float, rng: np.random.Generator) -> Points:
    """Fruit by colour (0 green .. 1 orange) and surface (0 smooth .. 1 dimpled); 0 apple, 1 orange.

    Up to noise 0.2 a straight line tells them apart; above, some apples are rough and reddish.
    """
    y = np.arange(max(n, 2)) % 2
    middle = np.where(y[:, None] == 1, [0.78, 0.7], [0.32, 0.25])
    spread = np.array([0.1, 0.09]) * (1 + noise)
    # Bounded noise: no fruit strays further than two spreads.
    x = middle + spread * np.clip(rng.normal(0, 1, (len(y), 2)), -1.8, 1.8)
    return _points(np.clip(x, 0, 1), y)


def circle(n: int, noise: float, rng: np.random.Generator) -> Points:
    """Class 1 in a disc of radius 2, class 0 evenly spaced around it at radius 3 to 5."""
    y = np.arange(n) % 2
    inside = y == 1
    radius = np.where(inside, rng.uniform(0, 2, n), rng.uniform(3, 5, n))
    around = 2 * np.pi * (np.arange(n) // 2) / max(n - n // 2, 1)
    angle = np.where(inside, rng.uniform(0, 2 * np.pi, n), around)
    x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return _points(x + rng.normal(0, 1.2 * noise, (n, 2)), y)


def spiral(n: int, noise: float, rng: np.random.Generator, classes: int = 2) -> Points:
    """Arms, one class each, that wind around each other one and a quarter times.

    From three arms on they wind less, so that the gaps between them stay as wide.
    """
    y = np.arange(n) % classes
    along = (np.arange(n) // classes) / max(n / classes, 1)
    radius = 5 * along + rng.uniform(-0.1, 0.1, n)
    # The last of the arms points up: with two arms it is class 1.
    turn = 2 * np.pi * (classes - 1 - y) / classes
    angle = 5 * np.pi / classes * along + turn + rng.uniform(-0.1, 0.1, n)
    x = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    return _points(x + rng.normal(0, 0.8 * noise, (n, 2)), y)


def simple(n: int, noise: float, rng: np.random.Generator) -> Points:
    """Thirteen fixed points for working by hand: no line divides them. `n` is not used."""
    x, y = SIMPLE[:, :2], SIMPLE[:, 2]
    return _points(x + rng.normal(0, noise, x.shape), y)


#: x0, x1 and label of each of the thirteen, in ConvNetJS's order
SIMPLE = np.array(
    [
        (-0.4326, 1.1909, 1),
        (3.0, 4.0, 1),
        (0.1253, -0.0376, 1),
        (0.2877, 0.3273, 1),
        (-1.1465, 0.1746, 1),
        (1.8133, 1.0139, 0),
        (2.7258, 1.0668, 0),
        (1.4117, 0.5593, 0),
        (4.1832, 0.3044, 0),
        (1.8636, 0.1677, 0),
        (0.5, 3.2, 1),
        (0.8, 3.2, 1),
        (1.0, -2.2, 1),
    ]
)


def xor(n: int, noise: float, rng: np.random.Generator) -> Points:
    """Four square clouds; class 1 where exactly one coordinate is positive."""
    corner = np.arange(n) % 4
    sign = np.stack([np.where(corner % 2, 1, -1), np.where(corner // 2, 1, -1)], axis=1)
    x = sign * rng.uniform(0.5, 4.8, (n, 2)) + rng.normal(0, 1.2 * noise, (n, 2))
    return _points(x, sign[:, 0] != sign[:, 1])


def gauss(n: int, noise: float, rng: np.random.Generator) -> Points:
    """Two round clouds, one class each, with their middles 5.6 apart."""
    y = np.arange(n) % 2
    middle = np.where(y[:, None] == 1, 2.0, -2.0)
    return _points(middle + rng.normal(0, 0.8 + 1.6 * noise, (n, 2)), y)


def multi_gauss(n: int, noise: float, rng: np.random.Generator) -> Points:
    """Four round clouds on a circle of radius 3.5, one class each: 0 on the right, then around."""
    y = np.arange(n) % 4
    angle = np.pi / 2 * y
    middle = 3.5 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _points(middle + rng.normal(0, 0.6 + 1.4 * noise, (n, 2)), y)


def moons(n: int, noise: float, rng: np.random.Generator) -> Points:
    """Two half moons that reach into each other."""
    y = np.arange(n) % 2
    angle = rng.uniform(0, np.pi, n)
    turn = np.where(y == 1, 1.0, -1.0)
    x = np.stack(
        [3 * np.cos(angle) * turn - 1.5 * turn, 3.4 * np.sin(angle) * turn - 0.9 * turn], axis=1
    )
    return _points(x + rng.normal(0, 0.15 + 0.9 * noise, (n, 2)), y)


def random(n: int, noise: float, rng: np.random.Generator, classes: int = 2) -> Points:
    """Points anywhere with labels by chance: nothing to learn but by heart."""
    return _points(rng.uniform(-3, 3, (n, 2)), rng.integers(0, classes, n))


def rings(n: int, noise: float, rng: np.random.Generator, classes: int = 2) -> Points:
    """A disc and rings around it, one class each, with gaps of a quarter between them."""
    y = np.arange(n) % classes
    # The same number in each: the outer ones are thinner sown.
    radius = (y + rng.uniform(0, 0.75, n)) * 5 / (classes - 0.25)
    angle = rng.uniform(0, 2 * np.pi, n)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _points(x + rng.normal(0, 1.2 * noise, (n, 2)), y)


def wedges(n: int, noise: float, rng: np.random.Generator, classes: int = 2) -> Points:
    """A disc cut like a cake, one class in each piece; 0 on the right, then around."""
    y = np.arange(n) % classes
    angle = 2 * np.pi * (y + rng.uniform(-0.42, 0.42, n)) / classes
    radius = 5 * np.sqrt(rng.uniform(0.03, 1, n))
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _points(x + rng.normal(0, 1.2 * noise, (n, 2)), y)


def clouds(n: int, noise: float, rng: np.random.Generator, classes: int = 2) -> Points:
    """Round clouds on a circle of radius 4, one class each; 0 on the right, then around."""
    y = np.arange(n) % classes
    angle = 2 * np.pi * y / classes
    middle = 4 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    # As many as fit beside each other, clipped so that none strays out of the picture.
    spread = min(0.8, 2.6 / classes) + 1.2 * noise
    return _points(middle + spread * np.clip(rng.normal(0, 1, (n, 2)), -2.4, 2.4), y)


DATASETS: dict[str, Dataset] = {
    "gate_and": gate_and,
    "gate_or": gate_or,
    "gate_nand": gate_nand,
    "gate_not": gate_not,
    "gate_xor": gate_xor,
    "separable": separable,
    "apples_and_oranges": apples_and_oranges,
    "circle": circle,
    "spiral": spiral,
    "simple": simple,
    "xor": xor,
    "gauss": gauss,
    "multi_gauss": multi_gauss,
    "moons": moons,
    "random": random,
    "rings": rings,
    "wedges": wedges,
    "clouds": clouds,
}
MANY: dict[str, Many] = {
    "spiral": spiral,
    "random": random,
    "rings": rings,
    "wedges": wedges,
    "clouds": clouds,
}
