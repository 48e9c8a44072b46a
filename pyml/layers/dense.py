"""The input, the dense layer, and what all layers with weights have in common."""

# ruff: noqa: D102 (Layer describes what the layers override)
from __future__ import annotations

import math
from typing import Any, Self

import numpy as np

from pyml.initialisers import INITIALISERS
from pyml.layer import Backward, Layer, Param, Shape, number, whole
from pyml.layers.elementwise import ACTIVATIONS
from pyml.ops import totals


class Input(Layer):
    """Says what one example looks like: `Input(2)`, or `Input(height, width, channels)`."""

    def __init__(self, *shape: int) -> None:
        first: Any = shape[0] if len(shape) == 1 else None
        shape = tuple(first) if isinstance(first, tuple | list) else shape
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


class Weighted(Layer):
    """Base of the layers with weights `w` (units, ...) and one bias `b` for each unit.

    `activation` names a layer to put behind it. `init` names how the weights start (see
    `initialisers`); unless given it is "he" before a rectifier, else "lecun". `bias` is the number
    that the biases start at. `l1_decay_mul` and `l2_decay_mul` multiply the trainer's
    decays for the weights of this layer.
    """

    w: np.ndarray
    b: np.ndarray
    dw: np.ndarray
    db: np.ndarray
    init: str | None

    def weighted(
        self,
        activation: str | None,
        init: str | None,
        bias: float,
        l1_decay_mul: float,
        l2_decay_mul: float,
    ) -> None:
        """Keeps the settings that all of them share; ValueError for what is out of range."""
        owner = type(self).__name__
        if activation not in (None, *ACTIVATIONS):
            raise ValueError(
                f"{owner}: unknown activation {activation!r}; use one of {', '.join(ACTIVATIONS)}"
            )
        if init not in (None, *INITIALISERS):
            raise ValueError(
                f"{owner}: unknown init {init!r}; use one of {', '.join(INITIALISERS)}"
            )
        self.activation = activation
        self.init = init
        self.bias = number(owner, "bias", bias, -math.inf, math.inf)
        self.l1_decay_mul = number(owner, "l1_decay_mul", l1_decay_mul, 0, math.inf)
        self.l2_decay_mul = number(owner, "l2_decay_mul", l2_decay_mul, 0, math.inf)

    def weights_of(self, units: int, shape: Shape) -> dict[str, Param]:
        """Weights (units, *shape) and biases (units,), where `shape` is what one unit sees."""
        # A weight on one input of a filter is used at each place, so each place counts once.
        fan_in, fan_out = math.prod(shape), units * math.prod(shape[:-1])
        start = INITIALISERS[self.init or "lecun"](fan_in, fan_out)
        return {
            "w": Param((units, *shape), start, self.l1_decay_mul, self.l2_decay_mul),
            "b": Param((units,), self.bias),
        }


class Dense(Weighted):
    """Every unit sees every input: y = x w^T + b, with w (U, I), b (U,), x (N, I), y (N, U).

    An input of more than one dimension is flattened, last axis fastest. The other settings are
    those of every `Weighted` layer.
    """

    def __init__(
        self,
        units: int,
        activation: str | None = None,
        init: str | None = None,
        bias: float = 0.0,
        l1_decay_mul: float = 1.0,
        l2_decay_mul: float = 1.0,
    ) -> None:
        self.units = whole("Dense", "units", units)
        self.weighted(activation, init, bias, l1_decay_mul, l2_decay_mul)

    def build(self, shape: Shape) -> Shape:
        return (self.units,)

    def params(self) -> dict[str, Param]:
        return self.weights_of(self.units, (math.prod(self.input_shape),))

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        shape = x.shape
        x = x.reshape(len(x), -1)  # (N, I)
        y = self.ops.matmul(x, self.w.T)  # (N, U)
        y += self.b

        def backward(dy: np.ndarray) -> np.ndarray | None:
            self.ops.matmul(dy.T, x, out=self.dw)  # (U, I)
            totals(dy, out=self.db)  # (U,)
            return self.ops.matmul(dy, self.w).reshape(shape) if self.needs_dx else None

        return y, backward
