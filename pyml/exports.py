"""What a visitor can take away from a demo: its network as a program or a file, its curves.

Each function takes the network, with what else it needs, and returns text or bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from pyml.layer import Layer
from pyml.network import Network


class File(NamedTuple):
    """A file to save: its name, its media type and its bytes."""

    name: str
    mime: str
    data: bytes


#: kind: what a visitor reads, the file's ending and its media type
KINDS = {
    "python": ("Python with pyml", ".py", "text/x-python"),
    "numpy": ("Python with NumPy alone", "-numpy.py", "text/x-python"),
    "convnetjs": ("ConvNetJS (JSON)", ".json", "application/json"),
    "npz": ("pyml file (npz)", ".npz", "application/octet-stream"),
    "onnx": ("ONNX", ".onnx", "application/octet-stream"),
    "history": ("Curves (CSV)", "-curves.csv", "text/csv"),
    "data": ("Points (CSV)", "-points.csv", "text/csv"),
}

#: layer: the lines of plain NumPy that do what it does to x (N, ...); {i} is its number
FORWARD: dict[str, Callable[[int, Layer], str]] = {
    "Dense": lambda i, layer: f"x = x @ W{i}.T + B{i}",
    "Relu": lambda i, layer: "x = np.maximum(x, 0)",
    "LeakyRelu": lambda i, layer: f"x = np.where(x > 0, x, {layer.settings()['slope']} * x)",
    "Tanh": lambda i, layer: "x = np.tanh(x)",
    "Sigmoid": lambda i, layer: "x = 0.5 * np.tanh(0.5 * x) + 0.5",
    "Maxout": lambda i, layer: (
        f"x = x.reshape(len(x), -1, {layer.settings()['group']}).max(axis=2)"
    ),
    "Dropout": lambda i, layer: (
        "pass" if layer.settings()["inverted"] else f"x = x * {1 - layer.settings()['drop_prob']}"
    ),
    "Flatten": lambda i, layer: "x = x.reshape(len(x), -1)",
    "Softmax": lambda i, layer: (
        "x = np.exp(x - x.max(axis=1, keepdims=True))\n    x = x / x.sum(axis=1, keepdims=True)"
    ),
    "SVM": lambda i, layer: "pass",
    "Regression": lambda i, layer: "pass",
}


def python(net: Network, program: str, prepare: str, examples: np.ndarray) -> str:
    """A program that makes the network by pyml, gives it its weights, and predicts.

    `program` defines make_network and make_trainer, `prepare` are lines that make the network's
    inputs x of points, or "", and `examples` are points (N, D) to predict.
    """
    return (
        f'"""A network trained by pyml: `pip install pyml`, then run this file."""\n\n'
        f"import numpy as np\n\nfrom pyml import Network, Trainer, playground\n"
        f"from pyml import layers as L\n\n\n"
        f"{program}\n\n"
        f"net = make_network(seed={net.seed})\n"
        f"net.weights = {_array(net.weights)}\n\n\n"
        f'def predict(x):\n    """What the network says to points x (N, {examples.shape[1]})."""\n'
        f"    x = np.asarray(x, float)\n{_indented(prepare)}    return net.predict(x)\n\n\n"
        f'if __name__ == "__main__":\n'
        f"    points = {_array(examples)}\n"
        f"    for point, answer in zip(points, predict(points)):\n"
        f"        print(point, answer)\n"
        f"    # To go on training: trainer = make_trainer(net); trainer.step(x, y)\n"
    )


def numpy(net: Network, prepare: str, examples: np.ndarray) -> str:
    """The same with nothing but NumPy; ValueError for a layer that it has no line for."""
    weights, lines = [], []
    for i, layer in enumerate(net.layers[1:], 1):
        name = type(layer).__name__
        if name not in FORWARD:
            raise ValueError(
                f"Plain NumPy: {layer!r} has no short form; take the export with pyml instead"
            )
        if name == "Dense":
            weights += [f"W{i} = {_array(layer.w)}\n", f"B{i} = {_array(layer.b)}\n"]  # type: ignore[attr-defined]
        lines.append(f"    {FORWARD[name](i, layer)}  # {layer!r}\n")
    return (
        f'"""A network trained by pyml, in plain NumPy."""\n\nimport numpy as np\n\n'
        f"{''.join(weights)}\n\n"
        f'def predict(x):\n    """What the network says to points x (N, {examples.shape[1]})."""\n'
        f"    x = np.asarray(x, float)\n{_indented(prepare)}{''.join(lines)}    return x\n\n\n"
        f'if __name__ == "__main__":\n'
        f"    points = {_array(examples)}\n"
        f"    for point, answer in zip(points, predict(points)):\n"
        f"        print(point, answer)\n"
    )


def in_convnetjs(net: Network) -> str:
    """The network as ConvNetJS's `fromJSON` reads it; ValueError for layers it does not know."""
    from pyml import convnetjs  # only now: most visits go without

    return convnetjs.dumps(net)


def npz(net: Network) -> bytes:
    """The file that `Network.load` reads."""
    import tempfile  # only now: most visits go without
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "network.npz")
        net.save(path)
        return path.read_bytes()


def table(columns: dict[str, np.ndarray]) -> str:
    """Columns of equal length as CSV, names first; numbers short but exact in float32."""
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    lines = [",".join(columns), *(",".join(_short(value) for value in row) for row in rows)]
    return "\n".join(lines) + "\n"


def _short(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(np.float32(value))


def _array(values: np.ndarray) -> str:
    """An array as NumPy code that gives the same numbers, to the bit."""
    rows = ["[" + ", ".join(map(_exact, row)) + "]" for row in np.atleast_2d(values)]
    text = "[" + ",\n    ".join(rows) + "]" if values.ndim > 1 else rows[0]
    return f"np.array({text}, np.{values.dtype})"


def _exact(value: np.generic) -> str:
    # NumPy writes the shortest text that reads back as this very number.
    return str(value)


def _indented(lines: str) -> str:
    return "".join(f"    {line}\n" for line in lines.splitlines())
