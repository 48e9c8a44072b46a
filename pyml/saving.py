"""How networks and trainers become files and JSON text, and come back.

A file is an npz: `spec` (JSON text: format, version, layers, seed, dtype), `weights` (P,), rounded
to float16 if half the size was asked for, and, when a trainer was saved along, `trainer` (JSON
text) and one array (P,) for each of its accumulators. Nothing in it is a pickle,
and nothing of it is believed before it was checked.
"""

from __future__ import annotations

import io
import json
import os
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from pyml.layers import LAYERS

if TYPE_CHECKING:
    from pyml.network import Network

    N = TypeVar("N", bound=Network)

FORMAT = "pyml-network"
#: Raised whenever a file of the new kind would be misread by the old code.
VERSION = 1

Parts = dict[str, Any]


def spec(net: Network) -> dict[str, Any]:
    """The network without its weights, as JSON can hold it."""
    for layer in net.given:
        name = type(layer).__name__
        if LAYERS.get(name) is not type(layer):
            raise ValueError(
                f"Network: {layer!r} could not be loaded again, since {name} is not in "
                f"layers.LAYERS; enter it: layers.LAYERS[{name!r}] = {name}"
            )
    layers = [{"type": type(layer).__name__, **layer.settings()} for layer in net.given]
    return {
        "format": FORMAT,
        "version": VERSION,
        "seed": net.seed,
        "dtype": net.dtype.name,
        "layers": layers,
    }


def parts(net: Network) -> Parts:
    """What a file holds of a network: its spec and its weights, which must be finite."""
    if not np.isfinite(net.weights).all():
        raise ValueError(
            "Network: some weights are NaN or infinite and not worth keeping; reset() it and "
            "train with a lower learning rate"
        )
    return {"spec": spec(net), "weights": net.weights}


def halved(found: Parts) -> Parts:
    """The same parts with their weights in float16; ValueError for weights that it cannot hold."""
    with np.errstate(over="ignore", under="ignore"):
        weights = found["weights"].astype(np.float16)
    if not np.isfinite(weights).all():
        most, i = np.finfo(np.float16).max, int(np.abs(found["weights"]).argmax())
        raise ValueError(
            f"Network: weight {i} is {found['weights'][i]:g}, and float16 ends at {most:g}; "
            f"save it without half, or train it with a decay"
        )
    return {**found, "weights": weights}


def to_json(net: Network) -> str:
    """See `Network.to_json`."""
    found = parts(net)
    return json.dumps({**found["spec"], "weights": found["weights"].tolist()})


def from_json(kind: type[N], text: str) -> N:
    """See `Network.from_json`."""
    try:
        found = json.loads(text)
        weights = np.array(found["weights"], np.float64)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ValueError(
            f"Network.from_json: this is not a network in JSON ({error!r}); "
            f"give it what to_json() wrote"
        ) from None
    return network(kind, "Network.from_json", {"spec": found, "weights": weights})


def write(path: str | os.PathLike[str], found: Parts) -> None:
    """Writes parts to an npz file, so that at no moment `path` holds half a file."""
    arrays: dict[str, Any] = {
        name: np.array(json.dumps(value)) if isinstance(value, dict) else value
        for name, value in found.items()
    }
    # Of this process alone: another may be writing the same file.
    beside = f"{os.fspath(path)}.{os.getpid()}.part"
    try:
        with open(beside, "wb") as file:  # noqa: PTH123 (pathlib is slow to import)
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)  # noqa: PTH105
    except BaseException:
        if os.path.exists(beside):  # noqa: PTH110
            os.unlink(beside)  # noqa: PTH108
        raise


def read(owner: str, path: str | os.PathLike[str]) -> Parts:
    """The parts that `write` wrote, JSON text parsed. ValueError by `owner` for other files."""
    import zipfile  # takes its time, and not every visitor reads files

    if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113
        raise ValueError(f"{owner}: {os.fspath(path)} is not a file; give it what save() wrote")
    with open(path, "rb") as file:  # noqa: PTH123
        try:
            size = file.seek(0, os.SEEK_END)
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                # `write` packs nothing; what is packed, or overlaps, may come to any size.
                packed = any(member.compress_type for member in members)
                if packed or sum(member.file_size for member in members) > size:
                    raise ValueError("its parts are packed, or claim to be larger than the file")
                names = [member.filename.removesuffix(".npy") for member in members]
                if len(set(names)) < len(names):
                    raise ValueError("it holds a part twice")
                found = {
                    name: _array(archive.read(member))
                    for name, member in zip(names, members, strict=True)
                }
            for name in ("spec", "weights"):
                if name not in found:
                    raise KeyError(name)
            return {
                name: json.loads(str(value)) if value.dtype.kind == "U" else value
                for name, value in found.items()
            }
        except Exception as error:  # zipfile, zlib, struct, tokenize, ...: damage has many names
            raise ValueError(
                f"{owner}: {os.fspath(path)} is not a network file ({error!r}); "
                f"give it what save() wrote"
            ) from None


def _array(raw: bytes) -> np.ndarray:
    """The array in the bytes of an npy file; unlike np.load it believes no size written there."""
    file = io.BytesIO(raw)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("an array is of a format that save() does not write")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    # Refuses pickled objects, too.
    found: np.ndarray = np.frombuffer(raw, dtype, offset=file.tell()).reshape(shape)
    return found


def network(kind: type[N], owner: str, found: Parts) -> N:
    """The network in these parts. ValueError, in the name of `owner`, for damaged ones."""
    from pyml.network import build, count

    try:
        about, weights = found["spec"], np.asarray(found["weights"])
        if about["format"] != FORMAT:
            raise ValueError(f"format is {about['format']!r}, not {FORMAT!r}")
        if about["version"] != VERSION:
            raise ValueError(
                f"it is of version {about['version']!r}, this pyml reads version {VERSION}; "
                f"update pyml"
            )
        if weights.dtype.kind != "f":
            raise ValueError(f"weights are of type {weights.dtype}, not floating-point numbers")
        layers = []
        for entry in about["layers"]:
            settings = {name: value for name, value in entry.items() if name != "type"}
            if entry["type"] not in LAYERS:
                raise ValueError(
                    f"it has a layer {entry['type']!r}, which is not in layers.LAYERS; if it is "
                    f"yours, enter its class there first"
                )
            layers.append(LAYERS[entry["type"]].from_settings(settings))
        # Counted before anything is allocated: a damaged size must not eat the memory.
        if weights.shape != (count(build(layers)),):
            raise ValueError(f"{weights.shape} weights, but the layers need {count(build(layers))}")
        if not np.isfinite(weights).all():
            raise ValueError("some weights are NaN or infinite")
        # What is beyond float32 must not become infinite on the way.
        with np.errstate(over="raise", under="ignore"):
            net = kind(layers, seed=about["seed"], dtype=about["dtype"])
            net.weights = weights
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"{owner}: the network is damaged: {str(error)[:500]}") from None
    return net
