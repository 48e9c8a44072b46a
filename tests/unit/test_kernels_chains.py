"""Convolutional networks that the compiled backend takes as a whole, beside NumPy in float64."""

import re

import numpy as np
import pytest
from compiled import BAD, Exact, exact, lay, layouts, needs_library, numbers, seeds
from hypothesis import given
from hypothesis import strategies as st

from pyml import Network, Trainer, fusion
from pyml import layers as L
from pyml.fusion import SmallNet, WholeNet
from pyml.kernels import Kernels
from pyml.layers import HEADS
from pyml.network import build

pytestmark = needs_library


@pytest.fixture(autouse=True)
def no_word_of_underflow():
    with np.errstate(under="ignore"):
        yield


PAIR = st.tuples(st.integers(1, 3), st.integers(1, 3))
CONV = st.builds(
    L.Conv,
    st.integers(1, 13),
    PAIR,
    PAIR,
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
    activation=st.sampled_from([None, "relu", "relu"]),
    bias=st.just(0.1),
)
STAGE = st.one_of(
    CONV.map(lambda conv: [conv]),
    CONV.map(lambda conv: [conv, L.Pool(2)] if conv.activation else [conv, L.Relu(), L.Relu()]),
)
DENSE = st.builds(L.Dense, st.integers(1, 9), st.sampled_from([None, "relu"]), bias=st.just(0.1))
HEAD = st.sampled_from([L.Softmax(3), L.SVM(4), L.Regression(2), L.Softmax(9, activation="relu")])


@st.composite
def chains(draw):
    """Layers of a network that is taken as a whole, for images of up to 9 x 9 x 5."""
    shape = draw(st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 5)))
    inner: list[L.Layer] = []
    for stage in draw(st.lists(STAGE, min_size=1, max_size=3)):
        try:  # as many as fit
            build([L.Input(*shape), *inner, *stage, L.SVM(2)])
        except ValueError:
            break
        inner += stage
    if not inner:
        inner = [L.Conv(4, 1, pad=1)]
    flat = draw(st.sampled_from([[], [L.Flatten()]]))
    return [L.Input(*shape), *inner, *flat, *draw(st.lists(DENSE, max_size=2)), draw(HEAD)]


def pair(layers, ops=None):
    """The network on the kernels, as a whole, and the same one on NumPy in float64."""
    net = Network(layers, seed=3, ops=ops or exact())
    assert type(net.whole) is WholeNet
    want = Network(layers, seed=3, dtype="float64")
    want.weights = net.weights
    return net, want


def batch(net, rng, n):
    x = numbers(rng, (n, *net.layers[0].output_shape))
    if isinstance(net.head, L.Regression):
        return x, rng.normal(size=(n, net.head.units)).astype(np.float32)
    return x, rng.integers(0, net.head.units, n)


def near(got, want, rtol=1e-5):
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, want, rtol=rtol, atol=rtol * (0.1 + np.abs(want).max()))


@given(chains(), seeds, st.integers(1, 5), layouts)
def test_random_networks_are_numpys(layers, seed, n, how):
    rng = np.random.default_rng(seed)
    net, want = pair(layers)
    net.weights += numbers(rng, net.weights.shape) / 8
    want.weights = net.weights
    x, y = batch(net, rng, n)
    near(net.predict(lay(x, how)), want.predict(x))
    before = net.weights.copy()
    loss, gradient = net.loss_and_gradient(lay(x, how), y)
    told, slope = want.loss_and_gradient(x, y)
    assert loss == pytest.approx(told, rel=1e-5, abs=1e-6)
    near(gradient, slope, 1e-4)
    assert (net.weights == before).all()


TINY = [L.Input(6, 6, 2), L.Conv(5, 3, pad=1, activation="relu"), L.Pool(2), L.Softmax(3)]


def test_layer_by_layer_the_numbers_are_nearly_the_same(rng):
    one, other = (Network(TINY, seed=3, ops=exact(fuse)) for fuse in (True, False))
    assert other.whole is None
    x, y = batch(one, rng, 5)
    near(one.predict(x), other.predict(x))
    near(one.loss_and_gradient(x, y)[1], other.loss_and_gradient(x, y)[1])
    for a, b in zip(one.activations(x), other.activations(x), strict=True):
        near(a, b)


def test_many_examples_need_no_more_memory_than_one(rng):
    asked = set()

    class Counting(Exact):
        def scratch(self, size):
            asked.add(size)
            return super().scratch(size)

    net = Network(TINY, seed=3, ops=Counting(exact().path))
    for n in (1, 9):
        x, y = batch(net, rng, n)
        net.predict(x)
        net.loss_and_gradient(x, y)
    assert len(asked) == 1


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: hex(np.float32(bad).view(np.uint32)))
@pytest.mark.parametrize("head", HEADS.values())
def test_what_is_no_number_stops_training_and_leaves_the_weights(bad, head, rng):
    net, _ = pair([*TINY[:-1], head(3)])
    x, y = batch(net, rng, 4)
    before = net.weights.copy()
    with pytest.raises(ValueError, match="x holds NaN or numbers beyond all bounds"):
        Trainer(net).step(np.where(np.arange(6)[:, None] == 5, bad, x), y)
    assert (net.weights == before).all()
    net.weights[-1] = bad  # a bias of the head
    before = net.weights.copy()
    with pytest.raises(FloatingPointError, match="learning has run away"):
        Trainer(net, l2_decay=0.1).step(x, y)
    np.testing.assert_array_equal(net.weights, before)


def test_a_step_beyond_all_bounds_is_not_taken(rng):
    net, _ = pair(TINY)
    x, y = batch(net, rng, 4)
    before = net.weights.copy()
    with pytest.raises(FloatingPointError, match="the next one would be beyond all bounds"):
        Trainer(net, learning_rate=3e38).step(x * 1e3, y)
    assert (net.weights == before).all()


def other(base):
    """Somebody's own layer under a known name."""
    return type(base.__name__, (base,), {})


MANY = [L.Conv(1, 1)] * 8
NOT_WHOLE = {
    "another activation": [L.Conv(2, 2, activation="tanh")],
    "an activation first": [L.Relu(), L.Conv(2, 2)],
    "a pool by itself": [L.Conv(2, 2), L.Pool(2)],
    "another pool": [L.Conv(2, 2, activation="relu"), L.Pool(3)],
    "dropout": [L.Conv(2, 2, activation="relu"), L.Dropout()],
    "batch normalisation": [L.Conv(2, 2), L.BatchNorm(), L.Relu()],
    "dense layers first": [L.Dense(4, "relu")],
    "nine stages": MANY,
    "large dense layers": [L.Conv(8, 1), L.Dense(100), L.Dense(60)],
    "somebody's own convolution": [other(L.Conv)(2, 2)],
    "somebody's own dense layer": [L.Conv(2, 2), other(L.Dense)(2)],
}


@pytest.mark.parametrize("inner", NOT_WHOLE.values(), ids=NOT_WHOLE)
def test_other_networks_are_not_taken(inner):
    assert Network([L.Input(5, 5, 2), *inner, L.SVM(2)], ops=exact()).whole is None


def test_what_just_fits_is_taken():
    pair([L.Input(5, 5, 2), *MANY[1:], L.SVM(2)])
    pair([L.Input(5, 5, 2), L.Conv(8, 1), L.Dense(80), L.SVM(2)])
    assert 80 * 202 < fusion.MOST_DENSE < 60 * 200 + 100 * 60
    small = Network([L.Input(2), L.Dense(3), L.SVM(2)], ops=exact())
    assert type(small.whole) is SmallNet


def test_networks_too_large_to_count_in_c_are_left_alone(monkeypatch):
    monkeypatch.setattr(fusion, "MOST_NUMBERS", 300)
    assert Network(TINY, ops=exact()).whole is None
    monkeypatch.setattr("pyml.native.MOST_NUMBERS", 100)
    fusion.convolution_shape.cache_clear()
    assert Network(TINY, ops=exact()).whole is None
    fusion.convolution_shape.cache_clear()


def test_a_run_is_steps(rng):
    nets = [Network(TINY, seed=3, ops=Kernels(exact().path)) for _ in range(2)]
    x, y = batch(nets[0], rng, 6)
    order = np.array([5, 0, 3, 1, 2])
    losses = Trainer(nets[0], "adam").run(x, y, order, 2)
    trainer = Trainer(nets[1], "adam")
    assert list(losses) == [trainer.step(x[s], y[s]).loss for s in ([5, 0], [3, 1], [2])]
    assert (nets[0].weights == nets[1].weights).all()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda net: net.whole.predict(np.zeros((1, 6, 6, 3))), "x has shape (1, 6, 6, 3)"),
        (lambda net: net.whole.predict(np.zeros((0, 6, 6, 2))), "x has shape (0, 6, 6, 2)"),
        (lambda net: net.loss_and_gradient(np.zeros((2, 6, 6, 2)), [0]), "y has shape (1,)"),
        (lambda net: net.loss_and_gradient(np.zeros((1, 6, 6, 2)), [3]), "label 3 is not one"),
    ],
)
def test_wrong_calls_are_refused(call, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        call(pair(TINY)[0])
