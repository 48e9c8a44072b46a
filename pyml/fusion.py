"""What the compiled backend puts in the place of layers: a run of them in one call, or all of them.

A convolution, its rectifier and its pool are one layer here, since the images between them never
need to be written down. A network of nothing but such layers and a few dense ones is one call, for
prediction or a gradient; a small one of dense layers also for a whole slice of training.
`Kernels(..., fuse=False)` does without, layer by layer.
"""

# ruff: noqa: D102 (Layer and Head describe what they override)
from __future__ import annotations

import ctypes
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from pyml.layer import Backward, Layer, Param
from pyml.layers.dense import Dense
from pyml.layers.elementwise import LeakyRelu, Relu, Sigmoid, Tanh
from pyml.layers.images import Conv, Flatten, Pool
from pyml.losses import SVM, Head, Regression, Softmax
from pyml.native import (
    METHODS,
    MOST_NUMBERS,
    accumulators,
    address,
    convolution_shape,
    own,
    ready,
    same,
    settings_of,
    unbias,
)
from pyml.ops import Whole, in_order

if TYPE_CHECKING:
    from pyml.kernels import Kernels
    from pyml.network import Network
    from pyml.trainers import Trainer

#: heads and activations by their numbers in kernels_nets.c
HEADS: dict[type[Head], int] = {Softmax: 0, SVM: 1, Regression: 2}
ACTIVATIONS: dict[type[Layer] | None, int] = {None: 0, Tanh: 1, Sigmoid: 2, Relu: 3}
#: dense layers and weights that a network may have to be trained as a whole
MOST_LAYERS = 8
MOST_WEIGHTS = 4096
#: weights of dense layers behind convolutions with which a network is still taken as a whole
MOST_DENSE = 1 << 14
#: the numbers of a `Stage` in kernels_chains.c: those of its convolution and two more
STAGE = 15
#: the classes that are replaced, not their subclasses: those may do something else
ELEMENTWISE: dict[type[Layer], str] = {
    Relu: "relu",
    LeakyRelu: "leaky",
    Tanh: "tanh",
    Sigmoid: "sigmoid",
}


def arrange(ops: Kernels, layers: list[Layer]) -> list[Layer]:
    """The layers with faster ones in their place, where there are some."""
    if any(param_dtype(layer) == np.float64 for layer in layers):
        return layers
    run: list[Layer] = []
    rest = list(layers)
    while rest:
        layer, *after = rest
        kinds = [type(one) for one in rest[:3]]
        if ops.fuse and kinds[:2] == [Conv, Relu]:
            pooled = kinds[2:] == [Pool] and halves(after[1])
            run.append(ConvRelu(ops, layer, pooled))
            rest = rest[3 if pooled else 2 :]
            continue
        if kinds[0] in ELEMENTWISE:
            layer = Elementwise(ops, layer, ELEMENTWISE[kinds[0]])
        elif kinds[0] is Softmax:
            layer = FastSoftmax(ops, layer)
        run.append(layer)
        rest = after
    return run


def param_dtype(layer: Layer) -> Any:
    """The type of the layer's weights, None if it has none."""
    return getattr(getattr(layer, "w", None), "dtype", None)


def halves(pool: Layer) -> bool:
    """Whether the pool takes the largest of 2 x 2 cells side by side."""
    assert isinstance(pool, Pool)
    plain = pool.kind == "max" and pool.pad == (0, 0)
    return plain and pool.size == (2, 2) and (pool.stride or pool.size) == (2, 2)


class ConvRelu(Layer):
    """A convolution and its rectifier, and the pool behind it if `pooled`."""

    def __init__(self, ops: Kernels, conv: Layer, pooled: bool) -> None:
        assert isinstance(conv, Conv)
        self.kernels, self.conv, self.pooled = ops, conv, pooled

    def params(self) -> dict[str, Param]:
        return self.conv.params()

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        conv = self.conv
        settings = conv.w, conv.b, conv.stride, conv.pad
        y, back = self.kernels.convolution(x, *settings, rectify=True, pool=self.pooled)
        return y, lambda dy: back(dy, conv.dw, conv.db, conv.needs_dx)


class Elementwise(Layer):
    """An activation, forward and backward in C."""

    def __init__(self, ops: Kernels, layer: Layer, name: str) -> None:
        self.kernels, self.name = ops, name
        self.more = [layer.slope] if isinstance(layer, LeakyRelu) else []

    def forward(self, x: np.ndarray, train: bool) -> tuple[np.ndarray, Backward]:
        call, name = self.kernels.elementwise, self.name
        y = call(f"{name}_forward", x, None, *self.more)
        return y, lambda dy: call(f"{name}_backward", dy, y, *self.more)


class FastSoftmax(Softmax):
    """Softmax and its loss in C."""

    def __init__(self, ops: Kernels, head: Layer) -> None:
        assert isinstance(head, Softmax)
        super().__init__(head.units)
        self.kernels = ops

    def output(self, z: np.ndarray) -> np.ndarray:
        z = same(z, (len(z), self.units))
        p, call = np.empty(z.shape, np.float32), self.kernels.call
        memory = self.kernels.scratch(call["head_scratch"](self.units))
        call["softmax_output"](*z.shape, address(z), address(p), address(memory))
        return p

    def judge(self, z: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
        z, y = same(z, (len(z), self.units)), self.targets(y, z).astype(np.int32)
        d, call = np.empty(z.shape, np.float32), self.kernels.call
        memory = self.kernels.scratch(call["head_scratch"](self.units))
        at = address(z), address(y), address(d), address(memory)
        return call["head_loss"](HEADS[Softmax], *z.shape, *at), d


def whole(ops: Kernels, net: Network) -> Whole | None:
    """The network as one, if it is float32 and one of the two kinds of which that can be."""
    if type(net.head) not in HEADS or net.dtype != np.float32:
        return None
    return small_net(ops, net) or chain(ops, net)


def small_net(ops: Kernels, net: Network) -> SmallNet | None:
    """The network as one, if it is a small one of dense layers."""
    layers, activations, sizes = net.layers[1:-1], list[int](), [net.layers[0].output_shape]
    for layer, after in zip(layers, [*layers[1:], net.layers[-1]], strict=True):
        if type(layer) is Dense:
            kind = type(after) if type(after) in ACTIVATIONS else None
            activations.append(ACTIVATIONS[kind])
            sizes.append(layer.output_shape)
        elif type(layer) not in ACTIVATIONS:
            return None
    # As many layers as dense ones and their activations: none stands by itself.
    alone = len(layers) != len(activations) + sum(a != 0 for a in activations)
    small = len(activations) <= MOST_LAYERS and net.weights.size <= MOST_WEIGHTS
    if alone or not small or any(len(size) != 1 for size in sizes):
        return None
    spec = np.zeros(2 + MOST_LAYERS + 1 + MOST_LAYERS, np.int32)
    spec[:2] = len(activations), HEADS[type(net.head)]
    spec[2 : 2 + len(sizes)] = [size[0] for size in sizes]
    spec[3 + MOST_LAYERS : 3 + MOST_LAYERS + len(activations)] = activations
    return SmallNet(ops, net, spec)


def chain(ops: Kernels, net: Network) -> WholeNet | None:
    """The network as one, if it is convolutions with their pools and a few small dense layers."""
    stages, numbers, dense = list[list[int]](), 0, 0
    for layer in arrange(ops, net.layers[1:-1]):
        conv, rectify, pool = layer, False, False
        if isinstance(layer, ConvRelu):
            conv, rectify, pool = layer.conv, True, layer.pooled
        if type(conv) is Conv:
            image, filters = conv.input_shape, (conv.filters, *conv.size, *conv.stride, *conv.pad)
        elif type(layer) is Dense and stages:  # a convolution of one pixel
            image = (1, 1, math.prod(layer.input_shape))
            filters = (layer.units, 1, 1, 1, 1, 0, 0)
            dense += layer.w.size
        elif isinstance(layer, Elementwise) and layer.name == "relu" and stages:
            stages[-1][-2] = True
            continue
        elif type(layer) is Flatten:
            continue
        else:
            return None
        try:
            shape = convolution_shape(1, *image, *filters)
        except ValueError:  # too large: whoever uses the layer is told
            return None
        numbers += shape.size
        stages.append([*shape.numbers, rectify, pool])
    if not 0 < len(stages) <= MOST_LAYERS or numbers > MOST_NUMBERS or dense > MOST_DENSE:
        return None
    spec = np.zeros(2 + MOST_LAYERS * STAGE, np.int32)
    spec[:2] = len(stages), HEADS[type(net.head)]
    spec[2 : 2 + len(stages) * STAGE] = np.ravel(stages)
    return WholeNet(ops, net, spec)


class WholeNet:
    """A network that is predicted, and gives its gradient, in one call.

    `kind` is how its functions in C are called, `spec` the structure that they take, int32.
    """

    kind = "chain"

    def __init__(self, ops: Kernels, net: Network, spec: np.ndarray) -> None:
        self.kernels = ops
        self.net = net
        self.head: Head = net.head
        self._spec = spec
        self.address = address(spec)
        self._size = ops.call[f"{self.kind}_scratch"](self.address)

    def predict(self, x: np.ndarray) -> np.ndarray:
        x, net = ready(self.net.checked(x)), self.net
        p = np.empty((len(x), self.head.units), np.float32)
        at = address(x), address(net.weights), address(p)
        memory = self.kernels.scratch(self._size)
        self.kernels.call[f"{self.kind}_predict"](self.address, len(x), *at, address(memory))
        return p

    def loss_and_gradient(self, x: np.ndarray, y: Any) -> tuple[float, np.ndarray]:
        x, y = self._examples(x, y)
        gradient, memory = np.empty_like(self.net.weights), self.kernels.scratch(self._size)
        arrays = (x, y, self.net.weights, gradient, memory)
        at = self.address, len(x), *map(address, arrays)
        loss = self.kernels.call[f"{self.kind}_gradient"](*at)
        if not np.isfinite(loss):
            gradient.fill(np.nan)
        return loss, gradient

    def run(
        self, trainer: Trainer, x: np.ndarray, y: Any, order: np.ndarray, size: int
    ) -> np.ndarray:
        return np.zeros(0)  # step by step

    def _examples(self, x: np.ndarray, given: Any) -> tuple[np.ndarray, np.ndarray]:
        """The examples and their targets, checked, as C wants them."""
        x = ready(self.net.checked(x))
        y = self.head.targets(given, np.empty((len(x), self.head.units), np.float32))
        return x, ready(y) if isinstance(self.head, Regression) else y.astype(np.int32)


class SmallNet(WholeNet):
    """A small network of dense layers, which is also trained for many batches in one call."""

    kind = "net"

    def run(
        self, trainer: Trainer, x: np.ndarray, y: Any, order: np.ndarray, size: int
    ) -> np.ndarray:
        method = METHODS.get(type(trainer.rule))
        if method is None or trainer.net is not self.net:
            return np.zeros(0)
        x, y = self._examples(x, y)
        order = in_order(order, size, len(x)).astype(np.int32)
        steps = trainer.steps + np.arange(-(-len(order) // size))
        rates = np.full(len(steps), trainer.learning_rate, np.float32)
        if trainer.schedule is not None:
            rates *= [trainer.schedule(int(step)) for step in steps]
        with np.errstate(under="ignore"):
            unbiases = np.zeros((len(steps), 2), np.float32)
            unbiases[:, 0], unbiases[:, 1] = unbias(trainer, steps)
        losses = np.empty(len(steps), np.float32)
        net, settings, shape = self.net, settings_of(trainer), self.net.weights.shape
        masks = same(net.l1_mask, shape), same(net.l2_mask, shape)
        arrays = (x, y, own(net.weights, shape), *accumulators(trainer), *masks)
        memory = self.kernels.scratch(self._size)
        done = self.kernels.call["net_train"](
            self.address,
            method,
            address(order),
            len(order),
            min(size, max(1, len(order))),
            *map(address, arrays),
            ctypes.addressof(settings),
            *map(address, (rates, unbiases, losses, memory)),
        )
        trainer.steps += done
        return losses[:done].astype(np.float64)
