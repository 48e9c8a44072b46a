"""Networks as ONNX files: onnxruntime reads them and predicts the same."""

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import PIECES, defined

from pyml import Network, layers, losses, onnx
from pyml import layers as L
from pyml.layer import Layer
from pyml.layers import dense, elementwise, images, norms
from pyml.train import cifar10_layers


def run(data, x):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    (given_,), (made,) = session.get_inputs(), session.get_outputs()
    assert (given_.name, made.name) == ("x", "p")
    assert (given_.shape, made.shape[0]) == (["N", *x.shape[1:]], "N")
    (found,) = session.run(["p"], {"x": x.astype(np.float32)})
    assert found.shape[1] == made.shape[1]
    return found


def check(net, n=3):
    """That both predict the same, with weights and running values that are not the first ones."""
    rng = np.random.default_rng(6)
    net.weights += rng.uniform(-0.1, 0.1, net.weights.size).astype(net.dtype)
    x = rng.uniform(-1, 1, (n, *net.layers[0].output_shape))
    found, told = run(onnx.dumps(net), x), net.predict(x)
    assert np.abs(found - told).max() < 1e-4 * max(1, np.abs(told).max())
    return told


def test_the_seed_network_gives_the_same_probabilities():
    p = check(Network(cifar10_layers(), seed=1), n=5)
    assert 0.1 < p.max() < 0.999
    assert np.ptp(p, axis=0).max() > 0.01  # they depend on the image


EVERY_KIND = [
    L.Conv(6, 3, pad=1),
    L.BatchNorm(),
    L.LeakyRelu(0.2),
    L.LocalResponseNorm(3, 1, 0.5, 0.75),
    L.Pool(3, 2, pad=1),
    L.Dropout(0.25, inverted=False),
    L.Conv(8, (3, 2), stride=(1, 2), pad=(1, 0), activation="tanh"),
    L.Maxout(2),
    L.Pool(2, 1, pad=1, kind="average"),
    L.Conv(4, 1, activation="sigmoid"),
    L.Dropout(),
    L.Flatten(),
    L.Maxout(7),
    L.Dense(9, activation="relu"),
    L.BatchNorm(),
    L.LocalResponseNorm(),
]


@pytest.mark.parametrize("head", [L.Softmax(4), L.SVM(3), L.Regression(2, activation="tanh")])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_with_every_kind_of_layer_predicts_the_same(head, dtype):
    check(Network([L.Input(12, 11, 3), *EVERY_KIND, head], seed=2, dtype=dtype))
    check(Network([L.Input(6, 5, 2), L.Conv(4, 2), L.GlobalAveragePool(), L.Tanh(), head], seed=2))


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_each_layer_predicts_the_same_at_either_end(piece):
    check(Network([L.Input(6, 7, 4), piece, L.Softmax(3)]))
    check(Network([L.Input(6, 7, 4), L.Conv(4, 2), piece, L.Dense(4), L.Regression(3)]))


FLAT = [piece for piece in PIECES if not isinstance(piece, L.Conv | L.Pool | L.GlobalAveragePool)]


@given(st.lists(st.sampled_from(FLAT), max_size=4), st.integers(1, 4))
def test_networks_of_numbers_predict_the_same_for_any_number_of_examples(pieces, n):
    row = [step for piece in pieces for step in (L.Dense(4), piece)]
    check(Network([L.Input(5), *row, L.Softmax(3)]), n)


def test_there_is_a_translation_for_every_layer():
    known = defined(Layer, dense, elementwise, images, norms, losses)
    missing = set(known) - {kind.__name__ for kind in onnx.KINDS}
    # An input has no node; the others are bases.
    assert missing == {"Input", "Weighted", "Head", "Classifier"}
    assert set(layers.LAYERS) - missing == {kind.__name__ for kind in onnx.KINDS}


def test_a_layer_without_translation_is_named():
    class Squared(L.Tanh):
        pass

    net = Network([L.Input(2), L.Dense(3), Squared(), L.Softmax(2)])
    with pytest.raises(ValueError, match=r"ONNX: layer 2, Squared\(\), has no translation; those"):
        onnx.dumps(net)


@pytest.mark.parametrize("shape", [(2, 3), (2, 2, 2, 2)])
def test_an_input_that_is_no_image_is_named(shape):
    net = Network([L.Input(*shape), L.Softmax(2)])
    with pytest.raises(ValueError, match=r"ONNX: Input\(2, .*is neither a row of numbers nor an"):
        onnx.dumps(net)


def test_the_same_network_is_the_same_file():
    first, second = (Network([L.Input(3), L.Softmax(2)], seed=1) for _ in range(2))
    assert onnx.dumps(first) == onnx.dumps(second)


@pytest.mark.parametrize(
    ("value", "data"), [(0, "00"), (1, "01"), (127, "7f"), (128, "8001"), (300, "ac02")]
)
def test_whole_numbers_are_seven_bits_to_a_byte(value, data):
    assert onnx.varint(value).hex() == data
