"""XOR: what one unit cannot learn and two hidden ones can, and what is said about it."""

import numpy as np
import pytest

from pyml.demos.xor import Demo
from pyml.explain import xor
from pyml.visitor import CodeError

STANDING = xor.Standing(
    steps=10,
    points=4,
    wrong=2,
    wrong_one=2,
    done=False,
    separable=False,
    units=2,
    stuck=False,
    level=False,
    reasons=[],
    ways=["New weights"],
)


def learn(demo, steps):
    while demo.steps < steps and not demo.finished:
        demo.advance(50)
    return demo.finished


@pytest.mark.parametrize(
    ("hidden", "least", "most", "steps"), [(1, 0, 0, 500), (2, 38, 46, 2000), (4, 49, 50, 2000)]
)
def test_how_many_of_fifty_starts_learn_xor(hidden, least, most, steps):
    """One hidden unit: none. Two: most, here 42. Four: all 50."""
    learnt = 0
    for seed in range(50):
        demo = Demo({"hidden": hidden}, seed)
        learnt += learn(demo, steps)
        assert demo._judge(demo.one)[1] <= 0.75
    assert least <= learnt <= most


def test_the_usual_start_learns_in_a_few_seconds():
    demo = Demo({}, 0)
    assert learn(demo, 1000)
    assert 1 <= demo.steps / float(demo.settings["speed"]) <= 5
    frame = demo.frame()
    assert frame["verdict"].startswith(f"Learnt in {demo.steps} steps: the network has all 4")
    assert frame["verdict"].endswith("no straight line divides them.")
    assert frame["table_net_right"].all()
    assert not frame["table_one_right"].all()


def test_the_seed_of_the_preset_stuck_is_stuck_and_it_is_said_why():
    preset = Demo.presets["stuck"]
    demo = Demo(Demo.preset_settings("stuck"), preset.seed)
    assert not learn(demo, 5000)
    verdict = demo.frame()["verdict"]
    assert verdict.startswith("Stuck with 2 of 4 points wrong: (1, 1) and (1, 0) get nearly the")
    assert verdict.endswith("What helps: New weights, more hidden units.")
    demo.on_weight(1, 0, 0, 3.0)
    assert demo.frame()["verdict"].startswith("Still learning")


def test_one_hidden_unit_is_told_that_it_is_not_enough():
    demo = Demo(Demo.preset_settings("one-hidden"), 0)
    learn(demo, 450)
    assert demo.frame()["verdict"].startswith("One hidden unit is not enough")


def test_however_the_steps_are_divided_they_are_the_same():
    one, other = Demo({"batch_size": "1"}, 5), Demo({"batch_size": "1"}, 5)
    for _ in range(600):
        one.advance(1)
    while other.steps < 600:
        other.advance(600 - other.steps)
    assert (one.net.weights == other.net.weights).all()
    assert (one.one.weights == other.one.weights).all()


def test_a_step_in_stages_is_one_phase_and_the_last_changes_the_weights():
    demo = Demo(Demo.preset_settings("backpropagation"), 0)
    start = demo.net.weights.copy()
    phases, steps = [], []
    for _ in range(10):
        demo.step()
        phases.append(demo.frame()["net_phase"])
        steps.append(demo.steps)
        if demo.steps == 0:
            assert (demo.net.weights == start).all()
    assert phases == ["forward", "forward", "error", "back", "update"] * 2
    assert steps == [0, 0, 0, 0, 1, 1, 1, 1, 1, 2]


def test_the_correction_is_the_rate_times_error_times_input():
    """Without momentum: each weight moves by -0.5 δ times what came in, as the lesson says."""
    demo = Demo(Demo.preset_settings("backpropagation"), 1)
    for _ in range(5):
        demo.step()
    f = demo.frame()
    values, errors = f["net_values"], f["net_errors"]
    hidden = -0.5 * np.outer(errors[:2], values[:2])
    output = -0.5 * errors[2] * values[2:4]
    np.testing.assert_allclose(f["net_change"], [*hidden.ravel(), *output], atol=1e-6)
    np.testing.assert_allclose(f["net_bias_change"], -0.5 * errors, atol=1e-6)
    # The share of the error is the weight, as it was, times the error behind it.
    before = f["net_weights"] - f["net_change"]
    np.testing.assert_allclose(f["net_flow"][4:], before[4:] * errors[2], atol=1e-6)


def test_stages_make_the_same_steps_as_one_point_at_a_time():
    staged = Demo({"stages": True}, 3)
    plain = Demo({"batch_size": "1"}, 3)
    for _ in range(5 * 12):
        staged.step()
    for _ in range(12):
        plain.step()
    assert (staged.steps, staged.epoch) == (12, 3) == (plain.steps, plain.epoch)
    assert (staged.net.weights == plain.net.weights).all()


def test_weights_set_by_hand_give_what_the_formula_says():
    demo = Demo({}, 0)
    by_hand = {(1, 0): (6, 6, -3), (1, 1): (5, 5, -7.5), (2, 0): (8, -9, -4)}
    for (layer, unit), numbers in by_hand.items():
        for input, value in zip((0, 1, -1), numbers, strict=True):
            demo.on_weight(layer, unit, input, value)
    f = demo.frame()
    for (x1, x2), said in zip(f["table_points"], f["table_net"], strict=True):
        h1, h2 = np.tanh(6 * x1 + 6 * x2 - 3), np.tanh(5 * x1 + 5 * x2 - 7.5)
        assert said == pytest.approx(1 / (1 + np.exp(-(8 * h1 - 9 * h2 - 4))), rel=1e-5)
    assert f["accuracy"] == 1.0
    assert f["verdict"] == "The weights have all 4 points right already."


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((0, 0, 0, 1), "weight: layer must be a whole number"),
        ((3, 0, 0, 1), "weight: layer"),
        ((1, 2, 0, 1), "weight: unit"),
        ((2, 0, 2, 1), "weight: input"),
        ((1, 0, 0, float("nan")), "weight: value must be a finite number"),
        (("x", 0, 0, 1), "weight: layer must be a finite number"),
    ],
)
def test_weights_that_are_not_there_are_refused(args, words):
    demo = Demo({}, 0)
    before = demo.net.weights.copy()
    with pytest.raises(ValueError, match=words):
        demo.on_weight(*args)
    assert (demo.net.weights == before).all()


def test_the_plane_shows_the_unit_that_is_looked_at():
    demo = Demo({}, 0)
    output = demo.frame()["field"]
    demo.on_look(0)
    field = demo.frame()["field"]
    assert (np.diff(field, axis=1) >= 0).all()
    demo.on_look(-1)
    assert (demo.frame()["field"] == output).all()
    with pytest.raises(ValueError, match="look: unit"):
        demo.on_look(5)


def test_the_single_unit_is_trained_in_the_same_way():
    demo = Demo({}, 0)
    demo.set("learning_rate", 0.25)
    demo.set("momentum", 0.5)
    assert demo._one_trainer.learning_rate == demo.trainer.learning_rate == 0.25
    assert demo._one_trainer.momentum == demo.trainer.momentum == 0.5
    demo.step()
    assert demo._one_trainer.steps == demo.trainer.steps == 1


OWN = """def make_network(seed):
    layers = [{layers}L.Regression(1, activation="sigmoid")]
    return Network([L.Input(2), *layers], seed=seed)
"""


@pytest.mark.parametrize(
    ("layers", "drawn", "spaced"),
    [
        ("", True, False),
        ('L.Dense(3, activation="tanh"), L.Dense(2, activation="tanh"),', True, True),
        ("L.Dense(4), L.Maxout(2),", False, False),
        ("L.Dense(20),", False, False),
    ],
)
@pytest.mark.parametrize("stages", [False, True])
def test_a_network_of_the_visitor_is_drawn_as_far_as_it_can_be(layers, drawn, spaced, stages):
    demo = Demo({"code": OWN.format(layers=layers), "stages": stages}, 0)
    for _ in range(12):
        demo.step()
    frame = demo.frame()
    assert ("net_sizes" in frame, "hidden_grid" in frame) == (drawn, spaced)
    assert demo.coded() == ("hidden", "activation")
    assert frame["step"] > 0


def test_a_network_that_does_not_fit_is_told_what_to_write():
    with pytest.raises(CodeError, match=r"End with L.Regression\(1\)"):
        Demo({"code": OWN.replace("Regression(1,", "Regression(2,").format(layers="")}, 0)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"points": 0}, "There are no points"),
        ({"steps": 0}, "Not trained yet: the network has 2 of 4 points wrong, the single unit 2."),
        ({"steps": 0, "wrong": 0}, "The weights have all 4 points right already."),
        ({"wrong": 0}, "The network has all 4 points right; its outputs are still"),
        ({"wrong": 0, "done": True, "steps": 1}, "Learnt in 1 step: the network has all 4"),
        ({"wrong": 0, "wrong_one": 0}, "The network has all 4 points right; its outputs are"),
        ({"stuck": True, "level": True}, "On a plateau: all points get nearly the same answer"),
        ({"stuck": True}, "Stuck with 2 of 4 points wrong: the corrections"),
        ({"stuck": True, "reasons": ["h1 is dead"]}, "Stuck with 2 of 4 points wrong: h1 is dead."),
        ({"units": 1, "steps": 900}, "One hidden unit is not enough"),
        ({"units": 1, "steps": 900, "separable": True}, "Still learning"),
        ({}, "Still learning: the network has 2 of 4 points wrong. The single unit has 2 wrong"),
    ],
)
def test_what_is_seen_is_said(changed, words):
    assert xor.verdict(STANDING._replace(**changed)).startswith(words)


def test_many_points_have_the_corners_in_the_truth_table():
    frame = Demo({"data": "clouds", "count": 40}, 0).frame()
    assert frame["table_corners"]
    assert frame["table_points"].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert frame["table_labels"].tolist() == [0, 1, 1, 0]


def test_without_points_there_is_nothing_to_learn():
    for stages in (False, True):
        demo = Demo({"stages": stages}, 0)
        demo.on_clear()
        demo.step()
        assert demo.finished
        assert demo.frame()["verdict"].startswith("There are no points")


@pytest.mark.parametrize("settings", [{}, {"stages": True}, {"hidden": 5, "across": "4"}])
@pytest.mark.parametrize("steps", [0, 3, 37])
def test_a_restored_demo_goes_on_to_the_bit(settings, steps):
    demo = Demo(settings, 7)
    for _ in range(steps):
        demo.step()
    again = Demo(settings, 7)
    again.restore(demo.state())
    for _ in range(9):
        demo.step()
        again.step()
    left, right = demo.frame(), again.frame()
    assert left.keys() == right.keys()
    for name, value in left.items():
        np.testing.assert_array_equal(value, right[name], err_msg=name)
