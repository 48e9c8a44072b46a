"""A network learns to divide the plane between two to eight classes, and shows how it bends it."""

# ruff: noqa: D102 (Demo and PlaneDemo describe what a demo overrides)
from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from pyml import demo, layers, learner, plane, program, tables, visitor
from pyml.datasets import DATASETS
from pyml.datasets.points import MANY
from pyml.explain import tuning, warp
from pyml.network import Network
from pyml.pointlist import format_points
from pyml.trainers import Trainer

MOST = 8
DATA = (
    ("circle", "a disc in a ring"),
    ("spiral", "spirals"),
    ("simple", "13 points"),
    ("xor", "four quarters (XOR)"),
    ("gauss", "two clouds"),
    ("moons", "two half moons"),
    ("rings", "rings"),
    ("wedges", "wedges"),
    ("clouds", "clouds around"),
    ("random", "random labels"),
    ("own", "your own points"),
)
SIZED = tuple(name for name, _ in DATA if name not in ("simple", "own"))
NOISY = tuple(name for name, _ in DATA if name not in ("random", "own"))
ACTIVATIONS = ("tanh", "sigmoid", "relu", "leaky_relu", "linear")


class Demo(learner.Learner, plane.PlaneDemo):
    """2-6-2-2 by default, minibatch gradient descent with momentum; one step is one minibatch."""

    title = "A small network classifies the plane"
    view = (-6.0, 6.0, -6.0, 6.0)
    controls: ClassVar[dict[str, demo.Control]] = {
        "data": demo.Choice(default="circle", label="Data", choices=DATA),
        "classes": demo.Slider(
            default=2, min=2, max=MOST, step=1, label="Classes", when=("data", (*MANY, "own"))
        ),
        "count": demo.Slider(
            default=100, min=10, max=400, step=10, label="Points", when=("data", SIZED)
        ),
        "noise": demo.Slider(
            default=0.0, min=0.0, max=1.0, step=0.05, label="Noise", when=("data", NOISY)
        ),
        "hidden": demo.Sizes(
            default="6,2",
            label="Hidden layers",
            activations=ACTIVATIONS,
            most_units=warp.MOST_UNITS,
            help="Units of each layer, such as 6,2; 6:relu,2 gives one an activation of its own",
        ),
        "activation": demo.Choice(
            default="tanh",
            label="Activation",
            choices=tuple((name, name.replace("_", " ")) for name in ACTIVATIONS),
        ),
        **tuning.table("momentum", 0.1, 0.5, 10, 0.001),
        "code": demo.Code(),
        "speed": demo.speed("100"),
        "points": demo.Points(classes=MOST),
    }
    presets: ClassVar[dict[str, demo.Preset]] = {
        "circle": demo.Preset("A disc in a ring", {}),
        "spiral": demo.Preset(
            "Two spirals",
            {"data": "spiral", "hidden": "8,8,2", "method": "adam", "learning_rate": 0.01},
        ),
        "simple": demo.Preset("13 points", {"data": "simple"}),
        "random": demo.Preset(
            "Learning by heart",
            {"data": "random", "count": 40, "hidden": "12,8", "l2_decay": 0.0, "momentum": 0.9},
        ),
        "eight-classes": demo.Preset(
            "Eight classes",
            {"data": "clouds", "classes": 8, "count": 160, "hidden": "8,2", "momentum": 0.9},
        ),
        "deck": demo.Preset(
            "As in ConvNetJS",
            {"data": "circle", "learning_rate": 0.01, "momentum": 0.1, "batch_size": 10},
        ),
    }
    exports: ClassVar[tuple[str, ...]] = (*learner.Learner.exports, "data")
    in_network: ClassVar[tuple[str, ...]] = ("hidden", "activation")

    #: what is looked at: the layer (-1: the last hidden one), two of its units, and one of them
    #: in the plane's place (-1: what the network answers)
    layer = -1
    pair = (0, 1)
    unit = -1

    @property
    def classes(self) -> int:
        data, asked = self.settings["data"], int(self.settings["classes"])
        if data == "own":
            return max(asked, _classes_in(self.settings["points"]))
        return asked if data in MANY else 2

    def program(self) -> str:
        hidden = demo.sizes(self.settings["hidden"], self.settings["activation"])
        about = f"Two inputs, {self.classes} classes, and whatever you like in between."
        net = program.network(2, hidden, f"Softmax({self.classes})", about)
        return program.whole(net, tuning.written(self.settings))

    def check(self, net: Network) -> None:
        visitor.fits(net, 2, layers.Softmax, self.classes)

    def reset(self) -> None:
        self._grid = self.grid()
        self._corners, self._middles = warp.corners(self.view), warp.middles(self.view)
        super().reset()
        self._look(self.layer, self.pair, self.unit)

    def set(self, name: str, value: Any) -> None:
        if name == "method":
            self.settings["learning_rate"] = tuning.RATES[value]
        super().set(name, value)
        if self.settings["data"] == "own" and self.settings["classes"] != self.classes:
            self.settings["classes"] = self.classes
            self.notes.append(f"Your points are of {self.classes} classes.")

    def make_points(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        data, count, noise = (self.settings[name] for name in ("data", "count", "noise"))
        if data in MANY:
            return MANY[data](count, noise, rng, self.classes)
        return DATASETS[data](count, noise, rng)

    def edited(self) -> None:
        self.take(self.x, self.labels)

    def on_table(self, text: str) -> None:
        """Takes the points of a table; if it has more classes than there are, a new network."""
        try:
            x, labels, notes = tables.points(text, self.classes, self.view)
        except ValueError:
            x, labels, notes = tables.points(text, MOST, self.view)
        self.notes += notes
        if labels.max() < self.classes:
            return self._own(x, labels)
        before = dict(self.settings)
        self.settings |= {"data": "own", "points": format_points(x, labels)}
        self.settings["classes"] = self.classes
        try:
            return self.reset()
        except BaseException:  # the visitor's code has another number of outputs
            self.settings = before
            raise

    def on_layer(self, index: int) -> None:
        """Which layer to look into."""
        self._look(demo.index_of("layer", "index", index, len(warp.stages(self.net))), (0, 1), -1)

    def on_units(self, first: int, second: int) -> None:
        """Which two of its units make the warped grid."""
        units = self._stage().units
        first = demo.index_of("units", "first", first, units)
        self._look(self.layer, (first, demo.index_of("units", "second", second, units)), self.unit)

    def on_look(self, unit: int) -> None:
        """Which of its units the plane shows; -1 for what the network answers."""
        shown = min(self._stage().units, warp.MOST_UNITS)
        self._look(self.layer, self.pair, demo.index_of("look", "unit", unit + 1, shown + 1) - 1)

    def _own(self, x: np.ndarray, labels: np.ndarray) -> None:
        # The network has this many outputs, whatever the points' labels are.
        self.settings["classes"] = self.classes
        super()._own(x, labels)

    def _stage(self) -> warp.Stage:
        found = warp.stages(self.net)
        return found[self.layer if self.layer >= 0 else max(0, len(found) - 2)]

    def _look(self, layer: int, pair: tuple[int, int], unit: int) -> None:
        """Looks at these, as far as the network has them."""
        self.layer = layer if -1 <= layer < len(warp.stages(self.net)) else -1
        units = self._stage().units
        self.pair = pair if max(pair) < units and min(pair) >= 0 else (0, min(1, units - 1))
        self.unit = unit if -1 <= unit < min(units, warp.MOST_UNITS) else -1

    def judge(self) -> tuple[float, float]:
        return self._judge()[:2]

    def frame(self) -> dict[str, Any]:
        loss, accuracy, p = self._judge()
        return {
            "loss": loss,
            "accuracy": accuracy,
            "l2_loss": self.trainer.decay_losses()[1] if isinstance(self.trainer, Trainer) else 0.0,
            "verdict": self._verdict(accuracy),
            "class_names": "|".join(map(str, range(self.classes))),
            "x_label": "x1",
            "y_label": "x2",
            "view": np.array(self.view, np.float32),
            "points": self.x.astype(np.float32),
            "labels": self.labels.astype(np.uint8),
            "outputs": (p[:, 1] if self.classes == 2 else p.max(axis=1)).astype(np.float32),
            "predictions": p.argmax(axis=1).astype(np.uint8),
            **self._field(),
            **self._inside(),
            **self.counters(),
        }

    def _field(self) -> dict[str, Any]:
        """What the plane shows behind the points."""
        side = (plane.GRID, plane.GRID)
        if self.unit >= 0:
            said = self.net.activations(self._grid)[self._stage().place][:, [self.unit]]
            field = warp.scaled(said).astype(np.float32).reshape(side)
            return {"field": field, "field_class": np.zeros(0, np.uint8), "field_kind": "value"}
        field, likeliest = self._answers(self.net.predict(self._grid))
        shaped = likeliest.reshape(side) if len(likeliest) else likeliest
        return {"field": field.reshape(side), "field_class": shaped, "field_kind": "class"}

    def _answers(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of p (N, classes): the probability of class 1, or of the likeliest, and which it is."""
        if self.classes == 2:
            return p[:, 1].astype(np.float32), np.zeros(0, np.uint8)
        return p.max(axis=1).astype(np.float32), p.argmax(axis=1).astype(np.uint8)

    def _inside(self) -> dict[str, Any]:
        """The chosen layer: its units' surfaces, and the plane as two of them see it."""
        stage, found = self._stage(), warp.stages(self.net)
        cells = self.net.activations(self._middles)
        grid = warp.seen(self.net.activations(self._corners)[stage.place], self.pair)
        shade, likeliest = self._answers(cells[-1])
        values = self.net.activations(self.x)[stage.place] if len(self.x) else np.zeros((0, 2))
        return {
            "layer_names": "|".join(each.name for each in found),
            "layer": found.index(stage),
            "units": stage.units,
            "pair": list(self.pair),
            "unit": self.unit,
            "heat": warp.surfaces(cells[stage.place]),
            "grid": grid.astype(np.float32),
            "warp_field": shade,
            "warp_class": likeliest,
            "seen": warp.seen(values, self.pair).astype(np.float32),
            "divide": warp.divide(self.net, stage, self.pair, grid).astype(np.float32),
        }

    def _judge(self) -> tuple[float, float, np.ndarray]:
        """Mean loss, accuracy and the probabilities (N, classes) over all points."""
        if not len(self.x):
            return 0.0, 1.0, np.zeros((0, self.classes))
        p = self.net.predict(self.inputs)
        right = p[np.arange(len(p)), self.labels]
        loss = -float(np.log(np.maximum(right, 1e-30)).mean())
        return loss, float((p.argmax(axis=1) == self.labels).mean()), p

    def _verdict(self, accuracy: float) -> str:
        n = len(self.x)
        if not n:
            return "There are no points: click into the picture to make some."
        wrong = n - round(accuracy * n)
        if not wrong:
            return f"All {n} points are on their side. Training on makes the network surer."
        if not self.steps:
            return f"Not trained yet: {wrong} of {n} points are on the wrong side."
        if self.settings["data"] == "random":
            return (
                f"{wrong} of {n} points are wrong. The labels are random: "
                f"all it can do is learn them by heart."
            )
        if tuning.settled(self.history.columns()["history_loss"]):
            return (
                f"{wrong} of {n} points stay on the wrong side: the loss falls no more. More units "
                f"could bend the plane further; a smaller rate, or new weights, may help as well."
            )
        return f"Still learning: {wrong} of {n} points are on the wrong side."

    def state(self) -> dict[str, Any]:
        looked = {"layer": self.layer, "pair": list(self.pair), "unit": self.unit}
        return super().state() | looked

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        first, second = (int(unit) for unit in state["pair"])
        self._look(int(state["layer"]), (first, second), int(state["unit"]))


@lru_cache(maxsize=4)
def _classes_in(points: str) -> int:
    return 1 + max(
        (int(entry.rpartition(",")[2]) for entry in points.split(";") if entry), default=1
    )
