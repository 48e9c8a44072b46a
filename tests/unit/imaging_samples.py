"""Small images that are easy to tell apart, and a page that has them, for the demos of images."""

from __future__ import annotations

import json

import numpy as np

from pyml import Network
from pyml import layers as L
from pyml.datasets import chunks
from pyml.demos import DEMOS

PER_PART = 120
NAMES = ("digits", "cifar10")
#: settings with which little is to be computed
SMALL = {"network": "linear", "method": "momentum", "learning_rate": 0.01, "batch_size": 8}


def after(steps, demo):
    """The frame after so many steps."""
    for _ in range(steps):
        demo.step()
    return demo.frame()


def made(name, n, seed=0):
    """Images x (n, h, w, c) with labels y (n,): class k is a bright bar at place k, and noise."""
    h, w, c = DEMOS[name].shape
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 10, n)
    x = rng.integers(0, 90, (n, h, w, c), dtype=np.uint8)
    for image, label in zip(x, y, strict=True):
        image[:, 2 + 2 * label : 5 + 2 * label] += 140
    return x, y


def parts(name, train=3, test=2):
    """The parts of a site's images: name, split, bytes."""
    found = {}
    for split, many in (("train", train), ("test", test)):
        for i in range(many):
            x, y = made(name, PER_PART, seed=i + 10 * (split == "test"))
            found[f"{split}-{i:02}"] = (split, chunks.encode(x, y))
    return found


def manifest(name, found, models=(), **more):
    kind = DEMOS[name]
    listed = [
        {"name": part, "split": split, "records": PER_PART, "file": f"{part}.gz", "bytes": 1}
        for part, (split, _) in found.items()
    ]
    about = {"name": name, "shape": list(kind.shape), "classes": list(kind.class_names)}
    about |= {"note": "", "credit": "Made for tests.", "parts": listed, "models": list(models)}
    return json.dumps(about | more).encode()


class Site:
    """Gives what is wanted, as the worker does."""

    def __init__(self, name, train=3, test=2, models=None, **more):
        found = parts(name, train, test)
        self.files = {f"data/{name}/{part}": data for part, (_, data) in found.items()}
        self.models = models = models or {}
        self.files |= {f"models/{model}": data for model, data in models.items()}
        listed = [{"name": model, "title": model.title(), "file": "f"} for model in models]
        self.files[f"data/{name}.json"] = manifest(name, found, listed, **more)
        self.given = []

    def serve(self, page, id="a"):
        """Answers every want that has not been answered, until there is none."""
        while True:
            wants = [m["file"] for m, _ in page.log if m["type"] == "want" and m["id"] == id]
            new = wants[len(self.given) :]
            if not new:
                return
            for file in new:
                self.given.append(file)
                data = self.files.get(file)
                error = {} if data is not None else {"error": "it is not there"}
                page.send("give", id=id, file=file, bytes=data, **error)

    def feed(self, demo):
        """The same for a demo without a page."""
        while demo.wants:
            file = demo.wants.pop(0)
            self.given.append(file)
            demo.given(file, self.files.get(file), "")


def tiny(name, **more):
    """A small network for the images of a demo, not one that it writes."""
    shape = DEMOS[name].shape
    conv = L.Conv(3, 5, stride=3, activation="relu")
    return Network([L.Input(*shape), conv, L.Softmax(10)], **more)


def started(name="digits", settings=None, seed=1, train=3, test=2, **more):
    """A demo with all its images at once."""
    site = Site(name, train, test, **more)
    demo = DEMOS[name](settings or {}, seed)
    site.feed(demo)
    for split, many in (("train", train), ("test", test)):
        for _ in range(many):
            demo.wants += demo.supply.more(split, 10**9)
            site.feed(demo)
    return demo
