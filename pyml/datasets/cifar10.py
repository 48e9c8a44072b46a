"""CIFAR-10: 60,000 small colour pictures of ten kinds of things.

    data = cifar10.load("cifar-10-binary.tar.gz")
    batches = Batches(data.x_train, data.y_train, 32, rng, preprocess=cifar10.preprocess)

(Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009. The formats are those of
its home page, www.cs.toronto.edu/~kriz/cifar.html.)
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from pyml.datasets import chunks, pickles
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
Source = tuple[str, Callable[[Part, int], Iterator[Chunk]]]
#: split, images x, labels y, bytes that were read, and all bytes
Piece = tuple[str, np.ndarray, np.ndarray, int, int]
#: what `_source` calls images in files, and what is for testing
IMAGES = {"train", "test"}
TESTS = ("test", "test_batch")
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
    found: dict[str, list[Chunk]] = {}
    with closing(_pieces(archive, parts, 1000)) as pieces:
        for name, chunk in pieces:
            found.setdefault(name, []).append(chunk)
            if progress is not None:
                progress(archive.done, archive.total)
    test = [chunk for name in TESTS for chunk in found.pop(name, [])]
    train = [chunk for name in sorted(found) for chunk in found.pop(name)]
    if progress is not None:
        progress(archive.total, archive.total)
    return Images(*join(train, SHAPE), *join(test, SHAPE), CLASSES)


def stream(path: str | os.PathLike[str], count: int = 100) -> Generator[Piece, None, None]:
    """The same piece by piece: (split, x, y, done, total), `split` being "train" or "test".

    x (n, 32, 32, 3) uint8 and y (n,) int64 are the next images in the order of the archive, up to
    `count` at a time, one at a time where they are files; of `total` bytes `done` were read. No
    more than a piece is held, but for batches of the Python version, each of which is read whole.

    Raises what `load` raises, when reading comes to it: FileNotFoundError before the first piece,
    and ValueError perhaps only after the last. `close()` ends the reading early.
    """
    if count < 1:
        raise ValueError(f"cifar10.stream: count must be at least 1, got {count!r}")
    archive = Archive("cifar10.stream", Path(path), SOURCES)
    with closing(_pieces(archive, None, count)) as pieces:
        for name, (x, y) in pieces:
            yield "test" if name in TESTS else "train", x, y, archive.done, archive.total


def _pieces(
    archive: Archive, parts: Collection[str] | None, count: int
) -> Generator[tuple[str, Chunk], None, None]:
    """The batches that are there and wanted, a chunk at a time, each with its batch's name."""
    found: set[str] = set()
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
            once = part.name if name in IMAGES else name
            if once in seen:
                raise ValueError(f"{part.where}: {shown(once)} is there twice; keep one of them")
            seen.add(once)
            if parts is not None and name not in parts:
                continue
            found.add(name)
            empty = True
            for chunk in read(part, count):
                empty = False
                if found & IMAGES and found - IMAGES:
                    raise ValueError(
                        f"{archive.where}: it holds both batches and images; give one of them"
                    )
                yield name, chunk
            if empty:
                raise ValueError(f"{part.where}: it is empty; get it again or take it out")
    if not seen:
        what = (
            f"nothing in it is CIFAR-10 (there is {shown(unknown)!r})" if unknown else "it is empty"
        )
        raise ValueError(f"{archive.where}: {what}; give it {SOURCES}")
    if not found:
        asked = ", ".join(sorted(parts or ())) or "(none)"
        have = shown(", ".join(sorted(seen)))
        raise ValueError(f"{archive.where}: of the parts {asked} there is none; it has {have}")
    if missing := sorted(set(parts or ()) - found):
        raise ValueError(f"{archive.where}: there is no {', '.join(missing)} in it")


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
        x, y = chunks.decode(data, SHAPE, len(CLASSES), where, start)
        yield x, y
        start += len(y)


def encode(x: Any, y: Any) -> bytes:
    """The records of images x (N, 32, 32, 3) uint8 and labels y (N,), as `records` reads them.

    Raises ValueError or TypeError for other shapes, types or labels.
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.shape[1:] != SHAPE or y.shape != x.shape[:1]:
        raise ValueError(
            f"cifar10.encode: it takes images (N, 32, 32, 3) and labels (N,), "
            f"got {x.shape} and {y.shape}"
        )
    return chunks.encode(x, y, len(CLASSES), "cifar10.encode")


def _binary_batch(part: Part, count: int) -> Iterator[Chunk]:
    return _records(part.read, count, part.where)


def _python_batch(part: Part, count: int) -> Iterator[Chunk]:
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
        many = len(labels) if isinstance(labels, list) else "no"
        raise ValueError(f"{part.where}: {many} 'labels' for {len(planes)} images in 'data'")
    for i, label in enumerate(labels):
        if type(label) is not int or not 0 <= label <= 9:
            shown = label if type(label) is int and abs(label) < 1 << 64 else type(label).__name__
            raise ValueError(f"{part.where}: image {i} has the label {shown}; labels are 0 to 9")
    y = np.array(labels, np.int64)
    for start in range(0, len(y), count):
        some = slice(start, start + count)
        yield chunks.upright(planes[some], SHAPE), y[some]


def _image(part: Part, _: int) -> Iterator[Chunk]:
    kind = part.name.split("/")[-2]
    if kind not in CLASSES:
        raise ValueError(
            f"{part.where}: the folder {shown(kind)!r} is no class; they are {', '.join(CLASSES)}"
        )
    image = decode(part.whole(MOST_IMAGE_BYTES), part.where, *SHAPE[:2])
    yield image[None], np.array([CLASSES.index(kind)])


__all__ = ["CLASSES", "SHAPE", "encode", "load", "preprocess", "records", "stream"]
