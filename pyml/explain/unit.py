"""What is to be shown of a step of one unit: in short below its formula, and all its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyml.explain.perceptron import Lesson

#: what the last step was before there was one
NOTHING = Lesson(0.0, 0.0, 0.0, np.zeros(3))
#: what makes an output of the sum, by the rule that teaches the unit
SQUASH = {"perceptron": "step", "delta": "sigmoid", "own": "output"}
#: which step the numbers are of: the one that may come, or the last one
NOTES = ("What a step with this point would do.", "The last step, from the weights before it.")


def last_step(
    index: int, x: np.ndarray, labels: np.ndarray, lesson: Lesson, before: np.ndarray
) -> dict[str, Any]:
    """What a frame says of the last step, from weights `before` (3,); zeros for index -1."""
    shown = index >= 0
    z, output, factor, delta = lesson if shown else NOTHING
    target = int(labels[index]) if shown else 0
    return {
        "example": index,
        "example_x": (x[index] if shown else np.zeros(2)).astype(np.float32),
        "target": target,
        "z": z,
        "output": output,
        "step_error": target - output,
        "gradient_factor": factor,
        "delta": delta.astype(np.float32),
        "weights_before": before.astype(np.float32),
    }


def numbers(
    weights: np.ndarray, x: np.ndarray, target: int, lesson: Lesson, rule: str, rate: float
) -> dict[str, Any]:
    """`trace` and `trace_about`, as a Learner has them, of a unit with weights (3,).

    `lesson` is what it learns from x (2,). By `rule` "perceptron" the loss is (o - t) z, which is 0
    for a right answer, by "delta" it is (t - o)^2 / 2; what an "own" rule goes down is not known.
    """
    z, output, _, step = lesson
    wrong = output - target
    loss, dy, dz = {
        "perceptron": (wrong * z, None, wrong),
        "delta": (wrong**2 / 2, wrong, wrong * output * (1 - output)),
    }.get(rule, (None, None, None))
    dw = [None if dz is None else dz * float(v) for v in (*x, 1.0)]
    w0, *w = weights.tolist()
    step0, *steps = step.tolist()
    dense: dict[str, Any] = {
        "name": f"one unit, {SQUASH[rule]}",
        "kind": "dense",
        "activation": SQUASH[rule],
    }
    dense |= {"x": x.tolist(), "w": [w], "b": [w0], "z": [z], "y": [output], "dy": [dy], "dz": [dz]}
    dense |= {"dw": [dw[:2]], "db": dw[2:], "step_w": [steps], "step_b": [step0]}
    told: dict[str, Any] = {"target": target, "loss": loss, "method": f"{rule} rule"}
    told["rule"] = "as your code says" if rule == "own" else f"w ← w − {rate:g}·g"
    return {
        "trace": [{"name": "Input(2)", "kind": "input", "y": x.tolist()}, dense],
        "trace_about": told,
    }
