"""A network as an ONNX file, which other programs run: onnxruntime, browsers, phones.

ONNX is a protobuf message: a graph of operators with their weights. The few kinds of fields that it
needs are written here by hand. (github.com/onnx/onnx, docs/IR.md, docs/Operators.md.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyml.layer import Layer
from pyml.layers import (
    SVM,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    LeakyRelu,
    LocalResponseNorm,
    Maxout,
    Pool,
    Regression,
    Relu,
    Sigmoid,
    Softmax,
    Tanh,
)
from pyml.network import Network

IR_VERSION, OPSET = 8, 17
#: TensorProto.DataType
FLOAT, INT64 = 1, 7
#: AttributeProto: kind of value, (number of its field, AttributeType)
ATTRIBUTES = {float: (2, 1), int: (3, 2), tuple: (8, 7)}


def dumps(net: Network) -> bytes:
    """The network, as it predicts, as the bytes of an ONNX model (opset 17), in float32.

    Its input "x" is (N, *input) float32, images (N, height, width, channels) as pyml has them; its
    output "p" (N, K) is what `net.predict(x)` gives. ValueError, naming the layer, for a layer that
    has no translation, such as one of your own, or an input that is neither numbers nor an image.
    """
    graph = Graph(net)
    for i, layer in enumerate(net.layers[1:], 1):
        write = KINDS.get(type(layer))
        if write is None:
            known = ", ".join(kind.__name__ for kind in KINDS)
            raise ValueError(
                f"ONNX: layer {i}, {layer!r}, has no translation; those that have are {known}"
            )
        write(graph, layer)
    graph.node("Identity", output="p")
    return graph.message()


class Graph:
    """The graph as it is written, node after node; each takes what the one before it gives.

    Images are (N, C, H, W) on the way, as the operators want them.
    """

    def __init__(self, net: Network) -> None:
        self.shape = net.layers[0].output_shape
        if len(self.shape) not in (1, 3):
            raise ValueError(
                f"ONNX: {net.layers[0]!r} is neither a row of numbers nor an image; begin with "
                f"Input(numbers) or Input(height, width, channels)"
            )
        self.nodes, self.tensors = list[bytes](), list[bytes]()
        self.ends = value_info("x", (None, *self.shape)), value_info("p", (None, net.head.units))
        self.last = "x"
        self.image = len(self.shape) == 3
        if self.image:
            self.node("Transpose", perm=(0, 3, 1, 2))

    def node(self, kind: str, *tensors: np.ndarray, output: str = "", **attributes: Any) -> None:
        """Adds a node: an operator of the last output and these tensors."""
        given = [self.last]
        for tensor in tensors:
            given.append(f"w{len(self.tensors)}")
            self.tensors.append(tensor_proto(given[-1], tensor))
        self.last = output or f"y{len(self.nodes)}"
        parts = [text(1, name) for name in given] + [text(2, self.last), text(4, kind)]
        parts += [block(5, attribute(name, value)) for name, value in attributes.items()]
        self.nodes.append(b"".join(parts))

    def flat(self) -> None:
        """Makes an image a row of numbers, in the order that pyml has them."""
        if self.image:
            self.node("Transpose", perm=(0, 2, 3, 1))
            self.node("Flatten", axis=1)
            self.image = False

    def message(self) -> bytes:
        """The ModelProto of all."""
        graph = [block(1, node) for node in self.nodes]
        graph += [text(2, "pyml"), *(block(5, tensor) for tensor in self.tensors)]
        graph += [block(11, self.ends[0]), block(12, self.ends[1])]
        return b"".join(
            [
                whole(1, IR_VERSION),
                text(2, "pyml"),
                block(7, b"".join(graph)),
                block(8, text(1, "") + whole(2, OPSET)),
            ]
        )


def _conv(graph: Graph, layer: Any) -> None:
    window = {"kernel_shape": layer.size, "strides": layer.stride, "pads": layer.pad * 2}
    graph.node("Conv", layer.w.transpose(0, 3, 1, 2), layer.b, **window)


def _pool(graph: Graph, layer: Any) -> None:
    window = {"kernel_shape": layer.size, "strides": layer.stride or layer.size}
    window["pads"] = layer.pad * 2
    if layer.kind == "max":
        graph.node("MaxPool", **window)
    else:
        graph.node("AveragePool", count_include_pad=0, **window)


def _global(graph: Graph, layer: Any) -> None:
    graph.node("GlobalAveragePool")
    graph.node("Flatten", axis=1)
    graph.image = False


def _dense(graph: Graph, layer: Any) -> None:
    graph.flat()
    graph.node("Gemm", layer.w, layer.b, transB=1)


def _maxout(graph: Graph, layer: Any) -> None:
    *place, channels = layer.output_shape
    shape = np.array([0, channels, layer.group, *place])  # 0: as many examples as there are
    graph.node("Reshape", shape)
    graph.node("ReduceMax", axes=(2,), keepdims=0)


def _dropout(graph: Graph, layer: Any) -> None:
    if not layer.inverted:
        graph.node("Mul", np.array(1 - layer.drop_prob, np.float32))


def _batch_norm(graph: Graph, layer: Any) -> None:
    weights = (layer.gamma, layer.beta, layer.mean, layer.var)
    graph.node("BatchNormalization", *weights, epsilon=layer.eps)


def _response(graph: Graph, layer: Any) -> None:
    if not graph.image:  # the operator wants an image, if of one pixel
        graph.node("Reshape", np.array([0, *layer.input_shape, 1, 1]))
    settings = {"alpha": layer.alpha, "beta": layer.beta, "bias": layer.k}
    graph.node("LRN", size=layer.n, **settings)
    if not graph.image:
        graph.node("Flatten", axis=1)


#: layer: what writes its nodes
KINDS: dict[type[Layer], Callable[[Graph, Any], None]] = {
    Conv: _conv,
    Pool: _pool,
    GlobalAveragePool: _global,
    Flatten: lambda graph, layer: graph.flat(),
    Dense: _dense,
    Relu: lambda graph, layer: graph.node("Relu"),
    LeakyRelu: lambda graph, layer: graph.node("LeakyRelu", alpha=layer.slope),
    Tanh: lambda graph, layer: graph.node("Tanh"),
    Sigmoid: lambda graph, layer: graph.node("Sigmoid"),
    Maxout: _maxout,
    Dropout: _dropout,
    BatchNorm: _batch_norm,
    LocalResponseNorm: _response,
    Softmax: lambda graph, layer: graph.node("Softmax", axis=1),
    SVM: lambda graph, layer: None,
    Regression: lambda graph, layer: None,
}


def tensor_proto(name: str, values: np.ndarray) -> bytes:
    """A TensorProto: whole numbers as INT64, all others as FLOAT."""
    kind, dtype = (INT64, "<i8") if values.dtype.kind in "iu" else (FLOAT, "<f4")
    raw = np.ascontiguousarray(values, dtype).tobytes()
    dims = b"".join(whole(1, size) for size in values.shape)
    return dims + whole(2, kind) + text(8, name) + block(9, raw)


def attribute(name: str, value: Any) -> bytes:
    """An AttributeProto of a float, a whole number or a tuple of whole numbers."""
    number, kind = ATTRIBUTES[type(value)]
    if isinstance(value, float):
        field = varint(number << 3 | 5) + np.array(value, "<f4").tobytes()
    else:
        field = b"".join(whole(number, n) for n in (value if number == 8 else [value]))
    return text(1, name) + field + whole(20, kind)


def value_info(name: str, shape: tuple[int | None, ...]) -> bytes:
    """A ValueInfoProto of floats; a size that is None is as large as it comes, and called N."""
    dims = [text(2, "N") if size is None else whole(1, size) for size in shape]
    tensor = whole(1, FLOAT) + block(2, b"".join(block(1, dim) for dim in dims))
    return text(1, name) + block(2, block(1, tensor))


def varint(value: int) -> bytes:
    """A whole number from 0, seven bits to a byte, the lowest first; bit 7 says that more come."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def whole(number: int, value: int) -> bytes:
    """Field `number` of a message: a whole number."""
    return varint(number << 3) + varint(value)


def block(number: int, data: bytes) -> bytes:
    """Field `number` of a message: bytes, or a message."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def text(number: int, value: str) -> bytes:
    """Field `number` of a message: text."""
    return block(number, value.encode())
