"""The arithmetic of one value: worked out once more from the docstrings of the layers."""

import json
import math

import numpy as np
import pytest
from tables import PIECES

from pyml import Network
from pyml import layers as L
from pyml.explain import cells

LISTS = ("patch", "weights", "products", "inside", "shown", "channels")


def looked(layers, shape, layer, row=0, column=0, channel=0, seed=3):
    """The network with weights that are not its first, its activations, and the cell."""
    net = Network([L.Input(*shape), *layers, L.Softmax(3)], seed=seed)
    rng = np.random.default_rng(4)
    net.weights += rng.uniform(0.01, 0.2, net.weights.size).astype(np.float32)
    x = rng.uniform(-0.5, 0.5, shape).astype(np.float32)
    activations = net.activations(x[None])
    return net, activations, cells.cell(net, activations, layer, row, column, channel)


@pytest.mark.parametrize(
    ("conv", "row", "column"),
    [
        (L.Conv(4, 3), 2, 1),
        (L.Conv(4, 1), 5, 6),
        (L.Conv(4, 5, pad=2), 0, 0),
        (L.Conv(4, (3, 2), stride=2, pad=(1, 0)), 2, 1),
        (L.Conv(4, 3, stride=(1, 3), pad=1), 5, 2),
    ],
)
def test_a_convolution_is_the_sum_of_the_products_and_the_bias(conv, row, column):
    net, activations, found = looked([conv, L.Relu()], (6, 7, 3), 1, row, column, 2)
    layer, x = net.layers[1], activations[0][0].astype(float)
    (kh, kw), sums = layer.size, [0.0] * 3
    at = 0
    for i in range(kh):
        for j in range(kw):
            r = row * layer.stride[0] - layer.pad[0] + i
            c = column * layer.stride[1] - layer.pad[1] + j
            inside = 0 <= r < 6 and 0 <= c < 7
            assert found["inside"][i * kw + j] == inside
            for k in range(3):
                value = x[r, c, k] if inside else 0.0
                assert found["patch"][at] == value
                assert found["weights"][at] == layer.w[2, i, j, k]
                assert found["products"][at] == value * float(layer.w[2, i, j, k])
                sums[k] += found["products"][at]
                at += 1
    assert found["shape"] == [kh, kw, 3]
    assert at == len(found["patch"])
    np.testing.assert_allclose(found["channels"], sums, atol=1e-12)
    assert found["sum"] == pytest.approx(sum(sums))
    assert found["bias"] == layer.b[2]
    assert found["z"] == pytest.approx(found["sum"] + found["bias"], abs=1e-6)
    assert found["z"] == activations[1][0, row, column, 2]
    assert found["y"] == activations[2][0, row, column, 2] == max(0, found["z"])
    assert (found["kind"], found["activation"], found["shown"]) == ("conv", "relu", [0, 1, 2])


def test_padding_is_told_in_words():
    assert "outside the image is 0" in looked([L.Conv(1, 3, pad=1)], (4, 4, 1), 1)[2]["text"]
    assert "outside" not in looked([L.Conv(1, 3)], (4, 4, 1), 1)[2]["text"]


def test_the_second_layer_of_the_seed_network_shows_all_its_channels():
    layers = [L.Conv(16, 5, pad=2, activation="relu"), L.Pool(2), L.Conv(20, 5, pad=2)]
    _, activations, found = looked(layers, (8, 8, 3), 4, 1, 1, 7)
    assert found["shape"] == [5, 5, 16]
    assert len(found["patch"]) == 400
    assert len(found["channels"]) == 16
    assert sum(found["channels"]) == pytest.approx(found["sum"])
    assert found["sum"] + found["bias"] == pytest.approx(activations[4][0, 1, 1, 7], abs=1e-5)


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        ([L.Conv(1, 3, pad=1)], (3, 3, 600)),
        ([L.Dense(2)], (32, 32, 3)),
        ([L.Dense(2)], (3000,)),
        ([L.Dense(2)], (40, 40, 2)),
        ([L.GlobalAveragePool()], (70, 70, 1)),
        ([L.Pool(70)], (70, 70, 1)),
    ],
)
def test_only_so_many_numbers_are_told_and_those_that_count_most(layers, shape):
    _, activations, found = looked(layers, shape, 1)
    assert sum(len(found.get(name, [])) for name in LISTS) <= cells.MOST
    assert found["z"] == activations[1].ravel()[0]
    if found["kind"] in ("conv", "dense"):
        assert sum(found["channels"]) + found["rest"] == pytest.approx(found["sum"])
        assert found["sum"] + found["bias"] == pytest.approx(found["z"], abs=1e-4)
        assert len(found["products"]) == math.prod(found["shape"])
        assert len(found["shown"]) == len(found["channels"]) < shape[-1]
        least = min(map(abs, found["channels"]), default=math.inf)
        assert abs(found["rest"]) <= (shape[-1] - len(found["shown"])) * least + 1e-9


def test_a_dense_layer_sees_the_image_as_one_large_filter():
    net, activations, found = looked([L.Conv(2, 3), L.Dense(4, "tanh")], (4, 4, 1), 2, channel=3)
    np.testing.assert_array_equal(found["weights"], net.layers[2].w[3])
    np.testing.assert_array_equal(found["patch"], activations[1].ravel())
    assert found["shape"] == [2, 2, 2]
    assert (found["field"], found["input_field"]) == ([0, 0, 2, 2], [0, 0, 4, 4])
    assert found["y"] == pytest.approx(math.tanh(found["z"]), rel=1e-6)


def test_of_a_pool_the_window_and_who_won():
    net = Network([L.Input(3, 3, 1), L.Pool(2, 2, pad=1), L.Softmax(2)])
    x = np.array([[-9, -1, 2], [-3, 5, 1], [5, 5, 0]], np.float32)[..., None]
    activations = net.activations(x[None])
    corner = cells.cell(net, activations, 1, 0, 0, 0)
    assert (corner["patch"], corner["inside"]) == ([0, 0, 0, -9], [0, 0, 0, 1])
    assert (corner["winner"], corner["y"], corner["field"]) == (3, -9, [0, 0, 1, 1])
    # The window is 5 1 / 5 0: of equal ones the topmost.
    last = cells.cell(net, activations, 1, 1, 1, 0)
    assert (last["patch"], last["winner"], last["y"]) == ([5, 1, 5, 0], 0, 5)
    # And 5 7 / 7 0: of equal ones the leftmost, which is further down.
    activations = net.activations(np.array([[0, 0, 0], [0, 5, 7], [0, 7, 0]])[None, ..., None])
    assert cells.cell(net, activations, 1, 1, 1, 0)["winner"] == 2


def test_the_winner_is_the_cell_that_the_gradient_goes_to(rng):
    net = Network([L.Input(5, 7, 2), L.Pool((2, 3), (1, 2), (1, 1)), L.Softmax(2)])
    x = rng.integers(0, 3, (1, 5, 7, 2)).astype(np.float32)  # many are equal
    activations, (y, backward) = net.activations(x), net.layers[1].forward(x, False)
    for row, column, channel in np.ndindex(y.shape[1:]):
        dy = np.zeros_like(y)
        dy[0, row, column, channel] = 1
        found = cells.cell(net, activations, 1, row, column, channel)
        down, right = divmod(found["winner"], 3)
        assert backward(dy)[0, row - 1 + down, 2 * column - 1 + right, channel] == 1


def test_of_a_mean_the_values_and_their_shares():
    net = Network([L.Input(2, 2, 1), L.Pool(2, 1, 1, "average"), L.Softmax(2)])
    activations = net.activations(np.array([[1, 2], [3, 6]])[None, ..., None])
    edge = cells.cell(net, activations, 1, 0, 1, 0)
    assert (edge["patch"], edge["inside"], edge["sum"]) == ([0, 0, 1, 2], [0, 0, 1, 1], 3)
    assert (edge["products"], edge["y"]) == ([0, 0, 0.5, 1], 1.5)
    net = Network([L.Input(2, 2, 1), L.GlobalAveragePool(), L.Softmax(2)])
    mean = cells.cell(net, net.activations(activations[0]), 1, 0, 0, 0)
    assert (mean["patch"], mean["sum"], mean["y"]) == ([1, 2, 3, 6], 12, 3)
    assert mean["text"] == "4 values add up to 12; their mean is 3."


def test_softmax_is_a_quotient_of_exponentials():
    _, activations, found = looked([L.Dense(4)], (5,), 3, channel=1)
    scores = activations[2][0].astype(float)
    powers = [math.exp(z - scores.max()) for z in scores]
    np.testing.assert_allclose(found["products"], powers, rtol=1e-12)
    assert found["patch"] == scores.tolist()
    assert (found["largest"], found["z"]) == (scores.max(), scores[1])
    assert found["sum"] == pytest.approx(sum(powers))
    assert found["y"] == pytest.approx(powers[1] / sum(powers), rel=1e-5)
    assert found["y"] == activations[3][0, 1]


def test_softmax_of_far_apart_scores_is_told_too():
    net = Network([L.Input(2), L.Softmax(2)])
    net.weights = [1, 0, 0, 1, 0, 0]
    found = cells.cell(net, net.activations([[5000, -5000]]), 2, 0, 0, 1)
    assert (found["products"], found["sum"], found["y"]) == ([1, 0], 1, 0)


def test_batch_norm_is_worked_out_step_by_step():
    net, activations, found = looked([L.Conv(3, 2), L.BatchNorm(eps=0.01)], (4, 4, 2), 2, 1, 2, 1)
    layer, x = net.layers[2], float(activations[1][0, 1, 2, 1])
    assert (found["mean"], found["var"]) == (layer.mean[1], layer.var[1])
    assert found["normal"] == pytest.approx((x - layer.mean[1]) / math.sqrt(layer.var[1] + 0.01))
    told = found["normal"] * found["gamma"] + found["beta"]
    assert (found["z"], found["eps"]) == (pytest.approx(told, rel=1e-5), 0.01)
    assert found["field"] == [1, 2, 2, 3]


def test_a_response_is_divided_by_its_neighbours():
    norm = L.LocalResponseNorm(3, 1, 0.6, 0.5)
    _, activations, found = looked([L.Conv(4, 1), norm], (2, 2, 2), 2, 1, 0, 3)
    x = activations[1][0, 1, 0].astype(float)
    assert found["patch"] == x[2:].tolist()  # the last has one neighbour
    assert found["sum"] == pytest.approx(x[2] ** 2 + x[3] ** 2)
    assert found["divisor"] == pytest.approx(math.sqrt(1 + 0.6 / 3 * found["sum"]))
    assert found["y"] == pytest.approx(x[3] / found["divisor"], rel=1e-5)


def test_maxout_takes_the_largest_of_its_group():
    _, activations, found = looked([L.Conv(6, 1), L.Maxout(3)], (2, 2, 2), 2, 1, 1, 1)
    assert found["patch"] == activations[1][0, 1, 1, 3:].tolist()
    assert found["winner"] == np.argmax(found["patch"])
    assert found["y"] == max(found["patch"])
    assert found["text"].startswith("The largest of channels 4 to 6 is")


@pytest.mark.parametrize(("inverted", "factor"), [(True, 1), (False, 0.75)])
def test_dropout_is_told_as_at_prediction(inverted, factor):
    dropout = L.Dropout(0.25, inverted=inverted)
    _, activations, found = looked([L.Dense(3), dropout], (4,), 2, channel=2)
    assert found["factor"] == factor
    assert found["y"] == pytest.approx(factor * activations[1][0, 2], rel=1e-6)


@pytest.mark.parametrize(
    ("layer", "f"),
    [
        (L.Relu(), lambda x: max(x, 0)),
        (L.LeakyRelu(0.25), lambda x: x if x > 0 else 0.25 * x),
        (L.Tanh(), math.tanh),
        (L.Sigmoid(), lambda x: 1 / (1 + math.exp(-x))),
    ],
    ids=["relu", "leaky", "tanh", "sigmoid"],
)
def test_an_activation_is_its_formula(layer, f):
    for channel in range(4):
        _, activations, found = looked([L.Dense(4), layer], (5,), 2, channel=channel)
        assert found["z"] == activations[1][0, channel]
        assert found["y"] == pytest.approx(f(found["z"]), rel=1e-5, abs=1e-7)


def test_flatten_tells_where_a_number_comes_from():
    _, activations, found = looked([L.Flatten()], (2, 3, 4), 1, channel=17)
    assert found["source"] == [1, 1, 1]
    assert found["field"] == found["input_field"] == [1, 1, 2, 2]
    assert found["y"] == activations[0][0, 1, 1, 1]


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_every_value_of_every_layer_is_told_and_goes_through_json(piece):
    layers = [L.Conv(4, 3), piece]
    net, activations, _ = looked(layers, (6, 7, 2), 0)
    for layer, given in enumerate(activations):
        shape = (1, 1, *given.shape[1:])[-3:]
        for at in np.ndindex(shape):
            found = cells.cell(net, activations, layer, *at)
            assert found["kind"] == type(net.layers[layer]).__name__.lower()
            assert json.loads(json.dumps(found)) == found
            value = given.ravel()[np.ravel_multi_index(at, shape)]
            after = isinstance(net.layers[layer], L.Softmax | L.Relu | L.LeakyRelu | L.Tanh)
            after |= isinstance(net.layers[layer], L.Sigmoid)
            assert found["y" if after else "z"] == value
            assert found["title"]
            assert found["text"]


def test_a_head_that_gives_scores_and_a_layer_of_ones_own_are_told():
    class Own(L.Tanh):
        pass

    net = Network([L.Input(2), L.Dense(3), Own(), L.SVM(2)])
    activations = net.activations([[1, 2]])
    assert cells.cell(net, activations, 4, 0, 0, 1)["kind"] == "svm"
    assert cells.cell(net, activations, 2, 0, 0, 1)["text"].startswith("It is ")
    assert cells.cell(net, activations, 1, 0, 0, 1)["activation"] == ""


@pytest.mark.parametrize(
    ("layer", "row", "words"),
    [
        (9, 0, "cell: there is no layer 9; the network has 4, from 0"),
        (-1, 0, "there is no layer -1"),
        (1, 2, r"Conv\(1, 3\) has no value at row 2, column 0, channel 0; it gives 2 x 2 x 1"),
        (1, -1, "no value at row -1"),
    ],
)
def test_a_place_that_there_is_not_is_an_error(layer, row, words):
    net = Network([L.Input(4, 4, 1), L.Conv(1, 3), L.Softmax(2)])
    with pytest.raises(ValueError, match=words):
        cells.cell(net, net.activations(np.zeros((1, 4, 4, 1))), layer, row, 0, 0)
