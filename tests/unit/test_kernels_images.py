"""Convolutions and pools in C, held to NumPy's: ties, edges, pads, and what is no number."""

import re

import numpy as np
import pytest
from compiled import (
    BAD,
    LIBRARY,
    NUMPY,
    close,
    double,
    exact,
    lay,
    layouts,
    needs_library,
    numbers,
    seeds,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from pyml import kernels
from pyml.native import Shape

pytestmark = needs_library
pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


@pytest.fixture(autouse=True)
def quiet():
    """NumPy tells of what is too small or no number, the kernels do not."""
    with np.errstate(under="ignore", invalid="ignore"):
        yield


@pytest.fixture(scope="module")
def ops():
    return exact() if LIBRARY else None


# ---- Convolutions


@st.composite
def convolutions(draw):
    """Sizes, strides and pads of a convolution, also pads and strides larger than the window."""
    n, h, w, c = draw(st.tuples(*[st.integers(low, high) for low, high in LIMITS]))
    kh, kw = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    ph, pw = draw(st.integers(0, 6)), draw(st.integers(0, 6))
    assume(kh <= h + 2 * ph and kw <= w + 2 * pw)
    stride = draw(st.one_of(pairs, st.sampled_from([(7, 1), (2, 2), (1, 9)])))
    return (n, h, w, c), (draw(st.integers(1, 13)), kh, kw, c), stride, (ph, pw)


LIMITS = (1, 3), (1, 9), (1, 9), (1, 9)


def reference(x, w, b, stride, pad, rectify, pool):
    """What NumPy makes of it, in the type of x; and the way back to dw, db, dx."""
    y, back = NUMPY.convolve(x, w, b, stride, pad)
    backs, place = [], y
    if rectify:
        place = y = np.maximum(y, 0)
        backs.append(lambda dy: dy * (place > 0))
    if pool:
        y, undo = NUMPY.max_pool(y, (2, 2), (2, 2), (0, 0))
        backs.append(undo)

    def backward(dy):
        for undo in reversed(backs):
            dy = undo(dy)
        dw, db = np.empty_like(w), np.empty_like(b)
        return dw, db, back(dy, dw, db, True), dy

    return y, backward


def check_convolution(ops, rng, case, kind, how):
    """All that a convolution gives, with whole numbers in x and w, so that y has no rounding.

    Then NumPy in float64 finds the same ties and the same signs.
    """
    shape, filters, stride, pad = case
    rectify, pool = kind != "plain", kind == "pooled"
    x, w = (rng.integers(-3, 4, s).astype(np.float32) for s in (shape, filters))
    b = rng.integers(-3, 4, filters[0]).astype(np.float32)
    wide = double(x, w, b)
    want, way_back = reference(*wide, stride, pad, rectify, pool)
    arrays = [lay(a, layout) for a, layout in zip((x, w, b), how, strict=False)]
    y, back = ops.convolution(*arrays, stride, pad, rectify, pool)
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y, want)

    dy = numbers(rng, y.shape, zeros=rng.choice([0, 0.5, 1]))
    dw, db, dx, place = way_back(dy.astype(np.float64))
    bounds = reference(*map(abs, wide), stride, pad, False, False)[1](abs(place))
    del arrays
    got_w, got_b = np.full(w.shape, np.nan, np.float32), np.full(b.shape, np.nan, np.float32)
    assert back(lay(dy, how[3]), got_w, got_b, False) is None
    got_x = back(lay(dy, how[3]), got_w, got_b, True)
    places = place.size // len(b) + 2
    close(got_w, dw, bounds[0], places)
    close(got_b, db, bounds[1], places)
    close(got_x, dx, bounds[2], w[..., 0].size + 2)


KINDS = ["plain", "rectified", "pooled"]


@pytest.mark.parametrize("kind", KINDS)
@given(seeds, convolutions(), st.tuples(*[layouts] * 4))
def test_convolutions(ops, kind, seed, case, how):
    check_convolution(ops, np.random.default_rng(seed), case, kind, how)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "case",
    [
        ((2, 12, 11, 3), (16, 5, 5, 3), (1, 1), (2, 2)),
        ((1, 9, 9, 16), (20, 3, 3, 16), (1, 1), (1, 1)),
        ((2, 17, 6, 1), (8, 5, 6, 1), (1, 1), (0, 0)),  # windows as wide as the image
        ((1, 40, 40, 1), (1, 33, 37, 1), (1, 1), (3, 3)),
        ((1, 1, 1, 1), (1, 1, 1, 1), (1, 1), (0, 0)),
        ((1, 6, 1, 1), (3, 4, 1, 1), (1, 1), (0, 0)),  # rows of one number
        ((1, 2, 3, 1), (9, 6, 2, 1), (1, 2), (5, 0)),
        ((1, 3, 3, 2), (4, 2, 2, 2), (10**9, 10**9), (0, 0)),
    ],
)
def test_convolutions_of_special_sizes(ops, rng, case, kind):
    check_convolution(ops, rng, case, kind, ("plain",) * 4)


def test_convolutions_with_random_numbers_are_exact_to_float32(ops, rng):
    x, w, b = numbers(rng, (3, 9, 8, 5)), numbers(rng, (6, 3, 4, 5)), numbers(rng, (6,))
    y, _ = ops.convolve(x, w, b, (1, 2), (2, 1))
    want, size = (
        NUMPY.convolve(*arrays, (1, 2), (2, 1))[0]
        for arrays in (double(x, w, b), [abs(a) for a in double(x, w, b)])
    )
    close(y, want, size, w[0].size + 2)


def test_long_sums_lose_nothing(ops):
    """A sum of 65536 times 0.1 one by one in float32 would be wrong in the fourth place."""
    x, w = np.full((64, 32, 32, 1), 0.1, np.float32), np.full((1, 1, 1, 1), 0.1, np.float32)
    y, back = ops.convolve(x, w, w[0, 0, 0], (1, 1), (0, 0))
    dw, db = np.empty_like(w), np.empty(1, np.float32)
    back(np.full(y.shape, 0.1, np.float32), dw, db, False)
    np.testing.assert_allclose([dw.item(), db.item()], [655.36, 6553.6], rtol=3e-5)


def test_no_examples_give_none_and_a_gradient_of_zero(ops):
    x, w, b = np.zeros((0, 5, 5, 2), "f"), np.ones((3, 2, 2, 2), "f"), np.ones(3, "f")
    for backend in (ops, NUMPY):
        y, back = backend.convolve(x, w, b, (1, 1), (0, 0))
        assert y.shape == (0, 4, 4, 3)
        dw, db = np.ones_like(w), np.ones_like(b)
        assert back(y, dw, db, True).shape == x.shape
        assert not dw.any()
        assert not db.any()
        y, back = backend.max_pool(x, (2, 2), (1, 1), (1, 1))
        assert y.shape == (0, 6, 6, 2)
        assert back(y).shape == x.shape


def test_pools_lose_what_is_left_over_and_may_be_empty(ops):
    x, w = np.ones((2, 1, 5, 1), np.float32), np.ones((1, 1, 1, 1), np.float32)
    y, back = ops.convolution(x, w, w[0, 0, 0], (1, 1), (0, 0), rectify=True, pool=True)
    assert y.shape == (2, 0, 2, 1)
    dw, db = np.ones_like(w), np.ones(1, np.float32)
    assert not back(y, dw, db, True).any()
    assert not dw.any()


@pytest.mark.parametrize("kind", ["float64", "int64"])
def test_convolutions_of_other_types_are_numpys(ops, kind):
    x = np.ones((1, 3, 3, 1), kind)
    assert ops.convolve(x, x, x[0, 0, 0], (1, 1), (0, 0))[0].dtype == kind
    assert ops.max_pool(x.astype(float), (2, 2), (1, 1), (0, 0))[0].dtype == float


X, W, B = (np.ones(s, np.float32) for s in ((2, 4, 5, 3), (6, 2, 2, 3), (6,)))


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((X[0], W, B, (1, 1), (0, 0)), "x (4, 5, 3), w (6, 2, 2, 3) and b (6,) do not fit"),
        ((X[..., :2], W, B, (1, 1), (0, 0)), "x (2, 4, 5, 2), w (6, 2, 2, 3) and"),
        ((X, W[0], B, (1, 1), (0, 0)), "w (2, 2, 3)"),
        ((X, W, B[:5], (1, 1), (0, 0)), "b (5,) do not fit"),
        ((X, W, B[:, None], (1, 1), (0, 0)), "b (6, 1) do not fit"),
        ((X, W[:0], B[:0], (1, 1), (0, 0)), "must be at least 1"),
        ((X, W[:, :0], B, (1, 1), (0, 0)), "6 of 0 x 2"),
        ((X[:, :0], W, B, (1, 1), (1, 1)), "sizes and strides must be at least 1"),
        ((X[..., :0], W[..., :0], B, (1, 1), (1, 1)), "x (N, 4, 5, 0)"),
        ((X, W, B, (0, 1), (0, 0)), "strides 0, 1"),
        ((X, W, B, (1, -1), (0, 0)), "strides 1, -1"),
        ((X, W, B, (1, 1), (-1, 0)), "pads -1, 0"),
        ((X, W, B, (1, 1), (0, -1)), "pads at least 0"),
        ((X[:, :1], W, B, (1, 1), (0, 0)), "no window of 2 x 2 fits into 1 x 5"),
        ((X, W, B, (1, 1), (10**5, 10**5)), "200004 x 200005 x 3 with 6 of 2 x 2 is too large"),
        ((X, W, B, (1, 1), (10**18, 0)), "use a smaller one, or ops=pyml.ops.Ops()"),
    ],
)
def test_convolutions_that_do_not_fit_are_refused(ops, arguments, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        ops.convolve(*arguments)


@pytest.mark.parametrize("numbers", [(1, 10**8, 1, 1, 1, 1, 1), (1, 9**4, 9**4, 1, 9, 1, 1)])
def test_images_whose_counts_would_overflow_are_refused(numbers):
    with pytest.raises(ValueError, match="too large, an image may have 67108864 numbers"):
        Shape(*numbers, 1, 1, 0, 0)


@pytest.mark.parametrize(("rectify", "pool"), [(False, False), (True, False), (True, True)])
def test_gradients_that_do_not_fit_are_refused(ops, rectify, pool):
    y, back = ops.convolution(X, W, B, (1, 1), (0, 0), rectify, pool)
    dw, db = np.empty_like(W), np.empty_like(B)
    for dy in (y[:1], y[..., :5], y[0], np.zeros((), "f")):
        with pytest.raises(ValueError, match="an array has shape"):
            back(dy, dw, db, True)
    frozen = lay(dw, "frozen")
    for wrong in (dw[:5], dw.astype(float), dw.T, lay(dw, "fortran"), frozen, dw[..., ::2]):
        with pytest.raises(ValueError, match="can be changed in place"):
            back(y, wrong, db, True)
    for wrong in (db[:5], db.astype(float), np.zeros(12, "f")[::2], lay(db, "frozen")):
        with pytest.raises(ValueError, match="can be changed in place"):
            back(y, dw, wrong, True)


# ---- Pools


@given(
    seeds,
    st.tuples(*[st.integers(low, high) for low, high in LIMITS]),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    pairs,
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
    st.tuples(layouts, layouts),
    st.integers(1, 3),
)
def test_max_pools_choose_the_cells_that_numpy_chooses(
    ops, seed, shape, size, stride, pad, how, kinds
):
    """With few different numbers, so that there are ties everywhere."""
    _, h, w, _ = shape
    assume(size[0] <= h + 2 * pad[0] and size[1] <= w + 2 * pad[1])
    rng = np.random.default_rng(seed)
    x = rng.integers(-kinds, kinds + 1, shape).astype(np.float32)
    y, back = ops.max_pool(lay(x, how[0]), size, stride, pad)
    want, way_back = NUMPY.max_pool(x, size, stride, pad)
    np.testing.assert_array_equal(y, want)
    dy = rng.integers(-9, 10, y.shape).astype(np.float32)
    np.testing.assert_array_equal(back(lay(dy, how[1])), way_back(dy))


@pytest.mark.parametrize("size", [(15, 17), (16, 16), (1, 255), (255, 1), (1, 256), (300, 2)])
def test_windows_of_as_many_cells_as_a_byte_counts_and_more(ops, rng, size):
    assert kernels.MOST_CELLS == 255
    x = np.zeros((1, 300, 257, 1), np.float32)
    x[:, ::7, ::5] = rng.random(x[:, ::7, ::5].shape)
    x[:, size[0] - 1, size[1] - 1] = 2  # in the last cell of the first window
    y, back = ops.max_pool(x, size, size, (0, 0))
    want, way_back = NUMPY.max_pool(x, size, size, (0, 0))
    np.testing.assert_array_equal(y, want)
    dy = rng.integers(1, 9, y.shape).astype(np.float32)
    np.testing.assert_array_equal(back(dy), way_back(dy))
    assert back(dy)[0, size[0] - 1, size[1] - 1, 0] == dy[0, 0, 0, 0]


@pytest.mark.parametrize(
    ("x", "size", "stride", "pad", "text"),
    [
        (X[0], (2, 2), (1, 1), (0, 0), "images are (N, H, W, C), got x (4, 5, 3)"),
        (X, (5, 2), (1, 1), (0, 0), "no window of 5 x 2 fits into 4 x 5"),
        (X, (2, 2), (0, 1), (0, 0), "strides 0, 1"),
        (X, (2, 2), (1, 1), (-1, 0), "pads -1, 0"),
        (X, (0, 2), (1, 1), (-1, 0), "1 of 0 x 2"),
        (X[:, :, :0], (2, 2), (1, 1), (1, 1), "x (N, 4, 0, 3)"),
    ],
)
def test_pools_that_do_not_fit_are_refused(ops, x, size, stride, pad, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        ops.max_pool(x, size, stride, pad)


def test_pools_of_many_channels_are_not_too_large(ops):
    x = np.zeros((1, 2, 2, 1 << 13), np.float32)
    assert ops.max_pool(x, (2, 2), (2, 2), (0, 0))[0].shape == (1, 1, 1, 1 << 13)


def test_gradients_of_pools_that_do_not_fit_are_refused(ops):
    y, back = ops.max_pool(X, (2, 2), (1, 1), (0, 0))
    for dy in (y[:1], y[0], y[..., :2]):
        with pytest.raises(ValueError, match="an array has shape"):
            back(dy)


# ---- What is no number


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: hex(np.float32(bad).view(np.uint32)))
def test_what_is_no_number_comes_out_where_numpy_has_it_come_out(ops, rng, bad):
    """In x, w or b of a convolution with and without rectifier and pool, and in a pool alone."""
    for kind in KINDS:
        for place in range(3):
            arrays = [numbers(rng, s, 0) for s in ((2, 6, 6, 3), (5, 3, 3, 3), (5,))]
            arrays[place].flat[7 % arrays[place].size] = bad
            settings = (1, 1), (1, 1), kind != "plain", kind == "pooled"
            want = reference(*arrays, *settings)[0]
            got = ops.convolution(*arrays, *settings)[0]
            assert not np.isfinite(want).all() or kind != "plain"
            np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5)
    x = numbers(rng, (2, 5, 5, 3))
    x[0, 2, 2, 1] = bad
    for size in ((2, 2), (3, 1)):
        got = ops.max_pool(x, size, (1, 1), (0, 0))[0]
        np.testing.assert_array_equal(got, NUMPY.max_pool(x, size, (1, 1), (0, 0))[0])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_a_gradient_that_is_no_number_reaches_what_it_belongs_to(ops, rng, bad, kind):
    x, w = abs(numbers(rng, (1, 4, 4, 2), 0)), abs(numbers(rng, (3, 2, 2, 2), 0))
    y, back = ops.convolution(
        x, w, w[:, 0, 0, 0], (2, 2), (0, 0), kind != "plain", kind == KINDS[2]
    )
    dy, dw, db = np.zeros_like(y), np.empty_like(w), np.empty(3, np.float32)
    dy[0, 0, 0, 1] = bad
    dx = back(dy, dw, db, True)
    assert np.isfinite(db).tolist() == [True, False, True]
    assert np.isfinite(dw).all(axis=(1, 2, 3)).tolist() == [True, False, True]
    assert np.isnan(dx).sum() + np.isinf(dx).sum() >= 8
