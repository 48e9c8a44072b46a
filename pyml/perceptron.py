"""One unit with two inputs, z = w0 + w1 x1 + w2 x2, and the two classic rules that teach it.

"perceptron" (Rosenblatt 1958): the output o is 1 if z > 0, else 0, and
    w += rate * (t - o) * (1, x1, x2)
"delta" (Widrow and Hoff 1960, here through a sigmoid): the output is o = 1 / (1 + exp(-z)), and
    w += rate * (t - o) * o * (1 - o) * (1, x1, x2), which goes down the squared error (t - o)^2 / 2
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

RULES = ("perceptron", "delta")


class Lesson(NamedTuple):
    """What one example taught: `delta` (3,) = `factor` * (1, x1, x2) is what the weights gain."""

    z: float
    output: float
    factor: float
    delta: np.ndarray


def respond(weights: np.ndarray, x: np.ndarray, rule: str) -> tuple[np.ndarray, np.ndarray]:
    """The sums z (N,) and outputs (N,) of the unit with weights (3,) for points x (N, 2)."""
    w0, w1, w2 = weights
    # Rounded, so that 0.1 + 0.2 - 0.3 is on the line and not a hair beside it.
    z = np.round(w0 + w1 * x[:, 0] + w2 * x[:, 1], 12)
    if rule == "delta":
        return z, 0.5 * np.tanh(0.5 * z) + 0.5  # the sigmoid, with no exponential to overflow
    return z, (z > 0).astype(np.float64)


def teach(weights: np.ndarray, x: np.ndarray, target: int, rule: str, rate: float) -> Lesson:
    """What the unit with weights (3,) learns from the point x (2,) of class `target`."""
    z, output = (float(value[0]) for value in respond(weights, x[None], rule))
    factor = rate * (target - output)
    if rule == "delta":
        factor *= output * (1 - output)
    return Lesson(z, output, factor, factor * np.array([1.0, x[0], x[1]]))
