"""Data to learn from: points and curves made on the spot, images read from files.

Points and curves are here at once. What few programs need is imported when it is first asked for:
`playground` (the generators of TensorFlow Playground), `batches` (split, shuffled minibatches),
`augment` (shift, flip, crop), `cifar10` and `digits` (images from files).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyml.datasets.points import (
    DATASETS,
    apples_and_oranges,
    circle,
    clouds,
    gate_and,
    gate_nand,
    gate_not,
    gate_or,
    gate_xor,
    gauss,
    moons,
    multi_gauss,
    random,
    rings,
    separable,
    simple,
    spiral,
    wedges,
    xor,
)
from pyml.datasets.regression import (
    FUNCTIONS,
    SURFACES,
    bump,
    line,
    parabola,
    plane,
    reg_gauss,
    sine,
    step,
    steps,
    x_sin_x,
)

if TYPE_CHECKING:
    from pyml.datasets import augment as augment
    from pyml.datasets import batches as batches
    from pyml.datasets import cifar10 as cifar10
    from pyml.datasets import digits as digits
    from pyml.datasets import playground as playground

LATER = ("augment", "batches", "cifar10", "digits", "playground")


def __getattr__(name: str) -> Any:
    """Imports a module of `LATER` when it is first asked for; then it is an attribute."""
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    """The names that are here, those of `LATER` too."""
    return sorted({*globals(), *LATER})


__all__ = [
    "DATASETS",
    "FUNCTIONS",
    "SURFACES",
    "apples_and_oranges",
    "bump",
    "circle",
    "clouds",
    "gate_and",
    "gate_nand",
    "gate_not",
    "gate_or",
    "gate_xor",
    "gauss",
    "line",
    "moons",
    "multi_gauss",
    "parabola",
    "plane",
    "random",
    "reg_gauss",
    "rings",
    "separable",
    "simple",
    "sine",
    "spiral",
    "step",
    "steps",
    "wedges",
    "x_sin_x",
    "xor",
]
