"""How a layer sees the plane: what is shown is what the network's own layers say."""

import numpy as np
import pytest

from pyml import layers as L
from pyml.explain import warp
from pyml.network import Network

VIEW = (-6.0, 6.0, -6.0, 6.0)


def network(*hidden, head=None):
    return Network([L.Input(2), *hidden, head or L.Softmax(2)], seed=3)


def test_activations_and_heads_are_taken_with_their_layer():
    net = network(L.Dense(6, "tanh"), L.Dropout(0.5), L.Dense(2))
    assert [(stage.name, stage.units) for stage in warp.stages(net)] == [
        ("Dense(6, tanh)", 6),
        (repr(net.layers[3]), 6),
        ("Dense(2)", 2),
        ("Softmax(2)", 2),
    ]
    x = warp.corners(VIEW)
    np.testing.assert_allclose(net.activations(x)[warp.stages(net)[-1].place], net.predict(x))


def test_the_grid_goes_from_edge_to_edge_and_its_cells_lie_between():
    corners, middles = warp.corners(VIEW), warp.middles(VIEW)
    assert corners.shape == (warp.LINES**2, 2)
    assert corners[0].tolist() == [-6, -6]
    assert corners[-1].tolist() == [6, 6]
    assert corners[1].tolist() == [-5.5, -6]
    np.testing.assert_allclose(middles[0], [-5.75, -5.75])
    np.testing.assert_allclose(middles[-1], [5.75, 5.75])


def test_two_units_are_the_two_axes_and_one_unit_lies_flat():
    values = np.array([[1.0, 2, 3], [4, 5, 6]])
    assert warp.seen(values, (2, 0)).tolist() == [[3, 1], [6, 4]]
    assert warp.seen(values[:, :1], (0, 0)).tolist() == [[1, 0], [4, 0]]


def test_surfaces_reach_from_0_to_255_by_the_largest_size_of_each_unit():
    values = np.array([[-2.0, 0], [2, 0], [0, 0], [1, 0]])
    first, second = warp.surfaces(values)
    assert first.tolist() == [[0, 255], [127, 191]]
    assert (second == 127).all()


@pytest.mark.parametrize("pair", [(0, 1), (1, 0)])
def test_the_line_is_where_the_two_classes_are_even(pair):
    net = network(L.Dense(6, "tanh"), L.Dense(2, "tanh"))
    stage = warp.stages(net)[-2]
    grid = warp.seen(net.activations(warp.corners(VIEW))[stage.place], pair)
    line = warp.divide(net, stage, pair, grid)
    assert line.shape == (2, 2)
    head = net.layers[-2]
    for point in line:
        z = head.w @ point[list(pair)] + head.b
        assert z[0] == pytest.approx(z[1], abs=1e-5)


@pytest.mark.parametrize(
    ("net", "stage"),
    [
        (network(L.Dense(6, "tanh"), L.Dense(2, "tanh")), 0),
        (network(L.Dense(3, "tanh")), 0),
        (network(L.Dense(2, "tanh"), head=L.Softmax(3)), 0),
        (network(L.Dense(2, "tanh")), 1),
    ],
)
def test_elsewhere_there_is_no_line(net, stage):
    stage = warp.stages(net)[stage]
    grid = warp.seen(net.activations(warp.corners(VIEW))[stage.place], (0, 1))
    assert warp.divide(net, stage, (0, 1), grid).shape == (0, 2)
