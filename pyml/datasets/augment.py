"""Images a little changed, so that a network sees more of them than there are.

Each is called with a batch x (N, height, width, channels) and a `numpy.random.Generator`, draws
for every image by itself and returns a new batch: `Chain(Shift(2), Flip())(x, rng)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pyml.layer import whole

Augment = Callable[[np.ndarray, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Crop:
    """A window of `height` x `width` pixels out of each image, anywhere; width is as height
    unless given. ValueError for a window that is larger than the images.
    """

    height: int
    width: int | None = None

    def __post_init__(self) -> None:
        whole("Crop", "height", self.height)
        if self.width is not None:
            whole("Crop", "width", self.width)

    def __call__(self, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Windows (N, height, width, channels) of x."""
        n, rows, columns, channels = _images("Crop", x)
        height, width = self.height, self.width or self.height
        if height > rows or width > columns:
            raise ValueError(
                f"Crop: a window of {height} x {width} does not fit into images of "
                f"{rows} x {columns}; make it smaller"
            )
        tops = rng.integers(0, rows - height, n, endpoint=True)
        lefts = rng.integers(0, columns - width, n, endpoint=True)
        y = np.empty((n, height, width, channels), x.dtype)
        for window, image, top, left in zip(y, x, tops, lefts, strict=True):
            window[...] = image[top : top + height, left : left + width]
        return y


@dataclass(frozen=True)
class Shift:
    """Moves each image by -pixels..pixels, both included, down and to the right.

    What comes in at the edges is `fill`: 0, which after preprocessing is a middle grey.
    """

    pixels: int
    fill: float = 0.0

    def __post_init__(self) -> None:
        whole("Shift", "pixels", self.pixels)

    def __call__(self, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Moved images of the shape of x."""
        _, rows, columns, _ = _images("Shift", x)
        rim = (self.pixels, self.pixels)
        wider = np.pad(x, ((0, 0), rim, rim, (0, 0)), constant_values=self.fill)
        return Crop(rows, columns)(wider, rng)


@dataclass(frozen=True)
class Flip:
    """Mirrors each image left to right with probability `p`."""

    p: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.p <= 1:
            raise ValueError(f"Flip: p must be from 0 to 1, got {self.p!r}; 0.5 is usual")

    def __call__(self, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Images of the shape of x, some of them mirrored."""
        n, *_ = _images("Flip", x)
        chosen = rng.random(n) < self.p
        return np.where(chosen[:, None, None, None], x[:, :, ::-1], x)


class Chain:
    """One after the other, from the left."""

    def __init__(self, *augments: Augment) -> None:
        self.augments = augments

    def __call__(self, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """What the last one gives."""
        for augment in self.augments:
            x = augment(x, rng)
        return x

    def __repr__(self) -> str:
        return f"Chain({', '.join(map(repr, self.augments))})"


def _images(owner: str, x: np.ndarray) -> tuple[int, int, int, int]:
    if x.ndim != 4:
        raise ValueError(
            f"{owner}: x has shape {x.shape}, but it takes images (N, height, width, channels); "
            f"a single image is x[None]"
        )
    n, rows, columns, channels = x.shape
    return n, rows, columns, channels
