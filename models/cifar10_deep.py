"""The deeper network for CIFAR-10 that the site ships: six convolutions, each one normalised.

`python -m pyml train cifar10 --network models/cifar10_deep.py` trains it; docs/models.md has the
whole command. A norm stands behind its rectifier and its pool, where there are fewest numbers.
"""

from pyml import layers as L


def convolution(filters: int, size: int = 3) -> L.Layer:
    """One that keeps height and width."""
    return L.Conv(filters, size, pad="same", activation="relu")


layers = [
    L.Input(32, 32, 3),
    convolution(32, size=5),
    L.Pool(2),
    L.BatchNorm(),
    convolution(64),
    L.BatchNorm(),
    convolution(64),
    L.Pool(2),
    L.BatchNorm(),
    convolution(128),
    L.BatchNorm(),
    convolution(128),
    L.Pool(2),
    L.BatchNorm(),
    convolution(128),
    L.BatchNorm(),
    L.GlobalAveragePool(),
    L.Softmax(10),
]
