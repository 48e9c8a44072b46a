"""Separability: Playground's numbers, how many units a disc needs, and what a visitor can build."""

import re
from itertools import pairwise

import numpy as np
import pytest
from pages import Page, same

from pyml import Network, playground, visitor
from pyml.demos.separability import Demo
from pyml.explain import separability


def after(steps, settings, seed=0):
    demo = Demo(settings, seed)
    while steps:
        steps -= demo.advance(steps)
    return demo


#: settings, seed, epochs; then the losses of training and test points and the first weight, from a
#: loop in JavaScript with seedrandom, written from what the source of TensorFlow Playground does
GOLDEN = [
    ({"hidden": "3"}, "0.14065", 20,
     (0.19298141851908315, 0.20666266145191595), 0.5912333528549908),
    ({"hidden": "4,2", "noise": 25, "batch_size": 7}, "0.14065", 20,
     (0.28284860518278315, 0.2932076806109221), 0.5125883645178032),
    ({"data": "xor", "noise": 10}, "seed", 20,
     (0.4938603573216379, 0.49399575167085086), -0.09786945262047321),
    ({"data": "gauss", "noise": 20, "hidden": ""}, "0.5", 5,
     (0.039600352844287756, 0.03407770629846054), 0.5619221947501053),
    ({"data": "spiral", "noise": 10, "hidden": "8,8"}, "ä€", 5,
     (0.45328023270360834, 0.507513404418706), -0.24385248719693325),
    ({"data": "plane", "noise": 5, "hidden": "", "problem": "regression"}, "0.1", 3,
     (0.0003274319660908902, 0.0002800747016247881), 0.09997661087071491),
    ({"data": "bumps", "noise": 5, "hidden": "3", "problem": "regression"}, "0.1", 3,
     (0.03746936279976195, 0.03813927018887866), -0.3040530600157534),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "seed", "epochs", "losses", "weight"), GOLDEN)
def test_data_start_and_course_are_those_of_the_playground(settings, seed, epochs, losses, weight):
    demo = Demo(settings, seed)
    batches = len(demo.lessons()) // demo.settings["batch_size"]
    left = batches * epochs
    while left:
        left -= demo.advance(left)
    np.testing.assert_allclose(demo.judge()[:2], losses, rtol=1e-9)
    assert demo.net.layers[1].w[0, 0] == pytest.approx(weight, rel=1e-9)
    assert demo.frame()["epoch"] == epochs


@pytest.mark.parametrize(
    ("units", "succeed"), [("1", (0, 0)), ("2", (0, 1)), ("3", (40, 50)), ("5", (48, 50))]
)
def test_of_fifty_seeds_so_many_learn_the_circle(units, succeed):
    learnt = 0
    for seed in range(50):
        demo = Demo({"hidden": units, "learning_rate": 0.3}, seed)
        demo.trainer.batch_size = 25
        lessons = demo.lessons()
        for _ in range(40):
            demo.trainer.epoch(demo.inputs[lessons], demo.targets[lessons])
        learnt += demo.judge()[2] >= 0.98
    assert succeed[0] <= learnt <= succeed[1]


@pytest.mark.parametrize(
    ("preset", "steps", "least", "most"),
    [("circle-1", 2500, 0, 0.8), ("circle-2", 2500, 0.7, 0.95), ("circle-3", 5000, 0.98, 1),
     ("circle-5", 5000, 0.98, 1), ("plane", 300, 0.95, 1), ("three-classes", 1500, 0.95, 1),
     ("spiral-features", 3000, 0.95, 1), ("spiral", 4000, 0.95, 1),
     ("squares", 1500, 0.98, 1)],
)  # fmt: skip
def test_presets_show_what_they_promise(preset, steps, least, most):
    demo = after(steps, Demo.preset_settings(preset), Demo.presets[preset].seed)
    assert demo.preset() == preset
    assert least <= demo.judge()[2] <= most


def test_a_large_network_learns_noise_by_heart_and_l2_holds_it_back():
    steps = 6000
    losses = {
        name: after(steps, Demo.preset_settings(name)).judge()[:2]
        for name in ("overfit", "overfit-l2")
    }
    train, test = losses["overfit"]
    assert test > 1.5 * train
    assert losses["overfit-l2"][1] < test


@pytest.mark.parametrize(
    ("features", "seed"), [("xSquared,ySquared", "0.14065"), ("x,y,xSquared,ySquared", 0)]
)
def test_better_inputs_need_no_hidden_layer(features, seed):
    demo = after(1500, {"features": features, "hidden": ""}, seed)
    assert demo.judge()[2] >= 0.98
    assert after(1500, {"hidden": ""}, seed).judge()[2] < 0.8


def test_a_start_so_large_that_tanh_is_flat_is_called_saturated():
    demo = after(1500, {"features": "xSquared,ySquared", "hidden": ""}, 0)
    assert demo.judge()[2] < 0.6
    assert "the output is saturated" in demo.frame()["verdict"]


@pytest.mark.parametrize(
    "settings",
    [{}, {"batch_size": 7}, {"method": "adam"}, {"data": "rings", "method": "momentum"},
     {"regularisation": "L1", "rate": 0.05, "activation": "relu"}],
)  # fmt: skip
def test_however_its_steps_are_divided_the_course_is_the_same(settings):
    one, other = Demo(settings, 3), after(700, settings, 3)
    for _ in range(700):
        one.step()
    assert same(one.state(), other.state())
    assert same(one.frame(), other.frame())


def test_what_an_epoch_leaves_over_joins_the_next_batch():
    demo = Demo({"batch_size": 30, "train": 10}, 0)  # 50 points: 30, then 20 and 30
    sizes = []
    for _ in range(4):
        before = demo.seen
        demo.step()
        sizes.append(demo.seen - before)
    assert sizes == [30, 50, 50, 50]
    assert demo.frame()["epoch"] == 4


@pytest.mark.parametrize("method", [name for name, _ in separability.METHODS])
def test_the_program_shown_is_the_program_that_runs(method):
    settings = {"method": method, "hidden": "4:relu,2", "regularisation": "L2", "rate": 0.01}
    demo = Demo(settings, 3)
    names, _ = visitor.run(demo.program())
    net = names["make_network"](3)
    assert repr(net) == repr(demo.net)
    assert repr(names["make_trainer"](net)) == repr(demo.trainer)
    assert repr(demo.net).count("Relu") == 1
    demo.step()


@pytest.mark.parametrize("method", ["playground", "adam"])
def test_live_settings_reach_the_running_trainer(method):
    demo = Demo({"method": method}, 0)
    trainer = demo.trainer
    for name, value in (("learning_rate", 0.2), ("regularisation", "L1"), ("rate", 0.5)):
        demo.set(name, value)
    assert demo.trainer is trainer
    assert trainer.learning_rate == 0.2
    pulls = trainer.rate if method == "playground" else trainer.l1_decay
    assert pulls == 0.5
    fresh = Demo(dict(demo.settings), 0)
    assert repr(fresh.trainer) == repr(trainer)


def test_links_that_l1_cut_are_drawn_cut_and_live_again_when_set_by_hand():
    demo = after(1500, {"regularisation": "L1", "rate": 0.03, "learning_rate": 0.1})
    dead = demo.frame()["net_dead"]
    assert dead.any()
    assert (demo.frame()["net_weights"][dead > 0] == 0).all()
    at = int(np.flatnonzero(dead)[0])
    assert at < 8  # of the first layer, which has 2 inputs
    demo.on_weight(1, at // 2, at % 2, 0.7)
    assert not demo.frame()["net_dead"][at]
    assert demo.frame()["net_weights"][at] == np.float32(0.7)


def test_weights_set_by_hand_give_what_the_formula_says():
    demo = Demo({"hidden": "1"}, 0)
    for layer, input, value in ((1, 0, 0.5), (1, 1, -2), (1, -1, 0.25), (2, 0, 3), (2, -1, -0.1)):
        demo.on_weight(layer, 0, input, value)
    frame = demo.frame()
    x, y = frame["points"].astype(float).T
    said = np.tanh(3 * np.tanh(0.5 * x - 2 * y + 0.25) - 0.1)
    assert (frame["predictions"] == (said > 0)).all()
    at = demo.grid()[1234]
    said = np.tanh(3 * np.tanh(0.5 * at[0] - 2 * at[1] + 0.25) - 0.1)
    assert frame["field"].ravel()[1234] == pytest.approx((said + 1) / 2, rel=1e-4)
    assert frame["net_biases"].tolist() == [0.25, np.float32(-0.1)]


def test_looking_at_a_unit_shows_its_field():
    demo = Demo({}, 0)
    answer = demo.frame()["field"]
    demo.on_look(0)
    field = demo.frame()["field"]
    np.testing.assert_allclose(field, np.tile((np.arange(100) + 0.5) / 100, (100, 1)), atol=0.01)
    demo.on_look(2)
    hidden = np.tanh(demo.grid() @ demo.net.layers[1].w[0] + demo.net.layers[1].b[0])
    np.testing.assert_allclose(demo.frame()["field"].ravel(), (hidden + 1) / 2, atol=1e-4)
    demo.on_look(-1)
    assert (demo.frame()["field"] == answer).all()


def test_a_shape_is_built_by_an_event_and_goes_into_the_settings(page):
    page.start("separability")
    page.send("step", n=5)
    for text in ("4,2,3:relu", "", "8,8,8,8,8,8"):
        page.send("event", name="shape", text=text)
        assert page.last("settings")["settings"]["hidden"] == text
        assert page.frame()["step"] == 0
    page.send("event", name="shape", text="99")
    assert "more than 6 layers of 8 units" in page.last("settings")["notes"][0]
    page.send("event", name="features", text="y,sinX")
    assert page.frame()["net_sizes"] == [2, 8, 1]
    assert page.frame()["net_names"] == "x2|sin x1"
    assert not page.errors()


def test_own_code_makes_the_network_and_cannot_be_built_over():
    code = (
        "def make_network(seed):\n"
        "    return Network([L.Input(2), L.Dense(4), L.Maxout(2), L.Regression(1)], seed=seed)\n"
    )
    demo = after(20, {"code": code})
    assert demo.coded() == ("hidden", "activation")
    frame = demo.frame()
    assert frame["net_sizes"] == []
    assert "Maxout" in frame["layers"]
    with pytest.raises(ValueError, match="hidden: your own code makes the network"):
        demo.on_shape("3")
    with pytest.raises(ValueError, match="this network is not drawn"):
        demo.on_weight(1, 0, 0, 1)
    with pytest.raises(visitor.CodeError, match="3 inputs, but your network begins with Input"):
        demo.on_features("x,y,sinX")
    assert demo.settings["features"] == "x,y"


@pytest.mark.parametrize(
    ("event", "args", "text"),
    [
        ("weight", (0, 0, 0, 1), "weight: layer must be a whole number from 0 to 2"),
        ("weight", (1, 4, 0, 1), "weight: unit must be a whole number from 0 to 3, got 4"),
        ("weight", (1, 0, 2, 1), "weight: input must be a whole number from 0 to 2"),
        ("weight", (1, 0, 0, "1"), "weight: value must be a finite number, got “1”"),
        ("weight", (None, 0, 0, 1), "weight: layer must be a finite number, got None"),
        ("look", (9,), "look: unit must be a whole number from 0 to 9"),
        ("look", ("x",), "look: unit must be a finite number, got “x”"),
        ("choose", (250,), "choose: index must be a whole number from 0 to 249, got 250"),
    ],
)
def test_events_with_wrong_arguments_are_refused_by_name(event, args, text):
    demo = Demo({}, 0)
    before = demo.state()
    with pytest.raises(ValueError, match=re.escape(text)):
        getattr(demo, f"on_{event}")(*args)
    assert same(demo.state(), before)


def test_the_numbers_are_of_the_example_that_is_shown():
    demo = after(30, {"show_test": False})
    demo.on_watch(True)
    for index in (-1, 0, 249):
        demo.on_choose(index)
        frame = demo.frame()
        about = frame["trace_about"]
        assert about["examples"] == len(frame["points"]) == 250
        shown = frame["points"][about["example"]]
        np.testing.assert_allclose(about["input"], shown, rtol=1e-6)
        np.testing.assert_allclose(frame["net_values"][:2], shown, rtol=1e-6)


@pytest.mark.parametrize(
    ("settings", "kind"),
    [({}, "class"), ({"data": "wedges"}, "class"), ({"data": "plane"}, "class"),
     ({"data": "bumps", "problem": "regression"}, "value"),
     ({"data": "rings", "problem": "regression"}, "value")],
)  # fmt: skip
def test_frames_of_all_kinds_fit_together(settings, kind):
    frame = after(20, settings | {"show_test": True}).frame()
    n = len(frame["points"])
    assert frame.get("field_kind", "class") == kind
    named = ("targets", "outputs") if kind == "value" else ("labels", "predictions")
    assert all(len(frame[name]) == n for name in (*named, "test"))
    assert frame["test"].sum() == frame["tests"] == n // 2
    low = -1 if kind == "value" else 0
    assert low <= frame["field"].min() <= frame["field"].max() <= 1
    assert ("field_class" in frame) == (settings.get("data") == "wedges")
    assert len(frame["net_heat"]) == sum(frame["net_sizes"])
    links = sum(a * b for a, b in pairwise(frame["net_sizes"]))
    assert len(frame["net_weights"]) == links


def test_a_playground_link_opens_the_same_set_up():
    """As in the page: the link's own hash, and its seed beside it."""
    link = {"networkShape": "3", "dataset": "circle", "learningRate": "0.03", "noise_hide": "true"}
    page = Page()
    ready = page.start("separability", settings=link, seed="0.14065")
    assert ready["hide"] == ["noise"]
    assert ready["notes"] == ["The link names no seed, so its points were drawn with ours."]
    page.send("step", n=500)
    assert page.frame()["loss"] == pytest.approx(0.19298141851908315, rel=1e-9)
    pasted = Page()
    pasted.start("separability", settings={"data": "xor"})
    pasted.send("event", name="table", text="#networkShape=3&dataset=circle&seed=0.14065")
    told = pasted.last("settings")
    assert (told["seed"], told["notes"]) == ("0.14065", [])
    pasted.send("step", n=500)
    assert (pasted.frame()["field"] == page.frame()["field"]).all()


def test_heights_make_the_problem_regression_unless_the_link_says_otherwise():
    for settings, problem in (
        ({"data": "plane"}, "regression"),
        ({"data": "plane", "problem": "classification"}, "classification"),
        ({"data": "xor"}, "classification"),
    ):
        ready = Page().start("separability", settings=settings)
        assert ready["settings"]["problem"] == problem
    demo = Demo({}, 0)
    demo.set("data", "bumps")
    assert demo.settings["problem"] == "regression"
    demo.set("data", "xor")
    assert demo.settings["problem"] == "classification"


def test_a_preset_in_a_link_brings_its_seed_unless_there_is_one():
    assert Page().start("separability", settings={"preset": "circle-3"})["seed"] == "0.14065"
    named = Page().start("separability", settings={"preset": "circle-3"}, seed="7")
    assert (named["seed"], named["preset"]) == (7, "")


def test_the_exported_network_says_the_same():
    demo = after(50, {"features": "x,sinY", "hidden": "3"})
    for kind in ("python", "numpy"):
        names = {"__name__": "file"}
        exec(demo.export(kind).data.decode(), names)
        points = demo.points()[:5]
        wanted = demo.net.predict(playground.features(demo.x[:5], ["x", "sinY"]))
        np.testing.assert_allclose(names["predict"](points), wanted, rtol=1e-9)
    assert isinstance(demo.net, Network)
