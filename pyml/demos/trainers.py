"""The same network, the same data, the same start: what each method of training makes of it."""

# ruff: noqa: D102 (Demo, Learner and PlaneDemo describe what a demo overrides)
from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from pyml import demo, layers, learner, plane, program, visitor
from pyml.datasets import DATASETS
from pyml.explain import race, tuning
from pyml.methods import TRAINERS
from pyml.network import Network

DATA = (
    ("spiral", "two spirals"),
    ("circle", "a disc in a ring"),
    ("xor", "four quarters (XOR)"),
    ("gauss", "two clouds"),
    ("moons", "two half moons"),
    ("own", "your own points"),
)
MADE = tuple(name for name, _ in DATA if name != "own")
ACTIVATIONS = ("tanh", "sigmoid", "relu")
PROBLEMS = (("points", "two classes of points"), ("valley", "a valley of two weights"))
#: side of each small field, and of the map of the valley
SIDE, MAP = 40, 61
#: steps from one row of the curves to the next, at first
MEASURED = 4
#: a momentum of 0.9 wants lower rates than one of 0.5
RATES = tuning.RATES | {"momentum": 0.04, "nesterov": 0.04}
IN_PLANE, IN_VALLEY = ("problem", ("points",)), ("problem", ("valley",))


class Demo(learner.Learner, plane.PlaneDemo):
    """Seven methods by default; a step is one step of each, on the same batch."""

    title = "Trainers side by side"
    view = (-6.0, 6.0, -6.0, 6.0)
    controls: ClassVar[dict[str, demo.Control]] = {
        "problem": demo.Choice(default="points", label="Problem", choices=PROBLEMS),
        "data": demo.Choice(default="spiral", label="Data", choices=DATA, when=IN_PLANE),
        "count": demo.Slider(default=100, min=10, max=200, step=10, label="Points", when=IN_PLANE),
        "noise": demo.Slider(
            default=0.0, min=0.0, max=1.0, step=0.05, label="Noise", when=IN_PLANE
        ),
        "hidden": demo.Sizes(
            default="8,8",
            label="Hidden layers",
            activations=ACTIVATIONS,
            when=IN_PLANE,
            most_units=16,
        ),
        "activation": demo.Choice(
            default="tanh",
            label="Activation",
            choices=tuple((name, name) for name in ACTIVATIONS),
            when=IN_PLANE,
        ),
        "narrow": demo.Slider(
            default=80,
            min=1,
            max=100,
            step=1,
            label="Narrowness",
            help="How much steeper the valley is across than along",
            when=IN_VALLEY,
        ),
        "methods": demo.Several(
            default="sgd,momentum,nesterov,adagrad,adadelta,rmsprop,adam",
            label="Methods",
            choices=tuple(tuning.METHODS.items()),
        ),
        "rates": demo.Choice(
            default="own",
            label="Learning rates",
            choices=(("own", "each method its own"), ("same", "the same for all")),
        ),
        "factor": demo.Slider(
            default=1.0,
            min=0.01,
            max=100.0,
            step=0.01,
            log=True,
            live=True,
            label="All rates times",
            when=("rates", ("own",)),
        ),
        "learning_rate": replace(demo.rate(0.1), when=("rates", ("same",))),
        "momentum": demo.share(
            0.9, "Momentum", 0.95, 0.05, "Of momentum and Nesterov: how much of a step goes on"
        ),
        "batch_size": replace(tuning.BATCH_SIZE, when=IN_PLANE),
        "code": demo.Code(),
        "speed": demo.speed("30"),
        "points": demo.Points(),
    }
    presets: ClassVar[dict[str, demo.Preset]] = {
        "all": demo.Preset("Seven methods", {}),
        "momentum": demo.Preset(
            "Momentum", {"methods": "sgd,momentum,nesterov", "rates": "same", "learning_rate": 0.02}
        ),
        "adaptive": demo.Preset("Adaptive rates", {"methods": "sgd,adagrad,adadelta,rmsprop,adam"}),
        "too-fast": demo.Preset("Too fast for some", {"rates": "same", "learning_rate": 2.0}),
        "valley": demo.Preset("A narrow valley", {"problem": "valley", "speed": "10"}),
    }
    exports: ClassVar[tuple[str, ...]] = ("history", "data")
    in_network: ClassVar[tuple[str, ...]] = ("hidden", "activation")
    in_trainer: ClassVar[tuple[str, ...]] = ("rates", "factor", "learning_rate", "momentum")

    @property
    def in_valley(self) -> bool:
        """Whether the problem is the valley."""
        return bool(self.settings["problem"] == "valley")

    @property
    def methods(self) -> list[str]:
        """The methods that race."""
        return str(self.settings["methods"]).split(",")

    @property
    def curves(self) -> tuple[str, ...]:  # type: ignore[override]
        places = [f"{m}_{w}" for m in self.methods for w in ("w1", "w2")] if self.in_valley else []
        return (*(f"loss_{method}" for method in self.methods), *places)

    def program(self) -> str:
        trainers = race.written({method: self._tuned(method) for method in self.methods})
        if self.in_valley:
            return program.whole(self._valley().program(), trainers)
        hidden = demo.sizes(self.settings["hidden"], self.settings["activation"])
        about = "All methods start from these weights."
        return program.whole(program.network(2, hidden, "Softmax(2)", about), trainers)

    def _valley(self) -> race.Valley:
        return race.Valley(self.settings["narrow"], demo.seed_number(self.seed))

    def check(self, net: Network) -> None:
        if not self.in_valley:
            visitor.fits(net, 2, layers.Softmax, 2)
            return
        visitor.fits(net, 2, layers.Regression, 1)
        if net.weights.size != 3:
            raise visitor.CodeError(
                "The valley is of two weights: leave the network as Input(2), Regression(1)."
            )

    def make(self, code: str, seed: int) -> None:
        made = race.racers(code, self.program(), self.methods, seed, self.check)
        self.racers, self.printed, own = made
        self._own_trainer = own and bool(self.settings["code"])
        self.net, self.trainer = self.racers[0].net, self.racers[0].trainer
        for racer in self.racers:
            racer.net.ops = self.ops

    def made(self) -> None:
        if not self.in_valley:
            # To measure all of them takes as long as a few steps. On the map no step is left out.
            self.history.stride = MEASURED

    def make_points(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        return DATASETS[self.settings["data"]](self.settings["count"], self.settings["noise"], rng)

    def edited(self) -> None:
        if self.in_valley:
            self.valley = self._valley()
            self.take(self.valley.x, self.valley.y)
        else:
            self.take(self.x, self.labels)

    def batch(self) -> int:
        return 0 if self.in_valley else super().batch()

    def apply(self, name: str) -> None:
        if name in self.coded():
            return
        for racer in self.racers:
            for setting, value in self._tuned(racer.method).items():
                setattr(racer.trainer, setting, value)

    def learn(self, order: np.ndarray, size: int) -> None:
        for racer in self.racers:
            racer.learn(self.inputs, self.targets, order, size, self.steps)

    @property
    def finished(self) -> bool:
        return super().finished or not any(racer.runs for racer in self.racers)

    def judge(self) -> tuple[float, ...]:
        """The loss of each method, NaN once it was stopped, and in the valley its weights."""
        self._measure()
        for racer in self.racers:
            racer.look(self.steps)
        losses = [racer.loss if racer.runs else np.nan for racer in self.racers]
        if not self.in_valley:
            return tuple(losses)
        places = [racer.net.weights[:2] if racer.runs else (np.nan,) * 2 for racer in self.racers]
        return (*losses, *(float(w) for place in places for w in place))

    def frame(self) -> dict[str, Any]:
        history = self.history.columns()
        losses = [history[f"history_loss_{method}"] for method in self.methods]
        self._measure()  # there may have been steps since the last row of the history
        running = [racer for racer in self.racers if racer.runs and np.isfinite(racer.loss)]
        counters = {
            name: value
            for name, value in self.counters().items()
            if not name.startswith("history_") or name == "history_step"
        }
        return {
            "loss": min((racer.loss for racer in running), default=0.0),
            "accuracy": max((racer.share for racer in running), default=0.0),
            "verdict": self._verdict(),
            "problem": self.settings["problem"],
            "class_names": "0|1",
            "x_label": "w1" if self.in_valley else "x1",
            "y_label": "w2" if self.in_valley else "x2",
            "view": np.array(self.view, np.float32),
            "points": self.x.astype(np.float32),
            "labels": self.labels.astype(np.uint8),
            "methods": "|".join(self.methods),
            "names": "|".join(tuning.METHODS[method] for method in self.methods),
            "rates": np.array([racer.trainer.learning_rate for racer in self.racers], np.float32),
            "losses": np.array([racer.loss for racer in self.racers], np.float32),
            "shares": np.array([racer.share for racer in self.racers], np.float32),
            "arrived": [racer.arrived for racer in self.racers],
            "stopped": [racer.stopped for racer in self.racers],
            "history_loss": np.stack(losses),
            **self._pictures(history),
            **counters,
        }

    def _verdict(self) -> str:
        if not len(self.inputs):
            return "There are no points: paste a table of your own, or choose a data set."
        way = f"{race.NEARLY:.0%} of the points right"
        if self.in_valley:
            way = f"come {race.NEARLY:.0%} of the way down"
        return race.told(self.racers, tuning.METHODS, self.steps, way)

    def _pictures(self, history: dict[str, np.ndarray]) -> dict[str, Any]:
        """The fields (methods, SIDE, SIDE) in the plane, or the map and the paths in the valley."""
        none = np.zeros(0, np.float32)
        if not self.in_valley:
            grid = self.grid(SIDE)
            fields = [racer.net.predict(grid)[:, 1].astype(np.float32) for racer in self.racers]
            return {"field": np.stack(fields).reshape(-1, SIDE, SIDE), "paths": none}
        names = [(f"history_{m}_w1", f"history_{m}_w2") for m in self.methods]
        paths = np.stack([np.stack([history[a], history[b]], axis=1) for a, b in names])
        # Levels even in the distance from the lowest place: the loss goes with its square.
        depth = np.sqrt(self.valley.depth(self.grid(MAP)))
        field = (depth / depth.max()).astype(np.float32).reshape(MAP, MAP)
        return {"field": field, "paths": paths}

    def _measure(self) -> None:
        for racer in self.racers:
            racer.loss, racer.share = self._look(racer)

    def _look(self, racer: race.Racer) -> tuple[float, float]:
        """The loss of a method, and the share of the points that are right or of the way."""
        if not len(self.inputs):
            return 0.0, 1.0
        with np.errstate(all="ignore"):
            if self.in_valley:
                loss = racer.net.loss(self.inputs, self.targets)
                return loss, max(
                    0.0, 1 - loss / float(self.valley.depth(self.valley.start[None])[0])
                )
            p = racer.net.predict(self.inputs)
            right = p[np.arange(len(p)), self.labels]
            loss = -float(np.log(np.maximum(right, 1e-30)).mean())
            return loss, float((p.argmax(axis=1) == self.labels).mean())

    def _tuned(self, method: str) -> dict[str, float]:
        """The settings of a method."""
        own = (tuning.VALLEY if self.in_valley else RATES)[method] * self.settings["factor"]
        same = self.settings["rates"] == "same"
        found = {"learning_rate": self.settings["learning_rate"] if same else own}
        if method in tuning.ROLLING and "momentum" in TRAINERS[method].defaults:
            found["momentum"] = self.settings["momentum"]
        return found

    def state(self) -> dict[str, Any]:
        found = super().state() | {"weights": np.stack([r.net.weights for r in self.racers])}
        for i, racer in enumerate(self.racers):
            found |= {f"racer{i}_{name}": value for name, value in racer.state().items()}
        return found

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state | {"weights": state["weights"][0]})
        for i, (racer, weights) in enumerate(zip(self.racers, state["weights"], strict=True)):
            racer.net.weights = weights
            own = f"racer{i}_"
            racer.restore({n.removeprefix(own): v for n, v in state.items() if n.startswith(own)})
