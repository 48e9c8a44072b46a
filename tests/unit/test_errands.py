"""A demo asks for files and is given them; it does chores at rest and beside its training."""

import numpy as np
import pytest
from pages import Page

from pyml.demos import DEMOS
from pyml.errands import PATIENCE

FILE = "data/cifar10/train-00"


class Asking(DEMOS["perceptron"]):
    """Wants a file when it starts; its chore is to count up to 20, a hundredth of a second each."""

    page: Page
    glances = ("look",)

    def __init__(self, *args):
        self.left, self.came, self.faults = 0, [], 0
        super().__init__(*args)
        self.wants += [FILE, FILE]

    def given(self, file, data, error):
        self.came.append((file, data, error))
        if error:
            raise ValueError(f"{file}: {error}")

    def on_open(self, paths):
        self.left = 20

    def on_look(self, on):
        pass

    def on_ask(self):
        self.wants.append(FILE)

    def chores(self, seconds):
        if self.faults:
            self.faults -= 1
            raise ValueError("this archive is damaged")
        end = self.page.now + seconds
        while self.left and self.page.now < end:
            self.left -= 1
            self.page.now += 0.01
        return self.left > 0

    def frame(self):
        return super().frame() | {"chore_done": 1 - self.left / 20}


@pytest.fixture
def page(monkeypatch):
    page = Page()
    monkeypatch.setattr(Asking, "page", page, raising=False)
    monkeypatch.setitem(DEMOS, "perceptron", Asking)
    return page


def demo(page, id="a"):
    return page.sessions._sessions[id].demo


def wants(page):
    return [(m["id"], m["file"]) for m, _ in page.log if m["type"] == "want"]


def test_what_a_demo_wants_is_asked_for_once_and_given_to_it(page):
    page.start()
    page.send("drawn")
    page.sessions.tick()
    assert wants(page) == [("a", FILE)]
    page.send("give", file=FILE, bytes=memoryview(b"records"))
    assert demo(page).came == [(FILE, b"records", "")]
    assert demo(page).wants == []


def test_a_demo_that_starts_running_asks_with_its_first_steps(page):
    page.start(on=True)
    page.sessions.tick()
    assert wants(page) == [("a", FILE)]


def test_a_file_that_came_or_failed_may_be_wanted_again(page):
    page.start()
    page.send("event", name="ask")
    assert len(wants(page)) == 1  # it is on its way
    for answer in ({"bytes": np.zeros(3, np.uint8)}, {"error": "the connection failed"}):
        page.send("give", file=FILE, **answer)
        page.send("event", name="ask")
    assert len(wants(page)) == 3
    assert demo(page).came == [(FILE, b"\0\0\0", ""), (FILE, None, "the connection failed")]


def test_what_a_demo_says_of_a_missing_file_is_told_and_training_goes_on(page):
    page.start(settings={"data": "xor", "speed": "max"})
    page.send("run", on=True)
    page.run(0.2)
    (error,) = page.send("give", file=FILE, error="the server answered 404")
    assert error["message"] == f"{FILE}: the server answered 404"
    assert error["running"] is True
    step = page.frame()["step"]
    page.run(0.2)
    assert page.frame()["step"] > step


@pytest.mark.parametrize("file", ["data/other", None, 7, [FILE]])
def test_a_file_that_was_not_asked_for_is_not_given(page, file):
    page.start()
    page.send("give", file=file, bytes=b"x")
    assert demo(page).came == []
    assert page.errors() == []


def test_a_closed_session_and_the_one_that_took_its_place_get_nothing(page):
    page.start()
    page.send("close")
    assert page.send("give", file=FILE, bytes=b"late") == []
    page.start()
    page.sessions._sessions["a"].errands._asked.clear()  # as long as it has not asked itself
    page.send("give", file=FILE, bytes=b"late")
    assert demo(page).came == []


def test_a_chore_runs_at_rest_with_its_progress_in_the_frames(page):
    page.start()
    while page.sessions.tick() is not None:
        pass
    page.send("event", name="open", paths=["/opened/0/c.tar.gz"])
    done, ticks = [], 0
    while page.sessions.tick() is not None:
        ticks += 1
        done.append(page.frame()["chore_done"])
    assert ticks > 5  # in slices
    assert done == sorted(done)
    assert page.frame()["chore_done"] == 1
    assert page.sessions.tick() is None
    assert page.frame()["step"] == 0


def test_a_chore_and_training_share_the_time(page):
    page.start(settings={"data": "xor", "speed": "max"})
    page.send("run", on=True)
    page.run(1)
    start, alone = page.now, page.frame()["step"]
    page.send("event", name="open", paths=["/opened/0/c.tar.gz"])
    while demo(page).left:
        page.sessions.tick()
        page.send("drawn")
    beside = (page.frame()["step"] - alone) / (page.now - start)
    assert beside > 0.2 * alone


def test_a_chore_of_one_session_leaves_time_to_the_training_of_another(page):
    page.start(id="a")
    page.start("classifier", id="b", settings={"speed": "max"})
    page.send("run", id="b", on=True)
    page.send("event", id="a", name="open", paths=["/opened/0/c.tar.gz"])
    while demo(page).left:
        page.sessions.tick()
    assert page.frame("b")["step"] > 20


def test_a_chore_that_fails_is_told_and_the_others_and_training_go_on(page):
    page.start(settings={"data": "xor", "speed": "max"})
    page.send("run", on=True)
    demo(page).faults, demo(page).left = 1, 3
    page.run(1)
    (error,) = (m for m, _ in page.log if m["type"] == "error")
    assert (error["message"], error["running"]) == ("this archive is damaged", True)
    assert demo(page).left == 0
    assert page.frame()["running"] is True


@pytest.mark.parametrize("on", [False, True])
def test_a_chore_that_fails_again_and_again_is_left_alone_until_something_is_said(page, on):
    page.start(settings={"data": "xor"})
    page.send("run", on=on)
    demo(page).faults = 100
    page.run(2)
    assert len(page.errors()) == PATIENCE
    page.send("event", name="ask")
    page.run(2)
    assert len(page.errors()) == 2 * PATIENCE


def test_a_demo_without_chores_costs_nothing_and_is_at_rest_at_once(page):
    page.start("classifier")
    before = page.now
    assert page.sessions.tick() is None
    assert page.now == before


def test_a_glance_is_answered_with_a_picture_alone(page):
    page.start()
    page.send("drawn")
    assert [m["type"] for m in page.send("event", name="look", on=True)] == ["frame"]
    assert [m["type"] for m in page.send("event", name="ask")] == ["settings", "state"]
