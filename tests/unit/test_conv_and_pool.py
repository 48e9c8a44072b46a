"""Convolution and pooling against loops written straight from their formulas, and at the edges."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import alone, check_slopes

from pyml import Network, ops
from pyml import layers as L


def windows(x, layer):
    """For each place of a window: (i, j), and the cells (h, w) of the image that it covers."""
    (kh, kw), (sh, sw), (ph, pw) = layer.size, layer.stride, layer.pad
    oh, ow = (x.shape[1] + 2 * ph - kh) // sh + 1, (x.shape[2] + 2 * pw - kw) // sw + 1
    for i, j in np.ndindex(oh, ow):
        rows = [h for h in range(i * sh - ph, i * sh - ph + kh) if 0 <= h < x.shape[1]]
        columns = [w for w in range(j * sw - pw, j * sw - pw + kw) if 0 <= w < x.shape[2]]
        # Column by column: of equal cells the leftmost is the first, of those the topmost.
        yield (i, j), [(h, w) for w in columns for h in rows]


def convolved(x, layer):
    y = np.zeros((len(x), *layer.output_shape))
    for n, f in itertools.product(range(len(x)), range(layer.filters)):
        for (i, j), cells in windows(x, layer):
            y[n, i, j, f] = layer.b[f]
            for h, w in cells:
                kh, kw = (
                    h - i * layer.stride[0] + layer.pad[0],
                    w - j * layer.stride[1] + layer.pad[1],
                )
                for c in range(x.shape[3]):
                    y[n, i, j, f] += layer.w[f, kh, kw, c] * x[n, h, w, c]
    return y


def pooled(x, layer, dy):
    """What each window gives, and where each number of dy goes."""
    y, dx = np.zeros((len(x), *layer.output_shape)), np.zeros(x.shape)
    for n, c in itertools.product(range(len(x)), range(x.shape[3])):
        for (i, j), cells in windows(x, layer):
            seen = [x[n, h, w, c] for h, w in cells]
            if layer.kind == "max":
                y[n, i, j, c] = max(seen)
                dx[(n, *cells[seen.index(max(seen))], c)] += dy[n, i, j, c]
            else:
                y[n, i, j, c] = sum(seen) / len(seen)
                for h, w in cells:
                    dx[n, h, w, c] += dy[n, i, j, c] / len(seen)
    return y, dx


SIDE = st.integers(1, 5)
PAIR = st.tuples(st.integers(1, 3), st.integers(1, 3))
PADS = st.tuples(st.integers(0, 3), st.integers(0, 3))


def fitting(shape, size, pad):
    """The size, or what of it fits."""
    return tuple(min(k, s + 2 * p) for s, p, k in zip(shape, pad, size, strict=False))


@given(st.tuples(SIDE, SIDE, st.integers(1, 3)), PAIR, PAIR, PADS, st.integers(1, 3))
def test_a_convolution_is_the_sum_in_its_docstring(shape, size, stride, pad, n):
    rng = np.random.default_rng(1)
    net, layer = alone(L.Conv(2, fitting(shape, size, pad), stride, pad), shape)
    net.weights[...] = rng.normal(size=net.weights.size)
    x = rng.normal(size=(n, *shape))
    np.testing.assert_allclose(layer.forward(x, True)[0], convolved(x, layer), atol=1e-12)


@pytest.mark.parametrize("kind", ["max", "average"])
@given(st.tuples(SIDE, SIDE, st.integers(1, 2)), PAIR, PAIR, PADS, st.booleans())
def test_a_pool_is_what_its_docstring_says_with_equal_cells_too(
    kind, shape, size, stride, pad, equal
):
    rng = np.random.default_rng(2)
    pad = (min(pad[0], size[0] - 1), min(pad[1], size[1] - 1))
    _, layer = alone(L.Pool(fitting(shape, size, pad), stride, pad, kind), shape)
    x = rng.integers(-2, 1, (2, *shape)).astype(float) if equal else rng.normal(size=(2, *shape))
    y, backward = layer.forward(x, True)
    dy = rng.normal(size=y.shape)
    told_y, told_dx = pooled(x, layer, dy)
    np.testing.assert_allclose(y, told_y, atol=1e-14)
    np.testing.assert_allclose(backward(dy), told_dx, atol=1e-13)


def test_a_convolution_by_hand():
    """Filter (1, 2 / 3, 4) on (1 2 3 / 4 5 6): 1 + 4 + 12 + 20 = 37, 2 + 6 + 15 + 24 = 47; + 0.5"""
    net, layer = alone(L.Conv(1, 2), (2, 3, 1))
    net.weights[:5] = [1, 2, 3, 4, 0.5]
    x = np.arange(1.0, 7).reshape(1, 2, 3, 1)
    y, backward = layer.forward(x, True)
    assert y[0, :, :, 0].tolist() == [[37.5, 47.5]]
    dx = backward(np.array([1.0, 10.0]).reshape(1, 1, 2, 1))
    assert layer.db.tolist() == [11]
    assert layer.dw[0, :, :, 0].tolist() == [[1 + 20, 2 + 30], [4 + 50, 5 + 60]]
    assert dx[0, :, :, 0].tolist() == [[1, 2 + 10, 20], [3, 4 + 30, 40]]


def test_equal_cells_send_the_gradient_to_the_leftmost_and_of_those_to_the_topmost():
    _, layer = alone(L.Pool(2), (2, 2, 1))
    for x, first in (([[0, 7], [7, 7]], [[0, 0], [1, 0]]), ([[5, 5], [5, 5]], [[1, 0], [0, 0]])):
        _, backward = layer.forward(np.array(x, float).reshape(1, 2, 2, 1), True)
        assert backward(np.ones((1, 1, 1, 1)))[0, :, :, 0].tolist() == first


def test_an_image_of_equal_numbers_keeps_all_of_its_gradient():
    for layer in (L.Pool(3, 1, 1), L.Pool(3, 1, 1, "average"), L.Pool(2, 2), L.GlobalAveragePool()):
        _, ready = alone(layer, (6, 4, 2))
        y, backward = ready.forward(np.full((2, 6, 4, 2), 0.5), True)
        assert (y == 0.5).all()
        assert backward(np.ones_like(y)).sum() == pytest.approx(y.size)


def test_padding_is_never_the_largest_and_no_part_of_a_mean():
    x = np.full((1, 2, 2, 1), -3.0)
    for kind in ("max", "average"):
        _, layer = alone(L.Pool(2, 1, 1, kind), (2, 2, 1))
        np.testing.assert_allclose(layer.forward(x, True)[0], np.full((1, 3, 3, 1), -3.0))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_window_with_a_number_that_is_none_gives_none(value):
    x = np.zeros((1, 4, 4, 1))
    x[0, 1, 2] = value
    _, layer = alone(L.Pool(2), (4, 4, 1))
    np.testing.assert_equal(layer.forward(x, True)[0][0, :, :, 0], [[0, value], [0, 0]])


@pytest.mark.parametrize("layer", [L.Conv(2, 3, 1, 1), L.Conv(3, 2, 2), L.Conv(2, 1)], ids=repr)
def test_a_batch_in_many_blocks_gives_what_one_block_gives(layer, monkeypatch, rng):
    x, found = rng.normal(size=(5, 6, 4, 3)), []
    for block in (1, 200, ops.BLOCK):
        monkeypatch.setattr(ops, "BLOCK", block)
        net, ready = alone(layer, (6, 4, 3))
        y, backward = ready.forward(x, True)
        dx = backward(np.cos(y))
        found.append(np.concatenate([y.ravel(), dx.ravel(), net._gradient]))
    np.testing.assert_allclose(found[0], found[2], atol=1e-12)
    np.testing.assert_allclose(found[1], found[2], atol=1e-12)


def test_a_batch_gives_what_each_of_its_images_gives(rng):
    layers = [L.Conv(4, 3, pad=1, activation="relu"), L.Pool(2), L.Conv(3, 3), L.Pool(2, 1, 1)]
    net = Network([L.Input(9, 8, 2), *layers, L.GlobalAveragePool(), L.Softmax(3)], dtype="float64")
    x, y = rng.normal(size=(4, 9, 8, 2)), np.array([0, 1, 2, 1])
    each = [net.loss_and_gradient(x[n : n + 1], y[n : n + 1]) for n in range(4)]
    loss, gradient = net.loss_and_gradient(x, y)
    assert loss == pytest.approx(np.mean([one for one, _ in each]))
    np.testing.assert_allclose(gradient, np.mean([g for _, g in each], axis=0), atol=1e-14)


def test_a_gradient_that_is_spread_out_without_memory_of_its_own_is_taken():
    """GlobalAveragePool hands back a view that repeats itself; the layers before it can read it."""
    for layer in (L.Conv(2, 2), L.Pool(2), L.Pool(2, kind="average"), L.BatchNorm()):
        net = Network([L.Input(4, 4, 2), L.Conv(2, 1), layer, L.GlobalAveragePool(), L.SVM(2)])
        assert np.isfinite(net.loss_and_gradient(np.ones((2, 4, 4, 2)), [0, 1])[1]).all()


def test_one_image_of_one_pixel_goes_through_everything():
    for layer in (L.Conv(3, 1), L.Conv(2, 3, pad=1), L.Pool(1), L.Pool(3, 2, 1), L.Flatten()):
        check_slopes(layer, (1, 1, 2), n=1)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: L.Conv(2, 5, pad=-1), "Conv: pad must be a whole number of at least 0, got -1"),
        (lambda: L.Conv(2, (3, 0)), "Conv: size must be a whole number of at least 1, got 0"),
        (
            lambda: L.Conv(2, (3, 3, 3)),
            "Conv: size must be one number or (vertical, horizontal), got (3, 3, 3)",
        ),
        (lambda: L.Conv(2, 3, "2"), "Conv: stride must be a whole number of at least 1, got '2'"),
        (lambda: L.Pool(2, kind="mean"), "Pool: unknown kind 'mean'; use 'max' or 'average'"),
        (
            lambda: L.Pool(2, pad=2),
            "Pool: pad 2 leaves windows of size 2 wholly outside the image; pad by less than",
        ),
        (
            lambda: Network([L.Input(4, 3, 1), L.Conv(2, 5, pad=(1, 0)), L.Softmax(2)]),
            "Conv: a window of 5 x 5 does not fit into 4 x 3 with pad 1, 0; use a smaller size, "
            "a larger pad or fewer pools before",
        ),
        (
            lambda: Network([L.Input(12), L.Pool(2), L.Softmax(2)]),
            "Pool: it takes images (height, width, channels), but its input has shape (12,); "
            "begin with Input(height, width, channels), and put Dense and Flatten behind",
        ),
        (
            lambda: Network([L.Input(4, 4), L.GlobalAveragePool(), L.Softmax(2)]),
            "GlobalAveragePool: it takes images (height, width, channels), but its input has "
            "shape (4, 4)",
        ),
    ],
)
def test_errors_name_the_layer_the_value_and_the_way_out(make, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        make()
