"""The heads: predictions, losses and derivatives by hand, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tables import defined

from pyml import losses
from pyml.losses import Regression, Softmax


def test_every_head_is_in_the_tables():
    found = defined(losses.Head, losses)
    assert found == losses.HEADS, "enter the new head in HEADS"
    assert set(found) <= set(losses.__all__), "enter the new head in __all__ of pyml/losses.py"


def test_softmax_by_hand():
    """Scores z = (0, ln 3): exp 1 and 3, so p = (1/4, 3/4); label 0: loss = -ln 1/4 = ln 4."""
    z = np.array([[0.0, np.log(3)]])
    head = Softmax(2)
    np.testing.assert_allclose(head.output(z), [[0.25, 0.75]])
    loss, dz = head.loss(z, np.array([0]))
    assert loss == pytest.approx(np.log(4))
    np.testing.assert_allclose(dz, [[0.25 - 1, 0.75]])


def test_regression_by_hand():
    """Half of (3-1)^2 + (5-6)^2 is 2.5, half of 1^2 is 0.5; their mean is 1.5."""
    loss, dz = Regression(2).loss(np.array([[3.0, 5.0], [0.0, 1.0]]), [[1.0, 6.0], [0.0, 0.0]])
    assert loss == pytest.approx(1.5)
    np.testing.assert_allclose(dz, [[1.0, -0.5], [0.0, 0.5]])  # (z - y) / 2 examples


def test_regression_of_one_number_takes_a_flat_list_of_targets():
    loss, _ = Regression(1).loss(np.array([[2.0], [4.0]]), [1.0, 4.0])
    assert loss == pytest.approx(0.25)


@given(
    hnp.arrays(
        np.float32, st.tuples(st.integers(1, 5), st.just(3)), elements=st.floats(-60, 60, width=32)
    )
)
def test_softmax_gives_probabilities_and_a_finite_loss(z):
    with np.errstate(under="ignore"):
        head = Softmax(3)
        p = head.output(z)
        loss, dz = head.loss(z, np.zeros(len(z), int))
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
    assert 0 <= loss < 130
    np.testing.assert_allclose(dz.sum(axis=1), 0, atol=1e-6)


def test_softmax_survives_scores_far_beyond_the_range_of_exp():
    with np.errstate(under="ignore"):
        loss, _ = Softmax(2).loss(np.array([[1e4, -1e4]], np.float32), np.array([1]))
    assert loss == pytest.approx(2e4)


@pytest.mark.parametrize(
    ("y", "error", "text"),
    [
        ([0, 1, 2, 0], ValueError, "label 2 is not one of the classes 0..1; use Softmax(3) or"),
        ([0, 1, -1, 0], ValueError, "label -1 is not one of the classes 0..1; correct the label"),
        ([0, 1], ValueError, "y has shape (2,), but x holds 4 examples; give one label each, (4,)"),
        (
            [0.0, 1.0, 1.0, 0.0],
            TypeError,
            "labels must be whole numbers, got float64; use y.astype",
        ),
    ],
)
def test_softmax_refuses_labels_in_plain_words(y, error, text):
    with pytest.raises(error) as caught:
        Softmax(2).loss(np.zeros((4, 2)), np.array(y))
    assert text in str(caught.value)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int32", "int64", "uint64"])
def test_labels_may_be_whole_numbers_of_any_type(dtype):
    assert Softmax(2).loss(np.zeros((2, 2)), np.array([0, 1], dtype))[0] == pytest.approx(np.log(2))


def test_regression_refuses_targets_of_another_shape():
    with pytest.raises(ValueError, match=r"y has shape \(3,\), but the predictions have \(3, 2\)"):
        Regression(2).loss(np.zeros((3, 2)), np.zeros(3))


def test_regression_says_that_it_has_no_classes():
    with pytest.raises(ValueError, match="it predicts numbers, not classes; use predict"):
        Regression(2).classify(np.zeros((3, 2)))
