"""How weights start: the size of the random numbers, by formula and by counting."""

import math

import numpy as np
import pytest

from pyml import Network, initialisers
from pyml import layers as L
from pyml.initialisers import INITIALISERS

#: initialiser: the variance for (fan_in, fan_out), and its kind of distribution
TOLD = {
    "lecun": (lambda i, o: 1 / i, "normal"),
    "he": (lambda i, o: 2 / i, "normal"),
    "glorot": (lambda i, o: 2 / (i + o), "uniform"),  # of (-a, a) it is a^2 / 3
    "uniform": (lambda i, o: 1 / 12, "uniform"),
}
#: from where to where the largest number is, in standard deviations, and the fourth moment
SHAPES = {"normal": ((3.5, 6.0), 3.0), "uniform": ((1.7, math.sqrt(3)), 1.8)}


def test_every_initialiser_has_a_row():
    assert set(INITIALISERS) == set(TOLD), "add the new initialiser to TOLD"
    assert all(getattr(initialisers, name) is start for name, start in INITIALISERS.items())


@pytest.mark.parametrize("fans", [(400, 100), (9, 900)])
@pytest.mark.parametrize("name", TOLD)
def test_mean_variance_limits_and_form(name, fans):
    variance, kind = TOLD[name]
    drawn = INITIALISERS[name](*fans)(np.random.default_rng(11), (300, 200))
    assert drawn.shape == (300, 200)
    assert drawn.dtype == np.float64
    z = drawn / math.sqrt(variance(*fans))
    n = z.size
    (least, most), fourth = SHAPES[kind]
    assert abs(z.mean()) < 4 / math.sqrt(n)
    assert abs(z.var() - 1) < 4 * math.sqrt((fourth - 1) / n)
    assert abs((z**4).mean() - fourth) < 0.1
    assert least < np.abs(z).max() <= most * (1 + 1e-12)


@pytest.mark.parametrize(
    ("layer", "shape", "fans"),
    [
        (L.Dense(50), (40,), (40, 50)),
        (L.Dense(50), (4, 5, 2), (40, 50)),
        (L.Conv(30, (3, 5)), (9, 9, 4), (3 * 5 * 4, 30 * 3 * 5)),
        (L.Softmax(50), (40,), (40, 50)),
    ],
    ids=repr,
)
@pytest.mark.parametrize("name", TOLD)
def test_a_layer_tells_its_fans(layer, shape, fans, name):
    """The numbers are those of the initialiser itself, from the network's seed."""
    layer.init = name
    tail = [] if isinstance(layer, L.Head) else [L.Regression(1)]
    net = Network([L.Input(*shape), layer, *tail], seed=7, dtype="float64")
    told = INITIALISERS[name](*fans)(np.random.default_rng(7), net.layers[1].w.shape)
    assert (net.layers[1].w == told).all()


@pytest.mark.parametrize(
    ("layer", "init"),
    [
        (L.Dense(9), "lecun"),
        (L.Dense(9, "tanh"), "lecun"),
        (L.Dense(9, "relu"), "he"),
        (L.Conv(9, 1, activation="leaky_relu"), "he"),
        (L.Dense(9, "relu", init="glorot"), "glorot"),
        (L.Dense(9, init="uniform"), "uniform"),
    ],
    ids=repr,
)
def test_unless_told_a_layer_starts_as_suits_what_is_behind_it(layer, init):
    net = Network([L.Input(1, 1, 6), layer, L.Regression(1)], seed=3, dtype="float64")
    told = INITIALISERS[init](6, 9)(np.random.default_rng(3), (9, 6))
    assert (net.layers[1].w.reshape(9, 6) == told).all()


def test_biases_start_at_what_they_are_told():
    net = Network([L.Input(3), L.Dense(4, "relu", bias=0.1), L.Softmax(2)], dtype="float64")
    assert (net.layers[1].b == 0.1).all()
    assert (net.layers[3].b == 0).all()


def test_float32_starts_as_the_rounded_float64():
    given = [L.Input(9), *(L.Dense(5, init=name) for name in TOLD), L.BatchNorm(), L.Softmax(2)]
    narrow, wide = (Network(given, seed=5, dtype=dtype).weights for dtype in ("float32", "float64"))
    assert (narrow == wide.astype(np.float32)).all()
    assert (narrow != Network(given, seed=6).weights).any()
