"""Files and JSON: everything comes back, no file is ever half there, no damage is believed."""

import copy
import io
import json
import os
import re
import tracemalloc
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import PIECES

from pyml import Network, Trainer, saving
from pyml import layers as L


def small(**options):
    return Network([L.Input(2), L.Dense(3, activation="tanh"), L.Softmax(2)], **options)


def inside(folder):
    return sorted(path.name for path in folder.iterdir())


HEADS = [L.Softmax(3), L.SVM(2, "sigmoid", bias=1), L.Regression(2, init="he")]


def test_every_layer_is_among_the_pieces():
    assert {type(layer).__name__ for layer in [*PIECES, *HEADS]} == set(L.LAYERS) - {"Input"}


@st.composite
def networks(draw):
    """A network of all layers in any order, as far as each fits behind those before it."""
    layers = [L.Input(*draw(st.tuples(*[st.integers(1, 5)] * 3)))]
    head, dtype = draw(st.sampled_from(HEADS)), draw(st.sampled_from(["float32", "float64"]))
    for layer in draw(st.lists(st.sampled_from(PIECES), max_size=7)):
        try:
            Network([*layers, layer, head])
        except ValueError:
            continue
        layers.append(layer)
    return Network([*layers, head], seed=draw(st.integers(0, 2**70)), dtype=dtype)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("saving") / "net.npz"


@given(networks())
def test_every_network_comes_back_from_file_and_json(path, net):
    rng = np.random.default_rng(8)
    x = rng.normal(size=(3, *net.layers[0].output_shape))
    y = np.zeros((3, 2)) if isinstance(net.head, L.Regression) else np.array([0, 1, 0])
    with np.errstate(under="ignore"):
        Trainer(net, learning_rate=1e-3).step(x, y)
    net.save(path)
    text = net.to_json()
    for again in (Network.load(path), Network.from_json(text)):
        assert again.to_json() == text
        assert repr(again) == repr(net)
        assert again.weights.tobytes() == net.weights.tobytes()
        assert again.predict(x).tobytes() == net.predict(x).tobytes()
        again.reset()
        copied = copy.deepcopy(net)
        copied.reset()
        assert (again.weights == copied.weights).all()


def test_half_the_space_keeps_three_digits_of_each_weight(tmp_path):
    net = Network([L.Input(40), L.Dense(50), L.Softmax(9)], seed=3)
    net.weights[:2] = 65504, 1e-9  # the largest, and one that is nothing to it
    net.save(tmp_path / "whole.npz")
    net.save(tmp_path / "half.npz", half=True)
    sizes = [(tmp_path / name).stat().st_size for name in ("whole.npz", "half.npz")]
    assert sizes[0] - sizes[1] == 2 * net.weights.size
    again = Network.load(tmp_path / "half.npz")
    assert repr(again) == repr(net)
    assert again.weights.dtype == np.float32
    np.testing.assert_allclose(again.weights, net.weights, rtol=2**-11, atol=2**-25)
    assert (again.weights != net.weights).any()
    again.save(tmp_path / "again.npz", half=True)  # what is rounded stays
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "half.npz").read_bytes()


def test_a_weight_beyond_float16_is_not_halved(tmp_path):
    net = small()
    net.weights[4] = -65520
    with pytest.raises(ValueError, match=r"weight 4 is -65520, and float16 ends at 65504; save it"):
        net.save(tmp_path / "net.npz", half=True)
    assert not inside(tmp_path)
    net.save(tmp_path / "net.npz")


def test_two_files_of_the_same_network_are_the_same_bytes(tmp_path):
    small().save(tmp_path / "a")
    small().save(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert inside(tmp_path) == ["a", "b"]


class Killed(BaseException):
    """What ends a process from outside."""


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt(), Killed()], ids=repr)
@pytest.mark.parametrize("before", [True, False])
def test_writing_that_breaks_off_leaves_the_old_file(error, before, tmp_path, monkeypatch):
    path = tmp_path / "net.npz"
    if before:
        small(seed=1).save(path)

    def half(file, **_):
        file.write(b"PK half of it")
        raise error

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(type(error)):
        small(seed=2).save(path)
    assert inside(tmp_path) == (["net.npz"] if before else [])
    if before:
        assert Network.load(path).seed == 1


def test_what_a_kill_left_beside_a_file_is_in_nobodys_way(tmp_path):
    path = tmp_path / "net.npz"
    (tmp_path / "net.npz.part").write_bytes(b"somebody's own")
    small(seed=3).save(path)
    assert Network.load(path).seed == 3
    assert inside(tmp_path) == ["net.npz", "net.npz.part"]


def test_two_processes_may_write_one_file(tmp_path, monkeypatch):
    """Each beside it under a name of its own, so that neither moves the other's half."""
    path, whole = tmp_path / "net.npz", np.savez

    def meanwhile(file, **arrays):
        whole(file, **arrays)
        monkeypatch.setattr(np, "savez", whole)
        monkeypatch.setattr(os, "getpid", lambda: 1)
        small(seed=4).save(path)
        monkeypatch.undo()

    monkeypatch.setattr(np, "savez", meanwhile)
    small(seed=3).save(path)
    assert Network.load(path).seed == 3
    assert inside(tmp_path) == ["net.npz"]


def test_what_is_no_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.npz")
    for path in (tmp_path, tmp_path / "pipe.npz", "/dev/zero"):
        with pytest.raises(ValueError, match=r"^Network.load: .* is not a file; give it what save"):
            Network.load(path)


def test_a_network_that_ran_away_is_not_saved(tmp_path):
    net = small()
    net.weights[0] = np.nan
    for save in (lambda: net.save(tmp_path / "net.npz"), net.to_json):
        with pytest.raises(ValueError, match=r"some weights are NaN or infinite .*reset\(\) it"):
            save()
    assert not inside(tmp_path)


@pytest.mark.parametrize("load", [Network.load, Trainer.load])
def test_a_missing_file_is_missing(load):
    with pytest.raises(FileNotFoundError):
        load("no-such-file.npz")


@given(st.data())
def test_damaged_bytes_are_refused_or_still_a_network(path, data):
    """Any byte may be wrong or missing: the answer is ValueError or a whole network."""
    trainer = Trainer(small(), "adam")
    trainer.save(path)
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.sampled_from([len(raw), data.draw(st.integers(0, len(raw)))]))]
    path.write_bytes(raw)
    for load in (Network.load, Trainer.load):
        refused = ""
        try:
            found = load(path)
            net = found.net if isinstance(found, Trainer) else found
            assert net.predict([[0, 0]]).shape == (1, 2)
        except ValueError as error:
            refused = str(error)
        assert refused == "" or re.match(
            rf"(Network|Trainer).load: {re.escape(str(path))}", refused
        )


def npy(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def members(net=None):
    """What a file holds, member by member."""
    found = saving.parts(net or small())
    return {
        "spec.npy": npy(np.array(json.dumps(found["spec"]))),
        "weights.npy": npy(found["weights"]),
    }


HUGE = npy(np.zeros(17, np.float32)).replace(b"(17,)", b"(17000000000,)").replace(b" " * 9, b"", 1)
BOMB = npy(np.zeros(30_000_000, np.float32))


@pytest.mark.parametrize(
    ("changes", "packed", "text"),
    [
        ({"weights.npy": BOMB}, True, "its parts are packed, or claim to be larger than the file"),
        ({"more.npy": BOMB}, True, "its parts are packed, or claim to be larger than the file"),
        ({"spec.npy": npy(np.array(" " * 10**6))}, True, "its parts are packed"),
        ({"weights.npy": HUGE}, False, "cannot reshape array of size 17 into shape (17000000000,)"),
        ({"weights.npy": npy(np.array([{}], object))}, False, "OBJECT"),
        ({"weights.npy": b""}, False, "is not a network file"),
        ({"weights.npy": b"\x93NUMPY\x02\x00" + b"\xff" * 9}, False, "does not write"),
        ({"weights.npy": npy(np.zeros((17, 1)))}, False, "(17, 1) weights, but the layers need 17"),
        ({"weights.npy": npy(np.zeros(17, int))}, False, "weights are of type int64, not floating"),
        ({"weights.npy": npy(np.zeros(17, complex))}, False, "weights are of type complex128"),
        ({"weights.npy": npy(np.full(17, 1e300))}, False, "overflow"),
        ({"weights.npy": npy(np.full(17, np.inf))}, False, "some weights are NaN or infinite"),
        ({"spec.npy": npy(np.array("{" * 5000))}, False, "is not a network file"),
        ({"spec.npy": npy(np.array("[" * 100_000))}, False, "is not a network file"),
        ({"spec.npy": npy(np.array(["{}"]))}, False, "is not a network file"),
        ({"spec.npy": npy(np.array("[]"))}, False, "the network is damaged"),
        ({"spec.npy": npy(np.array(1.0))}, False, "the network is damaged"),
        ({"weights.npy": None}, False, "KeyError('weights')"),
        ({"spec.npy": None}, False, "KeyError('spec')"),
        ({"weights": npy(np.zeros(17))}, False, "it holds a part twice"),
    ],
)
def test_members_that_lie_are_refused_before_they_cost_memory(changes, packed, text, tmp_path):
    path = tmp_path / "net.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as file:
        for name, raw in (members() | changes).items():
            if raw is not None:
                file.writestr(name, raw, compresslevel=1)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=re.escape(f"Network.load: {path}")) as caught:
            Network.load(path)
        assert tracemalloc.get_traced_memory()[1] < 16e6
    finally:
        tracemalloc.stop()
    assert text in str(caught.value)


def test_a_member_that_is_there_twice_is_refused(tmp_path):
    path = tmp_path / "net.npz"
    with zipfile.ZipFile(path, "w") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile's own, of the duplicate
        for name, raw in [*members().items(), *members(small(seed=2)).items()]:
            file.writestr(name, raw)
    with pytest.raises(ValueError, match="it holds a part twice"):
        Network.load(path)


def test_members_that_lie_over_each_other_are_refused(tmp_path):
    """A small file whose directory names the same bytes a thousand times unpacks to a large one."""
    path = tmp_path / "net.npz"
    with zipfile.ZipFile(path, "w") as file:
        for name, raw in (members() | {"more.npy": npy(np.zeros(9999))}).items():
            file.writestr(name, raw)
        for i in range(999):
            again = copy.copy(file.filelist[-1])
            again.filename = f"m{i}.npy"
            file.filelist.append(again)
    assert path.stat().st_size < 200_000
    with pytest.raises(
        ValueError, match="its parts are packed, or claim to be larger than the file"
    ):
        Network.load(path)


def test_a_packed_member_that_says_it_is_small_is_not_unpacked(tmp_path):
    path = tmp_path / "net.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, raw in (members() | {"weights.npy": BOMB}).items():
            file.writestr(name, raw, compresslevel=1)
        file.filelist[-1].file_size = 196
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="its parts are packed"):
            Network.load(path)
        assert tracemalloc.get_traced_memory()[1] < 16e6
    finally:
        tracemalloc.stop()


def test_members_that_nobody_knows_are_left_alone(tmp_path):
    path = tmp_path / "net.npz"
    with zipfile.ZipFile(path, "w") as file:
        for name, raw in (members() | {"notes.npy": npy(np.array('"read me"'))}).items():
            file.writestr(name, raw)
    assert Network.load(path).to_json() == small().to_json()


@pytest.mark.parametrize("raw", [b"", b"PK", npy(np.zeros(3)), npy(np.array([{}], object))])
def test_files_of_other_kinds_are_refused(raw, tmp_path):
    path = tmp_path / "net.npz"
    path.write_bytes(raw)
    told = re.escape(f"Network.load: {path} is not a network file")
    with pytest.raises(ValueError, match=told + r".*; give it what save\(\) wrote"):
        Network.load(path)
