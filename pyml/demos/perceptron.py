"""One unit with two inputs: it draws a straight line and learns from its mistakes."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from pyml import demo, geometry, plane
from pyml.datasets import DATASETS

#: name: label, data set, the classes' names, the inputs' names
DATA = {
    "and": ("AND", "gate_and", "0|1", ("x1", "x2")),
    "or": ("OR", "gate_or", "0|1", ("x1", "x2")),
    "nand": ("NAND", "gate_nand", "0|1", ("x1", "x2")),
    "not": ("NOT", "gate_not", "0|1", ("x1", "not used")),
    "xor": ("XOR", "gate_xor", "0|1", ("x1", "x2")),
    "cloud": ("random cloud", "separable", "0|1", ("x1", "x2")),
    "fruit": (
        "apples and oranges",
        "apples_and_oranges",
        "apple|orange",
        ("colour: green to orange", "surface: smooth to dimpled"),
    ),
    "own": ("your own points", "", "0|1", ("x1", "x2")),
}
SURE = 0.05
PATIENCE = 10


class Demo(plane.PlaneDemo):
    """z = w0 + w1 x1 + w2 x2; one step learns from one point.

    Rule "perceptron" (Rosenblatt 1958): output 1 if z > 0 else 0, w += rate * (target - output) * input.
    Rule "delta" (Widrow and Hoff 1960, through a sigmoid): output h = 1 / (1 + exp(-z)), and
    w += rate * (target - h) * h * (1 - h) * input, the way down the squared error / 2.
    In both, input is (1, x1, x2).
    """

    title = "The perceptron"
    view = (-0.5, 1.5, -0.5, 1.5)
    controls: ClassVar[dict[str, demo.Control]] = {
        "data": demo.Choice(
            default="and",
            label="Data",
            choices=tuple((name, label) for name, (label, *_) in DATA.items()),
        ),
        "count": demo.Slider(
            default=40, min=4, max=200, step=4, label="Points", when=("data", ("cloud", "fruit"))
        ),
        "rule": demo.Choice(
            default="perceptron",
            label="Rule",
            choices=(("perceptron", "perceptron rule"), ("delta", "delta rule (sigmoid)")),
        ),
        "learning_rate": demo.Slider(
            default=0.1,
            min=0.01,
            max=10.0,
            step=0.01,
            log=True,
            live=True,
            label="Learning rate",
            help="How far one mistake moves the weights",
        ),
        "start": demo.Choice(
            default="random",
            label="Start weights",
            choices=(("random", "random"), ("zero", "all zero"), ("own", "your own")),
        ),
        "w0": demo.Number(
            default=3, min=-10.0, max=10.0, step=0.1, label="w0 (bias)", when=("start", ("own",))
        ),
        "w1": demo.Number(
            default=-4, min=-10.0, max=10.0, step=0.1, label="w1", when=("start", ("own",))
        ),
        "w2": demo.Number(
            default=2, min=-10.0, max=10.0, step=0.1, label="w2", when=("start", ("own",))
        ),
        "speed": demo.speed("3"),
        "points": demo.Points(),
    }

    def reset(self) -> None:
        super().reset()
        start = self.settings["start"]
        if start == "random":
            self.weights = self.rng.uniform(-1, 1, 3)
        elif start == "zero":
            self.weights = np.zeros(3)
        else:
            self.weights = np.array([float(self.settings[w]) for w in ("w0", "w1", "w2")])
        self.start_weights = self.weights
        self.steps = self.epoch = 0
        self.history = demo.History("error", "accuracy")
        self._grid = self.grid()
        self._remember()

    def make_points(self) -> tuple[np.ndarray, np.ndarray]:
        name = self.settings["data"]
        n = self.settings["count"] if name in ("cloud", "fruit") else 1
        return DATASETS[DATA[name][1]](n, 0.0, self.rng)

    def edited(self) -> None:
        self._order: list[int] = []  # the rest of this epoch; a new one starts afresh
        self._separable: bool | None = None  # found when somebody asks
        self._forget()

    def _forget(self) -> None:
        """No step to show: none was made, or its point is not what it was."""
        self.example = -1
        self.example_x = np.zeros(2)
        self.target = 0
        self.z = self.output = self.factor = 0.0
        self.delta = np.zeros(3)
        self.weights_before = getattr(self, "weights", np.zeros(3))

    def step(self) -> None:
        if not len(self.x):
            return
        if not self._order:
            self._order = self.rng.permutation(len(self.x)).tolist()
        self.example = self._order.pop()
        self.example_x = self.x[self.example]
        self.target = int(self.labels[self.example])
        self.z, self.output = (float(v[0]) for v in self.respond(self.example_x[None]))
        self.factor = self.settings["learning_rate"] * (self.target - self.output)
        if self.settings["rule"] == "delta":
            self.factor *= self.output * (1 - self.output)
        self.weights_before = self.weights
        self.delta = self.factor * np.array([1.0, *self.example_x])
        self.weights = self.weights + self.delta
        self.steps += 1
        self.epoch += not self._order
        self._remember()

    def respond(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The sums z (N,) and outputs (N,) for points x (N, 2)."""
        w0, w1, w2 = self.weights
        # Rounded, so that 0.1 + 0.2 - 0.3 lies on the line and not a hair beside it.
        z = np.round(w0 + w1 * x[:, 0] + w2 * x[:, 1], 12)
        if self.settings["rule"] == "delta":
            return z, 0.5 * np.tanh(0.5 * z) + 0.5
        return z, (z > 0).astype(np.float64)

    @property
    def finished(self) -> bool:
        if not len(self.x):
            return True
        error, accuracy, _ = self._judge()
        sure = self.settings["rule"] == "perceptron" or error <= SURE
        return self.steps > 0 and accuracy == 1 and sure

    def frame(self) -> dict[str, Any]:
        error, accuracy, outputs = self._judge()
        _, _, classes, (x_label, y_label) = DATA[self.settings["data"]]
        return {
            "step": self.steps,
            "epoch": self.epoch,
            "accuracy": accuracy,
            "errors": len(self.x) - round(accuracy * len(self.x)),
            "error": error,
            "verdict": self._verdict(error, accuracy),
            "rule": self.settings["rule"],
            "x_label": x_label,
            "y_label": y_label,
            "class_names": classes,
            "view": np.array(self.view, np.float32),
            "points": self.x.astype(np.float32),
            "labels": self.labels.astype(np.uint8),
            "outputs": outputs.astype(np.float32),
            "predictions": (outputs > 0.5).astype(np.uint8),
            "field": self.respond(self._grid)[1].astype(np.float32).reshape(plane.GRID, plane.GRID),
            "line": geometry.clip_line(self.weights, np.array(self.view)).astype(np.float32),
            "weights": self.weights.astype(np.float32),
            "start_weights": self.start_weights.astype(np.float32),
            "example": self.example,
            "example_x": self.example_x.astype(np.float32),
            "target": self.target,
            "z": self.z,
            "output": self.output,
            "step_error": self.target - self.output,
            "gradient_factor": self.factor,
            "delta": self.delta.astype(np.float32),
            "weights_before": self.weights_before.astype(np.float32),
            **self.history.columns(),
        }

    def state(self) -> dict[str, Any]:
        return (
            super().state()
            | self.history.state()
            | {name: getattr(self, name) for name in (*ARRAYS, *NUMBERS)}
            | {"order": self._order}
        )

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self.history.restore(state)
        for name in ARRAYS:
            setattr(self, name, np.array(state[name], np.float64).reshape(getattr(self, name).shape))
        for name, kind in NUMBERS.items():
            setattr(self, name, kind(state[name]))
        self._order = [int(i) for i in state["order"] if 0 <= i < len(self.x)]

    def _judge(self) -> tuple[float, float, np.ndarray]:
        """Mean squared error, accuracy and the outputs (N,) over all points."""
        if not len(self.x):
            return 0.0, 1.0, np.zeros(0)
        _, outputs = self.respond(self.x)
        error = float(np.square(outputs - self.labels).mean())
        return error, float(((outputs > 0.5) == self.labels).mean()), outputs

    def _remember(self) -> None:
        if self.history.due(self.steps):
            self.history.add(self.steps, *self._judge()[:2])

    def _verdict(self, error: float, accuracy: float) -> str:
        n = len(self.x)
        wrong = n - round(accuracy * n)
        if not n:
            return "There are no points: click into the picture to make some."
        if not wrong:
            if not self.steps:
                return f"The start weights happen to have all {n} points right already."
            if self.finished:
                return f"Learnt in {self.steps} steps: all {n} points are on their side of the line."
            return f"All {n} points are on their side; the outputs are still getting clearer."
        if not self.steps:
            return f"Not trained yet: {wrong} of {n} points are on the wrong side of the line."
        if self._separable is None:
            self._separable = geometry.separable(self.x, self.labels)
        if self._separable or self.epoch < PATIENCE:
            return f"Still learning: {wrong} of {n} points are on the wrong side of the line."
        if self.settings["data"] == "xor":
            return (
                "One unit cannot learn XOR: it draws one straight line, and no straight line has "
                "both 1s on one side and both 0s on the other. At most 3 of 4 are ever right."
            )
        return (
            f"One unit cannot learn this: no straight line divides these points. "
            f"Just now {wrong} of {n} are on the wrong side, and it will go on like this."
        )


ARRAYS = ("weights", "start_weights", "weights_before", "delta", "example_x")
NUMBERS = {
    "steps": int,
    "epoch": int,
    "example": int,
    "target": int,
    "z": float,
    "output": float,
    "factor": float,
}
