"""The layers, each its formula and its derivative side by side.

Write them as you think of them, `Dense(6, activation="tanh")` and `Softmax(2)`; `expand` shows
what really runs: Dense(6), Tanh(), Dense(2), Softmax(2).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from itertools import pairwise

from pyml.layer import Layer
from pyml.layers.dense import Dense, Input, Weighted
from pyml.layers.elementwise import (
    ACTIVATIONS,
    Dropout,
    LeakyRelu,
    Maxout,
    Relu,
    Sigmoid,
    Tanh,
)
from pyml.layers.images import Conv, Flatten, GlobalAveragePool, Pool
from pyml.layers.norms import BatchNorm, LocalResponseNorm
from pyml.losses import HEADS, SVM, Head, Regression, Softmax

LAYERS: dict[str, type[Layer]] = {
    "Input": Input,
    "Dense": Dense,
    "Conv": Conv,
    "Pool": Pool,
    "GlobalAveragePool": GlobalAveragePool,
    "Flatten": Flatten,
    "Relu": Relu,
    "LeakyRelu": LeakyRelu,
    "Tanh": Tanh,
    "Sigmoid": Sigmoid,
    "Maxout": Maxout,
    "Dropout": Dropout,
    "LocalResponseNorm": LocalResponseNorm,
    "BatchNorm": BatchNorm,
    **HEADS,
}


def expand(layers: Sequence[Layer]) -> list[Layer]:
    """The layers as they run: copies, with each `activation` and each head's Dense written out."""
    run: list[Layer] = []
    row: list[Layer]
    for layer in layers:
        # A head's settings are those of its Dense, behind which it stands itself.
        head: list[Layer] = [type(layer)(layer.units)] if isinstance(layer, Head) else []
        row = [Dense(**layer.settings()) if isinstance(layer, Head) else copy.copy(layer)]
        if row[0].activation is not None:
            row.append(ACTIVATIONS[row[0].activation]())
            row[0].activation = None
        run += row + head
    for layer, after in pairwise(run):
        rectified = isinstance(after, Relu | LeakyRelu)
        if isinstance(layer, Weighted) and rectified and layer.init is None:
            layer.init = "he"
    return run


__all__ = [
    "ACTIVATIONS",
    "LAYERS",
    "SVM",
    "BatchNorm",
    "Conv",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAveragePool",
    "Head",
    "Input",
    "Layer",
    "LeakyRelu",
    "LocalResponseNorm",
    "Maxout",
    "Pool",
    "Regression",
    "Relu",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "expand",
]
