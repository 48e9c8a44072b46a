"""A small network learns to divide the plane between two classes of points."""

# ruff: noqa: D102 (Demo and PlaneDemo describe what a demo overrides)
from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from pyml import demo, plane, visitor
from pyml import layers as L
from pyml.datasets import DATASETS
from pyml.network import Network
from pyml.trainers import Trainer


def make_network(seed: int) -> Network:
    """Two inputs, two classes, and whatever you like in between."""
    layers = [
        L.Input(2),
        L.Dense(6, activation="tanh"),
        L.Dense(2, activation="tanh"),
        L.Softmax(2),
    ]
    return Network(layers, seed=seed)


DATA = (
    ("circle", "a disc in a ring"),
    ("spiral", "two spirals"),
    ("simple", "13 points"),
    ("xor", "four quarters (XOR)"),
    ("gauss", "two clouds"),
    ("moons", "two half moons"),
    ("random", "random labels"),
    ("own", "your own points"),
)
SIZED = ("circle", "spiral", "xor", "gauss", "moons", "random")


class Demo(plane.PlaneDemo):
    """2-6-2-2 by default, minibatch gradient descent with momentum; one step is one minibatch."""

    title = "A small network classifies the plane"
    view = (-6.0, 6.0, -6.0, 6.0)
    controls: ClassVar[dict[str, demo.Control]] = {
        "data": demo.Choice(default="circle", label="Data", choices=DATA),
        "count": demo.Slider(
            default=100, min=10, max=400, step=10, label="Points", when=("data", SIZED)
        ),
        "noise": demo.Slider(
            default=0.0, min=0.0, max=1.0, step=0.05, label="Noise", when=("data", SIZED[:-1])
        ),
        "learning_rate": demo.Slider(
            default=0.1,
            min=0.001,
            max=1.0,
            step=0.001,
            log=True,
            live=True,
            label="Learning rate",
            help="How far one step moves the weights along the gradient",
        ),
        "momentum": demo.Slider(
            default=0.5,
            min=0.0,
            max=0.95,
            step=0.05,
            live=True,
            label="Momentum",
            help="How much of the last step is taken again",
        ),
        "batch_size": demo.Slider(
            default=10,
            min=1,
            max=50,
            step=1,
            live=True,
            label="Batch size",
            help="How many points one step looks at",
        ),
        "l2_decay": demo.Slider(
            default=0.001,
            min=0.0,
            max=0.05,
            step=0.001,
            live=True,
            label="L2 decay",
            help="How strongly the weights are pulled towards zero",
        ),
        "code": demo.Code(
            default=visitor.source(make_network),
            label="Network",
            help="Python: a function that returns the network",
        ),
        "speed": demo.speed("100"),
        "points": demo.Points(),
    }

    def reset(self) -> None:
        # The network first: when the visitor's code fails, everything else is still as it was.
        seed = demo.seed_number(self.seed)
        net, self.printed = visitor.network(self.settings["code"], seed, inputs=2, classes=2)
        self.net = net
        net.ops = self.ops
        self.trainer = Trainer(self.net, "momentum")
        for name in ("learning_rate", "momentum", "l2_decay"):
            self.apply(name)
        self.steps = self.epoch = 0
        self._order = np.zeros(0, np.int64)  # who comes next, up to the end of this epoch
        self.history = demo.History("loss", "accuracy")
        self._grid = self.grid().astype(self.net.dtype)
        super().reset()
        self._remember()

    def make_points(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        dataset = DATASETS[self.settings["data"]]
        return dataset(self.settings["count"], self.settings["noise"], rng)

    def edited(self) -> None:
        self._x = self.x.astype(self.net.dtype)
        self.epoch -= bool(len(self._order))  # it ends here; a new one starts afresh
        self._order = np.zeros(0, np.int64)

    def apply(self, name: str) -> None:
        if hasattr(self.trainer, name):
            setattr(self.trainer, name, self.settings[name])

    def step(self) -> None:
        self.advance(1)

    def advance(self, n: int) -> int:
        points = len(self.x)
        if not points:
            return 1
        n = min(n, self.history.until_due(self.steps))
        size = min(self.settings["batch_size"], points)
        epochs = -(-(n * size - len(self._order)) // points)
        if epochs > 0:
            # Each row is shuffled by itself, so that it does not matter how many come at a time.
            rows = np.tile(np.arange(points), (epochs, 1))
            self._order = np.append(self._order, self.rng.permuted(rows, axis=1))
            self.epoch += epochs
        batches, self._order = self._order[: n * size], self._order[n * size :]
        self.trainer.run(self._x, self.labels, batches, size)
        self.steps += n
        self._remember()
        return n

    @property
    def finished(self) -> bool:
        return not len(self.x)

    def frame(self) -> dict[str, Any]:
        loss, accuracy, p = self._judge()
        return {
            "step": self.steps,
            "epoch": self.epoch - bool(len(self._order)),  # of those that were begun
            "loss": loss,
            "l2_loss": self.trainer.decay_losses()[1],
            "accuracy": accuracy,
            "verdict": self._verdict(accuracy),
            "class_names": "0|1",
            "x_label": "x1",
            "y_label": "x2",
            "view": np.array(self.view, np.float32),
            "points": self.x.astype(np.float32),
            "labels": self.labels.astype(np.uint8),
            "outputs": p.astype(np.float32),
            "predictions": (p > 0.5).astype(np.uint8),
            "field": self._field(),
            "layers": repr(self.net),
            "parameters": self.net.weights.size,
            **self.history.columns(),
        }

    def _field(self) -> np.ndarray:
        field = self.net.predict(self._grid)[:, 1].astype(np.float32)
        return field.reshape(plane.GRID, plane.GRID)

    def state(self) -> dict[str, Any]:
        trainer = {f"trainer_{name}": value for name, value in self.trainer.state().items()}
        counters = {"steps": self.steps, "epoch": self.epoch, "order": self._order.tolist()}
        weights = {"weights": self.net.weights.copy()}
        return super().state() | self.history.state() | trainer | counters | weights

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self.net.weights = state["weights"]
        prefix = "trainer_"
        self.trainer.restore(
            {name.removeprefix(prefix): v for name, v in state.items() if name.startswith(prefix)}
        )
        self.history.restore(state)
        self.steps, self.epoch = (max(0, int(state[name])) for name in ("steps", "epoch"))
        self._order = np.array(demo.indices(state["order"], len(self.x)), np.int64)

    def _judge(self) -> tuple[float, float, np.ndarray]:
        """Mean loss, accuracy and the probability of class 1 (N,) over all points."""
        if not len(self.x):
            return 0.0, 1.0, np.zeros(0)
        p = self.net.predict(self._x)
        right = p[np.arange(len(p)), self.labels]
        loss = -float(np.log(np.maximum(right, 1e-30)).mean())
        return loss, float(((p[:, 1] > 0.5) == self.labels).mean()), p[:, 1]

    def _remember(self) -> None:
        if self.history.due(self.steps):
            self.history.add(self.steps, *self._judge()[:2])

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
        return f"Still learning: {wrong} of {n} points are on the wrong side."
