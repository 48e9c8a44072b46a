"""What layers make of an image, next to finite differences and loops written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import PIECES

from pyml import Network
from pyml import layers as L
from pyml.explain import maps


def net_of(*layers, shape=(6, 7, 3), classes=3, dtype="float32"):
    return Network([L.Input(*shape), *layers, L.Softmax(classes)], seed=3, dtype=dtype)


def image(rng, shape=(6, 7, 3)):
    return rng.uniform(-0.5, 0.5, shape).astype(np.float32)


@pytest.fixture
def net():
    return net_of(L.Conv(4, 3, pad=1, activation="relu"), L.Pool(2), L.Dense(5, activation="tanh"))


def test_every_layer_has_its_greys_from_its_least_to_its_largest_number(net, rng):
    x = image(rng)
    found = maps.maps(net, x)
    assert len(found) == len(net.layers)
    for one, given_ in zip(found, net.activations(x[None]), strict=True):
        values = given_[0] if given_.ndim == 4 else given_[0][None, None]
        assert one.pixels.shape == (values.shape[2], *values.shape[:2])
        assert (one.low, one.high) == (values.min(), values.max())
        again = one.low + one.pixels.transpose(1, 2, 0) / 255 * (one.high - one.low)
        np.testing.assert_allclose(again, values, atol=0.51 / 255 * (one.high - one.low))


def test_no_more_channels_are_shown_than_a_page_can_hold(rng):
    net = net_of(L.Conv(70, 1), L.Dense(66), shape=(2, 2, 3))
    shapes = [one.pixels.shape for one in maps.maps(net, image(rng, (2, 2, 3)))]
    assert shapes == [(3, 2, 2), (64, 2, 2), (64, 1, 1), (3, 1, 1), (3, 1, 1)]
    assert maps.filters(net)[0].pixels.shape == (64, 1, 1, 3)


@pytest.mark.parametrize("value", [0.0, 1e-38, np.nan, np.inf])
def test_what_has_no_scale_is_black(value):
    net = net_of(L.Conv(2, 1), shape=(2, 2, 1))
    x = np.zeros((2, 2, 1), np.float32)
    x[0, 0] = value
    with np.errstate(all="ignore"):
        assert not maps.maps(net, x)[0].pixels.any()


def test_filters_are_those_of_the_convolutions_around_a_middle_grey(net):
    (found,) = maps.filters(net)
    w = net.layers[1].w
    assert (found.layer, found.low, found.high) == (1, -np.abs(w).max(), np.abs(w).max())
    assert found.pixels.shape == w.shape
    again = found.low + found.pixels / 255 * 2 * found.high
    np.testing.assert_allclose(again, w, atol=found.high / 254)
    assert maps.filters(net_of(L.Dense(2))) == []


SMOOTH = [L.Conv(4, 3, pad=1), L.Sigmoid(), L.BatchNorm(), L.Pool(2), L.LocalResponseNorm(3)]


def test_slopes_are_those_of_the_loss_by_what_each_layer_gives(rng):
    net = net_of(*SMOOTH, L.Dropout(0.4, inverted=False), L.Dense(5, "tanh"), dtype="float64")
    x = image(rng)
    found = maps.slopes(net, x, lambda z: net.head.loss(z, np.array([1]))[1])
    activations = net.activations(x[None])
    for i in range(len(net.layers) - 1):
        u = rng.normal(size=activations[i].shape)
        assert found[i].shape == u.shape

        def loss(h, i=i, u=u):
            y = activations[i] + h * u
            for layer in net.layers[i + 1 : -1]:
                y, _ = layer.forward(y, False)
            return net.head.loss(y, np.array([1]))[0]

        told = (loss(1e-5) - loss(-1e-5)) / 2e-5
        np.testing.assert_allclose((found[i] * u).sum(), told, rtol=1e-5, atol=1e-9)
    greys = maps.gradients(net, x, 1)
    assert [one.low for one in greys] == [-one.high for one in greys]
    assert greys[0].high == np.abs(found[0]).max()


def test_looking_back_changes_nothing(rng):
    net = net_of(L.Conv(4, 3), L.BatchNorm(), L.Dropout(), L.Dense(3))
    weights, noise = net.weights.copy(), net.noise
    asked = [layer.needs_dx for layer in net.layers]
    maps.gradients(net, image(rng), 0)
    maps.saliency(net, image(rng), 0)
    assert (net.weights == weights).all()
    assert net.noise == noise
    assert [layer.needs_dx for layer in net.layers] == asked


@pytest.mark.parametrize("layer", PIECES, ids=repr)
def test_the_slope_of_a_score_is_what_a_small_change_of_the_image_does(layer, rng):
    if isinstance(layer, L.Pool | L.Conv | L.GlobalAveragePool):
        net = net_of(layer, L.Dense(3, "tanh"), dtype="float64")
    else:
        net = net_of(L.Conv(4, 3), layer, L.Dense(3, "tanh"), dtype="float64")
    x = rng.uniform(-0.5, 0.5, (6, 7, 3))
    found = maps.slope_of_score(net, x, 2)
    u = rng.normal(size=x.shape)
    ends = [net.activations((x + h * u)[None])[-2][0, 2] for h in (1e-7, -1e-7)]
    np.testing.assert_allclose((found * u).sum(), (ends[0] - ends[1]) / 2e-7, rtol=1e-4, atol=1e-7)


def test_saliency_is_brightest_at_the_pixel_that_a_class_hangs_on():
    net = net_of(shape=(3, 4, 2), classes=2)
    net.weights[:] = 0
    net.layers[1].w.reshape(2, 3, 4, 2)[1, 2, 1] = [0.5, -4]  # row 2, column 1; channel 1 counts
    net.layers[1].w.reshape(2, 3, 4, 2)[1, 0, 3] = [2, 1]
    found = maps.saliency(net, np.zeros((3, 4, 2), np.float32), 1)
    assert found.dtype == np.uint8
    assert found.tolist() == [[0, 0, 0, 128], [0, 0, 0, 0], [0, 255, 0, 0]]
    assert not maps.saliency(net, np.zeros((3, 4, 2), np.float32), 0).any()


@pytest.mark.parametrize("head", [L.Softmax(3), L.Regression(3)])
def test_saliency_is_of_a_class_that_there_is(head):
    net = Network([L.Input(2, 2, 1), head])
    with pytest.raises(ValueError, match=r"has no class 3; it takes a network that ends in"):
        maps.saliency(net, np.zeros((2, 2, 1)), 3)


def test_exciting_finds_images_values_and_where_they_are(rng):
    net = net_of(L.Conv(4, 3, stride=2, pad=1, activation="relu"), L.Dense(5))
    images = rng.uniform(-0.5, 0.5, (2 * maps.PIECE + 3, 6, 7, 3)).astype(np.float32)
    found = maps.exciting(net, images, 2, 1, k=5)
    peaks = net.activations(images)[2][..., 1]
    order = sorted(range(len(images)), key=lambda i: -peaks[i].max())[:5]
    assert found.indices.tolist() == order
    np.testing.assert_allclose(found.values, [peaks[i].max() for i in order], rtol=1e-5)
    for i, box in zip(order, found.boxes, strict=True):
        row, column = np.unravel_index(peaks[i].argmax(), peaks[i].shape)
        assert box.tolist() == list(maps.field(net, 2, int(row), int(column)))
    assert found.boxes[0, 2] - found.boxes[0, 0] <= 3


def test_exciting_of_a_row_of_numbers_is_the_whole_image(net, rng):
    found = maps.exciting(net, rng.uniform(size=(2, 6, 7, 3)), len(net.layers) - 1, 2)
    assert found.boxes.tolist() == [[0, 0, 6, 7]] * 2
    assert maps.exciting(net, np.zeros((0, 6, 7, 3)), 1, 0).boxes.shape == (0, 4)


@pytest.mark.parametrize(
    ("layer", "channel", "words"),
    [(1, 4, r"Conv\(4, 3, .*\) has no channel 4; it has 4, from 0"), (99, 0, "layers 0 to 7")],
)
def test_exciting_needs_a_channel_that_there_is(net, rng, layer, channel, words):
    with pytest.raises(ValueError, match=words):
        maps.exciting(net, rng.uniform(size=(2, 6, 7, 3)), layer, channel)


def seen(net, layer, row, column, channel=None):
    """The box of pixels that change a value, found by changing each."""
    x = np.random.default_rng(5).uniform(0.1, 0.5, net.layers[0].output_shape)
    h, w, c = x.shape
    tried = np.repeat(x[None], h * w, axis=0)
    for i in range(h * w):
        tried[i, i // w, i % w] += np.linspace(3, 5, c)
    found, base = maps.outputs(net, tried, layer), maps.outputs(net, x[None], layer)
    if found.ndim == 4:
        changed = (found[:, row, column] != base[:, row, column]).any(axis=1)
    else:
        changed = found[:, channel] != base[:, channel]
    rows, columns = np.divmod(np.flatnonzero(changed), w)
    return rows.min(), columns.min(), rows.max() + 1, columns.max() + 1


WINDOWS = st.sampled_from([(1, 1, 0), (3, 1, 1), (3, 2, 1), (2, 2, 0), (2, 1, 0)])


@given(st.lists(WINDOWS, min_size=1, max_size=3), st.integers(0, 99), st.integers(0, 99))
def test_a_field_is_what_changes_a_value(windows, row, column):
    layers = []
    for i, (size, stride, pad) in enumerate(windows):
        pool = L.Pool(size, stride, pad=min(pad, size - 1), kind="average")
        layers.append(pool if i == 1 else L.Conv(2, size, stride=stride, pad=pad))
    net = net_of(*layers, shape=(12, 13, 1), dtype="float64")
    layer = len(layers)
    rows, columns, _ = net.layers[layer].output_shape
    row, column = row % rows, column % columns
    assert maps.field(net, layer, row, column) == seen(net, layer, row, column)


def test_a_field_behind_flatten_is_one_pixel_and_behind_dense_the_image(rng):
    net = net_of(L.Conv(2, 3, pad=1), L.Flatten(), L.Relu(), L.Maxout(), L.Dense(4))
    # number 17 of Flatten is pixel 8 of 7 in a row, channel 1: row 1, column 1
    assert maps.field(net, 2, 0, 0, 17, back=1) == (1, 1, 2, 2)
    assert maps.field(net, 3, 0, 0, 17) == (0, 0, 3, 3)
    assert maps.field(net, 2, 0, 0) == (0, 0, 6, 7)
    assert maps.field(net, 4, 0, 0, 8) == (0, 0, 6, 7)
    assert maps.field(net, 5, 0, 0, 1) == maps.field(net, 7, 0, 0, 1) == (0, 0, 6, 7)
    assert maps.field(net, 6, 0, 0, 1, back=5) == (0, 0, 1, 1)
    assert maps.field(net, 0, 3, 4) == (3, 4, 4, 5)


@pytest.mark.parametrize(
    ("layer", "back", "words"),
    [(9, 0, "the network has layers 0 to 5"), (1, 2, "layer 2 comes after layer 1")],
)
def test_a_field_is_of_layers_that_there_are(layer, back, words):
    net = net_of(L.Conv(2, 3), L.Relu(), L.Pool(2))
    with pytest.raises(ValueError, match=words):
        maps.field(net, layer, 0, 0, back=back)
