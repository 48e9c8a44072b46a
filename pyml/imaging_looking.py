"""The image that a demo shows, and what a visitor sees of the network at work on it."""

# ruff: noqa: D102 (Demo and Training describe what is overridden)
from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from pyml import demo
from pyml.controls import show
from pyml.datasets.images import preprocess
from pyml.explain import cells, maps, views
from pyml.imaging_training import Training
from pyml.losses import Softmax

#: what can be looked at of a layer
LOOKS = ("activations", "gradients", "filters")
#: thumbnails of what excites a filter, and images that are searched for them
EXCITING, SEARCHED = 9, 300
#: views of the image: they change nothing of the training
VIEWS = ("shift_x", "shift_y", "flip", "scale", "brightness")


class Looking(Training):
    """A demo that shows one image, of the data or of the visitor, layer by layer."""

    glances: ClassVar[tuple[str, ...]] = ("next", "choose", "look", "cell", "saliency", "excite")

    #: which of the images is shown, unless it is one of the visitor's own
    index = 0
    own: np.ndarray | None = None
    own_title = ""
    #: what is looked at, one of LOOKS, or "" while nobody looks
    looking = ""
    #: layer, row, column, channel of the number that is worked out
    cell: tuple[int, int, int, int] | None = None
    #: the class whose saliency is drawn
    salient = -1
    #: layer and channel whose most exciting images are shown, and how many were searched for them
    exciting: tuple[int, int] | None = None
    searched = 0

    @property
    def pool(self) -> str:
        """The part of the images that are gone through."""
        images = self.supply.images
        return next((s for s in ("test", "validation", "train") if images.count(s)), "")

    def repooled(self) -> None:
        """Called when the images that are gone through are others than before."""
        self.index = 0
        self._search()

    def original(self) -> tuple[np.ndarray | None, int, str]:
        """The image shown (h, w, c) uint8, or None; its label, or -1; and what it is called."""
        if self.own is not None:
            return self.own, -1, self.own_title
        pool = self.pool
        if not pool:
            return None, -1, ""
        self.index = min(self.index, self.supply.images.count(pool) - 1)
        x, y = self.supply.images.take(pool, np.array([self.index]))
        name = self.class_names[int(y[0])]
        kind = {"test": "test image", "validation": "validation image", "train": "training image"}
        return x[0], int(y[0]), f"{name}, {kind[pool]} {self.index}"

    def viewed(self, image: np.ndarray) -> np.ndarray:
        """What the network takes of an image (h, w, c) uint8, moved as the settings have it."""
        return views.view(image, **{name: self.settings[name] for name in VIEWS}, fill=self.edge)

    def shown(self) -> np.ndarray | None:
        """What the network sees just now (h, w, c) uint8; None without images."""
        image, _, _ = self.original()
        return None if image is None else views.shown(self.viewed(image))

    def on_next(self, by: int) -> None:
        """Goes on by so many images, or back."""
        self.tried["nexts"] += 1
        number = demo.finite("next", "by", by)
        many = self.supply.images.count(self.pool) if self.pool else 0
        self.own = None
        if many:
            wanted = self.index + int(number)
            if wanted >= many - 1 and self.pool == "test":
                self.wants += self.supply.more("test", many + 1)
            self.index = wanted % many

    def on_choose(self, index: int) -> None:
        """Shows one of the images; -1 for the one of the data that was shown last."""
        self.own = None
        if index != -1:
            many = self.supply.images.count(self.pool) if self.pool else 0
            if not many:
                raise ValueError("choose: there are no images yet; wait for them")
            self.index = demo.index_of("choose", "index", index, many)

    def on_image(self, pixels: Any, width: int, height: int, title: str) -> None:
        """Shows an image of the visitor's own, of the network's size."""
        self.own = self.picture("image", pixels, width, height)
        self.own_title = str(title)[:80] or "your image"
        self.tried["own_images"] += 1

    def picture(self, event: str, pixels: Any, width: Any, height: Any) -> np.ndarray:
        """The pixels of an event as an image (h, w, c); ValueError for others."""
        h, w, c = self.shape
        found = None
        if isinstance(pixels, bytes | bytearray | memoryview | list):
            with contextlib.suppress(TypeError, ValueError):  # a list of something else
                found = np.frombuffer(bytes(pixels), np.uint8)
        if found is None or (width, height) != (w, h) or found.size != h * w * c:
            size = "no pixels" if found is None else f"{found.size} bytes"
            raise ValueError(
                f"{event}: it takes {w} x {h} pixels of {c} bytes each, got {show(width)} x "
                f"{show(height)} and {size}"
            )
        return found.reshape(self.shape).copy()

    def on_look(self, on: bool, what: str) -> None:
        """Whether somebody looks into the layers, and at what of them."""
        if what not in LOOKS:
            raise ValueError(f"look: what must be one of {', '.join(LOOKS)}, got {show(what)}")
        self.looking = what if on else ""

    def on_cell(self, layer: int, row: int, column: int, channel: int) -> None:
        """Works out one number of a layer; layer -1 for none."""
        if layer == -1:
            self.cell = None
            return
        self.tried["cells"] += 1
        layer = demo.index_of("cell", "layer", layer, len(self.net.layers))
        h, w, c = size(self.net.layers[layer].output_shape)
        self.cell = (
            layer,
            demo.index_of("cell", "row", row, h),
            demo.index_of("cell", "column", column, w),
            demo.index_of("cell", "channel", channel, c),
        )

    def on_saliency(self, index: int) -> None:
        """Which pixels matter for a class; -1 for none."""
        self.salient = one_or_none("saliency", "index", index, len(self.class_names))

    def on_excite(self, layer: int, channel: int) -> None:
        """Searches the images for those that excite a channel of a layer most; layer -1 ends it."""
        self._search()
        if layer == -1:
            return
        layer = demo.index_of("excite", "layer", layer, len(self.net.layers))
        channels = size(self.net.layers[layer].output_shape)[2]
        self.exciting = layer, demo.index_of("excite", "channel", channel, channels)

    def _search(self) -> None:
        self.exciting, self.searched = None, 0
        self._found = maps.Exciting(np.zeros(0, np.int64), np.zeros(0), np.zeros((0, 4)))

    def search(self, seconds: float) -> bool:
        """Looks through some more images for exciting ones; whether there are more."""
        if self.exciting is None or not self.pool:
            return False
        many = min(SEARCHED, self.supply.images.count(self.pool))
        if self.searched >= many:
            return False
        stop = min(many, self.searched + self.in_time(seconds, 16))
        x, _ = self.supply.images.take(self.pool, np.arange(self.searched, stop))
        new = maps.exciting(self.net, preprocess(x), *self.exciting, EXCITING)
        new = new._replace(indices=new.indices + self.searched)
        both = [np.concatenate(pair) for pair in zip(self._found, new, strict=True)]
        top = np.argsort(-both[1], kind="stable")[:EXCITING]
        self._found = maps.Exciting(*(column[top] for column in both))
        self.searched = stop
        return stop < many

    def made(self) -> None:
        super().made()
        #: what the visitor tried since the beginning, which lessons ask for
        self.tried = {"cells": 0, "nexts": 0, "own_images": 0}
        # Of another network there may be no such layer.
        self.cell = None
        self._search()
        self._table = layer_table(self.net)

    def looked(self) -> dict[str, Any]:
        """What a frame says of the image and of the layers."""
        image, label, title = self.original()
        _, w, c = self.shape
        found: dict[str, Any] = {
            "image_title": title,
            "image_index": -1 if self.own is not None else self.index,
            "label": label,
            "class_names": "|".join(self.class_names),
            "answers": "probabilities" if isinstance(self.net.head, Softmax) else "scores",
            **self._table,
        }
        if image is None:
            nothing, numbers = np.zeros((0, w, c), np.uint8), np.zeros(0, np.float32)
            return found | {
                "image": nothing,
                "original": nothing,
                "probs": numbers,
                "original_probs": numbers,
                "predicted": -1,
            }
        x = self.viewed(image)
        answer, before = self.net.predict(np.stack([x, preprocess(image)]))
        found |= {
            "image": views.shown(x),
            "original": image,
            "probs": self.shares(answer),
            "original_probs": self.shares(before),
            "predicted": int(answer.argmax()),
        }
        try:
            return found | self._inside(x, label if label >= 0 else int(answer.argmax()))
        except Exception as problem:  # of a visitor's own layer
            return found | {"look_trouble": str(problem)}

    def shares(self, answer: np.ndarray) -> np.ndarray:
        """What the network says of one image (K,), scores too, as shares of 1; float32."""
        if isinstance(self.net.head, Softmax):
            return answer.astype(np.float32)
        share: np.ndarray = np.exp(answer - answer.max(), dtype=np.float32)
        share /= share.sum()
        return share

    def _inside(self, x: np.ndarray, label: int) -> dict[str, Any]:
        """What is looked at, of one image x (h, w, c) with this label."""
        found: dict[str, Any] = {}
        if self.looking:
            back = self.looking == "gradients"
            each = maps.gradients(self.net, x, label) if back else maps.maps(self.net, x)
            found["look"] = self.looking
            found |= packed("maps", each)
        if self.looking == "filters":
            filters = maps.filters(self.net)
            shapes = [(one.layer, *one.pixels.shape) for one in filters]
            found |= packed("filters", filters)
            found["filters_shapes"] = np.array(shapes, np.float32).reshape(-1, 5)
        if self.cell is not None:
            activations = self.net.activations(x[None])
            found["trace_cell"] = cells.cell(self.net, activations, *self.cell)
        if self.salient >= 0:
            found["saliency"] = maps.saliency(self.net, x, self.salient)
        if self.exciting is not None and len(self._found.indices):
            indices, values, boxes = self._found
            found |= {
                "excite": self.supply.images.take(self.pool, indices)[0],
                "excite_indices": indices.astype(np.float32),
                "excite_values": values.astype(np.float32),
                "excite_boxes": boxes.astype(np.float32),
                "excite_searched": self.searched,
            }
        return found

    def state(self) -> dict[str, Any]:
        own = self.own if self.own is not None else np.zeros(0, np.uint8)
        return super().state() | {"index": self.index, "own": own, "own_title": self.own_title}

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self.index, self.own_title = max(0, int(state["index"])), str(state["own_title"])
        own = np.asarray(state["own"], np.uint8)
        self.own = own.reshape(self.shape).copy() if own.size else None


def one_or_none(event: str, name: str, value: Any, many: int) -> int:
    """The argument of an event as an index below `many`, or -1; ValueError for others."""
    return -1 if value == -1 else demo.index_of(event, name, value, many)


def size(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """A layer's output as (height, width, channels); what is flat has many channels."""
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (1, 1, shape[0])


def layer_table(net: Any) -> dict[str, Any]:
    """What a frame says of each layer: its name, kind, size and number of weights."""
    layers = net.layers
    # Which start weights a rectifier asks for is said by the program.
    names = [repr(layer).replace(", init='he'", "") for layer in layers]
    weights = [sum(int(np.prod(p.shape)) for p in layer.params().values()) for layer in layers]
    return {
        "layer_names": "|".join(names),
        "layer_kinds": "|".join(type(layer).__name__.lower() for layer in layers),
        "layer_shapes": np.array([size(layer.output_shape) for layer in layers], np.float32),
        "layer_parameters": np.array(weights, np.float32),
    }


def packed(name: str, found: Sequence[maps.Maps] | Sequence[maps.Filters]) -> dict[str, Any]:
    """Pictures one after the other in one flat array, with the scale of each."""
    pixels = [one.pixels.ravel() for one in found]
    return {
        name: np.concatenate(pixels) if pixels else np.zeros(0, np.uint8),
        f"{name}_low": np.array([one.low for one in found], np.float32),
        f"{name}_high": np.array([one.high for one in found], np.float32),
    }
