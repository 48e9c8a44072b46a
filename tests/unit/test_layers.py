"""What holds for every layer: its place in the tables, slopes, precision, printing, expansion."""

import json
import pkgutil
import re
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import alone, check_slopes, defined

from pyml import Network, Trainer, losses
from pyml import layers as L

FLAT, IMAGE = (5,), (5, 6, 4)
#: layer: settings, each with the shape of its input
CHECKED = {
    "Input": [],
    "Dense": [(L.Dense(4), FLAT), (L.Dense(2), IMAGE), (L.Dense(1), (1,))],
    "Conv": [
        (L.Conv(3, 3), IMAGE),
        (L.Conv(1, 1), (1, 1, 1)),
        (L.Conv(2, 1, stride=2), IMAGE),
        (L.Conv(3, (2, 3), (2, 1), (1, 2)), IMAGE),
        (L.Conv(2, 3, stride=4, pad=1), (9, 8, 2)),
        (L.Conv(2, (5, 6)), IMAGE),
        (L.Conv(2, 2, pad=3), (3, 2, 1)),
        (L.Conv(2, 7, stride=3, pad=3), (4, 4, 2)),
    ],
    "Pool": [
        (L.Pool(2), IMAGE),
        (L.Pool(3, 2), (7, 5, 2)),
        (L.Pool((2, 3), (1, 2), (1, 2)), IMAGE),
        (L.Pool(2, 3), (8, 8, 1)),
        (L.Pool((5, 6)), IMAGE),
        (L.Pool(3, 1, 2, "average"), IMAGE),
        (L.Pool((3, 2), (2, 3), (1, 0), "average"), (6, 9, 3)),
        (L.Pool(1, kind="average"), (1, 1, 2)),
    ],
    "GlobalAveragePool": [(L.GlobalAveragePool(), IMAGE), (L.GlobalAveragePool(), (1, 1, 3))],
    "Flatten": [(L.Flatten(), IMAGE), (L.Flatten(), FLAT)],
    "Relu": [(L.Relu(), FLAT), (L.Relu(), IMAGE)],
    "LeakyRelu": [(L.LeakyRelu(), FLAT), (L.LeakyRelu(0.3), IMAGE), (L.LeakyRelu(0), FLAT)],
    "Tanh": [(L.Tanh(), FLAT)],
    "Sigmoid": [(L.Sigmoid(), FLAT)],
    "Maxout": [(L.Maxout(), IMAGE), (L.Maxout(5), FLAT), (L.Maxout(1), FLAT)],
    "Dropout": [
        (L.Dropout(), (40,)),
        (L.Dropout(0.2, inverted=False), IMAGE),
        (L.Dropout(0), FLAT),
    ],
    "LocalResponseNorm": [
        (L.LocalResponseNorm(alpha=2), (2, 3, 9)),
        (L.LocalResponseNorm(3, 0.5, 1, 0.5), FLAT),
        (L.LocalResponseNorm(9, 1, 3), IMAGE),
        (L.LocalResponseNorm(1, 1, 1, 2), (2,)),
    ],
    "BatchNorm": [(L.BatchNorm(), FLAT), (L.BatchNorm(0.5, 0.1), IMAGE), (L.BatchNorm(), (1,))],
    "Softmax": [],
    "SVM": [],
    "Regression": [],
}
ROWS = [
    pytest.param(layer, shape, id=f"{layer}-{shape}")
    for rows in CHECKED.values()
    for layer, shape in rows
]
HEADS = {"Softmax": L.Softmax(3), "SVM": L.SVM(3), "Regression": L.Regression(3)}


def test_every_layer_is_in_all_tables():
    names = [module.name for module in pkgutil.iter_modules(L.__path__, "pyml.layers.")]
    found = defined(L.Layer, losses, *map(import_module, names))
    for base in ("Weighted", "Head", "Classifier"):
        del found[base]
    assert found == L.LAYERS, "enter the new layer in LAYERS (a head: in HEADS)"
    assert set(found) <= set(L.__all__), "enter the new layer in __all__ of pyml/layers/__init__.py"
    assert set(found) == set(CHECKED), "add the new layer to CHECKED"
    assert set(HEADS) == set(losses.HEADS), "add the new head to HEADS of this file"
    assert all(CHECKED[name] for name in set(found) - {"Input", *HEADS}), "a row without settings"
    assert all(type(row[0]).__name__ == name for name, rows in CHECKED.items() for row in rows)


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize(("layer", "shape"), ROWS)
def test_backward_is_the_slope_of_forward_by_input_and_weights(layer, shape, train):
    for n in (1, 4):
        check_slopes(layer, shape, n, train)


SIDES = st.integers(1, 6)


@given(st.data())
def test_backward_is_the_slope_of_forward_on_random_shapes(data):
    shape = data.draw(st.tuples(SIDES, SIDES, st.sampled_from([2, 4, 6])))
    size, pad = data.draw(st.integers(1, min(shape[:2]))), data.draw(st.integers(0, 3))
    stride = (data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4)))
    layers = [
        L.Conv(data.draw(st.integers(1, 3)), (size, 1), stride, pad),
        L.Pool((size, 1), stride, (min(pad, size - 1), 0), "max"),
        L.Pool((1, size), stride, (0, min(pad, size - 1)), "average"),
        L.Maxout(data.draw(st.sampled_from([1, 2]))),
        L.LocalResponseNorm(data.draw(st.sampled_from([1, 3, 5, 9])), alpha=1.5),
        L.BatchNorm(),
        L.GlobalAveragePool(),
    ]
    check_slopes(data.draw(st.sampled_from(layers)), shape, data.draw(st.integers(1, 3)))


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("dropped", [0.0, 0.4])
def test_the_gradient_of_a_whole_network_is_the_slope_of_its_loss(head, dropped, rng):
    """Along any direction u the loss changes as the gradient says: (L(w+hu)-L(w-hu)) / 2h = g.u"""
    layers = [L.Pool(2, 1), L.Conv(4, 3, pad=1), L.BatchNorm(), L.Relu(), L.Dropout(dropped)]
    layers += [L.LocalResponseNorm(alpha=1), L.Maxout(), L.GlobalAveragePool()]
    layers += [L.Dense(6, "leaky_relu"), L.Dense(5, "sigmoid"), HEADS[head]]
    net = Network([L.Input(6, 5, 2), *layers], seed=3, dtype="float64")
    x = rng.normal(size=(7, 6, 5, 2))
    y = rng.normal(size=(7, 3)) if head == "Regression" else rng.integers(0, 3, 7)
    start, noise = net.weights.copy(), net.noise
    _, gradient = net.loss_and_gradient(x, y)
    assert np.count_nonzero(gradient) > gradient.size / 2
    for _ in range(5):
        u, h, ends = rng.normal(size=start.shape), 1e-6, []
        for sign in (1, -1):
            net.weights, net.noise = start + sign * h * u, noise
            ends.append(net.loss_and_gradient(x, y)[0])
        slope = (ends[0] - ends[1]) / (2 * h)
        np.testing.assert_allclose(slope, gradient @ u, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    "first", [L.Pool(2), L.Relu(), L.Dropout(), L.Flatten(), L.Maxout()], ids=repr
)
def test_layers_without_weights_may_come_first(first, rng):
    """The way back ends at the first layer with weights, which is told that nobody wants more."""
    net = Network([L.Input(4, 4, 2), first, L.Dense(3, "tanh"), L.Softmax(2)], dtype="float64")
    assert [layer.needs_dx for layer in net.layers] == [False, False, False, True, True, True]
    trainer = Trainer(net, "momentum", learning_rate=0.1)
    x, y = rng.normal(size=(6, 4, 4, 2)), np.array([0, 1] * 3)
    start = net.weights.copy()
    trainer.step(x, y)
    dense = net.layers[2]
    assert dense.forward(np.ones((1, *dense.input_shape)), True)[1](np.ones((1, 3))) is None
    assert (net.weights != start)[:3].all()


#: so many roundings may add up in these small layers
ROUNDINGS = 300


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize(("layer", "shape"), ROWS)
def test_float32_is_float64_rounded_and_stays_float32(layer, shape, train):
    rng = np.random.default_rng(5)
    x = rng.normal(size=(4, *shape)).astype(np.float32)
    found = {}
    for dtype in ("float32", "float64"):
        net, ready = alone(layer, shape, dtype)
        net.weights[...] = net.weights.astype(np.float32)  # the same start for both
        y, backward = ready.forward(x.astype(dtype), train)
        v = np.cos(np.arange(y.size)).reshape(y.shape).astype(np.float32)
        dx = backward(v.astype(dtype))
        assert {y.dtype, dx.dtype, net._gradient.dtype, net.weights.dtype} == {np.dtype(dtype)}
        found[dtype] = (y, dx, net._gradient, net.weights)
    for narrow, wide in zip(found["float32"], found["float64"], strict=True):
        assert narrow.shape == wide.shape
        if wide.size:
            near = ROUNDINGS * np.finfo(np.float32).eps * max(1, np.abs(wide).max())
            np.testing.assert_allclose(narrow, wide, rtol=0, atol=near)


@pytest.mark.parametrize(("layer", "shape"), ROWS)
def test_an_input_in_any_order_in_memory_gives_the_same(layer, shape, rng):
    x = rng.normal(size=(2, *shape, 3))[..., 1]
    assert not x.flags.c_contiguous or x.ndim == 1
    found = []
    for one in (x, np.ascontiguousarray(x)):
        net, ready = alone(layer, shape)
        y, backward = ready.forward(one, True)
        v = np.cos(np.arange(y.size)).reshape(y.shape)
        found.append((y, backward(np.asfortranarray(v)), net.weights, net._gradient))
    for here, there in zip(*found, strict=True):
        np.testing.assert_allclose(here, there, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(("layer", "shape"), ROWS)
def test_an_input_that_is_no_number_gives_a_loss_that_is_none(layer, shape):
    """Nothing swallows a NaN: it would not be noticed. The trainer leaves the weights alone."""
    x = np.ones((3, *shape), np.float32)
    x[1] = np.nan
    layer = L.Dropout(0) if isinstance(layer, L.Dropout) else layer
    for head, y in ((L.Softmax(2), [0, 1, 0]), (L.SVM(2), [0, 1, 0]), (L.Regression(1), [1, 2, 3])):
        net = Network([L.Input(*shape), layer, head])
        before = net.weights.copy()
        assert np.isnan(net.loss_and_gradient(x, y)[0])
        net.weights = before
        with pytest.raises(ValueError, match=r"Trainer: x holds NaN .*; take these examples out"):
            Trainer(net).step(x, y)
        assert (net.weights == before).all()


@pytest.mark.parametrize("layer", [L.Input(2, 3), *[row[0] for r in CHECKED.values() for row in r]])
def test_what_a_layer_prints_makes_it_again(layer):
    again = eval(repr(layer), vars(L))
    assert type(again) is type(layer)
    assert again.settings() == layer.settings()
    told = json.loads(json.dumps(layer.settings()))
    assert type(layer).from_settings(told).settings() == layer.settings()


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (L.Input(32, 32, 3), "Input(32, 32, 3)"),
        (L.Dense(3, bias=0.1, init="glorot"), "Dense(3, init='glorot', bias=0.1)"),
        (L.Conv(16, 5, pad=2, activation="relu"), "Conv(16, 5, pad=2, activation='relu')"),
        (L.Conv(2, (1, 3), l2_decay_mul=0), "Conv(2, (1, 3), l2_decay_mul=0.0)"),
        (L.Pool((3, 3), 2, kind="average"), "Pool(3, stride=2, kind='average')"),
        (L.Dropout(0.2, inverted=False), "Dropout(drop_prob=0.2, inverted=False)"),
        (L.Maxout(), "Maxout()"),
        (L.LocalResponseNorm(3), "LocalResponseNorm(n=3)"),
        (L.Softmax(10, activation="tanh"), "Softmax(10, activation='tanh')"),
    ],
)
def test_a_layer_prints_what_is_not_as_usual(layer, text):
    assert repr(layer) == text


@pytest.mark.parametrize(
    ("layer", "x", "y"),
    [
        (L.Tanh(), [0.0, np.log(2)], [0.0, 0.6]),  # (2 - 1/2) / (2 + 1/2)
        (L.Sigmoid(), [0.0, np.log(3)], [0.5, 0.75]),  # 1 / (1 + 1/3)
        (L.Relu(), [-2.0, 3.0], [0.0, 3.0]),
        (L.LeakyRelu(0.25), [-2.0, 3.0], [-0.5, 3.0]),
        (L.Maxout(3), [1.0, 7.0, 2.0, -4.0, -5.0, -6.0], [7.0, -4.0]),
        (L.Dropout(0.25), [4.0], [4.0]),
        (L.Dropout(0.25, inverted=False), [4.0], [3.0]),
    ],
)
def test_layers_without_weights_by_hand(layer, x, y):
    np.testing.assert_allclose(layer.forward(np.array([x]), False)[0], [y])


@pytest.mark.parametrize("layer", [L.Tanh(), L.Sigmoid(), L.Relu(), L.LeakyRelu()], ids=repr)
def test_activations_take_the_largest_numbers_without_a_warning(layer):
    y, backward = layer.forward(np.array([[-1e30, 1e30]], np.float32), True)
    assert np.isfinite(y).all()
    assert np.isfinite(backward(np.ones_like(y))).all()


@pytest.mark.parametrize("group", [1, 2, 3])
def test_maxout_is_the_largest_of_neighbours_and_the_first_of_equals_takes_the_gradient(group, rng):
    x = rng.integers(-2, 2, size=(3, 2, 6)).astype(float)  # so few values that many are equal
    _, layer = alone(L.Maxout(group), (2, 6))
    y, backward = layer.forward(x, True)
    dx = backward(np.ones_like(y))
    for n, i, g in np.ndindex(y.shape):
        seen = list(x[n, i, g * group : (g + 1) * group])
        assert y[n, i, g] == max(seen)
        taken = [k == seen.index(max(seen)) for k in range(group)]
        assert dx[n, i, g * group : (g + 1) * group].tolist() == taken


@pytest.mark.parametrize("inverted", [True, False])
def test_dropout_drops_as_often_as_told_and_keeps_the_mean(inverted):
    _, layer = alone(L.Dropout(0.3, inverted), (100_000,))
    y, backward = layer.forward(np.ones((1, 100_000)), True)
    assert abs((y == 0).mean() - 0.3) < 0.01
    assert set(np.unique(y)) == {0, 1 / 0.7 if inverted else 1}
    assert (backward(np.ones_like(y)) == y).all()
    assert layer.forward(np.ones((1, 2)), False)[0].mean() == pytest.approx(1 if inverted else 0.7)
    assert abs(y.mean() - (1 if inverted else 0.7)) < 0.01


def test_both_precisions_drop_the_same_units():
    narrow, wide = (alone(L.Dropout(), (99,), dtype) for dtype in ("float32", "float64"))
    wide[0].noise = narrow[0].noise
    dropped = [
        net[1].forward(np.ones((2, 99), net[0].dtype), True)[0] == 0 for net in (narrow, wide)
    ]
    assert (dropped[0] == dropped[1]).all()


def test_activation_and_head_expand_into_layers_of_their_own():
    net = Network([L.Input(2), L.Dense(6, activation="relu"), L.Softmax(2, "tanh", bias=1)])
    names = (
        "Input(2)",
        "Dense(6, init='he')",
        "Relu()",
        "Dense(2, bias=1.0)",
        "Tanh()",
        "Softmax(2)",
    )
    assert tuple(map(repr, net.layers)) == names


def test_a_list_of_layers_can_make_two_networks_that_share_nothing():
    given = [L.Input(2), L.Dense(3, activation="relu"), L.Softmax(2)]
    a, b = Network(given, seed=1), Network(given, seed=2)
    before = b.weights.copy()
    a.weights[:] = 0
    assert (b.weights == before).all()
    assert repr(given[1]) == "Dense(3, activation='relu')"
    given[1].units = 7
    assert a.to_json() == Network.from_json(a.to_json()).to_json()


REFUSED = [
    (lambda: L.Dense(0), "Dense: units must be a whole number of at least 1, got 0"),
    (lambda: L.Dense(2.5), "Dense: units must be a whole number of at least 1, got 2.5"),
    (lambda: L.Dense(True), "Dense: units must be a whole number"),
    (
        lambda: L.Dense(3, activation="tahn"),
        "Dense: unknown activation 'tahn'; use one of tanh, sigmoid, relu, leaky_relu",
    ),
    (lambda: L.Dense(3, init="xavier"), "Dense: unknown init 'xavier'; use one of lecun, he"),
    (lambda: L.Dense(3, bias=-np.inf), "Dense: bias must be a number of at least -inf and below"),
    (lambda: L.Dense(3, bias=10**400), "Dense: bias must be a number"),
    (lambda: L.Conv(3, 3, l2_decay_mul=-1), "Conv: l2_decay_mul must be a number of at least 0"),
    (lambda: L.Input(), "Input: it needs the shape of one example, for example Input(2)"),
    (lambda: L.Input(2, -1), "Input: each size must be a whole number of at least 1, got -1"),
    (lambda: L.Softmax("2"), "Softmax: units must be a whole number of at least 1, got '2'"),
    (lambda: L.SVM(2, bias="x"), "SVM: bias must be a number of at least -inf and below inf"),
    (lambda: L.Maxout(0), "Maxout: group must be a whole number of at least 1, got 0"),
    (lambda: L.Dropout(1), "Dropout: drop_prob must be a number of at least 0 and below 1, got 1"),
    (lambda: L.Dropout(np.nan), "Dropout: drop_prob must be a number"),
    (lambda: L.Dropout(0.5, "no"), "Dropout: inverted must be True or False, got 'no'"),
    (lambda: L.LeakyRelu("0.1"), "LeakyRelu: slope must be a number of at least 0"),
    (
        lambda: Network([L.Input(7), L.Maxout(), L.Softmax(2)]),
        "Maxout: 7 channels do not divide into groups of 2; use a multiple of 2",
    ),
]


@pytest.mark.parametrize(("make", "text"), REFUSED, ids=[text for _, text in REFUSED])
def test_errors_name_the_layer_the_value_and_the_way_out(make, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        make()
