"""The demo trainers: the methods race under the same conditions, in the plane and in the valley."""

import numpy as np
import pytest

from pyml.demos.trainers import Demo
from pyml.methods import TRAINERS
from pyml.trainers import Trainer


def train(demo, steps):
    while steps > 0 and not demo.finished:
        steps -= demo.advance(steps)
    return demo


def after(steps, settings, seed=0):
    return train(Demo(settings, seed), steps)


def losses(demo):
    frame = demo.frame()
    return dict(zip(frame["methods"].split("|"), frame["losses"], strict=True))


def test_all_begin_alike_and_then_part():
    demo = Demo({}, 0)
    assert len(set(losses(demo).values())) == 1
    assert len(demo.racers) == 7
    train(demo, 20)
    assert len(set(losses(demo).values())) == 7


def test_each_is_trained_as_it_would_be_alone():
    both, alone = after(40, {"methods": "sgd,adam"}), after(40, {"methods": "adam"})
    assert (both.racers[1].net.weights == alone.racers[0].net.weights).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_momentum_and_adam_are_ahead_of_plain_descent_with_their_usual_rates(seed):
    frame = after(500, {"methods": "sgd,nesterov,adam"}, seed).frame()
    # Single losses jump; how they go on the whole does not.
    sgd, nesterov, adam = frame["history_loss"][:, 60:].mean(axis=1)
    assert max(nesterov, adam) < 0.9 * sgd


def test_momentum_helps_at_the_same_small_rate():
    found = losses(after(600, Demo.presets["momentum"].settings))
    assert max(found["momentum"], found["nesterov"]) < found["sgd"] / 2


def test_however_its_steps_are_divided_the_course_is_the_same():
    alone, together = Demo({"methods": "sgd,adam"}, 3), after(700, {"methods": "sgd,adam"}, 3)
    for _ in range(700):
        alone.step()
    one, other = alone.state(), together.state()
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert np.array_equal(value, other[name]), name


@pytest.mark.parametrize("settings", [{"methods": "momentum,adadelta"}, {"problem": "valley"}])
def test_a_restored_race_goes_on_to_the_bit(settings):
    demo = after(60, settings)
    again = Demo(dict(demo.settings), 0)
    again.restore(demo.state())
    for one in (demo, again):
        train(one, 30)
    assert demo.frame()["losses"].tobytes() == again.frame()["losses"].tobytes()
    assert demo.frame()["history_loss"].tobytes() == again.frame()["history_loss"].tobytes()


def test_in_the_valley_one_that_runs_away_is_stopped_and_the_others_arrive():
    settings = {"problem": "valley", "rates": "same", "learning_rate": 2.5, "narrow": 20}
    demo = after(300, settings | {"methods": "sgd,adagrad"})
    sgd, adagrad = demo.racers
    assert sgd.stopped > 0
    assert adagrad.runs
    assert adagrad.arrived > 0
    frame = demo.frame()
    assert "Ran away and was stopped: Gradient descent" in frame["verdict"]
    assert np.isnan(frame["history_loss"][0, -1])
    assert np.isfinite(frame["history_loss"][1]).all()
    assert not demo.finished
    assert after(300, settings | {"methods": "sgd"}).finished


def test_the_paths_begin_at_one_place_and_end_where_the_weights_are():
    demo = after(25, {"problem": "valley", "methods": "momentum,adam"})
    frame = demo.frame()
    assert frame["paths"].shape == (2, 26, 2)
    np.testing.assert_allclose(frame["paths"][:, 0], [demo.valley.start] * 2, rtol=1e-6)
    for path, racer in zip(frame["paths"], demo.racers, strict=True):
        assert (path[-1] == racer.net.weights[:2]).all()
    assert frame["field"].argmin() == frame["field"].size // 2


def test_momentum_is_quicker_along_the_valley():
    demo = after(200, {"problem": "valley", "methods": "sgd,momentum"})
    plain, rolling = (racer.arrived for racer in demo.racers)
    assert 0 < rolling < 0.8 * plain


def test_the_fields_are_what_each_network_answers():
    demo = after(10, {"methods": "sgd,adam"})
    fields = demo.frame()["field"]
    assert fields.shape == (2, 40, 40)
    for field, racer in zip(fields, demo.racers, strict=True):
        assert field[0, 0] == pytest.approx(racer.net.predict([[-5.85, -5.85]])[0, 1], abs=1e-5)


@pytest.mark.parametrize("method", TRAINERS)
def test_rates_reach_the_running_trainers(method):
    demo = Demo({"methods": method}, 0)
    (racer,) = demo.racers
    own = racer.trainer.learning_rate
    demo.step()
    demo.set("factor", 0.5)
    assert racer.trainer.learning_rate == pytest.approx(own / 2)
    demo.set("rates", "same")
    demo.set("learning_rate", 0.015)
    assert demo.racers[0].trainer.learning_rate == 0.015
    assert demo.coded() == ()


def test_own_code_decides_the_network_and_the_methods_settings():
    code = (
        "def make_network(seed):\n"
        "    return Network([L.Input(2), L.Dense(3, 'relu'), L.Softmax(2)], seed=seed)\n"
        "def make_trainer(net, method):\n"
        "    return Trainer(net, method, l2_decay=0.5)\n"
    )
    demo = Demo({"code": code, "methods": "sgd,adam"}, 0)
    assert all(racer.trainer.l2_decay == 0.5 for racer in demo.racers)
    assert "learning_rate" in demo.coded()
    assert isinstance(demo.racers[1].trainer, Trainer)
    assert train(demo, 5).steps == 5


def test_another_network_does_not_fit_into_the_valley():
    code = (
        "def make_network(seed):\n    return Network([L.Input(2), L.Dense(3), L.Regression(1)])\n"
    )
    with pytest.raises(ValueError, match="The valley is of two weights"):
        Demo({"code": code, "problem": "valley"}, 0)


@pytest.mark.parametrize("name", Demo.presets)
def test_every_preset_runs_and_says_how_it_stands(name):
    frame = after(30, Demo.presets[name].settings).frame()
    assert "leads with a loss of" in frame["verdict"]
    demo = Demo(Demo.presets[name].settings, 0)
    assert demo.preset() == name
    assert demo.export_history().startswith("step,loss_sgd")
