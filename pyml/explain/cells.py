"""The arithmetic of one value inside a network, with its real numbers.

`cell` takes any value of any layer and says what it was made from: of a convolution the patch, the
filter, the products and their sum; of a pool the window and which cell won; of Softmax the
exponentials and the quotient. The numbers are those of prediction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from pyml import layers as L
from pyml.explain.maps import field, grid
from pyml.layer import Layer
from pyml.layers import ACTIVATIONS
from pyml.network import Network
from pyml.ops import Pair

#: at most so many numbers are told of a value
MOST = 4000
NAMES = {kind: name for name, kind in ACTIVATIONS.items()}
FORMULAS = {
    "relu": "max(x, 0)",
    "leaky_relu": "x if x > 0, else slope · x",
    "tanh": "tanh(x)",
    "sigmoid": "1 / (1 + exp(−x))",
}


class Look(NamedTuple):
    """One value: its layer (any kind), what comes in and goes out (h, w, c), and where it is.

    `after` is the activation behind the layer and what becomes of the value there.
    """

    layer: Any
    x: np.ndarray
    y: np.ndarray
    row: int
    column: int
    channel: int
    after: tuple[str, float] | None

    @property
    def given(self) -> float:
        """The value at the same place of what comes in."""
        return float(self.x[self.row, self.column, self.channel])

    @property
    def value(self) -> float:
        """The value itself."""
        return float(self.y[self.row, self.column, self.channel])


def cell(
    net: Network, activations: Sequence[np.ndarray], layer: int, row: int, column: int, channel: int
) -> dict[str, Any]:
    """How the value at (row, column, channel) of layer number `layer` came about.

    `activations` is what `net.activations(x)` gave; the first example is meant. Layers that give
    a row of numbers have row and column 0. All is plain numbers and lists, `MOST` at the most:

    `kind` is the layer's class in small letters, `title` and `text` say it in words, `field` is
    what the value sees of the layer before and `input_field` of the image (top, left, bottom,
    right; the last two exclusive). `z` is the value, `y` what the activation behind it, named in
    `activation`, makes of it, or the same; an activation's own `z`, and that of Softmax, is what
    comes in. What else there is depends on the kind:

    - conv, dense: `patch`, `weights`, `products`, flat, of the shape `shape` [kh, kw, channels],
      `inside` [kh kw] 1 where the patch is in the image and 0 where padding counts as 0. `shown`
      names the channels in them: all, or those that count most, if there are too many numbers.
      `channels` has the sum of the products of each, `rest` of those not shown; `sum` all, `bias`.
    - pool, globalaveragepool, maxout: `patch`, `inside` of shape `shape`; `winner` is the place in
      the patch, or `products` each one's share and `sum` of the patch, where the mean is taken.
    - batchnorm: `mean`, `var`, `eps`, `normal`, `gamma`, `beta`. localresponsenorm: `patch` of
      neighbouring channels, `products` their squares, `sum` of those, `divisor`.
    - softmax: `patch` the scores, `largest`, `products` exp(score − largest), `sum` of those.
    - dropout: `factor`. flatten: `source` [row, column, channel].

    Lists that do not fit are empty. ValueError for a place that there is not.
    """
    if not 0 <= layer < len(net.layers):
        many = len(net.layers)
        raise ValueError(f"cell: there is no layer {layer}; the network has {many}, from 0")
    found = grid(activations[layer][0])
    at = row, column, channel
    if not all(0 <= i < size for i, size in zip(at, found.shape, strict=True)):
        raise ValueError(
            f"cell: {net.layers[layer]} has no value at row {row}, column {column}, channel "
            f"{channel}; it gives {' x '.join(map(str, found.shape))}, counted from 0"
        )
    one, after = net.layers[layer], None
    before = grid(activations[max(0, layer - 1)][0])
    name = NAMES.get(type(net.layers[min(layer + 1, len(net.layers) - 1)]))
    if name:
        after = name, float(grid(activations[layer + 1][0])[at])
    look = Look(one, before, found, row, column, channel, after)
    told: dict[str, Any] = {
        "kind": type(one).__name__.lower(),
        "layer": layer,
        "row": row,
        "column": column,
        "channel": channel,
        "title": _title(look),
        **{name: [] for name in ("shape", "inside", "patch", "weights", "products")},
        "sum": None,
        "bias": None,
        "z": look.value,
        "activation": after[0] if after else "",
        "y": after[1] if after else look.value,
        "field": list(field(net, layer, row, column, channel, max(0, layer - 1))),
        "input_field": list(field(net, layer, row, column, channel)),
        "text": f"It is {_n(look.value)}.",
    }
    with np.errstate(all="ignore"):
        told |= KINDS[type(one)](look) if type(one) in KINDS else {}
    if after:
        told["text"] += f" {after[0]} makes {_n(after[1])} of it."
    return told


def _title(look: Look) -> str:
    flat = look.y.shape[:2] == (1, 1)
    where = "" if flat else f"row {look.row + 1}, column {look.column + 1}, "
    return f"{look.layer!r}: {where}{'number' if flat else 'channel'} {look.channel + 1}"


def _conv(look: Look) -> dict[str, Any]:
    return _sum(look, *_window(look, look.layer.size, look.layer.stride, look.layer.pad))


def _dense(look: Look) -> dict[str, Any]:
    return _sum(look, look.x, np.ones(look.x.shape[:2], bool))


def _sum(look: Look, patch: np.ndarray, inside: np.ndarray) -> dict[str, Any]:
    """The sum of the products of a patch (kh, kw, c) with the weights of a unit."""
    patch = patch.astype(np.float64)
    w = look.layer.w[look.channel].reshape(patch.shape).astype(np.float64)
    products = patch * w
    sums = products.sum(axis=(0, 1))
    pixels = inside.size
    room = max(0, (MOST - pixels) // (3 * pixels + 2))  # with its sum and its number
    shown = np.sort(np.argsort(-np.abs(sums), kind="stable")[:room])
    total, bias = float(sums.sum()), float(look.layer.b[look.channel])
    outside = "; outside the image is 0" if not inside.all() else ""
    return {
        "shape": [*inside.shape, len(shown)],
        "inside": _list(inside.astype(int)),
        "patch": _list(patch[..., shown]),
        "weights": _list(w[..., shown]),
        "products": _list(products[..., shown]),
        "shown": shown.tolist(),
        "channels": _list(sums[shown]),
        "rest": float(total - sums[shown].sum()),
        "sum": total,
        "bias": bias,
        "text": f"{products.size} products add up to {_n(total)}{outside}. "
        f"With the bias {_n(bias)} it is {_n(look.value)}.",
    }


def _pool(look: Look) -> dict[str, Any]:
    layer = look.layer
    windows, inside = _window(look, layer.size, layer.stride or layer.size, layer.pad)
    patch = windows[..., look.channel].astype(np.float64)
    if layer.kind == "average":
        return _mean(look, patch, inside)
    # Of equal cells the leftmost wins, of those the topmost: the order of columns.
    column, row = divmod(int(np.where(inside, patch, -np.inf).T.argmax()), len(patch))
    text = f"The largest of {int(inside.sum())} values is {_n(look.value)}."
    return {**_seen(patch, inside), "winner": row * patch.shape[1] + column, "text": text}


def _global(look: Look) -> dict[str, Any]:
    whole = np.ones(look.x.shape[:2], bool)
    return _mean(look, look.x[..., look.channel].astype(np.float64), whole)


def _mean(look: Look, patch: np.ndarray, inside: np.ndarray) -> dict[str, Any]:
    n, total = int(inside.sum()), float(patch.sum())
    text = f"{n} values add up to {_n(total)}; their mean is {_n(look.value)}."
    return {**_seen(patch, inside), "products": _list(patch / n), "sum": total, "text": text}


def _maxout(look: Look) -> dict[str, Any]:
    group = look.layer.group
    first = look.channel * group
    patch = look.x[look.row, look.column, first : first + group].astype(np.float64)
    text = f"The largest of channels {first + 1} to {first + group} is {_n(look.value)}."
    return {**_seen(patch[None]), "winner": int(patch.argmax()), "text": text}


def _elementwise(look: Look) -> dict[str, Any]:
    name = NAMES[type(look.layer)]
    text = f"{name} is {FORMULAS[name]}: of {_n(look.given)} it makes {_n(look.value)}."
    return {"z": look.given, "y": look.value, "text": text}


def _dropout(look: Look) -> dict[str, Any]:
    factor = 1.0 if look.layer.inverted else 1 - look.layer.drop_prob
    made = f"{_n(look.given)} times {_n(factor)} is {_n(look.value)}."
    return {"factor": factor, "text": f"Nothing is dropped in prediction: {made}"}


def _batch_norm(look: Look) -> dict[str, Any]:
    layer, i = look.layer, look.channel
    names = ("mean", "var", "gamma", "beta")
    mean, var, gamma, beta = (float(getattr(layer, name)[i]) for name in names)
    normal = (look.given - mean) / float(np.sqrt(var + layer.eps))
    return {
        **dict(zip(names, (mean, var, gamma, beta), strict=True)),
        "eps": layer.eps,
        "normal": normal,
        "text": f"{_n(look.given)} less the mean {_n(mean)}, divided by "
        f"√({_n(var)} + {_n(layer.eps)}), is {_n(normal)}; times {_n(gamma)} plus {_n(beta)} "
        f"it is {_n(look.value)}.",
    }


def _response(look: Look) -> dict[str, Any]:
    layer, i, half = look.layer, look.channel, look.layer.n // 2
    near = look.x[look.row, look.column, max(0, i - half) : i + half + 1].astype(np.float64)
    total = float((near * near).sum())
    divisor = (layer.k + layer.alpha / layer.n * total) ** layer.beta
    return {
        **_seen(near[None]),
        "products": _list(near * near),
        "sum": total,
        "divisor": divisor,
        "text": f"{_n(look.given)} divided by ({_n(layer.k)} + {_n(layer.alpha)} / {layer.n} · "
        f"{_n(total)})^{_n(layer.beta)} = {_n(divisor)} is {_n(look.value)}.",
    }


def _flatten(look: Look) -> dict[str, Any]:
    row, column, channel = (int(i) for i in np.unravel_index(look.channel, look.x.shape))
    text = f"It is the value of row {row + 1}, column {column + 1}, channel {channel + 1}."
    return {"source": [row, column, channel], "text": text}


def _softmax(look: Look) -> dict[str, Any]:
    scores = look.x.ravel().astype(np.float64)
    largest = float(scores.max())
    powers = np.exp(scores - largest)
    total, power = float(powers.sum()), float(powers[look.channel])
    return {
        **_seen(scores[None]),
        "products": _list(powers),
        "largest": largest,
        "sum": total,
        "z": float(scores[look.channel]),
        "text": f"exp({_n(scores[look.channel])} − {_n(largest)}) = {_n(power)}, divided by the "
        f"sum of all, {_n(total)}, is {_n(look.value)}. The largest score is taken away from "
        f"each first, which changes no quotient.",
    }


KINDS: dict[type[Layer], Callable[[Look], dict[str, Any]]] = {
    L.Conv: _conv,
    L.Dense: _dense,
    L.Pool: _pool,
    L.GlobalAveragePool: _global,
    L.Flatten: _flatten,
    **dict.fromkeys(ACTIVATIONS.values(), _elementwise),
    L.Maxout: _maxout,
    L.Dropout: _dropout,
    L.LocalResponseNorm: _response,
    L.BatchNorm: _batch_norm,
    L.Softmax: _softmax,
}


def _window(look: Look, size: Pair, stride: Pair, pad: Pair) -> tuple[np.ndarray, np.ndarray]:
    """What a window sees (kh, kw, c), 0 outside the image, and what of it is inside (kh, kw)."""
    height, width, _ = look.x.shape
    rows = look.row * stride[0] - pad[0] + np.arange(size[0])
    columns = look.column * stride[1] - pad[1] + np.arange(size[1])
    inside = np.outer((rows >= 0) & (rows < height), (columns >= 0) & (columns < width))
    patch = look.x[rows.clip(0, height - 1)][:, columns.clip(0, width - 1)]
    return np.where(inside[..., None], patch, 0), inside


def _seen(patch: np.ndarray, inside: np.ndarray | None = None) -> dict[str, Any]:
    """A patch of one channel (kh, kw), and what of it is inside: all, unless given."""
    there = np.ones(patch.shape, int) if inside is None else inside.astype(int)
    return {"shape": list(patch.shape), "patch": _list(patch), "inside": _list(there)}


def _list(values: np.ndarray) -> list[Any]:
    """The numbers one after the other; none if three such lists would be too many."""
    found: list[Any] = values.ravel().tolist() if values.size <= MOST // 3 else []
    return found


def _n(value: float) -> str:
    return f"{value:.4g}"
