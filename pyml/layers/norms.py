"""Normalisation: layers that bring numbers to a common size."""

# ruff: noqa: D102 (Layer describes what the layers override)
from __future__ import annotations

import math

import numpy as np

from pyml.layer import Backward, Layer, Param, number, whole


class BatchNorm(Layer):
    """y = gamma (x - mean) / sqrt(var + eps) + beta, for each channel (the last axis) by itself.

    While training, mean and variance are those of the batch, over all other axes. Predictions
    use running values, which each training pass moves towards the batch's:
    running = momentum * running + (1 - momentum) * batch, the variance with n - 1 in the
    denominator. They stand among the network's weights with a gradient of zero, so that all
    there is to keep is in one vector. (Ioffe and Szegedy, Batch Normalization, 2015.)
    """

    gamma: np.ndarray
    beta: np.ndarray
    mean: np.ndarray
    var: np.ndarray
    dgamma: np.ndarray
    dbeta: np.ndarray

    def __init__(self, momentum: float = 0.9, eps: float = 1e-5) -> None:
        self.momentum = number("BatchNorm", "momentum", momentum, 0, 1)
        self.eps = number("BatchNorm", "eps", eps, 1e-12, math.inf)

    def params(self) -> dict[str, Param]:
        channels = self.input_shape[-1:]
        return {
            "gamma": Param(channels, 1.0),
            "beta": Param(channels, 0.0),
            "mean": Param(channels, 0.0),
            "var": Param(channels, 1.0),
        }

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        rows = x.reshape(-1, x.shape[-1])  # (M, C)
        m, given = len(rows), None if train else (self.mean, self.var)
        y, mean, var, back = self.ops.normalise(rows, self.gamma, self.beta, self.eps, given)

        def backward(dy: np.ndarray) -> np.ndarray:
            if train:
                # Only here, where the loss is known to be a number, do the running values move.
                self.mean += (1 - self.momentum) * (mean - self.mean)
                if m > 1:  # a single value has no variance that could be known
                    self.var += (1 - self.momentum) * (var * (m / (m - 1)) - self.var)
            return back(dy.reshape(rows.shape), self.dgamma, self.dbeta).reshape(x.shape)

        return y.reshape(x.shape), backward


class LocalResponseNorm(Layer):
    """y_i = x_i / s_i^beta, s_i = k + alpha / n * sum of x_j^2 over the n channels around i.

    Krizhevsky et al., ImageNet Classification with Deep Convolutional Networks, 2012, section
    3.3, with alpha divided by n. `n` must be odd; outside the channels there are zeros.
    """

    def __init__(self, n: int = 5, k: float = 2.0, alpha: float = 1e-4, beta: float = 0.75) -> None:
        self.n = whole("LocalResponseNorm", "n", n)
        if self.n % 2 == 0:
            raise ValueError(
                f"LocalResponseNorm: n must be odd, so that a channel is in the middle of its "
                f"neighbours, got {n}; use {n + 1}"
            )
        self.k = number("LocalResponseNorm", "k", k, 1e-6, math.inf)
        self.alpha = number("LocalResponseNorm", "alpha", alpha, 0, math.inf)
        self.beta = number("LocalResponseNorm", "beta", beta, 0, math.inf)

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        s = self.k + self.alpha / self.n * self._around(x * x)
        shrink = s**-self.beta

        def backward(dy: np.ndarray) -> np.ndarray:
            # x_j appears in its own numerator and in every s_i of its neighbours i.
            pull = self._around(dy * x * shrink / s)
            dx: np.ndarray = dy * shrink - (2 * self.alpha * self.beta / self.n) * x * pull
            return dx

        return x * shrink, backward

    def _around(self, x: np.ndarray) -> np.ndarray:
        """The sum over the n channels around each channel."""
        total, channels = x.copy(), x.shape[-1]
        for offset in range(1, min(self.n // 2 + 1, channels)):
            total[..., offset:] += x[..., :-offset]
            total[..., :-offset] += x[..., offset:]
        return total
