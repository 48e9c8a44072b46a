"""Lines in a picture, and lines between classes."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pyml.explain import geometry

VIEW = (-0.5, 1.5, -0.5, 1.5)


@pytest.mark.parametrize(
    ("weights", "ends"),
    [
        ([-0.5, 1, 0], [[0.5, -0.5], [0.5, 1.5]]),  # vertical, x = 0.5
        ([-0.5, 0, 1], [[-0.5, 0.5], [1.5, 0.5]]),  # horizontal, y = 0.5
        ([-1, 1, 1], [[-0.5, 1.5], [1.5, -0.5]]),  # from corner to corner
        ([0, 1, -1], [[-0.5, -0.5], [1.5, 1.5]]),
        ([3, 1, 0], None),  # x = -3 is outside
        ([1, 0, 0], None),  # no line at all
        ([0, 0, 0], None),
        ([np.nan, 1, 1], None),
        ([0, np.inf, 1], None),
    ],
)
def test_the_line_by_hand(weights, ends):
    found = geometry.clip_line(np.array(weights, float), np.array(VIEW))
    if ends is None:
        assert found.shape == (0, 2)
    else:
        np.testing.assert_allclose(sorted(found.tolist()), sorted(ends), atol=1e-12)


weight = st.floats(-1e3, 1e3).map(lambda w: w if abs(w) > 1e-3 else 0.0)


@given(weight, weight, weight)
def test_a_clipped_line_lies_on_the_line_and_ends_at_the_border(w0, w1, w2):
    view = np.array(VIEW)
    ends = geometry.clip_line(np.array([w0, w1, w2]), view)
    corners = np.array([[x, y] for x in view[:2] for y in view[2:]])
    sides = np.sign(np.round((w0 + corners @ [w1, w2]) / max(abs(w1), abs(w2), 1e-3), 9))
    if len(ends) == 0:
        # Nothing to draw: the corners are not on both sides.
        assert not (sides.min() < 0 < sides.max())
        return
    size = max(abs(w1), abs(w2))
    np.testing.assert_allclose((w0 + ends @ [w1, w2]) / size, 0, atol=1e-9)
    for x, y in ends:
        assert -0.5 <= x <= 1.5
        assert -0.5 <= y <= 1.5
        assert min(abs(x + 0.5), abs(x - 1.5), abs(y + 0.5), abs(y - 1.5)) < 1e-9


point = st.tuples(st.integers(-20, 20), st.integers(-20, 20))


@given(st.lists(st.tuples(point, st.integers(0, 1)), max_size=9))
def test_separable_agrees_with_trying_every_line_through_two_points(marked):
    """If a line divides the classes at all, one close to a line through two of the points does."""
    x = np.array([p for p, _ in marked], float).reshape(-1, 2)
    labels = np.array([label for _, label in marked], int)
    assert geometry.separable(x, labels) == _by_trying(x, labels)


def _by_trying(x, labels):
    if len(set(labels.tolist())) < 2:
        return True
    zeros, ones = x[labels == 0], x[labels == 1]
    differences = [a - b for a in ones for b in zeros]
    if not all(d.any() for d in differences):
        return False
    # w separates if w.d > 0 for all d; a best w is a sum of two of the extreme normals.
    normals = [np.array([s * -d[1], s * d[0]]) for d in differences for s in (1, -1)]
    normals += differences
    candidates = [a / np.linalg.norm(a) + b / np.linalg.norm(b) for a in normals for b in normals]
    d = np.array(differences)
    return any((d @ w > 1e-9).all() for w in candidates)


def test_separable_by_hand():
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    assert geometry.separable(corners, np.array([0, 0, 0, 1]))
    assert not geometry.separable(corners, np.array([0, 1, 1, 0]))
    # Three in a row with the odd one in the middle, and the same place twice.
    assert not geometry.separable(np.array([[0, 0], [1, 0], [2, 0]], float), np.array([0, 1, 0]))
    assert not geometry.separable(np.array([[1, 1], [1, 1]], float), np.array([0, 1]))
    assert geometry.separable(np.zeros((0, 2)), np.zeros(0, int))


@given(st.lists(point, min_size=2, max_size=30), st.integers(-31, 31), st.integers(-31, 31))
def test_points_divided_by_a_line_are_separable(points, angle, cut):
    x = np.array(points, float)
    side = x @ [np.cos(angle / 10), np.sin(angle / 10)] - cut / 10
    assume(np.abs(side).min() > 1e-3)
    assert geometry.separable(x, (side > 0).astype(int))


AND = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)


def test_the_margin_of_and_by_hand():
    """The best line is x1 + x2 = 3/2: w = (-3, 2, 2) / sqrt 17, and (1, 1) is 1 / sqrt 17 away."""
    longest, gap = geometry.margin(AND, np.array([0, 0, 0, 1]))
    assert longest == pytest.approx(np.sqrt(3))
    assert gap == pytest.approx(1 / np.sqrt(17))


@pytest.mark.parametrize(
    ("x", "labels", "margin"),
    [
        (AND, [0, 1, 1, 0], (np.sqrt(3), 0)),
        (np.zeros((0, 2)), [], (0, 0)),
        (np.array([[3.0, 4.0]]), [1], (np.sqrt(26), np.sqrt(26))),
        (np.array([[1.0, 0], [1, 0]]), [0, 1], (np.sqrt(2), 0)),
    ],
)
def test_the_margin_of_points_that_are_special(x, labels, margin):
    assert geometry.margin(x, np.array(labels, int)) == pytest.approx(margin)


@given(st.lists(point, min_size=1, max_size=12), st.integers(-31, 31), st.integers(-31, 31))
def test_no_weights_have_a_wider_margin(points, angle, cut):
    """The nearest place p of the hull is best: p . q >= p . p for all of its corners q."""
    x = np.array(points, float)
    side = x @ [np.cos(angle / 10), np.sin(angle / 10)] - cut / 10
    assume(np.abs(side).min() > 1e-3)
    labels = (side > 0).astype(int)
    rows = np.column_stack([np.ones(len(x)), x]) * (2 * labels - 1)[:, None]
    nearest = geometry.nearest_to_origin(rows)
    size = np.sqrt(nearest @ nearest)
    assert geometry.margin(x, labels)[1] == pytest.approx(size)
    # It lies in the hull (its own margin says so from one side), and no corner is nearer.
    assert ((rows @ nearest) / size).min() >= size - 1e-6 * np.abs(rows).max()
    grid = np.random.default_rng(0).normal(size=(300, 3))
    grid /= np.linalg.norm(grid, axis=1, keepdims=True)
    assert (grid @ rows.T).min(axis=1).max() <= size + 1e-9


def test_the_margin_of_as_many_points_as_there_may_be_is_that_of_the_support():
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, 1, (500, 2))
    labels = (x.sum(axis=1) > 0).astype(int)
    x += np.where(labels, 0.05, -0.05)[:, None]
    _, gap = geometry.margin(x, labels)
    rows = np.column_stack([np.ones(500), x]) * (2 * labels - 1)[:, None]
    best = geometry.nearest_to_origin(rows)
    assert (rows @ best / np.sqrt(best @ best)).min() == pytest.approx(gap, rel=1e-9)


@pytest.mark.parametrize(
    ("weights", "side"), [([-1, 2, 0], 1), ([1, -2, 0], -1), ([0, 0, 0], 1), ([0, 0.5, 0.1], 1)]
)
def test_a_line_through_two_places_keeps_the_sides(weights, side):
    ends = np.array([[0.5, 0.0], [0.6, 1.0]])
    found = geometry.through(ends, np.array(weights, float))
    np.testing.assert_allclose(found[0] + ends @ found[1:], 0, atol=1e-12)
    assert np.hypot(*found[1:]) == pytest.approx(np.hypot(*weights[1:]) or 1)
    if any(weights):
        assert np.sign(found[1]) == side


def test_a_line_through_one_place_is_refused():
    with pytest.raises(ValueError, match="two ends are the same place"):
        geometry.through(np.ones((2, 2)), np.ones(3))
