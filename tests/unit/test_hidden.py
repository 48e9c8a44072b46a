"""The hidden layer as it is drawn: lines, axes, and the space in which the points move."""

import numpy as np
import pytest

from pyml import Network
from pyml import layers as L
from pyml.explain import hidden

VIEW = (-0.5, 1.5, -0.5, 1.5)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float64)
#: x1 + x2 = 1/2 and 3/2, the strip between them is 1; weights of h1, h2, their biases, the output's
SOLUTION = [10, 10, 10, 10, -5, -15, 10, -10, -10]


def net_of(units, weights=None, head="sigmoid"):
    net = Network(
        [L.Input(2), L.Dense(units, activation="tanh"), L.Regression(1, activation=head)], seed=2
    )
    if weights is not None:
        net.weights = weights
    return net


def test_each_unit_has_the_line_where_its_sum_is_zero():
    found = hidden.lines(net_of(2, SOLUTION), VIEW)
    assert found["line_names"] == "h1|h2"
    np.testing.assert_allclose(found["lines"][0].sum(axis=1), 0.5, atol=1e-6)
    np.testing.assert_allclose(found["lines"][1].sum(axis=1), 1.5, atol=1e-6)


def test_a_line_that_misses_the_view_is_no_number():
    net = net_of(2, [1, 0, 0, 1, 9, 0, 1, 1, 0])
    assert np.isnan(hidden.lines(net, VIEW)["lines"][0]).all()
    assert np.isfinite(hidden.lines(net, VIEW)["lines"][1]).all()


@pytest.mark.parametrize(
    ("across", "up", "pair"),
    [
        ("auto", "auto", [1, 3]),
        ("1", "auto", [0, 3]),
        ("auto", "4", [1, 3]),
        ("3", "1", [2, 0]),
        ("8", "auto", [1, 3]),
        ("2", "2", [1, 1]),
    ],
)
def test_the_axes_are_those_asked_for_or_the_most_used(across, up, pair):
    net = net_of(4)
    net.layers[1].w[...] = 1
    net.layers[3].w[0] = [0.1, 2, 0, -3]
    assert hidden.pair(net, X, across, up) == pair


def test_the_line_in_the_hidden_space_is_where_the_output_is_one_half():
    net = net_of(2, SOLUTION)
    found = hidden.space(net, [0, 1], X, VIEW, 9)
    np.testing.assert_allclose(found["hidden_line"] @ [10, -10] - 10, 0, atol=1e-4)
    side = found["hidden_points"] @ [10, -10] - 10 > 0
    assert side.tolist() == [False, True, True, False]
    assert (found["hidden_x"], found["hidden_y"]) == ("h1", "h2")
    assert found["hidden_grid"].shape == (9, 9, 2)
    np.testing.assert_allclose(
        found["hidden_grid"][0, 0], np.tanh([-15, -25]), atol=1e-6
    )  # of (-1/2, -1/2)


def test_more_than_two_units_have_no_line_and_one_unit_lies_across():
    assert hidden.space(net_of(3), [0, 2], X, VIEW, 5)["hidden_line"].shape == (0, 2)
    one = hidden.space(net_of(1, [1, 1, -1, 2, -1]), [0], X, VIEW, 5)
    assert not one["hidden_points"][:, 1].any()
    assert one["hidden_grid"][:, 0, 1].tolist() == [-0.5, -0.25, 0, 0.25, 0.5]
    np.testing.assert_allclose(one["hidden_line"][:, 0], 0.5)


def test_answers_are_between_the_classes_whatever_the_network_says():
    net = Network([L.Input(2), L.Dense(2, activation="tanh"), L.Regression(1)], seed=1)
    net.weights = np.array(SOLUTION) * 3
    assert set(hidden.answers(net, X)) <= {0.0, 1.0}
