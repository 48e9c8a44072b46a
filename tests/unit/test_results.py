"""Results on many images: counted, picked out, and made a few images at a time."""

import numpy as np
import pytest

from pyml.datasets.images import preprocess
from pyml.explain.results import Results

#: truth, and the probabilities of three classes
JUDGED = [
    (0, [0.7, 0.2, 0.1]),
    (1, [0.6, 0.3, 0.1]),
    (2, [0.1, 0.8, 0.1]),
    (1, [0.1, 0.5, 0.4]),
    (1, [0.9, 0.0, 0.1]),
    (2, [0.4, 0.4, 0.2]),  # of equal ones the first
]


@pytest.fixture
def results():
    found = Results(3)
    found.add([p for _, p in JUDGED], [y for y, _ in JUDGED])
    return found


def test_the_confusion_matrix_has_truth_down_and_guess_across(results):
    assert results.confusion.tolist() == [[1, 0, 0], [2, 1, 0], [1, 1, 0]]
    assert (results.count, results.right) == (6, 2)


def test_the_likeliest_classes_are_kept_with_what_they_were_given(results):
    assert results.top[0].tolist() == [0, 1, 2]
    assert results.top[3].tolist() == [1, 2, 0]
    assert results.top[5].tolist() == [0, 1, 2]
    np.testing.assert_allclose(results.probs[3], [0.5, 0.4, 0.1], rtol=1e-6)
    assert Results(2).top.shape == (0, 2)
    many = Results(10)
    many.add(np.eye(10)[[4, 7]], [4, 4])
    assert many.top.shape == many.probs.shape == (2, 3)
    assert many.confusion[4, 7] == 1


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ((1, 0), [4, 1]),
        ((0, 2), []),
        ((-1, -1), [5, 4, 3, 2, 1, 0]),
        ((2, -1), [5, 2]),
        ((-1, 1), [3, 2]),
        ((-2, -2), [4, 2, 1, 5]),
    ],
)
def test_a_cell_is_picked_newest_first_and_mistakes_surest_first(results, cell, found):
    assert results.pick(*cell).tolist() == found
    assert results.pick(*cell, most=2).tolist() == found[:2]


@pytest.mark.parametrize("cell", [(3, 0), (0, 3), (-2, 0), (-2, -1), (-3, -3)])
def test_a_cell_that_there_is_not_is_an_error(results, cell):
    with pytest.raises(ValueError, match=f"there is no cell {cell[0]}, {cell[1]}; classes are 0"):
        results.pick(*cell)


@pytest.mark.parametrize(
    ("p", "y"),
    [
        ([[1, 0]], [0]),
        ([[1, 0, 0]], [0, 1]),
        ([[1, 0, 0]], [3]),
        ([[1, 0, 0]], [-1]),
        ([1, 0, 0], [0]),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(results, p, y):
    with pytest.raises(ValueError, match=r"predictions \(n, 3\) and labels \(n,\) from 0 to 2"):
        results.add(p, y)
    assert results.count == results.confusion.sum() == 6


class Source:
    """Images whose first pixel is their class, and how many of them were asked for at a time."""

    def __init__(self):
        self.x = np.random.default_rng(1).integers(0, 3, (50, 2, 2, 1), np.uint8)
        self.asked = []

    def take(self, indices):
        self.asked.append(indices.tolist())
        return self.x[indices], self.x[indices, 0, 0, 0].astype(np.int64)

    def predict(self, x):
        assert x.dtype == np.float32
        number = np.round((x[:, 0, 1, 0] + 0.5) * 255).astype(int)
        assert x[0, 0, 0, 0] == preprocess(self.x)[self.asked[-1][0], 0, 0, 0]
        return np.eye(3, dtype=np.float32)[number]


def test_it_judges_in_pieces_and_goes_on_where_it_was():
    source, results = Source(), Results(3)
    rest = [results.judge(source.predict, source.take, 20, 8) for _ in range(3)]
    assert rest == [True, True, False]
    assert not results.judge(source.predict, source.take, 20, 8)  # nothing new
    while results.judge(source.predict, source.take, 50, 8):  # and more have come
        pass
    assert [len(some) for some in source.asked] == [8, 8, 4, 8, 8, 8, 6]
    assert np.concatenate(source.asked).tolist() == list(range(50))
    flat = source.x.reshape(50, -1)
    assert results.right == (flat[:, 0] == flat[:, 1]).sum()
    for truth in range(3):
        for guess in range(3):
            met = ((flat[:, 0] == truth) & (flat[:, 1] == guess)).sum()
            assert results.confusion[truth, guess] == met


def test_no_images_are_no_results():
    results = Results(3)
    assert not results.judge(Source().predict, Source().take, 0)
    assert results.count == results.right == len(results.pick(-1, -1)) == 0
