"""A dense network as units and links, for drawing: sizes, weights, and what each unit says."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyml.demo import finite, index_of
from pyml.layers import ACTIVATIONS, Dense, Head, Input
from pyml.network import Network

BEHIND = tuple(ACTIVATIONS.values())
#: weights that a visitor sets by hand are between plus and minus this
FARTHEST = 1000.0
#: networks with more layers or more units in one are not drawn
MOST_LAYERS, MOST_UNITS = 9, 16


def drawable(net: Network) -> bool:
    """Whether the network is dense layers with at most one activation each, and small enough."""
    stages = _stages(net)
    return (
        stages is not None
        and len(stages) < MOST_LAYERS
        and all(dense.units <= MOST_UNITS for dense, _ in stages)
        and net.layers[0].output_shape[0] <= MOST_UNITS
    )


def dense_layers(net: Network) -> list[Dense]:
    """The dense layers of a network that is `drawable`, in order."""
    return [dense for dense, _ in _stages(net) or []]


def links(net: Network) -> dict[str, Any]:
    """`net_sizes`, `net_weights` and `net_biases` of a network that is `drawable`."""
    dense = dense_layers(net)
    return {
        "net_sizes": [net.layers[0].output_shape[0], *(layer.units for layer in dense)],
        "net_weights": np.concatenate([layer.w.ravel() for layer in dense]).astype(np.float32),
        "net_biases": np.concatenate([layer.b for layer in dense]).astype(np.float32),
    }


def outputs(net: Network, x: np.ndarray) -> list[np.ndarray]:
    """What the units of each layer say to x (N, I), inputs first, each (N, units)."""
    found = net.activations(x)
    return [found[0], *(found[last] for _, last in _stages(net) or [])]


def scaled(net: Network, x: np.ndarray, inputs: float | np.ndarray) -> list[np.ndarray]:
    """What the units of each layer say to x (N, I), as `heat` shows it: from -1 to 1."""
    stages = _stages(net) or []
    return [
        np.clip(values / inputs if k == 0 else _scaled(values, _kind(net, stages[k - 1][1])), -1, 1)
        for k, values in enumerate(outputs(net, x))
    ]


def heat(net: Network, x: np.ndarray, side: int, inputs: float | np.ndarray) -> np.ndarray:
    """Fields (units, side, side) uint8 of all units, inputs too, for x (side * side, I).

    0 to 255 stand for -1 to 1. Inputs are divided by `inputs`, a number or one each, outputs of
    hidden units by the largest of their layer unless an activation keeps them within -1 and 1;
    probabilities 0 to 1 are stretched to -1 to 1.
    """
    fields = [(values.T + 1) * 127.5 for values in scaled(net, x, inputs)]
    return np.concatenate(fields).reshape(-1, side, side).astype(np.uint8)


def of_links(net: Network, flat: np.ndarray) -> np.ndarray:
    """Those of the numbers (P,), one for each of the network's, that belong to `net_weights`."""
    parts, start = [], 0
    for layer in dense_layers(net):
        parts.append(flat[start : start + layer.w.size])
        start += layer.w.size + layer.b.size
    return np.concatenate(parts)


def set_weight(net: Network, layer: int, unit: int, input: int, value: float) -> None:
    """Sets one weight, or the bias for input -1; layers count from 1. IndexError if not there."""
    dense = dense_layers(net)[layer - 1]
    if input < 0:
        dense.b[unit] = value
    else:
        dense.w[unit, input] = value


def change_weight(net: Network, layer: Any, unit: Any, input: Any, value: Any) -> None:
    """As `set_weight`, for a visitor's event `weight`; ValueError that names what is wrong."""
    sizes = links(net)["net_sizes"]
    at = index_of("weight", "layer", finite("weight", "layer", layer) - 1, len(sizes) - 1)
    unit = index_of("weight", "unit", unit, sizes[at + 1])
    source = index_of("weight", "input", finite("weight", "input", input) + 1, sizes[at] + 1) - 1
    value = float(np.clip(finite("weight", "value", value), -FARTHEST, FARTHEST))
    set_weight(net, at + 1, unit, source, value)


def _stages(net: Network) -> list[tuple[Dense, int]] | None:
    """Each dense layer and where, in `net.layers`, what it says can be read; None if others."""
    found: list[tuple[Dense, int]] = []
    for i, layer in enumerate(net.layers):
        if isinstance(layer, Dense):
            found.append((layer, i))
        elif isinstance(layer, Head) or (
            found and found[-1][0] is net.layers[i - 1] and isinstance(layer, BEHIND)
        ):
            found[-1] = (found[-1][0], i)
        elif not (i == 0 and isinstance(layer, Input) and len(layer.output_shape) == 1):
            return None
    return found


def _kind(net: Network, last: int) -> str:
    layer = net.layers[last]
    if isinstance(layer, Head) and type(layer).__name__ != "Softmax":
        layer = net.layers[last - 1]
    return type(layer).__name__


def _scaled(values: np.ndarray, kind: str) -> np.ndarray:
    if kind in ("Sigmoid", "Softmax"):
        return 2 * values - 1
    if kind == "Tanh":
        return values
    return values / max(float(np.abs(values).max()), 1e-9)
