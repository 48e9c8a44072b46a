"""The protocol as a page sees it, with a clock that the test owns."""

import math

import numpy as np
import pytest
from pages import Page, same

from pyml.demos import DEMOS, perceptron

BAD_CODE = "def make_network(seed):\n    return undefined\n"
LOUD_CODE = """def make_network(seed):
    print("hello")
    return Network([L.Input(2), L.Dense(3, activation="tanh"), L.Softmax(2)], seed=seed)
"""


def kinds(messages):
    return [message["type"] for message in messages]


@pytest.mark.parametrize("demo", DEMOS)
def test_start_answers_with_ready_and_one_frame(page, demo):
    messages = page.send("start", demo=demo, settings={"speed": "10"}, seed="7")
    # Besides, a demo of images asks for some.
    assert [kind for kind in kinds(messages) if kind != "want"] == ["ready", "frame"]
    ready = messages[0]
    assert ready["id"] == "a"
    assert ready["demo"] == demo
    assert ready["seed"] == 7
    assert ready["notes"] == []
    assert ready["settings"]["speed"] == "10"
    assert [control["name"] for control in ready["controls"]] == list(ready["settings"])
    frame = page.last("frame")
    assert set(ready["schema"]["frame"]) == set(frame) - {"running", "finished", "rate"}
    assert (frame["running"], frame["finished"], frame["step"]) == (False, False, 0)
    assert ready["schema"]["events"] == DEMOS[demo].events()


def test_a_session_that_starts_running_shows_its_first_steps_first(page):
    page.tick_cost = 0.0001
    assert kinds(page.send("start", demo="classifier", on=True, settings={"speed": "max"})) == [
        "ready"
    ]
    page.sessions.tick()
    frame = page.last("frame")
    assert frame["running"] is True
    assert frame["step"] > 0


@pytest.mark.parametrize("demo", DEMOS)
def test_frames_hold_plain_values_and_small_arrays_of_two_types(page, demo):
    page.start(demo)
    page.send("step", n=3)
    frame = page.frame()
    size = 0
    for name, value in frame.items():
        if isinstance(value, np.ndarray):
            assert value.dtype in (np.float32, np.uint8), name
            assert np.isfinite(value).all(), name
            size += value.nbytes
        else:
            values = value if isinstance(value, list) else [value]
            assert all(isinstance(each, int | float | str | bool) for each in values), name
    assert size < 100_000


def test_one_frame_is_in_flight_and_the_newest_follows_when_it_is_drawn(page):
    page.start()
    assert "frame" not in kinds(page.send("step"))
    assert "frame" not in kinds(page.send("step"))
    assert kinds(page.send("drawn")) == ["frame"]
    assert page.last("frame")["step"] == 2
    assert page.send("drawn") == []
    assert kinds(page.send("step")) == ["state", "frame"]


def test_a_slow_page_slows_the_pictures_and_not_the_training(page):
    page.start("classifier", settings={"speed": "max"})
    page.send("run", on=True)
    before = len(page.log)
    for _ in range(50):
        page.sessions.tick()
    assert kinds(m for m, _ in page.log[before:] if m["type"] == "frame") == []
    assert page.frame()["step"] > 300


@pytest.mark.parametrize(("speed", "steps"), [("1", 10), ("3", 30), ("30", 300)])
def test_speed_is_steps_per_second(page, speed, steps):
    page.start("classifier", settings={"speed": speed})
    page.send("run", on=True)
    page.run(10)
    assert abs(page.frame()["step"] - steps) <= 0.05 * steps + 1


def test_full_speed_uses_its_budget_and_asks_for_more_at_once(page):
    page.start("classifier", settings={"speed": "max"})
    page.send("run", on=True)
    begin = page.now
    assert page.sessions.tick(budget=0.050) == 0.0
    assert 0.045 < page.now - begin < 0.060
    assert page.frame()["step"] > 40


def test_two_running_sessions_share_the_time_fairly(page):
    for name in ("a", "b"):
        page.start("classifier", id=name, settings={"speed": "max"})
        page.send("run", id=name, on=True)
    for _ in range(20):
        page.sessions.tick()
    steps = [page.frame(name)["step"] for name in ("a", "b")]
    assert min(steps) > 50
    assert abs(steps[0] - steps[1]) < 0.2 * max(steps)


def test_tick_says_when_there_is_more_to_do(page):
    assert page.sessions.tick() is None
    page.start(settings={"speed": "1", "data": "xor"})
    assert page.sessions.tick() is None
    page.send("run", on=True)
    assert page.sessions.tick() == pytest.approx(1.0, abs=0.02)
    page.send("run", on=False)
    assert page.sessions.tick() is None


def test_pause_stops_and_the_frame_says_so(page):
    page.start("classifier")
    page.send("run", on=True)
    page.run(1)
    assert page.frame()["running"] is True
    page.send("run", on=False)
    frame = page.frame()
    assert frame["running"] is False
    page.run(1)
    assert page.frame()["step"] == frame["step"]


def test_and_is_learnt_and_the_session_stops_by_itself(page):
    page.start()
    page.send("run", on=True)
    page.run(60)
    frame = page.frame()
    assert frame["finished"] is True
    assert frame["running"] is False
    assert frame["accuracy"] == 1.0
    assert page.now < 20
    assert page.last("state")["steps"] == frame["step"]


def test_play_after_the_end_makes_one_step_and_stops_again(page):
    page.start()
    page.send("step", n=1000)
    step = page.frame()["step"]
    page.send("run", on=True)
    page.run(5)
    assert page.frame()["step"] == step + 1
    assert page.frame()["running"] is False


def test_set_answers_with_the_clean_value_and_a_note(page):
    page.start()
    messages = page.send("set", name="learning_rate", value="99")
    assert kinds(messages) == ["settings", "state"]
    assert messages[0]["settings"]["learning_rate"] == 10.0
    assert messages[0]["notes"] == ["Learning rate: “99” is more than 10; used 10.0."]


def test_a_live_setting_goes_on_and_any_other_starts_again(page):
    page.start()
    page.send("step", n=2)
    page.send("set", name="learning_rate", value=0.5)
    assert page.frame()["step"] == 2
    page.send("set", name="data", value="xor")
    assert page.frame()["step"] == 0


def test_the_seed_is_set_like_a_setting(page):
    page.start()
    first = page.frame()["weights"]
    messages = page.send("set", name="seed", value="otto")
    assert messages[0]["seed"] == "otto"
    assert not same(page.frame()["weights"], first)
    page.send("set", name="seed", value=0)
    assert same(page.frame()["weights"], first)


def test_reset_is_built_in_and_keeps_the_visitors_points(page):
    page.start("classifier", seed=3)
    start = page.frame()
    page.send("event", name="add", x=1.0, y=2.0, label=1)
    page.send("step", n=20)
    page.send("event", name="reset")
    frame = page.frame()
    assert frame["step"] == 0
    assert len(frame["points"]) == len(start["points"]) + 1
    assert same(page.last("state")["weights"], page.last("state")["weights"])


def test_editing_a_point_is_answered_with_settings_that_bring_it_back(page):
    page.start()
    messages = page.send("event", name="add", x=0.5, y=0.25, label=1)
    assert kinds(messages) == ["settings", "state"]
    points = page.frame()["points"]
    again = Page()
    again.start(settings=messages[0]["settings"])
    assert same(again.frame()["points"], points)


@pytest.mark.parametrize(
    ("n", "steps"),
    [
        (1, 1),
        (5, 5),
        (0, 1),
        (-3, 1),
        (2.9, 2),
        (None, 1),
        ("7", 1),
        (math.nan, 1),
        (1e300, 1000),
        (True, 1),
    ],
)
def test_step_is_capped_and_survives_any_n(page, n, steps):
    page.start(settings={"data": "xor"})
    page.send("step", n=n)
    assert page.frame()["step"] == steps


def test_code_replaces_the_network_and_sends_what_it_printed(page):
    page.start("classifier")
    messages = page.send("code", text=LOUD_CODE)
    assert kinds(messages) == ["settings", "output", "state"]
    assert messages[1]["text"] == "hello\n→ Network 2-3-2, 17 weights, float32, seed 0\n"
    assert messages[0]["settings"]["code"] == LOUD_CODE
    assert page.frame()["layers"].startswith("Network 2-3-2")


def test_wrong_code_is_explained_and_the_network_runs_on(page):
    page.start("classifier")
    page.send("run", on=True)
    page.run(0.5)
    before = page.frame()
    messages = page.send("code", text=BAD_CODE)
    assert kinds(messages) == ["error"]
    error = messages[0]
    assert error["line"] == 2
    assert error["message"].startswith("Line 2 of your code: name 'undefined' is not defined")
    assert "Traceback" in error["traceback"]
    page.run(0.5)
    after = page.frame()
    assert after["layers"] == before["layers"]
    assert after["step"] > before["step"]
    page.send("event", name="reset")
    assert page.last("settings")["settings"]["code"] != BAD_CODE


def test_wrong_code_in_a_link_gives_the_demos_own_network_and_the_mistake(page):
    messages = page.send("start", demo="classifier", settings={"code": BAD_CODE, "count": 20})
    assert kinds(messages) == ["ready", "frame", "error"]
    assert messages[0]["settings"]["code"] == ""
    assert messages[0]["program"].startswith("def make_network(seed")
    assert messages[0]["settings"]["count"] == 20
    assert messages[2]["line"] == 2


def test_a_loss_that_runs_away_stops_the_session_with_advice(page):
    page.start("classifier", settings={"speed": "max"})
    page.sessions._sessions["a"].demo.net.weights[:] = np.nan
    page.send("run", on=True)
    page.run(1)
    assert "learning has run away; lower the learning rate" in page.errors()[0]
    frame = page.frame()
    assert frame["running"] is False
    assert frame["loss"] is None
    page.send("event", name="reset")
    assert page.frame()["loss"] > 0


def test_one_broken_session_does_not_stop_another(page, monkeypatch):
    page.start("perceptron", id="bad", settings={"speed": "max", "data": "xor"})
    page.start("classifier", id="good", settings={"speed": "max"})
    page.send("run", id="bad", on=True)
    page.send("run", id="good", on=True)

    def broken(self):
        raise RuntimeError("boom")

    monkeypatch.setattr(perceptron.Demo, "step", broken)
    for _ in range(5):
        page.sessions.tick()
    assert page.errors() == ["RuntimeError: boom"]
    assert page.frame("good")["step"] > 0
    assert page.frame("bad")["running"] is False


def test_the_state_comes_at_most_once_a_second_while_running(page):
    page.start("classifier", settings={"speed": "10"})
    page.send("run", on=True)
    before = len(page.log)
    page.run(10)
    states = [m for m, _ in page.log[before:] if m["type"] == "state"]
    assert 8 <= len(states) <= 10


def test_a_closed_session_is_gone(page):
    page.start()
    assert page.send("close") == []
    assert page.send("step")[0]["message"] == "There is no session “a”; start it first."


def test_starting_again_replaces_the_session(page):
    page.start()
    page.send("step", n=2)
    assert page.start("classifier")["demo"] == "classifier"
    assert page.frame()["step"] == 0


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (None, "A message must be an object with a type, got None."),
        ({}, "A message must carry the id of its session, got None."),
        ({"type": "start", "id": "x"}, f"There is no demo None; there are {', '.join(DEMOS)}."),
        (
            {"type": "start", "id": "x", "demo": "zzz"},
            "There is no demo “zzz”; there are perceptron",
        ),
        (
            {"type": "fly", "id": "a"},
            "Unknown message type “fly”; there are start, close, run, step",
        ),
        ({"type": [], "id": "a"}, "Unknown message type []"),
        ({"type": "run", "id": "zz"}, "There is no session “zz”; start it first."),
        (
            {"type": "set", "id": "a", "name": "zz"},
            "There is no setting “zz”; there are data, count",
        ),
        ({"type": "set", "id": "a"}, "There is no setting None"),
        (
            {"type": "event", "id": "a", "name": "explode"},
            "There is no event “explode”; there are reset",
        ),
        ({"type": "event", "id": "a", "name": "__init__"}, "There is no event “__init__”"),
        (
            {"type": "event", "id": "a", "name": "add", "x": 1},
            "The event add takes (x, y, label), got (x).",
        ),
        (
            {"type": "event", "id": "a", "name": "clear", "z": 1},
            "The event clear takes (), got (z).",
        ),
        ({"type": "event", "id": "a", "name": "delete", "index": 99}, "delete: index must be"),
    ],
)
def test_what_cannot_be_obeyed_is_named(page, message, text):
    page.start()
    page.sessions.receive(message)
    assert page.errors()[-1].startswith(text)
    assert page.last("error", id=message.get("id") if message else None)["line"] is None


@pytest.mark.parametrize(
    ("given", "notes"),
    [
        ({"zzz": "1"}, ["There is no setting “zzz” here; it was ignored."]),
        ({"count": "many"}, ["Points: “many” is not a number; used 40."]),
        ([1], ["The settings [1] could not be read; used the usual ones."]),
        (None, []),
        ("", []),
    ],
)
def test_a_bad_link_gives_the_nearest_page_and_notes(page, given, notes):
    assert page.start(settings=given)["notes"] == notes
