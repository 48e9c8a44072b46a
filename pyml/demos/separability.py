"""All of TensorFlow Playground, and more: how many units does a shape need?"""

# ruff: noqa: D102 (Demo and its bases describe what a demo overrides)
from __future__ import annotations

from typing import Any

import numpy as np

from pyml import demo, graph, layers, plane, playground, program, visitor
from pyml.explain import separability
from pyml.network import Network
from pyml.playground.demo import Data
from pyml.playground.verdict import Progress, verdict

#: steps from one row of the curves to the next, at first: to measure takes longer than a step
MEASURED = 4
#: side of the pictures in the units, and of the field of a network with many weights
SMALL, COARSE, MANY = 24, 60, 150


class Demo(Data):
    """One step is one batch; with the method "playground" all numbers are those of its page."""

    title = "How many units does it take?"
    view = (-6.0, 6.0, -6.0, 6.0)
    controls = separability.CONTROLS
    presets = separability.PRESETS
    in_network = ("hidden", "activation")
    in_trainer = ("method", "learning_rate", "regularisation", "rate")
    curves = ("loss", "test_loss", "accuracy", "test_accuracy")
    #: the unit whose field is shown, counted from the first input on; -1 is the answer
    looked = -1

    @property
    def prepare(self) -> str:  # type: ignore[override]
        return separability.prepare(self.settings["features"])

    def program(self) -> str:
        return program.whole(
            separability.network(self.settings, self.classes), separability.trainer(self.settings)
        )

    def check(self, net: Network) -> None:
        one = separability.one_answer(self.settings["problem"], self.classes)
        head, units = (layers.Regression, 1) if one else (layers.Softmax, self.classes)
        visitor.fits(net, len(self.names), head, units)

    def reset(self) -> None:
        self.looked = -1
        super().reset()
        self._side = plane.GRID if self.net.weights.size < MANY else COARSE
        self._large, self._small = (
            playground.features(self.grid(side), self.names) for side in (self._side, SMALL)
        )
        diagonal = np.linspace(*self.view[:2], SMALL + 1)[:, None]
        across = playground.features(np.hstack([diagonal, diagonal]), self.names)
        self._scale = np.abs(across).max(axis=0)
        # A picture needs no float64, and the fast backends know only float32.
        self._painter = self.net
        if self.net.dtype == np.float64 and not self.settings["code"]:
            self._painter = Network(self.net.given, dtype="float32", ops=self.ops)

    def made(self) -> None:
        self.history.stride = MEASURED

    def arranged(self, rows: np.ndarray) -> np.ndarray:
        theirs = isinstance(self.trainer, playground.Trainer)
        return rows if theirs else super().arranged(rows)

    def advance(self, n: int) -> int:
        """As in Learner, but what an epoch leaves over joins the first batch of the next."""
        lessons = self.lessons()
        if not len(lessons) or not isinstance(self.trainer, playground.Trainer):
            return super().advance(n)
        n = min(n, self.history.until_due(self.steps))
        size = min(int(self.settings["batch_size"]), len(lessons))
        for _ in range(n):
            left = len(self._order)
            if left < size:
                self._order, self.epoch = np.append(self._order, lessons), self.epoch + 1
            take = size if left >= size else size + left
            batch, self._order = self._order[:take], self._order[take:]
            self.trainer.step(self.inputs[batch], self.targets[batch])
            self.seen += take
            self.steps += 1
        self.example = int(batch[-1])
        self.remember()
        return n

    def apply(self, name: str) -> None:
        if name in self.coded():
            return
        super().apply(name)
        if name in ("regularisation", "rate") and not isinstance(self.trainer, playground.Trainer):
            for decay, value in separability.decays(self.settings).items():
                setattr(self.trainer, decay, value)
        if name == "show_test":
            self.chosen = -1

    def on_shape(self, text: str) -> None:
        """Builds the network with these hidden layers, such as "4,2" or "4:relu,2"."""
        self._turn("hidden", text)

    def on_features(self, text: str) -> None:
        """Feeds it these features, such as "x,y,xSquared"."""
        self._turn("features", text)

    def _turn(self, name: str, value: Any) -> None:
        if name in self.coded():
            raise ValueError(f"{name}: your own code makes the network; change it there")
        value, note = self.controls[name].parse(value)
        before = self.settings[name]
        try:
            self.set(name, value)
        except BaseException:
            self.settings[name] = before
            raise
        self.notes += [note] if note else []

    def on_look(self, unit: int) -> None:
        """Shows the field of a unit, counted over all from the first input on; -1 the answer."""
        units = sum(graph.links(self.net)["net_sizes"]) if graph.drawable(self.net) else 0
        after = demo.finite("look", "unit", unit) + 1
        self.looked = demo.index_of("look", "unit", after, units + 1) - 1

    def on_weight(self, layer: int, unit: int, input: int, value: float) -> None:
        before = self.net.weights.copy()
        super().on_weight(layer, unit, input, value)
        if isinstance(self.trainer, playground.Trainer):
            # A link that was cut lives again; the others that were are 0 as before.
            self.trainer.dead &= before == self.net.weights

    def judge(self) -> tuple[float, ...]:
        return self._judge()[0]

    def _judge(self) -> tuple[tuple[float, ...], np.ndarray, np.ndarray]:
        """Losses and accuracies as in `curves`; what is said to each point, and its class."""
        if not len(self.x):
            return (0.0, 0.0, 1.0, 1.0), np.zeros(0), np.zeros(0, np.int64)
        answers = self.net.predict(self.inputs)
        if isinstance(self.net.head, layers.Regression):
            said = answers[:, 0]
            losses = (said - self.heights) ** 2 / 2
            middle = separability.heights(np.arange(self.classes), self.classes)
            guesses = np.abs(said[:, None] - middle).argmin(axis=1)
        else:
            said, guesses = answers.max(axis=1), answers.argmax(axis=1)
            right = answers[np.arange(len(answers)), self.labels]
            losses = -np.log(np.maximum(right, 1e-30))
        rights = guesses == self.labels
        first = self._first
        parts = (slice(first, None), slice(first) if first else slice(None))
        means = [float(values[part].mean()) for values in (losses, rights) for part in parts]
        return tuple(means), said, guesses

    def frame(self) -> dict[str, Any]:
        numbers, said, guesses = self._judge()
        if self._painter is not self.net:
            self._painter.weights = self.net.weights
        found = dict(zip(self.curves, numbers, strict=True)) | self.counters()
        heights, hidden = self.settings["problem"] == "regression", self._hidden
        if isinstance(self.trainer, playground.Trainer):
            waiting = len(self._order) < int(self.settings["batch_size"])
            found["epoch"] = self.epoch - (not waiting)
        if "trace_about" in found:
            found["trace_about"]["example"] -= hidden
            found["trace_about"]["examples"] -= hidden
        found["example"] = max(self.example - hidden, -1)
        test = np.arange(len(self.x)) < self._first
        found |= {
            "verdict": self._verdict(numbers, heights, self._saturated(said, guesses)),
            "class_names": "|".join(map(str, range(self.classes))),
            "x_label": "x1",
            "y_label": "x2",
            "view": np.array(self.view, np.float32),
            "points": self.x[hidden:].astype(np.float32),
            "test": test[hidden:].astype(np.uint8),
            "tests": int(self._first),
            "discretise": self.settings["discretise"],
            "problem": self.settings["problem"],
            "features": self.settings["features"],
            "hidden": self.settings["hidden"],
            "activation": self.settings["activation"],
            "coded": bool(self.settings["code"]),
        }
        if heights:
            found |= {"field_kind": "value", "targets": self.heights[hidden:].astype(np.float32)}
            found["outputs"] = said[hidden:].astype(np.float32)
        else:
            found["labels"] = self.labels[hidden:].astype(np.uint8)
            found["predictions"] = guesses[hidden:].astype(np.uint8)
        return found | self._field(heights) | self._network()

    def _field(self, heights: bool) -> dict[str, np.ndarray]:
        net, side = self._painter, self._side
        if self.looked >= 0 and graph.drawable(net):
            said = np.concatenate(graph.scaled(net, self._large, self._scale), axis=1)
            field = said[:, self.looked]
        elif isinstance(net.head, layers.Regression):
            field = net.predict(self._large)[:, 0]
        else:
            answers = net.predict(self._large)
            likeliest = answers.argmax(axis=1).astype(np.uint8).reshape(side, side)
            sure = answers.max(axis=1).astype(np.float32)
            return {"field": sure.reshape(side, side), "field_class": likeliest}
        field = np.clip(field if heights else (field + 1) / 2, -1 if heights else 0, 1)
        return {"field": field.astype(np.float32).reshape(side, side)}

    def _network(self) -> dict[str, Any]:
        net = self.net
        if not graph.drawable(net):
            return {"net_sizes": []}
        heat = graph.heat(self._painter, self._small, SMALL, self._scale)
        if self.settings["discretise"]:
            heat = np.where(heat > 127, 255, 0).astype(np.uint8)
        found = {
            **graph.links(net),
            "net_names": "|".join(separability.LABELS[name] for name in self.names),
            "net_heat": heat,
        }
        if isinstance(self.trainer, playground.Trainer):
            found["net_dead"] = graph.of_links(net, self.trainer.dead).astype(np.uint8)
        if self.watching and len(self.x):
            index = self.chosen if self.chosen >= 0 else max(self.example, 0)
            values = graph.outputs(net, self.inputs[index][None])
            found["net_values"] = np.concatenate(values, axis=1)[0].astype(np.float32)
        return found

    def _saturated(self, said: np.ndarray, guesses: np.ndarray) -> float:
        """The share of the training points on the wrong side where a tanh has no slope left."""
        if self.settings["problem"] == "regression" or self.classes > 2 or not len(said):
            return 0.0
        sure = (np.abs(said) > 0.99) & (guesses != self.labels)
        return float(sure[self._first :].mean())

    def _verdict(self, numbers: tuple[float, ...], heights: bool, saturated: float) -> str:
        s, trainer = self.settings, self.trainer
        columns = self.history.columns()
        return verdict(
            Progress(
                steps=self.steps,
                learnt=len(self.x) - self._first,
                tested=self._first,
                losses=(numbers[0], numbers[1]),
                accuracies=(numbers[2], numbers[3]),
                history=(columns["history_step"], columns["history_loss"]),
                heights=heights,
                data=s["data"],
                hidden=tuple(int(size) for size, _ in demo.sizes(s["hidden"], "")),
                features="" if s["code"] else s["features"],
                dead=int(trainer.dead.sum()) if isinstance(trainer, playground.Trainer) else 0,
                largest=float(np.abs(self.net.weights).max()),
                regularised=s["regularisation"] != "none" and s["rate"] > 0,
                saturated=saturated,
            )
        )
