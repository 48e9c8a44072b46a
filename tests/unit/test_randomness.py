"""Where a generator is can be written down, and anything else is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml import randomness


@given(st.integers(0, 2**40), st.integers(0, 5))
def test_a_generator_goes_on_from_where_another_was(seed, drawn):
    rng, other = np.random.default_rng(seed), np.random.default_rng()
    rng.integers(0, 9, drawn, dtype=np.uint32)  # an odd number of them leaves half a draw
    text = randomness.position(rng)
    randomness.move(other, text)
    assert randomness.position(other) == text
    assert (rng.integers(0, 2**32, 7, np.uint32) == other.integers(0, 2**32, 7, np.uint32)).all()
    assert (rng.normal(size=9) == other.normal(size=9)).all()


GOOD = randomness.position(np.random.default_rng(1))


DAMAGED = [None, 7, [], "", "1,2,3", "1,2,3,4,5", "x,1,0,0", "-1,1,0,0", "1,-1,0,0", "1,1,0,-1"]
TOO_LARGE = ["1,1,0," + "f" * 9, "f" * 33 + ",1,0,0", "1," + "f" * 40 + ",0,0"]


@pytest.mark.parametrize("text", [*DAMAGED, *TOO_LARGE, GOOD + ",", GOOD[:-2]])
def test_anything_else_is_refused_and_moves_nothing(text):
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="is no state of a random generator; it was damaged"):
        randomness.move(rng, text)
    assert randomness.position(rng) == GOOD


@given(st.text("0123456789abcdef,-_ x", max_size=90))
def test_whatever_is_read_is_refused_or_a_generator(text):
    rng = np.random.default_rng(1)
    try:
        randomness.move(rng, text)
    except ValueError:
        return
    assert 0 <= rng.random() < 1
