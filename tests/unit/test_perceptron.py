"""One unit: its two rules by hand, what it can learn, and what it cannot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml.demos.perceptron import Demo
from pyml.explain import geometry, perceptron


def test_the_perceptron_rule_by_hand():
    """Sum z = -1 + 2*1 + 0.5*3 = 2.5, output 1; target 0: weights gain 0.1 * (0-1) * input."""
    lesson = perceptron.teach(np.array([-1, 2, 0.5]), np.array([1.0, 3.0]), 0, "perceptron", 0.1)
    assert lesson[:3] == (2.5, 1.0, pytest.approx(-0.1))
    np.testing.assert_allclose(lesson.delta, [-0.1, -0.1, -0.3])


def test_the_perceptron_rule_leaves_a_right_answer_alone():
    lesson = perceptron.teach(np.array([-1, 2, 0.5]), np.array([1.0, 3.0]), 1, "perceptron", 0.1)
    assert not lesson.delta.any()


def test_the_delta_rule_by_hand():
    """Sum z = ln 3, output 3/4; target 1: factor = 2 * (1 - 3/4) * 3/4 * 1/4 = 3/32."""
    lesson = perceptron.teach(np.array([np.log(3), 0, 0]), np.array([2.0, -1.0]), 1, "delta", 2.0)
    assert lesson[:3] == pytest.approx((np.log(3), 0.75, 3 / 32))
    np.testing.assert_allclose(lesson.delta, [3 / 32, 6 / 32, -3 / 32])


def test_a_point_on_the_line_counts_as_class_0_also_after_rounding():
    z, output = perceptron.respond(np.array([-0.3, 0.1, 0.2]), np.ones((1, 2)), "perceptron")
    assert (z[0], output[0]) == (0.0, 0.0)


def test_no_weight_is_too_large_for_the_sigmoid():
    _, output = perceptron.respond(np.array([1e9, -1e9, 0]), np.array([[0, 0], [3, 0]]), "delta")
    assert output.tolist() == [1.0, 0.0]


def learn(demo, steps):
    for _ in range(steps):
        demo.step()
        if demo.finished:
            break
    return demo.frame()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("data", ["and", "or", "nand", "not", "cloud", "fruit"])
def test_what_is_separable_is_learnt_by_the_perceptron_rule(data, seed):
    frame = learn(Demo({"data": data}, seed), 3000)
    assert frame["accuracy"] == 1.0
    assert "Learnt in" in frame["verdict"]


@pytest.mark.parametrize("data", ["and", "or", "nand", "not", "fruit"])
def test_what_is_separable_is_learnt_by_the_delta_rule(data):
    frame = learn(Demo({"data": data, "rule": "delta", "learning_rate": 2.0}, 1), 3000)
    assert frame["accuracy"] == 1.0
    assert frame["error"] <= 0.05
    assert "Learnt in" in frame["verdict"]


@pytest.mark.parametrize("start", ["random", "zero", "own"])
@pytest.mark.parametrize("rule", perceptron.RULES)
def test_xor_is_never_more_than_three_quarters_right_and_the_verdict_says_why(rule, start):
    demo = Demo({"data": "xor", "rule": rule, "start": start, "learning_rate": 0.5}, 2)
    best = 0.0
    for _ in range(2000):
        demo.step()
        assert not demo.finished
        best = max(best, demo.frame()["accuracy"] if demo.steps < 300 else demo._judge()[1])
    assert best <= 0.75
    assert "no straight line has both 1s on one side" in demo.frame()["verdict"]


@pytest.mark.parametrize("seed", range(5))
def test_and_is_seen_being_learnt(seed):
    """With the defaults it takes some steps, but not more than 20 seconds of them."""
    demo = Demo({}, seed)
    learn(demo, 1000)
    assert 3 <= demo.steps <= 60


def test_a_newcomer_sees_and_learnt_in_five_to_ten_seconds():
    demo = Demo({}, 0)
    learn(demo, 1000)
    assert 5 <= demo.steps / float(demo.settings["speed"]) <= 10


HINT = "The delta rule takes small steps:"


@pytest.mark.parametrize("speed", [speed for speed, _ in Demo.controls["speed"].choices])
def test_a_slow_delta_rule_is_told_how_to_get_on_at_every_speed(speed):
    demo = Demo({"rule": "delta", "learning_rate": 0.01, "speed": speed}, 0)
    learn(demo, 7)
    assert HINT not in demo.frame()["verdict"]
    learn(demo, 173)
    assert demo.frame()["accuracy"] < 1
    advice = "a higher learning rate" + " and more speed" * (speed != "max")
    assert demo.frame()["verdict"].endswith(f"{HINT} {advice} will show more.")


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ({"learning_rate": 10.0, "speed": "max"}, False),
        ({"learning_rate": 10.0, "speed": "3"}, True),
        ({"rule": "perceptron"}, False),
        ({"data": "xor"}, False),
    ],
)
def test_the_hint_comes_only_where_it_helps(settings, hint):
    start = {"start": "own", "w0": 10.0, "w1": 10.0, "w2": 10.0}
    demo = Demo({"rule": "delta"} | start | settings, 0)
    learn(demo, 9)
    frame = demo.frame()
    assert frame["accuracy"] < 1
    assert (HINT in frame["verdict"]) == hint


def test_the_delta_rule_gets_somewhere_with_the_default_rate():
    """All points right within 180 steps, and done within ten seconds of 100 steps."""
    demo = Demo({"rule": "delta"}, 0)
    assert learn(demo, 180)["accuracy"] == 1.0
    learn(demo, 820)
    assert demo.finished


NAMES = ("class_names", "x_label", "y_label")


@pytest.mark.parametrize("data", [value for value, _ in Demo.controls["data"].choices])
def test_edited_points_keep_the_names_of_where_they_came_from(data):
    demo = Demo({"data": data, "points": "0,0,0;1,1,1"}, 0)
    names = [demo.frame()[name] for name in NAMES]
    demo.on_move(0, 0.25, 0.5)
    demo.on_add(0.5, 0.5, 1)
    assert demo.settings["data"] == "own"
    again = Demo(dict(demo.settings), 3)
    demo.reset()
    for one in (demo, again):
        assert [one.frame()[name] for name in NAMES] == names


def test_own_points_have_their_names_back_after_another_set_was_shown():
    demo = Demo({"data": "fruit"}, 0)
    demo.on_add(0.5, 0.5, 1)
    demo.set("data", "xor")
    assert demo.frame()["class_names"] == "0|1"
    demo.set("data", "own")
    assert demo.frame()["class_names"] == "apple|orange"


@given(st.integers(0, 1000), st.sampled_from(["and", "cloud", "xor"]))
def test_the_numbers_of_a_step_belong_together(seed, data):
    demo = Demo({"data": data}, seed)
    for _ in range(5):
        demo.step()
    f = demo.frame()
    assert f["step_error"] == f["target"] - f["output"]
    np.testing.assert_allclose(
        f["delta"], f["gradient_factor"] * np.array([1, *f["example_x"]]), rtol=1e-6, atol=1e-9
    )
    np.testing.assert_allclose(f["weights"], f["weights_before"] + f["delta"], rtol=1e-5, atol=1e-6)
    assert f["points"][f["example"]].tolist() == f["example_x"].tolist()
    assert f["labels"][f["example"]] == f["target"]
    assert f["errors"] == (f["labels"] != f["predictions"]).sum()


def test_every_epoch_visits_every_point_once():
    demo = Demo({"data": "xor"}, 3)
    for epoch in range(5):
        seen = []
        for _ in range(4):
            assert demo.epoch == epoch
            demo.step()
            seen.append(demo.example)
        assert sorted(seen) == [0, 1, 2, 3]


def test_the_field_is_what_the_unit_answers_at_the_middle_of_each_cell():
    demo = Demo({"start": "own", "w0": -1.0, "w1": 2.0, "w2": 0.0}, 0)  # 1 where x > 0.5
    field = demo.frame()["field"]
    assert field.shape == (100, 100)
    assert not field[:, :50].any()
    assert field[:, 50:].all()
    np.testing.assert_allclose(sorted(demo.frame()["line"].tolist()), [[0.5, -0.5], [0.5, 1.5]])


def test_zero_weights_have_no_line_and_answer_0_everywhere():
    frame = Demo({"start": "zero"}, 0).frame()
    assert frame["line"].shape == (0, 2)
    assert not frame["field"].any()


def test_not_looks_at_one_input_only():
    demo = Demo({"data": "not"}, 0)
    assert demo.frame()["points"][:, 1].tolist() == [0, 0]
    before = demo.weights[2]
    learn(demo, 100)
    assert demo.weights[2] == before


def test_points_that_no_line_divides_are_called_so():
    demo = Demo({"data": "own", "points": "0,0,0;0.5,0,1;1,0,0"}, 0)
    frame = learn(demo, 100)
    assert not geometry.separable(demo.x, demo.labels)
    assert "no straight line divides these points" in frame["verdict"]


def test_start_weights_that_are_right_already_are_called_so():
    demo = Demo({"data": "or", "start": "own", "w0": -0.5, "w1": 1.0, "w2": 1.0}, 0)
    assert not demo.finished
    assert "happen to have all 4 points right" in demo.frame()["verdict"]
    assert "Learnt in 1 step:" in learn(demo, 10)["verdict"]


def test_without_points_there_is_nothing_to_learn():
    demo = Demo({}, 0)
    demo.on_clear()
    demo.step()
    frame = demo.frame()
    assert demo.finished
    assert frame["step"] == 0
    assert frame["verdict"].startswith("There are no points")
    assert frame["points"].shape == (0, 2)


def test_a_live_learning_rate_counts_from_the_next_step():
    demo = Demo({"start": "zero"}, 0)
    demo.set("learning_rate", 3.0)
    while not demo.lesson.delta.any():
        demo.step()
    assert abs(demo.lesson.factor) == 3.0
    assert demo.steps > 0


@pytest.mark.parametrize("data", ["and", "or", "cloud", "fruit"])
@pytest.mark.parametrize("start", ["zero", "random", "own"])
def test_there_are_never_more_mistakes_than_the_theorem_allows(data, start):
    for seed in range(5):
        demo = Demo({"data": data, "start": start}, seed)
        frame = learn(demo, 5000)
        assert 0 < frame["gamma"] < frame["R"]
        assert frame["mistakes"] <= frame["bound"]
        assert frame["bound"] == pytest.approx(frame["from_zero"]) or start != "zero"


def test_the_bound_of_and_by_hand():
    """R² = 3 and γ² = 1/17: 51 from zero; from a start of length 1, at rate 1/2, 4 / γ more."""
    frame = Demo({"start": "own", "w0": 0.0, "w1": 0.6, "w2": -0.8}, 0).frame()
    assert frame["from_zero"] == pytest.approx(51)
    assert frame["bound"] == pytest.approx(51 + 4 * np.sqrt(17))


@pytest.mark.parametrize(
    "settings", [{"data": "xor"}, {"rule": "delta"}, {"code": perceptron.program("delta") + "#"}]
)
def test_no_bound_is_promised_where_there_is_none(settings):
    assert Demo(settings, 0).frame()["bound"] == -1


def test_mistakes_are_counted_anew_after_a_change_by_hand():
    demo = Demo({"data": "xor"}, 0)
    learn(demo, 20)
    assert demo.mistakes > 0
    demo.on_move(0, 0.1, 0.1)
    assert demo.frame()["mistakes"] == 0
    assert (demo.counted_from == demo.weights).all()


def test_a_weight_set_by_hand_counts_at_once_and_is_in_the_settings():
    demo = Demo({}, 0)
    learn(demo, 5)
    for index, value in enumerate((-1.5, 1.0, 1.0)):
        demo.on_weight(index, value)
    frame = demo.frame()
    assert (frame["accuracy"], frame["errors"], frame["step"]) == (1.0, 0, 5)
    assert [demo.settings[w] for w in ("start", "w0", "w1", "w2")] == ["own", -1.5, 1.0, 1.0]
    again = Demo(dict(demo.settings), 9)
    assert (again.weights == demo.weights).all()


def test_new_weights_are_random_ones_also_after_weights_set_by_hand():
    demo = Demo({}, 0)
    demo.on_weight(1, 7.0)
    demo.reset()
    assert demo.weights[1] == 7.0
    demo.seed = 1
    demo.reset()
    assert demo.settings["start"] == "random"
    assert (demo.weights == Demo({}, 1).weights).all()
    demo.settings, demo.seed = Demo.preset_settings("by-hand"), 0
    demo.reset()
    assert demo.weights.tolist() == [0.5, -1.0, 0.5]


def test_weights_of_ones_own_are_at_first_those_that_are_there():
    demo = Demo({}, 0)
    before = demo.weights
    demo.set("start", "own")
    np.testing.assert_allclose(demo.weights, before, atol=1e-4)
    demo.on_weight(0, 2.5)
    demo.set("start", "zero")
    demo.set("start", "own")
    assert demo.weights[0] == 2.5


def test_a_line_dragged_by_hand_goes_through_where_it_was_put():
    demo = Demo({}, 0)
    demo.on_line(1.5, 0.0, 0.0, 1.5)
    frame = demo.frame()
    np.testing.assert_allclose(frame["line"].sum(axis=1), 1.5, atol=1e-3)
    assert frame["verdict"].startswith(("The start weights", "Not trained yet"))
    demo.on_line(-40.0, 90.0, 80.0, -95.0)
    assert np.abs(demo.weights).max() <= 10


@pytest.mark.parametrize(
    ("event", "args", "words"),
    [
        ("weight", (3, 1.0), "weight: index"),
        ("weight", (0, float("inf")), "weight: value must be a finite number"),
        ("line", (0, 0, 0, 0), "line: its two ends are the same place"),
        ("line", (0, 0, "x", 0), "line: x1 must be a finite number"),
    ],
)
def test_what_cannot_be_set_is_refused(event, args, words):
    demo = Demo({}, 0)
    before = demo.weights
    with pytest.raises(ValueError, match=words):
        getattr(demo, f"on_{event}")(*args)
    assert (demo.weights == before).all()
    assert demo.settings["start"] == "random"


@pytest.mark.parametrize("rule", perceptron.RULES)
def test_the_python_that_is_shown_is_the_rule(rule):
    learn_by = perceptron.Rule(perceptron.program(rule))
    rng = np.random.default_rng(0)
    for _ in range(50):
        weights, x, target = rng.normal(0, 1, 3), rng.normal(0, 1, 2), int(rng.integers(2))
        taught = perceptron.teach(weights, x, target, rule, 0.3)
        np.testing.assert_allclose(
            learn_by(weights, x, target, 0.3), weights + taught.delta, atol=1e-15
        )


def test_a_rule_of_the_visitors_own_moves_the_weights():
    demo = Demo(
        {"code": "print('hello')\ndef learn(w, x, t, rate):\n    return w + [1, 0, 0]\n"}, 0
    )
    start = demo.weights
    demo.step()
    np.testing.assert_allclose(demo.weights - start, [1, 0, 0])
    assert demo.frame()["coded"]
    assert demo.printed == "hello\n"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def other():\n    pass", "must define a function learn"),
        ("def learn(w, x, t, rate):\n    return 3", "learn must return the three new weights"),
        ("def learn(w, x, t, rate):\n    return w / 0 * 'a'", "Line 2 of your code"),
        ("def learn(w, x, t, rate):\n    return [1, 2, np.inf]", "NaN or infinite"),
        ("def learn(w, x, t, rate)\n    return w", "Line 1 of your code: Python cannot read this"),
    ],
)
def test_a_mistake_in_the_rule_is_told_and_changes_nothing(code, words):
    demo = Demo({}, 0)
    demo.step()
    before = demo.state()
    with pytest.raises(perceptron.visitor.CodeError, match=words):
        demo.set("code", code)
    assert demo.state()["weights"] is before["weights"]


def test_code_that_is_the_rule_is_no_code_of_the_visitors():
    demo = Demo({}, 0)
    demo.set("code", demo.program())
    assert demo.settings["code"] == ""


@pytest.mark.parametrize("rule", perceptron.RULES)
def test_the_exported_programs_run_and_answer_as_the_unit_does(rule, capsys):
    demo = Demo({"rule": rule, "data": "or"}, 0)
    learn(demo, 50)
    names = {"__name__": "exported"}
    exec(demo.export("numpy").data.decode(), names)
    np.testing.assert_allclose(names["predict"](demo.x), demo.frame()["outputs"], atol=1e-6)
    exec(demo.export("python").data.decode(), names)
    assert ((names["w"][0] + demo.x @ names["w"][1:] > 0) == demo.labels).all()
    assert capsys.readouterr().out.count("should be") == 4
    assert demo.export("history").data.decode().startswith("step,error,accuracy\n0,")
