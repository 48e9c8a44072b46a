"""Images moved, mirrored, scaled and darkened, next to what that means for each pixel."""

import numpy as np
import pytest

from pyml.datasets.images import preprocess
from pyml.explain import views


@pytest.fixture
def image(rng):
    return rng.integers(0, 256, (6, 8, 3), np.uint8)


def test_an_image_that_is_not_changed_is_preprocessed_to_the_bit(image):
    found = views.view(image)
    assert found.dtype == np.float32
    assert (found == preprocess(image)).all()
    assert (views.shown(found) == image).all()


@pytest.mark.parametrize(("right", "down"), [(1, 0), (0, -2), (3, 2), (-8, 0), (0, 6), (20, 20)])
def test_it_moves_by_whole_pixels_and_grey_comes_in(image, right, down):
    found, x = views.view(image, right, down), preprocess(image)
    for row in range(6):
        for column in range(8):
            r, c = row - down, column - right
            was = x[r, c] if 0 <= r < 6 and 0 <= c < 8 else 0
            np.testing.assert_allclose(found[row, column], was, atol=1e-6)


def test_it_is_mirrored_left_to_right(image):
    assert (views.view(image, flip=True) == preprocess(image)[:, ::-1]).all()


def test_it_is_mirrored_first_and_then_moved(image):
    found = views.view(image, shift_x=2, flip=True)
    np.testing.assert_allclose(found[:, 2:], preprocess(image)[:, ::-1][:, :-2], atol=1e-6)


def test_half_a_pixel_is_the_mean_of_two(image):
    x = preprocess(image)
    found = views.view(image, shift_x=0.5)
    np.testing.assert_allclose(found[:, 1:], (x[:, 1:] + x[:, :-1]) / 2, atol=1e-6)
    np.testing.assert_allclose(found[:, 0], x[:, 0] / 2, atol=1e-6)  # half of it is grey


def test_scaling_keeps_the_middle_and_interpolates():
    x = np.array([[0, 51, 102, 153, 204]], np.uint8)[..., None]  # in steps of 0.2
    twice = views.view(x, scale=2)[0, :, 0]
    np.testing.assert_allclose(twice, [-0.3, -0.2, -0.1, 0.0, 0.1], atol=1e-6)
    half = views.view(x, scale=0.5, fill=0.4)[0, :, 0]
    np.testing.assert_allclose(half, [0.4, -0.5, -0.1, 0.3, 0.4], atol=1e-6)


def test_brightness_is_added_within_what_can_be_shown():
    x = np.array([0, 51, 255], np.uint8).reshape(1, 3, 1)
    for brightness, told in ((0.25, [-0.25, -0.05, 0.5]), (-0.25, [-0.5, -0.5, 0.25])):
        found = views.view(x, brightness=brightness).ravel()
        np.testing.assert_allclose(found, told, atol=1e-6)
    dark = views.view(x, shift_x=1, brightness=-0.5).ravel()
    np.testing.assert_allclose(dark, [0, -0.5, -0.5])  # what comes in is as grey as ever


def test_pixels_are_rounded_and_held():
    x = np.array([-9, -0.5, -0.499, 0, 0.5, 9], np.float32)
    assert views.shown(x).tolist() == [0, 0, 0, 128, 255, 255]


@pytest.mark.parametrize(("shape", "scale"), [((4, 4), 1), ((4, 4, 3), 0), ((4, 4, 3), np.nan)])
def test_what_is_no_image_and_no_scale_is_refused(shape, scale):
    with pytest.raises(ValueError, match=r"an image \(height, width, channels\) and a scale above"):
        views.view(np.zeros(shape, np.uint8), scale=scale)
