"""The numbers of one unit: they are those of its steps."""

import numpy as np
import pytest

from pyml.demos.perceptron import Demo
from pyml.explain import perceptron


def numbers(demo, index=-1):
    demo.on_watch(True)
    demo.on_choose(index)
    frame = demo.frame()
    return frame["trace"][1], frame["trace_about"]


@pytest.mark.parametrize("rule", perceptron.RULES)
def test_the_numbers_of_the_last_step_are_what_it_did(rule):
    demo = Demo({"rule": rule, "data": "fruit"}, 0)
    demo.step()
    while not demo.lesson.delta.any():
        demo.step()
    unit, about = numbers(demo)
    assert about["example"] == demo.example
    assert about["target_name"] == ("apple", "orange")[demo.labels[demo.example]]
    assert about["note"].startswith("The last step")
    new = np.array([unit["b"][0] + unit["step_b"][0], *np.add(unit["w"], unit["step_w"])[0]])
    np.testing.assert_array_equal(new, demo.weights)
    sum_ = np.dot(unit["w"][0], unit["x"]) + unit["b"][0]
    assert unit["z"][0] == pytest.approx(sum_, abs=1e-11)
    np.testing.assert_allclose(np.multiply(unit["dw"], -0.5), unit["step_w"], atol=1e-15)


def test_the_numbers_of_a_chosen_point_are_of_the_step_that_it_would_ask_for():
    """For (1, 1) z = 0.5 - 1 + 0.5 = 0, output 0, target 1: weights gain 0.5 times their inputs."""
    demo = Demo({"start": "own"}, 0)
    unit, about = numbers(demo, 3)
    assert (unit["z"], unit["y"], unit["dz"], unit["dy"]) == ([0.0], [0.0], [-1.0], [None])
    assert (unit["step_b"], unit["step_w"]) == ([0.5], [[0.5, 0.5]])
    assert (about["loss"], about["rule"]) == (0.0, "w ← w − 0.5·g")
    assert demo.steps == 0
    demo.on_delete(3)
    assert numbers(demo)[1]["example"] == 0


def test_the_numbers_of_a_rule_of_ones_own_are_its_steps_alone():
    demo = Demo({"code": "def learn(w, x, t, rate):\n    return w + [1, 0, 2]\n"}, 0)
    unit, about = numbers(demo, 0)
    np.testing.assert_allclose([*unit["step_b"], *unit["step_w"][0]], [1, 0, 2])
    assert (about["loss"], unit["dw"]) == (None, [[None, None]])
    demo = Demo({"code": "def learn(w, x, t, rate):\n    return w if x[2] else 'no'\n"}, 0)
    demo.on_watch(True)
    demo.on_choose(0)
    assert "trace" not in demo.frame()
