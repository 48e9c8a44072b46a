"""Sets of images as they come from files: uint8, labelled, in two parts."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from typing import NamedTuple

import numpy as np

from pyml.datasets.streams import shown

#: called with what is done and what there is to do; what it raises stops the loading
Progress = Callable[[int, int], None]
#: some images x (n, height, width, channels) uint8 and their labels y (n,) int64
Chunk = tuple[np.ndarray, np.ndarray]


class Images(NamedTuple):
    """Images x (N, height, width, channels) uint8 and labels y (N,) int64, to train and to test.

    Label k stands for `classes[k]`. Either part may be empty.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    classes: tuple[str, ...]


#: what each pixel value becomes; looked up it is exact, and faster than computing
SCALED = (np.arange(256) / 255 - 0.5).astype(np.float32)


def preprocess(x: np.ndarray) -> np.ndarray:
    """Pixels x of any shape, uint8, as float32 from -0.5 to 0.5: p / 255 - 0.5."""
    if x.dtype != np.uint8:
        raise TypeError(f"preprocess: x must be uint8 pixels from 0 to 255, got {x.dtype}")
    scaled: np.ndarray = SCALED[x]
    return scaled


def join(chunks: list[Chunk], shape: tuple[int, int, int]) -> Chunk:
    """All chunks as one. Empties the list on the way, so that nothing is in memory twice."""
    n = sum(len(y) for _, y in chunks)
    x, y = np.empty((n, *shape), np.uint8), np.empty(n, np.int64)
    while chunks:
        images, labels = chunks.pop()
        x[n - len(labels) : n], y[n - len(labels) : n] = images, labels
        n -= len(labels)
    return x, y


def decode(data: bytes, where: str, height: int, width: int) -> np.ndarray:
    """The pixels (height, width, 3) of a PNG or JPEG file, which must be of this size.

    Needs Pillow (the extra `images`). `where` names the file in errors: ImportError without
    Pillow, ValueError for anything that is not such an image.
    """
    try:
        pillow = import_module("PIL.Image")
    except ImportError:
        raise ImportError(
            f"{where}: reading PNG and JPEG files needs Pillow; pip install pillow, "
            f"or use the binary archive"
        ) from None
    try:
        with pillow.open(BytesIO(data), formats=("PNG", "JPEG")) as image:
            size = image.size
            pixels = np.array(image.convert("RGB")) if size == (width, height) else None
    except Exception as error:  # damage has many names here: SyntaxError, struct.error, ...
        raise ValueError(
            f"{where}: it is not a PNG or JPEG image that can be read ({shown(error)}); replace it"
        ) from None
    if pixels is None:
        raise ValueError(
            f"{where}: the image is {size[0]} x {size[1]} pixels, expected {width} x {height}; "
            f"resize it first"
        )
    return pixels
