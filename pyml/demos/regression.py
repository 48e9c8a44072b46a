"""A network draws a curve through points: a sum of bends, one for each hidden unit."""

# ruff: noqa: D102 (Demo and PointsDemo describe what a demo overrides)
from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from pyml import demo, exports, layers, learner, plane, program, tables, visitor
from pyml.datasets import FUNCTIONS
from pyml.datasets.regression import FORMULAS, Formula
from pyml.explain import curve, tuning
from pyml.network import Network

#: choices of data that are curves of `FUNCTIONS`
NAMED = {"xsinx": "x_sin_x", "sine": "sine", "steps": "steps", "bump": "bump", "line": "line"}
DATA = (
    ("xsinx", "x sin x"),
    ("sine", "a sine wave"),
    ("steps", "stairs"),
    ("bump", "a narrow hill"),
    ("line", "a straight line"),
    ("noise", "chance alone"),
    ("secret", "a secret network's curve"),
    ("own", "your own points"),
)
MADE = tuple(name for name, _ in DATA if name != "own")
ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "linear")
#: a guess is a number of units from 1 to this
MOST_GUESS = 8


class Demo(learner.Learner, plane.PointsDemo):
    """1-5-1 by default, sigmoid units, minibatch gradient descent with momentum."""

    title = "A curve from a handful of units"
    view = (-7.5, 7.5, -6.0, 6.0)
    table = "Two numbers in each row, x and y, for example 1.5, -0.2; the first row may hold names."
    controls: ClassVar[dict[str, demo.Control]] = {
        "data": demo.Choice(default="xsinx", label="Data", choices=DATA),
        "count": demo.Slider(
            default=40, min=5, max=200, step=5, label="Points", when=("data", MADE)
        ),
        "noise": demo.Slider(
            default=0.0, min=0.0, max=1.5, step=0.05, label="Noise", when=("data", MADE)
        ),
        "hidden": demo.Sizes(
            default="5",
            label="Hidden layers",
            activations=ACTIVATIONS,
            most_units=20,
            help="Units of each layer, such as 5, or 20:relu,20:sigmoid",
        ),
        "activation": demo.Choice(
            default="sigmoid",
            label="Activation",
            choices=tuple((name, name.replace("_", " ")) for name in ACTIVATIONS),
        ),
        **tuning.table("momentum", 0.05, 0.9, 20, 0.0),
        "parts": demo.Toggle(default=True, live=True, label="Units' parts"),
        "residuals": demo.Toggle(default=False, live=True, label="Misses"),
        "quiz": demo.Toggle(
            default=False, label="Quiz", help="Guess first how many units the curve needs"
        ),
        "code": demo.Code(),
        "speed": demo.speed("1000"),
        "points": demo.Points(classes=1),
    }
    presets: ClassVar[dict[str, demo.Preset]] = {
        "quiz": demo.Preset("Quiz: how many units?", {"data": "secret", "quiz": True}, 3),
        "five-sigmoid": demo.Preset("Five sigmoid units", {}),
        "twenty": demo.Preset(
            "20 ReLU and 20 sigmoid units",
            {"hidden": "20:relu,20", "learning_rate": 0.01, "momentum": 0.5, "l2_decay": 0.001},
        ),
        "one-unit": demo.Preset(
            "One unit, one bend", {"data": "sine", "hidden": "1", "residuals": True}
        ),
        "steps": demo.Preset("Stairs", {"data": "steps", "hidden": "3", "count": 80}),
        "extrapolation": demo.Preset(
            "Beyond the data", {"data": "sine", "hidden": "6", "activation": "tanh"}
        ),
        "noise": demo.Preset(
            "Noise, and many units",
            {"data": "sine", "noise": 0.6, "count": 30, "hidden": "20", "activation": "tanh"},
        ),
    }
    exports: ClassVar[tuple[str, ...]] = (*learner.Learner.exports, "data")
    in_network: ClassVar[tuple[str, ...]] = ("hidden", "activation")
    curves: ClassVar[tuple[str, ...]] = ("loss",)

    #: how many units the visitor guessed, 0 before, and what the question was
    guess = 0
    _asked: tuple[Any, ...] = ()
    #: where along x curves are drawn, and the curve that the points come from
    _places: ClassVar[np.ndarray] = np.linspace(*view[:2], 151)
    _truth: curve.Secret | Formula | None = None

    def program(self) -> str:
        hidden = demo.sizes(self.settings["hidden"], self.settings["activation"])
        about = "One number in, one number out, and the bends of the curve in between."
        net = program.network(1, hidden, "Regression(1)", about)
        return program.whole(net, tuning.written(self.settings))

    def check(self, net: Network) -> None:
        visitor.fits(net, 1, layers.Regression, 1)

    def reset(self) -> None:
        super().reset()
        question = (self.seed, self.settings["quiz"], self.settings["data"])
        if question != self._asked:
            self._asked, self.guess = question, 0

    def set(self, name: str, value: Any) -> None:
        if name == "method":
            self.settings["learning_rate"] = tuning.RATES[value] / 2
        super().set(name, value)

    def make_points(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        data, count, noise = (self.settings[name] for name in ("data", "count", "noise"))
        self._truth = None
        if data == "noise":
            x, y = rng.uniform(-5, 5, (count, 1)), rng.normal(0, 1.5, (count, 1))
        elif data == "secret":
            drew = curve.secret(rng)
            self._truth = drew
            x = rng.uniform(-5, 5, (count, 1))
            y = drew(x) + rng.normal(0, noise, x.shape)
        else:
            self._truth = FORMULAS[NAMED[data]]
            x, y = FUNCTIONS[NAMED[data]](count, noise, rng)
        return np.hstack([x, y]), np.zeros(count, np.int64)

    def edited(self) -> None:
        if self.settings["data"] == "own":
            self._truth = None
        self.take(self.x[:, :1], self.x[:, 1:].astype(np.float32))

    def target_name(self, index: int) -> str:
        return f"{self.x[index, 1]:.3g}"

    def on_table(self, text: str) -> None:
        """Takes the points of a table of two columns, scaled into the view."""
        _, found = tables.rows(text, 2)
        x, notes = tables.fit(np.array([[float(cell) for cell in row] for row in found]), self.view)
        self.notes += notes
        self._own(x, np.zeros(len(x), np.int64))

    def export_data(self) -> str:
        x, y = self.x.round(3).T
        return exports.table({"x": x, "y": y})

    def on_guess(self, units: int) -> None:
        """How many units the visitor thinks are enough; the network then has so many."""
        if not self.settings["quiz"]:
            raise ValueError("guess: there is no question; switch the quiz on first")
        guess = demo.index_of("guess", "units", units, MOST_GUESS + 1)
        if not guess:
            raise ValueError("guess: units must be at least 1, got 0")
        self.settings |= {"hidden": str(guess), "code": ""}
        self.reset()
        self.guess = guess

    @property
    def waits(self) -> bool:
        """Whether a guess must be made first."""
        return bool(self.settings["quiz"]) and not self.guess

    @property
    def finished(self) -> bool:
        return self.waits or super().finished

    def advance(self, n: int) -> int:
        return n if self.waits else super().advance(n)

    def judge(self) -> tuple[float]:
        return (self.net.loss(self.inputs, self.targets) if len(self.inputs) else 0.0,)

    def frame(self) -> dict[str, Any]:
        places = self._places[:, None]
        found = curve.parts(self.net, places)
        says, heights, adds = (each[: curve.MOST_PARTS].astype(np.float32) for each in found[:3])
        guesses = self.net.predict(self.inputs)[:, 0] if len(self.inputs) else np.zeros(0)
        explained = curve.explained(self.x[:, 1], guesses)
        (loss,) = self.judge()
        settled = tuning.settled(self.history.columns()["history_loss"])
        nothing = np.zeros(0, np.float32)
        column = self.x[:, 0]
        extent = [column.min(), column.max()] if len(column) else []
        shown = adds if self.settings["parts"] and not self.waits else adds[:0]
        return {
            "loss": loss,
            "explained": explained,
            "settled": settled,
            "verdict": self._verdict(explained, settled),
            "x_label": "x",
            "y_label": "y",
            "view": np.array(self.view, np.float32),
            "points": self.x.astype(np.float32),
            "outputs": guesses.astype(np.float32),
            "xs": self._places.astype(np.float32),
            "curve": self.net.predict(places)[:, 0].astype(np.float32),
            "parts": shown,
            "part_names": "|".join(f"{i + 1}" for i in range(len(shown))),
            "adds": adds,
            "says": says,
            "heights": heights,
            "hidden_units": len(found.says),
            "bias": found.bias,
            "residual": self.settings["residuals"],
            "extent": np.array(extent, np.float32),
            "truth": nothing if self._truth is None else self._truth(self._places).astype("f4"),
            "quiz": self.settings["quiz"],
            "guess": self.guess,
            "most_guess": MOST_GUESS,
            **self.counters(),
        }

    def _verdict(self, explained: float, settled: bool) -> str:
        if not len(self.x):
            return "There are no points: click into the picture to make some."
        if self.settings["quiz"]:
            return self._answer(explained, settled)
        if not self.steps:
            return "Not trained yet: the bold curve is what its start weights happen to give."
        if not np.isfinite(explained):
            return "Learning has run away: lower the learning rate, then press Reset."
        share = f"{max(0.0, explained):.1%} of the ups and downs"
        if explained >= curve.ENOUGH:
            return f"The curve meets the points: it explains {share}."
        if settled:
            return (
                f"The loss falls no more: the curve explains {share}. "
                f"The rest is noise, or needs more units or new weights."
            )
        return f"Still learning: the curve explains {share}."

    def _answer(self, explained: float, settled: bool) -> str:
        """What is to be said of the visitor's guess."""
        if self.waits:
            return "How many hidden units does this curve need? Look at it, then guess."
        guess, drew = self.guess, self._truth
        units = f"{guess} unit{'s' * (guess != 1)}"
        made = len(drew.place) if isinstance(drew, curve.Secret) else 0
        if explained >= curve.ENOUGH:
            if made and guess == made:
                return f"Right: {units} drew this curve, and {units} learnt it."
            if made and guess > made:
                return f"{units} are enough. It was drawn by {made}: fewer would do. Try it."
            if made:
                return f"{units} are enough, though {made} drew it: one can stand for two."
            return f"Your {units} are enough. Would fewer do?"
        if not settled:
            return f"Trying {units}: {max(0.0, explained):.0%} of the ups and downs so far."
        if made and guess >= made:
            return (
                f"It is stuck, though {made} drew this curve: {units} could be enough, but from "
                f"these weights the way is not found. One or two to spare make it easier."
            )
        return f"It learns no more: {units} cannot bend often enough, or are stuck. Guess higher."

    def state(self) -> dict[str, Any]:
        return super().state() | {"guess": self.guess}

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self.guess = max(0, min(int(state["guess"]), MOST_GUESS))
