"""One unit with two inputs: it draws a straight line and learns from its mistakes."""

# ruff: noqa: D102 (Demo and PlaneDemo describe what a demo overrides)
from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from pyml import demo, geometry, perceptron, plane
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
CHOICES = tuple((name, label) for name, (label, *_) in DATA.items())
#: what the last step was before there was one
NOTHING = perceptron.Lesson(0.0, 0.0, 0.0, np.zeros(3))
WEIGHTS = ("weights", "start_weights", "weights_before")
#: the delta rule is done when all points are right and the mean squared error is this small
SURE = 0.05
#: epochs before the demo says that it is hopeless, so that a visitor has seen it fail
PATIENCE = 6
#: epochs before the demo says how the delta rule gets on faster
SLOW = 2
#: Spread of the random start weights. Only its ratio to the learning rate matters to the perceptron
#: rule; with these two most starts learn AND in 10 to 50 steps.
SPREAD = 0.75

RATE = demo.Slider(
    default=0.5,
    min=0.01,
    max=10.0,
    step=0.01,
    log=True,
    live=True,
    label="Learning rate",
    help="How far one mistake moves the weights",
)


class Demo(plane.PlaneDemo):
    """One step learns from one point; every epoch visits all points in a new order."""

    title = "The perceptron"
    view = (-0.5, 1.5, -0.5, 1.5)
    controls: ClassVar[dict[str, demo.Control]] = {
        "data": demo.Choice(default="and", label="Data", choices=CHOICES),
        "count": demo.Slider(
            default=40, min=4, max=200, step=4, label="Points", when=("data", ("cloud", "fruit"))
        ),
        "rule": demo.Choice(
            default="perceptron",
            label="Rule",
            choices=(("perceptron", "perceptron rule"), ("delta", "delta rule (sigmoid)")),
            help="The delta rule takes smaller steps: give it a higher rate and more speed",
        ),
        "learning_rate": RATE,
        "start": demo.Choice(
            default="random",
            label="Start weights",
            choices=(("random", "random"), ("zero", "all zero"), ("own", "your own")),
        ),
        "w0": demo.Number(
            default=0.5, min=-10.0, max=10.0, step=0.1, label="w0 (bias)", when=("start", ("own",))
        ),
        "w1": demo.Number(
            default=-1.0, min=-10.0, max=10.0, step=0.1, label="w1", when=("start", ("own",))
        ),
        "w2": demo.Number(
            default=0.5, min=-10.0, max=10.0, step=0.1, label="w2", when=("start", ("own",))
        ),
        "speed": demo.speed("3"),
        "points": demo.Points(),
        # Where the points come from, which gives them their names; it is in the link only.
        "origin": demo.Choice(
            default="and", label="Origin of the points", choices=CHOICES, when=("data", ())
        ),
    }

    def reset(self) -> None:
        super().reset()
        start = self.settings["start"]
        if start == "random":
            self.weights = self.rng.normal(0, SPREAD, 3)
        elif start == "zero":
            self.weights = np.zeros(3)
        else:
            self.weights = np.array([float(self.settings[w]) for w in ("w0", "w1", "w2")])
        self.start_weights = self.weights_before = self.weights
        self.lesson = NOTHING
        self.steps = self.epoch = 0
        self.history = demo.History("error", "accuracy")
        self._grid = self.grid()
        self._remember()

    def make_points(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        name = self.settings["data"]
        n = self.settings["count"] if name in ("cloud", "fruit") else 1
        return DATASETS[DATA[name][1]](n, 0.0, rng)

    def edited(self) -> None:
        self._order: list[int] = []  # the rest of this epoch; a new one starts afresh
        self._separable: bool | None = None  # found when somebody asks
        self.example = -1  # the point of the last step may not be what it was

    def step(self) -> None:
        if not len(self.x):
            return
        if not self._order:
            self._order = self.rng.permutation(len(self.x)).tolist()
        self.example = self._order.pop()
        self.weights_before = self.weights
        self.lesson = perceptron.teach(
            self.weights,
            self.x[self.example],
            int(self.labels[self.example]),
            self.settings["rule"],
            self.settings["learning_rate"],
        )
        self.weights = self.weights + self.lesson.delta
        self.steps += 1
        self.epoch += not self._order
        self._remember()

    @property
    def finished(self) -> bool:
        if not len(self.x):
            return True
        error, accuracy, _ = self._judge()
        sure = self.settings["rule"] == "perceptron" or error <= SURE
        return self.steps > 0 and accuracy == 1 and sure

    def frame(self) -> dict[str, Any]:
        error, accuracy, outputs = self._judge()
        data = self.settings["data"]
        origin = self.settings["origin"] if data == "own" else data
        _, _, classes, (x_label, y_label) = DATA[origin]
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
            "field": self._outputs(self._grid).astype(np.float32).reshape(plane.GRID, plane.GRID),
            "line": geometry.clip_line(self.weights, np.array(self.view)).astype(np.float32),
            "weights": self.weights.astype(np.float32),
            "start_weights": self.start_weights.astype(np.float32),
            **self._last_step(),
            **self.history.columns(),
        }

    def _last_step(self) -> dict[str, Any]:
        """The arithmetic of the last step, or zeros when there is no step to show."""
        shown = self.example >= 0
        z, output, factor, delta = self.lesson if shown else NOTHING
        target = int(self.labels[self.example]) if shown else 0
        return {
            "example": self.example,
            "example_x": (self.x[self.example] if shown else np.zeros(2)).astype(np.float32),
            "target": target,
            "z": z,
            "output": output,
            "step_error": target - output,
            "gradient_factor": factor,
            "delta": delta.astype(np.float32),
            "weights_before": (self.weights_before if shown else self.weights).astype(np.float32),
        }

    def state(self) -> dict[str, Any]:
        return (
            super().state()
            | self.history.state()
            | self.lesson._asdict()
            | {name: getattr(self, name) for name in ("steps", "epoch", "example", *WEIGHTS)}
            | {"order": list(self._order)}
        )

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self.history.restore(state)
        for name in WEIGHTS:
            setattr(self, name, np.array(state[name], np.float64).reshape(3))
        self.lesson = perceptron.Lesson(
            float(state["z"]),
            float(state["output"]),
            float(state["factor"]),
            np.array(state["delta"], np.float64).reshape(3),
        )
        self.steps, self.epoch = (max(0, int(state[name])) for name in ("steps", "epoch"))
        self._order = demo.indices(state["order"], len(self.x))
        self.example = max(-1, min(int(state["example"]), len(self.x) - 1))

    def _outputs(self, x: np.ndarray) -> np.ndarray:
        return perceptron.respond(self.weights, x, self.settings["rule"])[1]

    def _judge(self) -> tuple[float, float, np.ndarray]:
        """Mean squared error, accuracy and the outputs (N,) over all points."""
        if not len(self.x):
            return 0.0, 1.0, np.zeros(0)
        outputs = self._outputs(self.x)
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
                steps = f"{self.steps} step{'s' * (self.steps > 1)}"
                return f"Learnt in {steps}: all {n} points are on their side of the line."
            return f"All {n} points are on their side; the outputs are still getting clearer."
        if not self.steps:
            return f"Not trained yet: {wrong} of {n} points are on the wrong side of the line."
        if self._separable is None:
            self._separable = geometry.separable(self.x, self.labels)
        if self._separable or self.epoch < PATIENCE:
            still = f"Still learning: {wrong} of {n} points are on the wrong side of the line."
            return still + self._hint()
        if self.settings["data"] == "xor":
            return (
                "One unit cannot learn XOR: it draws one straight line, and no straight line has "
                "both 1s on one side and both 0s on the other. At most 3 of 4 are ever right."
            )
        return (
            f"One unit cannot learn this: no straight line divides these points. "
            f"Just now {wrong} of {n} are on the wrong side, and it will go on like this."
        )

    def _hint(self) -> str:
        """How the delta rule gets on faster, once it has been seen to be slow."""
        if self.settings["rule"] != "delta" or self.epoch < SLOW or not self._separable:
            return ""
        ways = []
        if self.settings["learning_rate"] < RATE.max:
            ways.append("a higher learning rate")
        if self.settings["speed"] != "max":
            ways.append("more speed")
        if not ways:
            return ""
        return f" The delta rule takes small steps: {' and '.join(ways)} will show more."
