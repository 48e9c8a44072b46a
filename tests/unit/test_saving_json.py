"""Networks in JSON text that is damaged: refused with the reason, or still a network."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import PIECES

from pyml import Network
from pyml import layers as L


def small(**options):
    return Network([L.Input(2), L.Dense(3, activation="tanh"), L.Softmax(2)], **options)


TEXT = json.loads(small().to_json())


def without(name):
    return json.dumps({key: value for key, value in TEXT.items() if key != name})


def changed(**changes):
    return json.dumps(TEXT | changes)


def layer(**settings):
    """The text with this layer instead of the first Dense."""
    shape = [6, 6, 2] if settings["type"] in ("Conv", "Pool") else [2]
    return changed(layers=[{"type": "Input", "shape": shape}, settings, TEXT["layers"][-1]])


REFUSED = [
    *[(text, "this is not a network in JSON") for text in ("", "[]", "{}", "7", None, b"\xff", [])],
    ("[" * 100_000, "this is not a network in JSON"),
    *[(without(name), f"the network is damaged: '{name}'") for name in TEXT if name != "weights"],
    (without("weights"), "this is not a network in JSON"),
    (changed(format="other"), "format is 'other', not 'pyml-network'"),
    (changed(version=2), "it is of version 2, this pyml reads version 1; update pyml"),
    (changed(version="1"), "it is of version '1', this pyml reads version 1"),
    (changed(version=None), "it is of version None, this pyml reads version 1"),
    (changed(layers=[]), "it starts with nothing"),
    (changed(layers=7), "the network is damaged"),
    (changed(layers={"type": "Input"}), "the network is damaged"),
    (changed(layers=[[]]), "the network is damaged"),
    (changed(layers=TEXT["layers"] * 2), "stands in the middle"),
    (layer(type="Warp"), "'Warp'"),
    (layer(type=[]), "the network is damaged"),
    (layer(type="Dense", rank=3), "rank"),
    (changed(weights=[1, 2]), "(2,) weights, but the layers need 17"),
    (changed(weights=None), "() weights, but the layers need 17"),
    (changed(weights="x"), "this is not a network in JSON"),
    (changed(weights=[[1], [1, 2]]), "this is not a network in JSON"),
    (changed(weights=[10**400] * 17), "this is not a network in JSON"),
    (changed(weights=[1e300] * 17), "overflow"),
    (changed(weights=[float("nan")] * 17), "some weights are NaN or infinite"),
    (changed(dtype="float16"), "dtype must be float32 or float64"),
    *[(changed(dtype=value), "dtype must be") for value in (None, 7, [], {})],
    *[(changed(seed=value), "seed must be") for value in (None, [], True, -1, 1e300, 2.0, "1")],
    (changed(seed=float("inf")), "seed must be"),
    (
        changed(layers=[{"type": "Input", "shape": [10**9] * 2}, {"type": "Softmax", "units": 2}]),
        "but the layers need 2000000000000000002",
    ),
    *[(layer(type="Dense", units=value), "units") for value in (2.0, "1", None, [], {}, True)],
    *[(layer(type="Dense", units=3, bias=v), "bias") for v in ("1", None, [], float("-inf"))],
    (layer(type="Dense", units=3, bias=1e300), "the network is damaged"),
    *[(layer(type="Dense", units=3, activation=v), "the network is damaged") for v in (7, [], {})],
    *[(layer(type="Dense", units=3, init=v), "the network is damaged") for v in (7, [], {})],
    *[(layer(type="Conv", filters=1, size=v), "size") for v in (2.0, "1", None, [], {}, [1, 2, 3])],
    *[(layer(type="Pool", size=2, kind=v), "kind") for v in (7, None, [], {})],
    *[(layer(type="Pool", size=2, pad=v), "pad") for v in (7, None, 0.5, [0], {})],
    *[(layer(type="Dropout", inverted=v), "inverted") for v in (1, None, "yes", [], {})],
    *[(layer(type="BatchNorm", momentum=v), "momentum") for v in (1, None, "0.9", [], {})],
    *[(changed(layers=[{"type": "Input", "shape": v}]), "damaged") for v in (2, None, "2", {}, [])],
    *[
        (changed(layers=[*TEXT["layers"][:2], {"type": "Softmax", "units": 2, "bias": v}]), "bias")
        for v in ("1", None, [], {})
    ],
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_damaged_json_is_refused_with_the_reason(text, message):
    with pytest.raises(ValueError, match=r"^Network\.from_json: ") as caught:
        Network.from_json(text)
    assert message in str(caught.value)


@given(st.data())
def test_json_with_any_value_in_any_place_is_refused_or_a_network(data):
    found = json.loads(small().to_json())
    found["layers"].insert(1, copy.deepcopy(data.draw(st.sampled_from(PIECES)).settings()))
    found["layers"][1]["type"] = "BatchNorm"
    place = data.draw(st.sampled_from([found, *found["layers"]]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2)
            ),
        )
    )
    refused = ""
    try:
        assert Network.from_json(json.dumps(found)).predict([[0, 0]]).shape == (1, 2)
    except ValueError as error:
        refused = str(error)
    assert refused == "" or refused.startswith("Network.from_json: ")
