"""A network: layers in a row, from the input to a head, and one flat vector of weights.

    net = Network([L.Input(2), L.Dense(6, activation="tanh"), L.Softmax(2)], seed=1)
    net.predict(x)                              # (N, 2)
    loss, gradient = net.loss_and_gradient(x, y)

All weights live in one array and the layers look into it, so a snapshot, a step of a trainer or
a gradient check is one line on one array.
"""

from __future__ import annotations

import copy
import math
import os
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from pyml import randomness, saving
from pyml.layer import Layer, Param, whole
from pyml.layers import Head, Input, expand
from pyml.ops import Ops, best


class Network:
    """Layers from `Input` to a head (`Softmax`, `SVM`, `Regression`).

    `layers` are copied, so the same list makes many networks. `seed` decides the start weights,
    and what Dropout drops: the same seed and layers give the same weights, in float32 (the
    default) the rounded ones of float64. `ops` is the backend, NumPy unless given. Raises
    ValueError for layers that do not fit together.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        seed: int = 0,
        dtype: Any = "float32",
        ops: Ops | None = None,
    ) -> None:
        try:
            self.dtype = np.dtype(object if dtype is None else dtype)
        except TypeError:
            self.dtype = np.dtype(object)
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"Network: dtype must be float32 or float64, got {dtype!r}")
        self.seed = whole("Network", "seed", seed, least=0)
        if ops is not None and not isinstance(ops, Ops):
            raise TypeError(f"Network: ops must be a backend like pyml.ops.Ops(), got {ops!r}")
        if not isinstance(layers, Sequence):
            raise TypeError(f"Network: it takes a list of layers, got {layers!r}")
        self.given = [copy.copy(layer) for layer in layers]
        self.layers = build(self.given)
        head = self.layers[-1]
        assert isinstance(head, Head)
        self.head: Head = head

        size = count(self.layers)
        self._weights = np.zeros(size, self.dtype)
        self._gradient = np.zeros(size, self.dtype)
        #: how strongly the decays pull on each weight, (P,); zero for the biases
        self.l1_mask, self.l2_mask = np.zeros((2, size), self.dtype)
        self._rng = np.random.default_rng()
        start = 0
        for layer in self.layers:
            layer.rng = self._rng
            layer.needs_dx = start > 0  # nobody asks how the loss depends on the data
            for name, param in layer.params().items():
                stop = start + math.prod(param.shape)
                setattr(layer, name, self._weights[start:stop].reshape(param.shape))
                setattr(layer, "d" + name, self._gradient[start:stop].reshape(param.shape))
                self.l1_mask[start:stop] = param.l1
                self.l2_mask[start:stop] = param.l2
                start = stop
        self.ops = ops or best()
        self.reset()

    @property
    def ops(self) -> Ops:
        """The backend; another one may be set at any time."""
        return self._ops

    @ops.setter
    def ops(self, ops: Ops) -> None:
        self._ops = ops
        for layer in self.layers:
            layer.ops = ops
        *self._body, last = ops.arrange(self.layers[1:])
        assert isinstance(last, Head)
        self._last: Head = last
        #: the first layer that has weights; the way back ends there
        self._first = next(i for i, layer in enumerate(self._body) if layer.params())
        #: what the backend has for the network as a whole, if it has
        self.whole = ops.whole(self)

    def reset(self) -> None:
        """Back to the start weights: always the same ones for the same seed."""
        rng = np.random.default_rng(self.seed)
        start = 0
        for layer in self.layers:
            for param in layer.params().values():
                stop = start + math.prod(param.shape)
                drawn = param.start(rng, param.shape) if callable(param.start) else param.start
                self._weights[start:stop] = np.ravel(drawn)
                start = stop
        self._rng.bit_generator.state = rng.bit_generator.state

    @property
    def noise(self) -> str:
        """Where the random numbers of Dropout are, as text; settable, to continue from there."""
        return randomness.position(self._rng)

    @noise.setter
    def noise(self, text: str) -> None:
        randomness.move(self._rng, text)

    @property
    def weights(self) -> np.ndarray:
        """All weights and biases as one flat array (P,), a view: what you change in it counts."""
        return self._weights

    @weights.setter
    def weights(self, value: Any) -> None:
        value = np.asarray(value, self.dtype)
        if value.shape != self._weights.shape:
            raise ValueError(
                f"Network.weights: it takes {self._weights.shape}, got shape {value.shape}; "
                f"only weights of a network with the same layers fit"
            )
        self._weights[...] = value

    def predict(self, x: Any) -> np.ndarray:
        """The head's answer (N, K) to x (N, *input): probabilities, or numbers of Regression."""
        x = self.checked(x)
        if self.whole is not None:
            return self.whole.predict(x)
        with np.errstate(under="ignore"):
            for layer in self._body:
                x, _ = layer.forward(x, False)
            return self._last.output(x)

    def classify(self, x: Any) -> np.ndarray:
        """The most probable class (N,) for x (N, *input); ValueError if there are no classes."""
        return self._last.classify(self.predict(x))

    def activations(self, x: Any) -> list[np.ndarray]:
        """What each of `layers` gives for x (N, *input), in their order, each (N, *output)."""
        x = self.checked(x)
        found = [x]
        with np.errstate(under="ignore"):
            for layer in self.layers[1:-1]:
                x, _ = layer.forward(x, False)
                found.append(x)
            return [*found, self._last.output(x)]

    def loss(self, x: Any, y: Any) -> float:
        """The mean loss over x (N, *input) with targets y, of the network as it predicts.

        Unlike `loss_and_gradient` it changes nothing: Dropout drops nothing, and BatchNorm uses
        its running values. Raises ValueError or TypeError for what does not fit.
        """
        x = self.checked(x)
        with np.errstate(under="ignore"):
            for layer in self._body:
                x, _ = layer.forward(x, False)
            return float(self._last.loss(x, y)[0])

    def loss_and_gradient(self, x: Any, y: Any) -> tuple[float, np.ndarray]:
        """The mean loss over the examples x (N, *input) with targets y, and its gradient (P,).

        Targets are labels (N,) for Softmax and SVM, numbers (N, units) for Regression. The
        gradient is a copy, in the order of `weights`; it is NaN if the loss is no finite number.
        Dropout and BatchNorm do here what they do in training. Raises ValueError or TypeError
        for shapes, labels or types that do not fit.
        """
        x = self.checked(x)
        if self.whole is not None:
            return self.whole.loss_and_gradient(x, y)
        # Underflow is a derivative that is zero for every purpose; nobody should hear of it.
        with np.errstate(under="ignore"):
            way_back = []
            for layer in self._body:
                x, backward = layer.forward(x, True)
                way_back.append(backward)
            loss, dx = self._last.loss(x, y)
            if not math.isfinite(loss):  # then nothing has a slope
                return loss, np.full_like(self._gradient, np.nan)
            for backward in reversed(way_back[self._first :]):
                dx = backward(dx)
        return loss, self._gradient.copy()

    def checked(self, given: Any) -> np.ndarray:
        """`given` as an array (N, *input) of the network's dtype; ValueError if it is none."""
        try:
            x: np.ndarray = np.asarray(given)
        except (TypeError, ValueError) as error:
            raise ValueError(f"Network: x is not an array of numbers: {error}") from None
        if x.dtype.kind not in "fiub":
            raise ValueError(
                f"Network: x is not an array of real numbers, but of {x.dtype}; make it one, for "
                f"example by np.array(x, float)"
            )
        x = x.astype(self.dtype, copy=False)
        if x.shape[1:] != self.layers[0].output_shape or not len(x):
            takes = ", ".join(map(str, self.layers[0].output_shape))
            raise ValueError(
                f"Network: x has shape {x.shape}, but {self.layers[0]} takes (N, {takes}) with N "
                f"of at least 1; a single example is x[None]"
            )
        return x

    def __reduce__(self) -> tuple[Any, ...]:
        # Copies are built anew: arrays copied one by one would no longer be views of `weights`.
        made = (self.given, self.seed, self.dtype.name, self.ops)
        return type(self), made, (self._weights.copy(), self.noise)

    def __setstate__(self, state: tuple[np.ndarray, str]) -> None:
        self.weights, self.noise = state

    def to_json(self) -> str:
        """The whole network as JSON text: layers, seed, dtype and weights. See `from_json`."""
        return saving.to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The network that `to_json` wrote. Raises ValueError for anything else."""
        return saving.from_json(cls, text)

    def save(self, path: str | os.PathLike[str], half: bool = False) -> None:
        """Writes the network to an npz file: `weights` (P,) and `spec`, the layers as JSON text.

        With `half` the weights are rounded to float16, three digits of each in half the space;
        ValueError if one is beyond 65504. `load` gives the network's own dtype back.
        The file is whole or not there: it is written beside `path` and moved into place. To keep
        a trainer's state along with its network, use `Trainer.save`.
        """
        found = saving.parts(self)
        saving.write(path, saving.halved(found) if half else found)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """The network that `save` wrote, never reading a pickle. ValueError for other files."""
        return saving.network(
            cls, f"Network.load: {os.fspath(path)}", saving.read("Network.load", path)
        )

    def __repr__(self) -> str:
        sizes = "-".join(
            "x".join(map(str, layer.output_shape))
            for layer in self.layers
            if isinstance(layer, Input) or layer.params()
        )
        rows = [("", "layer", "output", "weights")]
        for i, layer in enumerate(self.layers):
            shape = " x ".join(map(str, layer.output_shape))
            rows.append((str(i), repr(layer), shape, str(count([layer]) or "")))
        wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            f"{i:>{wide[0]}}  {name:<{wide[1]}}  {shape:<{wide[2]}}  {n:>{wide[3]}}"
            for i, name, shape, n in rows
        ]
        head = f"Network {sizes}, {self._weights.size} weights, {self.dtype}, seed {self.seed}"
        return "\n".join([head, *(line.rstrip() for line in lines)])


def build(layers: Sequence[Layer]) -> list[Layer]:
    """Expands the layers, checks that they form a network, and tells each its shapes."""
    for layer in layers:
        if not isinstance(layer, Layer):
            raise TypeError(f"Network: {layer!r} is not a layer; write for example layers.Dense(6)")
    if not layers or not isinstance(layers[0], Input):
        first = repr(layers[0]) if layers else "nothing"
        raise ValueError(f"Network: it starts with {first}; the first layer must be Input(...)")
    if not isinstance(layers[-1], Head):
        raise ValueError(
            f"Network: it ends with {layers[-1]!r}; the last layer must be a head, "
            f"Softmax(classes), SVM(classes) or Regression(numbers)"
        )
    for layer in layers[1:-1]:
        if isinstance(layer, Input | Head):
            raise ValueError(
                f"Network: {layer!r} stands in the middle; Input is only the first layer, "
                f"a head only the last"
            )
    run = expand(layers)
    shape: tuple[int, ...] = ()
    for layer in run:
        layer.input_shape = shape
        layer.output_shape = shape = layer.build(shape)
    return run


def count(layers: Sequence[Layer]) -> int:
    """How many weights and biases the layers have."""
    params: list[Param] = [param for layer in layers for param in layer.params().values()]
    return sum(math.prod(param.shape) for param in params)
