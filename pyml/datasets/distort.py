"""Images a little turned and stretched, as handwriting is from hand to hand.

Like the augmentations of `augment` it is called with a batch x (N, height, width, channels) and a
`numpy.random.Generator`, draws for every image by itself and returns a new batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pyml.layer import number


@dataclass(frozen=True)
class Distort:
    """Turns each image by up to `degrees` either way around its middle, and makes its height and
    its width, each by itself, larger or smaller by up to the part `stretch`.

    Pixels in between are interpolated, what comes in from outside is `fill`. ValueError for
    degrees outside 0..180 or a stretch outside 0..1. (Simard et al., Best Practices for
    Convolutional Neural Networks Applied to Visual Document Analysis, 2003, section 2.)
    """

    degrees: float = 10.0
    stretch: float = 0.1
    fill: float = 0.0

    def __post_init__(self) -> None:
        number("Distort", "degrees", self.degrees, 0, 180)
        number("Distort", "stretch", self.stretch, 0, 1)

    def __call__(self, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Images of the shape and type of x."""
        if x.ndim != 4:
            raise ValueError(
                f"Distort: x has shape {x.shape}, but it takes images (N, height, width, "
                f"channels); a single image is x[None]"
            )
        n, rows, columns, _ = x.shape
        angle = np.radians(rng.uniform(-self.degrees, self.degrees, (n, 1, 1)))
        down, right = rng.uniform(1 - self.stretch, 1 + self.stretch, (2, n, 1, 1))
        i = (np.arange(rows) - (rows - 1) / 2)[:, None]
        j = np.arange(columns) - (columns - 1) / 2
        # Where each new pixel is in the old image: this way round none is left out.
        old_i = (np.cos(angle) * i + np.sin(angle) * j) / down + (rows - 1) / 2
        old_j = (np.cos(angle) * j - np.sin(angle) * i) / right + (columns - 1) / 2
        return between(x, old_i, old_j, self.fill)


def between(x: np.ndarray, i: np.ndarray, j: np.ndarray, fill: float) -> np.ndarray:
    """The images x (N, H, W, C) at the places i and j (N, OH, OW), which may be fractions.

    Linear between the four pixels around; outside of the images there is `fill`.
    """
    n, rows, columns, _ = x.shape
    wide = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=fill)
    # In the frame the image begins at 1; what is far outside is as good as on the frame.
    i, j = np.clip(i + 1, 0, rows + 1), np.clip(j + 1, 0, columns + 1)
    top, left = np.minimum(i.astype(int), rows), np.minimum(j.astype(int), columns)
    low, late = (i - top)[..., None].astype(x.dtype), (j - left)[..., None].astype(x.dtype)
    each = np.arange(n)[:, None, None]
    upper = wide[each, top, left] * (1 - late) + wide[each, top, left + 1] * late
    lower = wide[each, top + 1, left] * (1 - late) + wide[each, top + 1, left + 1] * late
    y: np.ndarray = upper * (1 - low) + lower * low
    return y
