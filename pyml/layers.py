"""The layers, each its formula and its derivative side by side.

Write them as you think of them, `Dense(6, activation="tanh")` and `Softmax(2)`; `expand` shows
what really runs: Dense(6), Tanh(), Dense(2), Softmax(2).
"""

# ruff: noqa: D102 (Layer describes what the layers override)
from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from pyml.layer import Backward, Layer, Param, Shape, whole
from pyml.losses import HEADS, Head, Regression, Softmax


class Input(Layer):
    """Says what one example looks like: `Input(2)`, or `Input(height, width, channels)`."""

    def __init__(self, *shape: int) -> None:
        if not shape:
            raise ValueError("Input: it needs the shape of one example, for example Input(2)")
        self.shape = tuple(whole("Input", "each size", size) for size in shape)

    def settings(self) -> dict[str, Any]:
        return {"shape": list(self.shape)}

    @classmethod
    def from_settings(cls, settings: dict[str, Any]) -> Self:
        return cls(*settings["shape"])

    def build(self, shape: Shape) -> Shape:
        return self.shape

    def __repr__(self) -> str:
        return f"Input({', '.join(map(str, self.shape))})"


class Dense(Layer):
    """Every unit sees every input: y = x w^T + b, with w (U, I), b (U,), x (N, I), y (N, U).

    An input of more than one dimension is flattened, last axis fastest. Weights start normal
    with variance 1 / I, so that the sum over I inputs keeps their size (LeCun et al., Efficient
    BackProp, 1998, section 4.6); biases start at zero.
    """

    w: np.ndarray
    b: np.ndarray
    dw: np.ndarray
    db: np.ndarray

    def __init__(self, units: int, activation: str | None = None) -> None:
        self.units = whole("Dense", "units", units)
        if activation is not None and activation not in ACTIVATIONS:
            raise ValueError(
                f"Dense: unknown activation {activation!r}; use one of {', '.join(ACTIVATIONS)}"
            )
        self.activation = activation

    def settings(self) -> dict[str, Any]:
        return {"units": self.units, "activation": self.activation}

    def build(self, shape: Shape) -> Shape:
        return (self.units,)

    def params(self) -> dict[str, Param]:
        inputs = math.prod(self.input_shape)
        return {
            "w": Param((self.units, inputs), spread=inputs**-0.5, decays=True),
            "b": Param((self.units,)),
        }

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        shape = x.shape
        x = x.reshape(len(x), -1)  # (N, I)
        y = self.ops.matmul(x, self.w.T)  # (N, U)
        y += self.b

        def backward(dy: np.ndarray) -> np.ndarray:
            self.ops.matmul(dy.T, x, out=self.dw)  # (U, I)
            dy.sum(axis=0, out=self.db)  # (U,)
            return self.ops.matmul(dy, self.w).reshape(shape)

        return y, backward


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


ACTIVATIONS: dict[str, type[Layer]] = {"tanh": Tanh, "sigmoid": Sigmoid, "relu": Relu}

LAYERS: dict[str, type[Layer]] = {
    "Input": Input,
    "Dense": Dense,
    "Tanh": Tanh,
    "Sigmoid": Sigmoid,
    "Relu": Relu,
    **HEADS,
}


def expand(layers: Sequence[Layer]) -> list[Layer]:
    """The layers as they run: copies, with each `activation` and each head's Dense written out."""
    run: list[Layer] = []
    for layer in layers:
        if isinstance(layer, Head):
            run.append(Dense(layer.units))
        layer = copy.copy(layer)
        run.append(layer)
        if layer.activation is not None:
            run.append(ACTIVATIONS[layer.activation]())
            layer.activation = None
    return run


__all__ = [
    "ACTIVATIONS",
    "LAYERS",
    "Dense",
    "Head",
    "Input",
    "Layer",
    "Regression",
    "Relu",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "expand",
]
