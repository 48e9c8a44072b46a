"""Schedules: each by hand, their way to JSON and back, and what they refuse."""

import json
import re

import pytest
from tables import defined

from pyml import schedules
from pyml.schedules import SCHEDULES, Constant, Cosine, Schedule, Step, WarmUp

#: schedule: the factors at the first steps, and at one far away
BY_HAND = {
    "Constant": (Constant(), [1, 1, 1], 1),
    "Step": (Step(2, 0.5), [1, 1, 0.5, 0.5, 0.25], 0.5**500_000),
    # cos 0 = 1, cos 60 deg = 1/2, cos 120 deg = -1/2, cos 180 deg = -1
    "Cosine": (Cosine(3, end=0.2), [1, 0.2 + 0.8 * 0.75, 0.2 + 0.8 * 0.25, 0.2, 0.2], 0.2),
    "WarmUp": (WarmUp(4), [0.25, 0.5, 0.75, 1, 1, 1], 1),
}


def test_every_schedule_has_a_row_by_hand():
    found = defined(Schedule, schedules)
    assert found == SCHEDULES, "enter the new schedule in SCHEDULES"
    assert set(found) == set(BY_HAND), "add the new schedule to BY_HAND"


@pytest.mark.parametrize("name", BY_HAND)
def test_factors_by_hand(name):
    schedule, first, last = BY_HAND[name]
    assert [schedule(steps) for steps in range(len(first))] == pytest.approx(first)
    assert schedule(1_000_000) == pytest.approx(last)
    assert all(type(schedule(steps)) is float for steps in range(9))


def test_a_warm_up_is_followed_by_its_schedule_from_the_start():
    schedule = WarmUp(2, Cosine(2))
    assert [schedule(steps) for steps in range(6)] == pytest.approx([0.5, 1, 1, 0.5, 0, 0])


ALL = [schedule for schedule, _, _ in BY_HAND.values()]
ALL += [WarmUp(3, WarmUp(2, Step(5, 0.3))), WarmUp(1, Cosine(9, 0.5)), Schedule()]


@pytest.mark.parametrize("schedule", ALL[:-1], ids=repr)
def test_a_schedule_comes_back_from_json_and_from_what_it_prints(schedule):
    again = schedules.from_settings(json.loads(json.dumps(schedule.settings())))
    assert again == schedule
    assert eval(repr(schedule), vars(schedules)) == schedule
    assert [again(steps) for steps in range(20)] == [schedule(steps) for steps in range(20)]


def test_schedules_are_equal_when_their_settings_are():
    for i, one in enumerate(ALL):
        assert [one == other for other in ALL] == [i == j for j in range(len(ALL))]
    assert Step(2) != {"type": "Step", "every": 2, "factor": 0.1}


def deep(levels):
    settings = {"type": "Constant"}
    for _ in range(levels):
        settings = {"type": "WarmUp", "steps": 1, "then": settings}
    return settings


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Step(0), "Step: every must be a whole number of at least 1, got 0"),
        (lambda: Step(5, -0.1), "Step: factor must be a number of at least 0 and below 1"),
        (lambda: Cosine(2.5), "Cosine: steps must be a whole number of at least 1, got 2.5"),
        (lambda: Cosine(2, 1), "Cosine: end must be a number of at least 0 and below 1, got 1"),
        (lambda: WarmUp(0), "WarmUp: steps must be a whole number of at least 1, got 0"),
        (lambda: WarmUp(5, 100), "WarmUp: then must be a schedule, got 100; write Cosine(steps)"),
        (lambda: schedules.from_settings(None), "Trainer: None is not a schedule"),
        (lambda: schedules.from_settings([]), "Trainer: [] is not a schedule"),
        (lambda: schedules.from_settings({}), "use one of Constant, Step, Cosine, WarmUp"),
        (lambda: schedules.from_settings({"type": []}), "is not a schedule"),
        (lambda: schedules.from_settings({"type": "Step"}), "is not a schedule"),
        (lambda: schedules.from_settings({"type": "Constant", "x": 1}), "is not a schedule"),
        (lambda: schedules.from_settings({"type": "WarmUp", "steps": 1, "then": 3}), "3 is not a"),
        (lambda: schedules.from_settings({"type": "WarmUp", "steps": "1"}), "WarmUp: steps must"),
        (lambda: schedules.from_settings(deep(3000)), "a schedule of a schedule of"),
    ],
)
def test_what_is_no_schedule_is_refused(make, text):
    with pytest.raises((ValueError, TypeError), match=re.escape(text)):
        make()
