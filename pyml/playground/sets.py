"""The data sets of the demo `separability`: points, targets, and which of them only test.

For a seed they are the very points of TensorFlow Playground, and a network that starts after them
has the weights that its page would begin with.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pyml.datasets import playground as sets
from pyml.network import Network


class Set(NamedTuple):
    """A data set: what it is called, its generator, how many points, how many classes.

    One of no class has heights between -1 and 1 instead.
    """

    label: str
    generator: sets.Generator
    size: int
    classes: int = 2


SETS = {
    "circle": Set("a disc in a ring", sets.circle, 500),
    "xor": Set("four quarters (XOR)", sets.xor, 500),
    "gauss": Set("two clouds", sets.gauss, 500),
    "spiral": Set("two spirals", sets.spiral, 500),
    "rings": Set("three rings", sets.rings, 450, 3),
    "wedges": Set("five wedges", sets.wedges, 500, 5),
    "plane": Set("heights: a slope", sets.plane, 1200, 0),
    "bumps": Set("heights: six bumps", sets.reg_gauss, 1200, 0),
}


class Drawn(NamedTuple):
    """Points x (N, 2), first those that only test; y (N,) labels or heights; where drawing stopped.

    `rng` is where TensorFlow Playground would go on, with the weights of its network.
    """

    x: np.ndarray
    y: np.ndarray
    rng: sets.SeedRandom


def draw(name: str, noise: float, train: int, seed: int | str) -> Drawn:
    """The set of this name: `noise` from 0 to 50 as its slider says, `train` percent to learn from.

    y are the labels 0 and 1 for its targets -1 and 1.
    """
    rng = sets.SeedRandom(str(seed))
    _, generator, size, classes = SETS[name]
    x, y = generator(size, noise / 100, rng)
    order = sets.shuffled(size, rng)
    learnt = size - tests(size, train)
    order = np.append(order[learnt:], order[:learnt])
    return Drawn(x[order], (y[order] + 1) / 2 if classes == 2 else y[order], rng)


def tests(n: int, train: int) -> int:
    """How many of n points only test, if `train` percent are learnt from; one is learnt always."""
    return min(n - n * train // 100, max(n - 1, 0))


def start_weights(net: Network, rng: sets.SeedRandom) -> np.ndarray:
    """The weights (P,) that TensorFlow Playground would draw next, with biases of 0.1."""
    weights = np.full(net.weights.size, 0.1)
    links = net.l1_mask > 0  # the weights without the biases
    weights[links] = rng.random(int(links.sum())) - 0.5
    return weights
