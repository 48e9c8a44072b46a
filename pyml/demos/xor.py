"""XOR: one unit beside a network with a hidden layer, on the same points, step for step."""

# ruff: noqa: D102 (Demo, Learner and PlaneDemo describe what a demo overrides)
from __future__ import annotations

import contextlib
from typing import Any, ClassVar

import numpy as np

from pyml import byhand, demo, graph, layers, learner, plane, program, visitor
from pyml.datasets import DATASETS
from pyml.explain import backprop, geometry, hidden, plateau, xor
from pyml.network import Network

DATA = (("xor", "XOR: four points"), ("clouds", "four clouds (XOR)"), ("own", "your own points"))
ACTIVATIONS = (("tanh", "tanh"), ("sigmoid", "sigmoid"), ("relu", "ReLU"))
BATCHES = (("1", "one point"), ("2", "two points"), ("4", "four points"), ("0", "all points"))
UNITS = (("auto", "the most used"), *((str(k), f"h{k}") for k in range(1, 9)))
#: all are right, and the mean of half the squared error is this small: it has learnt
SURE = 0.005
#: how the state names what is of the single unit
ONE = "one_"
EACH = "Each draws a line of its own; the output unit puts them together"
#: a seed that gets stuck with the default settings
STUCK_SEED = 4


def _axis(label: str) -> demo.Choice:
    return demo.Choice(
        default="auto",
        label=label,
        choices=UNITS,
        live=True,
        when=("hidden", tuple(range(3, 9))),
        help="Which hidden unit is on this axis of the hidden space",
    )


class Demo(byhand.ByHand, plane.PlaneDemo):
    """One unit and 2-n-1 with the same trainer; a step is one batch, or one phase of `stages`."""

    title = "XOR and the hidden layer"
    view = (-0.5, 1.5, -0.5, 1.5)
    controls: ClassVar[dict[str, demo.Control]] = {
        "data": demo.Choice(default="xor", label="Data", choices=DATA),
        "count": demo.Slider(
            default=40, min=8, max=200, step=4, label="Points", when=("data", ("clouds",))
        ),
        "hidden": demo.Slider(default=2, min=1, max=8, step=1, label="Hidden units", help=EACH),
        "activation": demo.Choice(default="tanh", label="Activation", choices=ACTIVATIONS),
        "learning_rate": demo.rate(0.5),
        "momentum": demo.share(
            0.9, "Momentum", 0.95, 0.05, "How much of the last step is taken again"
        ),
        "batch_size": demo.Choice(
            default="0",
            label="A step looks at",
            choices=BATCHES,
            live=True,
            when=("stages", (False,)),
        ),
        "stages": demo.Toggle(
            default=False,
            label="In stages",
            live=True,
            help="Each step is one stage of one point: forward, error, back, update",
        ),
        "across": _axis("Space, across"),
        "up": _axis("Space, up"),
        "code": demo.Code(),
        "speed": demo.speed("100"),
        "points": demo.Points(),
        "weights": byhand.Weights(),
    }
    presets: ClassVar[dict[str, demo.Preset]] = {
        "two-units": demo.Preset("Two hidden units", {}),
        "one-hidden": demo.Preset("One hidden unit", {"hidden": 1}),
        "four-units": demo.Preset("Four hidden units", {"hidden": 4}),
        "stuck": demo.Preset("A start that gets stuck", {}, STUCK_SEED),
        "backpropagation": demo.Preset(
            "Backpropagation in stages", {"stages": True, "momentum": 0.0, "speed": "1"}
        ),
    }
    exports: ClassVar[tuple[str, ...]] = (*learner.Learner.exports, "data")
    in_network: ClassVar[tuple[str, ...]] = ("hidden", "activation")
    in_trainer: ClassVar[tuple[str, ...]] = ("learning_rate", "momentum")
    curves: ClassVar[tuple[str, ...]] = ("loss", "accuracy", "loss_one", "accuracy_one")

    def program(self) -> str:
        hidden, activation, rate, momentum = (
            self.settings[name] for name in ("hidden", "activation", "learning_rate", "momentum")
        )
        return program.whole(
            program.network(
                2,
                [(hidden, activation)],
                'Regression(1, activation="sigmoid", init="uniform")',
                "Two inputs, a hidden layer, and one output between 0 and 1.",
                ', init="uniform"',
            ),
            program.trainer("momentum", learning_rate=rate, momentum=momentum),
        )

    def check(self, net: Network) -> None:
        visitor.fits(net, 2, layers.Regression, 1)

    def made(self) -> None:
        self.take_weights()
        alone = [layers.Input(2), layers.Regression(1, activation="sigmoid", init="uniform")]
        self.one = Network(alone, seed=demo.seed_number(self.seed), ops=self.ops)
        self._one_trainer = self._trainer_of_one()
        self._walk = backprop.Walk(self.net) if graph.drawable(self.net) else None
        self.looked = -1  # the unit whose field is shown, counted over all units; -1 the output
        self._grid = self.grid()

    def _trainer_of_one(self) -> visitor.AnyTrainer:
        if self._own_trainer:
            with contextlib.suppress(visitor.CodeError):  # it may be for that network only
                return visitor.trainer(self.settings["code"], self.one)
        return visitor.trainer(self.program(), self.one)

    def apply(self, name: str) -> None:
        super().apply(name)
        if hasattr(self._one_trainer, name) and name not in self.coded():
            setattr(self._one_trainer, name, self.settings[name])
        if name not in ("speed", "across", "up"):
            self._anew()

    def make_points(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        clouds = self.settings["data"] == "clouds"
        return DATASETS["gate_xor"](self.settings["count"] if clouds else 4, float(clouds), rng)

    def edited(self) -> None:
        self.take(self.x, self.labels.astype(self.net.dtype))
        self._separable = geometry.separable(self.x, self.labels)
        self._anew()

    def _anew(self) -> None:
        """Something was changed by hand: what was known of the progress no longer holds."""
        self._since = self.steps
        self._done = False
        if self._walk:
            self._walk = backprop.Walk(self.net)

    def batch(self) -> int:
        return 1 if self._staged else super().batch()

    @property
    def _staged(self) -> bool:
        return bool(self.settings["stages"]) and self._walk is not None

    def advance(self, n: int) -> int:
        if not self._staged or not self._walk or not len(self.inputs):
            return super().advance(n)
        if self._walk.over:
            if not len(self._order):
                self._order = self.arranged(np.arange(len(self.inputs))[None]).ravel()
                self.epoch += 1
            self.example = int(self._order[0])
        return super().advance(1) if self._walk.go() else 1

    def learn(self, order: np.ndarray, size: int) -> None:
        super().learn(order, size)
        self.follow(self._one_trainer, order, size)

    def remember(self) -> None:
        super().remember()
        if self.history.due(self.steps):
            loss, accuracy, _ = self._judge(self.net)
            self._done = self.steps > 0 and accuracy == 1 and loss <= SURE

    @property
    def finished(self) -> bool:
        return self._done or not len(self.x)

    def judge(self) -> tuple[float, ...]:
        return (*self._judge(self.net)[:2], *self._judge(self.one)[:2])

    def _judge(self, net: Network) -> tuple[float, float, np.ndarray]:
        """Half the mean squared error, the accuracy and the outputs (N,) over all points."""
        if not len(self.x):
            return 0.0, 1.0, np.zeros(0)
        p = hidden.answers(net, self.inputs)
        right = (p > 0.5) == self.labels
        return float(np.square(p - self.labels).mean()) / 2, float(right.mean()), p

    def on_look(self, unit: int) -> None:
        """Which unit's field the plane shows, counted over all units; -1 for the output's."""
        units = sum(graph.links(self.net)["net_sizes"]) if self._walk else 0
        unit = demo.finite("look", "unit", unit)  # type: ignore[assignment]
        self.looked = demo.index_of("look", "unit", unit + 1, units + 1) - 1

    def on_weight(self, layer: int, unit: int, input: int, value: float) -> None:
        super().on_weight(layer, unit, input, value)
        self._anew()

    def frame(self) -> dict[str, Any]:
        loss, accuracy, p = self._judge(self.net)
        loss_one, accuracy_one, q = self._judge(self.one)
        line = np.array([*self.one.layers[1].b, *self.one.layers[1].w[0]], np.float64)  # type: ignore[attr-defined]
        pictures, phase = self._pictures()
        return {
            "loss": loss,
            "accuracy": accuracy,
            "loss_one": loss_one,
            "accuracy_one": accuracy_one,
            "verdict": phase or self._verdict(accuracy, accuracy_one, p),
            "class_names": "0|1",
            "x_label": "x1",
            "y_label": "x2",
            "view": np.array(self.view, np.float32),
            "points": self.x.astype(np.float32),
            "labels": self.labels.astype(np.uint8),
            "outputs": p.astype(np.float32),
            "predictions": (p > 0.5).astype(np.uint8),
            "field": self._field(),
            "one_predictions": (q > 0.5).astype(np.uint8),
            "one_field": hidden.field(self.one, self._grid),
            "one_line": geometry.clip_line(line, np.array(self.view)).astype(np.float32),
            **xor.table(self.net, self.one, self.x, self.labels, self._axes()),
            **pictures,
            "looked": self.looked,
            **self.counters(),
        }

    def _field(self) -> np.ndarray:
        if self.looked < 0:
            return hidden.field(self.net, self._grid)
        heat: np.ndarray = graph.heat(self.net, self._grid, plane.GRID, self.view[1])[self.looked]
        return heat.astype(np.float32) / np.float32(255)

    def _pictures(self) -> tuple[dict[str, Any], str]:
        """All that is drawn of a network of dense layers, and the phase in words."""
        if not self._walk:
            return {}, ""
        found = xor.pictures(self.net, self.inputs, self._axes(), self.view)
        if not self._staged or not len(self.inputs):
            return found, ""
        shown, phase = self._walk.frame(self.inputs[self.example], self.targets[self.example])
        return found | shown, phase

    def _axes(self) -> list[int]:
        """The hidden units on the axes of the hidden space, [] if there is none."""
        if not self._walk or len(graph.dense_layers(self.net)) < 2:
            return []
        across, up = self.settings["across"], self.settings["up"]
        return hidden.pair(self.net, self.inputs, across, up)

    def _verdict(self, accuracy: float, accuracy_one: float, p: np.ndarray) -> str:
        n, axes = len(self.x), self._axes()
        stuck = accuracy < 1 and plateau.halted(self.history, self.steps, self._since)
        seen = stuck and self._walk is not None
        return xor.verdict(
            xor.Standing(
                steps=self.steps,
                points=n,
                wrong=n - round(accuracy * n),
                wrong_one=n - round(accuracy_one * n),
                done=self._done,
                separable=self._separable,
                units=graph.dense_layers(self.net)[0].units if axes else 0,
                stuck=stuck,
                level=bool(n) and float(np.ptp(p)) < plateau.SAME,
                reasons=plateau.reasons(self.net, self.x, self.labels, p) if seen else [],
                ways=xor.ways(self.settings, self.coded()),
            )
        )

    def state(self) -> dict[str, Any]:
        walk = self._walk.state() if self._walk else {}
        more = {"since": self._since, "done": self._done, "looked": self.looked}
        one = {"weights": self.one.weights.copy(), **self._one_trainer.state()}
        return super().state() | walk | more | {ONE + name: value for name, value in one.items()}

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        if self._walk:
            self._walk.restore(state)
        one = {name.removeprefix(ONE): v for name, v in state.items() if name.startswith(ONE)}
        self.one.weights = one.pop("weights")
        self._one_trainer.restore(one)
        self._since = max(0, min(int(state["since"]), self.steps))
        self._done = bool(state["done"])
        self.on_look(int(state["looked"]))
