"""What every layer makes of one image, as grey pictures: its activations, slopes and filters.

`maps` shows what each layer gives, `gradients` how the loss depends on it, `filters` the weights of
the convolutions. `saliency` asks which pixels a class hangs on, `exciting` which images a filter
answers most, and `field` what part of the image a value has seen. All of it is done with the plain
layers of `net.layers`, as in prediction, whatever the backend fuses.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from pyml.layers import Conv, Dense, Flatten, GlobalAveragePool, Head, Maxout, Pool
from pyml.losses import Classifier
from pyml.network import Network

Box = tuple[int, int, int, int]

#: as many channels of a layer are shown
MOST_CHANNELS = 64
#: as many images are looked at in one go
PIECE = 32


class Maps(NamedTuple):
    """Channels of a layer as greys (C, H, W) uint8: 0 stands for `low`, 255 for `high`."""

    pixels: np.ndarray
    low: float
    high: float


class Filters(NamedTuple):
    """Filters of layer number `layer` as greys (F, KH, KW, C) uint8; `low` is 0, `high` 255.

    With three channels that come from an image each is a picture in colours.
    """

    layer: int
    pixels: np.ndarray
    low: float
    high: float


class Exciting(NamedTuple):
    """Images by number (k,), the values they cause (k,) and where: boxes (k, 4) in the image.

    A box is top, left, bottom, right, the last two exclusive. Strongest first.
    """

    indices: np.ndarray
    values: np.ndarray
    boxes: np.ndarray


def maps(net: Network, x: np.ndarray) -> list[Maps]:
    """What each of `net.layers` gives for one image x (h, w, c), each by its own scale.

    At most `MOST_CHANNELS` of a layer; a row of K numbers is K channels of one pixel.
    """
    return [_ranged(grid(found[0])) for found in net.activations(np.asarray(x)[None])]


def gradients(net: Network, x: np.ndarray, label: int) -> list[Maps]:
    """How the loss of one image x (h, w, c) with that label depends on what each layer gives.

    The greys are symmetric, 0 is between 127 and 128. The head's own entry is the derivative by
    its scores, as is that of the layer before it. ValueError for a label that is no class.
    """
    found = slopes(net, x, lambda z: net.head.loss(z, np.array([label]))[1])
    return [_symmetric(grid(slope[0])) for slope in found]


def filters(net: Network) -> list[Filters]:
    """The weights of each convolution as pictures, symmetric around a middle grey.

    At most `MOST_CHANNELS` filters of a layer, and so many channels of each.
    """
    found = []
    for i, layer in enumerate(net.layers):
        if isinstance(layer, Conv):
            w = layer.w[:MOST_CHANNELS, ..., :MOST_CHANNELS]
            high = float(np.abs(w).max())
            found.append(Filters(i, _greys(w, -high, high), -high, high))
    return found


def saliency(net: Network, x: np.ndarray, cls: int) -> np.ndarray:
    """Where a small change of image x (h, w, c) moves the score of class `cls` most.

    Greys (h, w) uint8: the largest absolute derivative of the score, before Softmax, by a channel
    of the pixel, 255 where it is largest of all. (Simonyan et al., Deep Inside Convolutional
    Networks, 2014, section 3.) ValueError for a class that there is not.
    """
    strength = np.abs(grid(slope_of_score(net, x, cls))).max(axis=2)
    return _greys(strength, 0.0, float(strength.max()))


def slope_of_score(net: Network, x: np.ndarray, cls: int) -> np.ndarray:
    """The derivative of the score of class `cls` by image x (h, w, c), of the shape of x."""
    if not isinstance(net.head, Classifier) or not 0 <= cls < net.head.units:
        raise ValueError(
            f"saliency: {net.head!r} has no class {cls}; it takes a network that ends in "
            f"Softmax or SVM, and one of its classes, counted from 0"
        )

    def one(z: np.ndarray) -> np.ndarray:
        dz = np.zeros_like(z)
        dz[0, cls] = 1
        return dz

    found: np.ndarray = slopes(net, x, one)[0][0]
    return found


def slopes(
    net: Network, x: np.ndarray, start: Callable[[np.ndarray], np.ndarray]
) -> list[np.ndarray]:
    """Derivatives (1, *output) by what each of `net.layers` gives for one example x.

    `start` makes the derivative by the scores (1, K), with which the way back begins, of the
    scores. The head has the same entry as its scores. No weight and no running value changes.
    """
    y, way_back = net.checked(np.asarray(x)[None]), []
    with np.errstate(under="ignore"):
        for layer in net.layers[1:-1]:
            layer = copy.copy(layer)
            layer.needs_dx = True  # here somebody asks for the image, too
            y, backward = layer.forward(y, False)
            way_back.append(backward)
        found = [start(y)] * 2
        for backward in reversed(way_back):
            found.append(backward(found[-1]))
    return found[::-1]


def exciting(net: Network, images: np.ndarray, layer: int, channel: int, k: int = 9) -> Exciting:
    """The k of images (N, h, w, c) for which a channel of a layer is largest anywhere.

    Fewer if there are fewer. They are looked at `PIECE` at a time. ValueError for a layer or a
    channel that there is not.
    """
    channels = net.layers[_layer(net, layer)].output_shape[-1]
    if not 0 <= channel < channels:
        raise ValueError(
            f"exciting: {net.layers[layer]} has no channel {channel}; it has {channels}, from 0"
        )
    values, places = [np.zeros(0, np.float32)], [np.zeros((0, 2), np.int64)]
    for first in range(0, len(images), PIECE):
        found = outputs(net, images[first : first + PIECE], layer)[..., channel]
        width = found.shape[2] if found.ndim == 3 else 1
        flat = found.reshape(len(found), -1)
        best = flat.argmax(axis=1)
        values.append(flat[np.arange(len(flat)), best].astype(np.float32))
        places.append(np.stack(np.divmod(best, width), axis=1))
    value, place = np.concatenate(values), np.concatenate(places)
    top = np.argsort(-value, kind="stable")[: max(0, k)]
    boxes = [field(net, layer, int(row), int(column), channel) for row, column in place[top]]
    return Exciting(top, value[top], np.array(boxes, np.float32).reshape(-1, 4))


def outputs(net: Network, x: np.ndarray, layer: int) -> np.ndarray:
    """What layer number `layer` gives for x (N, h, w, c), as `Network.activations` has it."""
    y = net.checked(x)
    with np.errstate(under="ignore"):
        for one in net.layers[1 : _layer(net, layer) + 1]:
            y = one.output(y) if isinstance(one, Head) else one.forward(y, False)[0]
    return y


def field(
    net: Network, layer: int, row: int, column: int, channel: int | None = None, back: int = 0
) -> Box:
    """What a value of layer number `layer` has seen of what layer `back` (the input) gives.

    Its receptive field as top, left, bottom, right, the last two exclusive, without what lies
    outside the image. `back=layer - 1` is the layer before. `channel` matters only behind
    Flatten, whose numbers are one pixel each; without it they are the whole image. ValueError for
    a layer that there is not.
    """
    box = row, column, row + 1, column + 1
    if _layer(net, back) > _layer(net, layer):
        raise ValueError(f"field: layer {back} comes after layer {layer}, which has not seen it")
    for one in reversed(net.layers[back + 1 : layer + 1]):
        shape = one.input_shape
        height, width = shape[:2] if len(shape) == 3 else (1, 1)
        if isinstance(one, Conv | Pool):
            size, stride, pad = one.size, one.stride or one.size, one.pad
            ends = [((box[i + 2] - 1) * stride[i] - pad[i] + size[i]) for i in (0, 1)]
            top, left = (max(0, box[i] * stride[i] - pad[i]) for i in (0, 1))
            box = top, left, min(height, ends[0]), min(width, ends[1])
        elif isinstance(one, Flatten) and channel is not None and len(shape) == 3:
            row, rest = divmod(channel, width * shape[2])
            column, channel = divmod(rest, shape[2])
            box = row, column, row + 1, column + 1
        elif isinstance(one, Dense | GlobalAveragePool | Flatten):
            box = 0, 0, height, width
        if isinstance(one, Conv | Dense | Maxout):
            channel = None  # it has seen several
    return box


def grid(found: np.ndarray) -> np.ndarray:
    """What a layer gives for one example as (h, w, c); a row of numbers is one pixel."""
    return found.reshape((1,) * (3 - found.ndim) + found.shape)


def _layer(net: Network, layer: int) -> int:
    if not 0 <= layer < len(net.layers):
        raise ValueError(
            f"layer {layer}: the network has layers 0 to {len(net.layers) - 1}, the input being 0"
        )
    return layer


def _ranged(found: np.ndarray) -> Maps:
    found = found[..., :MOST_CHANNELS]
    low, high = float(found.min()), float(found.max())
    return Maps(_channels(_greys(found, low, high)), low, high)


def _symmetric(found: np.ndarray) -> Maps:
    found = found[..., :MOST_CHANNELS]
    high = float(np.abs(found).max())
    return Maps(_channels(_greys(found, -high, high)), -high, high)


def _channels(pixels: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def _greys(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Values from low to high as 0 to 255; where there is no difference to show, all are 0."""
    if not 1e-30 < high - low < 1e30:
        return np.zeros(values.shape, np.uint8)
    with np.errstate(under="ignore"):
        greys: np.ndarray = ((values - low) * (255 / (high - low)) + 0.5).astype(np.uint8)
    return greys
