"""A trained network learns classes of a visitor's own, from a few images, in a second.

What its layers before the head have learnt to see is useful for other images, too; so they stay as
they are, and only a new head is trained on what they give. (Donahue et al., DeCAF, 2014.)
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from pyml.explain import maps
from pyml.layers import Dense, Input, Softmax
from pyml.network import Network
from pyml.trainers import Trainer

#: as many classes of one's own there may be, and as many images of each
MOST_CLASSES = 5
MOST_IMAGES = 200
#: one of so many images of a class is left out of training, to test with
EVERY = 5
#: steps of training, each over all images, and as many of them in a piece of work
STEPS, SOME = 200, 20
#: an accuracy that is not known
UNKNOWN = -1.0


class Taught:
    """Classes of one's own on top of `net`, of which a copy is kept as it is now.

    `add` images, then call `work` until it says False. `accuracy` is that on images that were left
    out, or UNKNOWN (-1) while a class that has images has fewer than `EVERY`. All is in float32
    and comes out the same for the same images in the same order.
    """

    def __init__(self, net: Network) -> None:
        self.net = copy.deepcopy(net)
        self._images: list[list[np.ndarray]] = [[] for _ in range(MOST_CLASSES)]
        self._features: list[list[np.ndarray]] = [[] for _ in range(MOST_CLASSES)]
        self._forget_head()

    def _forget_head(self) -> None:
        self.accuracy = UNKNOWN
        self._trainer: Trainer | None = None
        self._used = np.zeros(0, np.int64)

    @property
    def counts(self) -> np.ndarray:
        """How many images each class has, (MOST_CLASSES,) int64."""
        return np.array([len(images) for images in self._images], np.int64)

    @property
    def ready(self) -> bool:
        """Whether it has learnt all that it was given, and can predict."""
        return self._trainer is not None and self._trainer.steps >= STEPS

    @property
    def done(self) -> float:
        """How much of the work is done, 0 to 1."""
        steps = self._trainer.steps if self._trainer is not None else 0
        seen, many = sum(map(len, self._features)), int(self.counts.sum())
        return (seen / many + steps / STEPS) / 2 if many else 0.0

    def add(self, index: int, x: np.ndarray) -> None:
        """Takes an image x (h, w, c), as the network takes it, for class `index`.

        ValueError for another shape, a class that there is not, or too many images.
        """
        own = self._class(index)
        (image,) = self.net.checked(np.asarray(x)[None])
        if len(own) >= MOST_IMAGES:
            raise ValueError(
                f"Taught.add: class {index} has {MOST_IMAGES} images, which is the most; forget "
                f"some first"
            )
        own.append(image.copy())
        self._forget_head()

    def forget(self, index: int) -> None:
        """Takes all images of class `index` away."""
        self._class(index).clear()
        self._features[index].clear()
        self._forget_head()

    def follow(self, net: Network) -> None:
        """Builds on another network, or on the same one as it has become; images stay.

        ValueError, and nothing changes, unless it takes the same images.
        """
        if net.layers[0].output_shape != self.net.layers[0].output_shape:
            raise ValueError(
                f"Taught.follow: the images are for {self.net.layers[0]}, but this network begins "
                f"with {net.layers[0]}; use one that takes the same"
            )
        self.net = copy.deepcopy(net)
        for features in self._features:
            features.clear()
        self._forget_head()

    def work(self, most: int = 16) -> bool:
        """Looks at up to `most` images that are new, or trains a little; whether there is more.

        With images of fewer than two classes it does not train.
        """
        if self._look(most):
            return True
        if (self.counts > 0).sum() < 2 or self.ready:
            return False
        self._trainer = self._trainer or self._begin()
        for _ in range(SOME):
            self._trainer.step(self._x, self._y)
        if self._trainer.steps < STEPS:
            return True
        self._judge()
        return False

    def predict(self, x: Any) -> np.ndarray:
        """Probabilities (N, MOST_CLASSES) float32 for x (N, h, w, c); 0 for classes without images.

        ValueError before the work is done.
        """
        found = self._predict(self._features_of(x))
        p = np.zeros((len(found), MOST_CLASSES), np.float32)
        p[:, self._used] = found
        return p

    def network(self) -> Network:
        """The whole as one network, its head with the classes that have images, in their order.

        ValueError before the work is done.
        """
        head = self._head().layers[1]
        assert isinstance(head, Dense)
        made = Network(
            [*self.net.given[:-1], Softmax(head.units)], self.net.seed, self.net.dtype.name
        )
        last, old = made.layers[-2], self.net.layers[self._split]
        assert isinstance(last, Dense)
        assert isinstance(old, Dense)
        kept = self.net.weights.size - old.w.size - old.b.size
        made.weights[:kept] = self.net.weights[:kept]
        # The head was trained on features of mean 0 and spread 1: that is part of its weights now.
        last.w[...] = head.w * self._scale
        last.b[...] = head.b - head.w @ (self._mean * self._scale)
        return made

    @property
    def _split(self) -> int:
        """The number of the Dense layer that the head brought along."""
        return max(i for i, layer in enumerate(self.net.layers) if isinstance(layer, Dense))

    def _class(self, index: int) -> list[np.ndarray]:
        if not 0 <= index < MOST_CLASSES:
            raise ValueError(
                f"Taught: there is no class {index}; classes are 0 to {MOST_CLASSES - 1}"
            )
        return self._images[index]

    def _features_of(self, x: Any) -> np.ndarray:
        found = maps.outputs(self.net, x, self._split - 1)
        return found.reshape(len(found), -1).astype(np.float32)

    def _look(self, most: int) -> bool:
        """Looks at the next images; whether there were any."""
        for images, features in zip(self._images, self._features, strict=True):
            new = images[len(features) : len(features) + max(1, most)]
            if new:
                features.extend(self._features_of(np.stack(new)))
                return True
        return False

    def _begin(self) -> Trainer:
        self._used = np.flatnonzero(self.counts)
        left_out = int(self.counts[self._used].min()) >= EVERY
        x, y, out = [], [], []
        for label, index in enumerate(self._used):
            x += self._features[index]
            many = len(self._features[index])
            y += [label] * many
            out += [left_out and i % EVERY == EVERY - 1 for i in range(many)]
        features, labels, tested = np.stack(x), np.array(y), np.array(out, bool)
        self._x_test, self._y_test = features[tested], labels[tested]
        features, self._y = features[~tested], labels[~tested]
        self._mean = features.mean(axis=0)
        spread = features.std(axis=0)
        # Divided by its root, so that a step is as large however many features there are.
        self._scale = 1 / (np.maximum(spread, 1e-3) * np.float32(features.shape[1] ** 0.5))
        self._x = (features - self._mean) * self._scale
        head = Network([Input(self._x.shape[1]), Softmax(len(self._used))])
        head.weights[...] = 0  # no class is preferred
        return Trainer(head, "adam", learning_rate=0.1, l2_decay=1e-3)

    def _judge(self) -> None:
        if len(self._y_test):
            guess = self._predict(self._x_test).argmax(axis=1)
            self.accuracy = float((guess == self._y_test).mean())

    def _predict(self, features: np.ndarray) -> np.ndarray:
        """Probabilities (N, classes that have images) for features (N, D)."""
        return self._head().predict((features - self._mean) * self._scale)

    def _head(self) -> Network:
        if self._trainer is None or not self.ready:
            raise ValueError(
                "Taught: it has not learnt yet; give images of at least two classes and let it work"
            )
        return self._trainer.net
