"""The demo regression: what a number of units can draw, its parts, the quiz."""

import numpy as np
import pytest

from pyml.demos.regression import Demo


def train(demo, steps):
    while steps > 0:
        steps -= demo.advance(steps)
    return demo


def after(steps, settings, seed=0):
    return train(Demo(settings, seed), steps)


def explained(*args):
    return after(*args).frame()["explained"]


def test_five_units_draw_x_sin_x_and_a_sine_and_one_unit_cannot():
    assert explained(2500, {}) > 0.98
    assert explained(2000, {"data": "sine"}) > 0.98
    assert all(explained(1500, {"data": "sine", "hidden": "1"}, seed) < 0.7 for seed in range(3))


def test_the_parts_in_a_frame_and_the_bias_add_up_to_its_curve():
    frame = after(300, {"hidden": "8,5:tanh"}).frame()
    assert frame["adds"].shape == frame["says"].shape == (5, len(frame["xs"]))
    np.testing.assert_allclose(frame["adds"].sum(axis=0) + frame["bias"], frame["curve"], atol=1e-4)
    np.testing.assert_allclose(frame["says"] * frame["heights"][:, None], frame["adds"], rtol=1e-5)
    assert (frame["parts"] == frame["adds"]).all()
    assert not len(after(0, {"parts": False}).frame()["parts"])


def test_the_curve_is_what_the_network_predicts_and_the_loss_half_its_mean_square():
    demo = after(50, {})
    frame = demo.frame()
    np.testing.assert_allclose(frame["curve"], demo.net.predict(frame["xs"][:, None])[:, 0])
    missed = frame["outputs"] - frame["points"][:, 1]
    assert frame["loss"] == pytest.approx((missed**2).mean() / 2, rel=1e-4)
    assert frame["extent"].tolist() == [frame["points"][:, 0].min(), frame["points"][:, 0].max()]


@pytest.mark.parametrize("data", ["xsinx", "sine", "steps", "bump", "line", "secret"])
def test_points_without_noise_lie_on_the_curve_that_is_shown_as_true(data):
    frame = Demo({"data": data, "count": 100}, 2).frame()
    x, y = frame["points"].T
    near = np.interp(x, frame["xs"], frame["truth"])
    assert np.median(np.abs(near - y)) < 0.03


def test_chance_and_own_points_have_no_true_curve():
    assert not len(Demo({"data": "noise"}, 0).frame()["truth"])
    demo = Demo({}, 0)
    demo.on_add(1.0, 2.0, 0)
    assert not len(demo.frame()["truth"])
    assert demo.settings["data"] == "own"


def test_points_can_be_made_moved_and_taken_away():
    demo = Demo({"data": "own", "points": "0,0,0;1,1,0"}, 0)
    demo.on_add(2.0, -1.5, 0)
    demo.on_move(0, -1.0, 0.5)
    demo.on_delete(1)
    assert demo.frame()["points"].tolist() == [[-1, 0.5], [2, -1.5]]
    demo.on_clear()
    assert demo.finished
    assert "no points" in demo.frame()["verdict"]


def test_a_table_of_two_columns_comes_back_as_it_was():
    demo = Demo({}, 0)
    demo.on_table("x;y\n1,5;-2\n3;4\n")
    assert demo.frame()["points"].tolist() == [[1.5, -2], [3, 4]]
    text = demo.export_data()
    demo.on_clear()
    demo.on_table(text)
    assert demo.frame()["points"].tolist() == [[1.5, -2], [3, 4]]


def test_another_method_brings_a_rate_that_suits_it():
    demo = Demo({}, 0)
    before = demo.settings["learning_rate"]
    demo.set("method", "adam")
    assert demo.settings["learning_rate"] != before
    demo.set("method", "momentum")
    assert demo.settings["learning_rate"] == before


QUIZ = {"data": "secret", "quiz": True}


def units_of(demo):
    return len(demo._truth.place)


def test_the_quiz_waits_for_a_guess():
    demo = Demo(QUIZ, 3)
    assert demo.finished
    assert demo.advance(100) == 100
    assert demo.steps == 0
    assert not len(demo.frame()["parts"])
    assert "guess" in demo.frame()["verdict"]
    demo.on_guess(2)
    assert not demo.finished
    assert demo.net.layers[1].units == 2
    demo.step()
    assert demo.steps == 1


def test_the_right_guess_is_called_right_and_a_low_one_too_low():
    demo = Demo(QUIZ, 2)  # drawn by two units
    assert units_of(demo) == 2
    points = demo.x
    demo.on_guess(2)
    assert (demo.x == points).all()
    demo.advance(1)
    assert "Trying 2 units" in demo.frame()["verdict"]
    for guess, words in ((2, "Right: 2 units"), (3, "It was drawn by 2"), (1, "Guess higher")):
        demo.on_guess(guess)
        train(demo, 4000)
        assert words in demo.frame()["verdict"]


def test_another_question_wants_another_guess_and_a_reset_does_not():
    demo = Demo(QUIZ, 2)
    demo.on_guess(4)
    demo.reset()
    assert demo.guess == 4
    demo.seed = 5
    demo.reset()
    assert demo.guess == 0


@pytest.mark.parametrize(
    ("units", "text"),
    [(0, "at least 1"), (9, "from 0 to 8"), (None, "finite number"), (2.5, "whole number")],
)
def test_a_guess_that_is_none_is_refused(units, text):
    with pytest.raises(ValueError, match=text):
        Demo(QUIZ, 0).on_guess(units)
    with pytest.raises(ValueError, match="switch the quiz on"):
        Demo({}, 0).on_guess(2)


def test_a_guess_and_what_was_learnt_are_restored():
    demo = Demo(QUIZ, 3)
    demo.on_guess(4)
    train(demo, 50)
    again = Demo(dict(demo.settings), 3)
    again.restore(demo.state())
    assert again.guess == 4
    train(demo, 20)
    train(again, 20)
    assert (again.frame()["curve"] == demo.frame()["curve"]).all()


@pytest.mark.parametrize("name", Demo.presets)
def test_presets_learn_what_they_are_called(name):
    settled = after(3000, Demo.presets[name].settings, Demo.presets[name].seed)
    share = settled.frame()["explained"]
    if name in ("five-sigmoid", "twenty", "extrapolation"):
        assert share > 0.98
    elif name == "one-unit":
        assert share < 0.7
    elif name == "steps":
        assert share > 0.85
    elif name == "noise":
        assert 0.7 < share < 0.99
    else:
        assert name == "quiz"
        assert units_of(settled) == 4


def test_exports_are_of_the_same_network():
    demo = after(100, {"hidden": "3"})
    names = {"__name__": "exported"}
    exec(demo.export_numpy(), names)
    np.testing.assert_allclose(
        names["predict"](demo.points()), demo.net.predict(demo.points()), atol=1e-5
    )
    assert demo.export_history().splitlines()[0] == "step,loss"
