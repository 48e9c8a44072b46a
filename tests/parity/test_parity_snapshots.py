"""JSON both ways with the real ConvNetJS: what one writes, the other reads and predicts alike."""

import json

import numpy as np
import pytest
from peer import job, run

from pyml import Network, convnetjs
from pyml import layers as L

IMAGE = {"type": "input", "out_sx": 7, "out_sy": 5, "out_depth": 2}
EVERYTHING = [
    IMAGE,
    {"type": "conv", "sx": 3, "sy": 2, "filters": 4, "pad": 1, "activation": "relu"},
    {"type": "lrn", "k": 1, "n": 3, "alpha": 0.5, "beta": 0.75},
    {"type": "pool", "sx": 3, "sy": 2, "pad": 1},
    {"type": "conv", "sx": 2, "filters": 6, "stride": 2, "activation": "maxout", "group_size": 3},
    {"type": "fc", "num_neurons": 6, "activation": "tanh", "drop_prob": 0.5, "l1_decay_mul": 1},
    {"type": "fc", "num_neurons": 4, "activation": "sigmoid", "l2_decay_mul": 0},
]
#: networks that ConvNetJS writes
THEIRS = {
    "softmax": [*EVERYTHING, {"type": "softmax", "num_classes": 3}],
    "svm": [*EVERYTHING, {"type": "svm", "num_classes": 3}],
    "regression": [*EVERYTHING, {"type": "regression", "num_neurons": 2}],
    "points": [
        {"type": "input", "out_sx": 1, "out_sy": 1, "out_depth": 3},
        {"type": "fc", "num_neurons": 6, "activation": "maxout"},
        {"type": "softmax", "num_classes": 2},
    ],
}
PIXELS = L.Input(5, 7, 2)
#: networks that pyml writes
OURS = {
    "every layer": [
        PIXELS,
        L.Conv(4, (3, 2), stride=2, pad=1, activation="relu"),
        L.LocalResponseNorm(3, alpha=0.5),
        L.Pool((2, 3), stride=1, pad=1),
        L.Maxout(2),
        L.Flatten(),
        L.Dense(6, activation="tanh", l1_decay_mul=0.5),
        L.Dense(6, activation="sigmoid"),
        L.Dropout(0.5, inverted=False),
        L.SVM(3),
    ],
    "dropout": [
        PIXELS,
        L.Conv(4, 3, activation="relu"),
        L.Dropout(0.2, inverted=False),
        L.Relu(),
        L.Dropout(0.9),
        L.Dropout(0, inverted=False),
        L.Pool(2),
        L.Maxout(2),
        L.Conv(3, 1),
        L.Flatten(),
        L.Dropout(0.3, inverted=False),
        L.Softmax(3),
    ],
    "output between -1 and 1": [L.Input(3), L.Dense(4), L.Tanh(), L.Regression(2, "tanh")],
}


def inputs(defs_or_layers):
    shape = (3,) if len(defs_or_layers) in (3, 4) else (5, 7, 2)
    return np.random.default_rng(1).normal(0, 1, (4, *shape))


@pytest.fixture(scope="module")
def theirs():
    names, jobs = [*THEIRS], []
    for defs in THEIRS.values():
        x = inputs(defs)
        jobs.append(job(x, [0] * len(x), defs=defs))
    return dict(zip(names, run(jobs), strict=True))


@pytest.fixture(scope="module")
def ours():
    found, jobs = {}, []
    for seed, (name, row) in enumerate(OURS.items()):
        net, x = Network(row, seed=seed, dtype="float64"), inputs(row)
        net.weights += 0.1  # so that biases are something, too
        found[name] = net
        jobs.append(job(x, [0] * len(x), json=convnetjs.dumps(net)))
    return {name: (found[name], r) for name, r in zip(found, run(jobs), strict=True)}


@pytest.mark.parametrize("name", THEIRS)
def test_pyml_reads_what_convnetjs_wrote_and_predicts_the_same(theirs, name):
    net = convnetjs.loads(theirs[name]["text"])
    np.testing.assert_allclose(net.predict(inputs(THEIRS[name])), theirs[name]["before"], 1e-9)
    assert net.weights.tolist() == theirs[name]["weights"]
    # It has come to be what the layer_defs say, decay multipliers included.
    same = convnetjs.network(THEIRS[name], dtype="float64")
    assert (net.l1_mask == same.l1_mask).all()
    assert (net.l2_mask == same.l2_mask).all()
    assert [type(layer) for layer in net.layers] == [type(layer) for layer in same.layers]


@pytest.mark.parametrize("name", THEIRS)
def test_what_convnetjs_wrote_comes_back_word_for_word(theirs, name):
    text = theirs[name]["text"]
    again = json.loads(convnetjs.dumps(convnetjs.loads(text)))
    assert again == json.loads(text, object_hook=_as_list)


def _as_list(found):
    """Typed arrays as lists."""
    if "w" in found and isinstance(found["w"], dict):
        found["w"] = list(found["w"].values())
    return found


@pytest.mark.parametrize("name", OURS)
def test_convnetjs_reads_what_pyml_wrote_and_predicts_the_same(ours, name):
    net, result = ours[name]
    np.testing.assert_allclose(net.predict(inputs(OURS[name])), result["before"], 1e-9)


@pytest.mark.parametrize("name", OURS)
def test_pyml_reads_what_it_wrote_and_predicts_the_same(ours, name):
    net, _ = ours[name]
    x = inputs(OURS[name])
    again = convnetjs.loads(convnetjs.dumps(net))
    np.testing.assert_allclose(again.predict(x), net.predict(x), 1e-9)
