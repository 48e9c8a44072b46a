"""The border to C: signatures as the source has them, and arrays that C may be trusted with."""

import re
import zlib
from pathlib import Path

import numpy as np
import pytest
from compiled import LIBRARY, lay, needs_library
from tables import line

import pyml
from pyml import Network, Trainer, methods, native
from pyml import layers as L
from pyml.methods import TRAINERS

SOURCES = sorted(Path(pyml.__file__).parent.glob("*.c"))
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
LETTERS = {"int": "i", "long": "l", "float": "f", "double": "d", "void": ""}


def exported() -> dict[str, str]:
    """The signature of each function that the source exports, in the letters of `native`."""
    found = {}
    for gives, name, takes in re.findall(r"EXPORT (\w+) (\w+)\(([^)]*)\)", SOURCE):
        letters = ["p" if "*" in one else LETTERS[one.split()[0]] for one in takes.split(",")]
        found[name] = f"{''.join(letters)}:{LETTERS[gives]}"
    each = found.pop("name")  # the one inside the macro
    return found | dict.fromkeys(re.findall(r"^EACH\((\w+)", SOURCE, re.MULTILINE), each)


def test_the_signatures_are_those_of_the_source():
    found = exported()
    del found["exp_forward"]  # for measurements
    assert found == native.SIGNATURES


def test_another_shape_of_the_calls_is_another_abi():
    """Raise ABI in native.py and kernels.c, and enter it here, when this fails."""
    calls = repr((native.SIGNATURES, native.Settings._fields_))
    assert (native.ABI, zlib.crc32(calls.encode())) == (3, 4207744996)


@needs_library
def test_a_library_for_another_pyml_is_refused(monkeypatch):
    monkeypatch.setattr(native, "ABI", 7)
    with pytest.raises(OSError, match=r"was compiled for another pyml \(ABI 3, not 7\)"):
        native.functions(LIBRARY)


def test_structures_and_numbers_are_those_of_the_source():
    body = re.search(r"typedef struct \{([^}]*)\} Settings;", SOURCE)[1]
    fields = re.findall(r"\w+(?=[,;])", re.sub(r"//.*", "", body))
    assert [name for name, _ in native.Settings._fields_] == fields
    order = re.search(r"enum \{ (SGD[^}]*) \}", SOURCE)[1].lower().split(", ")
    for name, kind in TRAINERS.items():
        assert order[native.METHODS[kind]] == {"momentum": "sgd"}.get(name, name)


@needs_library
def test_the_library_has_all_functions_and_keeps_pythons_lock():
    found = native.functions(LIBRARY)
    assert found.keys() == native.SIGNATURES.keys()
    assert all(f._flags_ & 4 for f in found.values())  # FUNCFLAG_PYTHONAPI: the lock is held


def test_what_is_no_library_is_told_apart(tmp_path):
    with pytest.raises(OSError, match="nothing"):
        native.functions(tmp_path / "nothing.so")
    (tmp_path / "text.so").write_text("not a library")
    with pytest.raises(OSError, match="text"):
        native.functions(tmp_path / "text.so")
    with pytest.raises(AttributeError, match="abi"):
        native.functions(np._core._multiarray_umath.__file__)


A = np.arange(12, dtype=np.float32).reshape(3, 4)


@pytest.mark.parametrize(
    "layout", ["misaligned1", "misaligned2", "sliced", "fortran", "backwards", "swapped"]
)
def test_what_c_cannot_read_is_copied(layout):
    given = lay(A, layout)
    found = native.ready(given)
    assert found is not given
    assert native.readable(found)
    assert (found == A).all()


@pytest.mark.parametrize("layout", ["plain", "frozen"])
def test_what_c_can_read_is_left_where_it_is(layout):
    given = lay(A, layout)
    assert native.ready(given) is given
    assert native.same(given, (3, 4)) is given
    assert native.address(given).value == given.ctypes.data


@pytest.mark.parametrize("kind", ["float64", "float16", "int64", "bool"])
def test_other_types_become_float32(kind):
    given = A.astype(kind)
    assert native.readable(native.ready(given))
    np.testing.assert_array_equal(native.ready(given), given)


@pytest.mark.parametrize("find", [native.address, native._told])
def test_addresses_are_those_that_numpy_tells(find):
    class Mine(np.ndarray):
        """Somebody's own."""

    some = [np.empty(3), A[1:, ::2], A.T, A.view(Mine), np.float32(3)[None], np.empty((0, 3))]
    for a in some:
        assert find(a).value == a.ctypes.data
    assert find(None) is None


def test_an_address_follows_its_array():
    a = np.zeros(3, np.float32)
    at = native.address(a)
    a.resize(1 << 20, refcheck=False)
    assert at.value == a.ctypes.data


def test_empty_arrays_can_be_read():
    assert native.readable(native.ready(np.empty((0, 3))))


def test_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"an array has shape \(3, 4\) where \(4, 3\) is needed"):
        native.same(A, (4, 3))


def test_only_what_can_be_changed_in_place_is_owned():
    given = lay(A, "plain")
    assert native.own(given, (3, 4)) is given
    wrong = [lay(A, name) for name in ("sliced", "fortran", "frozen", "misaligned1")]
    for a in [*wrong, A.astype(np.float64), A[:2]]:
        with pytest.raises(
            ValueError, match=r"writeable float32 array \(3, 4\) .*hand over np.zeros"
        ):
            native.own(a, (3, 4))


def test_strides_are_kept_where_they_go_forward_in_whole_numbers():
    bytes_between = np.zeros(9, [("a", "f4"), ("b", "u1")])["a"]
    for a in (A, A.T, A[:, ::2], A[::2], np.broadcast_to(A[0], (5, 4))):
        assert native.strided(a) is a
    for a in (A[::-1], A[:, ::-1], lay(A, "misaligned1"), bytes_between):
        found = native.strided(a)
        assert found is not a
        assert native.readable(found)
        np.testing.assert_array_equal(found, a)


@pytest.mark.parametrize("method", TRAINERS)
def test_settings_are_the_trainers_and_rounded_once(method):
    trainer = Trainer(line(), method, l1_decay=0.25, l2_decay=0.1, clip_norm=3)
    found = native.settings_of(trainer)
    assert (found.l1, found.l2, found.clip) == (0.25, np.float32(0.1), 3)
    # 1 - 0.999 in float32 alone would be 0.00099998713.
    for name, kept in (("fresh", "ro"), ("fresh1", "beta1"), ("fresh2", "beta2")):
        assert getattr(found, name) == np.float32(1 - getattr(trainer, kept, 0.0))
    assert found.momentum == np.float32(getattr(trainer, "momentum", 0))
    assert native.settings_of(Trainer(line(), method)).clip == 0


def test_the_bias_correction_is_one_for_methods_without():
    assert native.unbias(Trainer(line()), 7) == (1, 1)
    trainer = Trainer(line(), "adam")
    assert native.unbias(trainer, 0) == (1 - 0.9, 1 - 0.999)
    assert native.unbias(trainer, 9) == (1 - 0.9**10, 1 - 0.999**10)


def test_accumulators_come_in_the_methods_order_and_are_never_copies():
    net = Network([L.Input(1), L.Regression(1)])
    trainer = Trainer(net, "adam")
    assert native.accumulators(trainer) == (trainer.rule.mean, trainer.rule.squares)
    assert native.accumulators(Trainer(net, "rmsprop"))[1] is None
    trainer.rule.mean = np.zeros(2)
    with pytest.raises(ValueError, match="only a contiguous, writeable float32 array"):
        native.accumulators(trainer)


def test_every_method_that_pyml_has_is_known_and_no_other():
    class Mine(methods.Sgd):
        """Somebody's own."""

    assert set(native.METHODS) == set(TRAINERS.values())
    assert Mine not in native.METHODS
