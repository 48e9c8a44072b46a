"""How a demo of images trains: batches at random, curves of every run, the best weights kept."""

# ruff: noqa: D102 (Demo and Learner describe what a demo overrides)
from __future__ import annotations

import time
from typing import Any, ClassVar, NamedTuple

import numpy as np

from pyml import imaging_program, learner, program, visitor
from pyml.datasets import augment
from pyml.datasets.images import preprocess
from pyml.imaging_data import Supply
from pyml.imaging_program import Plan, Shape
from pyml.network import Network
from pyml.trainers import Trainer

#: batches over which the loss is smoothed
SMOOTH = 100
#: images over which accuracies are taken: those judged last
WINDOW = 500
#: of every so many images that are learnt from, one of each part is judged
EVERY = 8
#: images that are judged at a time while it trains
PIECE = 8
#: runs of before whose curves are kept
MOST_RUNS = 4
#: what stands for a number that is not known yet
UNKNOWN = -1.0


class Run(NamedTuple):
    """The curves of a run that is over."""

    number: int
    title: str
    step: np.ndarray
    smooth: np.ndarray
    validation: np.ndarray


class Training(learner.Learner):
    """A network that learns from images as they come in.

    Subclasses give `data_set`, the name of the site's images, their `shape` (height, width,
    channels), the names of their classes, and the networks that the demo can write.
    """

    data_set: ClassVar[str]
    shape: ClassVar[Shape]
    class_names: ClassVar[tuple[str, ...]]
    #: what the network is for, in a sentence
    about: ClassVar[str]
    plans: ClassVar[dict[str, Plan]]
    curves: ClassVar[tuple[str, ...]] = ("loss", "smooth", "train", "validation")
    in_network: ClassVar[tuple[str, ...]] = ("network",)
    large: ClassVar[bool] = True
    waited = False  # a step was asked for before there were images
    #: what comes in at the edges of an image that is moved, after preprocessing
    edge: ClassVar[float] = 0.0
    in_trainer: ClassVar[tuple[str, ...]] = (
        *learner.Learner.in_trainer,
        "schedule",
        "schedule_steps",
    )

    def __init__(self, settings: dict[str, Any], seed: int | str, ops: Any = None) -> None:
        self.supply = Supply(self.data_set, self.shape, self.class_names)
        self.run, self.runs = 1, tuple[Run, ...]()
        super().__init__(settings, seed, ops)
        self.wants.append(self.supply.manifest)

    def program(self) -> str:
        plan = self.plans[self.settings["network"]]
        net = imaging_program.network(self.shape, plan.layers, self.about)
        return program.whole(net, imaging_program.trainer(self.settings))

    def reset(self) -> None:
        past = self._past()
        super().reset()
        if past is not None:
            self.runs, self.run = (*self.runs, past)[-MOST_RUNS:], self.run + 1

    def _past(self) -> Run | None:
        """The run up to now, if it has come anywhere."""
        if not getattr(self, "steps", 0):
            return None
        column = {name.removeprefix("history_"): v for name, v in self.history.columns().items()}
        title = "your code" if self.settings["code"] else self.plans[self._network].title
        title = f"{title}, {getattr(self.trainer, 'method', 'playground')}"
        return Run(self.run, title, column["step"], column["smooth"], column["validation"])

    def made(self) -> None:
        self._network = self.settings["network"]
        self.inputs, self.targets = np.zeros((0, *self.shape)), np.zeros(0, np.int64)
        self.losses = np.zeros(0)
        self.batch_ms = self.forward_ms = 0.0
        self.best_accuracy, self.best_step = UNKNOWN, 0
        self.best_weights = self.net.weights.copy()
        self._owed, self._judged = 0, {"train": 0, "validation": 0}
        self.unjudge()

    def unjudge(self) -> None:
        """Forgets what was judged: the weights are others, or the images."""
        self._right = {split: np.zeros(0, np.uint8) for split in self._judged}
        self._exact = 0  # validation images judged since the weights changed

    @property
    def finished(self) -> bool:
        return False  # without images it waits for them

    def advance(self, n: int) -> int:
        self.wants += self.supply.more("train", max(1.0, self.seen / 2))
        if not (many := self.supply.images.count("train")):
            self.waited = True
            return n
        some = self.rng.integers(0, many, self.batch())
        x, y = self.supply.images.take("train", some)
        given = self.augmented(preprocess(x))
        start = time.perf_counter()
        loss = float(self.trainer.step(given, y).loss)
        self.batch_ms = smoothed(self.batch_ms, time.perf_counter() - start)
        self.losses = np.append(self.losses[1 - SMOOTH :], loss)
        self.steps += 1
        self.seen += len(y)
        self._exact = 0
        self._owed += len(y)
        while self._owed >= EVERY * PIECE:
            self._owed -= EVERY * PIECE
            for split in self._judged:
                self.judge_some(split, PIECE)
        self.remember()
        return 1

    def augmented(self, x: np.ndarray) -> np.ndarray:
        """Images x (N, height, width, channels), each a little changed, as the settings have it."""
        if self.settings["augment_shift"]:
            x = augment.Shift(int(self.settings["augment_shift"]), fill=self.edge)(x, self.rng)
        if self.settings["augment_flip"]:
            x = augment.Flip()(x, self.rng)
        return x

    def judge_some(self, split: str, most: int) -> None:
        """Sees whether the next few images of a part are told right."""
        many = self.supply.images.count(split)
        if not many:
            return
        some = (self._judged[split] + np.arange(min(most, many))) % many
        self._judged[split] = int(some[-1]) + 1
        x, y = self.supply.images.take(split, some)
        right = self.predict(preprocess(x)).argmax(axis=1) == y
        self._right[split] = np.append(self._right[split], right)[-WINDOW:].astype(np.uint8)
        if split == "validation":
            self._exact += len(y)
            self._keep_best()

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The network's answer (N, classes) to x (N, height, width, channels), clocked."""
        start = time.perf_counter()
        p = self.net.predict(x)
        self.forward_ms = smoothed(self.forward_ms, (time.perf_counter() - start) / len(x))
        return p

    def in_time(self, seconds: float, most: int = 64) -> int:
        """How many images can be predicted in that time, 1 to `most`."""
        return int(min(most, max(1.0, 1000 * seconds / max(self.forward_ms, 1e-3))))

    def judge_at_rest(self, seconds: float) -> bool:
        """Judges some validation images for the weights as they are; whether there are more."""
        left = min(WINDOW, self.supply.images.count("validation")) - self._exact
        if left <= 0:
            return False
        self.judge_some("validation", min(left, self.in_time(seconds)))
        return left > 0

    def accuracy(self, split: str) -> float:
        """The share of the images judged last that were told right, or UNKNOWN."""
        right = self._right[split]
        return float(right.mean()) if len(right) else UNKNOWN

    def _keep_best(self) -> None:
        enough = min(WINDOW, self.supply.images.count("validation"))
        if len(self._right["validation"]) >= enough and self.steps:
            accuracy = self.accuracy("validation")
            if accuracy > self.best_accuracy:
                self.best_accuracy, self.best_step = accuracy, self.steps
                self.best_weights[...] = self.net.weights

    def on_best(self) -> None:
        """Back to the weights that told most validation images right."""
        if self.best_accuracy < 0:
            raise ValueError("best: nothing has been judged yet; train a little first")
        self.net.weights = self.best_weights
        self.unjudge()

    def remember(self) -> None:
        if self.history.due(self.steps):
            self.history.add(self.steps, *self.judge())

    def judge(self) -> tuple[float, float, float, float]:
        """Loss of the last batch, its mean over the last ones, and the two accuracies."""
        raw, smooth = (self.losses[-1], self.losses.mean()) if len(self.losses) else (UNKNOWN,) * 2
        return float(raw), float(smooth), self.accuracy("train"), self.accuracy("validation")

    def set(self, name: str, value: Any) -> None:
        if name == "method":
            self.settings["learning_rate"] = imaging_program.RATES[value]
        super().set(name, value)

    def apply(self, name: str) -> None:
        if name not in self.in_trainer or name in self.coded():
            return
        if name == "method":
            # Of another kind, so it begins without what the old one had gathered.
            self.trainer = visitor.trainer(self.program(), self.net)
        elif name.startswith("schedule"):
            if isinstance(self.trainer, Trainer):
                self.trainer.schedule = imaging_program.schedule(self.settings)
        elif imaging_program.uses(self.settings["method"], name):
            setattr(self.trainer, name, self.settings[name])

    def check(self, net: Network) -> None:
        imaging_program.fits(net, self.shape, len(self.class_names))

    def training(self) -> dict[str, Any]:
        """What a frame says of training."""
        loss, smooth, train, validation = self.judge()
        images, size = self.supply.images, max(1, self.batch())
        found = self.counters() | {
            "seen": self.seen,
            "epoch": self.seen // max(1, images.count("train")),
            "examples": images.count("train"),
            "loss": loss,
            "smooth_loss": smooth,
            "train_accuracy": train,
            "validation_accuracy": validation,
            "accuracy": validation,
            "best_accuracy": self.best_accuracy,
            "best_step": self.best_step,
            "rate_now": getattr(self.trainer, "current_rate", self.settings["learning_rate"]),
            "batch_ms": self.batch_ms,
            "forward_ms": self.forward_ms,
            "backward_ms": max(0.0, self.batch_ms / size - self.forward_ms),
            "run": self.run,
            "old_runs": "|".join(str(run.number) for run in self.runs),
            "old_titles": "|".join(run.title for run in self.runs),
        }
        for run in self.runs:
            for name in ("step", "smooth", "validation"):
                found[f"run{run.number}_{name}"] = getattr(run, name)
        return found

    def state(self) -> dict[str, Any]:
        found = super().state() | {
            "losses": self.losses,
            "right_train": self._right["train"],
            "right_validation": self._right["validation"],
            "judged": list(self._judged.values()),
            "exact": self._exact,
            "owed": self._owed,
            "best": [self.best_accuracy, self.best_step],
            "best_weights": self.best_weights.copy(),
            "run": self.run,
            "old_runs": [[run.number, run.title] for run in self.runs],
        }
        for run in self.runs:
            found |= {f"run{run.number}_{name}": getattr(run, name) for name in run._fields[2:]}
        return found

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self.losses = np.asarray(state["losses"], np.float64).reshape(-1)[-SMOOTH:]
        self._right = {
            split: np.asarray(state[f"right_{split}"], np.uint8).reshape(-1)[-WINDOW:]
            for split in self._judged
        }
        train, validation = (max(0, int(n)) for n in state["judged"])
        self._judged = {"train": train, "validation": validation}
        self._exact, self._owed = max(0, int(state["exact"])), max(0, int(state["owed"]))
        accuracy, step = state["best"]
        self.best_accuracy, self.best_step = float(accuracy), int(step)
        best = np.asarray(state["best_weights"], self.net.dtype)
        if best.shape != self.net.weights.shape or not np.isfinite(best).all():
            raise ValueError("the best weights are damaged")
        self.best_weights = best.copy()
        self.run = max(1, int(state["run"]))
        runs = []
        for number, title in state["old_runs"]:
            columns = [
                np.asarray(state[f"run{int(number)}_{name}"], np.float32).reshape(-1)
                for name in Run._fields[2:]
            ]
            runs.append(Run(int(number), str(title), *columns))
        self.runs = tuple(runs[-MOST_RUNS:])


def smoothed(before: float, seconds: float) -> float:
    """A time in milliseconds that follows the newest one slowly; 0 is none yet."""
    return 1000 * seconds if not before else 0.9 * before + 100 * seconds
