"""What crosses to the page: a header that JSON can hold, and flat arrays."""

import json

import numpy as np
import pytest

from pyml import wire


def test_values_survive_the_way_to_the_page_and_back():
    values = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3).T,
        "n": np.int64(3),
        "f": np.float32(0.5),
        "b": np.bool_(True),
        "text": "x",
        "list": [1, 2],
        "empty": np.zeros((0, 2), np.uint8),
    }
    header, arrays = wire.pack(values)
    header = json.loads(json.dumps(header))
    assert header["arrays"] == [["a", "float32", [3, 2]], ["empty", "uint8", [0, 2]]]
    assert all(array.flags.c_contiguous for array in arrays)
    again = wire.unpack(header, [array.ravel().tolist() for array in arrays])
    assert again["a"].tolist() == values["a"].tolist()
    assert again["empty"].shape == (0, 2)
    assert (again["n"], again["f"], again["b"]) == (3, 0.5, True)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float32("-inf")])
def test_numbers_that_are_not_finite_become_none(value):
    assert wire.pack({"x": value})[0]["x"] is None


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (np.zeros(2, np.float32), "float32"),
        (True, "bool"),
        (1, "number"),
        (0.5, "number"),
        ("", "string"),
    ],
)
def test_the_schema_names_the_kind_of_a_value(value, kind):
    assert wire.kind(value) == kind


@pytest.mark.parametrize(
    ("header", "arrays"),
    [
        (None, []),
        ({}, []),
        ({"arrays": [["a", "float32", [2]]]}, []),
        ({"arrays": [["a", "object", [1]]]}, [[1]]),
        ({"arrays": [["a", "float32", [3]]]}, [[1, 2]]),
        ({"arrays": [["a", "float32", ["x"]]]}, [[1, 2]]),
        ({"arrays": [7]}, [[1, 2]]),
    ],
)
def test_damaged_states_are_refused(header, arrays):
    with pytest.raises((ValueError, TypeError, KeyError)):
        wire.unpack(header, arrays)
