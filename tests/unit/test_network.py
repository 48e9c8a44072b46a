"""The network: one example worked by hand, its flat weights, and its way to files and back."""

import json
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml import Network
from pyml import layers as L


def small(**options):
    return Network([L.Input(2), L.Dense(3, activation="tanh"), L.Softmax(2)], **options)


def test_a_2_2_1_network_worked_by_hand():
    """Every number of a forward and a backward pass, with the arithmetic beside it."""
    net = Network([L.Input(2), L.Dense(2, activation="sigmoid"), L.Regression(1)], dtype="float64")
    ln3 = math.log(3)
    #              w of unit 1, of unit 2, their biases,  w of the output, its bias
    net.weights = [1, -0.5, 0.5, 0.25, 0, ln3 - 1, 2, -1, 0.25]
    x, y = [[1, 2]], [1]
    # z1 = 1*1 - 0.5*2 + 0           = 0      h1 = sigmoid(0)    = 0.5
    # z2 = 0.5*1 + 0.25*2 + ln3 - 1  = ln 3   h2 = sigmoid(ln 3) = 0.75
    # out = 2*0.5 - 1*0.75 + 0.25    = 0.5
    shown = net.activations(x)
    np.testing.assert_allclose(shown[1], [[0, ln3]], atol=1e-15)
    np.testing.assert_allclose(shown[2], [[0.5, 0.75]])
    np.testing.assert_allclose(net.predict(x), [[0.5]])
    loss, gradient = net.loss_and_gradient(x, y)
    # loss = (0.5 - 1)^2 / 2 = 0.125, d = out - y = -0.5
    assert loss == pytest.approx(0.125)
    # output weights: d*h1 = -0.25, d*h2 = -0.375, bias: d = -0.5
    # back to h: d*2 = -1, d*(-1) = 0.5; through h(1-h): -1 * 0.25 = -0.25, 0.5 * 0.1875 = 0.09375
    # unit 1: -0.25 * (1, 2), bias -0.25; unit 2: 0.09375 * (1, 2), bias 0.09375
    np.testing.assert_allclose(
        gradient, [-0.25, -0.5, 0.09375, 0.1875, -0.25, 0.09375, -0.25, -0.375, -0.5]
    )


def test_it_prints_itself_as_a_table():
    net = Network([L.Input(2), L.Dense(6, activation="tanh"), L.Softmax(2)], seed=4)
    assert repr(net).splitlines() == [
        "Network 2-6-2, 32 weights, float32, seed 4",
        "   layer       output  weights",
        "0  Input(2)    2",
        "1  Dense(6)    6            18",
        "2  Tanh()      6",
        "3  Dense(2)    2            14",
        "4  Softmax(2)  2",
    ]


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=3),
    st.lists(st.integers(1, 5), max_size=3),
    st.integers(1, 4),
    st.integers(1, 9),
)
def test_shapes_hold_for_every_network(shape, hidden, units, n):
    layers = [L.Input(*shape), *(L.Dense(u, activation="relu") for u in hidden), L.Softmax(units)]
    net = Network(layers)
    x = np.ones((n, *shape), np.float32)
    assert net.predict(x).shape == (n, units)
    assert net.predict(x).dtype == np.float32
    assert net.classify(x).shape == (n,)
    assert [len(a) for a in net.activations(x)] == [n] * len(net.layers)
    assert [a.shape[1:] for a in net.activations(x)] == [layer.output_shape for layer in net.layers]
    assert net.loss_and_gradient(x, np.zeros(n, int))[1].shape == net.weights.shape


def test_the_gradient_of_a_batch_is_the_mean_over_its_examples(rng):
    net = small(dtype="float64")
    x, y = rng.normal(size=(5, 2)), rng.integers(0, 2, 5)
    each = [net.loss_and_gradient(x[i : i + 1], y[i : i + 1]) for i in range(5)]
    loss, gradient = net.loss_and_gradient(x, y)
    assert loss == pytest.approx(np.mean([one for one, _ in each]))
    np.testing.assert_allclose(gradient, np.mean([g for _, g in each], axis=0))


def test_the_same_seed_gives_the_same_weights_and_reset_brings_them_back():
    net = small(seed=5)
    start = net.weights.copy()
    assert (small(seed=5).weights == start).all()
    assert (small(seed=6).weights != start).any()
    net.weights += 1
    net.reset()
    assert (net.weights == start).all()


def test_float32_starts_as_the_rounded_float64():
    wide = small(seed=5, dtype="float64").weights
    assert (small(seed=5).weights == wide.astype(np.float32)).all()


def test_weights_are_a_view_that_can_be_set(rng):
    net = small()
    x = rng.normal(size=(4, 2))
    net.weights[:] = 0
    np.testing.assert_allclose(net.predict(x), 0.5)
    net.weights = np.ones(net.weights.size)
    assert (net.layers[1].w == 1).all()


def test_decay_is_for_weights_and_not_for_biases():
    net = small()
    assert net.decay_mask.tolist() == [1] * 6 + [0] * 3 + [1] * 6 + [0] * 2


def test_the_gradient_is_a_copy_and_a_prediction_between_disturbs_nothing(rng):
    net = small()
    x, y = rng.normal(size=(4, 2)), np.array([0, 1, 0, 1])
    _, first = net.loss_and_gradient(x, y)
    kept = first.copy()
    net.predict(x[:1])
    _, second = net.loss_and_gradient(x[:2], y[:2])
    assert (first == kept).all()
    assert (first != second).any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_file_brings_back_the_same_network(dtype, tmp_path, rng):
    net = small(seed=9, dtype=dtype)
    net.weights += rng.normal(size=net.weights.size).astype(dtype)
    net.save(tmp_path / "net.model")
    for again in (Network.load(tmp_path / "net.model"), Network.from_json(net.to_json())):
        assert repr(again) == repr(net)
        assert again.weights.tobytes() == net.weights.tobytes()
        assert again.weights.dtype == net.weights.dtype
        again.reset()
        net_again = small(seed=9, dtype=dtype)
        assert (again.weights == net_again.weights).all()


def test_two_files_of_the_same_network_are_the_same_bytes(tmp_path):
    small().save(tmp_path / "a")
    small().save(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@given(st.data())
def test_a_damaged_file_is_refused_or_still_a_network(data):
    """Any byte may be wrong or missing: the answer is ValueError or a whole network."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.npz"
        small().save(path)
        raw = bytearray(path.read_bytes())
        if data.draw(st.booleans()):
            raw = raw[: data.draw(st.integers(0, len(raw) - 1))]
        else:
            raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
        path.write_bytes(raw)
        refused = ""
        try:
            assert Network.load(path).predict([[0, 0]]).shape == (1, 2)
        except ValueError as error:
            refused = str(error)
        assert refused == "" or refused.startswith("Network.load: ")


def test_a_file_with_a_pickle_is_refused(tmp_path):
    np.save(tmp_path / "evil.npy", np.array([object()]), allow_pickle=True)
    with pytest.raises(ValueError, match="is not a network file"):
        Network.load(tmp_path / "evil.npy")


def test_a_missing_file_is_missing():
    with pytest.raises(FileNotFoundError):
        Network.load("no-such-file.npz")


def changed(**changes):
    return json.dumps(json.loads(small().to_json()) | changes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is not a network in JSON"),
        ("[]", "this is not a network in JSON"),
        ("{}", "this is not a network in JSON"),
        (changed(format="other"), "format is 'other', not 'pyml-network'"),
        (changed(layers=[]), "it starts with nothing"),
        (changed(layers=[{"type": "Warp"}]), "'Warp'"),
        (changed(layers=[{"type": "Dense", "rank": 3}]), "rank"),
        (changed(layers=7), "the network is damaged"),
        (changed(weights=[1, 2]), "(2,) weights, but the layers need 17"),
        (changed(weights=None), "weights"),
        (changed(weights="x"), "this is not a network in JSON"),
        (changed(dtype="float16"), "dtype must be float32 or float64"),
        (changed(seed=-1), "the network is damaged"),
        (small().to_json().replace("[", "[NaN, ", 1), "the network is damaged"),
        (
            changed(
                layers=[{"type": "Input", "shape": [10**9, 10**9]}, {"type": "Softmax", "units": 2}]
            ),
            "but the layers need",
        ),
    ],
)
def test_damaged_json_is_refused_with_the_reason(text, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Network.from_json(text)


def test_a_network_that_ran_away_is_not_saved(tmp_path):
    net = small()
    net.weights[0] = np.nan
    with pytest.raises(ValueError, match=r"some weights are NaN or infinite .*reset\(\) it"):
        net.save(tmp_path / "net.npz")
    with pytest.raises(ValueError, match="NaN or infinite"):
        net.to_json()


@pytest.mark.parametrize(
    ("layers", "error", "text"),
    [
        ([], ValueError, "it starts with nothing; the first layer must be Input(...)"),
        ([L.Dense(2), L.Softmax(2)], ValueError, "it starts with Dense(2)"),
        ([L.Input(2), L.Dense(2)], ValueError, "it ends with Dense(2); the last layer must be"),
        ([L.Input(2), L.Softmax(2), L.Softmax(2)], ValueError, "Softmax(2) stands in the middle"),
        ([L.Input(2), L.Input(2), L.Softmax(2)], ValueError, "Input(2) stands in the middle"),
        ([L.Input(2), L.Tanh, L.Softmax(2)], TypeError, "is not a layer; write for example"),
    ],
)
def test_layers_that_do_not_fit_are_refused(layers, error, text):
    with pytest.raises(error) as caught:
        Network(layers)
    assert text in str(caught.value)


@pytest.mark.parametrize("x", [[[1, 2, 3]], [1, 2], np.zeros((0, 2)), 3, [[[1, 2]]]])
def test_inputs_of_another_shape_are_refused(x):
    with pytest.raises(ValueError, match=r"but Input\(2\) takes \(N, 2\) with N of at least 1"):
        small().predict(x)


def test_weights_of_another_network_are_refused():
    with pytest.raises(ValueError, match=r"it takes \(17,\), got shape \(3,\)"):
        small().weights = [1, 2, 3]


def test_an_unknown_dtype_is_refused():
    with pytest.raises(ValueError, match="dtype must be float32 or float64, got 'int8'"):
        small(dtype="int8")


def test_the_backend_is_handed_to_every_layer():
    from pyml.ops import Ops

    class Counting(Ops):
        calls = 0

        def matmul(self, a, b, out=None):
            Counting.calls += 1
            return super().matmul(a, b, out)

    net = small(ops=Counting())
    assert {layer.ops for layer in net.layers} == {net.layers[0].ops}
    net.loss_and_gradient(np.zeros((1, 2)), [0])
    assert Counting.calls == 6  # two Dense layers, one product forward and two back
