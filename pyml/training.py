"""A training run over many epochs: it can be stopped anywhere, saved, and continued to the bit.

    run = Run(trainer, Batches(x, y, 32, rng), validation=(x_val, y_val))
    while run.epoch < 10:
        run.train()                     # one epoch
        run.save("checkpoint.npz")

`run.history` has one row for each epoch, `run.best_weights` the weights that did best on the
validation examples: by accuracy where there are classes, else by loss.
"""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from pyml import saving
from pyml.datasets.batches import Batches
from pyml.losses import Classifier
from pyml.network import Network
from pyml.trainers import Trainer


class Epoch(NamedTuple):
    """What one epoch came to: the mean loss of its batches while they were learned; the mean loss
    of the validation examples after it, and the part of them that is classified right (None
    without any, or without classes); and speed.
    """

    loss: float
    validation_loss: float | None
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
        if validation is not None and not 0 < len(validation[0]) == len(validation[1]):
            raise ValueError(
                f"Run: validation has {len(validation[0])} examples and {len(validation[1])} "
                f"targets; give as many of each, or None"
            )
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
        loss, right = (None, None) if self.validation is None else self.judge(*self.validation)
        self.history.append(Epoch(self.loss, loss, right, self.speed))
        self.loss_sum, self.seen, self.seconds = 0.0, 0, 0.0
        # Of equal epochs the last is the best, and so it is without validation.
        now, best = (merit(self.history[i]) for i in (-1, self.best_epoch - 1))
        if now >= best:
            self.best_epoch = self.epoch
            self.best_weights[...] = self.trainer.net.weights

    def judge(self, x: np.ndarray, y: np.ndarray) -> tuple[float, float | None]:
        """The mean loss of the network as it is now on x (N, ...), y, and its accuracy.

        That is the part that it classifies right, and None where there are no classes.
        """
        net = self.trainer.net
        loss, right = 0.0, 0
        for start in range(0, len(x), 500):  # in pieces, as memory allows
            some, targets = self.prepared(x[start : start + 500]), y[start : start + 500]
            loss += net.loss(some, targets) * len(some)
            if isinstance(net.head, Classifier):
                right += int((net.classify(some) == targets).sum())
        accuracy = right / len(x) if isinstance(net.head, Classifier) else None
        return loss / len(x), accuracy

    @cached_property
    def checksum(self) -> int:
        """A number that tells these examples from others."""
        x, y = self.batches.x, self.batches.y
        both = (np.ascontiguousarray(x), np.ascontiguousarray(y))
        return zlib.crc32(both[1].data, zlib.crc32(both[0].data))

    def prepared(self, x: np.ndarray) -> np.ndarray:
        """Examples as the network wants them."""
        return x if self.batches.preprocess is None else self.batches.preprocess(x)

    def check(self) -> None:
        """Raises ValueError or TypeError if the data do not fit the network; changes nothing."""
        net, batches = self.trainer.net, self.batches
        net.loss(self.prepared(batches.x[:1]), batches.y[:1])
        scores = np.broadcast_to(net.weights[0], (len(batches.y), net.head.units))
        net.head.targets(batches.y, scores)

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
            "checksum": self.checksum,
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
            if told["checksum"] != run.checksum:
                raise ValueError("it is of other data; give the same as then")
            run.history = told["history"]
            run.best_epoch = int(told["best_epoch"])
            loss_sum, seen, seconds = told["running"]
            run.loss_sum, run.seen, run.seconds = float(loss_sum), int(seen), float(seconds)
            best = np.asarray(found["best_weights"], trainer.net.dtype)
            if best.shape != run.best_weights.shape or not np.isfinite(best).all():
                raise ValueError("its best weights are damaged")
            if not 0 <= run.best_epoch <= run.epoch:
                raise ValueError(f"its best epoch is {run.best_epoch} of {run.epoch}")
            batches.restore(told["batches"])
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise ValueError(f"{owner}: {error}") from None
        run.best_weights[...] = best
        return run


def merit(epoch: Epoch) -> float:
    """How good an epoch was, to compare it with others of the run."""
    if epoch.accuracy is not None:
        return epoch.accuracy
    return -epoch.validation_loss if epoch.validation_loss is not None else 0.0


def history(owner: str, found: saving.Parts) -> dict[str, Any]:
    """What the parts of a checkpoint tell of its run, its history as `Epoch`s.

    ValueError in the name of `owner` if they tell nothing.
    """
    try:
        told = dict(found["run"])
        told["history"] = [
            Epoch(float(loss), optional(judged), optional(right), float(speed))
            for loss, judged, right, speed in told["history"]
        ]
        told["about"] = dict(told["about"])
        told["best_epoch"] = int(told["best_epoch"])
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise ValueError(
            f"{owner} is not the checkpoint of a run ({error!r}); give what Run.save wrote"
        ) from None
    return told


def optional(value: Any) -> float | None:
    """`value` as a float, None as None."""
    return None if value is None else float(value)
