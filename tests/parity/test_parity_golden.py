"""Well-known small networks against numbers that ConvNetJS computed, written down: no Node here.

The weights start as sin(c) / sqrt(inputs of the unit), c = 1, 2, 3, ... through all of them in
order, the biases where ConvNetJS starts them.
"""

import math

import numpy as np
import pytest

from pyml import convnetjs

POINT = {"type": "input", "out_sx": 1, "out_sy": 1, "out_depth": 2}
DECK = [
    POINT,
    {"type": "fc", "num_neurons": 6, "activation": "tanh"},
    {"type": "fc", "num_neurons": 2, "activation": "tanh"},
    {"type": "softmax", "num_classes": 2},
]
HINGE = [
    POINT,
    {"type": "fc", "num_neurons": 6, "activation": "relu"},
    {"type": "svm", "num_classes": 2},
]
NUMBER = POINT | {"out_depth": 1}
CURVE = [
    NUMBER,
    {"type": "fc", "num_neurons": 5, "activation": "sigmoid"},
    {"type": "regression", "num_neurons": 1},
]
BIG_CURVE = [
    NUMBER,
    {"type": "fc", "num_neurons": 20, "activation": "relu"},
    {"type": "fc", "num_neurons": 20, "activation": "sigmoid"},
    {"type": "regression", "num_neurons": 1},
]
CIFAR = [
    {"type": "input", "out_sx": 32, "out_sy": 32, "out_depth": 3},
    {"type": "conv", "sx": 5, "filters": 16, "stride": 1, "pad": 2, "activation": "relu"},
    {"type": "pool", "sx": 2, "stride": 2},
    {"type": "conv", "sx": 5, "filters": 20, "stride": 1, "pad": 2, "activation": "relu"},
    {"type": "pool", "sx": 2, "stride": 2},
    {"type": "conv", "sx": 5, "filters": 20, "stride": 1, "pad": 2, "activation": "relu"},
    {"type": "pool", "sx": 2, "stride": 2},
    {"type": "softmax", "num_classes": 10},
]
POINTS = np.array(
    [
        [-0.4326, 1.1909],
        [3.0, 4.0],
        [0.1253, -0.0376],
        [0.2877, 0.3273],
        [-1.1465, 0.1746],
        [1.8133, 1.0139],
        [2.7258, 1.0668],
        [1.4117, 0.5593],
        [4.1832, 0.3044],
        [1.8636, 0.1677],
        [0.5, 3.2],
        [0.8, 3.2],
        [1.0, -2.2],
    ]
)
LABELS = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1]
DEMO = {"learning_rate": 0.01, "momentum": 0.1, "batch_size": 10, "l2_decay": 0.001}
ALL = {"learning_rate": 0.01, "momentum": 0.9, "batch_size": 4, "l2_decay": 0.001}
LINE = {"learning_rate": 0.01, "momentum": 0, "batch_size": 1, "l2_decay": 0.001}

#: case: layers, options; loss of the epochs 1, 2, 10, 100; the first weight after them
GOLDEN = {
    "classify2d": (
        (DECK, DEMO),
        (0.685395921718, 0.684344651984, 0.674488210713, 0.575001445459),
        0.588620471065,
    ),
    "deck": (
        (DECK, {}),
        (0.705943710765, 0.635484715162, 0.092409792418, 0.003287348725),
        0.610388163715,
    ),
    "sgd": (
        (DECK, ALL | {"method": "sgd"}),
        (0.686259610791, 0.678187707936, 0.529668929319, 0.021871635720),
        0.597116119583,
    ),
    "adagrad": (
        (DECK, ALL | {"method": "adagrad"}),
        (0.693353206509, 0.676677608887, 0.628267575777, 0.424039928880),
        0.442787655748,
    ),
    "windowgrad": (
        (DECK, ALL | {"method": "windowgrad"}),
        (0.722732080042, 0.660991847213, 0.401489092516, 0.005699451008),
        0.253265995889,
    ),
    "adadelta": (
        (DECK, ALL | {"method": "adadelta"}),
        (0.685921383837, 0.685036125454, 0.678830485057, 0.569612001624),
        0.522074504227,
    ),
    "nesterov": (
        (DECK, ALL | {"method": "nesterov"}),
        (0.687594364741, 0.677208839549, 0.524544908454, 0.021959107586),
        0.597399285953,
    ),
    "svm": (
        (HINGE, {"learning_rate": 0.05, "momentum": 0}),
        (1.327123702736, 0.985525215066, 0.236154908926, 0.0),
        1.113906103396,
    ),
    "curve of the deck": (
        (CURVE, LINE),
        (3.125202675065, 2.918275997353, 2.784308472067, 2.123795000877),
        0.893448084187,
    ),
    "curve of the demo": (
        (BIG_CURVE, LINE),
        (3.023592668117, 2.878586495806, 2.633425169819, 0.485815982585),
        0.682713020849,
    ),
}


def started(defs):
    """The network in float64, its weights in the start position; and how many there are."""
    net = convnetjs.network(defs, dtype="float64")
    c = 0
    for layer in net.layers:
        if layer.params():
            counts = np.arange(c + 1, c + 1 + layer.w.size)
            layer.w[...] = np.sin(counts).reshape(layer.w.shape) / math.sqrt(layer.w[0].size)
            c += layer.w.size
    return net, c


def examples(defs):
    if defs[0] is POINT:
        return POINTS, LABELS
    x = -5 + 10 * np.arange(20) / 19
    return x[:, None], x * np.sin(x)


@pytest.mark.parametrize("case", GOLDEN)
def test_hundred_epochs_lose_what_convnetjs_lost(case):
    (defs, options), losses, first = GOLDEN[case]
    net, _ = started(defs)
    trainer = convnetjs.trainer(net, **options)
    x, y = examples(defs)
    found = [
        np.mean([trainer.train(*one).loss for one in zip(x, y, strict=True)]) for _ in range(100)
    ]
    np.testing.assert_allclose([found[i] for i in (0, 1, 9, 99)], losses, rtol=1e-9, atol=1e-12)
    assert net.layers[1].w.flat[0] == pytest.approx(first, rel=1e-9)


COSTS = {
    0: 2.300521942283,
    1: 2.300711283783,
    2: 2.302565837416,
    3: 2.301624708571,
    4: 2.310786389084,
    7: 2.334209261442,
    11: 2.291685210711,
    15: 2.312571809567,
}
DECAYS = {3: 0.001649993136, 7: 0.001650232386, 11: 0.001650135711, 15: 0.001649981253}


def test_the_cifar_10_network_learns_as_in_convnetjs():
    net, count = started(CIFAR)
    assert (count, net.weights.size) == (22400, 22466)
    trainer = convnetjs.trainer(net, method="adadelta", batch_size=4, l2_decay=0.0001)
    i = np.arange(1, 3073)
    seen = [
        trainer.train(0.5 * np.sin(0.01 * i * (k + 1)).reshape(32, 32, 3), k % 10)
        for k in range(16)
    ]
    np.testing.assert_allclose([seen[k].cost_loss for k in COSTS], [*COSTS.values()], rtol=1e-9)
    decays = [DECAYS.get(k, 0) for k in range(16)]
    np.testing.assert_allclose([one.l2_decay_loss for one in seen], decays, rtol=1e-9)
    first = (net.layers[1].w.flat[0], net.layers[1].b[0])
    np.testing.assert_allclose(first, (0.098550057172, 0.101223141783), rtol=1e-9)
