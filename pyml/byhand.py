"""Weights that a visitor sets by hand: the control that keeps them, and a demo that has one.

With each change by hand all weights of the network, as they are then, go into the control
`weights`, and so into the link. They are start weights: Reset leads back to them. New weights,
which is another seed, leaves them behind, and so do a preset and a network of another size.
"""

# ruff: noqa: D102 (Control and Learner describe what they override)
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pyml import graph
from pyml.controls import LONGEST, Control, number_in
from pyml.learner import Learner

#: larger weights have no place in a link
LARGEST = 1e9


@dataclass(frozen=True, kw_only=True)
class Weights(Control):
    """All weights of a network in one row, "0.5,-1,…"; "" while nobody set any. No widget."""

    kind = "weights"
    default: str = ""
    label: str = "Weights"

    def parse(self, value: Any) -> tuple[str, str | None]:
        if not isinstance(value, str):
            return self._instead(value, "is not a list of weights", self.default)
        if len(value) > LONGEST:
            return self._instead(value, f"is longer than {LONGEST} characters", self.default)
        found = [number_in(word) for word in value.split(",")] if value.strip() else []
        numbers = [number for number in found if number is not None and abs(number) <= LARGEST]
        if len(numbers) < len(found):
            return self._instead(value, "is not a list of weights such as 0.5,-1", self.default)
        return format_weights(np.array(numbers)), None


def format_weights(weights: np.ndarray) -> str:
    """The weights (P,) as the text of a `Weights` control, to six digits."""
    # Adding zero turns -0.0 into 0.0.
    return ",".join(f"{weight + 0.0:.6g}" for weight in weights.tolist())


def parse_weights(text: str) -> np.ndarray:
    """The weights (P,) float64 of the text of a `Weights` control."""
    return np.array([float(word) for word in text.split(",") if word], np.float64)


class ByHand(Learner):
    """A demo whose network is drawn as units and links, each of which can be set.

    Its controls hold `weights`. Subclasses call `take_weights` once a new network has the start
    weights that it would have without a visitor.
    """

    #: the seed of the weights that are there; None before there are any
    _drawn: int | str | None = None
    _opens = True

    def reset(self) -> None:
        self._opens = self._drawn is None
        if self._drawn not in (None, self.seed):
            self.settings["weights"] = ""
        self._drawn = self.seed
        super().reset()

    def take_weights(self) -> None:
        """Starts from the weights that were set by hand, if there are some and they fit."""
        weights = parse_weights(self.settings["weights"])
        if not weights.size:
            return
        if weights.size == self.net.weights.size:
            self.net.weights = weights
            return
        self.notes.append(
            f"The {weights.size} weights that were set by hand do not fit this network of "
            f"{self.net.weights.size}; it starts from weights of its own."
        )
        # Code in a link is run later, and may bring the network to which they belong.
        if not self._opens:
            self.settings["weights"] = ""

    def on_weight(self, layer: int, unit: int, input: int, value: float) -> None:
        """Sets a weight by hand, or a bias for input -1; layers count from 1."""
        if not graph.drawable(self.net):
            raise ValueError(
                "weight: this network is not drawn as units and links; set its weights in the code"
            )
        if not np.isfinite(self.net.weights).all():
            raise ValueError("weight: learning has run away; press Reset first")
        graph.change_weight(self.net, layer, unit, input, value)
        text = format_weights(np.clip(self.net.weights, -LARGEST, LARGEST))
        self.settings["weights"] = text
        # Read back, so that it is what a link would bring back.
        self.net.weights = parse_weights(text)
