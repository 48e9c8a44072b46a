"""How a demo of images does on the images that it never learnt from, all of them, in detail."""

# ruff: noqa: D102 (Demo and Looking describe what is overridden)
from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from pyml.explain.results import Results
from pyml.imaging_looking import Looking, one_or_none

#: images of the grid
GRID = 40
#: as many of the site's test images are fetched to be judged
FETCHED = 2000


class Judging(Looking):
    """Judges test images with the weights of one moment, a few at a time, when somebody asks."""

    glances: ClassVar[tuple[str, ...]] = (*Looking.glances, "results", "filter")

    #: what was judged; None while nobody asks
    judged_images: Results | None = None
    #: truth and guess of the images in the grid, see `Results.pick`
    picked = (-1, -1)

    def on_results(self, on: bool) -> None:
        """Whether somebody wants results; asked again, they are those of the weights now."""
        self.judged_images = Results(len(self.class_names)) if on else None
        self._weights_then = self.net.weights.copy()
        self._step_then = self.steps

    def on_filter(self, truth: int, guess: int) -> None:
        """Which images the grid has; -1 for any class, -2, -2 for the surest mistakes."""
        if (truth, guess) == (-2, -2):
            self.picked = (-2, -2)
            return
        classes = len(self.class_names)
        self.picked = (
            one_or_none("filter", "truth", truth, classes),
            one_or_none("filter", "guess", guess, classes),
        )

    def repooled(self) -> None:
        super().repooled()
        self.forget_results()

    def forget_results(self) -> None:
        """Judges anew: the network is another, or the images."""
        if self.judged_images is not None:
            self.on_results(True)

    def made(self) -> None:
        super().made()
        self.forget_results()

    def judge_results(self, seconds: float) -> bool:
        """Judges some more images; whether there are more."""
        if self.judged_images is None or not self.pool:
            return False
        pool, images = self.pool, self.supply.images
        more = self.judged_images.judge(
            self._predict_then,
            lambda some: images.take(pool, some),
            images.count(pool),
            self.in_time(seconds),
        )
        if not more and pool == "test":
            self.wants += self.supply.more("test", FETCHED)
        return more

    def _predict_then(self, x: np.ndarray) -> np.ndarray:
        now = self.net.weights.copy()
        self.net.weights = self._weights_then
        try:
            return self.predict(x)
        finally:
            self.net.weights = now

    def results_chore(self) -> tuple[str, float]:
        """What is being judged, in words, and how much of it is done."""
        many = self.supply.images.count(self.pool) if self.pool else 0
        if self.judged_images is None or self.judged_images.count >= many:
            return "", 0.0
        return f"judging {many} images", self.judged_images.count / many

    def results(self) -> dict[str, Any]:
        """What a frame says of the results; nothing has been judged while nobody asks."""
        told = self.judged_images
        if told is None:
            return {"results_count": 0}
        some = told.pick(*self.picked, most=GRID)
        pool = self.pool
        nothing = np.zeros((0, *self.shape), np.uint8)
        return {
            "results_count": told.count,
            "results_right": told.right,
            "results_step": self._step_then,
            "results_of": pool,
            "confusion": told.confusion.astype(np.float32),
            "picked": list(self.picked),
            "grid": self.supply.images.take(pool, some)[0] if pool else nothing,
            "grid_indices": some.astype(np.float32),
            "grid_labels": told.labels[some].astype(np.uint8),
            "grid_top": told.top[some].astype(np.uint8),
            "grid_probs": told.probs[some],
        }
