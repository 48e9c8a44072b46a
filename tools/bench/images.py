"""The images that every contender is given: one file of records, a label and its pixels each."""

from pathlib import Path

import numpy as np

from pyml.datasets import cifar10
from tools.places import ROOT

#: CIFAR-10 in its binary format, if somebody has put it beside the project
REAL = ROOT.parent / "shared" / "cifar10" / "cifar-10-batches-bin"
COUNT = 2048


def write(file: Path) -> str:
    """Writes so many images; says which they are."""
    if REAL.is_dir():
        data = cifar10.load(REAL)
        x, y, name = data.x_train[:COUNT], data.y_train[:COUNT], "CIFAR-10"
    else:
        x, y, name = *synthetic(COUNT), "synthetic"
    np.hstack([y[:, None].astype(np.uint8), x.reshape(len(y), -1)]).tofile(file)
    return name


def synthetic(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Smooth coloured pictures x (n, 32, 32, 3) uint8 with labels y (n,), always the same."""
    rng = np.random.default_rng(0)
    coarse = rng.normal(0, 0.2, (n, 5, 5, 3))
    at = np.linspace(0, 3.999, 32)
    i, part = at.astype(int), (at % 1)[:, None, None]
    rows = coarse[:, i] * (1 - part) + coarse[:, i + 1] * part
    part = part.reshape(1, 32, 1)
    x = rows[:, :, i] * (1 - part) + rows[:, :, i + 1] * part
    return np.rint(255 * np.clip(x + 0.5, 0, 1)).astype(np.uint8), rng.integers(0, 10, n)
