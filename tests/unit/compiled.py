"""What the tests of the compiled backend share: the library, awkward arrays, random networks."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import reject
from hypothesis import strategies as st

from pyml import layers as L
from pyml.kernels import Kernels
from pyml.layers.elementwise import ACTIVATIONS
from pyml.network import build
from pyml.ops import Ops

LIBRARY = os.environ.get("PYML_KERNELS", "")
needs_library = pytest.mark.skipif(
    not LIBRARY, reason="PYML_KERNELS names no compiled library; `python build.py test` makes one"
)
EPS = float(np.finfo(np.float32).eps)
NUMPY = Ops()


class Exact(Kernels):
    """Kernels whose scratch memory is as small as promised, full of NaN, and new for each call.

    What is read before it was written, or written behind the end, shows.
    """

    def scratch(self, size: int) -> np.ndarray:
        return np.full(size, np.nan, np.float32)


def exact(fuse: bool = True) -> Exact:
    return Exact(LIBRARY, fuse)


def lay(a: np.ndarray, layout: str) -> np.ndarray:
    """The same numbers, differently in memory."""
    if layout.startswith("misaligned") and a.size:
        offset = int(layout[-1])
        view = np.ndarray(a.shape, a.dtype, bytearray(a.nbytes + offset), offset)
        view[...] = a
        assert not view.flags.aligned
        return view
    if layout == "sliced":
        return np.repeat(a, 2, axis=-1)[..., ::2]
    if layout == "fortran":
        return np.asfortranarray(a)
    if layout == "backwards":
        return a[::-1].copy()[::-1]
    if layout == "swapped":
        return a.astype(a.dtype.newbyteorder())
    a = a.copy()
    a.flags.writeable = layout != "frozen"
    return a


LAYOUTS = ("plain", "misaligned1", "misaligned2", "sliced", "fortran", "backwards", "frozen")
layouts = st.sampled_from(LAYOUTS)
seeds = st.integers(0, 2**32 - 1)
#: infinities, and NaN of several kinds: sign and payload are anybody's
PAYLOADS = np.array([0x7FC00000, 0xFFC00000, 0x7FC00001, 0xFFFFFFFF, 0x7FC001FF], np.uint32)
BAD = [np.inf, -np.inf, *PAYLOADS.view(np.float32)]


def numbers(rng: np.random.Generator, shape: tuple[int, ...], zeros: float = 0.2) -> np.ndarray:
    """Random float32 numbers, some of them zero, minus zero or too small to be normal."""
    a = rng.normal(size=shape).astype(np.float32)
    kind = rng.random(shape)
    a[kind < zeros] = 0
    a[kind < zeros / 4] = -0.0
    a[kind > 0.97] = 1e-40
    return a


def double(*arrays: np.ndarray) -> list[np.ndarray]:
    return [a.astype(np.float64) for a in arrays]


def close(got: np.ndarray, want: np.ndarray, size: np.ndarray | float, terms: int) -> None:
    """Whether a sum of so many terms, whose absolute values sum to `size`, is as exact as float32.

    Each of the `terms` additions and multiplications may be off by half a unit in the last place
    (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1), or underflow.
    """
    assert got.dtype == np.float32
    assert got.shape == want.shape
    bound = terms * (EPS * np.asarray(size, np.float64) + 1e-38)
    worst = np.abs(got.astype(np.float64) - want) - bound
    assert not worst.size or worst.max() <= 0, f"{worst.max()} beyond the bound"


HEAD = st.sampled_from([L.Softmax(3), L.SVM(4), L.Regression(2), L.Softmax(2, activation="tanh")])
ACTIVATION = st.sampled_from([None, *ACTIVATIONS])
DENSE = st.builds(L.Dense, st.integers(1, 9), ACTIVATION, bias=st.just(0.1))
ODD = st.sampled_from(
    [L.Tanh(), L.Relu(), L.Sigmoid(), L.Dropout(0.3), L.BatchNorm(), L.Flatten(), L.LeakyRelu()]
)
PAIR = st.tuples(st.integers(1, 3), st.integers(1, 2))
CONV = st.builds(L.Conv, st.integers(1, 9), PAIR, PAIR, st.just(2), ACTIVATION, bias=st.just(0.1))
POOL = st.sampled_from(
    [L.Pool(2), L.Pool(2), L.Pool(2, pad=1), L.Pool((2, 1), stride=1), L.Pool(2, kind="average")]
)
IMAGE = st.one_of(CONV, CONV, POOL, ODD, st.just(L.LocalResponseNorm(3)))


@st.composite
def networks(draw, images):
    """Layers of a random network, of images or of vectors only."""
    if images:
        shape = draw(st.tuples(st.integers(7, 9), st.integers(6, 10), st.integers(1, 4)))
        inner = draw(st.lists(IMAGE, min_size=1, max_size=4))
        flat = [isinstance(layer, L.Flatten) for layer in inner]
        inner = inner[: flat.index(True)] if any(flat) else inner
        inner += [L.Maxout(1), draw(DENSE)]
    else:
        shape = draw(st.sampled_from([(1,), (5,), (4,), (2, 3)]))
        inner = draw(st.lists(st.one_of(DENSE, DENSE, ODD), max_size=5))
    layers = [L.Input(*shape), *inner, draw(HEAD)]
    try:
        build(layers)
    except ValueError:  # more pools than fit
        reject()
    return layers


def at_once(work: Callable[[int], object], n: int = 4) -> None:
    """Runs work(0), work(1), … in threads that take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work, args=(i,)) for i in range(n)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
