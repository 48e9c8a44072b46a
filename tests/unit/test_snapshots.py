"""ConvNetJS's JSON: damage is named, whatever it is, and what it has no word for is refused."""

import copy
import json
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml import Network, convnetjs
from pyml import layers as L

DEFS = [
    {"type": "input", "out_sx": 4, "out_sy": 3, "out_depth": 2},
    {"type": "conv", "sx": 3, "sy": 2, "filters": 2, "pad": 1, "activation": "relu"},
    {"type": "lrn", "k": 1, "n": 3, "alpha": 0.5, "beta": 0.75},
    {"type": "pool", "sx": 2},
    {"type": "fc", "num_neurons": 4, "activation": "maxout", "drop_prob": 0.5},
    {"type": "fc", "num_neurons": 2, "activation": "tanh", "l1_decay_mul": 1},
    {"type": "softmax", "num_classes": 2},
]
KINDS = [
    "input",
    "conv",
    "relu",
    "lrn",
    "pool",
    "fc",
    "maxout",
    "dropout",
    "fc",
    "tanh",
    "fc",
    "softmax",
]
X = np.random.default_rng(0).normal(0, 1, (3, 3, 4, 2))


def snapshot():
    """A fresh tree of what ConvNetJS writes for DEFS, in lists; and the network that it is of."""
    net = convnetjs.network(DEFS, seed=5, dtype="float64")
    return json.loads(convnetjs.dumps(net)), net


def load(tree):
    return convnetjs.loads(json.dumps(tree))


def test_weights_may_stand_in_lists_or_in_objects():
    tree, net = snapshot()
    assert [layer["layer_type"] for layer in tree["layers"]] == KINDS
    text = json.dumps(tree)
    in_objects = re.sub(
        r'"w": \[(.*?)\]',
        lambda found: json.dumps(dict(enumerate(json.loads(f"[{found[1]}]")))).join(['"w": ', ""]),
        text,
    )
    assert '"w": {"0": ' in in_objects
    for same in (text, in_objects):
        assert (convnetjs.loads(same).weights == net.weights).all()


def test_a_loaded_network_is_like_any_other(tmp_path):
    tree, net = snapshot()
    loaded = load(tree)
    assert "Softmax(2" in repr(loaded)
    assert loaded.weights.dtype == np.float64
    loaded.save(tmp_path / "net.npz")
    for again in (loaded, Network.from_json(loaded.to_json()), Network.load(tmp_path / "net.npz")):
        assert (again.predict(X) == net.predict(X)).all()
    loaded.reset()
    assert loaded.weights.std() > 0.1
    trainer = convnetjs.trainer(loaded, learning_rate=0.1)
    losses = [trainer.train(X[0], 1).loss for _ in range(40)]
    assert losses[-1] < losses[0] / 2


def test_decay_multipliers_that_an_old_text_lacks_are_1():
    tree, _ = snapshot()
    for layer in tree["layers"]:
        layer.pop("l1_decay_mul", None)
        layer.pop("l2_decay_mul", None)
    net = load(tree)
    assert (net.l1_mask == net.l2_mask).all()
    assert net.l1_mask.sum() == sum(layer.w.size for layer in net.layers if layer.params())


def test_float32_is_there_for_weights_that_fit_into_it():
    tree, net = snapshot()
    loaded = convnetjs.loads(json.dumps(tree), dtype="float32")
    assert (loaded.weights == net.weights.astype(np.float32)).all()
    tree["layers"][1]["biases"]["w"][0] = 1e300
    assert load(tree).layers[1].b[0] == 1e300
    with pytest.raises(ValueError, match="too large for float32; use dtype='float64'"):
        convnetjs.loads(json.dumps(tree), dtype="float32")


def at(layer, *keys):
    return ("layers", layer, *keys)


GONE = object()
FLAT = {"layer_type": "relu", "out_sx": 1, "out_sy": 1, "out_depth": 2}
#: where, what is put there, what the error says
DAMAGE = [
    (at(0), 7, "layers[0]: it must be a dict with a 'layer_type', got 7"),
    (at(1, "layer_type"), "quadtransform", "layers[1]: layer_type 'quadtransform' is unknown; use"),
    (at(1, "layer_type"), GONE, "layers[1]: layer_type is missing; use one of"),
    (at(1, "layer_type"), [], "layers[1]: layer_type [] is unknown; use one of"),
    (at(0, "layer_type"), "tanh", "layers[0] (tanh): the first layer must be of type input"),
    (at(0, "out_sx"), 0, "layers[0] (input): out_sx must be a whole number of at least 1, got 0"),
    (at(0, "out_sx"), 10**30, "layers[1] (conv): out_sx is 4, but 1000000000000000000000000000000"),
    (at(1, "sx"), GONE, "layers[1] (conv): sx is missing"),
    (at(1, "stride"), 0.5, "layers[1] (conv): stride must be a whole number of at least 1, got"),
    (at(1, "pad"), 10**12, "layers[1] (conv): out_sy is 4, but 2000000000002 follows from"),
    (at(1, "out_depth"), 10**9, "layers[1] (conv): filters must be a list of 1000000000, its"),
    (at(1, "in_depth"), 3, "layers[1] (conv): in_depth is 3, but 2 follows from"),
    (at(1, "filters"), {}, "layers[1] (conv): filters must be a list of 2, its out_depth"),
    (at(1, "filters", 1), None, "layers[1] (conv): filters[1] must hold sy, sx and depth of [2,"),
    (at(1, "filters", 0, "sy"), 5, "layers[1] (conv): filters[0] must hold sy, sx and depth of"),
    (at(1, "filters", 1, "w", 0), "1", "layers[1] (conv): filters[1].w must hold 12 numbers"),
    (at(1, "filters", 1, "w", 0), True, "layers[1] (conv): filters[1].w must hold 12 numbers"),
    (at(1, "filters", 1, "w", 0), 10**400, "filters[1].w holds a number beyond all floats"),
    (at(1, "filters", 1, "w"), {"0": 1}, "layers[1] (conv): filters[1].w must hold 12 numbers"),
    (at(1, "filters", 1, "w"), {str(i + 1): 1 for i in range(12)}, "filters[1].w must hold 12"),
    (at(1, "biases"), GONE, "layers[1] (conv): biases is missing; add it"),
    (at(1, "biases", "w"), [1], "layers[1] (conv): biases.w must hold 2 numbers"),
    (at(4, "sx"), 9, "layers[4] (pool): Pool: "),
    (at(5, "num_inputs"), 3, "layers[5] (fc): num_inputs is 3, but 8 follows from"),
    (at(6, "group_size"), 3, "layers[6] (maxout): Maxout: 4 channels do not divide into"),
    (at(7, "drop_prob"), 1, "layers[7] (dropout): drop_prob must be a number of at least 0 and"),
    (at(3, "beta"), "0", "layers[3] (lrn): beta must be a number of at least 0"),
    (at(11, "num_inputs"), 3, "layers[11] (softmax): num_inputs is 3, but 2 follows from"),
    (at(11, "out_depth"), 3, "layers[11] (softmax): out_depth is 3, but 2 follows from"),
    (at(10), FLAT, "layers[11] (softmax): it must stand behind an fc layer"),
    (at(11), GONE, "Network: it ends with Dense(2"),
    (("layers",), GONE, "this is no network of ConvNetJS in JSON (KeyError('layers'))"),
    (("layers",), 3, "this is no network of ConvNetJS in JSON (TypeError("),
    (("layers",), [], "Network: it starts with nothing"),
]


@pytest.mark.parametrize(("place", "value", "message"), DAMAGE, ids=range(len(DAMAGE)))
def test_damage_is_named_by_layer_and_key(place, value, message):
    tree, _ = snapshot()
    here = tree
    for key in place[:-1]:
        here = here[key]
    if value is GONE:
        del here[place[-1]]
    else:
        here[place[-1]] = value
    with pytest.raises(ValueError, match=re.escape(message)):
        load(tree)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is no network of ConvNetJS in JSON (JSONDecodeError("),
        ("[]", "this is no network of ConvNetJS in JSON (TypeError("),
        ("[" * 200_000, "this is no network of ConvNetJS in JSON (RecursionError("),
        ('{"layers": NaN}', "in JSON (ValueError('it holds NaN, where a number"),
        ('{"layers": [-Infinity]}', "in JSON (ValueError('it holds -Infinity, where"),
        (None, "this is no network of ConvNetJS in JSON (TypeError("),
        (b"\xff", "this is no network of ConvNetJS in JSON (UnicodeDecodeError("),
        ('{"layers": ' + "9" * 5000 + "}", "this is no network of ConvNetJS in JSON (ValueError("),
    ],
)
def test_what_is_no_such_text_is_refused(text, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        convnetjs.loads(text)


TREE, _ = snapshot()


def places(tree, so_far=()):
    """The way to everything in the tree."""
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in entries:
        yield (*so_far, key)
        if isinstance(value, dict | list):
            yield from places(value, (*so_far, key))


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 6),
    st.sampled_from([10**9, 10**30, 10**400, -0.0, 0.5, 1e308, math.inf, math.nan]),
    st.sampled_from(["", "w", *KINDS]),
)
VALUES = st.recursive(
    SCALARS, lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=3), x, max_size=3)
)


@given(st.lists(st.tuples(st.sampled_from([*places(TREE)]), VALUES), min_size=1, max_size=3))
def test_any_change_either_loads_or_is_refused(changes):
    tree = copy.deepcopy(TREE)
    for place, value in changes:
        here = tree
        try:
            for key in place[:-1]:
                here = here[key]
            here[place[-1]] = value
        except (TypeError, LookupError):
            pass  # an earlier change took it away
    check(json.dumps(tree))


@given(st.integers(0, 1500), st.integers(0, 40), st.text('{}[]",:0123456789.e-xn', max_size=3))
def test_any_text_either_loads_or_is_refused(start, length, between):
    text = json.dumps(TREE)
    check(text[:start] + between + text[start + length :])


def check(text):
    """The text loads, or is refused with a reason; a network that loads can be used."""
    try:
        net = convnetjs.loads(text)
    except ValueError as error:
        reason = str(error)
    else:
        reason = "Network: it loads"
        convnetjs.dumps(net)
    assert reason.startswith(("convnetjs.loads: ", "Network: it "))


INPUT, END = L.Input(4, 4, 2), L.Softmax(2)
FOREIGN = [
    ([INPUT, L.BatchNorm(), END], "layers[1] BatchNorm(): ConvNetJS has no such layer, or not"),
    ([INPUT, L.LeakyRelu(), END], "layers[1] LeakyRelu(): ConvNetJS has no such layer"),
    ([INPUT, L.GlobalAveragePool(), END], "layers[1] GlobalAveragePool(): ConvNetJS has no such"),
    ([INPUT, L.Pool(2, kind="average"), END], "layers[1] Pool(2, kind='average'): ConvNetJS has"),
    ([INPUT, L.Pool(2, (1, 2)), END], "ConvNetJS has one stride and one pad for both directions"),
    ([INPUT, L.Conv(2, 3, pad=(1, 0)), END], "ConvNetJS has one stride and one pad for both"),
    ([L.Input(4, 4), L.Dense(2), END], "layers[0] Input(4, 4): ConvNetJS has no such layer"),
    ([INPUT, L.Flatten(), L.Maxout(2), END], "layers[2] Maxout(): ConvNetJS has no such layer, or"),
    ([INPUT, L.Flatten(), L.LocalResponseNorm(), END], "layers[2] LocalResponseNorm(): ConvNetJS"),
    (
        [INPUT, L.Dropout(0.2, inverted=False), L.Tanh(), END],
        "layers[2] Tanh(): it stands behind a Dropout whose factor must reach the next weights; "
        "use Dropout(..., inverted=True) or drop_prob=0.5",
    ),
]


@pytest.mark.parametrize(("row", "message"), FOREIGN, ids=range(len(FOREIGN)))
def test_what_convnetjs_has_no_word_for_is_refused(row, message):
    with pytest.raises(ValueError, match=re.escape(f"{message}")) as refusal:
        convnetjs.dumps(Network(row))
    assert str(refusal.value).startswith("convnetjs.dumps: layers[")


def test_flatten_says_nothing_and_is_left_out():
    row = [INPUT, L.Flatten(), L.Tanh(), L.Dense(3), L.Maxout(3), END]
    kinds = [layer["layer_type"] for layer in json.loads(convnetjs.dumps(Network(row)))["layers"]]
    assert kinds == ["input", "tanh", "fc", "maxout", "fc", "softmax"]


def test_the_factor_of_dropout_goes_into_the_weights_behind_it():
    net = Network([L.Input(2), L.Dropout(0.2, False), L.Relu(), L.SVM(2, bias=1)], dtype="float64")
    layers = json.loads(convnetjs.dumps(net))["layers"]
    assert [layer["layer_type"] for layer in layers] == ["input", "relu", "fc", "svm"]
    np.testing.assert_allclose([one["w"] for one in layers[2]["filters"]], 0.8 * net.layers[3].w)
    assert layers[2]["biases"]["w"] == [1, 1]


def test_weights_that_are_no_numbers_are_not_written():
    net = Network([L.Input(2), END])
    net.weights[0] = np.nan
    with pytest.raises(ValueError, match=r"convnetjs.dumps: some weights are NaN or infinite"):
        convnetjs.dumps(net)
