"""CIFAR-10: 60,000 small colour pictures of ten kinds of things.

    data = cifar10.load("cifar-10-binary.tar.gz")
    batches = Batches(data.x_train, data.y_train, 32, rng, preprocess=cifar10.preprocess)

(Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009. The formats are those of
its home page, www.cs.toronto.edu/~kriz/cifar.html.)
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from pyml.datasets import pickles
from pyml.datasets.archive import Archive
from pyml.datasets.images import Chunk, Images, Progress, decode, join, preprocess
from pyml.datasets.streams import Part, fill, shown

CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
#: height, width and channels of an image
SHAPE = (32, 32, 3)
PIXELS = 32 * 32 * 3
#: bytes of a record of the binary format: the label, then the red, green and blue plane
RECORD = 1 + PIXELS
#: bytes that a PNG or JPEG file of an image may have
MOST_IMAGE_BYTES = 1 << 18
#: a batch that can be in an archive, and how it is read
Source = tuple[str, Callable[[Part], Iterator[Chunk]]]
SOURCES = (
    "cifar-10-binary.tar.gz, cifar-10-python.tar.gz, what they unpack to, or images in "
    "train/<class>/ and test/<class>/"
)


def load(
    path: str | os.PathLike[str],
    progress: Progress | None = None,
    parts: Collection[str] | str | None = None,
) -> Images:
    """The images (N, 32, 32, 3) and labels 0..9 at `path`; `classes` are `CLASSES`.

    `path` is the official binary or Python archive (.tar.gz), the folder that it unpacks to, one
    batch of either, or a folder of images `train/<class>/*.png` or `.jpg` with or without
    `test/<class>/`, also as .tar, .tar.gz or .zip. Batches that are missing, or end early after a
    whole record, are no error. `parts` are the batches to take, for example {"data_batch_1"}; for
    images "train" or "test". `progress(done, total)` is told the bytes that were read after each
    thousand images or fewer; what it raises stops the loading.

    Raises FileNotFoundError if there is nothing, and ValueError that names the file and the place
    for everything that is damaged or something else. Images need Pillow (the extra `images`).
    """
    archive = Archive("cifar10.load", Path(path), SOURCES)
    parts = {parts} if isinstance(parts, str) else parts
    found = _gathered(archive, progress, parts)
    images = found.keys() & {"train", "test"}
    if images and found.keys() - images:
        raise ValueError(f"{archive.where}: it holds both batches and images; give one of them")
    if missing := sorted(set(parts or ()) - found.keys()):
        raise ValueError(f"{archive.where}: there is no {', '.join(missing)} in it")
    test = [chunk for name in ("test", "test_batch") for chunk in found.pop(name, [])]
    train = [chunk for name in sorted(found) for chunk in found.pop(name)]
    if progress is not None:
        progress(archive.total, archive.total)
    return Images(*join(train, SHAPE), *join(test, SHAPE), CLASSES)


def _gathered(
    archive: Archive, progress: Progress | None, parts: Collection[str] | None
) -> dict[str, list[Chunk]]:
    """The chunks of each batch that is there and wanted; ValueError if that is none."""
    found: dict[str, list[Chunk]] = {}
    seen: set[str] = set()
    unknown = ""
    with closing(archive.parts()) as files:
        for part in files:
            source = _source(part)
            if source is None:
                unknown = unknown or part.name
                continue
            name, read = source
            # Two batches of one number, or an image twice, would count double in training.
            once = part.name if name in ("train", "test") else name
            if once in seen:
                raise ValueError(f"{part.where}: {shown(once)} is there twice; keep one of them")
            seen.add(once)
            if parts is not None and name not in parts:
                continue
            chunks = found.setdefault(name, [])
            for chunk in read(part):
                chunks.append(chunk)
                if progress is not None:
                    progress(archive.done, archive.total)
            if not chunks:
                raise ValueError(f"{part.where}: it is empty; get it again or take it out")
    if found:
        return found
    if seen:
        asked = ", ".join(sorted(parts or ())) or "(none)"
        have = shown(", ".join(sorted(seen)))
        raise ValueError(f"{archive.where}: of the parts {asked} there is none; it has {have}")
    what = f"nothing in it is CIFAR-10 (there is {shown(unknown)!r})" if unknown else "it is empty"
    raise ValueError(f"{archive.where}: {what}; give it {SOURCES}")


def _source(part: Part) -> Source | None:
    """The batch that this file is, by its name, and how it is read; None if it is none."""
    *folders, base = part.name.split("/")
    if base.startswith("."):  # macOS puts a ._name beside each file that it packs
        return None
    if official := re.fullmatch(r"(data_batch_[1-5]|test_batch)(\.bin)?", base):
        return official[1], _binary_batch if official[2] else _python_batch
    if base.endswith(".bin"):
        return base, _binary_batch
    if re.search(r"\.(png|jpe?g)$", base, re.IGNORECASE):
        for split in folders[-2:-1]:
            if split in ("train", "test"):
                return split, _image
    return None


def records(file: BinaryIO, count: int = 1000, where: str = "cifar10.records") -> Iterator[Chunk]:
    """Images (n, 32, 32, 3) and labels (n,) of a file of the binary format, `count` at a time.

    Never holds more than that. `where` begins the errors: ValueError for a label above 9 and for
    an end in the middle of a record.
    """
    if count < 1:
        raise ValueError(f"cifar10.records: count must be at least 1, got {count!r}")
    return _records(file.read, count, where)


def _records(read: Callable[[int], bytes], count: int, where: str) -> Iterator[Chunk]:
    start = 0
    while data := fill(read, count * RECORD):
        n, rest = divmod(len(data), RECORD)
        if rest:
            raise ValueError(
                f"{where}: record {start + n}, at byte {(start + n) * RECORD}, has {rest} bytes "
                f"of {RECORD}; the file was cut off or is something else, get it again"
            )
        record = np.frombuffer(data, np.uint8).reshape(n, RECORD)
        y = record[:, 0].astype(np.int64)
        _check_labels(y, lambda i: f"{where}: record {i}, at byte {i * RECORD},", start)
        yield _upright(record[:, 1:]), y
        start += n


def encode(x: Any, y: Any) -> bytes:
    """The records of images x (N, 32, 32, 3) uint8 and labels y (N,), as `records` reads them.

    Raises ValueError or TypeError for other shapes, types or labels.
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.dtype != np.uint8 or y.dtype.kind not in "iu":
        raise TypeError(
            f"cifar10.encode: it takes uint8 images and whole labels, got {x.dtype} and {y.dtype}"
        )
    if x.shape[1:] != SHAPE or y.shape != x.shape[:1]:
        raise ValueError(
            f"cifar10.encode: it takes images (N, 32, 32, 3) and labels (N,), "
            f"got {x.shape} and {y.shape}"
        )
    _check_labels(y, lambda i: f"cifar10.encode: image {i}", 0)
    planes = x.transpose(0, 3, 1, 2).reshape(-1, PIXELS)
    return np.concatenate([y[:, None].astype(np.uint8), planes], axis=1).tobytes()


def _upright(planes: np.ndarray) -> np.ndarray:
    """Images (N, 32, 32, 3) of colour planes (N, 3072)."""
    return np.ascontiguousarray(planes.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))


def _check_labels(y: np.ndarray, place: Callable[[int], str], start: int) -> None:
    wrong = np.flatnonzero((y < 0) | (y > 9))
    if len(wrong):
        i = int(wrong[0])
        raise ValueError(f"{place(start + i)} has the label {int(y[i])}; labels are 0 to 9")


def _binary_batch(part: Part) -> Iterator[Chunk]:
    return _records(part.read, 1000, part.where)


def _python_batch(part: Part) -> Iterator[Chunk]:
    batch = pickles.load(part.whole(pickles.MOST_BYTES), part.where)
    if not isinstance(batch, dict):
        raise ValueError(f"{part.where}: it holds a {type(batch).__name__} instead of a dict")
    planes, labels = (batch.get(key, batch.get(key.decode())) for key in (b"data", b"labels"))
    if isinstance(planes, pickles.Array):
        planes = planes.data
    if not isinstance(planes, np.ndarray) or planes.ndim != 2 or planes.shape[1] != PIXELS:
        shape = getattr(planes, "shape", type(planes).__name__)
        raise ValueError(f"{part.where}: 'data' is {shape}; expected an array (N, {PIXELS})")
    if not isinstance(labels, list) or len(labels) != len(planes):
        count = len(labels) if isinstance(labels, list) else "no"
        raise ValueError(f"{part.where}: {count} 'labels' for {len(planes)} images in 'data'")
    for i, label in enumerate(labels):
        if type(label) is not int or not 0 <= label <= 9:
            shown = label if type(label) is int and abs(label) < 1 << 64 else type(label).__name__
            raise ValueError(f"{part.where}: image {i} has the label {shown}; labels are 0 to 9")
    if labels:
        yield _upright(planes), np.array(labels, np.int64)


def _image(part: Part) -> Iterator[Chunk]:
    kind = part.name.split("/")[-2]
    if kind not in CLASSES:
        raise ValueError(
            f"{part.where}: the folder {shown(kind)!r} is no class; they are {', '.join(CLASSES)}"
        )
    image = decode(part.whole(MOST_IMAGE_BYTES), part.where, *SHAPE[:2])
    yield image[None], np.array([CLASSES.index(kind)])


__all__ = ["CLASSES", "SHAPE", "encode", "load", "preprocess", "records"]
