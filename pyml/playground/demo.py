"""Points of which some only test, as the demo `separability` has them, and how they are edited."""

# ruff: noqa: D102 (Demo and its bases describe what a demo overrides)
from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from pyml import byhand, demo, exports, layers, learner, plane, playground, tables
from pyml.explain import separability
from pyml.playground import links, sets
from pyml.pointlist import MOST_POINTS, format_points


class Data(byhand.ByHand, plane.PlaneDemo):
    """The points x (N, 2) begin with those that only test.

    `labels` (N,) are their classes and `heights` (N,) their targets from -1 to 1. For a generated
    set they are the points of TensorFlow Playground with this seed.
    """

    exports: ClassVar[tuple[str, ...]] = (*learner.Learner.exports, "data")
    table = f"{plane.PlaneDemo.table} A link of TensorFlow Playground will do as well."
    heights: np.ndarray

    @classmethod
    def translate(cls, given: dict[str, Any]) -> tuple[dict[str, Any], list[str], list[str]]:
        found, notes, hide = links.translate(given)
        if found.get("data") in separability.HEIGHTS and "problem" not in found:
            found = found | {"problem": "regression"}
        return found, notes, hide

    @property
    def classes(self) -> int:
        return self._classes

    def _count_classes(self) -> int:
        data, text = self.settings["data"], self.settings["points"]
        if data != "own":
            return sets.SETS[data].classes or 2
        most = max((int(entry[-1]) for entry in text.split(";") if entry), default=0)
        origin = self.settings["origin"]
        return max(2, most + 1, sets.SETS[origin].classes if origin else 2)

    @property
    def names(self) -> list[str]:
        """The features that the network is given."""
        names: list[str] = self.settings["features"].split(",")
        return names

    def reset(self) -> None:
        self._begins = True
        self._classes = self._count_classes()
        super().reset()

    def make_points(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        s = self.settings
        drawn = self._set = sets.draw(s["data"], s["noise"], s["train"], self.seed)
        if s["data"] in separability.HEIGHTS:
            self.heights = drawn.y
            return drawn.x, (drawn.y > 0).astype(np.int64)
        labels = drawn.y.astype(np.int64)
        self.heights = separability.heights(labels, self.classes)
        return drawn.x, labels

    def edited(self) -> None:
        if self.settings["data"] == "own":
            self.heights = separability.heights(self.labels, self.classes)
        if self._begins:
            self._begins = False
            self._start()
        one = isinstance(self.net.head, layers.Regression)
        features = playground.features(self.x, self.names)
        self.take(features, self.heights if one else self.labels)

    def _start(self) -> None:
        s = self.settings
        if s["method"] == "playground" and not s["code"]:
            if s["data"] == "own":  # the weights that were there when the visitor began to edit
                origin = s["origin"] or "circle"
                self._set = sets.draw(origin, s["noise"], s["train"], self.seed)
            self.net.weights = sets.start_weights(self.net, self._set.rng)
        self.take_weights()

    def lessons(self) -> np.ndarray:
        return np.arange(self._first, len(self.x))

    @property
    def _first(self) -> int:
        """Where the points begin that are learnt from."""
        return sets.tests(len(self.x), self.settings["train"])

    @property
    def _hidden(self) -> int:
        """How many points, the first ones, are not shown."""
        shown = self.settings["show_test"] or self.settings["data"] == "own"
        return 0 if shown else self._first

    def set(self, name: str, value: Any) -> None:
        if name == "data" and value != "own":
            self.settings["problem"] = (
                "regression" if value in separability.HEIGHTS else "classification"
            )
        super().set(name, value)

    def points(self) -> np.ndarray:
        return self.x

    def on_choose(self, index: int) -> None:
        super().on_choose(index if index == -1 else self._index("choose", index))

    def on_add(self, x: float, y: float, label: int) -> None:
        kept = self.x, self.labels
        generated = self.settings["data"] != "own" or self.settings["origin"]
        if len(self.x) >= MOST_POINTS and generated:
            # One that only tests makes room; so who clicks into the picture gets a point.
            self.x, self.labels = self.x[1 - MOST_POINTS :], self.labels[1 - MOST_POINTS :]
        try:
            super().on_add(x, y, label)
        except ValueError:
            self.x, self.labels = kept
            raise

    def on_table(self, text: str) -> None:
        """Takes a table of points, or a link of TensorFlow Playground with all that it sets."""
        link = links.parse(text)
        if link is None:
            x, labels, notes = tables.points(text, separability.MOST_CLASSES, self.view)
            self.notes += notes
            self._own(x, labels)
            return
        found, notes, _ = links.translate(link)
        for name, control in self.controls.items():
            self.settings[name], note = control.default, None
            if name in found:
                self.settings[name], note = control.parse(found[name])
            notes += [note] if note else []
        if "seed" in link:
            self.seed, note = demo.parse_seed(link["seed"])
        self.notes += notes
        self.reset()

    def _own(self, x: np.ndarray, labels: np.ndarray) -> None:
        if len(x) > MOST_POINTS:
            x, labels = x[-MOST_POINTS:], labels[-MOST_POINTS:]
            self.notes.append(f"Own points are {MOST_POINTS} at most; the others were left out.")
        if self.settings["data"] in separability.HEIGHTS:
            self.notes.append("Own points have a class: heights became -1 or 1 by their sign.")
        if labels.max(initial=0) >= self.classes:  # the network needs more outputs
            self.settings |= {"points": format_points(x, labels), "data": "own", "origin": ""}
            self.reset()
            return
        super()._own(x, labels)
        if self._count_classes() != self.classes:
            self.reset()

    def _index(self, event: str, index: Any) -> int:
        if not len(self.x):
            return super()._index(event, index)
        return self._hidden + demo.index_of(event, "index", index, len(self.x) - self._hidden)

    def target_name(self, index: int) -> str:
        if self.settings["problem"] == "regression":
            return f"{self.heights[index]:.3g}"
        one = f", wanted {self.heights[index]:g}" if self.classes == 2 else ""
        return f"class {self.labels[index]}{one}"

    def export_data(self) -> str:
        if self.settings["problem"] != "regression":
            return super().export_data()
        x, y = self.x.round(3).T
        return exports.table({"x1": x, "x2": y, "target": self.heights})

    def state(self) -> dict[str, Any]:
        return super().state() | {"heights": self.heights}

    def restore(self, state: dict[str, Any]) -> None:
        heights = np.array(state["heights"], np.float64)
        if heights.shape != (len(state["labels"]),) or not np.isfinite(heights).all():
            raise ValueError("the saved heights of the points are damaged")
        self.heights = heights
        super().restore(state)
