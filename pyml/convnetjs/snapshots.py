"""ConvNetJS's JSON: networks that it wrote, and networks written for it."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from pyml.convnetjs.layer_defs import (
    ELEMENTWISE,
    HEADS,
    Entry,
    has_images,
    layer_of,
    named,
    through,
)
from pyml.layer import Layer, Shape
from pyml.layers import (
    ACTIVATIONS,
    Conv,
    Dense,
    Dropout,
    Flatten,
    Head,
    Input,
    LocalResponseNorm,
    Maxout,
    Pool,
)
from pyml.network import Network

NAMES = {kind: name for name, kind in [*ELEMENTWISE.items(), *HEADS.items()]}


def loads(text: str, dtype: str = "float64") -> Network:
    """The network in the text that `JSON.stringify(net.toJSON())` gives in ConvNetJS.

    Weights may stand in lists or, as typed arrays come out of there, in objects with keys "0",
    "1", ... Decay multipliers that an old snapshot lacks are 1, as there. The start weights are
    not in such a text: `reset()` draws new ones. Raises ValueError, naming layer and key, for
    text that is damaged in any way.
    """
    owner = "convnetjs.loads"
    try:
        layers = json.loads(text, parse_constant=_refuse)["layers"]
        rows = [(f"{owner}: layers[{i}]", layer) for i, layer in enumerate(layers)]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(
            f"{owner}: this is no network of ConvNetJS in JSON ({error!r:.200}); "
            f"give it what JSON.stringify(net.toJSON()) wrote"
        ) from None
    entries = [Entry(name, layer, "layer_type") for name, layer in rows]
    images = has_images(entries)
    row: list[Layer] = []
    weights: list[np.ndarray] = []
    shape: Shape = ()
    for entry in entries:
        with named(entry):
            layer = layer_of(entry, ["out_depth"], images, 1.0)
            before = shape
            if isinstance(layer, Head):
                # In the text the layer before it is the one that a head brings along.
                _like(entry, "num_inputs", math.prod(shape))
                layer = _head(entry, layer, row)
                shape = (layer.units,)
            else:
                shape = through([layer], shape)
            for key, size in zip(("out_sy", "out_sx", "out_depth"), _image(shape), strict=True):
                _like(entry, key, size)
            if isinstance(layer, Dense):
                _like(entry, "num_inputs", math.prod(before))
                weights += _filters(entry, layer.units, (1, 1, math.prod(before)))
            elif isinstance(layer, Conv):
                _like(entry, "in_depth", before[-1])
                weights += _filters(entry, layer.filters, (*layer.size, before[-1]))
        row.append(layer)
    net = Network(row, dtype=dtype)
    with np.errstate(all="ignore"):
        net.weights = np.concatenate(weights)
    if not np.isfinite(net.weights).all():
        raise ValueError(f"{owner}: some weights are too large for {dtype}; use dtype='float64'")
    return net


def _refuse(constant: str) -> None:
    raise ValueError(f"it holds {constant}, where a number should be")


def _like(entry: Entry, key: str, size: int) -> None:
    """Checks that what an entry says of itself is what follows from the layers before it."""
    if entry.whole(key) != size:
        raise ValueError(
            f"{entry.owner}: {key} is {entry.given[key]!r}, but {size} follows from the layers "
            f"before it and its filters; the text was damaged"
        )


def _image(shape: Shape) -> tuple[int, int, int]:
    """What ConvNetJS calls this shape, as (height, width, depth)."""
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (1, 1, shape[0])


def _head(entry: Entry, head: Head, row: list[Layer]) -> Head:
    """The head with its Dense layer, which is taken off the row, and any activation between."""
    names = {kind: name for name, kind in ACTIVATIONS.items()}
    activation = names.get(type(row[-1])) if row else None
    dense = row[-2 if activation else -1 :]
    if not dense or not isinstance(dense[0], Dense):
        raise ValueError(
            f"{entry.owner}: it must stand behind an fc layer, as where ConvNetJS puts it"
        )
    del row[-len(dense) :]
    return type(head)(**dense[0].settings() | {"activation": activation})


def _filters(entry: Entry, units: int, shape: Shape) -> list[np.ndarray]:
    """The weights of so many filters of this shape, one after the other, and the biases."""
    _, filters = entry.get("filters")
    if not isinstance(filters, list) or len(filters) != units:
        raise ValueError(f"{entry.owner}: filters must be a list of {units}, its out_depth")
    found = [_vol(f"{entry.owner}: filters[{i}]", vol, shape) for i, vol in enumerate(filters)]
    return [*found, _vol(f"{entry.owner}: biases", entry.get("biases")[1], (1, 1, units))]


def _vol(owner: str, given: Any, shape: Shape) -> np.ndarray:
    """The numbers of a volume (height, width, depth), flat, last axis fastest."""
    sizes = [given.get(key) for key in ("sy", "sx", "depth")] if isinstance(given, dict) else None
    if sizes != list(shape):
        raise ValueError(
            f"{owner} must hold sy, sx and depth of {list(shape)}, got {sizes}; "
            f"the text was damaged"
        )
    w = given.get("w")
    if isinstance(w, dict):
        w = [w.get(str(i)) for i in range(len(w))]
    n = math.prod(shape)
    if not isinstance(w, list) or len(w) != n or {type(v) for v in w} - {int, float}:
        raise ValueError(f"{owner}.w must hold {n} numbers; the text was damaged")
    try:
        found = np.array(w, np.float64)
    except OverflowError:
        found = np.array([np.inf])
    if not np.isfinite(found).all():
        raise ValueError(f"{owner}.w holds a number beyond all floats; the text was damaged")
    return found


def dumps(net: Network) -> str:
    """JSON text that ConvNetJS's `net.fromJSON(JSON.parse(text))` takes, with the same outputs.

    Dropout needs care, because in a prediction ConvNetJS multiplies by drop_prob instead of
    1 - drop_prob. Half of the units dropped is the same to both, and is written. Otherwise the
    layer is left out, and the factor that it has in predictions (1 if it is inverted) goes into
    the weights behind it. Flatten is left out, too, since nothing there needs it. Raises
    ValueError for a layer that ConvNetJS has not, and for weights that are no finite numbers.
    """
    if not np.isfinite(net.weights).all():
        raise ValueError(
            "convnetjs.dumps: some weights are NaN or infinite; reset() the network and train it "
            "with a lower learning rate"
        )
    found = []
    shape: tuple[int, int, int] = (1, 1, 1)  # of what comes in, as ConvNetJS sees it
    factor = 1.0
    for i, layer in enumerate(net.layers):
        owner = f"convnetjs.dumps: layers[{i}] {layer!r}"
        if isinstance(layer, Dropout) and (layer.inverted or layer.drop_prob != 0.5):
            factor *= 1.0 if layer.inverted else 1 - layer.drop_prob
        elif not isinstance(layer, Flatten):
            if factor != 1 and not isinstance(layer, SCALES):
                raise ValueError(
                    f"{owner}: it stands behind a Dropout whose factor must reach the next "
                    f"weights; use Dropout(..., inverted=True) or drop_prob=0.5"
                )
            entry = _entry(owner, layer, shape, factor)
            shape = (entry["out_sy"], entry["out_sx"], entry["out_depth"])
            factor = 1.0 if layer.params() else factor
            found.append(entry)
    return json.dumps({"layers": found}, allow_nan=False)


#: layers that a positive factor passes, or that take it into their weights
SCALES = (Dense, Conv, Pool, Maxout, ELEMENTWISE["relu"], Dropout)


def _entry(owner: str, layer: Layer, shape: tuple[int, int, int], factor: float) -> dict[str, Any]:
    """What ConvNetJS writes for a layer that gets this shape, its weights times `factor`."""
    out, own = shape, {}
    name = NAMES.get(type(layer), type(layer).__name__.lower())
    if isinstance(layer, Input) and len(layer.shape) in (1, 3):
        out = _image(layer.shape)
    elif isinstance(layer, Dense):
        name, out = "fc", (1, 1, layer.units)
        own = {"num_inputs": math.prod(shape)} | _weights(layer, (1, 1, math.prod(shape)), factor)
    elif isinstance(layer, Conv):
        out = _image(layer.output_shape)
        own = _window_of(owner, layer, shape) | _weights(layer, (*layer.size, shape[2]), factor)
    elif isinstance(layer, Pool) and layer.kind == "max":
        out = _image(layer.output_shape)
        own = _window_of(owner, layer, shape)
    elif isinstance(layer, Maxout | LocalResponseNorm) and layer.input_shape[-1] == shape[2]:
        out = (*shape[:2], layer.output_shape[-1])
        own = {"group_size": layer.group} if isinstance(layer, Maxout) else layer.settings()
        name = "maxout" if isinstance(layer, Maxout) else "lrn"
    elif isinstance(layer, Dropout):
        own = {"drop_prob": layer.drop_prob}
    elif isinstance(layer, Head):
        own = {"num_inputs": layer.units}
    elif type(layer) not in NAMES:
        raise ValueError(
            f"{owner}: ConvNetJS has no such layer, or not for this input; it has Input of one or "
            f"three sizes, Dense, Conv, Pool (max), Relu, Sigmoid, Tanh, Dropout, Maxout and "
            f"LocalResponseNorm (not behind Flatten), Softmax, SVM and Regression"
        )
    size = {"out_sx": out[1], "out_sy": out[0], "out_depth": out[2]}
    return {"layer_type": name} | size | own


def _window_of(owner: str, layer: Conv | Pool, shape: Shape) -> dict[str, Any]:
    stride = layer.stride or layer.size
    if stride[0] != stride[1] or layer.pad[0] != layer.pad[1]:
        raise ValueError(
            f"{owner}: ConvNetJS has one stride and one pad for both directions; use equal ones"
        )
    size = {"sx": layer.size[1], "sy": layer.size[0]}
    return size | {"stride": stride[0], "pad": layer.pad[0], "in_depth": shape[2]}


def _weights(layer: Dense | Conv, shape: Shape, factor: float) -> dict[str, Any]:
    def vol(w: np.ndarray, shape: Shape) -> dict[str, Any]:
        sy, sx, depth = shape
        return {"sx": sx, "sy": sy, "depth": depth, "w": w.ravel().tolist()}

    return {
        "l1_decay_mul": layer.l1_decay_mul,
        "l2_decay_mul": layer.l2_decay_mul,
        "filters": [vol(w, shape) for w in layer.w.astype(np.float64) * factor],
        "biases": vol(layer.b, (1, 1, len(layer.b))),
    }
