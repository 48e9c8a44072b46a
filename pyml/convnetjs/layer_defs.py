"""Networks from ConvNetJS's layer_defs: a list of dicts, one for each layer, with its options."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pyml import layer as checks
from pyml.layer import Layer, Shape
from pyml.layers import (
    SVM,
    Conv,
    Dense,
    Dropout,
    Input,
    LocalResponseNorm,
    Maxout,
    Pool,
    Regression,
    Relu,
    Sigmoid,
    Softmax,
    Tanh,
    expand,
)
from pyml.network import Network

WEIGHTS = ("bias_pref", "l1_decay_mul", "l2_decay_mul")
#: type: its options
OPTIONS: dict[str, tuple[str, ...]] = {
    "input": ("out_sx", "sx", "width", "out_sy", "sy", "height", "out_depth", "depth"),
    "fc": ("num_neurons", "filters", *WEIGHTS),
    "conv": ("filters", "sx", "sy", "stride", "pad", *WEIGHTS),
    "pool": ("sx", "sy", "stride", "pad"),
    "relu": (),
    "sigmoid": (),
    "tanh": (),
    "maxout": ("group_size",),
    "dropout": ("drop_prob",),
    "lrn": ("k", "n", "alpha", "beta"),
    "softmax": ("num_classes",),
    "svm": ("num_classes",),
    "regression": ("num_neurons",),
}
#: options that every layer but the heads has: what to put behind it
BEHIND = ("activation", "group_size", "drop_prob")
#: the option that says how many units a layer has
UNITS = {
    "fc": ("num_neurons", "filters"),
    "conv": ("filters",),
    "softmax": ("num_classes",),
    "svm": ("num_classes",),
    "regression": ("num_neurons",),
}
ELEMENTWISE: dict[str, type[Layer]] = {"relu": Relu, "sigmoid": Sigmoid, "tanh": Tanh}
HEADS = {"softmax": Softmax, "svm": SVM, "regression": Regression}
NO_DEFAULT: Any = object()


class Entry:
    """One entry of layer_defs, or one layer of a snapshot: what it says, and errors that name it.

    `key` is where the entry keeps its type. Raises ValueError for what has no known type.
    """

    def __init__(self, owner: str, given: Any, key: str = "type") -> None:
        if not isinstance(given, Mapping):
            raise ValueError(f"{owner}: it must be a dict with a {key!r}, got {given!r:.60}")
        kind = given.get(key)
        if not isinstance(kind, str) or kind not in OPTIONS:
            found = "is missing" if kind is None else f"{kind!r:.60} is unknown"
            raise ValueError(f"{owner}: {key} {found}; use one of {', '.join(OPTIONS)}")
        self.type, self.given, self.owner = kind, given, f"{owner} ({kind})"

    def get(self, *names: str, default: Any = NO_DEFAULT) -> tuple[str, Any]:
        """The name and the value of the option that goes by one of these names."""
        found = [name for name in names if name in self.given]
        if len(found) > 1:
            raise ValueError(f"{self.owner}: {' and '.join(found)} mean the same; give one of them")
        if not found and default is NO_DEFAULT:
            raise ValueError(f"{self.owner}: {names[0]} is missing; add it")
        return (found[0], self.given[found[0]]) if found else (names[0], default)

    def whole(self, *names: str, default: Any = NO_DEFAULT, least: int = 1) -> int:
        """The option as a whole number of at least `least`."""
        return checks.whole(self.owner, *self.get(*names, default=default), least)

    def number(
        self, name: str, default: Any = NO_DEFAULT, least: float = 0, below: float = math.inf
    ) -> float:
        """The option as a number from `least` up to but not including `below`."""
        return checks.number(self.owner, *self.get(name, default=default), least, below)


def layer_of(entry: Entry, units: Sequence[str], images: bool, l1_decay_mul: float) -> Layer:
    """The layer that an entry stands for, without what stands behind it.

    `units` are the names of the option that counts units, `images` says that an input of one
    pixel is an image, too, and `l1_decay_mul` is what holds unless the entry says otherwise.
    """
    kind = entry.type
    if kind == "input":
        h, w = (entry.whole(*AXES[axis], default=1) for axis in ("height", "width"))
        depth = entry.whole(*AXES["depth"])
        return Input(h, w, depth) if images or h * w > 1 else Input(depth)
    if kind in ELEMENTWISE:
        return ELEMENTWISE[kind]()
    if kind == "maxout":
        return Maxout(entry.whole("group_size", default=2))
    if kind == "dropout":
        # ConvNetJS does not rescale while training.
        return Dropout(entry.number("drop_prob", 0.5, below=1), inverted=False)
    if kind == "lrn":
        numbers = [entry.number(name) for name in ("k", "alpha", "beta")]
        return LocalResponseNorm(entry.whole("n"), *numbers)
    if kind in HEADS:
        return HEADS[kind](entry.whole(*units), l1_decay_mul=l1_decay_mul)
    if kind == "pool":
        return Pool(**_window(entry, stride=2))
    # Weights start as 1 / fan_in also before a rectifier: so does a layer with no `activation`.
    settings: dict[str, Any] = {
        "bias": entry.number("bias_pref", _bias(entry), least=-math.inf),
        "l1_decay_mul": entry.number("l1_decay_mul", l1_decay_mul),
        "l2_decay_mul": entry.number("l2_decay_mul", 1),
    }
    if kind == "fc":
        return Dense(entry.whole(*units), **settings)
    return Conv(entry.whole(*units), **_window(entry, stride=1), **settings)


AXES = {
    "width": ("out_sx", "sx", "width"),
    "height": ("out_sy", "sy", "height"),
    "depth": ("out_depth", "depth"),
}


def _bias(entry: Entry) -> float:
    return 0.1 if entry.given.get("activation") == "relu" else 0.0


def _window(entry: Entry, stride: int) -> dict[str, Any]:
    sx = entry.whole("sx")
    return {
        "size": (entry.whole("sy", default=sx), sx),
        "stride": entry.whole("stride", default=stride),
        "pad": entry.whole("pad", default=0, least=0),
    }


def _behind(entry: Entry) -> list[Layer]:
    """What `activation` and `drop_prob` put behind the layer."""
    row: list[Layer] = []
    _, name = entry.get("activation", default=None)
    if name == "maxout":
        row.append(Maxout(entry.whole("group_size", default=2)))
    elif isinstance(name, str) and name in ELEMENTWISE:
        row.append(ELEMENTWISE[name]())
    elif name is not None:
        known = ", ".join([*ELEMENTWISE, "maxout"])
        raise ValueError(f"{entry.owner}: unknown activation {name!r}; use one of {known}")
    if "drop_prob" in entry.given and entry.type != "dropout":
        row.append(Dropout(entry.number("drop_prob", below=1), inverted=False))
    return row


def network(
    layer_defs: Sequence[Mapping[str, Any]], seed: int = 0, dtype: str = "float32"
) -> Network:
    """The network that ConvNetJS's `makeLayers(layer_defs)` describes, as `Network`.

    Its conventions hold: weights start normal with variance 1 / fan_in, biases at 0, or 0.1
    before a rectifier that `activation` asks for; `l1_decay` reaches only layers that set
    `l1_decay_mul`; pools have stride 2. An image is (height, width, depth), which is (sy, sx,
    depth), and one of a single pixel is a plain vector (depth,) unless there are convolutions or
    pools. Raises ValueError, naming the entry, for an unknown type, an option that is unknown,
    missing or out of range, and layers that do not fit together.
    """
    entries = [Entry(f"layer_defs[{i}]", given) for i, given in enumerate(layer_defs)]
    images = has_images(entries)
    row: list[Layer] = []
    shape: Shape = ()
    for entry in entries:
        known = OPTIONS[entry.type] + (() if entry.type in HEADS else BEHIND)
        for option in entry.given:
            if option not in known and option != "type":
                these = ", ".join(dict.fromkeys(known))
                raise ValueError(f"{entry.owner}: unknown option {option!r}; use some of {these}")
        with named(entry):
            made = [layer_of(entry, UNITS.get(entry.type, ()), images, 0.0), *_behind(entry)]
            shape = through(made, shape)
        row += made
    return Network(row, seed=seed, dtype=dtype)


def has_images(entries: Sequence[Entry]) -> bool:
    """Whether some layer needs height and width; ValueError if the first is no input."""
    if entries and entries[0].type != "input":
        raise ValueError(f"{entries[0].owner}: the first layer must be of type input")
    return any(entry.type in ("conv", "pool") for entry in entries)


def through(made: Sequence[Layer], shape: Shape) -> Shape:
    """The shape behind these layers; ValueError if they do not take `shape`."""
    for layer in expand(made):
        layer.input_shape, shape = shape, layer.build(shape)
    return shape


@contextmanager
def named(entry: Entry) -> Iterator[None]:
    """Puts the entry's name before errors that do not bear it yet."""
    try:
        yield
    except ValueError as error:
        if str(error).startswith(entry.owner):
            raise
        raise ValueError(f"{entry.owner}: {error}") from None
