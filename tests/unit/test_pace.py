"""Pace, with a clock that the test owns."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml.pace import LAG, Pace


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_the_first_step_is_due_at_once_and_the_next_after_its_time(clock):
    pace = Pace(clock)
    pace.start()
    assert pace.due(4) == 1
    pace.made(1)
    assert pace.due(4) == 0
    assert pace.wait(4) == pytest.approx(0.25)
    clock.now += 0.1
    assert pace.wait(4) == pytest.approx(0.15)
    clock.now += 0.15
    assert pace.due(4) == 1


def test_a_stall_is_forgotten_and_not_caught_up(clock):
    pace = Pace(clock)
    pace.start()
    clock.now += 3600
    assert pace.due(100) == LAG * 100
    assert Pace(clock).due(1) == 0


def test_full_speed_is_always_due(clock):
    pace = Pace(clock)
    assert pace.due(None) == math.inf
    assert pace.wait(None) == 0.0


def test_a_clock_that_goes_back_does_no_harm(clock):
    pace = Pace(clock)
    pace.start()
    clock.now -= 50
    assert pace.due(10) == 1
    assert 0 <= pace.wait(10) <= 0.1


@given(st.sampled_from([1.0, 3.0, 10.0, 30.0, 100.0]), st.floats(0.005, 0.05))
def test_as_many_steps_are_made_in_ten_seconds_as_the_speed_says(rate, tick):
    clock = Clock()
    pace = Pace(clock)
    pace.start()
    made = 0
    while clock.now < 110:
        due = pace.due(rate)
        pace.made(due)
        made += due
        clock.now += max(tick, pace.wait(rate))
    assert abs(made - 10 * rate) <= 0.02 * 10 * rate + 1
