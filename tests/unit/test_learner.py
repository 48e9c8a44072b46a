"""What all demos that train a network have in common: code, numbers, files."""

from __future__ import annotations

import io
import json
from typing import ClassVar

import numpy as np
import pytest
from pages import Page, same

from pyml import Network, demo, layers, learner, plane, program, visitor
from pyml.demos import DEMOS

LEARNERS = {name: kind for name, kind in DEMOS.items() if issubclass(kind, learner.Learner)}
OWN = """def make_network(seed):
    return Network([L.Input(2), L.Dense(4, activation="relu"), L.Softmax(2)], seed=seed)
"""
OWN_TRAINER = (
    OWN
    + """
def make_trainer(net):
    return Trainer(net, "adam", learning_rate=0.02)
"""
)
PLAIN = """def make_network(seed):
    return Network([L.Input(2), {}L.Softmax(2)], seed=seed)
"""


class Small(learner.Learner, plane.PlaneDemo):
    """The least demo that there can be."""

    view = (-1.0, 2.0, -1.0, 2.0)
    in_network: ClassVar[tuple[str, ...]] = ("hidden",)
    controls: ClassVar[dict[str, demo.Control]] = {
        "data": demo.Choice(default="own", label="Data", choices=(("own", "own"),)),
        "hidden": demo.Sizes(default="3", label="Layers", activations=("relu", "tanh")),
        "learning_rate": demo.rate(0.1),
        "batch_size": demo.Slider(default=0, min=0, max=4, step=1, live=True, label="Batch"),
        "code": demo.Code(),
        "speed": demo.speed("max"),
        "points": demo.Points(default="0,0,0;0,1,1;1,0,1;1,1,0"),
    }
    presets: ClassVar[dict[str, demo.Preset]] = {
        "wide": demo.Preset("Eight units", {"hidden": "8"}, seed=3),
        "usual": demo.Preset("As it starts", {}),
    }

    def program(self):
        hidden = demo.sizes(self.settings["hidden"], "tanh")
        return program.whole(
            program.network(2, hidden, "Softmax(2)", "A network."),
            program.trainer("sgd", learning_rate=self.settings["learning_rate"]),
        )

    def check(self, net: Network):
        visitor.fits(net, 2, layers.Softmax, 2)

    def edited(self):
        self.take(self.x, self.labels)

    def judge(self):
        if not len(self.inputs):
            return 0.0, 1.0
        right = self.net.classify(self.inputs) == self.targets
        return self.net.loss(self.inputs, self.targets), float(right.mean())

    def frame(self):
        return self.counters() | {"loss": self.judge()[0]}


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setitem(DEMOS, "small", Small)
    return Page()


def test_settings_that_stand_in_the_program_change_it_and_what_runs():
    small = Small({"hidden": "4:relu,2"}, 1)
    assert 'L.Dense(4, activation="relu")' in small.program()
    assert small.frame()["layers"].startswith("Network 2-4-2-2,")
    small.set("learning_rate", 0.5)
    assert "learning_rate=0.5" in small.program()
    assert small.trainer.learning_rate == 0.5
    assert small.steps == 0


def test_code_equal_to_the_program_is_no_code_of_the_visitors():
    small = Small({}, 1)
    small.set("code", small.program())
    assert small.settings["code"] == ""
    assert small.coded() == ()


def test_own_code_decides_what_it_makes_and_nothing_else():
    small = Small({"code": OWN}, 1)
    assert small.coded() == ("hidden",)
    assert small.trainer.method == "sgd"
    small.set("learning_rate", 0.25)
    assert small.trainer.learning_rate == 0.25
    small = Small({"code": OWN_TRAINER}, 1)
    assert {"hidden", "learning_rate"} <= set(small.coded())
    small.set("learning_rate", 0.25)
    assert small.trainer.learning_rate == 0.02
    small.set("code", "")
    assert small.trainer.learning_rate == 0.25
    assert small.coded() == ()


def test_what_code_made_is_told():
    assert Small({}, 1).printed == ""
    lines = Small({"code": OWN_TRAINER}, 1).printed.splitlines()
    assert lines[0].startswith("→ Network 2-4-2, 22 weights")
    assert lines[1].startswith("→ Trainer(adam, learning_rate=0.02")


@pytest.mark.parametrize("size", [0, 1, 3, 4])
def test_an_epoch_visits_every_example_once_in_some_order(size):
    small = Small({"batch_size": size}, 1)
    seen: list[int] = []
    small.learn = lambda order, n: seen.extend(order.tolist())
    while small.seen < 12:
        small.step()
    for start in range(0, 12, 4):
        assert sorted(seen[start : start + 4]) == [0, 1, 2, 3]
    assert small.frame()["epoch"] >= 2


def test_without_examples_nothing_is_learnt():
    small = Small({}, 1)
    small.on_clear()
    before = small.net.weights.copy()
    small.step()
    assert small.finished
    assert (small.net.weights == before).all()
    small.on_watch(True)
    assert "trace" not in small.frame()


@pytest.mark.parametrize(
    "between",
    [
        "",
        "L.Dense(30, activation='tanh'), ",
        "L.Dense(4), L.Maxout(2), ",
        "L.Dense(4), L.BatchNorm(), L.Relu(), ",
        "L.Dense(4), L.Dropout(0.5), ",
        "L.Flatten(), ",
    ],
)
def test_whatever_the_visitor_writes_can_be_looked_at(between, page):
    page.start("small", settings={"code": PLAIN.format(between)})
    page.send("event", name="watch", on=True)
    page.send("step", n=3)
    frame = page.frame()
    assert page.errors() == []
    assert frame["trace"][0]["kind"] == "input"
    assert frame["trace"][-1]["kind"] == "head"
    assert frame["trace_about"]["examples"] == 4
    json.dumps(frame["trace"], allow_nan=False)


def test_looking_changes_nothing(page):
    for id, watched in (("a", False), ("b", True)):
        page.start("small", id=id, settings={"batch_size": 3}, seed=4)
        page.send("event", id=id, name="watch", on=watched)
        for _ in range(5):
            page.send("step", id=id, n=7)
            page.frame(id)
    assert same(page.last("state", "a"), page.last("state", "b"))
    assert "trace" not in page.last("frame", "a")
    assert "trace" in page.last("frame", "b")


def test_the_example_is_the_one_that_was_chosen_or_the_last_one(page):
    page.start("small", settings={"batch_size": 1})
    page.send("event", name="watch", on=True)
    page.send("step", n=1)
    frame = page.frame()
    assert frame["trace_about"]["example"] == frame["example"]
    page.send("event", name="choose", index=2)
    assert page.frame()["trace_about"]["example"] == 2
    assert page.frame()["trace_about"]["input"] == [1, 0]
    page.send("event", name="delete", index=3)
    page.send("event", name="delete", index=2)
    assert page.frame()["trace_about"]["example"] == 1
    page.send("event", name="choose", index=-1)
    for wrong in (2, -2, 0.5, "1", None, 1e99):
        page.send("event", name="choose", index=wrong)
        assert "choose: index must be" in page.errors()[-1]


@pytest.mark.parametrize("name", LEARNERS)
def test_every_demo_exports_what_it_says(name):
    made = LEARNERS[name]({}, 1)
    made.step()
    for kind in made.exports:
        file = made.export(kind)
        assert file.name.startswith(name)
        assert file.data
        if kind == "python":
            compile(file.data, "exported", "exec")
        if kind == "history":
            rows = np.genfromtxt(io.BytesIO(file.data), delimiter=",", names=True)
            assert rows.dtype.names[0] == "step"
    with pytest.raises(ValueError, match=r"There is no export “gif” here; there are"):
        made.export("gif")


def test_files_cross_as_bytes(page):
    page.start("small")
    page.send("export", kind="npz")
    message, arrays = page.log[-1]
    assert (message["type"], message["name"]) == ("file", "test_learner.npz")
    assert bytes(arrays[0][:2]) == b"PK"
    for wrong in (None, 3, "gif", ["npz"], {}):
        page.send("export", kind=wrong)
        assert "There is no export" in page.errors()[-1]


def test_points_go_out_and_come_back(page):
    page.start("small")
    small = Small({"points": "0.125,-0.5,0;1.999,1,1"}, 0)
    small.exports = ("data",)
    page.send("event", name="table", text=small.export("data").data.decode())
    assert page.last("settings")["settings"]["points"] == small.settings["points"]
    page.send("event", name="table", text="1,2")
    assert "Line 1 of the table has 2 columns" in page.errors()[-1]
    assert page.last("settings")["settings"]["points"] == small.settings["points"]


def test_presets_are_told_taken_and_recognised(page):
    ready = page.start("small")
    assert ready["presets"] == [["wide", "Eight units"], ["usual", "As it starts"]]
    assert ready["preset"] == "usual"
    page.send("set", name="learning_rate", value=1)
    assert page.last("settings")["preset"] == ""
    page.send("preset", name="wide")
    told = page.last("settings")
    assert (told["preset"], told["seed"]) == ("wide", 3)
    assert told["settings"]["hidden"] == "8"
    assert told["settings"]["learning_rate"] == 0.1
    for wrong in (None, "none", 3, ["wide"]):
        page.send("preset", name=wrong)
        assert "There is no preset" in page.errors()[-1]


def test_a_link_may_name_a_preset_and_differ_from_it(page):
    ready = page.start("small", settings={"preset": "wide", "learning_rate": "0.5"})
    assert ready["notes"] == []
    assert ready["seed"] == 3
    assert ready["settings"]["hidden"] == "8"
    assert ready["settings"]["learning_rate"] == 0.5
    assert page.start("small", settings={"preset": "wide"}, seed="9")["seed"] == 9
    notes = page.start("small", settings={"preset": "tall"})["notes"]
    assert notes == ["There is no preset “tall” here; there are wide, usual."]


@pytest.mark.parametrize("name", DEMOS)
def test_every_preset_is_valid(name):
    kind = DEMOS[name]
    for preset, (title, settings, seed) in kind.presets.items():
        assert title
        for key, value in settings.items():
            assert kind.controls[key].parse(value) == (value, None), (preset, key)
        made = kind(kind.preset_settings(preset), seed)
        assert made.preset() == preset


def test_examples_a_second_are_counted_while_it_runs(page):
    page.start("small", settings={"batch_size": 4})
    page.send("run", on=True)
    page.run(3.0)
    assert page.frame()["rate"] > 4
    page.send("run", on=False)
    assert page.frame()["rate"] == 0


PICKY = """class Picky(L.Tanh):
    def forward(self, x, *rest):
        if len(x) > {}:
            raise ValueError("too many")
        return super().forward(x, *rest)

def make_network(seed):
    return Network([L.Input(2), L.Dense(3), Picky(), L.Softmax(2)], seed=seed)
"""


@pytest.mark.parametrize("most", [3, 20, 2000])
def test_code_that_fails_only_in_use_leaves_everything_as_it_was(page, most):
    page.start("classifier")
    page.send("step", n=20)
    before = page.last("state")
    page.send("code", text=PICKY.format(most))
    assert "too many" in page.errors()[-1]
    page.send("run", on=False)
    assert same(page.last("state"), before)
    page.send("step", n=1)
    assert page.frame()["step"] == 21


def test_a_trainer_that_cannot_be_looked_at_hides_no_error(page):
    code = OWN + "\ndef make_trainer(net):\n    return Trainer(net, learning_rate=1e300)\n"
    page.start("small", settings={"code": code})
    page.send("event", name="watch", on=True)
    page.send("step", n=5)
    assert "lower the learning rate" in page.errors()[-1]
    assert page.frame()["layers"]
