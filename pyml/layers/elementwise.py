"""Layers without weights that look at one number, or one group of channels, at a time."""

# ruff: noqa: D102 (Layer describes what the layers override)
from __future__ import annotations

import numpy as np

from pyml.layer import Backward, Layer, Shape, number, whole


class Tanh(Layer):
    """y = tanh(x), between -1 and 1; dy/dx = 1 - y^2."""

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        y = np.tanh(x)
        return y, lambda dy: dy * (1 - y * y)


class Sigmoid(Layer):
    """y = 1 / (1 + exp(-x)), between 0 and 1; dy/dx = y (1 - y)."""

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        # The same function, written so that no exponential can overflow.
        y = 0.5 * np.tanh(0.5 * x) + 0.5
        return y, lambda dy: dy * (y * (1 - y))


class Relu(Layer):
    """y = max(x, 0); dy/dx = 1 where x > 0, else 0 (also at exactly 0)."""

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        y = np.maximum(x, 0)
        return y, lambda dy: dy * (y > 0)


class LeakyRelu(Layer):
    """y = x where x > 0, else slope * x: no unit is ever without a gradient.

    Maas et al., Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013.
    """

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = number("LeakyRelu", "slope", slope, 0, 1)

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        slope = np.where(x > 0, 1, self.slope).astype(x.dtype)
        return x * slope, lambda dy: dy * slope


class Maxout(Layer):
    """The largest of each `group` neighbouring channels: (N, ..., C) to (N, ..., C / group).

    Where several are equally large, the gradient goes to the first. (Goodfellow et al., Maxout
    Networks, 2013.)
    """

    def __init__(self, group: int = 2) -> None:
        self.group = whole("Maxout", "group", group)

    def build(self, shape: Shape) -> Shape:
        if shape[-1] % self.group:
            raise ValueError(
                f"Maxout: {shape[-1]} channels do not divide into groups of {self.group}; "
                f"use a multiple of {self.group}"
            )
        return (*shape[:-1], shape[-1] // self.group)

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        groups = x.reshape(*x.shape[:-1], -1, self.group)
        best = groups.argmax(axis=-1)[..., None]
        y = np.take_along_axis(groups, best, axis=-1)[..., 0]

        def backward(dy: np.ndarray) -> np.ndarray:
            dx = np.zeros_like(groups)
            np.put_along_axis(dx, best, dy[..., None], axis=-1)
            return dx.reshape(x.shape)

        return y, backward


class Dropout(Layer):
    """While training, sets each number to zero with probability `drop_prob`; else does nothing.

    What is kept is divided by 1 - drop_prob, so that the mean stays. With inverted=False it is
    left as it is in training, and predictions are multiplied by 1 - drop_prob instead, as
    Srivastava et al. first had it (Dropout, 2014, section 10).
    """

    def __init__(self, drop_prob: float = 0.5, inverted: bool = True) -> None:
        self.drop_prob = number("Dropout", "drop_prob", drop_prob, 0, 1)
        if not isinstance(inverted, bool):
            raise ValueError(f"Dropout: inverted must be True or False, got {inverted!r}")
        self.inverted = inverted

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        keep = 1 - self.drop_prob
        if train:
            # Drawn in float32 whatever x is, so that both precisions drop the same units.
            scale = (self.rng.random(x.shape, np.float32) < keep).astype(x.dtype)
            if self.inverted:
                scale /= keep
            return x * scale, lambda dy: dy * scale
        factor = 1.0 if self.inverted else keep
        return x * factor, lambda dy: dy * factor


ACTIVATIONS: dict[str, type[Layer]] = {
    "tanh": Tanh,
    "sigmoid": Sigmoid,
    "relu": Relu,
    "leaky_relu": LeakyRelu,
}
