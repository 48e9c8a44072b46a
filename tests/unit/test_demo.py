"""What all demos share: seeds, random state, and events read from the class."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import same

from pyml import demo, randomness
from pyml.demos import DEMOS


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=90), st.binary()
    )
)
def test_a_seed_is_always_a_number_or_a_word_and_stays_what_it_is(value):
    seed, note = demo.parse_seed(value)
    assert isinstance(seed, str) or 0 <= seed < 2**53
    assert demo.parse_seed(seed) == (seed, None)
    assert 0 <= demo.seed_number(seed) < 2**53
    np.random.default_rng(demo.seed_number(seed))
    assert note is None or note.startswith("Seed: ")


@pytest.mark.parametrize(
    ("value", "seed"),
    [("7", 7), (7.0, 7), (" otto ", "otto"), ("-3", "-3"), ("1e3", "1e3"), (-3, 0), (None, 0)],
)
def test_seeds_by_hand(value, seed):
    assert demo.parse_seed(value)[0] == seed


def test_words_give_different_numbers():
    assert len({demo.seed_number(word) for word in ("otto", "anna", "Anna", "otto ")}) == 4


def test_the_random_state_survives_as_text():
    rng = np.random.default_rng(5)
    rng.integers(0, 9, 3, dtype=np.int8)  # leaves half a number behind
    text = randomness.position(rng)
    again = np.random.default_rng(0)
    randomness.move(again, text)
    assert (rng.random(9) == again.random(9)).all()
    assert rng.integers(0, 9, dtype=np.int8) == again.integers(0, 9, dtype=np.int8)


def test_events_are_the_methods_of_the_class_with_their_arguments():
    class Lamp(demo.Demo):
        def on_switch(self, lit, colour):
            return lit, colour

        def on_break(self):
            pass

    assert Lamp.events() == {"reset": [], "switch": ["lit", "colour"], "break": []}


@pytest.mark.parametrize("name", DEMOS)
def test_every_demo_has_a_title_and_starts_with_its_defaults(name):
    kind = DEMOS[name]
    assert kind.title
    assert kind({}, 0).settings == {key: control.default for key, control in kind.controls.items()}


@pytest.mark.parametrize("name", DEMOS)
def test_the_same_seed_gives_the_same_course(name):
    one, two = DEMOS[name]({}, "word"), DEMOS[name]({}, "word")
    for _ in range(5):
        assert same(one.frame(), two.frame())
        one.step()
        two.step()
    assert same(one.state(), two.state())


@pytest.mark.parametrize("name", DEMOS)
def test_reset_brings_the_very_same_start_back(name):
    one = DEMOS[name]({}, 1)
    start = one.state()
    for _ in range(10):
        one.step()
    one.reset()
    again = one.state()
    assert start.keys() == again.keys()
    for key, value in start.items():
        assert np.array_equal(value, again[key]), key
