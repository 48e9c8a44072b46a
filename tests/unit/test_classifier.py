"""The classifier: it learns its data sets, and its live controls reach the running trainer."""

import numpy as np
import pytest

from pyml import Network, visitor
from pyml.demos.classifier import Demo


def after(steps, settings, seed=0):
    demo = Demo(settings, seed)
    for _ in range(steps):
        demo.step()
    return demo.frame()


@pytest.mark.parametrize(
    ("data", "steps", "accuracy"),
    [("circle", 600, 0.97), ("gauss", 300, 0.97), ("moons", 1500, 0.95), ("xor", 1500, 0.9)],
)
def test_it_learns(data, steps, accuracy):
    frame = after(steps, {"data": data})
    assert frame["accuracy"] >= accuracy
    assert frame["history_loss"][-1] < frame["history_loss"][0]


def test_the_program_shown_is_the_program_that_runs():
    demo = Demo({"learning_rate": 0.25}, 3)
    names, _ = visitor.run(demo.program())
    net = names["make_network"](3)
    assert repr(net) == repr(demo.net)
    assert (net.weights == demo.net.weights).all()
    assert repr(names["make_trainer"](net)) == repr(demo.trainer)
    assert demo.trainer.learning_rate == 0.25


def test_the_frame_tells_what_the_network_answers():
    demo = Demo({"count": 30}, 1)
    for _ in range(50):
        demo.step()
    f = demo.frame()
    p = demo.net.predict(f["points"])
    np.testing.assert_allclose(f["outputs"], p[:, 1], rtol=1e-6)
    assert (f["predictions"] == demo.net.classify(f["points"])).all()
    assert f["accuracy"] == pytest.approx((f["predictions"] == f["labels"]).mean())
    loss, _ = demo.net.loss_and_gradient(f["points"], f["labels"])
    assert f["loss"] == pytest.approx(loss, rel=1e-4)
    assert f["field"].shape == (100, 100)
    assert f["field"][0, 0] == pytest.approx(demo.net.predict([[-5.94, -5.94]])[0, 1], rel=1e-4)
    assert f["field"][0, 99] == pytest.approx(demo.net.predict([[5.94, -5.94]])[0, 1], rel=1e-4)
    assert f["parameters"] == 38
    assert f["layers"].splitlines()[0].startswith("Network 2-6-2-2, 38 weights")


@pytest.mark.parametrize("name", ["learning_rate", "momentum", "l2_decay"])
def test_live_settings_go_into_the_running_trainer(name):
    demo = Demo({}, 0)
    trainer = demo.trainer
    demo.step()
    demo.set(name, 0.05)
    assert demo.trainer is trainer
    assert getattr(trainer, name) == 0.05
    assert demo.steps == 1


def test_an_epoch_is_one_visit_to_every_point():
    demo = Demo({"count": 30, "batch_size": 7}, 0)
    for _ in range(5):  # 7 + 7 + 7 + 7 + 2
        assert demo.frame()["epoch"] == 0
        demo.step()
    assert demo.frame()["epoch"] == 1


@pytest.mark.parametrize("settings", [{}, {"count": 30, "batch_size": 7}, {"batch_size": 100}])
def test_however_its_steps_are_divided_the_course_is_the_same(settings):
    alone, together = Demo(settings, 3), Demo(settings, 3)
    for _ in range(1500):
        alone.step()
    left = 1500
    while left:
        left -= together.advance(left)
    one, other = alone.state(), together.state()
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert np.array_equal(value, other[name]), name
    assert alone.frame()["epoch"] == together.frame()["epoch"]


def test_a_network_of_float64_works_as_well():
    code = (
        "def make_network(seed):\n"
        "    return Network([L.Input(2), L.Softmax(2)], seed=seed, dtype='float64')\n"
    )
    frame = after(20, {"code": code})
    assert frame["field"].dtype == np.float32


def test_random_labels_are_called_what_they_are():
    assert "random" in after(5, {"data": "random"})["verdict"]


def test_every_data_set_of_the_menu_gives_a_frame():
    for value, _ in Demo.controls["data"].choices:
        frame = after(2, {"data": value, "points": "1,1,0;2,2,1"})
        assert frame["verdict"]
        assert isinstance(Demo({"data": value}, 0).net, Network)


@pytest.mark.parametrize("data", ["clouds", "wedges"])
def test_it_learns_eight_classes(data):
    frame = after(1500, {**Demo.presets["eight-classes"].settings, "data": data, "hidden": "12,6"})
    assert frame["accuracy"] > 0.95
    assert frame["class_names"] == "0|1|2|3|4|5|6|7"
    assert frame["field"].min() >= 1 / 8
    assert set(np.unique(frame["field_class"])) == set(range(8))


def test_of_several_classes_the_field_is_the_likeliest():
    demo = Demo({"data": "rings", "classes": 3}, 0)
    frame = demo.frame()
    p = demo.net.predict(demo.grid())
    np.testing.assert_allclose(frame["field"].ravel(), p.max(axis=1), rtol=1e-5)
    assert (frame["field_class"].ravel() == p.argmax(axis=1)).all()
    assert (frame["warp_class"] < 3).all()


def test_the_layer_before_the_softmax_is_looked_at_first():
    frame = Demo({}, 0).frame()
    assert frame["layer_names"] == "Dense(6, tanh)|Dense(2, tanh)|Softmax(2)"
    assert (frame["layer"], frame["units"], frame["pair"]) == (1, 2, [0, 1])
    assert frame["heat"].shape == (2, 24, 24)
    assert frame["grid"].shape == (625, 2)
    assert frame["divide"].shape == (2, 2)


def test_what_is_seen_is_what_the_chosen_units_say():
    demo = Demo({}, 0)
    demo.on_layer(0)
    demo.on_units(3, 1)
    frame = demo.frame()
    says = demo.net.activations(frame["points"])[2]
    np.testing.assert_allclose(frame["seen"], says[:, [3, 1]], atol=1e-6)
    demo.on_look(4)
    shown = demo.frame()
    assert shown["field_kind"] == "value"
    own = demo.net.activations(demo.grid())[2][:, 4]
    np.testing.assert_allclose(shown["field"].ravel(), own / np.abs(own).max(), atol=1e-6)
    demo.on_look(-1)
    assert demo.frame()["field_kind"] == "class"


def test_what_is_looked_at_stays_through_a_reset_and_a_restored_state_but_not_without_the_layer():
    demo = Demo({}, 0)
    demo.on_layer(0)
    demo.on_units(5, 2)
    demo.on_look(3)
    demo.reset()
    again = Demo({}, 0)
    again.restore(demo.state())
    for one in (demo, again):
        assert (one.layer, one.pair, one.unit) == (0, (5, 2), 3)
    demo.set("hidden", "3")
    assert (demo.layer, demo.pair, demo.unit) == (0, (0, 1), -1)
    demo.set("hidden", "")
    assert demo.frame()["layer_names"] == "Softmax(2)"


@pytest.mark.parametrize(
    ("event", "args"),
    [("layer", (3,)), ("layer", (None,)), ("units", (0, 2)), ("units", (-1, 0)), ("look", (2,))],
)
def test_a_layer_or_unit_that_is_not_there_is_refused(event, args):
    demo = Demo({}, 0)
    with pytest.raises(ValueError, match=f"^{event}: "):
        getattr(demo, f"on_{event}")(*args)
    assert demo.frame()["layer"] == 1


@pytest.mark.parametrize("hidden", ["", "1", "16,1", "4:relu,3:sigmoid"])
def test_every_layer_of_any_network_can_be_looked_at(hidden):
    demo = Demo({"hidden": hidden, "data": "wedges", "classes": 4}, 0)
    for index in range(len(demo.frame()["layer_names"].split("|"))):
        demo.on_layer(index)
        frame = demo.frame()
        assert np.isfinite(frame["grid"]).all()
        assert len(frame["heat"]) == min(frame["units"], 16)


def test_a_table_with_more_classes_brings_a_network_with_more_outputs():
    demo = Demo({}, 0)
    demo.on_table("1,1,a\n2,2,b\n3,3,c\n")
    assert demo.settings["classes"] == 3
    assert demo.net.layers[-1].units == 3
    assert demo.labels.tolist() == [0, 1, 2]
    demo.on_add(0, 0, 2)
    demo.set("classes", 2)
    assert demo.settings["classes"] == 3
    assert demo.notes[-1] == "Your points are of 3 classes."


def test_a_table_that_own_code_has_no_outputs_for_changes_nothing():
    code = "def make_network(seed):\n    return Network([L.Input(2), L.Softmax(2)], seed=seed)\n"
    demo = Demo({"code": code}, 0)
    before = dict(demo.settings)
    with pytest.raises(ValueError, match="There are 3 classes"):
        demo.on_table("1,1,a\n2,2,b\n3,3,c\n")
    assert demo.settings == before
    assert demo.classes == 2


def test_points_of_a_set_of_two_classes_stay_of_two_classes_when_they_are_edited():
    demo = Demo({"classes": 5}, 0)
    demo.on_add(0, 0, 1)
    assert demo.classes == demo.settings["classes"] == 2
    assert demo.net.layers[-1].units == 2


def test_the_size_of_the_weights_is_told_as_a_loss():
    demo = Demo({"l2_decay": 0.01}, 0)
    w = demo.net.weights * (demo.net.l2_mask > 0)
    assert demo.frame()["l2_loss"] == pytest.approx(0.005 * float(w @ w), rel=1e-4)


def test_one_that_is_stuck_says_so():
    assert "falls no more" in after(1200, {"hidden": "1"})["verdict"]


@pytest.mark.parametrize("seed", range(3))
def test_the_preset_of_spirals_learns_them(seed):
    """In ten seconds at its speed, with room to spare."""
    assert after(1000, Demo.presets["spiral"].settings, seed)["accuracy"] >= 0.95
