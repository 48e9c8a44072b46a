"""What several tests need: what a module defines, the smallest network, the slopes of a layer."""

from __future__ import annotations

import inspect
from types import ModuleType

import numpy as np

from pyml import Network
from pyml import layers as L

#: the example of `line`
X, Y = [[1.0]], [3.0]


def defined(base: type, *modules: ModuleType) -> dict[str, type]:
    """The public classes below `base` that these modules define themselves, by name."""
    return {
        name: kind
        for module in modules
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, base) and kind is not base and kind.__module__ == module.__name__
        if not name.startswith("_")
    }


def line():
    """Line y = w x + b with w = b = 1; at X, Y: y = 2, so the gradient is (-1, -1)."""
    net = Network([L.Input(1), L.Regression(1)], dtype="float64")
    net.weights = [1, 1]
    return net


def alone(layer, shape, dtype="float64"):
    """A network that begins with this layer, and the layer, which also answers for its input."""
    net = Network([L.Input(*shape), layer, L.Regression(1)], dtype=dtype)
    ready = net.layers[1]
    ready.needs_dx = True
    return net, ready


def check_slopes(layer, shape, n=3, train=True, x=None, h=1e-6, rtol=1e-6):
    """Compares backward with forward along random directions, in float64.

    For y = f(x, w) and random u, v: v . (f(x + h u) - f(x - h u)) / 2h = backward(v) . u, and the
    same with w in the place of x for each array of weights. Nobody's array may be changed.
    """
    rng = np.random.default_rng(17)
    net, layer = alone(layer, shape)
    net.weights += 0.1 * rng.normal(size=net.weights.size)
    x = rng.normal(size=(n, *shape)) if x is None else x
    noise, start, given = net.noise, net.weights.copy(), x.copy()

    def forward(x):
        net.noise = noise  # so that the same numbers drop out each time
        return layer.forward(x, train)

    y, backward = forward(x)
    assert y.shape == (n, *layer.output_shape)
    v = rng.normal(size=y.shape)
    kept = v.copy()
    dx = backward(v)
    assert dx.shape == x.shape
    # Running values have no slope; the pass that moved them is over.
    net.weights = start
    places = {"x": (x.copy(), dx)}
    for name in layer.params():
        if name not in ("mean", "var"):
            places[name] = (getattr(layer, name), getattr(layer, "d" + name).copy())
    for name, (array, slope) in places.items():
        u, here = rng.normal(size=array.shape), array.copy()
        ends = []
        for sign in (1, -1):
            array[...] = here + sign * h * u
            ends.append((v * forward(places["x"][0])[0]).sum())
        array[...] = here
        found, told = (ends[0] - ends[1]) / (2 * h), (slope * u).sum()
        size = np.sqrt((slope * slope).sum() * (u * u).sum())
        np.testing.assert_allclose(told, found, rtol=rtol, atol=rtol * size + 1e-9, err_msg=name)
    assert (x == given).all()
    assert (v == kept).all()


#: every layer between input and head, with settings that are not its own
PIECES = [
    L.Dense(3, "leaky_relu", init="glorot", bias=0.5, l1_decay_mul=0, l2_decay_mul=2),
    L.Conv(2, (1, 2), stride=(2, 1), pad=(0, 3), activation="relu"),
    L.Conv(4, 1, init="uniform"),
    L.Pool(2),
    L.Pool((2, 1), 1, (1, 0), "average"),
    L.GlobalAveragePool(),
    L.Flatten(),
    L.Relu(),
    L.LeakyRelu(0.3),
    L.Tanh(),
    L.Sigmoid(),
    L.Maxout(),
    L.Dropout(0.25, inverted=False),
    L.LocalResponseNorm(3, 1, 0.1, 0.5),
    L.BatchNorm(0.5, 0.001),
]
