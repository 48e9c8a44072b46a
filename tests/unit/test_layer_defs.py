"""ConvNetJS's layer_defs: what they become, and what is refused."""

import re

import pytest

from pyml import Network, convnetjs
from pyml import layers as L
from pyml.convnetjs.layer_defs import OPTIONS

POINT = {"type": "input", "out_sx": 1, "out_sy": 1, "out_depth": 2}
IMAGE = {"type": "input", "out_sx": 7, "out_sy": 5, "out_depth": 4}
TWO = {"type": "softmax", "num_classes": 2}

#: what stands between the input (5 rows, 7 columns, 4 channels) and Softmax(2): what it becomes
BECOMES = {
    "fc": ({"type": "fc", "num_neurons": 6}, [L.Dense(6, l1_decay_mul=0)]),
    "fc with filters": ({"type": "fc", "filters": 6}, [L.Dense(6, l1_decay_mul=0)]),
    "before relu, biases start at 0.1": (
        {"type": "fc", "num_neurons": 6, "activation": "relu"},
        [L.Dense(6, bias=0.1, l1_decay_mul=0), L.Relu()],
    ),
    "unless told otherwise": (
        {"type": "fc", "num_neurons": 6, "activation": "relu", "bias_pref": -0.5},
        [L.Dense(6, bias=-0.5, l1_decay_mul=0), L.Relu()],
    ),
    "decay multipliers": (
        {"type": "fc", "num_neurons": 6, "l1_decay_mul": 2, "l2_decay_mul": 0.5},
        [L.Dense(6, l1_decay_mul=2, l2_decay_mul=0.5)],
    ),
    "dropout comes last": (
        {"type": "fc", "num_neurons": 6, "activation": "tanh", "drop_prob": 0.2},
        [L.Dense(6, l1_decay_mul=0), L.Tanh(), L.Dropout(0.2, inverted=False)],
    ),
    "maxout in threes": (
        {"type": "fc", "num_neurons": 6, "activation": "maxout", "group_size": 3},
        [L.Dense(6, l1_decay_mul=0), L.Maxout(3)],
    ),
    "maxout in pairs": (
        {"type": "fc", "num_neurons": 6, "activation": "maxout"},
        [L.Dense(6, l1_decay_mul=0), L.Maxout(2)],
    ),
    "conv": ({"type": "conv", "sx": 3, "filters": 2}, [L.Conv(2, 3, l1_decay_mul=0)]),
    "conv, x before y": (
        {
            "type": "conv",
            "sx": 3,
            "sy": 2,
            "filters": 2,
            "stride": 2,
            "pad": 1,
            "activation": "relu",
        },
        [L.Conv(2, (2, 3), stride=2, pad=1, bias=0.1, l1_decay_mul=0), L.Relu()],
    ),
    "pools take every second place": ({"type": "pool", "sx": 3}, [L.Pool(3, stride=2)]),
    "pool": (
        {"type": "pool", "sx": 3, "sy": 2, "stride": 1, "pad": 1, "drop_prob": 0.1},
        [L.Pool((2, 3), stride=1, pad=1), L.Dropout(0.1, inverted=False)],
    ),
    "relu": ({"type": "relu"}, [L.Relu()]),
    "tanh": ({"type": "tanh"}, [L.Tanh()]),
    "sigmoid": ({"type": "sigmoid"}, [L.Sigmoid()]),
    "maxout": ({"type": "maxout", "group_size": 4}, [L.Maxout(4)]),
    "dropout": ({"type": "dropout", "drop_prob": 0.3}, [L.Dropout(0.3, inverted=False)]),
    "half is dropped": ({"type": "dropout"}, [L.Dropout(0.5, inverted=False)]),
    "lrn": (
        {"type": "lrn", "k": 1, "n": 3, "alpha": 0.1, "beta": 0.5},
        [L.LocalResponseNorm(3, 1, 0.1, 0.5)],
    ),
}


@pytest.mark.parametrize("case", BECOMES)
def test_an_entry_becomes_layers(case):
    entry, middle = BECOMES[case]
    found = convnetjs.network([IMAGE, entry, TWO], seed=3)
    wanted = Network([L.Input(5, 7, 4), *middle, L.Softmax(2, l1_decay_mul=0)], seed=3)
    assert repr(found) == repr(wanted)
    assert (found.weights == wanted.weights).all()  # so they have the same initialiser
    assert (found.l1_mask == wanted.l1_mask).all()
    assert (found.l2_mask == wanted.l2_mask).all()


def test_there_is_a_case_for_every_type():
    tested = {entry["type"] for entry, _ in BECOMES.values()}
    assert tested | {"input", "softmax", "svm", "regression"} == set(OPTIONS)


@pytest.mark.parametrize(
    ("entry", "head"),
    [
        ({"type": "svm", "num_classes": 3}, L.SVM(3, l1_decay_mul=0)),
        ({"type": "regression", "num_neurons": 3}, L.Regression(3, l1_decay_mul=0)),
    ],
)
def test_a_head_brings_its_own_layer(entry, head):
    found = convnetjs.network([POINT, entry], dtype="float64")
    assert repr(found) == repr(Network([L.Input(2), head], dtype="float64"))


@pytest.mark.parametrize(
    ("entry", "more", "layer"),
    [
        ({"out_depth": 2}, [], "Input(2)"),
        ({"sx": 1, "sy": 1, "depth": 2}, [], "Input(2)"),
        ({"width": 3, "height": 2, "depth": 1}, [], "Input(2, 3, 1)"),
        ({"out_sx": 3, "out_depth": 4}, [], "Input(1, 3, 4)"),
        ({"out_depth": 2}, [{"type": "conv", "sx": 1, "filters": 2}], "Input(1, 1, 2)"),
        ({"out_depth": 2}, [{"type": "pool", "sx": 1}], "Input(1, 1, 2)"),
    ],
)
def test_an_input_is_rows_columns_channels_or_a_vector(entry, more, layer):
    assert repr(convnetjs.network([{"type": "input"} | entry, *more, TWO]).layers[0]) == layer


#: the whole of layer_defs: what the error says
REFUSED = {
    "unknown type": (
        [POINT, {"type": "dense"}, TWO],
        "layer_defs[1]: type 'dense' is unknown; use",
    ),
    "no type": ([POINT, {"num_neurons": 2}, TWO], "layer_defs[1]: type is missing; use one of"),
    "no dict": ([POINT, "fc", TWO], "layer_defs[1]: it must be a dict with a 'type', got 'fc'"),
    "misspelled": (
        [POINT, {"type": "fc", "num_neuron": 2}, TWO],
        "layer_defs[1] (fc): unknown option 'num_neuron'; use some of num_neurons, filters,",
    ),
    "option of another type": (
        [POINT, TWO | {"activation": "tanh"}],
        "layer_defs[1] (softmax): unknown option 'activation'; use some of num_classes",
    ),
    "missing": ([POINT, {"type": "fc"}, TWO], "layer_defs[1] (fc): num_neurons is missing; add it"),
    "missing size": (
        [IMAGE, {"type": "conv", "filters": 2}, TWO],
        "layer_defs[1] (conv): sx is missing; add it",
    ),
    "no depth": ([{"type": "input"}, TWO], "layer_defs[0] (input): out_depth is missing; add it"),
    "lrn has no defaults": (
        [IMAGE, {"type": "lrn", "k": 1, "n": 3, "alpha": 1}, TWO],
        "layer_defs[1] (lrn): beta is missing; add it",
    ),
    "twice": (
        [POINT, {"type": "fc", "num_neurons": 2, "filters": 3}, TWO],
        "layer_defs[1] (fc): num_neurons and filters mean the same; give one of them",
    ),
    "no number": (
        [POINT, {"type": "fc", "num_neurons": "6"}, TWO],
        "layer_defs[1] (fc): num_neurons must be a whole number of at least 1, got '6'",
    ),
    "probability": (
        [POINT, {"type": "dropout", "drop_prob": 1}, TWO],
        "layer_defs[1] (dropout): drop_prob must be a number of at least 0 and below 1, got 1",
    ),
    "beyond floats": (
        [POINT, {"type": "fc", "num_neurons": 2, "bias_pref": 10**400}, TWO],
        "layer_defs[1] (fc): bias_pref must be a number",
    ),
    "activation": (
        [POINT, {"type": "fc", "num_neurons": 2, "activation": "selu"}, TWO],
        "layer_defs[1] (fc): unknown activation 'selu'; use one of relu, sigmoid, tanh, maxout",
    ),
    "does not fit": (
        [POINT, {"type": "fc", "num_neurons": 3, "activation": "maxout"}, TWO],
        "layer_defs[1] (fc): Maxout: 3 channels do not divide into groups of 2; use",
    ),
    "even": (
        [POINT, {"type": "lrn", "k": 1, "n": 4, "alpha": 1, "beta": 1}, TWO],
        "layer_defs[1] (lrn): LocalResponseNorm: n must be odd",
    ),
    "no image": (
        [POINT, {"type": "fc", "num_neurons": 3}, {"type": "pool", "sx": 2}, TWO],
        "layer_defs[2] (pool): Pool: it takes images",
    ),
    "no input": ([{"type": "relu"}, TWO], "layer_defs[0] (relu): the first layer must be of type"),
    "no head": ([POINT, {"type": "relu"}], "Network: it ends with Relu()"),
    "nothing": ([], "Network: it starts with nothing"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_work_is_refused_by_name(case):
    layer_defs, message = REFUSED[case]
    with pytest.raises(ValueError, match=re.escape(message)):
        convnetjs.network(layer_defs)
