"""The convnet for CIFAR-10 on this machine, outside any browser: pyml on NumPy, and torch.

Both on one thread, in one process, turn and turn about. Run as a module it prints the rates of
one batch size; `measure` starts it so, because the number of threads is fixed when NumPy starts.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from statistics import median

from playwright.sync_api import Playwright

from tools.bench.row import Row
from tools.places import ROOT

BATCHES = (4, 32, 64)
SECONDS = 0.6  # one turn
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def measure(_: Playwright, rounds: int) -> list[Row]:
    """Examples a second in training, for each batch size."""
    rows = []
    for size in BATCHES:
        found = subprocess.run(
            [sys.executable, "-m", "tools.bench.native", str(size), str(rounds)],
            cwd=ROOT,
            env={**os.environ, **dict.fromkeys(ONE_THREAD, "1")},
            check=True,
            capture_output=True,
            text=True,
        )
        values = json.loads(found.stdout)
        row = Row(f"train.cifar10.b{size}", "examples/s", values)
        if size == 32 and "torch" in values:
            row.goal, row.reached = "goal 0.3 of torch", row.ratios()["torch"] >= 0.3
        rows.append(row)
    return rows


def rates(size: int, rounds: int) -> dict[str, float]:
    """The median over rounds of the examples a second that each trains."""
    trained = {"numpy_native": ours(size)}
    with suppress(ImportError):  # it is not everywhere
        trained["torch"] = theirs(size)
    found: dict[str, list[float]] = {name: [] for name in trained}
    for _ in range(rounds):
        for name, step in trained.items():
            steps, end = 0, time.perf_counter() + SECONDS
            start = time.perf_counter()
            while time.perf_counter() < end:
                step()
                steps += 1
            found[name].append(steps * size / (time.perf_counter() - start))
    return {name: median(values) for name, values in found.items()}


def ours(size: int) -> Callable[[], object]:
    """One training step of pyml."""
    import numpy as np

    from pyml import Network, Trainer
    from pyml.__main__ import cifar10_layers

    trainer = Trainer(Network(cifar10_layers(), seed=1), "momentum", learning_rate=0.001)
    rng = np.random.default_rng(0)
    x = rng.random((size, 32, 32, 3), np.float32) - np.float32(0.5)
    y = rng.integers(0, 10, size)
    return lambda: trainer.step(x, y)


def theirs(size: int) -> Callable[[], object]:
    """One training step of torch, of the same network."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    blocks = [
        part
        for channels, filters in ((3, 16), (16, 20), (20, 20))
        for part in (nn.Conv2d(channels, filters, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2))
    ]
    net = nn.Sequential(*blocks, nn.Flatten(), nn.Linear(320, 10))
    optimiser = torch.optim.SGD(net.parameters(), lr=0.001, momentum=0.9)
    loss = nn.CrossEntropyLoss()
    x, y = torch.rand(size, 3, 32, 32) - 0.5, torch.randint(10, (size,))

    def step() -> None:
        optimiser.zero_grad()
        loss(net(x), y).backward()
        optimiser.step()

    return step


if __name__ == "__main__":
    print(json.dumps(rates(int(sys.argv[1]), int(sys.argv[2]))))
