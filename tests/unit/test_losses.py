"""The heads: predictions, losses and derivatives by hand, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tables import defined

from pyml import losses
from pyml.losses import SVM, Regression, Softmax

FLOATS = st.floats(-60, 60, width=32)
SCORES = hnp.arrays(np.float32, st.tuples(st.integers(1, 5), st.just(3)), elements=FLOATS)


def test_every_head_is_in_the_table():
    found = defined(losses.Head, losses)
    del found["Classifier"]  # the base of those that tell classes apart
    assert found == losses.HEADS, "enter the new head in HEADS"


def test_softmax_by_hand():
    """Scores z = (0, ln 3): exp 1 and 3, so p = (1/4, 3/4); label 0: loss = -ln 1/4 = ln 4."""
    z = np.array([[0.0, np.log(3)]])
    head = Softmax(2)
    np.testing.assert_allclose(head.output(z), [[0.25, 0.75]])
    loss, dz = head.loss(z, np.array([0]))
    assert loss == pytest.approx(np.log(4))
    np.testing.assert_allclose(dz, [[0.25 - 1, 0.75]])


def test_svm_by_hand():
    """Scores (1, 3, 2.5) of label 1: margins 1 - 3 + 1 < 0 and 2.5 - 3 + 1 = 0.5, loss 0.5.

    Scores (0, 0, -1) of label 0: margins 0 - 0 + 1 = 1 and -1 - 0 + 1 = 0, which breaks nothing.
    """
    z, head = np.array([[1.0, 3.0, 2.5], [0.0, 0.0, -1.0]]), SVM(3)
    loss, dz = head.loss(z, [1, 0])
    assert loss == pytest.approx((0.5 + 1) / 2)
    np.testing.assert_allclose(dz, np.array([[0, -1, 1], [-1, 1, 0]]) / 2)
    assert head.output(z) is z
    assert head.classify(z).tolist() == [1, 0]


def test_regression_by_hand():
    """Half of (3-1)^2 + (5-6)^2 is 2.5, half of 1^2 is 0.5; their mean is 1.5."""
    loss, dz = Regression(2).loss(np.array([[3.0, 5.0], [0.0, 1.0]]), [[1.0, 6.0], [0.0, 0.0]])
    assert loss == pytest.approx(1.5)
    np.testing.assert_allclose(dz, [[1.0, -0.5], [0.0, 0.5]])  # (z - y) / 2 examples


def test_regression_of_one_number_takes_a_flat_list_of_targets():
    loss, _ = Regression(1).loss(np.array([[2.0], [4.0]]), [1.0, 4.0])
    assert loss == pytest.approx(0.25)


@given(SCORES)
def test_softmax_gives_probabilities_and_a_finite_loss(z):
    with np.errstate(under="ignore"):
        head = Softmax(3)
        p = head.output(z)
        loss, dz = head.loss(z, np.zeros(len(z), int))
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
    assert 0 <= loss < 130
    np.testing.assert_allclose(dz.sum(axis=1), 0, atol=1e-6)


@pytest.mark.parametrize("head", [Softmax(3), SVM(3), Regression(3)], ids=repr)
@given(SCORES)
def test_a_head_keeps_the_precision_and_leaves_what_it_is_given(head, z):
    y = z[::-1].copy() if isinstance(head, Regression) else np.arange(len(z)) % 3
    kept = z.copy(), y.copy()
    with np.errstate(under="ignore"):
        loss, dz = head.loss(z, y)
        wide, dwide = head.loss(z.astype(float), y)
        assert head.output(z).dtype == np.float32
    assert type(loss) is float
    assert dz.dtype == np.float32
    near = 30 * np.finfo(np.float32).eps
    np.testing.assert_allclose(loss, wide, rtol=near, atol=60 * near)
    if not isinstance(head, SVM):  # whose slope jumps where a margin is just not broken
        np.testing.assert_allclose(dz, dwide, rtol=near, atol=60 * near)
    assert (z == kept[0]).all()
    assert (y == kept[1]).all()


def test_softmax_survives_scores_far_beyond_the_range_of_exp():
    with np.errstate(under="ignore"):
        loss, _ = Softmax(2).loss(np.array([[1e4, -1e4]], np.float32), np.array([1]))
    assert loss == pytest.approx(2e4)


@pytest.mark.parametrize(
    ("y", "error", "text"),
    [
        ([0, 1, 2, 0], ValueError, "label 2 is not one of the classes 0..1; "),
        ([0, 1, -1, 0], ValueError, "label -1 is not one of the classes 0..1; correct the label"),
        (
            np.array([0, 1, 2**63, 0], np.uint64),
            ValueError,
            "label -9223372036854775808 is not one of the classes",
        ),
        (
            ["a", "b", "a", "b"],
            TypeError,
            "labels must be whole numbers, got <U1; use np.unique(y, return_inverse=True)",
        ),
        ([True] * 4, TypeError, "labels must be whole numbers, got bool"),
        ([[0], [1], [1], [0]], ValueError, "y has shape (4, 1), not (4,); use y.ravel()"),
        (
            [[1, 0], [0, 1], [0, 1], [1, 0]],
            ValueError,
            "y has shape (4, 2), but it takes labels (4,) from 0 to 1; of a row for each example "
            "with a 1 at its class make them by y.argmax(axis=1)",
        ),
        (None, ValueError, "y has shape (), but x holds 4 examples"),
        ([0, 1], ValueError, "y has shape (2,), but x holds 4 examples; give one label each, (4,)"),
        (
            [0.0, 1.0, 1.0, 0.0],
            TypeError,
            "labels must be whole numbers, got float64; use y.astype",
        ),
    ],
)
@pytest.mark.parametrize("head", [Softmax, SVM])
def test_labels_that_are_none_are_refused_in_plain_words(head, y, error, text):
    with pytest.raises(error) as caught:
        head(2).loss(np.zeros((4, 2)), y)
    assert str(caught.value).startswith(f"{head.__name__}: {text}")


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int32", "int64", "uint64"])
def test_labels_may_be_whole_numbers_of_any_type(dtype):
    assert Softmax(2).loss(np.zeros((2, 2)), np.array([0, 1], dtype))[0] == pytest.approx(np.log(2))


def test_a_label_too_many_names_the_head_that_has_room_for_it():
    for head in (Softmax, SVM):
        told = f"use {head.__name__}\\(6\\) or correct the label"
        with pytest.raises(ValueError, match=told):
            head(2).loss(np.zeros((2, 2)), [0, 5])


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_target_or_score_that_is_no_number_gives_no_finite_loss(value):
    with np.errstate(all="ignore"):
        assert not np.isfinite(Regression(1).loss(np.zeros((2, 1)), [0, value])[0])
        for head in (Softmax(3), SVM(3), Regression(3)):
            y = np.zeros((2, 3)) if isinstance(head, Regression) else [0, 1]
            assert not np.isfinite(head.loss(np.array([[0, 0, value], [0, 0, 0]]), y)[0])


def test_regression_refuses_targets_of_another_shape():
    with pytest.raises(ValueError, match=r"y has shape \(3,\), but the predictions have \(3, 2\)"):
        Regression(2).loss(np.zeros((3, 2)), np.zeros(3))


@pytest.mark.parametrize("y", [[[1, 2], [3]], ["a", "b"], [None, {}]])
def test_regression_refuses_targets_that_are_no_numbers(y):
    with pytest.raises(ValueError, match="Regression: y is not an array of numbers: "):
        Regression(1).loss(np.zeros((2, 1)), y)


def test_regression_says_that_it_has_no_classes():
    with pytest.raises(ValueError, match="it predicts numbers, not classes; use predict"):
        Regression(2).classify(np.zeros((3, 2)))
