"""An image seen otherwise: moved, mirrored, larger or smaller, brighter or darker."""

from __future__ import annotations

import numpy as np

from pyml.datasets.images import preprocess


def view(
    image: np.ndarray,
    shift_x: float = 0,
    shift_y: float = 0,
    flip: bool = False,
    scale: float = 1,
    brightness: float = 0,
    fill: float = 0,
) -> np.ndarray:
    """Image (h, w, c) uint8 as a network takes it, float32 from -0.5 to 0.5, after some changes.

    It is mirrored left to right, if `flip`, made brighter by `brightness` (0.5 is half of all
    there is) within what can be shown, made `scale` times as large around its middle, then moved
    by pixels to the right and down. Between pixels it is interpolated linearly, and what comes in
    at the edges is `fill`: 0 is a middle grey, as when `augment.Shift` moves images. Unchanged it
    is `preprocess(image)` to the bit. ValueError unless it is an image and scale is above 0.
    """
    if image.ndim != 3 or not scale > 0:
        raise ValueError(
            f"view: it takes an image (height, width, channels) and a scale above 0, got "
            f"{image.shape} and {scale}"
        )
    x = preprocess(image[:, ::-1] if flip else image)
    if brightness:
        x = np.clip(x + np.float32(brightness), -0.5, 0.5)
    if not (shift_x or shift_y) and scale == 1:
        return x
    rows = _between(x.shape[0], shift_y, scale)
    columns = _between(x.shape[1], shift_x, scale)
    moved: np.ndarray = np.einsum("ri,ijc,sj->rsc", rows, x - np.float32(fill), columns)
    return moved + np.float32(fill)


def shown(x: np.ndarray) -> np.ndarray:
    """What a network takes, from -0.5 to 0.5, as pixels uint8 of the same shape, to be drawn."""
    pixels: np.ndarray = (np.clip(x + 0.5, 0, 1) * 255 + 0.5).astype(np.uint8)
    return pixels


def _between(n: int, shift: float, scale: float) -> np.ndarray:
    """How much (n, n) float32 each new pixel (row) takes of each old one that is there."""
    middle = (n - 1) / 2
    old = (np.arange(n) - middle - shift) / scale + middle
    share: np.ndarray = np.maximum(0, 1 - np.abs(old[:, None] - np.arange(n)))
    return share.astype(np.float32)
