"""The work that is measured, in Python: the same file runs in Pyodide and on this machine.

On this machine it is a process that answers lines: `kind size seconds` comes in, what was done in a
second goes out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from pyml import Network, Trainer
from pyml import layers as L
from pyml.ops import Ops
from pyml.train import cifar10_layers

CIFAR10 = cifar10_layers()
CLASSIFIER = [
    L.Input(2),
    L.Dense(6, activation="tanh"),
    L.Dense(2, activation="tanh"),
    L.Softmax(2),
]
#: points of the classifier; batches that it learns in one go, as the demo does in a slice
POINTS, SLICE = 200, 2000

Step = Callable[[], int]


def images(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Smooth coloured pictures x (n, 32, 32, 3) float32 with labels y (n,), always the same."""
    rng = np.random.default_rng(0)
    coarse = rng.normal(0, 0.2, (n, 5, 5, 3))
    at = np.linspace(0, 3.999, 32)
    i, part = at.astype(int), (at % 1)[:, None, None]
    rows = coarse[:, i] * (1 - part) + coarse[:, i + 1] * part
    part = part.reshape(1, 32, 1)
    x = rows[:, :, i] * (1 - part) + rows[:, :, i + 1] * part
    return np.clip(x, -0.5, 0.5).astype(np.float32), rng.integers(0, 10, n)


def prepare(kind: str, size: int, ops: Ops) -> Step:
    """A function that does a piece of the work and returns how many examples (or fields) it was."""
    if kind == "train.cifar10":
        trainer = Trainer(Network(CIFAR10, seed=1, ops=ops), "adadelta", l2_decay=1e-4)
        x, y = images(16 * size)
        place = [0]

        def train() -> int:
            place[0] = (place[0] + size) % len(y)
            some = slice(place[0], place[0] + size)
            trainer.step(x[some], y[some])
            return size

        return train
    if kind == "infer.cifar10":
        net = Network(CIFAR10, seed=1, ops=ops)
        x, _ = images(size)
        return lambda: len(net.predict(x))
    net = Network(CLASSIFIER, seed=1, ops=ops)
    if kind == "field":
        line = np.linspace(-6, 6, size, dtype=np.float32)
        grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
        return lambda: len(net.predict(grid)) // size**2
    rng = np.random.default_rng(0)
    points = rng.normal(0, 2, (POINTS, 2)).astype(np.float32)
    labels = (np.square(points).sum(axis=1) < 4).astype(np.int64)
    trainer = Trainer(net, "momentum", learning_rate=0.01, momentum=0.1)
    fast = type(ops) is not Ops
    order = np.tile(np.arange(POINTS), max(1, (SLICE if fast else 10) * size // POINTS))
    return lambda: len(trainer.run(points, labels, order, size)) * size


def rate(step: Step, seconds: float) -> float:
    """What is done in a second, measured for so long."""
    step()
    done, start = 0, time.perf_counter()
    while (now := time.perf_counter()) - start < seconds:
        done += step()
    return done / (now - start)


class Worker:
    """Does any of the work with one backend; what it prepared it keeps."""

    def __init__(self, ops: Ops) -> None:
        self.ops = ops
        self._steps: dict[tuple[str, int], Step] = {}

    def rate(self, kind: str, size: int, seconds: float) -> float:
        """See `prepare` and `rate`."""
        key = kind, size
        if key not in self._steps:
            self._steps[key] = prepare(kind, size, self.ops)
        return rate(self._steps[key], seconds)


def torch_step(size: int, channels_last: bool, train: bool) -> Step:
    """The convnet for CIFAR-10 in torch, on one thread."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(1)
    blocks = [
        part
        for channels, filters in ((3, 16), (16, 20), (20, 20))
        for part in (nn.Conv2d(channels, filters, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2))
    ]
    layout: Any = torch.channels_last if channels_last else torch.contiguous_format
    net: Any = nn.Sequential(*blocks, nn.Flatten(), nn.Linear(320, 10))
    net.to(memory_format=layout)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    loss = nn.CrossEntropyLoss()
    given, labels = images(size)
    x = torch.tensor(given.transpose(0, 3, 1, 2)).contiguous(memory_format=layout)
    y = torch.tensor(labels)

    def step() -> int:
        if train:
            optimiser.zero_grad()
            loss(net(x), y).backward()
            optimiser.step()
        else:
            with torch.no_grad():
                net(x)
        return size

    return step


def serve(who: str) -> None:
    """Answers the lines on standard input."""
    worker, steps = Worker(Ops()), dict[tuple[str, int], Step]()
    for line in sys.stdin:
        kind, size, seconds = line.split()
        if who == "numpy":
            print(worker.rate(kind, int(size), float(seconds)), flush=True)
            continue
        key = kind, int(size)
        if key not in steps:
            steps[key] = torch_step(int(size), who == "torch_channels_last", "train" in kind)
        print(rate(steps[key], float(seconds)), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
