"""Layers for images (N, height, width, channels): convolution, pooling, and the ways out of 2-D."""

# ruff: noqa: D102 (Layer describes what the layers override)
from __future__ import annotations

import math

import numpy as np

from pyml.layer import Backward, Layer, Pair, Param, Shape, image, pair, whole
from pyml.layers.dense import Weighted


class Conv(Weighted):
    """Slides `filters` small filters over the image; each gives one channel of the output.

    x (N, H, W, C), w (F, KH, KW, C), b (F,), y (N, OH, OW, F), where
    y[i, j] = sum of w * x[i SH - PH ... , j SW - PW ...] + b, x being zero outside, and
    OH = (H + 2 PH - KH) // SH + 1. `size`, `stride` and `pad` are one number or
    (vertical, horizontal); pad="same" is half the size, with which stride 1 keeps H and W. Like
    everywhere in this field it is strictly a cross-correlation: the filter is not turned round.
    The other settings are those of every `Weighted` layer.
    """

    def __init__(
        self,
        filters: int,
        size: int | Pair,
        stride: int | Pair = 1,
        pad: int | Pair | str = 0,
        activation: str | None = None,
        init: str | None = None,
        bias: float = 0.0,
        l1_decay_mul: float = 1.0,
        l2_decay_mul: float = 1.0,
    ) -> None:
        self.filters = whole("Conv", "filters", filters)
        self.size = pair("Conv", "size", size)
        self.stride = pair("Conv", "stride", stride)
        if pad == "same":
            if self.size[0] % 2 == 0 or self.size[1] % 2 == 0:
                raise ValueError(
                    f"Conv: pad='same' needs an odd size, got {size!r}; give the pad as a number"
                )
            pad = (self.size[0] // 2, self.size[1] // 2)
        self.pad = pair("Conv", "pad", pad, least=0)
        self.weighted(activation, init, bias, l1_decay_mul, l2_decay_mul)

    def build(self, shape: Shape) -> Shape:
        return (*places("Conv", shape, self.size, self.stride, self.pad), self.filters)

    def params(self) -> dict[str, Param]:
        return self.weights_of(self.filters, (*self.size, self.input_shape[2]))

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        y, back = self.ops.convolve(x, self.w, self.b, self.stride, self.pad)
        return y, lambda dy: back(dy, self.dw, self.db, self.needs_dx)


class Pool(Layer):
    """One number for each window of each channel: the largest ("max") or the mean ("average").

    x (N, H, W, C) to y (N, OH, OW, C), OH = (H + 2 PH - KH) // SH + 1. `size`, `stride` (as
    `size` unless given) and `pad` are one number or (vertical, horizontal). Padding takes no
    part: it is never the largest, and a mean is over the cells inside the image. Of equal cells
    the leftmost counts as the largest, of those the topmost.
    """

    def __init__(
        self,
        size: int | Pair,
        stride: int | Pair | None = None,
        pad: int | Pair = 0,
        kind: str = "max",
    ) -> None:
        if kind not in ("max", "average"):
            raise ValueError(f"Pool: unknown kind {kind!r}; use 'max' or 'average'")
        self.size = pair("Pool", "size", size)
        self.stride = None if stride is None else pair("Pool", "stride", stride)
        self.pad = pair("Pool", "pad", pad, least=0)
        self.kind = kind
        if self.pad[0] >= self.size[0] or self.pad[1] >= self.size[1]:
            raise ValueError(
                f"Pool: pad {pad} leaves windows of size {size} wholly outside the image; "
                f"pad by less than the size"
            )

    def build(self, shape: Shape) -> Shape:
        return (*places("Pool", shape, self.size, self.stride or self.size, self.pad), shape[2])

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        pool = self.ops.max_pool if self.kind == "max" else self.ops.average_pool
        return pool(x, self.size, self.stride or self.size, self.pad)


class GlobalAveragePool(Layer):
    """The mean of each channel over the whole image: (N, H, W, C) to (N, C).

    Lin et al., Network In Network, 2014, section 3.2.
    """

    def build(self, shape: Shape) -> Shape:
        return (image("GlobalAveragePool", shape)[2],)

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        _, h, w, _ = x.shape

        def backward(dy: np.ndarray) -> np.ndarray:
            return np.broadcast_to((dy / (h * w))[:, None, None, :], x.shape)

        return x.mean(axis=(1, 2)), backward


class Flatten(Layer):
    """All numbers of one example in a row, last axis fastest: (N, H, W, C) to (N, H W C)."""

    def build(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        return x.reshape(len(x), -1), lambda dy: dy.reshape(x.shape)


def places(owner: str, shape: Shape, size: Pair, stride: Pair, pad: Pair) -> Pair:
    """How many windows fit, (vertical, horizontal); ValueError if none does."""
    h, w, _ = image(owner, shape)
    fit = ((h + 2 * pad[0] - size[0]) // stride[0] + 1, (w + 2 * pad[1] - size[1]) // stride[1] + 1)
    if min(fit) < 1:
        raise ValueError(
            f"{owner}: a window of {size[0]} x {size[1]} does not fit into {h} x {w} "
            f"with pad {pad[0]}, {pad[1]}; use a smaller size, a larger pad or fewer pools before"
        )
    return fit
