"""The backend seam: the few array operations that a faster backend may replace.

`Ops` is plain NumPy. It is the reference and the contract: a backend is a subclass, what it does
not override is inherited, so a missing kernel is slow and never wrong. The object is handed to
`Network(..., ops=...)`, which gives it to its layers; nothing is global.

Shape letters used in this package: N examples, I inputs of a layer, U units, K classes;
H W C height, width and channels of an image, F filters, KH KW, SH SW, PH PW the vertical and
horizontal size, stride and padding of a window, OH OW the windows that fit.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.lib.stride_tricks import as_strided

if TYPE_CHECKING:
    from pyml.layer import Layer
    from pyml.network import Network
    from pyml.trainers import Trainer

Pair = tuple[int, int]

#: So many numbers of unrolled patches are made at a time: a few MB, which a cache can hold.
BLOCK = 1 << 19


class Ops:
    """The NumPy backend."""

    def matmul(self, a: np.ndarray, b: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """The product of a (M, K) and b (K, P), possibly transposed views; into `out` if given."""
        return np.matmul(a, b, out=out)

    def convolve(
        self, x: np.ndarray, w: np.ndarray, b: np.ndarray, stride: Pair, pad: Pair
    ) -> tuple[np.ndarray, Callable[..., np.ndarray | None]]:
        """Y (N, OH, OW, F) of x (N, H, W, C), w (F, KH, KW, C), b (F,); see `layers.Conv`.

        Also returns `backward(dy, dw, db, needs_dx)`, which writes into dw and db and returns dx
        (None unless `needs_dx`).
        """
        n, h, width, c = x.shape
        f, kh, kw, _ = w.shape
        x = padded(x, pad)
        oh, ow = (x.shape[1] - kh) // stride[0] + 1, (x.shape[2] - kw) // stride[1] + 1
        rows = w.reshape(f, -1)
        y = np.empty((n, oh, ow, f), x.dtype)
        for some, columns in patches(x, (kh, kw), stride):
            self.matmul(columns, rows.T, out=y[some].reshape(-1, f))
        y += b

        def backward(
            dy: np.ndarray, dw: np.ndarray, db: np.ndarray, needs_dx: bool
        ) -> np.ndarray | None:
            totals(dy.reshape(-1, f), out=db)
            # Unrolled once more, rather than kept since forward: the memory costs more.
            dw[...] = 0
            for some, columns in patches(x, (kh, kw), stride):
                dw += self.matmul(dy[some].reshape(-1, f).T, columns).reshape(dw.shape)
            if not needs_dx:
                return None
            # dx is a convolution, too: of dy, its cells `stride` apart with zeros in between and
            # around, with the filters turned round by half a turn.
            spread = np.zeros((n, x.shape[1] + kh - 1, x.shape[2] + kw - 1, f), x.dtype)
            rest = (stride[0] * (oh - 1) + 1, stride[1] * (ow - 1) + 1)
            spread[
                :, kh - 1 : kh - 1 + rest[0] : stride[0], kw - 1 : kw - 1 + rest[1] : stride[1]
            ] = dy
            spread = spread[:, pad[0] : pad[0] + h + kh - 1, pad[1] : pad[1] + width + kw - 1]
            turned = w[:, ::-1, ::-1].transpose(1, 2, 0, 3).reshape(-1, c)
            dx = np.empty((n, h, width, c), x.dtype)
            for some, columns in patches(spread, (kh, kw), (1, 1)):
                self.matmul(columns, turned, out=dx[some].reshape(-1, c))
            return dx

        return y, backward

    def max_pool(
        self, x: np.ndarray, size: Pair, stride: Pair, pad: Pair
    ) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
        """Y (N, OH, OW, C), the largest of each window of x (N, H, W, C), and backward(dy)."""
        inside = (slice(None), *(slice(p, p + s) for p, s in zip(pad, x.shape[1:3], strict=True)))
        x = padded(x, pad, -np.inf)
        views = cells(x, size, stride)
        y = views[0].copy()
        for view in views[1:]:
            np.maximum(y, view, out=y)

        def backward(dy: np.ndarray) -> np.ndarray:
            dx = np.zeros_like(x)
            free = np.ones(y.shape, bool)  # windows whose largest cell was not met yet
            for view, dview in zip(views, cells(dx, size, stride), strict=True):
                met = (view == y) & free
                free ^= met
                dview += dy * met
            return dx[inside]

        return y, backward

    def average_pool(
        self, x: np.ndarray, size: Pair, stride: Pair, pad: Pair
    ) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
        """Y (N, OH, OW, C), the mean of each window of x (N, H, W, C), and backward(dy)."""
        inside = (slice(None), *(slice(p, p + s) for p, s in zip(pad, x.shape[1:3], strict=True)))
        ones = padded(np.ones((1, *x.shape[1:3], 1), x.dtype), pad)
        share = 1 / np.asarray(sum(cells(ones, size, stride)))  # (1, OH, OW, 1)
        shape, dtype = x.shape, x.dtype
        x = padded(x, pad)

        def backward(dy: np.ndarray) -> np.ndarray:
            dx = padded(np.zeros(shape, dtype), pad)
            for dview in cells(dx, size, stride):
                dview += dy * share
            return dx[inside]

        return np.asarray(sum(cells(x, size, stride))) * share, backward

    def normalise(
        self,
        x: np.ndarray,
        gamma: np.ndarray,
        beta: np.ndarray,
        eps: float,
        given: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, Callable[..., np.ndarray]]:
        """Y (M, C) of x (M, C), as in `layers.BatchNorm`, mean and variance (C,), `backward`.

        Unless mean and variance are `given` they are those of x. `backward(dy, dgamma, dbeta)`
        writes into dgamma and dbeta and returns dx.
        """
        m = len(x)
        mean = totals(x) / m if given is None else given[0]
        centred = x - mean
        var = totals(np.square(centred)) / m if given is None else given[1]
        scale = 1 / np.sqrt(var + eps)
        normal = centred * scale

        def backward(dy: np.ndarray, dgamma: np.ndarray, dbeta: np.ndarray) -> np.ndarray:
            totals(dy, out=dbeta)
            totals(dy * normal, out=dgamma)
            if given is None:
                # Mean and variance depend on every x: hence the two terms taken away.
                dy = dy - dbeta / m - normal * (dgamma / m)
            dx: np.ndarray = gamma * scale * dy
            return dx

        return normal * gamma + beta, mean, var, backward

    def arrange(self, layers: list[Layer]) -> list[Layer]:
        """The layers as they are to be run: a backend may put one of its own for a run of them."""
        return layers

    def whole(self, net: Network) -> Whole | None:
        """Something that predicts and trains the whole network, where a backend has it."""
        return None

    def decay(
        self, net: Network, l1: float, l2: float, gradient: np.ndarray, decoupled: bool
    ) -> tuple[float, float]:
        """What the decays add to the loss; adds their derivatives to the gradient (P,).

        l1 * sum |w| and l2 / 2 * sum w^2, as strongly as the network's masks say; the derivative
        of the second is left out if it is `decoupled`.
        """
        w = net.weights
        if l1:
            gradient += l1 * (np.sign(w) * net.l1_mask)
        if l2 and not decoupled:
            pull = w * net.l2_mask
            pull *= l2
            gradient += pull
        return l1 * float(np.abs(w) @ net.l1_mask), l2 * float((w * w) @ net.l2_mask) / 2

    def squared_length(self, gradient: np.ndarray) -> float:
        """The sum of the squares of a gradient (P,), infinite only if the true one nearly is."""
        length = float(gradient @ gradient)
        if math.isinf(length):  # in float32 its square overflows long before the gradient does
            length = float(np.square(gradient, dtype=np.float64).sum())
        return length

    def update(self, trainer: Trainer, gradient: np.ndarray) -> bool:
        """Adds the step of the trainer's method to the weights; `gradient` may be overwritten.

        False, with the weights as they were, if one of them would not be finite.
        """
        weights = trainer.net.weights
        before = weights.copy()
        weights += trainer.rule.delta(gradient, trainer.current_rate, trainer)
        if np.isfinite(weights).all():
            return True
        weights[...] = before
        return False

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Whole(Protocol):
    """What a backend may have for a whole network; see the methods of the same names."""

    def predict(self, x: np.ndarray) -> np.ndarray:
        """As `Network.predict`, for x that was checked."""

    def loss_and_gradient(self, x: np.ndarray, y: Any) -> tuple[float, np.ndarray]:
        """As `Network.loss_and_gradient`, for x that was checked; it changes no weight."""

    def run(
        self, trainer: Trainer, x: np.ndarray, y: Any, order: np.ndarray, size: int
    ) -> np.ndarray:
        """As `Trainer.run`, but ends before a batch whose loss is not finite."""


@cache
def best() -> Ops:
    """The compiled kernels where they are installed, else NumPy.

    The environment variable PYML_BACKEND=numpy asks for NumPy everywhere.
    """
    if os.environ.get("PYML_BACKEND") == "numpy":
        return Ops()
    from pyml import kernels

    return kernels.load() or Ops()


def in_order(order: Any, size: int, n: int) -> np.ndarray:
    """`order` as numbers (M,) of some of n examples, of which `size` make a batch.

    Raises ValueError if it is none.
    """
    found = np.asarray(order)
    whole = found.ndim == 1 and (found.dtype.kind in "iu" or not len(found))
    whole = whole and isinstance(size, int | np.integer) and size >= 1
    if not whole or (len(found) and not 0 <= found.min() <= found.max() < n):
        raise ValueError(
            f"Trainer.run: order must name examples by whole numbers from 0 to {n - 1} and size be "
            f"at least 1, got {order!r} and {size!r}"
        )
    return found.astype(np.intp, copy=False)


def totals(x: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """The sum of x (M, C) over its rows: (C,).

    As a product with ones, which adds faster, and in float32 more exactly, than sum(axis=0).
    """
    return np.matmul(np.ones(len(x), x.dtype), x, out=out)


def padded(x: np.ndarray, pad: Pair, value: float = 0.0) -> np.ndarray:
    """X (N, H, W, C) with `value` around it: (N, H + 2 PH, W + 2 PW, C)."""
    if pad == (0, 0):
        return np.ascontiguousarray(x)
    n, h, w, c = x.shape
    y = np.full((n, h + 2 * pad[0], w + 2 * pad[1], c), value, x.dtype)
    y[:, pad[0] : pad[0] + h, pad[1] : pad[1] + w] = x
    return y


def patches(x: np.ndarray, size: Pair, stride: Pair) -> Iterator[tuple[slice, np.ndarray]]:
    """What each window of x (N, H, W, C) sees, unrolled: (examples OH OW, KH KW C), block by block.

    Yields which examples, and their patches.
    """
    n, h, w, c = x.shape
    oh, ow = (h - size[0]) // stride[0] + 1, (w - size[1]) // stride[1] + 1
    by_n, by_h, by_w, by_c = x.strides
    # A row of a window is KW neighbouring pixels: one run of KW * C numbers.
    windows = as_strided(
        x,
        (n, oh, ow, size[0], size[1], c),
        (by_n, by_h * stride[0], by_w * stride[1], by_h, by_w, by_c),
        writeable=False,
    )
    wide = math.prod(size) * c
    step = max(1, BLOCK // (oh * ow * wide))
    for start in range(0, n, step):
        some = slice(start, min(start + step, n))
        yield some, windows[some].reshape(-1, wide)


def cells(x: np.ndarray, size: Pair, stride: Pair) -> list[np.ndarray]:
    """For each cell of a window, where it is in all windows: views (N, OH, OW, C) of x.

    From left to right and, within a column, from top to bottom.
    """
    _, h, w, _ = x.shape
    oh, ow = (h - size[0]) // stride[0], (w - size[1]) // stride[1]
    return [
        x[:, i : i + oh * stride[0] + 1 : stride[0], j : j + ow * stride[1] + 1 : stride[1]]
        for j in range(size[1])
        for i in range(size[0])
    ]
