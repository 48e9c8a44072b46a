"""Layers, heads and whole networks next to torch and its own derivatives, in float64."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pyml import Network
from pyml import layers as L

torch = pytest.importorskip(
    "torch", reason="torch is not there; install a build of it for the CPU to compare with it"
)
F = torch.nn.functional
torch.set_num_threads(1)  # the arrays are small


def dense(layer, x, w, train):
    return x.reshape(len(x), -1) @ w["w"].T + w["b"]


def conv(layer, x, w, train):
    filters = w["w"].permute(0, 3, 1, 2)
    return nhwc(F.conv2d(nchw(x), filters, w["b"], layer.stride, layer.pad))


def pool(layer, x, w, train):
    size = {"kernel_size": layer.size, "stride": layer.stride, "padding": layer.pad}
    if layer.kind == "max":
        return nhwc(F.max_pool2d(nchw(x), **size))
    return nhwc(F.avg_pool2d(nchw(x), **size, count_include_pad=False))


def dropout(layer, x, w, train):
    """With pyml's choice of what to drop: the two draw differently."""
    if not train:
        return x if layer.inverted else x * (1 - layer.drop_prob)
    return x * torch.from_numpy(layer.forward(np.ones(tuple(x.shape)), True)[0])


def batch_norm(layer, x, w, train):
    flat = x.reshape(-1, x.shape[-1])
    running = w["mean"].detach().clone(), w["var"].detach().clone()
    return F.batch_norm(
        flat, *running, w["gamma"], w["beta"], train, 1 - layer.momentum, layer.eps
    ).reshape(x.shape)


def response(layer, x, w, train):
    return nhwc(F.local_response_norm(nchw(x), layer.n, layer.alpha, layer.beta, layer.k))


#: layer: the same in torch, given x and the layer's weights by name
IN_TORCH = {
    "Dense": dense,
    "Conv": conv,
    "Pool": pool,
    "GlobalAveragePool": lambda layer, x, w, train: x.mean((1, 2)),
    "Flatten": lambda layer, x, w, train: x.flatten(1),
    "Relu": lambda layer, x, w, train: F.relu(x),
    "LeakyRelu": lambda layer, x, w, train: F.leaky_relu(x, layer.slope),
    "Tanh": lambda layer, x, w, train: torch.tanh(x),
    "Sigmoid": lambda layer, x, w, train: torch.sigmoid(x),
    "Maxout": lambda layer, x, w, train: x.unflatten(-1, (-1, layer.group)).max(-1).values,
    "Dropout": dropout,
    "LocalResponseNorm": response,
    "BatchNorm": batch_norm,
}


def nchw(x):
    return x.permute(0, 3, 1, 2)


def nhwc(x):
    return x.permute(0, 2, 3, 1)


#: head: its loss in torch
LOSSES = {
    "Softmax": F.cross_entropy,
    # torch divides by the number of classes, too
    "SVM": lambda z, y: F.multi_margin_loss(z, y) * z.shape[1],
    "Regression": lambda z, y: ((z - y) ** 2).sum() / (2 * len(z)),
}


def test_every_layer_and_head_has_its_peer():
    assert set(IN_TORCH) | set(LOSSES) | {"Input"} == set(L.LAYERS), "add the new one to IN_TORCH"
    assert {type(layer).__name__ for layer in SETTINGS} == set(IN_TORCH), "add it to SETTINGS"


SETTINGS = [
    L.Dense(5),
    L.Conv(3, 1),
    L.Conv(4, 3),
    L.Conv(4, 5, pad=2),
    L.Conv(2, (2, 5), stride=(3, 1), pad=(0, 4)),
    L.Conv(3, 2, stride=3, pad=5),
    L.Pool(2),
    L.Pool(3, 2, 1),
    L.Pool((3, 2), (1, 3), (1, 0)),
    L.Pool(2, 3),
    L.Pool(2, kind="average"),
    L.Pool(3, 1, 1, "average"),
    L.Pool((2, 5), (3, 2), (1, 2), "average"),
    L.GlobalAveragePool(),
    L.Flatten(),
    L.Relu(),
    L.LeakyRelu(0.2),
    L.Tanh(),
    L.Sigmoid(),
    L.Maxout(2),
    L.Maxout(4),
    L.Dropout(0.3),
    L.Dropout(0.3, inverted=False),
    L.LocalResponseNorm(3, 1, 2, 0.75),
    L.LocalResponseNorm(9, 2, 0.5, 0.5),
    L.BatchNorm(),
    L.BatchNorm(0.6, 0.01),
]


def weights_of(net, flat):
    """For each layer, its weights by name: pieces of one flat tensor, as in the network itself."""
    found, start = [], 0
    for layer in net.layers:
        found.append({})
        for name, param in layer.params().items():
            stop = start + math.prod(param.shape)
            found[-1][name] = flat[start:stop].reshape(param.shape)
            start = stop
    return found


def scores(net, flat, x, train):
    """The network's scores in torch; the same numbers drop out as in the network's next pass."""
    noise = net.noise
    for layer, weights in list(zip(net.layers, weights_of(net, flat), strict=True))[1:-1]:
        x = IN_TORCH[type(layer).__name__](layer, x, weights, train)
    net.noise = noise
    return x


def near(found, told):
    np.testing.assert_allclose(found, told.detach().numpy(), rtol=1e-9, atol=1e-12)


def random_case(layers, seed):
    rng = np.random.default_rng(seed)
    shape = (*rng.integers(5, 10, 2).tolist(), 4 * int(rng.integers(1, 3)))
    net = Network([L.Input(*shape), *layers], seed=seed, dtype="float64")
    net.weights += rng.uniform(0, 0.3, net.weights.size)
    return rng, net, rng.normal(size=(int(rng.integers(2, 5)), *shape))


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("layer", SETTINGS, ids=repr)
def test_a_layer_gives_what_torch_gives_and_its_derivatives(layer, seed, train):
    rng, net, x = random_case([layer, L.Regression(1)], seed)
    layer = net.layers[1]
    layer.needs_dx = True
    told_x = torch.tensor(x, requires_grad=True)
    flat = torch.tensor(net.weights, requires_grad=True)
    noise = net.noise
    told = IN_TORCH[type(layer).__name__](layer, told_x, weights_of(net, flat)[1], train)
    net.noise = noise
    y, backward = layer.forward(x, train)
    near(y, told)
    v = rng.normal(size=y.shape)
    told.backward(torch.from_numpy(v))
    near(backward(v), told_x.grad)
    own = flat.numel() - net.layers[2].w.size - 1
    if own:
        near(net._gradient[:own], flat.grad[:own])


NETWORKS = {
    "convnet": [
        L.Conv(6, 3, pad=1, activation="relu"),
        L.LocalResponseNorm(3, alpha=1),
        L.Pool(2),
        L.Conv(4, (2, 3), pad=1, activation="tanh"),
        L.Pool(2, 1, kind="average"),
    ],
    "normalised": [
        L.BatchNorm(),
        L.Conv(4, 3, stride=2, pad=1),
        L.BatchNorm(0.8),
        L.LeakyRelu(0.1),
        L.Dropout(0.4),
        L.GlobalAveragePool(),
        L.Dense(6, "sigmoid"),
        L.BatchNorm(),
    ],
    "dense": [
        L.Flatten(),
        L.Dense(8, "relu"),
        L.Dropout(0.2, False),
        L.Maxout(),
        L.Dense(5, "tanh"),
    ],
    "late weights": [L.Pool(3, 1), L.Relu(), L.Dropout(0.5)],
}


@pytest.mark.parametrize("head", [L.Softmax(3), L.SVM(4), L.Regression(2)], ids=repr)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", NETWORKS)
def test_a_whole_network_has_the_loss_and_the_gradient_of_torch(name, seed, head):
    rng, net, x = random_case([*NETWORKS[name], head], seed)
    n, units = len(x), head.units
    regression = isinstance(head, L.Regression)
    y = rng.normal(size=(n, units)) if regression else rng.integers(0, units, n)
    flat = torch.tensor(net.weights, requires_grad=True)
    z = scores(net, flat, torch.from_numpy(x), True)
    told = LOSSES[type(head).__name__](z, torch.from_numpy(y))
    told.backward()
    near(net.predict(x), predicted(head, scores(net, flat, torch.from_numpy(x), False)))
    loss, gradient = net.loss_and_gradient(x, y)
    near(loss, told)
    near(gradient, flat.grad)


def predicted(head, z):
    return F.softmax(z, 1) if isinstance(head, L.Softmax) else z


@pytest.mark.parametrize("size", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("name", LOSSES)
def test_a_head_has_the_loss_and_the_slope_of_torch(name, size):
    rng = np.random.default_rng(3)
    head = L.LAYERS[name](5)
    z = size * rng.normal(size=(20, 5))
    y = rng.normal(size=z.shape) if name == "Regression" else rng.integers(0, 5, 20)
    told_z = torch.tensor(z, requires_grad=True)
    told = LOSSES[name](told_z, torch.from_numpy(y))
    told.backward()
    loss, dz = head.loss(z, y)
    near(loss, told)
    near(dz, told_z.grad)
    near(head.output(z), predicted(head, told_z))


@pytest.mark.parametrize("shape", [(3,), (4, 5, 3)])
def test_running_values_go_as_those_of_torch(shape):
    """Their momentum is what the old value weighs here, and the new one there."""
    rng = np.random.default_rng(3)
    net = Network([L.Input(*shape), L.BatchNorm(0.7), L.Regression(1)], dtype="float64")
    layer = net.layers[1]
    mean, var = torch.zeros(3, dtype=torch.float64), torch.ones(3, dtype=torch.float64)
    for _ in range(5):
        x = rng.normal(2, 3, size=(6, *shape))
        layer.forward(x, True)[1](np.ones_like(x))
        F.batch_norm(torch.from_numpy(x.reshape(-1, 3)), mean, var, training=True, momentum=0.3)
        near(layer.mean, mean)
        near(layer.var, var)
