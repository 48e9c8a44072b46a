"""Ten thousand damaged files: each loads to something well formed, or is refused by its name."""

import io
import pickle
import random
import tarfile
import tracemalloc

import numpy as np
import pytest
import samples

from pyml.datasets import cifar10, digits

EACH = 850
#: every so many inputs the memory is measured, which is slow
MEASURED = 20
#: bytes that reading may take at its peak; the files have fewer than 20,000
MOST_MEMORY = 4_000_000

X, Y = samples.digits(1, 1)
BINARY = {"data_batch_2.bin": samples.records(1), "test_batch.bin": samples.records(1, 1)}
PYTHON = {"top/data_batch_1": samples.python2(2), "top/batches.meta": b"x"}
PYTHON3 = pickle.dumps({"labels": [3], "data": np.zeros((1, 3072), np.uint8)}, 4)
MNIST = {"train-images-idx3-ubyte": samples.idx(X), "train-labels-idx1-ubyte": samples.idx(Y)}


def anew(data):
    return data


#: name: the file, what is damaged in it, how it is put together afterwards, and who reads it
FORMATS = {
    "records": ("data_batch_1.bin", samples.records(2), anew, cifar10),
    "pickle": ("data_batch_1", samples.python2(2), anew, cifar10),
    "pickle of Python 3": ("test_batch", PYTHON3, anew, cifar10),
    "tar of records": ("x.tar", samples.tar(BINARY), anew, cifar10),
    "tar.gz of pickles": ("x.tar.gz", samples.tar(PYTHON), samples.gz, cifar10),
    "pax": ("x.tar", samples.tar({"é": b"", **BINARY}, tarfile.PAX_FORMAT), anew, cifar10),
    "gzip": ("x.tar.gz", samples.gz(samples.tar(BINARY)), anew, cifar10),
    "zip of records": ("x.zip", samples.zipped(BINARY), anew, cifar10),
    "zip of pickles": ("x.zip", samples.zipped(PYTHON, 0), anew, cifar10),
    "idx in tar": ("x.tar.gz", samples.tar(MNIST), samples.gz, digits),
    "idx in zip": ("x.zip", samples.zipped(MNIST, 0), anew, digits),
    "json": ("7.json", samples.json_digits(X), anew, digits),
}

#: numbers that a length is never, or just not
LENGTHS = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 62]
#: pieces of the formats, to be put where they do not belong
WORDS = [
    *(bytes([code]) for code in b"()].}NtbRaeusdl\x85\x86\x87\x88\x8c\x93\x94\x95\x96q"),
    *(b"h\x00", b"j\xff\xff\xff\x7f", b"r\xff\xff\xff\x7f", b"K\x09", b"U\x01a", b"X\x02\0\0\0ab"),
    *(b"cos\nsystem\n", b"cnumpy\ndtype\n", b"cnumpy\nndarray\n", b"c_codecs\nencode\n"),
    *(b"B\xff\xff\xff\xff", b"\x8e" + b"\xff" * 8, b"\x8a\xff", b"\x8b\xff\xff\xff\x7f"),
    *(b"[", b"]", b"{", b"}", b",", b'"', b"1e999", b"NaN", b"-", b"9" * 400, b"null", b"\xff\xfe"),
    *(b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"ustar\0", bytes(512)),
    *(b"77777777777\0", b"\xff" * 12, b"../../", b"12 size=700\n", b"L", b"x", b"S", b"2"),
]


def somewhere(rnd, data):
    """A position: half of the time where headers and instructions are, not pixels."""
    ends = (300, len(data)) if rnd.random() < 0.5 else (len(data), len(data))
    at = rnd.randrange(min(ends) + 1)
    return at if rnd.random() < 0.7 else max(0, len(data) - at)


def damaged(rnd, given):
    """The bytes with one to three things done to them."""
    data = bytearray(given)
    for _ in range(rnd.choice([1, 1, 1, 2, 3])):
        at = somewhere(rnd, data)
        match rnd.randrange(7):
            case 0 if at < len(data):
                data[at] ^= 1 << rnd.randrange(8)
            case 1 if at < len(data):
                data[at] = rnd.randrange(256)
            case 2:
                del data[at : at + rnd.choice([1, 2, 39, len(data)])]
            case 3:
                other = somewhere(rnd, data)
                data[at:at] = data[other : other + rnd.choice([1, 7, 100, 512])]
            case 4:
                size = rnd.choice([1, 2, 4, 8])
                order = rnd.choice(["little", "big"])
                value = rnd.choice(LENGTHS) & (1 << 8 * size) - 1
                data[at : at + size] = value.to_bytes(size, order)
            case 5:
                data[at:at] = rnd.choice(WORDS)
            case _:
                word = rnd.choice(WORDS)
                data[at : at + len(word)] = word
    return bytes(data)


def repaired(data):
    """A tar archive whose header sums are right again, so that its other fields are looked at."""
    fixed = bytearray(data)
    for at in range(0, len(data) - 511, 512):
        if data[at + 257 : at + 262] == b"ustar":
            block = fixed[at : at + 512]
            total = sum(block) - sum(block[148:156]) + 256
            fixed[at + 148 : at + 156] = b"%06o\0 " % total
    return bytes(fixed)


def outcome(read, path, shape):
    """'loaded' or 'refused'; anything else that happens is a failure."""
    try:
        images = read.load(path)
    except ValueError as error:
        text = str(error)
        name = read.__name__.split(".")[-1]
        assert text.startswith(f"{name}.load: {path}"), text
        assert len(text) < 1000, text
        return "refused"
    assert images.classes == read.CLASSES
    for x, y in (images[:2], images[2:4]):
        assert x.shape == (len(y), *shape)
        assert (x.dtype, y.dtype) == (np.uint8, np.int64)
        assert ((y >= 0) & (y <= 9)).all()
    assert len(images.y_train) + len(images.y_test) > 0
    return "loaded"


@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_file_is_read_well_or_refused(name, tmp_path):
    file, valid, together, read = FORMATS[name]
    path = tmp_path / file
    path.write_bytes(together(valid))
    seen = {outcome(read, path, read.SHAPE)}
    assert seen == {"loaded"}
    rnd = random.Random(name)
    for i in range(EACH):
        data = damaged(rnd, valid)
        if "tar" in name and rnd.random() < 0.8:
            data = repaired(data)
        path.write_bytes(together(data))
        measured = i % MEASURED == 0
        if measured:
            tracemalloc.start()
        try:
            seen.add(outcome(read, path, read.SHAPE))
        except Exception as error:
            (tmp_path / "input").write_bytes(data)
            raise AssertionError(f"{name}, input {i}: {data[:200]!r}") from error
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert not measured or peak < MOST_MEMORY, f"{name}, input {i}: {peak} bytes"
    assert seen == {"loaded", "refused"}


def test_there_are_ten_thousand_of_them():
    assert EACH * len(FORMATS) >= 10_000


@pytest.mark.parametrize(
    ("read", "valid"), [(cifar10.records, samples.records(2)), (digits.read_idx, samples.idx(X))]
)
def test_a_damaged_stream_is_read_well_or_refused(read, valid):
    rnd = random.Random(read.__name__)
    refused = set()
    for _ in range(EACH):
        data = damaged(rnd, valid)
        try:
            assert len(list(read(io.BytesIO(data)))) <= len(data)
        except ValueError as error:
            refused.add(str(error).split(": ")[0])
    assert refused == {f"{read.__module__.split('.')[-1]}.{read.__name__}"}
