"""Weights that a visitor sets: they come back with Reset and with the link."""

import numpy as np
import pytest

from pyml.byhand import Weights, format_weights, parse_weights
from pyml.demos import DEMOS

CASES = {
    "xor": {},
    "separability": {},
    "separability, adam": {"method": "adam", "hidden": "3:relu,2"},
}


def make(name, seed=0, **settings):
    return DEMOS[name.partition(",")[0]](CASES[name] | settings, seed)


@pytest.mark.parametrize("name", CASES)
def test_a_link_brings_back_all_weights_as_they_were_when_one_was_set(name):
    demo = make(name)
    demo.advance(7)
    assert demo.settings["weights"] == ""
    demo.on_weight(1, 0, 1, 0.75)
    again = make(name, **demo.settings)
    np.testing.assert_array_equal(again.net.weights, demo.net.weights)
    assert again.steps == 0
    for one in (demo, again):
        if name != "xor":  # which shuffles, and has been at it
            one.reset()
            one.advance(5)
    assert name == "xor" or (again.net.weights == demo.net.weights).all()


@pytest.mark.parametrize("name", CASES)
def test_reset_leads_back_to_them_and_new_weights_do_not(name):
    demo = make(name)
    demo.on_weight(2, 0, -1, -3.0)
    set_by_hand = demo.net.weights.copy()
    demo.advance(3)
    demo.reset()
    np.testing.assert_array_equal(demo.net.weights, set_by_hand)
    demo.seed = 1
    demo.reset()
    assert demo.settings["weights"] == ""
    np.testing.assert_array_equal(demo.net.weights, make(name, 1).net.weights)


@pytest.mark.parametrize(("name", "other"), [("xor", 3), ("separability", "4,3")])
def test_another_network_leaves_them_behind_and_says_so(name, other):
    demo = make(name)
    demo.on_weight(1, 0, 0, 2.0)
    demo.set("learning_rate", 0.01)
    assert demo.settings["weights"]
    demo.set("hidden", other)
    assert demo.settings["weights"] == ""
    (note,) = demo.notes
    assert note.endswith("it starts from weights of its own.")


def test_a_link_with_code_keeps_its_weights_until_the_code_was_run():
    code = make("xor").program().replace("Dense(2", "Dense(3")
    coded = make("xor", code=code)
    coded.on_weight(1, 2, 0, 2.0)
    waits = make("xor", weights=coded.settings["weights"])
    assert len(waits.notes) == 1
    waits.set("code", code)
    np.testing.assert_array_equal(waits.net.weights, coded.net.weights)


def test_a_network_that_ran_away_is_not_set_by_hand():
    demo = make("xor")
    demo.net.weights = np.full(9, np.nan)
    with pytest.raises(ValueError, match="press Reset first"):
        demo.on_weight(1, 0, 0, 1.0)
    assert demo.settings["weights"] == ""
    demo.net.weights = np.full(9, 1e20)
    demo.on_weight(1, 0, 0, 1.0)
    assert Weights().parse(demo.settings["weights"]) == (demo.settings["weights"], None)


@pytest.mark.parametrize(
    ("given", "used", "words"),
    [
        ("0.5,-1, 2e3", "0.5,-1,2000", None),
        ("1.23456789,-0.0", "1.23457,0", None),
        ("", "", None),
        ("1,x", "", "is not a list of weights such as 0.5,-1"),
        ("1,,2", "", "is not a list of weights"),
        ("1,NaN", "", "is not a list of weights"),
        ("1e10", "", "is not a list of weights"),
        ("1," * 10_001, "", "is longer than 20000 characters"),
        (None, "", "is not a list of weights"),
    ],
)
def test_weights_in_a_link_are_numbers_or_left_out(given, used, words):
    found, note = Weights().parse(given)
    assert found == used
    assert note is None if words is None else words in note


def test_the_largest_network_fits_into_a_link():
    weights = np.full(9 * 8 * 8, -1.23456e-5)
    text = format_weights(weights)
    assert Weights().parse(text) == (text, None)
    np.testing.assert_array_equal(parse_weights(text), weights)
