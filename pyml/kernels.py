"""The compiled backend: NumPy's arrays, worked on in place by C, here and in the browser.

`load()` gives it where the package `pyml_kernels`, which holds the compiled library, is installed.
The C is in kernels.c; it notices nothing, so shapes, types and lengths are checked before each
call, here and in `fusion`. What no kernel does (float64, odd cases, sizes at which NumPy is faster)
is inherited from `Ops`.
"""

# ruff: noqa: D102 (Ops describes what is overridden)

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from pyml import fusion
from pyml.methods import AdamW, Sgd
from pyml.native import (
    FLOAT,
    METHODS,
    MOST_NUMBERS,
    SIGNATURES,
    Settings,
    accumulators,
    address,
    convolution_shape,
    functions,
    mutable,
    own,
    readable,
    ready,
    same,
    settings_of,
    strided,
    unbias,
)
from pyml.ops import Ops, Pair, Whole

if TYPE_CHECKING:
    from pyml.layer import Layer
    from pyml.network import Network
    from pyml.trainers import Trainer

#: products of fewer multiplications than this are left to NumPy
SMALL_PRODUCT = 1 << 14
#: cells that a window of max pooling may have, for `which` cell to be a byte
MOST_CELLS = 255


class Kernels(Ops):
    """The library at `path`. Without `fuse` it works layer by layer.

    Raises OSError or AttributeError for a file that is no such library.
    """

    def __init__(self, path: str | os.PathLike[str], fuse: bool = True) -> None:
        self.call = functions(path)
        self.path = path
        self.fuse = fuse
        self._memory = np.empty(1 << 12, FLOAT)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.fuse)

    def scratch(self, size: int) -> np.ndarray:
        """Memory for `size` numbers, for one call: hold on to it, the next one may be another."""
        if self._memory.size < size:
            self._memory = np.empty(size, FLOAT)
        return self._memory

    def arrange(self, layers: list[Layer]) -> list[Layer]:
        return fusion.arrange(self, layers)

    def whole(self, net: Network) -> Whole | None:
        return fusion.whole(self, net) if self.fuse else None

    def matmul(self, a: np.ndarray, b: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        if not a.ndim == b.ndim == 2 or not a.dtype == b.dtype == FLOAT:
            return super().matmul(a, b, out)
        (m, k), n = a.shape, b.shape[1]
        many = m * k * n >= SMALL_PRODUCT and max(m, k * (n + 80)) < MOST_NUMBERS
        # NumPy sees to an `out` of another kind, and to one that is written while a is read (of b,
        # C makes a copy first).
        into = out is None or (mutable(out, (m, n)) and not np.may_share_memory(a, out))
        if k != len(b) or not many or not into:
            return super().matmul(a, b, out)
        a, b = strided(a), strided(b)
        c = np.empty((m, n), FLOAT) if out is None else out
        steps = [stride // 4 for stride in (*a.strides, *b.strides)]
        memory = self.scratch(self.call["product_scratch"](n, k))
        at = address(a), *steps[:2], address(b), *steps[2:]
        self.call["product"](m, n, k, *at, address(c), address(memory))
        return c

    def convolve(
        self, x: np.ndarray, w: np.ndarray, b: np.ndarray, stride: Pair, pad: Pair
    ) -> tuple[np.ndarray, Callable[..., np.ndarray | None]]:
        if not x.dtype == w.dtype == b.dtype == FLOAT:
            return super().convolve(x, w, b, stride, pad)
        return self.convolution(x, w, b, stride, pad)

    def convolution(
        self,
        x: np.ndarray,
        w: np.ndarray,
        b: np.ndarray,
        stride: Pair,
        pad: Pair,
        rectify: bool = False,
        pool: bool = False,
    ) -> tuple[np.ndarray, Callable[..., np.ndarray | None]]:
        """`convolve` of float32, rectified or rectified and then pooled 2 x 2 in the same go."""
        x, w, b = ready(x), ready(w), ready(b)
        if x.ndim != 4 or w.ndim != 4 or x.shape[3] != w.shape[3] or b.shape != w.shape[:1]:
            raise ValueError(f"Kernels: x {x.shape}, w {w.shape} and b {b.shape} do not fit")
        shape = convolution_shape(*x.shape, *w.shape[:3], *stride, *pad)
        oh, ow = shape.windows
        y = np.empty(
            (len(x), oh // 2, ow // 2, len(w)) if pool else (len(x), oh, ow, len(w)), FLOAT
        )
        which = np.empty(y.shape, np.uint8) if pool else None
        memory = self.scratch(self.call["conv_forward_scratch"](shape.address))
        at = shape.address, address(x), address(w), address(b), address(y)
        if which is None:
            self.call["conv_forward"](*at, rectify, address(memory))
        else:
            self.call["conv_pool_forward"](*at, address(which), address(memory))

        def backward(
            dy: np.ndarray, dw: np.ndarray, db: np.ndarray, needs_dx: bool
        ) -> np.ndarray | None:
            dy, dw, db = same(dy, y.shape), own(dw, w.shape), own(db, b.shape)
            dx = np.empty(x.shape, FLOAT) if needs_dx else None
            memory = self.scratch(self.call["conv_backward_scratch"](shape.address))
            at = shape.address, address(x), address(w), address(dy)
            to = address(dw), address(db), address(dx), address(memory)
            if which is not None:
                self.call["conv_pool_backward"](*at, address(which), *to)
            else:
                self.call["conv_backward"](*at, address(y) if rectify else None, *to)
            return dx

        return y, backward

    def max_pool(
        self, x: np.ndarray, size: Pair, stride: Pair, pad: Pair
    ) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
        outside = pad[0] >= size[0] or pad[1] >= size[1]  # windows without a cell of the image
        if x.dtype != FLOAT or size[0] * size[1] > MOST_CELLS or outside:
            return super().max_pool(x, size, stride, pad)
        if x.ndim != 4:
            raise ValueError(f"Kernels: images are (N, H, W, C), got x {x.shape}")
        x = ready(x)
        shape = convolution_shape(*x.shape, 1, *size, *stride, *pad)
        y = np.empty((len(x), *shape.windows, x.shape[3]), FLOAT)
        which = np.empty(y.shape, np.uint8)
        self.call["max_pool_forward"](shape.address, address(x), address(y), address(which))

        def backward(dy: np.ndarray) -> np.ndarray:
            dy, dx = same(dy, y.shape), np.empty(x.shape, FLOAT)
            self.call["max_pool_backward"](shape.address, address(dy), address(which), address(dx))
            return dx

        return y, backward

    def normalise(
        self,
        x: np.ndarray,
        gamma: np.ndarray,
        beta: np.ndarray,
        eps: float,
        given: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, Callable[..., np.ndarray]]:
        if x.ndim != 2 or not x.dtype == gamma.dtype == beta.dtype == FLOAT:
            return super().normalise(x, gamma, beta, eps, given)
        m, c = x.shape
        x, gamma, beta = ready(x), same(gamma, (c,)), same(beta, (c,))
        mean, var = (same(a, (c,)) for a in given or np.empty((2, c), FLOAT))
        y, memory = np.empty(x.shape, FLOAT), self.scratch(self.call["norm_scratch"](c))
        at = address(x), address(gamma), address(beta), eps, given is not None
        self.call["norm_forward"](m, c, *at, *map(address, (mean, var, y, memory)))

        def backward(dy: np.ndarray, dgamma: np.ndarray, dbeta: np.ndarray) -> np.ndarray:
            dy, dgamma, dbeta = same(dy, x.shape), own(dgamma, (c,)), own(dbeta, (c,))
            dx, memory = np.empty(x.shape, FLOAT), self.scratch(self.call["norm_scratch"](c))
            at = address(x), address(dy), address(gamma), eps, given is not None
            to = mean, var, dgamma, dbeta, dx, memory
            self.call["norm_backward"](m, c, *at, *map(address, to))
            return dx

        return y, mean, var, backward

    def elementwise(
        self, name: str, x: np.ndarray, y: np.ndarray | None = None, *settings: float
    ) -> np.ndarray:
        """`<activation>_forward` of x, or `<activation>_backward` of the gradient x at output y."""
        if SIGNATURES.get(name) != f"lppp{'f' * len(settings)}:":
            raise ValueError(f"Kernels: {name!r} is not an elementwise function")
        x = ready(x)
        y = x if y is None else same(y, x.shape)
        out = np.empty(x.shape, FLOAT)
        self.call[name](x.size, address(x), address(y), address(out), *settings)
        return out

    def decay(
        self, net: Network, l1: float, l2: float, gradient: np.ndarray, decoupled: bool
    ) -> tuple[float, float]:
        w = net.weights
        if w.dtype != FLOAT or not mutable(gradient, w.shape):
            return super().decay(net, l1, l2, gradient, decoupled)
        losses = np.empty(2, FLOAT)
        masks = same(net.l1_mask, w.shape), same(net.l2_mask, w.shape)
        settings = Settings(l1=l1, l2=l2)
        method = METHODS[AdamW if decoupled else Sgd]
        to = ctypes.addressof(settings), address(gradient), address(losses)
        self.call["decay"](method, w.size, address(w), *map(address, masks), *to)
        return float(losses[0]), float(losses[1])

    def squared_length(self, gradient: np.ndarray) -> float:
        if not readable(gradient):
            return super().squared_length(gradient)
        length: float = self.call["squared_length"](gradient.size, address(gradient))
        return length

    def update(self, trainer: Trainer, gradient: np.ndarray) -> bool:
        w, method = trainer.net.weights, METHODS.get(type(trainer.rule))
        if w.dtype != FLOAT or method is None:
            return super().update(trainer, gradient)
        w, gradient = own(w, w.shape), same(gradient, w.shape)
        mask, settings = same(trainer.net.l2_mask, w.shape), settings_of(trainer)
        settings.lr = trainer.current_rate
        settings.unbias1, settings.unbias2 = unbias(trainer, trainer.steps)
        a, b = accumulators(trainer)
        arrays, kept = (w, gradient, a, b, mask), self.scratch(w.size)
        to = ctypes.addressof(settings), address(kept)
        return bool(self.call["update"](method, w.size, *map(address, arrays), *to))


@cache
def load() -> Kernels | None:
    """The kernels of the installed package `pyml_kernels`; None without it."""
    try:
        package = import_module("pyml_kernels")
        return Kernels(package.PATH)
    except (ImportError, OSError, AttributeError):
        return None
