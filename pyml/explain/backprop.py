"""Backpropagation of one example, phase by phase, for a network of dense layers.

forward: each layer sums up what the one before says. error: how the loss depends on the sum of
the output. back: that error goes back along the links, each taking its weight's share, and every
unit multiplies what arrives by its own slope. update: each weight moves against its error times
what came in through it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pyml import graph
from pyml.layers import Dense
from pyml.network import Network


class Phase(NamedTuple):
    """Where the walk stands: `name` and the layer it is at, inputs being layer 0; 0 for all."""

    name: str
    layer: int


class Pass(NamedTuple):
    """One example forward and back, in the order of `graph.links`.

    `values` (units,) is what each unit says, inputs first; `errors` dE/dz of each unit but the
    inputs; `flow` what goes back along each link: its weight times the error behind it, and 0
    along those from the inputs, which have nobody to blame.
    """

    values: np.ndarray
    errors: np.ndarray
    flow: np.ndarray


def phases(layers: int) -> list[Phase]:
    """The walk through a network with so many layers of weights, one phase after the other."""
    forward = [Phase("forward", layer) for layer in range(1, layers + 1)]
    back = [Phase("back", layer) for layer in range(layers, 1, -1)]
    return [*forward, Phase("error", layers), *back, Phase("update", 0)]


def walk(net: Network, x: np.ndarray, y: np.ndarray) -> Pass:
    """The example x (I,) with its target y through a network that is `graph.drawable`."""
    value, way_back = net.checked(x[None]), []
    with np.errstate(all="ignore"):
        for layer in net.layers[:-1]:
            value, backward = layer.forward(value, False)
            way_back.append((layer, backward))
        _, slope = net.head.loss(value, np.asarray([y]))
        errors: list[np.ndarray] = []
        flow: list[np.ndarray] = []
        for layer, backward in reversed(way_back[1:]):
            if isinstance(layer, Dense):
                errors.insert(0, slope[0])
                flow.insert(0, layer.w * slope[0][:, None])
            slope = backward(slope)
    flow[0] = np.zeros_like(flow[0])
    values = np.concatenate([unit[0] for unit in graph.outputs(net, x[None])])
    return Pass(values, np.concatenate(errors), np.concatenate([part.ravel() for part in flow]))


class Walk:
    """How far backpropagation of one example was shown, in a network that is `graph.drawable`.

    The phases look at the weights `before`; the last one is the step that changes them.
    """

    def __init__(self, net: Network) -> None:
        self.net = net
        self.phases = phases(len(graph.dense_layers(net)))
        #: how many phases were shown; 0 before the first
        self.at = 0
        self.before = net.weights.copy()

    @property
    def over(self) -> bool:
        """Whether the next phase is the first of another example."""
        return self.at in (0, len(self.phases))

    def go(self) -> bool:
        """Goes on to the next phase; whether it is the one in which the weights change."""
        if self.over:
            self.at, self.before = 0, self.net.weights.copy()
        self.at += 1
        return self.at == len(self.phases)

    def frame(self, x: np.ndarray, y: np.ndarray) -> tuple[dict[str, Any], str]:
        """What `network` draws of the phase for the example x (I,) with target y, and words."""
        if not self.at:
            return {"net_phase": "", "net_active": -1}, ""
        phase, net = self.phases[self.at - 1], self.net
        after, now = graph.links(net), net.weights.copy()
        net.weights = self.before
        before, found = graph.links(net), walk(net, x, y)
        net.weights = now
        shown: dict[str, Any] = {
            "net_phase": phase.name,
            "net_active": phase.layer or -1,
            "net_values": found.values.astype(np.float32),
            "net_errors": found.errors.astype(np.float32),
            "net_flow": found.flow.astype(np.float32),
        }
        moved = after["net_weights"] - before["net_weights"]
        if phase.name == "update":
            shown["net_change"] = moved
            shown["net_bias_change"] = after["net_biases"] - before["net_biases"]
        return shown, words(phase, found, after["net_sizes"], float(y), moved)

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {"stage": self.at, "before": self.before}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on where `state` was taken; ValueError if it is of another network."""
        before = np.array(state["before"], self.net.dtype)
        if before.shape != self.net.weights.shape or not np.isfinite(before).all():
            raise ValueError("the saved weights of the last example are damaged")
        self.at = max(0, min(int(state["stage"]), len(self.phases)))
        self.before = before


def words(phase: Phase, found: Pass, sizes: list[int], target: float, moved: np.ndarray) -> str:
    """What happens in a phase, in a sentence; `moved` is the correction of each weight."""
    ends = np.cumsum(sizes)
    values = np.split(found.values, ends[:-1])
    errors = np.split(found.errors, ends[1:-1] - sizes[0])
    last = len(sizes) - 1
    name = "output" if phase.layer == last else f"layer {phase.layer}" if last > 2 else "hidden"
    said = _listed(values[phase.layer])
    if phase.name == "forward" and phase.layer == last:
        return f"Forward: the output unit sums that up and says {said}; it should say {target:g}."
    if phase.name == "forward":
        of = f"({_listed(values[0])})" if phase.layer == 1 else "that"
        return f"Forward: the {name} units sum {of} up, and say {said}."
    if phase.name == "error":
        return (
            f"Error: {said} instead of {target:g}. Through the slope of the output unit, "
            f"δ = {_listed(errors[-1])}: so fast the error grows with its sum."
        )
    if phase.name == "back":
        return (
            f"Back: each link takes its weight’s share of δ, and each unit multiplies what arrives "
            f"by its own slope: δ = {_listed(errors[phase.layer - 2])}."
        )
    largest = float(moved[np.abs(moved).argmax()]) if moved.size else 0.0
    return (
        f"Update: every weight moves against δ times what came in through it. "
        f"The largest correction is {_signed(largest)}."
    )


def _listed(values: np.ndarray) -> str:
    return ", ".join(_signed(float(value)).removeprefix("+") for value in values)


def _signed(value: float) -> str:
    text = f"{round(value, 2):+g}" if abs(value) >= 0.1 else f"{value:+.2g}"
    return text.replace("-", "−")
