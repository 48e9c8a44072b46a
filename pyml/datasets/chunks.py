"""Images as the binary records that CIFAR-10 comes in: a label, then one plane for each colour.

A record is a byte for the label and then all red, all green and all blue values, each plane row by
row from the top left; a grey image has one plane. (The binary version at
www.cs.toronto.edu/~kriz/cifar.html; for digits it is ours.) Bytes here, arrays there, no files.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pyml.datasets.images import Chunk

#: one byte holds a label, but both sets that the site has are of ten classes
CLASSES = 10


def encode(x: Any, y: Any, classes: int = CLASSES, owner: str = "chunks.encode") -> bytes:
    """The records of images x (N, height, width, channels) uint8 and labels y (N,) below `classes`.

    `owner` begins the errors: TypeError for other types, ValueError for other shapes or labels.
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.dtype != np.uint8 or y.dtype.kind not in "iu":
        raise TypeError(
            f"{owner}: it takes uint8 images and whole labels, got {x.dtype} and {y.dtype}"
        )
    if x.ndim != 4 or y.shape != x.shape[:1]:
        raise ValueError(
            f"{owner}: it takes images (N, height, width, channels) and labels (N,), "
            f"got {x.shape} and {y.shape}"
        )
    if len(wrong := np.flatnonzero((y < 0) | (y >= classes))):
        i = int(wrong[0])
        raise ValueError(
            f"{owner}: image {i} has the label {int(y[i])}; labels are 0 to {classes - 1}"
        )
    planes = x.transpose(0, 3, 1, 2).reshape(len(x), math.prod(x.shape[1:]))
    return np.concatenate([y[:, None].astype(np.uint8), planes], axis=1).tobytes()


def decode(
    data: bytes,
    shape: tuple[int, int, int],
    classes: int = CLASSES,
    where: str = "chunks.decode",
    first: int = 0,
) -> Chunk:
    """Images (N, height, width, channels) uint8 and labels (N,) int64 of records of this `shape`.

    `where` begins the errors and `first` is the number of the first record in them: ValueError for
    an end in the middle of a record and for a label that is not below `classes`.
    """
    height, width, channels = shape
    size = 1 + height * width * channels
    n, rest = divmod(len(data), size)
    if rest:
        raise ValueError(
            f"{where}: record {first + n}, at byte {(first + n) * size}, has {rest} bytes "
            f"of {size}; the file was cut off or is something else, get it again"
        )
    records = np.frombuffer(data, np.uint8).reshape(n, size)
    y = records[:, 0].astype(np.int64)
    if len(wrong := np.flatnonzero(y >= classes)):
        i = int(wrong[0])
        raise ValueError(
            f"{where}: record {first + i}, at byte {(first + i) * size}, has the label {y[i]}; "
            f"labels are 0 to {classes - 1}"
        )
    return upright(records[:, 1:], shape), y


def upright(planes: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """Images (N, height, width, channels) of planes (N, channels · height · width)."""
    height, width, channels = shape
    images = planes.reshape(-1, channels, height, width).transpose(0, 2, 3, 1)
    return images.copy(order="C")  # also where there is nothing to turn: of the file nothing stays


__all__ = ["decode", "encode", "upright"]
