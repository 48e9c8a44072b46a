"""Properties of the protocol: what is restored goes on to the bit, and nothing breaks a session."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import Page, same

from pyml.demos import DEMOS

BAD_CODE = "def make_network(seed):\n    return undefined\n"
LOUD_CODE = """def make_network(seed):
    print("hello")
    return Network([L.Input(2), L.Dense(3, activation="tanh"), L.Softmax(2)], seed=seed)
"""


SETTINGS = {
    "perceptron": [
        {},
        {"rule": "delta", "data": "fruit"},
        {"data": "own", "points": "0,0,0;1,1,1"},
    ],
    "classifier": [{}, {"data": "moons", "batch_size": 7, "momentum": 0.9}, {"code": LOUD_CODE}],
}


@pytest.mark.parametrize(
    ("demo", "given", "steps"),
    [(d, s, n) for d in SETTINGS for s in SETTINGS[d] for n in (0, 1, 13, 1100)],
)
def test_a_restored_session_goes_on_to_the_bit(page, demo, given, steps):
    page.start(demo, settings=given, seed="any")
    page.send("event", name="add", x=0.1, y=0.2, label=0)
    for _ in range(steps // 100 + 1):
        page.send("step", n=min(steps, 100))
    page.send("set", name="learning_rate", value=0.03)
    again = Page()
    ready = again.start(demo, state=page.saved(), settings={"data": "xor"}, seed=99)
    assert ready["notes"] == []
    assert ready["seed"] == "any"
    assert ready["settings"] == page.last("settings")["settings"]
    assert same(again.frame(), page.frame())
    for one in (page, again):
        one.send("step", n=37)
        one.send("event", name="move", index=0, x=0.3, y=0.4)
        one.send("step", n=11)
    assert same(again.frame(), page.frame())
    assert same(again.last("state"), page.last("state"))


@given(st.data())
@settings(max_examples=40)
def test_a_damaged_state_starts_afresh_with_a_note(data):
    page = Page()
    demo = data.draw(st.sampled_from(sorted(DEMOS)))
    page.start(demo)
    page.send("step", n=3)
    state = page.saved()
    junk = st.sampled_from([None, -5, "x", [], {}, 1e300, [[1]], True])
    if not state["arrays"] or data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(state["header"])))
        if data.draw(st.booleans()):
            del state["header"][key]
        else:
            state["header"][key] = data.draw(junk)
    else:
        state["arrays"][data.draw(st.integers(0, len(state["arrays"]) - 1))] = data.draw(junk)
    again = Page()
    again.start(demo, state=state)
    again.send("step", n=2)
    assert again.frame()["step"] >= 0
    assert not [text for text in again.errors() if "Error" in text]


def test_a_state_of_another_demo_is_not_used(page):
    page.start("classifier")
    page.send("step")
    notes = Page().start("perceptron", state=page.saved())["notes"]
    assert notes == [
        "The saved state could not be used (it is of the demo “classifier”); started afresh."
    ]


junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 600),
    st.floats(),
    st.sampled_from(["", "xor", "own", "max", "1e999", "0.5,0.5,1", BAD_CODE, LOUD_CODE]),
    st.lists(st.integers(0, 3), max_size=2),
)
names = st.sampled_from(
    ["data", "rule", "count", "speed", "code", "points", "seed", "learning_rate", "start", "nope"]
)
message = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("start"), "demo": st.sampled_from(["perceptron", "classifier", "no"])}
    ),
    st.fixed_dictionaries({"type": st.just("run"), "on": st.booleans()}),
    st.fixed_dictionaries(
        {
            "type": st.just("step"),
            "n": st.one_of(
                st.integers(0, 20),
                junk.filter(lambda n: n != n or not isinstance(n, int | float) or n < 20),
            ),
        }
    ),
    st.fixed_dictionaries({"type": st.just("set"), "name": names, "value": junk}),
    st.fixed_dictionaries(
        {"type": st.just("event"), "name": st.just("add"), "x": junk, "y": junk, "label": junk}
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("event"),
            "name": st.just("add"),
            "x": st.floats(-1, 2),
            "y": st.floats(-1, 2),
            "label": st.integers(0, 1),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("event"),
            "name": st.just("move"),
            "index": junk,
            "x": st.floats(-1, 2),
            "y": junk,
        }
    ),
    st.fixed_dictionaries(
        {"type": st.just("event"), "name": st.sampled_from(["delete", "relabel"]), "index": junk}
    ),
    st.fixed_dictionaries(
        {"type": st.just("event"), "name": st.sampled_from(["reset", "clear", "no"])}
    ),
    st.fixed_dictionaries({"type": st.just("code"), "text": junk}),
    st.fixed_dictionaries({"type": st.sampled_from(["drawn", "drawn", "close", "nope"])}),
    st.just({"type": "tick"}),
)


def play(script):
    page = Page()
    for name in ("perceptron", "classifier"):
        page.start(name, id=name)
    for id, content in script:
        if content["type"] == "tick":
            page.sessions.tick()
            page.now += 0.02
        else:
            content = dict(content)
            page.send(content.pop("type"), id=id, **content)
    return page


@given(st.lists(st.tuples(st.sampled_from(["perceptron", "classifier", 7]), message), max_size=25))
@settings(max_examples=40)
def test_no_messages_break_a_session_and_the_same_ones_give_the_same_frames(script):
    one, two = play(script), play(script)
    assert len(one.log) == len(two.log)
    for (a, arrays), (b, others) in zip(one.log, two.log, strict=True):
        assert a == b
        assert len(arrays) == len(others)
        assert all(same(x, y) for x, y in zip(arrays, others, strict=True))
    # Nothing that a page sends is a bug of ours: no error carries the name of an exception.
    assert not [text for text in one.errors() if "Error" in text.split(":")[0]]
    # And whatever happened, a fresh start works.
    one.start("perceptron", id="fresh")
    one.send("step", id="fresh")
    assert one.frame("fresh")["step"] == 1
