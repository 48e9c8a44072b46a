"""Pixels: what they become, how sets are put together, and how files are decoded."""

import sys

import numpy as np
import pytest
import samples

from pyml.datasets.images import decode, join, preprocess


def test_preprocessing_is_p_over_255_less_a_half_rounded_once():
    x = np.arange(256, dtype=np.uint8).reshape(1, 8, 8, 4)
    y = preprocess(x)
    assert (y.shape, y.dtype) == (x.shape, np.float32)
    assert (y.ravel() == (np.arange(256) / 255 - 0.5).astype(np.float32)).all()
    assert (y.min(), y.max()) == (-0.5, 0.5)


def test_only_bytes_are_pixels():
    with pytest.raises(TypeError, match=r"x must be uint8 pixels from 0 to 255, got float64"):
        preprocess(np.zeros((1, 2, 2, 1)))


def test_chunks_are_joined_in_their_order():
    x, y = samples.pixels(6)
    chunks = [(x[:1], y[:1]), (x[1:1], y[1:1]), (x[1:5], y[1:5]), (x[5:], y[5:])]
    joined = join(chunks, (32, 32, 3))
    assert (joined[0] == x).all()
    assert (joined[1] == y).all()
    assert chunks == []  # each was let go of once it was copied
    assert join([], (28, 28, 1))[0].shape == (0, 28, 28, 1)


def test_without_pillow_an_image_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    text = r"a\.png: reading PNG and JPEG files needs Pillow; pip install pillow, or use the"
    with pytest.raises(ImportError, match=text):
        decode(b"", "a.png", 32, 32)


@pytest.fixture
def pillow():
    return pytest.importorskip("PIL.Image", reason="Pillow is not installed: pip install pillow")


@pytest.mark.usefixtures("pillow")
def test_a_png_is_decoded_to_its_pixels():
    image = samples.pixels(1)[0][0]
    assert (decode(samples.png(image), "a.png", 32, 32) == image).all()


@pytest.mark.usefixtures("pillow")
@pytest.mark.parametrize(
    ("data", "text"),
    [
        (samples.png(np.zeros((8, 9, 3), np.uint8)), r"is 9 x 8 pixels, expected 32 x 32; resize"),
        (samples.png(np.zeros((32, 32, 3), np.uint8))[:60], r"not a PNG or JPEG .* replace it"),
        (b"", r"it is not a PNG or JPEG image that can be read"),
        (b"GIF89a" + bytes(100), r"it is not a PNG or JPEG image that can be read"),
    ],
)
def test_other_images_are_refused_by_name(data, text):
    with pytest.raises(ValueError, match=f"^a.png: .*{text}"):
        decode(data, "a.png", 32, 32)


@pytest.mark.usefixtures("pillow")
def test_height_comes_before_width():
    image = samples.pixels(1)[0][0][:, :20]
    assert (decode(samples.png(image), "a.png", 32, 20) == image).all()


def test_grey_and_transparent_images_become_red_green_and_blue(pillow, tmp_path):
    for mode, value, expected in [("L", 70, (70, 70, 70)), ("RGBA", (1, 2, 3, 0), (1, 2, 3))]:
        path = tmp_path / f"{mode}.png"
        pillow.new(mode, (32, 32), value).save(path)
        found = decode(path.read_bytes(), "a.png", 32, 32)
        assert (found == np.array(expected)).all()
        assert found.shape == (32, 32, 3)
