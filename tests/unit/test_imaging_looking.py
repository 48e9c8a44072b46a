"""What is shown of an image and of the layers is what the network says of it."""

import numpy as np
import pytest
from imaging_samples import NAMES, SMALL, Site, after, started

from pyml.datasets.images import preprocess
from pyml.demos import DEMOS
from pyml.explain import maps

SEED = {"network": "seed", "batch_size": 4}


@pytest.mark.parametrize("name", NAMES)
def test_the_first_test_image_is_shown_with_its_class_and_what_the_network_says(name):
    demo = started(name, SEED)
    frame = after(2, demo)
    x, y = demo.supply.images.take("test", np.array([0]))
    np.testing.assert_array_equal(frame["image"], x[0])
    np.testing.assert_array_equal(frame["original"], x[0])
    assert frame["label"] == y[0]
    assert frame["image_title"] == f"{demo.class_names[y[0]]}, test image 0"
    np.testing.assert_allclose(frame["probs"], demo.net.predict(preprocess(x))[0], rtol=1e-6)
    assert frame["predicted"] == frame["probs"].argmax()


def test_the_table_of_layers_has_names_sizes_and_weights():
    frame = DEMOS["cifar10"]({}, 0).frame()
    names, kinds = frame["layer_names"].split("|"), frame["layer_kinds"].split("|")
    assert names[:4] == ["Input(32, 32, 3)", "Conv(16, 5, pad=2)", "Relu()", "Pool(2)"]
    assert kinds[-2:] == ["dense", "softmax"]
    assert frame["layer_shapes"][[0, 1, 3, -1]].tolist() == [
        [32, 32, 3],
        [32, 32, 16],
        [16, 16, 16],
        [1, 1, 10],
    ]
    assert frame["layer_parameters"].sum() == frame["parameters"] == 22466


def test_going_on_and_back_wraps_around_and_asks_for_the_next_part_at_the_end():
    site, demo = Site("digits"), DEMOS["digits"](SMALL, 0)
    site.feed(demo)
    demo.on_next(-1)
    assert demo.frame()["image_index"] == 119
    assert demo.wants == []
    demo.on_next(1)
    demo.on_next(119)
    assert demo.frame()["image_index"] == 119
    assert demo.wants == ["data/digits/test-01"]
    site.feed(demo)
    demo.on_next(1)
    assert demo.frame()["image_index"] == 120
    demo.on_choose(7)
    assert demo.frame()["image_title"].endswith("test image 7")
    with pytest.raises(ValueError, match="choose: index must be a whole number from 0 to 239"):
        demo.on_choose(240)
    for wrong in (None, "1", float("nan")):
        with pytest.raises(ValueError, match="next: by must be a finite number"):
            demo.on_next(wrong)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", [bytes, memoryview, bytearray, list])
def test_an_image_of_ones_own_is_shown_without_a_class(name, kind, rng):
    demo = started(name, SMALL)
    h, w, c = demo.shape
    pixels = rng.integers(0, 256, (h, w, c), dtype=np.uint8)
    data = pixels.ravel().tolist() if kind is list else kind(pixels.tobytes())
    demo.on_image(data, w, h, "my cat")
    frame = demo.frame()
    np.testing.assert_array_equal(frame["image"], pixels)
    assert (frame["label"], frame["image_title"], frame["image_index"]) == (-1, "my cat", -1)
    again = started(name, SMALL)
    again.restore(demo.state())
    np.testing.assert_array_equal(again.frame()["image"], pixels)
    demo.on_choose(-1)
    assert demo.frame()["label"] >= 0


@pytest.mark.parametrize(
    ("pixels", "width", "height"),
    [
        (b"", 28, 28),
        (bytes(784), 27, 28),
        (bytes(783), 28, 28),
        (bytes(784 * 3), 28, 28),
        (None, 28, 28),
        ("x", 28, 28),
        ([300] * 784, 28, 28),
        (bytes(784), "28", 28),
        (10**18, 28, 28),
    ],
)
def test_pixels_that_are_no_image_of_its_size_are_refused(pixels, width, height):
    with pytest.raises(ValueError, match="image: it takes 28 x 28 pixels of 1 bytes each, got"):
        DEMOS["digits"]({}, 0).on_image(pixels, width, height, "odd")


def test_the_image_is_moved_and_the_network_sees_it_moved():
    demo = started(settings=SMALL)
    still = demo.frame()
    demo.set("shift_x", 3)
    moved = demo.frame()
    assert demo.steps == 0
    np.testing.assert_array_equal(moved["original"], still["original"])
    np.testing.assert_array_equal(moved["image"][:, 3:], still["image"][:, :-3])
    assert not np.array_equal(moved["probs"], still["probs"])
    for name, value in (("flip", True), ("scale", 1.5), ("brightness", -0.2), ("shift_y", -4)):
        demo.set(name, value)
        assert not np.array_equal(demo.frame()["image"], moved["image"])


@pytest.mark.parametrize("name", NAMES)
def test_the_maps_of_all_layers_come_while_somebody_looks(name):
    demo = started(name, SEED)
    after(2, demo)
    assert "maps" not in demo.frame()
    demo.on_look(True, "activations")
    frame = demo.frame()
    shapes = frame["layer_shapes"].astype(int)
    assert frame["maps"].size == np.prod(shapes, axis=1).sum()
    assert len(frame["maps_low"]) == len(frame["maps_high"]) == len(shapes)
    h, w, c = demo.shape
    first = frame["maps"][: h * w * c].reshape(c, h, w)
    low, high = frame["maps_low"][0], frame["maps_high"][0]
    x = preprocess(frame["image"]).transpose(2, 0, 1)
    np.testing.assert_allclose(low + first / 255 * (high - low), x, atol=(high - low) / 255)
    demo.on_look(True, "gradients")
    assert (demo.frame()["maps_low"] == -demo.frame()["maps_high"]).all()
    demo.on_look(True, "filters")
    frame = demo.frame()
    assert frame["filters_shapes"][0].tolist() == [1, demo.net.layers[1].filters, 5, 5, c]
    assert frame["filters"].size == frame["filters_shapes"][:, 1:].prod(axis=1).sum()
    demo.on_look(False, "filters")
    assert not {"maps", "filters"} & set(demo.frame())
    with pytest.raises(ValueError, match="look: what must be one of activations, gradients"):
        demo.on_look(True, "dreams")


def test_one_number_is_worked_out_as_the_network_does():
    demo = started("cifar10", SEED)
    after(2, demo)
    demo.on_cell(4, 5, 6, 7)
    frame = demo.frame()
    x = preprocess(frame["image"][None])
    told = frame["trace_cell"]
    assert told["kind"] == "conv"
    assert told["z"] == pytest.approx(demo.net.activations(x)[4][0, 5, 6, 7], rel=1e-4)
    demo.on_cell(-1, 0, 0, 0)
    assert "trace_cell" not in demo.frame()
    for place in ((99, 0, 0, 0), (1, 32, 0, 0), (1, 0, 0, 16), (11, 0, 1, 0), (1, None, 0, 0)):
        with pytest.raises(ValueError, match=r"cell: .* must be"):
            demo.on_cell(*place)
    demo.on_cell(11, 0, 0, 9)
    demo.set("network", "linear")
    assert "trace_cell" not in demo.frame()


def test_saliency_is_drawn_for_a_class_until_it_is_not():
    demo = started(settings=SMALL)
    demo.on_saliency(3)
    assert demo.frame()["saliency"].shape == (28, 28)
    demo.on_saliency(-1)
    assert "saliency" not in demo.frame()
    with pytest.raises(ValueError, match="saliency: index must be"):
        demo.on_saliency(10)


def test_what_excites_a_channel_most_is_searched_in_pieces_and_found():
    demo = started(settings={**SEED, "network": "seed"})
    after(3, demo)
    demo.on_excite(1, 2)
    pieces = 0
    while demo.search(0.0):
        pieces += 1
    assert pieces > 5
    frame = demo.frame()
    assert frame["excite_searched"] == 240
    x, _ = demo.supply.images.take("test", np.arange(240))
    whole = maps.exciting(demo.net, preprocess(x), 1, 2, 9)
    np.testing.assert_allclose(frame["excite_values"], whole.values, rtol=1e-5)
    np.testing.assert_array_equal(frame["excite_indices"], whole.indices)
    np.testing.assert_array_equal(frame["excite_boxes"], whole.boxes)
    np.testing.assert_array_equal(frame["excite"], x[whole.indices])
    demo.on_excite(-1, 0)
    assert "excite" not in demo.frame()


def test_a_layer_that_cannot_be_looked_into_costs_no_frame():
    code = """class Mine(L.Tanh):
    def forward(self, x, train):
        if not self.ops:
            raise ValueError("odd")
        y, back = super().forward(x, train)
        return y, (lambda dy: None) if not train else back

def make_network(seed):
    return Network([L.Input(28, 28, 1), L.Dense(4), Mine(), L.Softmax(10)], seed=seed)
"""
    demo = started(settings={"code": code})
    demo.on_saliency(1)
    frame = demo.frame()
    assert frame["look_trouble"]
    assert frame["probs"].size == 10


def test_looking_changes_nothing_of_the_training():
    one, two = (started(settings={"network": "batch-norm"}) for _ in range(2))
    two.on_look(True, "gradients")
    two.on_cell(1, 2, 3, 1)
    two.on_saliency(2)
    after(3, one)
    for _ in range(3):
        after(1, two)
    assert one.net.weights.tobytes() == two.net.weights.tobytes()
