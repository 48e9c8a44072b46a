"""A visitor's own classes: a few images of each, and the last layer learns to tell them apart."""

# ruff: noqa: D102 (Demo and Looking describe what is overridden)
from __future__ import annotations

from typing import Any

import numpy as np

from pyml import demo
from pyml.datasets.images import preprocess
from pyml.explain.teach import MOST_CLASSES, MOST_IMAGES, UNKNOWN, Taught
from pyml.imaging_looking import Looking

NAMES = tuple(f"class {index + 1}" for index in range(MOST_CLASSES))


class Teaching(Looking):
    """Up to five classes on top of what the network's layers have learnt to see."""

    names = NAMES
    #: the images of each class, uint8
    own_images: tuple[tuple[np.ndarray, ...], ...] = ((),) * MOST_CLASSES
    taught: Taught | None = None
    teaching = False

    def on_example(self, index: int, pixels: Any, width: int, height: int) -> None:
        """Takes an image for one of the visitor's own classes."""
        index = demo.index_of("example", "index", index, MOST_CLASSES)
        self._own(index, (*self.own_images[index], self.picture("example", pixels, width, height)))

    def on_forget(self, index: int) -> None:
        """Takes the images of a class away."""
        self._own(demo.index_of("forget", "index", index, MOST_CLASSES), ())

    def on_name(self, index: int, text: str) -> None:
        """What one of the classes is called."""
        index = demo.index_of("name", "index", index, MOST_CLASSES)
        name = str(text).replace("|", " ").strip()[:40] or NAMES[index]
        self.names = (*self.names[:index], name, *self.names[index + 1 :])

    def on_teach(self, on: bool) -> None:
        """Learns the classes, on top of the network as it is now; or stops."""
        self.teaching = bool(on)
        if not on:
            return
        few = sum(map(bool, self.own_images))
        if few < 2:
            self.teaching = False
            raise ValueError(f"teach: it takes images of at least two classes, there are {few}")
        self.taught = Taught(self.net)
        for index, images in enumerate(self.own_images):
            for image in images:
                self.taught.add(index, preprocess(image))

    def _own(self, index: int, images: tuple[np.ndarray, ...]) -> None:
        if len(images) > MOST_IMAGES:
            raise ValueError(
                f"example: class {index + 1} has {MOST_IMAGES} images, which is the most; forget "
                f"some first"
            )
        self.own_images = (*self.own_images[:index], images, *self.own_images[index + 1 :])
        self.taught, self.teaching = None, False

    def learn_own(self, seconds: float) -> bool:
        """Learns the classes a little further; whether there is more."""
        if self.taught is None or not self.teaching:
            return False
        return self.taught.work(self.in_time(seconds, 16))

    def teaching_chore(self) -> tuple[str, float]:
        """What is being taught, in words, and how much of it is done."""
        if self.taught is None or not self.teaching or self.taught.ready:
            return "", 0.0
        return "learning your classes", self.taught.done

    def taught_frame(self) -> dict[str, Any]:
        """What a frame says of the visitor's own classes."""
        ready = self.taught is not None and self.taught.ready
        found: dict[str, Any] = {
            "teach_counts": np.array([len(images) for images in self.own_images], np.float32),
            "teach_names": "|".join(self.names),
            "teach_ready": ready,
            "teach_accuracy": self.taught.accuracy if self.taught is not None else UNKNOWN,
        }
        image, _, _ = self.original()
        if self.taught is not None and ready and image is not None:
            found["teach_probs"] = self.taught.predict(self.viewed(image)[None])[0]
        return found

    def state(self) -> dict[str, Any]:
        images = [image for some in self.own_images for image in some]
        return super().state() | {
            "own_images": np.array(images, np.uint8).reshape(-1, *self.shape),
            "own_counts": [len(some) for some in self.own_images],
            "own_names": list(self.names),
            "teaching": self.teaching,
        }

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        images = np.asarray(state["own_images"], np.uint8).reshape(-1, *self.shape)
        counts = [int(count) for count in state["own_counts"]]
        if len(counts) != MOST_CLASSES or min(counts) < 0 or sum(counts) != len(images):
            raise ValueError("the images of your classes are damaged")
        ends = np.cumsum(counts)
        self.own_images = tuple(
            tuple(images[end - count : end].copy()) for end, count in zip(ends, counts, strict=True)
        )
        names = [str(name) for name in state["own_names"]]
        if len(names) != MOST_CLASSES:
            raise ValueError("the names of your classes are damaged")
        self.names = tuple(names)
        if state["teaching"] is True:
            self.on_teach(True)
