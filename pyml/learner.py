"""What demos share that train a network: its code, its steps, its numbers, its files."""

# ruff: noqa: D102 (Demo describes what a demo overrides)
from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from pyml import demo, exports, trace, visitor
from pyml.network import Network
from pyml.trainers import Trainer

PREFIX = "trainer_"


class Learner(demo.Demo):
    """A demo that trains one network, made by its program or by the visitor's code.

    It comes before `PlaneDemo` among the bases of a demo. Subclasses give `program`, `check` and
    `judge`, and call `take` whenever the examples changed.
    """

    exports: ClassVar[tuple[str, ...]] = ("python", "numpy", "convnetjs", "npz", "history")
    #: settings that the program writes into make_network, and into make_trainer
    in_network: ClassVar[tuple[str, ...]] = ()
    in_trainer: ClassVar[tuple[str, ...]] = ("learning_rate", "momentum", "l2_decay", "method")
    #: the names of what `judge` returns
    curves: ClassVar[tuple[str, ...]] = ("loss", "accuracy")
    #: lines of Python that turn points x (N, D) into the network's inputs x; "" if they are
    prepare: str = ""
    #: whether `check` decides how large a network may be
    large: ClassVar[bool] = False
    #: whether somebody looks at the numbers, and at which example; -1 is the one last learnt from
    watching = False
    chosen = -1

    def check(self, net: Network) -> None:
        """CodeError, in plain words, for a network that does not fit the demo."""
        raise NotImplementedError

    def judge(self) -> tuple[float, ...]:
        """Loss and whatever else `curves` names, over all examples; the weights stay."""
        raise NotImplementedError

    def reset(self) -> None:
        # The network first: when the visitor's code fails, everything else is still as it was.
        self.make(self.settings["code"] or self.program(), demo.seed_number(self.seed))
        self._described = repr(self.net)  # once: it is too slow for every frame
        self.steps = self.epoch = self.seen = 0
        self.example = -1
        self._order = np.zeros(0, np.int64)  # who comes next, up to the end of this epoch
        self.history = demo.History(*self.curves)
        self.made()
        super().reset()
        self.remember()

    def made(self) -> None:
        """Called when network and trainer are new, before there are points."""

    def batch(self) -> int:
        """How many examples a step learns from; 0 for all of them."""
        return int(self.settings.get("batch_size", 0))

    def make(self, code: str, seed: int) -> None:
        """The network and its trainer; CodeError, and nothing has changed, if the code fails."""
        made = visitor.make(code, seed, self.check, large=self.large)
        self.net, self.printed = made.net, made.printed
        if self.settings["code"]:
            about, trainer = repr(made.net).partition("\n")[0], made.trainer
            self.printed += f"→ {about}\n" + (f"→ {trainer!r}\n" if trainer else "")
        self._own_trainer = made.trainer is not None
        # A visitor who only writes a network gets the demo's way to train it.
        self.trainer = made.trainer or visitor.trainer(self.program(), made.net)
        self.net.ops = self.ops

    def coded(self) -> tuple[str, ...]:
        if not self.settings["code"]:
            return ()
        return self.in_network + (self.in_trainer if self._own_trainer else ())

    def set(self, name: str, value: Any) -> None:
        if name == "code" and value == self.program():
            value = ""
        super().set(name, value)

    def apply(self, name: str) -> None:
        if hasattr(self.trainer, name) and name not in self.coded():
            setattr(self.trainer, name, self.settings[name])

    def take(self, x: np.ndarray, y: np.ndarray) -> None:
        """The examples to learn from: the network's inputs x (N, I) and targets y (N, ...)."""
        self.inputs, self.targets = x.astype(self.net.dtype), y
        self.epoch -= bool(len(self._order))  # it ends here; a new one starts afresh
        self._order = np.zeros(0, np.int64)
        self.example = min(self.example, len(x) - 1)
        self.chosen = min(self.chosen, len(x) - 1)

    def step(self) -> None:
        self.advance(1)

    def advance(self, n: int) -> int:
        lessons = self.lessons()
        many = len(lessons)
        if not many:
            return 1
        n = min(n, self.history.until_due(self.steps))
        size = min(self.batch() or many, many)
        epochs = -(-(n * size - len(self._order)) // many)
        if epochs > 0:
            # Each row is shuffled by itself, so that it does not matter how many come at a time.
            rows = np.tile(lessons, (epochs, 1))
            self._order = np.append(self._order, self.arranged(rows))
            self.epoch += epochs
        batches, self._order = self._order[: n * size], self._order[n * size :]
        self.learn(batches, size)
        self.example = int(batches[-1])
        self.steps += n
        self.seen += n * size
        self.remember()
        return n

    def lessons(self) -> np.ndarray:
        """The indices of the examples that are learnt from; the others only test."""
        return np.arange(len(self.inputs))

    def arranged(self, rows: np.ndarray) -> np.ndarray:
        """In which order each epoch, a row of indices, is learnt from."""
        return self.rng.permuted(rows, axis=1)

    def learn(self, order: np.ndarray, size: int) -> None:
        """Trains on the examples in `order`, `size` at a time."""
        self.follow(self.trainer, order, size)

    def follow(self, trainer: visitor.AnyTrainer, order: np.ndarray, size: int) -> None:
        """Has one trainer train on the examples in `order`, `size` at a time."""
        if isinstance(trainer, Trainer):
            trainer.run(self.inputs, self.targets, order, size)
            return
        for start in range(0, len(order), size):
            some = order[start : start + size]
            trainer.step(self.inputs[some], self.targets[some])

    def remember(self) -> None:
        """Adds a row to the curves when one is due."""
        if self.history.due(self.steps):
            self.history.add(self.steps, *self.judge())

    @property
    def finished(self) -> bool:
        return not len(self.lessons())

    def counters(self) -> dict[str, Any]:
        """What every frame has: steps, epochs, the network in words, curves, and `trace`."""
        return {
            "step": self.steps,
            "epoch": self.epoch - bool(len(self._order)),  # of those that were begun
            "example": self.example,
            "layers": self._described,
            "parameters": self.net.weights.size,
            **self.history.columns(),
            **self._numbers(),
        }

    def on_watch(self, on: bool) -> None:
        """Whether somebody looks at the numbers."""
        self.watching = bool(on)

    def on_choose(self, index: int) -> None:
        """Which example they are of; -1 for the one that was last learnt from."""
        last = type(index) is int and index == -1
        self.chosen = -1 if last else demo.index_of("choose", "index", index, len(self.inputs))

    def target_name(self, index: int) -> str:
        """What the target of an example is called."""
        return str(self.targets[index])

    def _numbers(self) -> dict[str, Any]:
        if not self.watching or not len(self.inputs):
            return {}
        index = self.chosen if self.chosen >= 0 else max(self.example, 0)
        try:
            found = trace.layers(self.net, self.trainer, self.inputs[index], self.targets[index])
            rule = trace.rule(self.trainer)
        except Exception:  # of a visitor's own layer or trainer, or of one that ran away
            return {}
        about = {
            "example": index,
            "examples": len(self.inputs),
            "input": self.inputs[index].tolist(),
            "target": np.asarray(self.targets[index]).ravel().tolist()[0],
            "target_name": self.target_name(index),
            "loss": found["loss"],
            "method": getattr(self.trainer, "method", "playground"),
            "rule": rule,
            "note": "The updates are those that the next step would make for this example alone.",
        }
        return {"trace": found["layers"], "trace_about": about}

    def export_python(self) -> str:
        code = self.settings["code"] or self.program()
        return exports.python(self.net, code, self.prepare, self._examples())

    def export_numpy(self) -> str:
        return exports.numpy(self.net, self.prepare, self._examples())

    def export_convnetjs(self) -> str:
        return exports.in_convnetjs(self.net)

    def export_npz(self) -> bytes:
        return exports.npz(self.net)

    def export_history(self) -> str:
        return exports.table(
            {name.removeprefix("history_"): v for name, v in self.history.columns().items()}
        )

    def points(self) -> np.ndarray:
        """The examples (N, D) as a visitor knows them, before `prepare`."""
        return self.inputs

    def _examples(self) -> np.ndarray:
        return self.points()[:4].astype(np.float64).round(3)

    def state(self) -> dict[str, Any]:
        trainer = {PREFIX + name: value for name, value in self.trainer.state().items()}
        counters = {"steps": self.steps, "epoch": self.epoch, "order": self._order.tolist()}
        counters |= {"seen": self.seen, "example": self.example}
        more = {"weights": self.net.weights.copy(), "noise": self.net.noise}
        return super().state() | self.history.state() | trainer | counters | more

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self.net.weights, self.net.noise = state["weights"], state["noise"]
        self.trainer.restore(
            {name.removeprefix(PREFIX): v for name, v in state.items() if name.startswith(PREFIX)}
        )
        self.history.restore(state)
        for name in ("steps", "epoch", "seen"):
            setattr(self, name, max(0, int(state[name])))
        self.example = max(-1, min(int(state["example"]), len(self.inputs) - 1))
        self._order = np.array(demo.indices(state["order"], len(self.inputs)), np.int64)
