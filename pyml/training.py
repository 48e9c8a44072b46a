"""A training run over many epochs: it can be stopped anywhere, saved, and continued to the bit.

    run = Run(trainer, Batches(x, y, 32, rng), validation=(x_val, y_val))
    while run.epoch < 10:
        run.train()                     # one epoch
        run.save("checkpoint.npz")

`run.history` has one row for each epoch, `run.best_weights` the weights that classified the
validation examples best.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from pyml import saving
from pyml.datasets.batches import Batches
from pyml.network import Network
from pyml.trainers import Trainer


class Epoch(NamedTuple):
    """What one epoch came to: the mean loss of its batches while they were learned, the part of
    the validation examples that was classified right after it (None without any), and speed.
    """

    loss: float
    accuracy: float | None
    examples_per_second: float


class Run:
    """Trains on `batches` and judges by `validation`, a pair x (N, ...), y (N,).

    `about` is anything that JSON can hold and that a checkpoint should tell. `run.stop = True`,
    set by whoever may (a signal, a button), ends `train` after the batch that is being learned.
    """

    def __init__(
        self,
        trainer: Trainer,
        batches: Batches,
        validation: tuple[np.ndarray, np.ndarray] | None = None,
        about: dict[str, Any] | None = None,
    ) -> None:
        self.trainer = trainer
        self.batches = batches
        self.validation = validation
        self.about = about or {}
        self.history: list[Epoch] = []
        self.best_epoch = 0
        self.best_weights = trainer.net.weights.copy()
        self.stop = False
        #: of the running epoch: the sum of the losses, the examples, the seconds
        self.loss_sum, self.seen, self.seconds = 0.0, 0, 0.0

    @property
    def epoch(self) -> int:
        """How many epochs are complete."""
        return len(self.history)

    @property
    def loss(self) -> float:
        """The mean loss over what the running epoch has seen."""
        return self.loss_sum / max(self.seen, 1)

    @property
    def speed(self) -> float:
        """Examples per second in the running epoch."""
        return self.seen / max(self.seconds, 1e-9)

    def train(self, each: Callable[[Run], None] | None = None) -> bool:
        """Trains to the end of the epoch, calling `each(run)` after each batch.

        Returns whether the epoch is complete: it is not if `stop` was set before its end, and the
        next call then goes on in the middle. Raises FloatingPointError as `Trainer.step`.
        """
        clock = time.perf_counter()
        for x, y in self.batches:
            stats = self.trainer.step(x, y)
            now = time.perf_counter()
            self.seconds += now - clock
            clock = now
            self.loss_sum += stats.loss * stats.n
            self.seen += stats.n
            if each is not None:
                each(self)
            if self.stop and self.seen < len(self.batches.x):
                return False
        self._end_epoch()
        return True

    def _end_epoch(self) -> None:
        right = None if self.validation is None else self.accuracy(*self.validation)
        self.history.append(Epoch(self.loss, right, self.speed))
        self.loss_sum, self.seen, self.seconds = 0.0, 0, 0.0
        rows = self.history
        # Without validation the last weights count as the best.
        if not self.best_epoch or (right or 0.0) >= (rows[self.best_epoch - 1].accuracy or 0.0):
            self.best_epoch = self.epoch
            self.best_weights[...] = self.trainer.net.weights

    def accuracy(self, x: np.ndarray, y: np.ndarray) -> float:
        """The part of x (N, ...) that the network as it is now classifies as y (N,) says."""
        right = 0
        for start in range(0, len(x), 500):  # in pieces, as memory allows
            some = x[start : start + 500]
            if self.batches.preprocess is not None:
                some = self.batches.preprocess(some)
            right += int((self.trainer.net.classify(some) == y[start : start + 500]).sum())
        return right / len(x)

    def best(self) -> Network:
        """A network with the best weights so far."""
        net = self.trainer.net
        found = Network(net.given, net.seed, net.dtype.name)
        found.weights = self.best_weights
        return found

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes everything to a checkpoint (npz), which at no moment is half a file.

        `Network.load` and `Trainer.load` read such a file, too.
        """
        run = {
            "about": self.about,
            "batches": self.batches.state(),
            "history": [list(row) for row in self.history],
            "best_epoch": self.best_epoch,
            "running": [self.loss_sum, self.seen, self.seconds],
        }
        saving.write(
            path,
            saving.parts(self.trainer.net)
            | self.trainer.parts()
            | {"run": run, "best_weights": self.best_weights},
        )

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        batches: Batches,
        validation: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> Run:
        """The run that `save` wrote, which goes on with the same data given once more.

        ValueError if the file is no checkpoint, is damaged, or is of other data.
        """
        owner, found = f"Run.load: {os.fspath(path)}", saving.read("Run.load", path)
        trainer = Trainer.from_parts(owner, saving.network(Network, owner, found), found)
        told = history(owner, found)
        try:
            run = cls(trainer, batches, validation, dict(told["about"]))
            batches.restore(told["batches"])
            run.history = told["history"]
            run.best_epoch = int(told["best_epoch"])
            loss_sum, seen, seconds = told["running"]
            run.loss_sum, run.seen, run.seconds = float(loss_sum), int(seen), float(seconds)
            best = np.asarray(found["best_weights"], trainer.net.dtype)
            if best.shape != run.best_weights.shape or not np.isfinite(best).all():
                raise ValueError("its best weights are damaged")
            if not 0 <= run.best_epoch <= run.epoch:
                raise ValueError(f"its best epoch is {run.best_epoch} of {run.epoch}")
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{owner}: {error}") from None
        run.best_weights[...] = best
        return run


def history(owner: str, found: saving.Parts) -> dict[str, Any]:
    """What the parts of a checkpoint tell of its run, its history as `Epoch`s.

    ValueError in the name of `owner` if they tell nothing.
    """
    try:
        told = dict(found["run"])
        told["history"] = [
            Epoch(float(loss), None if right is None else float(right), float(speed))
            for loss, right, speed in told["history"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{owner} is not the checkpoint of a run ({error!r}); give what Run.save wrote"
        ) from None
    return told
