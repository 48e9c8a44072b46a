"""A curve as the sum of what hidden units add to it, and secret curves to guess at."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pyml.layers import Dense
from pyml.network import Network

#: units whose parts are shown
MOST_PARTS = 24
#: a secret curve has 1 to so many units
MOST_SECRET = 6
#: share of the ups and downs that a curve must explain to count as found
ENOUGH = 0.98


class Parts(NamedTuple):
    """What the units before the output say (units, n), their weights to it (units,), what each
    adds (units, n), and the output's bias.

    The sum of what they add and the bias is the curve, unless the output has an activation.
    """

    says: np.ndarray
    heights: np.ndarray
    adds: np.ndarray
    bias: float


def parts(net: Network, x: np.ndarray) -> Parts:
    """The parts of a network with one output, for its inputs x (n, I)."""
    last, head = next(
        (i, layer) for i, layer in reversed([*enumerate(net.layers)]) if isinstance(layer, Dense)
    )
    says = net.activations(x)[last - 1].reshape(len(x), -1).T
    return Parts(says, head.w[0], says * head.w[0][:, None], float(head.b[0]))


class Secret(NamedTuple):
    """A curve that a network drew: y = sum of height tanh(steep (x - place)), one for each unit."""

    place: np.ndarray
    steep: np.ndarray
    height: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """The heights of the curve for x of any shape."""
        z = self.steep * (np.asarray(x, np.float64)[..., None] - self.place)
        found: np.ndarray = (self.height * np.tanh(z)).sum(axis=-1)
        return found


def secret(rng: np.random.Generator) -> Secret:
    """A secret curve of 1 to MOST_SECRET units, each a rise or a fall that can be told apart."""
    units = int(rng.integers(1, MOST_SECRET + 1))
    gap = 8.0 / units
    place = -4 + gap * (np.arange(units) + 0.5) + rng.uniform(-0.15, 0.15, units) * gap
    # Narrow enough to be over before the next begins.
    steep = np.minimum(rng.uniform(2.2, 3.2, units) / gap * 2, 4.0)
    sign = np.where((np.arange(units) + rng.integers(2)) % 2, 1.0, -1.0)
    return Secret(place, steep, sign * rng.uniform(1.2, 2.0, units))


def explained(y: np.ndarray, guess: np.ndarray) -> float:
    """The share of the ups and downs of y (N,) that a guess (N,) explains; 1 if all, below 0 if
    their mean would be the better guess.
    """
    if not len(y):
        return 1.0
    spread = float(((y - y.mean()) ** 2).sum())
    missed = float(((y - guess) ** 2).sum())
    return 1 - missed / spread if spread > 1e-12 else float(missed < 1e-6)
