"""Straight lines in the plane: where one crosses a picture, whether and how well one divides."""

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


def through(ends: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weights (3,) of the line through two places (2, 2), otherwise as much like `weights` (3,).

    (w1, w2) keeps its length, 1 if it has none, and the classes their sides as far as they can.
    ValueError for two places that are the same.
    """
    along = ends[1] - ends[0]
    size = float(np.hypot(*along))
    if not size > 1e-9:
        raise ValueError("line: its two ends are the same place; take them apart")
    old = weights[1:]
    normal = np.array([-along[1], along[0]]) * ((float(np.hypot(*old)) or 1.0) / size)
    if normal @ old < 0:
        normal = -normal
    return np.array([-normal @ ends.mean(axis=0), *normal])


def margin(x: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """R and gamma of the perceptron theorem for points x (N, 2) with labels (N,).

    Both with the constant input in it, (1, x1, x2): R is the longest of these vectors, gamma the
    largest margin y (w . x) that weights w of length 1 have at all points, y being 1 or -1;
    exact but for rounding. It is 0 if no line divides the points, and (0, 0) without points.
    """
    if not len(x):
        return 0.0, 0.0
    rows = np.column_stack([np.ones(len(x)), x])
    longest = float(np.sqrt(np.square(rows).sum(axis=1).max()))
    if not separable(x, labels):
        return longest, 0.0
    # The best weights point to the place of the convex hull that is nearest to the origin.
    nearest = nearest_to_origin(rows * (2 * labels - 1)[:, None])
    return longest, float(np.sqrt(nearest @ nearest))


def nearest_to_origin(points: np.ndarray) -> np.ndarray:
    """The place (D,) of the convex hull of points (N, D) that is nearest to the origin.

    (Wolfe, Finding the Nearest Point in a Polytope, Mathematical Programming 11, 1976.)
    """
    scale = float(np.square(points).sum(axis=1).max()) or 1.0
    kept = [int(np.square(points).sum(axis=1).argmin())]
    share = np.ones(1)
    place: np.ndarray = points[kept[0]]
    for _ in range(10 * len(points) + 100):  # it ends by itself, rounding aside
        ahead = points @ place
        new = int(ahead.argmin())
        if ahead[new] >= place @ place - 1e-12 * scale or new in kept:
            break
        kept.append(new)
        share = np.append(share, 0.0)
        while True:
            corners = points[kept]
            # The nearest place of the plane through the corners: shares that add up to 1.
            equations = np.block(
                [[corners @ corners.T, np.ones((len(kept), 1))], [np.ones(len(kept)), 0]]
            )
            answer = np.linalg.lstsq(equations, np.append(np.zeros(len(kept)), 1.0), rcond=None)[0]
            wanted = answer[:-1]
            if (wanted > 1e-12).all():
                share = wanted
                break
            # It lies outside: go as far towards it as the hull of the corners reaches.
            low = wanted <= 1e-12
            step = float((share[low] / np.maximum(share[low] - wanted[low], 1e-300)).min())
            share = share + min(1.0, step) * (wanted - share)
            inside = share > 1e-12
            if inside.all():
                inside[int(share.argmin())] = False
            kept = [k for k, stays in zip(kept, inside, strict=True) if stays]
            share = share[inside] / share[inside].sum()
        place = share @ points[kept]
    return place
