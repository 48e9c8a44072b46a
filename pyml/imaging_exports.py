"""Programs that a visitor takes away from a demo of images: with pyml, or with NumPy alone.

Weights stand in them as text that gives the same numbers to the bit, and so does one image to try.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyml import exports
from pyml.layer import Layer
from pyml.network import Network

NUMBERS = '''def numbers(text, shape, kind="<f4"):
    """The array that was written as text."""
    return np.frombuffer(base64.b85decode(text), kind).reshape(shape).copy()
'''

#: name: a function of plain NumPy that layers need
HELPERS = {
    "windows": '''def windows(x, size, stride, pad, fill=0.0):
    """All windows of images x (N, H, W, C): (N, OH, OW, C, height, width)."""
    rims = ((0, 0), (pad[0], pad[0]), (pad[1], pad[1]), (0, 0))
    x = np.pad(x, rims, constant_values=fill)
    found = np.lib.stride_tricks.sliding_window_view(x, size, axis=(1, 2))
    return found[:, :: stride[0], :: stride[1]]
''',
    "around": '''def around(x, n):
    """The sum over the n channels around each channel."""
    rims = [(0, 0)] * (x.ndim - 1) + [(n // 2, n // 2)]
    view = np.lib.stride_tricks.sliding_window_view(np.pad(x, rims), n, axis=-1)
    return view.sum(axis=-1)
''',
}


def _conv(i: int, layer: Any) -> str:
    return (
        f"x = np.einsum('nijckl,fklc->nijf', windows(x, {layer.size}, {layer.stride}, "
        f"{layer.pad}), W{i}, optimize=True) + B{i}"
    )


def _pool(i: int, layer: Any) -> str:
    fill, kind = ("-np.inf", "max") if layer.kind == "max" else ("np.nan", "nanmean")
    found = f"windows(x, {layer.size}, {layer.stride or layer.size}, {layer.pad}, {fill})"
    return f"x = np.{kind}({found}, axis=(4, 5))"


def _batch_norm(i: int, layer: Any) -> str:
    return f"x = (x - MEAN{i}) / np.sqrt(VAR{i} + {layer.eps}) * GAMMA{i} + BETA{i}"


def _response(i: int, layer: Any) -> str:
    shrink = f"{layer.k} + {layer.alpha} / {layer.n} * around(x * x, {layer.n})"
    return f"x = x * ({shrink}) ** -{layer.beta}"


#: layer: the line of plain NumPy that does what it does to x (N, ...); {i} is its number
FORWARD: dict[str, Callable[[int, Layer], str]] = {
    **exports.FORWARD,
    "Dense": lambda i, layer: f"x = x.reshape(len(x), -1) @ W{i}.T + B{i}",
    "Maxout": lambda i, layer: (
        f"x = x.reshape(*x.shape[:-1], -1, {layer.settings()['group']}).max(axis=-1)"
    ),
    "Conv": _conv,
    "Pool": _pool,
    "GlobalAveragePool": lambda i, layer: "x = x.mean(axis=(1, 2))",
    "BatchNorm": _batch_norm,
    "LocalResponseNorm": _response,
}


def python(net: Network, program: str, image: np.ndarray, classes: Sequence[str]) -> str:
    """A program that makes the network by pyml and classifies `image` (h, w, c) uint8."""
    about = "A network trained by pyml: `pip install pyml`, then run this file."
    return (
        f'"""{about}"""\n\nimport base64\n\nimport numpy as np\n\n'
        f"from pyml import Network, Trainer, playground\nfrom pyml import layers as L\n\n\n"
        f"{program}\n\n{NUMBERS}\n\n"
        f"net = make_network(seed={net.seed})\n"
        f"net.weights = {_written(net.weights)}\n"
        f"{_use(image, classes)}    return net.predict(x)\n{_main(image)}"
        f"    # To go on training: trainer = make_trainer(net); trainer.step(x, y)\n"
    )


def numpy(net: Network, image: np.ndarray, classes: Sequence[str]) -> str:
    """The same with nothing but NumPy; ValueError for a layer that it has no line for."""
    weights, lines = [], []
    for i, layer in enumerate(net.layers[1:], 1):
        name = type(layer).__name__
        if name not in FORWARD:
            raise ValueError(
                f"Plain NumPy: {layer!r} has no short form; take the export with pyml instead"
            )
        for param in layer.params():
            weights.append(f"{param.upper()}{i} = {_written(getattr(layer, param))}\n")
        lines.append(f"    {FORWARD[name](i, layer)}  # {layer!r}\n")
    text = "".join(lines)
    helpers = "".join(f"\n\n{code}" for name, code in HELPERS.items() if f"{name}(" in text)
    return (
        f'"""A network trained by pyml, in plain NumPy."""\n\nimport base64\n\nimport numpy as np'
        f"\n\n\n{NUMBERS}{helpers}\n\n{''.join(weights)}{_use(image, classes)}"
        f"{text}    return x\n{_main(image)}"
    )


def _use(image: np.ndarray, classes: Sequence[str]) -> str:
    shape = ", ".join(map(str, image.shape))
    return (
        f"CLASSES = {list(classes)!r}\n\n\n"
        f'def predict(images):\n    """Of each class, for images (N, {shape}) of bytes."""\n'
        f'    x = (np.asarray(images) / 255 - 0.5).astype("float32")\n'
    )


def _main(image: np.ndarray) -> str:
    return (
        f'\n\nif __name__ == "__main__":\n    image = {_written(image)}\n'
        f"    for name, p in zip(CLASSES, predict(image[None])[0]):\n"
        f'        print(f"{{p:.6f}} {{name}}")\n'
    )


def _written(values: np.ndarray) -> str:
    """An array as a call of `numbers` that gives it again."""
    kind = values.dtype.newbyteorder("<")
    text = base64.b85encode(np.ascontiguousarray(values, kind).tobytes()).decode()
    return f'numbers("{text}", {values.shape}, "{kind.str}")'
