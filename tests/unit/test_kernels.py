"""The compiled operations, held to NumPy's in float64, with all that could lead C astray."""

import copy
import pickle
import sys
import types

import numpy as np
import pytest
from compiled import (
    BAD,
    EPS,
    LAYOUTS,
    LIBRARY,
    at_once,
    close,
    double,
    exact,
    lay,
    layouts,
    needs_library,
    numbers,
    seeds,
)
from hypothesis import given
from hypothesis import strategies as st

from pyml import kernels
from pyml.kernels import Kernels
from pyml.ops import Ops

pytestmark = needs_library
sizes = st.integers(1, 21)
pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


@pytest.fixture(autouse=True)
def products_of_any_size(monkeypatch):
    monkeypatch.setattr(kernels, "SMALL_PRODUCT", 0)


@pytest.fixture(autouse=True)
def quiet():
    """NumPy tells of what is too small or no number, the kernels do not."""
    with np.errstate(under="ignore", invalid="ignore"):
        yield


@pytest.fixture(scope="module")
def ops():
    return exact() if LIBRARY else None


# ---- Products


def spread(rng, shape, layout):
    """A matrix in one of the layouts, turned, or one row or column again and again."""
    if layout == "turned":
        return numbers(rng, shape[::-1]).T
    if layout == "rows":
        return np.broadcast_to(numbers(rng, shape[1:]), shape)
    if layout == "columns":
        return np.broadcast_to(numbers(rng, (shape[0], 1)), shape)
    return lay(numbers(rng, shape), layout)


spreads = st.sampled_from([*LAYOUTS, "turned", "rows", "columns"])


@given(seeds, sizes, sizes, sizes, spreads, spreads, st.booleans())
def test_products(ops, seed, m, k, n, first, second, into):
    rng = np.random.default_rng(seed)
    a, b = spread(rng, (m, k), first), spread(rng, (k, n), second)
    out = np.full((m, n), np.nan, np.float32) if into else None
    c = ops.matmul(a, b, out=out)
    assert out is None or c is out
    wide = double(a, b)
    close(c, wide[0] @ wide[1], abs(wide[0]) @ abs(wide[1]), k + 1)


@pytest.mark.parametrize("m", [1, 63, 64, 65, 130])
@pytest.mark.parametrize(("k", "n"), [(1, 1), (300, 4), (5, 77)])
def test_products_of_many_rows(ops, rng, m, k, n):
    a, b = numbers(rng, (m, k)), numbers(rng, (k, n))
    for left in (a, a.T.copy().T):
        wide = double(left, b)
        close(ops.matmul(left, b), wide[0] @ wide[1], abs(wide[0]) @ abs(wide[1]), k + 1)


@pytest.mark.parametrize("shape", [(0, 3, 4), (3, 0, 4), (3, 4, 0), (0, 0, 0)])
def test_products_of_nothing(ops, shape):
    m, k, n = shape
    c = ops.matmul(np.ones((m, k), np.float32), np.ones((k, n), np.float32))
    np.testing.assert_array_equal(c, np.zeros((m, n)))


def test_a_product_into_one_of_its_factors_is_right_all_the_same(ops, rng):
    for turn in (False, True):
        a, b = numbers(rng, (9, 9)), numbers(rng, (9, 9))
        want = np.matmul(a, b)
        out = b if turn else a
        assert ops.matmul(a, b, out=out) is out
        np.testing.assert_allclose(out, want, rtol=1e-5, atol=1e-5)
    both = numbers(rng, (19, 9))  # they only overlap
    want = both[:9] @ both[5:14]
    np.testing.assert_allclose(
        ops.matmul(both[:9], both[5:14], out=both[8:17]), want, rtol=1e-5, atol=1e-5
    )


def test_products_into_arrays_of_another_kind_are_numpys(ops, rng):
    a, b = numbers(rng, (5, 6)), numbers(rng, (6, 7))
    for out in (np.empty((5, 7)), np.empty((7, 5), np.float32).T, np.empty((5, 14), "f")[:, ::2]):
        assert ops.matmul(a, b, out=out) is out
        np.testing.assert_allclose(out, a @ b, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("a", "b", "out"),
    [
        ((5, 6), (5, 6), None),
        ((5, 6), (6, 7), (5, 6)),
        ((5, 6), (6, 7), (35,)),
        ((5,), (6, 7), None),
        ((2, 5, 6), (7, 6, 7), None),
    ],
)
def test_products_that_do_not_fit_are_refused(ops, a, b, out):
    out = None if out is None else np.empty(out, np.float32)
    with pytest.raises(ValueError, match=r"matmul|broadcast"):
        ops.matmul(np.ones(a, np.float32), np.ones(b, np.float32), out=out)


def test_a_product_never_writes_where_it_must_not(ops):
    a, out = np.ones((9, 9), np.float32), np.zeros((9, 9), np.float32)
    out.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        ops.matmul(a, a, out=out)
    assert not out.any()


@pytest.mark.parametrize("kind", ["float64", "float16", "int32", ">f4"])
def test_products_of_other_types_are_numpys(ops, kind):
    a = np.arange(20).reshape(4, 5).astype(kind)
    c = ops.matmul(a, a.T)
    assert c.dtype == (a @ a.T).dtype
    np.testing.assert_array_equal(c, a @ a.T)


def test_products_beyond_all_bounds_are_left_to_numpy(ops, monkeypatch):
    """With counts that overflow in C: 2^33 numbers that are one and the same in memory."""
    monkeypatch.setattr(Ops, "matmul", lambda self, a, b, out=None: "NumPy")
    one = np.ones((1, 1), np.float32)
    for m, k, n in ((1 << 33, 1, 1), (1, 1 << 33, 1), (1, 1, 1 << 33), (1, 1 << 20, 1 << 20)):
        a, b = np.broadcast_to(one, (m, k)), np.broadcast_to(one, (k, n))
        assert ops.matmul(a, b) == "NumPy"


# ---- Elementwise functions

FUNCTIONS = {
    "tanh": (np.tanh, lambda dy, y: dy * (1 - y * y)),
    "sigmoid": (lambda x: np.exp(-np.logaddexp(0, -x)), lambda dy, y: dy * (y * (1 - y))),
    "relu": (lambda x: np.maximum(x, 0), lambda dy, y: dy * (y > 0)),
}
EDGES = [0.0, -0.0, 1e-40, -1e-40, 1e-20, 0.624, 0.6251, 5, -20, 43.7, 88.6, 88.71, -88, 1e4, -3e38]


@pytest.mark.parametrize("name", FUNCTIONS)
@given(seed=seeds, size=st.integers(0, 13), how=layouts)
def test_elementwise_functions(ops, name, seed, size, how):
    forward, backward = FUNCTIONS[name]
    rng = np.random.default_rng(seed)
    x = lay((numbers(rng, (3, size)) * 10 ** rng.uniform(-9, 2)).astype(np.float32), how)
    x, dy = np.append(x, np.float32(EDGES)), numbers(rng, (3 * size + len(EDGES),))
    wide, wide_dy = double(x, dy)
    y = ops.elementwise(f"{name}_forward", x)
    want = forward(wide)
    close(y, want, abs(want), 4)
    dx, y = ops.elementwise(f"{name}_backward", lay(dy, how), lay(y, how)), y.astype(np.float64)
    close(dx, backward(wide_dy, y), abs(wide_dy) * (1 + abs(y)), 4)


def test_elementwise_functions_keep_shapes_and_refuse_others(ops):
    for shape in ((), (0,), (2, 3, 4, 5)):
        assert ops.elementwise("relu_forward", np.ones(shape, np.float32)).shape == shape
    with pytest.raises(ValueError, match=r"an array has shape \(6,\) where \(4,\) is needed"):
        ops.elementwise("relu_backward", np.ones(4, "f"), np.ones(6, "f"))
    for name in ("max_pool_forward", "net_scratch", "sin_forward", "", "leaky_forward"):
        with pytest.raises(ValueError, match=f"'{name}' is not an elementwise function"):
            ops.elementwise(name, np.ones(4, np.float32))


@given(seed=seeds, size=st.integers(0, 13), slope=st.sampled_from([0, 0.01, 0.5]), how=layouts)
def test_leaky_rectifiers(ops, seed, size, slope, how):
    rng = np.random.default_rng(seed)
    x = np.append(numbers(rng, (size,)), np.float32([*BAD, *EDGES]))
    dy, (backward, slope) = numbers(rng, x.shape), (x > 0, np.float32(slope))
    y = ops.elementwise("leaky_forward", lay(x, how), None, slope)
    np.testing.assert_array_equal(y, x * np.where(x > 0, np.float32(1), slope))
    dx = ops.elementwise("leaky_backward", lay(dy, how), y, slope)
    np.testing.assert_array_equal(dx, dy * np.where(backward, np.float32(1), slope))


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: hex(np.float32(bad).view(np.uint32)))
def test_what_is_no_number_comes_out_where_numpy_has_it_come_out(ops, rng, bad):
    a, b = numbers(rng, (9, 9), 0), numbers(rng, (9, 9), 0)
    a[3, 4] = bad
    np.testing.assert_allclose(ops.matmul(a, b), a @ b, rtol=1e-4, atol=1e-5)
    for name, (forward, _) in FUNCTIONS.items():
        for size in (1, 2, 5, 8):
            x = np.full(size, bad, np.float32)
            got = ops.elementwise(f"{name}_forward", x)
            np.testing.assert_array_equal(got, forward(x))


# ---- The object

X, W, B = (np.ones(s, np.float32) for s in ((2, 4, 5, 3), (6, 2, 2, 3), (6,)))


def test_scratch_memory_grows_and_is_used_again():
    ops = Kernels(LIBRARY)
    small, large = ops.scratch(10), ops.scratch(1 << 13)
    assert len(small) >= 10
    assert len(large) >= 1 << 13
    assert ops.scratch(20) is large


def test_scratch_memory_that_is_used_again_disturbs_nothing(rng):
    """Calls of all sizes in a row, and between a convolution's ways there and back."""
    ops, fresh = Kernels(LIBRARY), exact()
    found = []
    for backend in (ops, fresh):
        rng = np.random.default_rng(5)
        y, back = backend.convolve(*(numbers(rng, a.shape) for a in (X, W, B)), (1, 1), (1, 1))
        made = [backend.matmul(numbers(rng, (s, s)), numbers(rng, (s, s))) for s in (90, 3, 40)]
        other = backend.convolve(*(numbers(rng, a.shape) for a in (X, W, B)), (1, 1), (0, 0))[0]
        dw, db = np.empty_like(W), np.empty_like(B)
        found.append([y, *made, other, back(y, dw, db, True), dw, db])
    for got, want in zip(*found, strict=True):
        np.testing.assert_array_equal(got, want)


def test_threads_that_share_the_kernels_do_not_meet(rng):
    """Each asks for more scratch memory than the one before, so that it moves all the time."""
    ops, failures = Kernels(LIBRARY), []
    cases = [(numbers(rng, (s, s)), numbers(rng, (s, s))) for s in range(9, 60, 3)]
    wants = [exact().matmul(a, b) for a, b in cases]

    def work(first):
        for i in [*range(first, len(cases), 4)] * 20:
            ops._memory = ops._memory[:1].copy()
            if (ops.matmul(*cases[i]) != wants[i]).any():
                failures.append(i)

    at_once(work)
    assert not failures


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))]
)
def test_copies_load_the_same_library(again):
    for fuse in (True, False):
        other = again(Kernels(LIBRARY, fuse))
        assert (other.path, other.fuse) == (LIBRARY, fuse)
        assert other.call.keys() == Kernels(LIBRARY).call.keys()


@pytest.mark.parametrize("path", [LIBRARY, "/nowhere.so", __file__, None])
def test_load_gives_the_installed_kernels_or_none_and_never_raises(monkeypatch, path):
    package = types.ModuleType("pyml_kernels")
    if path is not None:
        package.PATH = path
    monkeypatch.setitem(sys.modules, "pyml_kernels", package)
    found = kernels.load.__wrapped__()
    assert (found is not None) == (path == LIBRARY)


def test_load_without_the_package_is_none(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyml_kernels", None)
    assert kernels.load.__wrapped__() is None


def test_the_rounding_that_is_allowed_here_is_float32s():
    assert EPS == 2.0**-23
