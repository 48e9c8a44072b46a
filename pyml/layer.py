"""What every layer is: a few settings, a shape in and a shape out, and `forward`.

`forward(x, train)` returns `(y, backward)`. `backward(dy)` takes the derivative of the loss by y,
writes the derivatives by the layer's own weights and returns the derivative by x. What backward
needs to remember lives in its closure, so that a layer holds nothing of a pass: a prediction in
the middle of a training step disturbs nothing.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any, NamedTuple, Self

import numpy as np

from pyml.initialisers import Draw
from pyml.ops import Ops

Shape = tuple[int, ...]
Pair = tuple[int, int]
#: dy (N, *output) to dx (N, *input); dx may be None where the layer's `needs_dx` is False
Backward = Callable[[Any], Any]


class Param(NamedTuple):
    """One array of weights that a layer asks the network for.

    `start` is the number that all of it starts at, or the function that draws it. `l1` and `l2`
    say how strongly the trainer's decays pull on it (1 for weights, 0 for biases).
    """

    shape: Shape
    start: float | Draw = 0.0
    l1: float = 0.0
    l2: float = 0.0


class Layer:
    """Base of all layers; on its own it passes its input through.

    A subclass keeps each argument of its constructor as an attribute of the same name; settings,
    saving and printing follow from that.

    The network copies the layers that it is given and gives each copy its `ops` and `rng`, its
    `input_shape` and `output_shape` (without N), `needs_dx` (whether anybody wants the derivative
    by its input), and for each entry `name` of `params()` a view `self.name` into the flat
    weights and a view `self.dname` into the flat gradient. That assignment, in
    `Network.__init__`, is the only one made from outside.
    """

    activation: str | None = None
    ops: Ops
    rng: np.random.Generator
    input_shape: Shape
    output_shape: Shape
    needs_dx: bool = True

    def settings(self) -> dict[str, Any]:
        """The constructor's arguments by name, as JSON can hold them."""
        return {name: _plain(getattr(self, name)) for name in _arguments(type(self))}

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
        words = []
        for name, parameter in _arguments(type(self)).items():
            value = _plain(getattr(self, name))
            if parameter.default is parameter.empty:
                words.append(repr(value))
            elif value != parameter.default:
                words.append(f"{name}={value!r}")
        return f"{type(self).__name__}({', '.join(words)})"


def _arguments(kind: type[Layer]) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(kind).parameters)


def _plain(value: Any) -> Any:
    """A square pair as one number, everything else as it is."""
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def whole(owner: str, name: str, value: object, least: int = 1) -> int:
    """`value` as a whole number of at least `least`, or an error in the name of `owner`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(
            f"{owner}: {name} must be a whole number of at least {least}, got {value!r}; "
            f"write for example {max(2, least)}"
        )
    return int(value)


def pair(owner: str, name: str, value: object, least: int = 1) -> Pair:
    """`value`, one whole number or (vertical, horizontal), as a pair of at least `least`."""
    both = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(both) != 2:
        raise ValueError(
            f"{owner}: {name} must be one number or (vertical, horizontal), got {value!r}"
        )
    return whole(owner, name, both[0], least), whole(owner, name, both[1], least)


def number(owner: str, name: str, value: object, least: float, below: float) -> float:
    """`value` as a float from `least` up to but not including `below`, or an error."""
    good = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    try:
        found = float(value) if good else math.nan  # type: ignore[arg-type]
    except OverflowError:  # a whole number beyond all floats
        found = math.inf
    if not least <= found < below or math.isinf(found):  # also true for NaN
        raise ValueError(
            f"{owner}: {name} must be a number of at least {least:g} and below {below:g}, "
            f"got {value!r}"
        )
    return found


def image(owner: str, shape: Shape) -> tuple[int, int, int]:
    """`shape` as (height, width, channels), or an error that says where images come from."""
    if len(shape) != 3:
        raise ValueError(
            f"{owner}: it takes images (height, width, channels), but its input has shape "
            f"{shape}; begin with Input(height, width, channels), and put Dense and Flatten behind"
        )
    return shape[0], shape[1], shape[2]
