"""Straight lines in the plane: where one crosses a picture, and whether one divides two classes."""

from __future__ import annotations

import numpy as np


def clip_line(weights: np.ndarray, view: np.ndarray) -> np.ndarray:
    """The piece of the line w0 + w1 x + w2 y = 0 inside view (xmin, xmax, ymin, ymax).

    Returns its two ends (2, 2), or (0, 2) when the line misses the view or there is none
    (w1 = w2 = 0). Vertical and horizontal lines are nothing special.
    (Liang and Barsky, A New Concept and Method for Line Clipping, 1984.)
    """
    nothing = np.zeros((0, 2))
    w0, w1, w2 = (float(w) for w in weights)
    size = max(abs(w1), abs(w2))
    if not 0 < size < np.inf or not np.isfinite(w0 / size):
        return nothing
    normal = np.array([w1, w2]) / size
    low, high = np.array(view, np.float64).reshape(2, 2).T
    # Seen from the middle of the view the numbers stay small, however far away the line is.
    middle = (low + high) / 2
    foot = middle - normal * ((w0 / size + normal @ middle) / (normal @ normal))
    along = np.array([-normal[1], normal[0]])
    first, last = -np.inf, np.inf
    for axis in range(2):
        if along[axis] == 0:
            if not low[axis] <= foot[axis] <= high[axis]:
                return nothing
            continue
        enter, leave = sorted(
            ((low[axis] - foot[axis]) / along[axis], (high[axis] - foot[axis]) / along[axis])
        )
        first, last = max(first, enter), min(last, leave)
    if not first < last:
        return nothing
    return np.clip(np.stack([foot + first * along, foot + last * along]), low, high)


def separable(x: np.ndarray, labels: np.ndarray) -> bool:
    """Whether a straight line has all of class 0 on one side and all of class 1 on the other.

    x is (N, 2), labels (N,). There is such a line exactly if all differences between a point of
    one class and a point of the other lie in one open half plane, so if their directions leave a
    gap of more than half a turn.
    """
    zeros, ones = x[labels == 0], x[labels == 1]
    if not len(zeros) or not len(ones):
        return True
    d = (ones[:, None] - zeros[None]).reshape(-1, 2)
    if not d.any(axis=1).all():
        return False  # the same place in both classes
    angles = np.sort(np.arctan2(d[:, 1], d[:, 0]))
    gaps = np.diff(angles, append=angles[0] + 2 * np.pi)
    return bool(gaps.max() > np.pi + 1e-9)
