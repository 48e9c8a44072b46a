"""The arithmetic of one example: forward, loss, backward, and what the trainer would then do.

All numbers are those of the network itself, taken from its layers one after the other.
"""

from __future__ import annotations

import contextlib
import copy
from typing import Any

import numpy as np

from pyml import playground
from pyml.layers import ACTIVATIONS, Dense, Head, Input
from pyml.network import Network
from pyml.trainers import Trainer

#: as many inputs and units of a layer are shown
MOST = 12
#: how each method moves a weight w for its gradient g
RULES = {
    "sgd": "w ← w − {learning_rate:g}·g",
    "momentum": "v ← {momentum:g}·v − {learning_rate:g}·g;  w ← w + v",
    "nesterov": "v ← {momentum:g}·v − {learning_rate:g}·g;  "
    "w ← w + {momentum:g}·v − {learning_rate:g}·g",
    "adagrad": "G ← G + g²;  w ← w − {learning_rate:g}·g / √(G + {eps:g})",
    "windowgrad": "G ← {ro:g}·G + (1 − {ro:g})·g²;  w ← w − {learning_rate:g}·g / √(G + {eps:g})",
    "adadelta": "G ← {ro:g}·G + (1 − {ro:g})·g²;  d = −√(X + {eps:g}) / √(G + {eps:g})·g;  "
    "X ← {ro:g}·X + (1 − {ro:g})·d²;  w ← w + d",
    "adam": "m ← {beta1:g}·m + (1 − {beta1:g})·g;  s ← {beta2:g}·s + (1 − {beta2:g})·g²;  "
    "w ← w − {learning_rate:g}·m̂ / (√ŝ + {eps:g})",
    "adamw": "m ← {beta1:g}·m + (1 − {beta1:g})·g;  s ← {beta2:g}·s + (1 − {beta2:g})·g²;  "
    "w ← w − {learning_rate:g}·(m̂ / (√ŝ + {eps:g}) + {l2_decay:g}·w)",
    "rmsprop": "s ← {ro:g}·s + (1 − {ro:g})·g²;  w ← w − {learning_rate:g}·g / (√s + {eps:g})",
}
AnyTrainer = Trainer | playground.Trainer


def layers(net: Network, trainer: AnyTrainer, x: np.ndarray, y: Any) -> dict[str, Any]:
    """For one example x (I,) with target y: `loss` and `layers`, a dict of lists for each.

    A dense layer has x, w (out, in), b, z = w x + b, the activation behind it with y, then the
    derivatives of the loss: dy, dz, dw, db, and step_w, step_b, which is what the next update
    would add for this example alone.
    """
    before = net.weights.copy()
    after = _after(trainer, x, y)
    steps = _divided(net, after - before)
    value, found, back = net.checked(x[None]), [], []
    with np.errstate(all="ignore"):
        for layer in net.layers[:-1]:
            given = value
            value, backward = layer.forward(given, False)
            found.append((layer, given, value))
            back.append(backward)
        head = net.layers[-1]
        assert isinstance(head, Head)
        scores, answer = value, head.output(value)
        loss, slope = head.loss(scores, np.asarray([y]))
        slopes: list[np.ndarray | None] = [slope]
        for backward in back[:0:-1]:
            slope = backward(slope)
            slopes.append(slope)
            if slope is None:  # nobody asks how the loss depends on the data
                break
    slopes += [None] * (len(found) - len(slopes))
    slopes.reverse()  # slopes[i] is by the output of layer i
    told: list[dict[str, Any]] = []
    i = 0
    while i < len(found):
        layer, given, value = found[i]
        entry: dict[str, Any] = {"name": repr(layer), "kind": "other", "y": value, "dy": slopes[i]}
        if isinstance(layer, Input):
            entry["kind"] = "input"
        elif isinstance(layer, Dense):
            entry |= {"kind": "dense", "activation": "", "x": given, "z": value, "dz": slopes[i]}
            entry |= {"w": layer.w, "b": layer.b, "dw": layer.dw, "db": layer.db}
            entry |= {"step_w": steps[i][0], "step_b": steps[i][1]}
            if i + 1 < len(found) and type(found[i + 1][0]) in ACTIVATIONS.values():
                i += 1
                name = type(found[i][0]).__name__.lower()
                entry |= {"activation": name, "y": found[i][2], "dy": slopes[i]}
                entry["name"] = f"{entry['name'][:-1]}, {name})"
        told.append(entry)
        i += 1
    last = {"name": repr(head), "kind": "head", "z": scores, "y": answer, "dz": slopes[-1]}
    told.append(last)
    return {"loss": _number(loss), "layers": [_lists(entry) for entry in told]}


def rule(trainer: AnyTrainer) -> str:
    """How the trainer moves a weight, with its numbers in it."""
    if isinstance(trainer, playground.Trainer):
        return RULES["sgd"].format(learning_rate=trainer.learning_rate)
    values = {name: getattr(trainer, name) for name in trainer.rule.defaults}
    return RULES[trainer.method].format(**values, l2_decay=trainer.l2_decay)


def _after(trainer: AnyTrainer, x: np.ndarray, y: Any) -> np.ndarray:
    """The weights that one more step, with this example alone, would lead to."""
    net = copy.deepcopy(trainer.net)
    twin: AnyTrainer
    if isinstance(trainer, playground.Trainer):
        twin = playground.Trainer(net)
    else:
        twin = Trainer(net, trainer.method, schedule=trainer.schedule)
    twin.restore(trainer.state())
    with contextlib.suppress(FloatingPointError):  # the trainer itself will say so
        twin.step(x[None], np.asarray([y]))
    return net.weights


def _divided(net: Network, flat: np.ndarray) -> list[list[np.ndarray]]:
    """The flat vector (P,) as the arrays of each layer."""
    found, start = [], 0
    for layer in net.layers:
        arrays = []
        for param in layer.params().values():
            size = int(np.prod(param.shape))
            arrays.append(flat[start : start + size].reshape(param.shape))
            start += size
        found.append(arrays)
    return found


def _lists(entry: dict[str, Any]) -> dict[str, Any]:
    """Arrays as short lists of numbers; `cut` tells whether some were left out."""
    plain: dict[str, Any] = {"cut": False}
    for name, value in entry.items():
        if isinstance(value, np.ndarray):
            # One example: what has its axis gives it up.
            shown = value if name in ("w", "b", "dw", "db", "step_w", "step_b") else value[0]
            if shown.ndim > 2 or (shown.ndim == 2 and not name.endswith("w")):
                shown = shown.ravel()
            plain["cut"] |= max(shown.shape) > MOST
            cut = shown[tuple(slice(MOST) for _ in shown.shape)]
            plain[name] = (
                [[_number(n) for n in row] for row in cut]
                if cut.ndim == 2
                else [_number(n) for n in cut]
            )
        else:
            plain[name] = value
    return plain


def _number(value: Any) -> float | None:
    number = float(value)
    return number if np.isfinite(number) else None
