"""Examples for training and for testing, and shuffled minibatches of them.

train_x, train_y, test_x, test_y = split(x, y, 0.8, rng)
batches = Batches(train_x, train_y, 32, rng)
for x, y in batches:                        # one epoch
    trainer.step(x, y)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pyml import randomness

Pair = tuple[np.ndarray, np.ndarray]


def split(
    x: Any, y: Any, fraction: float, rng: np.random.Generator, stratify: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Divides x (N, ...) and y (N, ...) at random into train_x, train_y, test_x, test_y.

    floor(N * fraction) examples are for training. With `stratify` every class of the labels
    y (N,) has its share of them, to within one example. ValueError for a fraction outside 0..1
    or x and y of different length.
    """
    x, y = _paired("split", x, y)
    if not 0 <= fraction <= 1:  # also false for NaN
        raise ValueError(
            f"split: fraction must be from 0 to 1, got {fraction!r}; 0.8 keeps a fifth for testing"
        )
    n = len(x)
    count = int(n * fraction + 1e-9)  # 100 * 0.29 is a little less than 29
    order = np.random.default_rng(rng).permutation(n)
    train = np.arange(n) < count
    if stratify:
        if y.ndim != 1:
            raise ValueError(
                f"split: stratify needs one label for each example, but y has shape {y.shape}; "
                f"give labels (N,), or leave stratify out"
            )
        # Each example's place within its class, from 0 to 1: cut there, all classes are cut alike.
        place = np.empty(n)
        for label in np.unique(y):
            own = np.flatnonzero(y[order] == label)
            place[own] = (np.arange(len(own)) + 0.5) / len(own)
        train = np.argsort(np.argsort(place, kind="stable")) < count
    first, second = order[train], order[~train]
    return x[first], y[first], x[second], y[second]


class Batches:
    """Minibatches of x (N, ...) and y (N, ...) in an order that is shuffled for every epoch.

    Iterating gives one epoch: pairs of up to `size` examples, of which the last may be fewer.
    Who stops in the middle gets the rest of that epoch next time. `preprocess(x)` is applied to
    each batch alone, so that a large set of uint8 images is never whole in float32; then
    `augment(x, rng)`, for example `augment.Shift(2)`. `rng` shuffles and augments.

    `epoch` counts the epochs that are complete. ValueError for no examples, x and y of different
    length or a size below 1.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        size: int,
        rng: np.random.Generator,
        augment: Callable[[np.ndarray, np.random.Generator], np.ndarray] | None = None,
        preprocess: Callable[[np.ndarray], np.ndarray] | None = None,
    ) -> None:
        self.x, self.y = _paired("Batches", x, y)
        if not len(self.x):
            raise ValueError("Batches: there are no examples; give at least one")
        if size < 1 or size != int(size):
            raise ValueError(
                f"Batches: size must be a whole number of at least 1, got {size!r}; 32 is usual"
            )
        self.size = int(size)
        self.rng = np.random.default_rng(rng)  # also takes a seed
        self.augment = augment
        self.preprocess = preprocess
        self.epoch = 0
        self._start(0, 0)

    def _start(self, seed: int, position: int) -> None:
        # An order is known by its seed alone, which keeps `state` small however many examples.
        self._seed, self._position = seed, position
        self._order = np.random.default_rng(seed).permutation(len(self.x))

    def next(self) -> Pair:
        """The next batch x (n, ...), y (n, ...), of a new epoch if the last one is complete."""
        if not self._position:
            self._start(int(self.rng.integers(1 << 48)), 0)
        chosen = self._order[self._position : self._position + self.size]
        self._position += len(chosen)
        if self._position == len(self.x):
            self._position = 0
            self.epoch += 1
        x = self.x[chosen]
        if self.preprocess is not None:
            x = self.preprocess(x)
        if self.augment is not None:
            x = self.augment(x, self.rng)
        return x, self.y[chosen]

    def __iter__(self) -> Iterator[Pair]:
        yield self.next()
        while self._position:
            yield self.next()

    def __len__(self) -> int:
        """Batches in a whole epoch."""
        return -(-len(self.x) // self.size)

    def state(self) -> dict[str, Any]:
        """All that `restore` needs to go on bit for bit, as numbers and one text."""
        return {
            "examples": len(self.x),
            "epoch": self.epoch,
            "seed": self._seed,
            "position": self._position,
            "rng": randomness.position(self.rng),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Takes over what `state` returned, the random numbers included.

        ValueError for the state of a set with another number of examples, or a damaged one; then
        nothing is changed.
        """
        try:
            numbers = [int(state[name]) for name in ("examples", "seed", "position", "epoch")]
            text = state["rng"]
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError(
                f"Batches.restore: this is no state of batches ({error!r}); give what state() "
                f"returned"
            ) from None
        examples, seed, position, epoch = numbers
        if examples != len(self.x):
            raise ValueError(
                f"Batches.restore: the state is of {examples} examples, there are {len(self.x)}; "
                f"give the same data as then"
            )
        if min(seed, position, epoch) < 0 or position >= len(self.x):
            raise ValueError(
                f"Batches.restore: seed {seed}, position {position}, epoch {epoch} cannot be; "
                f"give what state() returned"
            )
        randomness.move(self.rng, text)
        self._start(seed, position)
        self.epoch = epoch

    def __repr__(self) -> str:
        return (
            f"Batches({len(self)} of up to {self.size} from {len(self.x)} examples, "
            f"after {self.epoch} epochs)"
        )


def _paired(owner: str, x: Any, y: Any) -> Pair:
    x, y = np.asarray(x), np.asarray(y)
    if not x.ndim or not y.ndim or len(x) != len(y):
        raise ValueError(
            f"{owner}: x has shape {x.shape} and y {y.shape}; give one target for each example"
        )
    return x, y
