"""What every layer is: a few settings, a shape in and a shape out, and `forward`.

`forward(x, train)` returns `(y, backward)`. `backward(dy)` takes the derivative of the loss by y,
writes the derivatives by the layer's own weights and returns the derivative by x. What backward
needs to remember lives in its closure, so that a layer holds nothing of a pass: a prediction in
the middle of a training step disturbs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Self

import numpy as np

from pyml.ops import Ops

Shape = tuple[int, ...]
Backward = Callable[[np.ndarray], np.ndarray]


class Param(NamedTuple):
    """One array of weights that a layer asks the network for.

    It starts as normal random numbers with standard deviation `spread`, or as zeros;
    `decays` says whether weight decay pulls it towards zero (weights yes, biases no).
    """

    shape: Shape
    spread: float = 0.0
    decays: bool = False


class Layer:
    """Base of all layers; on its own it passes its input through.

    The network copies the layers that it is given and gives each copy its `ops`, its
    `input_shape` and `output_shape` (without N), and for each entry `name` of `params()` a view
    `self.name` into the flat weights and a view `self.dname` into the flat gradient. That
    assignment, in `Network.__init__`, is the only one made from outside.
    """

    activation: str | None = None
    ops: Ops
    input_shape: Shape
    output_shape: Shape

    def settings(self) -> dict[str, Any]:
        """The constructor's arguments by name, as JSON can hold them."""
        return {}

    @classmethod
    def from_settings(cls, settings: dict[str, Any]) -> Self:
        """The layer that `settings()` describes."""
        return cls(**settings)

    def build(self, shape: Shape) -> Shape:
        """Takes the shape of one input and returns the shape of one output."""
        return shape

    def params(self) -> dict[str, Param]:
        """The weights that this layer needs, by name, once its `input_shape` is known."""
        return {}

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        """The output for x (N, *input_shape), and the function that goes back."""
        return x, lambda dy: dy

    def __repr__(self) -> str:
        given = {name: value for name, value in self.settings().items() if value is not None}
        words = [repr(v) if i == 0 else f"{k}={v!r}" for i, (k, v) in enumerate(given.items())]
        return f"{type(self).__name__}({', '.join(words)})"


def whole(owner: str, name: str, value: object) -> int:
    """`value` as a whole number of at least 1, or an error in the name of `owner`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ValueError(
            f"{owner}: {name} must be a whole number of at least 1, got {value!r}; "
            f"write for example {owner}(2)"
        )
    return int(value)
