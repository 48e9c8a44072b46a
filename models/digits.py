"""The network for handwritten digits that the site ships: four convolutions, each one normalised.

`python -m pyml train digits --network models/digits.py` trains it; docs/models.md has the whole
command.
"""

from pyml import layers as L


def convolution(filters: int, size: int = 3) -> L.Layer:
    """One that keeps height and width."""
    return L.Conv(filters, size, pad="same", activation="relu")


layers = [
    L.Input(28, 28, 1),
    convolution(16, size=5),
    L.Pool(2),
    L.BatchNorm(),
    convolution(32),
    L.BatchNorm(),
    convolution(32),
    L.Pool(2),
    L.BatchNorm(),
    convolution(64),
    L.BatchNorm(),
    L.GlobalAveragePool(),
    L.Softmax(10),
]
