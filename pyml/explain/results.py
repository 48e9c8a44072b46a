"""How a network does on many images: what it takes for what, and where it is surest and wrong.

results = Results(10)
while results.judge(net.predict, lambda some: images.take("test", some), 10_000, 64):
    ...                                     # time for other things
results.confusion, results.pick(3, 5)       # cats that were taken for dogs
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyml.datasets.images import Chunk, preprocess

#: so many of the likeliest classes are kept for each image
LIKELIEST = 3


class Results:
    """What was judged so far, for images that are told apart into `classes` classes.

    `confusion` (K, K) int64 counts images by truth (row) and guess (column), `labels` (N,) int64
    are the true classes, `top` (N, 3) int64 the likeliest classes of each image, likeliest first,
    and `probs` (N, 3) float32 what the network gave them. With fewer classes there are fewer.
    """

    def __init__(self, classes: int) -> None:
        shown = min(LIKELIEST, classes)
        self.confusion = np.zeros((classes, classes), np.int64)
        self.labels = np.zeros(0, np.int64)
        self.top = np.zeros((0, shown), np.int64)
        self.probs = np.zeros((0, shown), np.float32)

    @property
    def count(self) -> int:
        """How many images were judged."""
        return len(self.labels)

    @property
    def right(self) -> int:
        """How many of them were told right."""
        return int(np.trace(self.confusion))

    def add(self, p: Any, y: Any) -> None:
        """Judges the next images by predictions p (n, K) and labels y (n,).

        ValueError for other shapes or labels; then nothing is added.
        """
        p, y = np.asarray(p, np.float32), np.asarray(y, np.int64)
        k = len(self.confusion)
        if p.shape != (len(y), k) or (len(y) and not 0 <= y.min() <= y.max() < k):
            raise ValueError(
                f"Results.add: it takes predictions (n, {k}) and labels (n,) from 0 to {k - 1}, "
                f"got {p.shape} and {y.shape}"
            )
        top = np.argsort(-p, axis=1, kind="stable")[:, : self.top.shape[1]]
        np.add.at(self.confusion, (y, top[:, 0]), 1)
        self.labels = np.append(self.labels, y)
        self.top = np.append(self.top, top, axis=0)
        self.probs = np.append(self.probs, np.take_along_axis(p, top, axis=1), axis=0)

    def judge(
        self,
        predict: Callable[[np.ndarray], np.ndarray],
        take: Callable[[np.ndarray], Chunk],
        count: int,
        most: int = 64,
    ) -> bool:
        """Judges the next images of `count`, at most `most` of them; whether there are more.

        `take` gives images (n, h, w, c) uint8 and labels (n,) for indices (n,), and `predict`
        the network's answer (n, K) to what `preprocess` makes of them. So it may be called now
        and then, and goes on where it was, also when more images have come.
        """
        some = np.arange(self.count, min(count, self.count + max(1, most)))
        if len(some):
            x, y = take(some)
            self.add(predict(preprocess(x)), y)
        return self.count < count

    def pick(self, truth: int, guess: int, most: int = 60) -> np.ndarray:
        """Which images (n,) were of one class and taken for another, newest first.

        -1 stands for any class. (-2, -2) are the mistakes, that of the surest network first.
        At most `most` of them. ValueError for a class that there is not.
        """
        k = len(self.confusion)
        mistakes = (truth, guess) == (-2, -2)
        if not mistakes and not all(-1 <= i < k for i in (truth, guess)):
            raise ValueError(
                f"Results.pick: there is no cell {truth}, {guess}; classes are 0 to {k - 1}, "
                f"-1 is any, and -2, -2 are the surest mistakes"
            )
        if mistakes:
            wrong = np.flatnonzero(self.top[:, 0] != self.labels)
            return wrong[np.argsort(-self.probs[wrong, 0], kind="stable")][:most]
        fits = np.ones(self.count, bool)
        if truth >= 0:
            fits &= self.labels == truth
        if guess >= 0:
            fits &= self.top[:, 0] == guess
        return np.flatnonzero(fits)[::-1][:most]
