"""All demos of a page in one Python; what one of them does: test_session."""

from pages import Page


def test_sessions_are_told_apart_by_their_id():
    page = Page()
    page.start("perceptron", id="a", seed=1)
    page.start("classifier", id=7, seed=2)
    page.send("step", id=7, n=3)
    assert page.last("frame", "a")["step"] == 0
    assert page.frame(7)["step"] == 3
    page.send("close", id="a")
    page.send("step", id="a", n=1)
    assert "There is no session “a”" in page.errors()[-1]
    page.send("step", id=7, n=1)
    assert page.frame(7)["step"] == 4


def test_running_sessions_share_the_time():
    page = Page()
    for id in ("a", "b"):
        page.start("perceptron", id=id, settings={"data": "xor", "speed": "max"})
        page.send("run", id=id, on=True)
    for _ in range(200):
        page.sessions.tick()
        for id in ("a", "b"):
            page.send("drawn", id=id)
    a, b = (page.last("frame", id)["step"] for id in ("a", "b"))
    assert min(a, b) > 100
    assert max(a, b) < 1.5 * min(a, b)


def test_trouble_in_one_is_none_of_the_others():
    page = Page()
    page.start("perceptron", id="a")
    page.start("perceptron", id="b")
    page.sessions._sessions["a"].demo.step = None  # type: ignore[assignment]
    for id in ("a", "b"):
        page.send("run", id=id, on=True)
    page.run(2.0)
    page.send("drawn", id="b")
    assert page.errors()
    assert {m["id"] for m, _ in page.log if m["type"] == "error"} == {"a"}
    assert page.last("frame", "b")["step"] > 0
