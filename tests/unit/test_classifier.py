"""The classifier: it learns its data sets, and its live controls reach the running trainer."""

import numpy as np
import pytest

from pyml import Network, visitor
from pyml.demos.classifier import Demo, make_network


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


def test_the_network_shown_is_the_network_that_runs():
    code = Demo.controls["code"].default
    net, _ = visitor.call(code, "make_network", 3)
    assert repr(net) == repr(make_network(3)) == repr(Demo({}, 3).net)
    assert (net.weights == make_network(3).weights).all()
    assert code.startswith("def make_network(seed")
    assert code.endswith("return Network(layers, seed=seed)\n")


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
