"""Heads: the last layer of a network, which turns scores into an answer and judges it.

A head takes the scores z (N, units) of the Dense layer that it brings along, `output` makes
the network's prediction of them and `loss` says how wrong it is. Losses are means over the N
examples.
"""

# ruff: noqa: D102 (Layer and Head describe what the heads override)
from __future__ import annotations

import math
from typing import Any

import numpy as np

from pyml.layer import Layer, number, whole


class Head(Layer):
    """Base of the heads. `units` is the number of scores it wants from its Dense layer.

    All settings are those of that layer, see `layers.Dense`; an `activation` stands between the
    two.
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
        owner = type(self).__name__
        self.units = whole(owner, "units", units)
        self.activation = activation
        self.init = init
        self.bias = number(owner, "bias", bias, -math.inf, math.inf)
        self.l1_decay_mul = number(owner, "l1_decay_mul", l1_decay_mul, 0, math.inf)
        self.l2_decay_mul = number(owner, "l2_decay_mul", l2_decay_mul, 0, math.inf)

    def output(self, z: np.ndarray) -> np.ndarray:
        """The prediction (N, units) for the scores z (N, units)."""
        raise NotImplementedError

    def targets(self, given: Any, z: np.ndarray) -> np.ndarray:
        """`given` as targets for the scores z (N, units); ValueError, TypeError if it is none."""
        raise NotImplementedError

    def judge(self, z: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
        """As `loss`, for targets y that `targets` gave."""
        raise NotImplementedError

    def loss(self, z: np.ndarray, y: Any) -> tuple[float, np.ndarray]:
        """The mean loss of the scores z (N, units) for the targets y, and its derivative by z."""
        return self.judge(z, self.targets(y, z))

    def classify(self, p: np.ndarray) -> np.ndarray:
        """The class (N,) that each prediction (N, units) stands for."""
        raise ValueError(
            f"{type(self).__name__}: it predicts numbers, not classes; use predict(x), "
            f"or end the network in Softmax(classes)"
        )


class Classifier(Head):
    """Base of the heads that tell classes apart; targets y are labels (N,) from 0 to units - 1."""

    def classify(self, p: np.ndarray) -> np.ndarray:
        labels: np.ndarray = p.argmax(axis=1)
        return labels

    def targets(self, given: Any, z: np.ndarray) -> np.ndarray:
        owner, n = type(self).__name__, len(z)
        y: np.ndarray = np.asarray(given)
        if y.shape == (n, self.units) and n:
            raise ValueError(
                f"{owner}: y has shape {y.shape}, but it takes labels ({n},) from 0 to "
                f"{self.units - 1}; of a row for each example with a 1 at its class make them by "
                f"y.argmax(axis=1)"
            )
        if y.shape == (n, 1):
            raise ValueError(f"{owner}: y has shape {y.shape}, not ({n},); use y.ravel()")
        if y.shape != (n,):
            raise ValueError(
                f"{owner}: y has shape {y.shape}, but x holds {n} examples; "
                f"give one label each, ({n},)"
            )
        if y.dtype.kind not in "iu":
            raise TypeError(
                f"{owner}: labels must be whole numbers, got {y.dtype}; use "
                + ("y.astype(int)" if y.dtype.kind in "fb" else "np.unique(y, return_inverse=True)")
            )
        # Seen as unsigned, a negative label is a huge one: one comparison finds both.
        y = y.astype(np.int64, copy=False)
        if y.view(np.uint64).max() >= self.units:
            wrong = int(y[(y < 0) | (y >= self.units)][0])
            more = f"use {owner}({wrong + 1}) or " if wrong > 0 else ""
            raise ValueError(
                f"{owner}: label {wrong} is not one of the classes 0..{self.units - 1}; "
                f"{more}correct the label"
            )
        return y


class Softmax(Classifier):
    """Probabilities of `units` classes, p_k = exp(z_k) / sum_j exp(z_j); targets y are labels (N,).

    The loss of one example is -log p_y, its derivative by z is p - onehot(y).
    (Bishop, Pattern Recognition and Machine Learning, section 4.3.4.)
    """

    def output(self, z: np.ndarray) -> np.ndarray:
        p: np.ndarray = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        return p

    def judge(self, z: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
        n = len(z)
        each = np.arange(n)
        z = z - z.max(axis=1, keepdims=True)
        p = np.exp(z)
        total = p.sum(axis=1, keepdims=True)
        # log(total) - z_y rather than -log(p_y): p_y may round to zero, its logarithm must not.
        loss = float(np.log(total).sum() - z[each, y].sum()) / n
        p /= total
        p[each, y] -= 1
        p /= n
        return loss, p


class SVM(Classifier):
    """Scores of `units` classes; the right one should lead each other one by at least 1.

    The loss of one example is the sum over the other classes k of max(0, z_k - z_y + 1), and its
    derivative counts who breaks the margin: 1 for each such k, minus their number for y.
    (Weston and Watkins, Multi-class Support Vector Machines, 1998.)
    """

    def output(self, z: np.ndarray) -> np.ndarray:
        return z

    def judge(self, z: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
        n = len(z)
        each = np.arange(n)
        margin = z - z[each, y][:, None] + 1
        margin[each, y] = 0
        broken = margin > 0
        loss = float(margin[broken].sum()) / n
        # A margin that is no number is broken by nobody, but the loss must say so.
        loss = loss if np.isfinite(z).all() else math.nan
        d = broken.astype(z.dtype)
        d[each, y] = -broken.sum(axis=1)
        d /= n
        return loss, d


class Regression(Head):
    """Predicts `units` numbers as they are; targets y are (N, units), or (N,) for one unit.

    The loss of one example is half its squared distance, |z - y|^2 / 2, with derivative z - y.
    """

    def output(self, z: np.ndarray) -> np.ndarray:
        return z

    def targets(self, given: Any, z: np.ndarray) -> np.ndarray:
        try:
            y = np.asarray(given, z.dtype)
        except (TypeError, ValueError) as error:
            raise ValueError(f"Regression: y is not an array of numbers: {error}") from None
        if y.ndim == 1 and self.units == 1:
            y = y[:, None]
        if y.shape != z.shape:
            raise ValueError(
                f"Regression: y has shape {y.shape}, but the predictions have {z.shape}; "
                f"give {self.units} number(s) for each of the {len(z)} examples"
            )
        return y

    def judge(self, z: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
        d = z - y
        flat = d.ravel()
        loss = float(flat @ flat) / (2 * len(z))
        d /= len(z)
        return loss, d


HEADS: dict[str, type[Head]] = {"Softmax": Softmax, "SVM": SVM, "Regression": Regression}
