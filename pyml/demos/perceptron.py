"""One unit with two inputs: it draws a straight line and learns from its mistakes."""

# ruff: noqa: D102 (Demo and PlaneDemo describe what a demo overrides)
from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from pyml import demo, exports, plane, pointlist, visitor
from pyml.datasets import DATASETS
from pyml.explain import geometry, perceptron, unit

WEIGHTS = ("weights", "start_weights", "weights_before", "counted_from")
OWN = ("w0", "w1", "w2")
COUNTERS = ("steps", "epoch", "seen", "mistakes")
#: the delta rule is done when all points are right and the mean squared error is this small
SURE = 0.05
#: epochs before the demo says that it is hopeless, so that a visitor has seen it fail
PATIENCE = 6
#: what the two places of a line are called
ENDS = ("x0", "y0", "x1", "y1")
#: spread of the random start weights, from which most starts learn AND in 10 to 50 steps
SPREAD = 0.75


class Demo(plane.PlaneDemo):
    """One step learns from one point; every epoch visits all points in a new order."""

    title = "The perceptron"
    view = (-0.5, 1.5, -0.5, 1.5)
    controls: ClassVar[dict[str, demo.Control]] = perceptron.CONTROLS
    presets: ClassVar[dict[str, demo.Preset]] = perceptron.PRESETS
    exports: ClassVar[tuple[str, ...]] = ("python", "numpy", "history", "data")
    #: whether somebody looks at the numbers, and of which point; -1 is the one last learnt from
    watching, chosen = False, -1
    #: the seed of the weights that are there; None before there are any
    _seeded: int | str | None = None

    def program(self) -> str:
        return perceptron.program(self.settings["rule"])

    def reset(self) -> None:
        # The code first: when it fails, everything else is still as it was.
        learn = perceptron.Rule(self.settings["code"] or self.program())
        if self._seeded not in (None, self.seed) and not self.preset():
            self.settings["start"] = "random"  # another seed was asked for: New weights
        self._seeded = self.seed
        super().reset()
        self._learn, self.printed = learn, learn.printed
        start = self.settings["start"]
        if start == "random":
            self.weights = self.rng.normal(0, SPREAD, 3)
        elif start == "zero":
            self.weights = np.zeros(3)
        else:
            self.weights = np.array([float(self.settings[w]) for w in OWN])
        self.start_weights = self.weights_before = self.weights
        self.lesson = unit.NOTHING
        self.steps = self.epoch = self.seen = 0
        self.history = demo.History("error", "accuracy")
        self._grid = self.grid()
        self._count()
        self._remember()

    def set(self, name: str, value: Any) -> None:
        if name == "code" and value == self.program():
            value = ""
        # Who chooses "own" without having set weights starts from those on the screen.
        usual = all(self.settings[w] == self.controls[w].default for w in OWN)
        if (name, value) == ("start", "own") and usual:
            self._by_hand(self.weights)
        super().set(name, value)

    def apply(self, name: str) -> None:
        if name == "learning_rate":
            self._count()

    def _count(self) -> None:
        """Mistakes count from here: the theorem is about one start, one rate and fixed points."""
        self.counted_from, self.mistakes = self.weights, 0

    def make_points(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        name = self.settings["data"]
        n = self.settings["count"] if name in ("cloud", "fruit") else 1
        return DATASETS[perceptron.DATA[name][1]](n, 0.0, rng)

    def edited(self) -> None:
        self._order: list[int] = []  # the rest of this epoch; a new one starts afresh
        self._margin: tuple[float, float] | None = None  # found when somebody asks
        if hasattr(self, "weights"):
            self._count()
        self.example = -1  # the point of the last step may not be what it was
        self.chosen = min(self.chosen, len(self.x) - 1)

    def step(self) -> None:
        if not len(self.x):
            return
        if not self._order:
            self._order = self.rng.permutation(len(self.x)).tolist()
        self.example = self._order.pop()
        x, target = self.x[self.example], int(self.labels[self.example])
        rate = self.settings["learning_rate"]
        taught = perceptron.teach(self.weights, x, target, self.settings["rule"], rate)
        new = self._learn(self.weights, x, target, rate)
        self.lesson = taught._replace(delta=new - self.weights)
        self.mistakes += (taught.output > 0.5) != target
        self.weights_before, self.weights = self.weights, new
        self.steps += 1
        self.seen += 1
        self.epoch += not self._order
        self._remember()

    def on_weight(self, index: int, value: float) -> None:
        """Sets a weight by hand: 0 is the bias."""
        weights = self.weights.copy()
        weights[demo.index_of("weight", "index", index, 3)] = demo.finite("weight", "value", value)
        self._by_hand(weights)

    def on_line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Puts the line through two places; the classes keep their sides as far as they can."""
        ends = [
            demo.finite("line", name, v) for name, v in zip(ENDS, (x0, y0, x1, y1), strict=True)
        ]
        places = np.clip(np.array(ends).reshape(2, 2), -pointlist.FARTHEST, pointlist.FARTHEST)
        weights = geometry.through(places, self.weights)
        # The line stays the same when all three shrink.
        self._by_hand(weights / max(1.0, float(np.abs(weights).max()) / perceptron.FARTHEST))

    def _by_hand(self, weights: np.ndarray) -> None:
        self.settings["start"] = "own"
        weights = np.clip(weights, -perceptron.FARTHEST, perceptron.FARTHEST)
        for name, value in zip(OWN, weights.tolist(), strict=True):
            self.settings[name] = round(value, 4) + 0.0
        # Read back, so that it is what a link would bring back.
        self.weights = np.array([self.settings[name] for name in OWN])
        self.start_weights = self.weights_before = self.weights
        self.example = -1
        self._count()

    @property
    def finished(self) -> bool:
        if not len(self.x):
            return True
        error, accuracy, _ = self._judge()
        sure = self.settings["rule"] == "perceptron" or error <= SURE
        return self.steps > 0 and accuracy == 1 and sure

    def frame(self) -> dict[str, Any]:
        error, accuracy, outputs = self._judge()
        before = self.weights_before if self.example >= 0 else self.weights
        _, _, classes, (x_label, y_label) = perceptron.DATA[self._origin()]
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
            "coded": bool(self.settings["code"]),
            **unit.last_step(self.example, self.x, self.labels, self.lesson, before),
            **self._numbers(),
            **self._theorem(),
            **self.history.columns(),
        }

    def on_watch(self, on: bool) -> None:
        """Whether somebody looks at the numbers."""
        self.watching = bool(on)

    def on_choose(self, index: int) -> None:
        """Which point they are of; -1 for the one that was last learnt from."""
        last = type(index) is int and index == -1
        self.chosen = -1 if last else self._index("choose", index)

    def _numbers(self) -> dict[str, Any]:
        """Of the last step, or of what a step with the chosen point would do."""
        if not self.watching or not len(self.x):
            return {}
        last = self.chosen < 0 <= self.example
        index = self.example if last else max(self.chosen, 0)
        weights = self.weights_before if last else self.weights
        x, target = self.x[index], int(self.labels[index])
        rule, rate = self.settings["rule"], self.settings["learning_rate"]
        lesson = self.lesson if last else perceptron.teach(weights, x, target, rule, rate)
        if self.settings["code"] and not last:
            try:
                new = self._learn(weights, x, target, rate)
            except visitor.CodeError:  # a step will say so
                return {}
            lesson = lesson._replace(delta=new - weights)
        rule = "own" if self.settings["code"] else rule
        found = unit.numbers(weights, x, target, lesson, rule, rate)
        found["trace_about"] |= {
            "example": index,
            "examples": len(self.x),
            "target_name": perceptron.DATA[self._origin()][2].split("|")[target],
            "note": unit.NOTES[last],
        }
        return found

    def _origin(self) -> str:
        """The data set that the points are of, or were once of."""
        return str(self.settings["origin" if self.settings["data"] == "own" else "data"])

    def _theorem(self) -> dict[str, Any]:
        """R, gamma, and how many mistakes there were and can be; bound -1 where none is known."""
        self._margin = self._margin or geometry.margin(self.x, self.labels)
        longest, gap = self._margin
        known = gap > 0 and self.settings["rule"] == "perceptron" and not self.settings["code"]
        rate = self.settings["learning_rate"]
        return {
            "R": longest,
            "gamma": gap,
            "from_zero": (longest / gap) ** 2 if known else -1.0,
            "bound": perceptron.bound(longest, gap, self.counted_from, rate) if known else -1.0,
            "mistakes": self.mistakes,
        }

    def export_python(self) -> str:
        code, rate = self.settings["code"] or self.program(), self.settings["learning_rate"]
        return perceptron.program_that_learns(code, self.start_weights, self.x, self.labels, rate)

    def export_numpy(self) -> str:
        return perceptron.numpy_program(self.weights, self.settings["rule"], self.x[:4])

    def export_history(self) -> str:
        return exports.table(
            {name.removeprefix("history_"): v for name, v in self.history.columns().items()}
        )

    def state(self) -> dict[str, Any]:
        return (
            super().state()
            | self.history.state()
            | self.lesson._asdict()
            | {name: getattr(self, name) for name in (*COUNTERS, "example", *WEIGHTS)}
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
        for name in COUNTERS:
            setattr(self, name, max(0, int(state[name])))
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
        self._margin = self._margin or geometry.margin(self.x, self.labels)
        divided = self._margin[1] > 0 or not n
        return perceptron.verdict(
            perceptron.Standing(
                points=n,
                wrong=n - round(accuracy * n),
                steps=self.steps,
                finished=self.finished,
                early=self.epoch < PATIENCE,
                separable=divided,
                is_xor=self.settings["data"] == "xor",
                hint=perceptron.hint(self.settings, self.epoch) if divided else "",
            )
        )
