"""A network as units and links."""

import numpy as np
import pytest

from pyml import Network, graph
from pyml import layers as L


def make(*layers, seed=1):
    return Network([*layers], seed=seed, dtype="float64")


NET = make(L.Input(2), L.Dense(3, "tanh"), L.Dense(2, "relu"), L.Softmax(2))


def test_sizes_weights_and_biases_come_layer_by_layer():
    found = graph.links(NET)
    assert found["net_sizes"] == [2, 3, 2, 2]
    assert found["net_weights"].shape == (6 + 6 + 4,)
    assert found["net_biases"].shape == (7,)
    np.testing.assert_allclose(found["net_weights"][:6], NET.layers[1].w.ravel(), rtol=1e-6)


def test_what_units_say_is_what_stands_behind_their_activation():
    x = np.array([[0.5, -1.0], [1.0, 2.0]])
    found = graph.outputs(NET, x)
    assert [values.shape for values in found] == [(2, 2), (2, 3), (2, 2), (2, 2)]
    np.testing.assert_allclose(found[1], np.tanh(x @ NET.layers[1].w.T + NET.layers[1].b))
    np.testing.assert_allclose(found[3], NET.predict(x))


@pytest.mark.parametrize("head", [L.Softmax(2), L.Regression(1, "tanh"), L.Regression(1), L.SVM(2)])
def test_heat_fits_into_bytes(head):
    net = make(L.Input(2), L.Dense(3, "tanh"), L.Dense(2, "relu"), L.Dense(2), head)
    x = np.stack(np.meshgrid(np.linspace(-6, 6, 4), np.linspace(-6, 6, 4)), axis=-1).reshape(-1, 2)
    heat = graph.heat(net, x, 4, 6.0)
    assert heat.dtype == np.uint8
    assert heat.shape == (2 + 3 + 2 + 2 + head.units, 4, 4)
    assert heat[0, 0].tolist() == [0, 85, 170, 255]  # the first input grows to the right
    assert heat[1, :, 0].tolist() == [0, 85, 170, 255]


@pytest.mark.parametrize(
    ("layer", "unit", "input", "place"), [(1, 2, 0, 4), (1, 2, -1, 8), (3, 1, 1, None)]
)
def test_a_weight_can_be_set(layer, unit, input, place):
    net = make(L.Input(2), L.Dense(3, "tanh"), L.Dense(2, "relu"), L.Softmax(2))
    before = net.weights.copy()
    graph.set_weight(net, layer, unit, input, 7.5)
    assert (net.weights != before).sum() == 1
    assert place is None or net.weights[place] == 7.5
    with pytest.raises(IndexError):
        graph.set_weight(net, 4, 0, 0, 1.0)


@pytest.mark.parametrize(
    "layers",
    [
        (L.Input(2), L.Dense(4), L.Maxout(2), L.Softmax(2)),
        (L.Input(2), L.BatchNorm(), L.Softmax(2)),
        (L.Input(2), L.Tanh(), L.Softmax(2)),
        (L.Input(2), L.Dense(3), L.Tanh(), L.Tanh(), L.Softmax(2)),
        (L.Input(4, 4, 1), L.Conv(2, 3), L.Softmax(2)),
        (L.Input(2), L.Dense(17), L.Softmax(2)),
        (L.Input(17), L.Softmax(2)),
        (L.Input(2), *[L.Dense(2)] * 9, L.Softmax(2)),
    ],
)
def test_other_networks_are_not_drawn(layers):
    assert not graph.drawable(make(*layers))


def test_these_are_drawn():
    assert graph.drawable(NET)
    assert graph.drawable(make(L.Input(2), L.Softmax(2)))
    assert graph.drawable(make(L.Input(2), L.Dense(3, "relu"), L.Regression(1, "sigmoid")))
