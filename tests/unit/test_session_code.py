"""Code of a visitor that fails late, or only in part, costs its session and nothing else."""

import pytest

from pyml.demos import DEMOS

LATE = """
class Late(L.Tanh):
    seen = 0
    def forward(self, x, train):
        Late.seen += 1
        if Late.seen > 40:
            raise {what}
        return super().forward(x, train)

def make_network(seed):
    return Network([L.Input(2), L.Dense(3), Late(), L.Softmax(2)], seed=seed)
"""


@pytest.mark.parametrize("what", ["SystemExit", "KeyboardInterrupt", "MemoryError('no room')"])
def test_code_that_raises_anything_while_it_trains_stops_its_session_and_no_more(page, what):
    page.start("classifier", settings={"speed": "max"})
    page.send("code", text=LATE.format(what=what))
    page.send("run", on=True)
    page.run(2)
    error = page.last("error")
    assert error["line"] == 7
    assert error["message"].startswith("Line 7 of your code")
    assert error["running"] is False
    page.send("set", name="code", value=DEMOS["classifier"].controls["code"].default)
    page.send("run", on=True)
    page.run(0.5)
    assert page.frame()["step"] > 0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("if not train: raise ValueError('only in training')", "only in training"),
        ("if not train: x = x[:1]", "shape"),
    ],
)
def test_code_that_fails_only_in_prediction_leaves_the_demo_as_it_was(page, body, words):
    page.start("classifier", settings={"speed": "max"})
    page.send("run", on=True)
    page.run(0.2)
    before = page.frame()
    code = f"""
class Odd(L.Tanh):
    def forward(self, x, train):
        {body}
        return super().forward(x, train)

def make_network(seed):
    return Network([L.Input(2), L.Dense(3), Odd(), L.Softmax(2)], seed=seed)
"""
    (error,) = page.send("code", text=code)
    assert words in error["message"]
    assert error["running"] is True
    assert page.frame()["layers"] == before["layers"]
    assert page.frame()["step"] >= before["step"]
