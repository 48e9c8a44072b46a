"""The work that is measured, in Python: the same file runs in Pyodide and on this machine.

On this machine it is a process that answers lines: `kind size seconds` comes in, what was done in a
second goes out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from pyml import Network, Trainer
from pyml import layers as L
from pyml.datasets.images import preprocess
from pyml.ops import Ops
from pyml.train import cifar10_layers

CLASSIFIER = [
    L.Input(2),
    L.Dense(6, activation="tanh"),
    L.Dense(2, activation="tanh"),
    L.Softmax(2),
]
#: a label and 32 x 32 pixels of three bytes
RECORD = 1 + 32 * 32 * 3
#: points of the classifier; batches that it learns in one go, as the demo does in a slice
POINTS, SLICE = 200, 2000

Step = Callable[[], int]


def read(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Images x (N, 32, 32, 3) float32 from -0.5 to 0.5 and labels y (N,) of a file of records."""
    records = np.fromfile(path, np.uint8).reshape(-1, RECORD)
    return preprocess(records[:, 1:]).reshape(-1, 32, 32, 3), records[:, 0].astype(np.int64)


class Convnet:
    """The network for CIFAR-10, and the batches of images that it sees, round and round."""

    def __init__(self, size: int, ops: Ops, x: np.ndarray, y: np.ndarray) -> None:
        self.net = Network(cifar10_layers(), seed=1, ops=ops)
        self.trainer = Trainer(self.net, "adadelta", l2_decay=1e-4)
        self.size, self.x, self.y = size, x, y
        self.at = 0

    def batch(self) -> slice:
        """The next one."""
        self.at = (self.at + self.size) % (len(self.y) // self.size * self.size)
        return slice(self.at, self.at + self.size)

    def train(self) -> int:
        """One step; the number of examples."""
        some = self.batch()
        self.trainer.step(self.x[some], self.y[some])
        return self.size

    def predict(self) -> int:
        """The answers to one batch; the number of examples."""
        return len(self.net.predict(self.x[self.batch()]))

    def live(self) -> float:
        """The share of the rectifiers' outputs that are not zero, for the batch seen last."""
        found = self.net.activations(self.x[self.at : self.at + self.size])
        layers = zip(self.net.layers, found, strict=True)
        outputs = [y for layer, y in layers if isinstance(layer, L.Relu)]
        return sum(map(np.count_nonzero, outputs)) / sum(y.size for y in outputs)


def plane(kind: str, size: int, ops: Ops) -> Step:
    """What the classifier of points does: train for a slice, or colour a field of size x size."""
    net = Network(CLASSIFIER, seed=1, ops=ops)
    if kind == "field":
        grid = field(size)
        return lambda: len(net.predict(grid)) // size**2
    points, labels = circle()
    trainer = Trainer(net, "momentum", learning_rate=0.01, momentum=0.1)
    steps = SLICE if net.whole else 10
    order = np.tile(np.arange(POINTS), max(1, steps * size // POINTS))
    return lambda: len(trainer.run(points, labels, order, size)) * size


def field(size: int) -> np.ndarray:
    """The points (size * size, 2) of a square field."""
    line = np.linspace(-6, 6, size, dtype=np.float32)
    return np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)


def circle() -> tuple[np.ndarray, np.ndarray]:
    """Points (POINTS, 2) and whether they are in a circle."""
    points = np.random.default_rng(0).normal(0, 2, (POINTS, 2)).astype(np.float32)
    return points, (np.square(points).sum(axis=1) < 4).astype(np.int64)


def rate(step: Step, seconds: float) -> float:
    """What is done in a second, measured for so long, or for one step if that takes longer."""
    done, start = 0, time.perf_counter()
    now = start
    while now - start < seconds:
        done += step()
        now = time.perf_counter()
    return done / (now - start)


class Worker:
    """Does any of the work with one backend, on the images in a file; keeps what it prepared."""

    def __init__(self, ops: Ops, images: str) -> None:
        self.ops = ops
        self.x, self.y = read(images)
        self._convnets: dict[tuple[str, int], Convnet] = {}
        self._steps: dict[tuple[str, int], Step] = {}

    def rate(self, kind: str, size: int, seconds: float) -> float:
        """Examples, or fields, a second; `kind` and `size` as in the table of rows."""
        key = kind, size
        if key not in self._steps:
            if kind.endswith("cifar10"):
                net = self._convnets[key] = Convnet(size, self.ops, self.x, self.y)
                self._steps[key] = net.train if kind.startswith("train") else net.predict
            else:
                self._steps[key] = plane(kind, size, self.ops)
        return rate(self._steps[key], seconds)

    def live(self, kind: str, size: int) -> float:
        """The share of live units in the network that was trained last under this name."""
        return self._convnets[kind, size].live()


class Torch:
    """The same work in torch, on one thread."""

    def __init__(self, layout: str, images: str) -> None:
        import torch

        torch.set_num_threads(1)
        self.layout: Any = getattr(torch, layout)
        x, y = read(images)
        x = x.transpose(0, 3, 1, 2)
        self.x = torch.tensor(x).contiguous(memory_format=self.layout)
        self.y = torch.tensor(y)
        self._steps: dict[tuple[str, int], Step] = {}

    def rate(self, kind: str, size: int, seconds: float) -> float:
        """As `Worker.rate`."""
        key = kind, size
        if key not in self._steps:
            self._steps[key] = self.prepare(kind, size)
        return rate(self._steps[key], seconds)

    def prepare(self, kind: str, size: int) -> Step:
        """A function that does a piece of the work; the optimisers have pyml's settings."""
        import torch
        from torch import nn

        x, y = self.x, self.y
        torch.manual_seed(1)
        if kind.endswith("cifar10"):
            net: Any = nn.Sequential(*convolutions(), nn.Flatten(), nn.Linear(320, 10))
            net.to(memory_format=self.layout)
            optimiser: Any = torch.optim.Adadelta(
                net.parameters(), lr=1, rho=0.95, eps=1e-6, weight_decay=1e-4
            )
        else:
            net = nn.Sequential(
                nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 2), nn.Tanh(), nn.Linear(2, 2)
            )
            optimiser = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.1)
            x, y = (torch.tensor(a) for a in circle())
            if kind == "field":
                x = torch.tensor(field(size))
        loss, place = nn.CrossEntropyLoss(), [0]

        def step() -> int:
            if kind == "field":
                with torch.no_grad():
                    torch.softmax(net(x), 1)
                return 1
            place[0] = (place[0] + size) % (len(y) // size * size)
            some = slice(place[0], place[0] + size)
            if kind.startswith("train"):
                optimiser.zero_grad()
                loss(net(x[some]), y[some]).backward()
                optimiser.step()
            else:
                with torch.no_grad():
                    torch.softmax(net(x[some]), 1)
            return size

        return step


def convolutions() -> list[Any]:
    """Three times convolution, rectifier and pool, of torch."""
    from torch import nn

    return [
        part
        for channels, filters in ((3, 16), (16, 20), (20, 20))
        for part in (nn.Conv2d(channels, filters, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2))
    ]


def serve(who: str, images: str) -> None:
    """Answers the lines on standard input: `who` is numpy, or a memory format of torch."""
    worker = Worker(Ops(), images) if who == "numpy" else Torch(who, images)
    for line in sys.stdin:
        kind, size, seconds = line.split()
        print(worker.rate(kind, int(size), float(seconds)), flush=True)


if __name__ == "__main__":
    serve(*sys.argv[1:])
