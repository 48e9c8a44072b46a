"""The network: one example worked by hand, its flat weights, its shapes, and what it prints."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml import Network
from pyml import layers as L


def small(**options):
    return Network([L.Input(2), L.Dense(3, activation="tanh"), L.Softmax(2)], **options)


def test_a_2_2_1_network_worked_by_hand():
    """Every number of a forward and a backward pass, with the arithmetic beside it."""
    net = Network([L.Input(2), L.Dense(2, activation="sigmoid"), L.Regression(1)], dtype="float64")
    ln3 = math.log(3)
    #              w of unit 1, of unit 2, their biases,  w of the output, its bias
    net.weights = [1, -0.5, 0.5, 0.25, 0, ln3 - 1, 2, -1, 0.25]
    x, y = [[1, 2]], [1]
    # z1 = 1*1 - 0.5*2 + 0           = 0      h1 = sigmoid(0)    = 0.5
    # z2 = 0.5*1 + 0.25*2 + ln3 - 1  = ln 3   h2 = sigmoid(ln 3) = 0.75
    # out = 2*0.5 - 1*0.75 + 0.25    = 0.5
    shown = net.activations(x)
    np.testing.assert_allclose(shown[1], [[0, ln3]], atol=1e-15)
    np.testing.assert_allclose(shown[2], [[0.5, 0.75]])
    np.testing.assert_allclose(net.predict(x), [[0.5]])
    loss, gradient = net.loss_and_gradient(x, y)
    # loss = (0.5 - 1)^2 / 2 = 0.125, d = out - y = -0.5
    assert loss == pytest.approx(0.125)
    # output weights: d*h1 = -0.25, d*h2 = -0.375, bias: d = -0.5
    # back to h: d*2 = -1, d*(-1) = 0.5; through h(1-h): -1 * 0.25 = -0.25, 0.5 * 0.1875 = 0.09375
    # unit 1: -0.25 * (1, 2), bias -0.25; unit 2: 0.09375 * (1, 2), bias 0.09375
    np.testing.assert_allclose(
        gradient, [-0.25, -0.5, 0.09375, 0.1875, -0.25, 0.09375, -0.25, -0.375, -0.5]
    )


def test_it_prints_itself_as_a_table():
    net = Network([L.Input(2), L.Dense(6, activation="tanh"), L.Softmax(2)], seed=4)
    assert repr(net).splitlines() == [
        "Network 2-6-2, 32 weights, float32, seed 4",
        "   layer       output  weights",
        "0  Input(2)    2",
        "1  Dense(6)    6            18",
        "2  Tanh()      6",
        "3  Dense(2)    2            14",
        "4  Softmax(2)  2",
    ]


def test_a_convnet_prints_itself_as_a_table():
    """Weights: 16 * (5 * 5 * 3 + 1) = 1216, 4 * 16 = 64, 20 * (5 * 5 * 16 + 1), 10 * (320 + 1)"""
    conv = {"pad": 2, "activation": "relu"}
    layers = [L.Conv(16, 5, **conv), L.BatchNorm(), L.Pool(2), L.Conv(20, 5, 2, **conv)]
    layers += [
        L.Pool((3, 1), pad=(1, 0), kind="average"),
        L.Dropout(),
        L.Softmax(10, l2_decay_mul=0),
    ]
    net = Network([L.Input(32, 32, 3), *layers], seed=1)
    assert repr(net).splitlines() == [
        "Network 32x32x3-32x32x16-32x32x16-8x8x20-10, 14110 weights, float32, seed 1",
        "    layer                                     output        weights",
        " 0  Input(32, 32, 3)                          32 x 32 x 3",
        " 1  Conv(16, 5, pad=2, init='he')             32 x 32 x 16     1216",
        " 2  Relu()                                    32 x 32 x 16",
        " 3  BatchNorm()                               32 x 32 x 16       64",
        " 4  Pool(2)                                   16 x 16 x 16",
        " 5  Conv(20, 5, stride=2, pad=2, init='he')   8 x 8 x 20       8020",
        " 6  Relu()                                    8 x 8 x 20",
        " 7  Pool((3, 1), pad=(1, 0), kind='average')  3 x 8 x 20",
        " 8  Dropout()                                 3 x 8 x 20",
        " 9  Dense(10, l2_decay_mul=0.0)               10               4810",
        "10  Softmax(10)                               10",
    ]


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=3),
    st.lists(st.integers(1, 5), max_size=3),
    st.integers(1, 4),
    st.integers(1, 9),
)
def test_shapes_hold_for_every_network(shape, hidden, units, n):
    layers = [L.Input(*shape), *(L.Dense(u, activation="relu") for u in hidden), L.Softmax(units)]
    net = Network(layers)
    x = np.ones((n, *shape), np.float32)
    assert net.predict(x).shape == (n, units)
    assert net.predict(x).dtype == np.float32
    assert net.classify(x).shape == (n,)
    assert [len(a) for a in net.activations(x)] == [n] * len(net.layers)
    assert [a.shape[1:] for a in net.activations(x)] == [layer.output_shape for layer in net.layers]
    assert net.loss_and_gradient(x, np.zeros(n, int))[1].shape == net.weights.shape


def test_the_gradient_of_a_batch_is_the_mean_over_its_examples(rng):
    net = small(dtype="float64")
    x, y = rng.normal(size=(5, 2)), rng.integers(0, 2, 5)
    each = [net.loss_and_gradient(x[i : i + 1], y[i : i + 1]) for i in range(5)]
    loss, gradient = net.loss_and_gradient(x, y)
    assert loss == pytest.approx(np.mean([one for one, _ in each]))
    np.testing.assert_allclose(gradient, np.mean([g for _, g in each], axis=0))


def test_the_same_seed_gives_the_same_weights_and_reset_brings_them_back():
    net = small(seed=5)
    start = net.weights.copy()
    assert (small(seed=5).weights == start).all()
    assert (small(seed=6).weights != start).any()
    net.weights += 1
    net.reset()
    assert (net.weights == start).all()


def test_weights_are_a_view_that_can_be_set(rng):
    net = small()
    x = rng.normal(size=(4, 2))
    net.weights[:] = 0
    np.testing.assert_allclose(net.predict(x), 0.5)
    net.weights = np.ones(net.weights.size)
    assert (net.layers[1].w == 1).all()


def test_decay_is_for_weights_and_not_for_biases():
    given = [L.Dense(3, l1_decay_mul=2, l2_decay_mul=0.5), L.BatchNorm(), L.Softmax(2)]
    net = Network([L.Input(2), *given])
    rest = [0] * 3 + [0] * 12 + [1] * 6 + [0] * 2
    assert net.l1_mask.tolist() == [2] * 6 + rest
    assert net.l2_mask.tolist() == [0.5] * 6 + rest


def test_the_gradient_is_a_copy_and_a_prediction_between_disturbs_nothing(rng):
    net = small()
    x, y = rng.normal(size=(4, 2)), np.array([0, 1, 0, 1])
    _, first = net.loss_and_gradient(x, y)
    kept = first.copy()
    net.predict(x[:1])
    _, second = net.loss_and_gradient(x[:2], y[:2])
    assert (first == kept).all()
    assert (first != second).any()


@pytest.mark.parametrize(
    ("layers", "error", "text"),
    [
        ([], ValueError, "it starts with nothing; the first layer must be Input(...)"),
        ([L.Dense(2), L.Softmax(2)], ValueError, "it starts with Dense(2)"),
        ([L.Input(2), L.Dense(2)], ValueError, "it ends with Dense(2); the last layer must be"),
        ([L.Input(2), L.Softmax(2), L.Softmax(2)], ValueError, "Softmax(2) stands in the middle"),
        ([L.Input(2), L.Input(2), L.Softmax(2)], ValueError, "Input(2) stands in the middle"),
        ([L.Input(2), L.Tanh, L.Softmax(2)], TypeError, "is not a layer; write for example"),
    ],
)
def test_layers_that_do_not_fit_are_refused(layers, error, text):
    with pytest.raises(error) as caught:
        Network(layers)
    assert text in str(caught.value)


@pytest.mark.parametrize("x", [[[1, 2, 3]], [1, 2], np.zeros((0, 2)), 3, [[[1, 2]]]])
def test_inputs_of_another_shape_are_refused(x):
    with pytest.raises(ValueError, match=r"but Input\(2\) takes \(N, 2\) with N of at least 1"):
        small().predict(x)


def test_weights_of_another_network_are_refused():
    with pytest.raises(ValueError, match=r"it takes \(17,\), got shape \(3,\)"):
        small().weights = [1, 2, 3]


def test_an_unknown_dtype_is_refused():
    with pytest.raises(ValueError, match="dtype must be float32 or float64, got 'int8'"):
        small(dtype="int8")


@pytest.mark.parametrize("x", [[[1, 2], [3]], [["a", "b"]], [[{}, 1]], [[1j, 2]]])
def test_inputs_that_are_no_numbers_are_refused(x):
    with pytest.raises(ValueError, match=r"Network: x is not an array of (real )?numbers"):
        small().predict(x)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda n: pickle.loads(pickle.dumps(n))]
)
def test_a_copy_learns_by_itself_and_from_where_the_other_is(copied, rng):
    """Its layers look into its own weights, and Dropout goes on as in the original."""
    net = Network([L.Input(4), L.Dropout(), L.Dense(3, "tanh"), L.Softmax(2)], seed=3)
    x, y = rng.normal(size=(9, 4)), [0, 1, 1] * 3
    net.loss_and_gradient(x, y)
    net.weights += 1
    other = copied(net)
    assert repr(other) == repr(net)
    assert not np.shares_memory(other.weights, net.weights)
    assert other.loss_and_gradient(x, y)[1].tobytes() == net.loss_and_gradient(x, y)[1].tobytes()
    other.weights[:] = 0
    np.testing.assert_allclose(other.predict(x), 0.5)
    assert (net.predict(x) != 0.5).any()


def test_noise_can_be_wound_back(rng):
    net = Network([L.Input(40), L.Dropout(), L.Softmax(2)])
    x = rng.normal(size=(5, 40))
    before = net.noise
    first, second = (net.loss_and_gradient(x, [0] * 5)[0] for _ in range(2))
    assert first != second
    net.noise = before
    assert net.loss_and_gradient(x, [0] * 5)[0] == first
    with pytest.raises(ValueError, match="'x' is no state of a random generator; it was damaged"):
        net.noise = "x"
    net.reset()
    assert net.noise == before


def test_inputs_and_targets_are_left_as_they_are(rng):
    layers = [L.Relu(), L.Pool(2, 1), L.Conv(2, 2), L.BatchNorm(), L.Dropout(), L.Regression(2)]
    net = Network([L.Input(4, 4, 1), *layers])
    x, y = rng.normal(size=(3, 4, 4, 1)).astype(np.float32), rng.normal(size=(3, 2)).astype("f4")
    kept = x.copy(), y.copy()
    net.loss_and_gradient(x, y)
    net.predict(x)
    net.activations(x)
    assert (x == kept[0]).all()
    assert (y == kept[1]).all()


@pytest.mark.parametrize(("x", "y"), [(np.nan, 1.0), (1.0, 1e300), (1.0, np.inf)])
def test_a_loss_that_is_no_finite_number_has_a_gradient_that_is_none(x, y):
    """Also where half the square of a distance is too large, and its slope would not be."""
    net = Network([L.Input(1), L.BatchNorm(), L.Regression(1)], dtype="float64")
    before = net.weights.copy()
    with np.errstate(all="ignore"):
        loss, gradient = net.loss_and_gradient([[x], [2.0]], [y, 0.0])
    assert not math.isfinite(loss)
    assert np.isnan(gradient).all()
    assert (net.weights == before).all(), "running values move only with a loss that is a number"
