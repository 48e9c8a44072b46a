"""A set of images that grows while it is learnt from: chunks are kept as they come.

    images = ImageSet(cifar10.SHAPE)
    images.add("train", x, y)                   # as often as there is more
    x, y = images.take("train", rng.integers(0, images.count("train"), 32))

Nothing is ever joined, so no image is in memory twice.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import numpy as np

from pyml.datasets.images import Chunk

SPLITS = ("train", "validation", "test")
#: of so many images that come for training, the first is kept for validation
EVERY = 10


class ImageSet:
    """Images (height, width, channels) uint8 and their labels: train, validation and test.

    What is added is for training or for testing. Of the images for training every tenth, the
    first of each ten, is kept for validation, wherever the chunks divide: image n is one if
    n % 10 == 0. So what validates was never learnt from, and stays the same however much comes.
    """

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self.shape = shape
        self._chunks: dict[str, list[Chunk]] = {"train": [], "test": []}
        # Where each chunk begins, and at last where the next one will.
        self._starts: dict[str, list[int]] = {"train": [0], "test": [0]}

    def add(self, split: str, x: np.ndarray, y: np.ndarray) -> None:
        """Takes images x (n, height, width, channels) uint8 and labels y (n,) for train or test.

        The arrays are kept and not copied. TypeError for another type and ValueError for another
        split or shape; then nothing is added.
        """
        if split not in self._chunks:
            raise ValueError(
                f"ImageSet.add: images come for train or test, got {split!r}; every tenth of train "
                f"becomes validation by itself"
            )
        if x.dtype != np.uint8 or y.dtype.kind not in "iu":
            raise TypeError(
                f"ImageSet.add: it takes uint8 images and whole labels, got {x.dtype} and {y.dtype}"
            )
        if x.ndim != 4 or x.shape[1:] != self.shape or y.shape != x.shape[:1]:
            height, width, channels = self.shape
            raise ValueError(
                f"ImageSet.add: it takes images (n, {height}, {width}, {channels}) and labels "
                f"(n,), got {x.shape} and {y.shape}"
            )
        if not len(x):
            return
        self._chunks[split].append((x, y))
        self._starts[split].append(self._starts[split][-1] + len(x))

    def count(self, split: str) -> int:
        """How many images a split has. ValueError if there is no such split."""
        self._known("count", split)
        came = self._starts["test" if split == "test" else "train"][-1]
        kept = -(-came // EVERY)
        return {"test": came, "validation": kept, "train": came - kept}[split]

    def take(self, split: str, indices: Any) -> Chunk:
        """Images x (n, height, width, channels) uint8 and labels y (n,) int64, as copies.

        `indices` (n,) count within the split, from 0, in any order and as often as wished.
        ValueError for an index that is not there.
        """
        self._known("take", split)
        wanted = np.asarray(indices)
        if wanted.ndim != 1 or (len(wanted) and wanted.dtype.kind not in "iu"):
            raise ValueError(
                f"ImageSet.take: indices must be whole numbers (n,), got {wanted.dtype} "
                f"{wanted.shape}"
            )
        count, source = self.count(split), "test" if split == "test" else "train"
        chunks, starts = self._chunks[source], self._starts[source]
        x = np.empty((len(wanted), *self.shape), np.uint8)
        y = np.empty(len(wanted), np.int64)
        # For the few images of a batch plain numbers are faster than arrays of them.
        for row, i in enumerate(wanted.tolist()):
            if not 0 <= i < count:
                raise ValueError(
                    f"ImageSet.take: there is no image {i} in {split}; it has {count}, from 0"
                )
            if split == "train":
                i = EVERY * (i // (EVERY - 1)) + i % (EVERY - 1) + 1
            elif split == "validation":
                i *= EVERY
            k = bisect_right(starts, i) - 1
            images, labels = chunks[k]
            x[row], y[row] = images[i - starts[k]], labels[i - starts[k]]
        return x, y

    def _known(self, method: str, split: str) -> None:
        if split not in SPLITS:
            raise ValueError(
                f"ImageSet.{method}: there is no split {split!r}; there are {', '.join(SPLITS)}"
            )

    def __repr__(self) -> str:
        counts = ", ".join(f"{self.count(split)} {split}" for split in SPLITS)
        return f"ImageSet({counts}, of {' x '.join(map(str, self.shape))})"


__all__ = ["ImageSet"]
