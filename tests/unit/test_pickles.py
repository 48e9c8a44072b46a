"""The pickles of a batch, and what else a pickle may try."""

import pickle
import struct
import tracemalloc

import numpy as np
import pytest
import samples

from pyml.datasets import pickles
from pyml.datasets.pickles import load

PLAIN = {
    "numbers": [0, 1, 255, 256, 65_535, 65_536, -1, -(1 << 31), 1 << 40],
    "text": ["", "a", "ä", "x" * 300],
    b"bytes": [b"", b"a", bytes(range(256)), b"x" * 70_000],
    "more": [None, True, False, (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), {}, {"a": {"b": []}}],
}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_plain_values_are_read_as_python_reads_them(protocol):
    assert load(pickle.dumps(PLAIN, protocol), "p") == PLAIN


@pytest.mark.parametrize("protocol", [2, 3, 4])
@pytest.mark.parametrize(
    "array",
    [
        np.arange(12, dtype=np.uint8).reshape(3, 4),
        np.asfortranarray(np.arange(12, dtype=np.uint8).reshape(3, 4)),
        np.zeros((0, 3072), np.uint8),
        np.arange(24, dtype=np.uint8).reshape(1, 2, 3, 4),
    ],
    ids=["C", "Fortran", "empty", "4-D"],
)
def test_arrays_are_read_under_their_old_and_new_names(array, protocol):
    data = pickle.dumps(array, protocol)
    for name in (b"numpy.core.multiarray", b"numpy._core.multiarray"):
        found = load(renamed(data, name), "p")
        assert found.dtype == np.uint8
        assert found.shape == array.shape
        assert (found == array).all()


def renamed(data, name):
    """The pickle with another name for NumPy's module, of whatever length."""
    for old in (b"numpy._core.multiarray", b"numpy.core.multiarray"):
        data = data.replace(b"\x8c" + bytes([len(old)]) + old, b"\x8c" + bytes([len(name)]) + name)
        data = data.replace(b"c" + old + b"\n", b"c" + name + b"\n")
    # The frame of protocol 4 is as long as it is; its length is not looked at.
    assert name in data
    return data


@pytest.mark.filterwarnings("ignore:.*align should be passed")  # NumPy on its own old pickles
@pytest.mark.parametrize("fortran", [False, True])
def test_what_python_2_wrote_is_read_as_python_reads_it(fortran):
    data = samples.python2(fortran=fortran)
    theirs = pickle.loads(data, encoding="bytes")
    ours = load(data, "p")
    assert list(ours) == [b"batch_label", b"labels", b"data", b"filenames"]
    assert (ours[b"data"].data == theirs[b"data"]).all()
    assert {**ours, b"data": 0} == {**theirs, b"data": 0}


class Evil:
    def __init__(self, *reduced):
        self.reduced = reduced

    def __reduce__(self):
        return self.reduced


STRING = b"X\x01\x00\x00\x00a"
RECONSTRUCT = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
DTYPE = b"cnumpy\ndtype\nU\x02u1\x85R"


def array(shape, data=b"U\x03abc", dtype=DTYPE):
    """The instructions that build an array of this state."""
    return b"\x80\x02" + RECONSTRUCT + b"(K\x01" + shape + dtype + b"\x89" + data + b"tb."


HOSTILE = {
    "eval": (pickle.dumps(Evil(eval, ("1",)), 2), r"it asks for '__builtin__\.eval'"),
    "system": (pickle.dumps(Evil(__import__("os").system, ("x",)), 4), r"asks for 'posix\.system'"),
    "an object": (b"(ios\nsystem\n.", r"instruction b'i'"),
    "old object": (b"(cos\nsystem\no.", r"it asks for 'os\.system'"),
    "new object": (b"\x80\x02cnumpy\ndtype\n)\x81.", r"instruction b'\\x81'"),
    "an extension": (b"\x80\x02\x82\x01.", r"instruction b'\\x82'"),
    "persistent": (b"Pid\n.", r"instruction b'P'"),
    "persistent 2": (b"U\x01aQ.", r"instruction b'Q'"),
    "float": (pickle.dumps(1.5, 2), r"instruction b'G'"),
    "protocol 0": (pickle.dumps([1], 0), r"instruction b'l'"),
    "out of band": (b"\x80\x05\x97.", r"instruction b'\\x97'"),
    "byte array": (b"\x80\x05\x96" + struct.pack("<Q", 1 << 40) + b".", r"instruction b'\\x96'"),
    "huge bytes": (b"\x80\x04\x8e" + struct.pack("<Q", 1 << 40) + b".", r"BINBYTES8 of 1099511"),
    "huge bytes 4": (b"\x80\x03B\xff\xff\xff\xffabc", r"BINBYTES of 4294967295"),
    "huge text": (b"X\xff\xff\xff\xffabc", r"BINUNICODE of 4294967295 .*, of which 3 are there"),
    "negative string": (b"T\xff\xff\xff\xffabc", r"BINSTRING of 4294967295 bytes"),
    "huge long": (b"\x80\x02\x8b\xff\xff\xff\x7fabc", r"instruction b'\\x8b'"),
    "long": (b"\x80\x02\x8b\x01\x00\x00\x00a.", r"instruction b'\\x8b'"),
    "no such memo": (b"\x80\x02j\xff\xff\xff\x7f.", r"2147483647"),
    "empty stack": (b"\x80\x02\x85.", r"the stack is empty"),
    "nothing": (b".", r"not enough values"),
    "two things": (b"NN.", r"too many values"),
    "no mark": (b"t.", r"pop from empty list"),
    "no list": (b"}Na.", r"dict instead of list"),
    "no dict": (b"]NNs.", r"list instead of dict"),
    "odd items": (b"}(Nu.", r"NoneType instead of bytes or str|shorter|longer"),
    "tuple as key": (b"})Ns.", r"tuple instead of bytes or str"),
    "global as key": (b"}cnumpy\ndtype\nNs.", r"Global instead of bytes or str"),
    "called text": (STRING + b")R.", r"str instead of Global"),
    "no tuple": (b"cnumpy\ndtype\nNR.", r"NoneType instead of tuple"),
    "dtype alone": (b"cnumpy\ndtype\n)R.", r"dtype with arguments that it does not take"),
    "other dtype": (b"cnumpy\ndtype\nU\x02O8\x85R.", r"an array of b'O8' instead of uint8"),
    "other array": (b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\ndtype\nK\x00\x85U\x01bt" b"R.",
                    r"reconstruct with arguments"),
    "encode to else": (b"c_codecs\nencode\n" + STRING + b"X\x03\x00\x00\x00hex\x86R.",
                       r"encode with arguments"),
    "not latin-1": (b"c_codecs\nencode\nX\x03\x00\x00\x00\xe2\x82\xacX\x06\x00\x00\x00latin1\x86R.",
                    r"latin-1"),
    "bytes of": (b"c__builtin__\nbytes\nJ\xff\xff\xff\x7f\x85R.", r"bytes with arguments"),
    "built list": (b"]Nb.", r"BUILD of something else"),
    "short state": (b"\x80\x02" + RECONSTRUCT + b")b.", r"not enough values"),
    "no state": (b"\x80\x02" + RECONSTRUCT + b"Nb.", r"NoneType instead of tuple"),
    "shape": (array(b"K\x04\x85"), r"an array of shape \(4,\) with 3 bytes"),
    "negative": (array(b"J\xff\xff\xff\xffJ\xfd\xff\xff\xff\x86"), r"shape \(-1, -3\) with 3"),
    "huge shape": (array(b"J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86"), r"shape .* with 3 bytes"),
    "huge nothing": (
        array(b"K\x00\x8a\x09" + b"\xff" * 8 + b"\x00\x86", b"U\x00"),
        r"shape \(0, 1",
    ),
    "text shape": (array(b"U\x01a\x85"), r"bytes instead of int"),
    "true shape": (array(b"\x88K\x03\x86"), r"bool instead of int"),
    "text data": (array(b"K\x01\x85", STRING), r"something else than uint8"),
    "no dtype": (array(b"K\x03\x85", dtype=b"N"), r"something else than uint8"),
    "unknown": (b"\xff.", r"instruction b'\\xff'"),
    "cut off": (samples.python2()[:-9], r"SHORT_BINSTRING of 18 bytes, of which 14 are there"),
    "no end": (b"]", r"it ends before its end mark"),
    "empty": (b"", r"it ends before its end mark"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_anything_else_is_refused_with_its_place(name):
    data, text = HOSTILE[name]
    tracemalloc.start()
    with pytest.raises(ValueError, match=rf"^x\.tar/data_batch_1: at byte \d+ .*({text})") as e:
        load(data, "x.tar/data_batch_1")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(e.value).endswith("; get cifar-10-python.tar.gz again")
    assert peak < 2_000_000


def test_pickles_without_end_are_refused():
    with pytest.raises(ValueError, match=r"more than 200000 instructions"):
        load(b"]" * 300_000 + b".", "p")
    with pytest.raises(ValueError, match=r"^p: it is longer than 70000000 bytes"):
        load(bytes(pickles.MOST_BYTES + 1), "p")


def test_a_text_that_is_encoded_over_and_over_is_refused():
    text = b"X" + struct.pack("<I", 1_000_000) + b"a" * 1_000_000
    start = b"c_codecs\nencode\nq\x00X\x06\0\0\0latin1q\x01" + text + b"q\x02"
    once = b"h\x00h\x02h\x01\x86R"
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"more text to encode than there is"):
        load(start + once * 1000 + b".", "p")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize(
    "data",
    [
        b"]" * 50_000 + b"a" * 49_999 + b".",
        b")" + b"\x85" * 90_000 + b".",
        b"]q\x00h\x00a.",
        b"(" * 90_000 + b"t" * 90_000 + b".",
    ],
    ids=["lists", "tuples", "a list in itself", "marks"],
)
def test_deep_nesting_is_only_deep(data):
    assert isinstance(load(data, "p"), list | tuple)


def test_nothing_of_numpy_s_is_called(monkeypatch):
    monkeypatch.setattr(pickle, "Unpickler", None)
    monkeypatch.setattr(pickle, "loads", None)
    assert load(samples.python2(), "p")[b"labels"] == samples.pixels()[1].tolist()
