"""Curves stay bounded, and go on where they were left."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pyml.history import History


@given(st.integers(1, 5000))
def test_history_is_bounded_even_and_keeps_the_first_row(steps):
    history = History("loss")
    for step in range(steps + 1):
        if history.due(step):
            history.add(step, step / 2)
    columns = history.columns()
    kept = columns["history_step"]
    assert 0 < len(kept) <= History.CAPACITY
    assert kept[0] == 0
    assert steps - kept[-1] <= history.stride
    assert (np.diff(kept) == history.stride).all()
    assert (columns["history_loss"] == kept / 2).all()


def test_a_restored_history_goes_on_as_the_old_one():
    old, new = History("loss"), History("loss")
    for step in range(700):
        if old.due(step):
            old.add(step, 1 / (step + 1))
    new.restore(old.state())
    for step in range(700, 3000):
        for history in (old, new):
            if history.due(step):
                history.add(step, 1 / (step + 1))
    assert (old.columns()["history_loss"] == new.columns()["history_loss"]).all()
