"""Splitting, shuffling and going on where one was."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml.datasets import augment
from pyml.datasets.batches import Batches, split
from pyml.datasets.images import preprocess


def examples(n, classes=3):
    """Inputs (n, 2) that hold the number of their example, and labels."""
    return np.stack([np.arange(n)] * 2, axis=1), np.arange(n) % classes


@given(st.integers(0, 200), st.integers(0, 100), st.booleans(), st.integers(0, 99))
def test_a_split_keeps_every_example_once_with_its_target(n, percent, stratify, seed):
    x, y = examples(n)
    found = split(x, y, percent / 100, np.random.default_rng(seed), stratify)
    train_x, train_y, test_x, test_y = found
    assert len(train_x) == len(train_y) == n * percent // 100
    assert sorted(np.concatenate([train_x, test_x])[:, 0]) == list(range(n))
    assert (np.concatenate([train_y, test_y]) == np.concatenate([train_x, test_x])[:, 0] % 3).all()
    again = split(x, y, percent / 100, np.random.default_rng(seed), stratify)
    assert all((a == b).all() for a, b in zip(found, again, strict=True))


def test_a_percentage_is_not_rounded_down_for_being_binary(rng):
    assert 100 * 0.29 < 29
    assert len(split(*examples(100), 0.29, rng)[0]) == 29


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6), st.floats(0, 1), st.integers(0, 9999))
def test_a_stratified_split_gives_every_class_its_share(sizes, fraction, seed):
    y = np.repeat(np.arange(len(sizes)), sizes)
    _, train_y, _, _ = split(y, y, fraction, np.random.default_rng(seed), stratify=True)
    for label, size in enumerate(sizes):
        assert abs((train_y == label).sum() - size * fraction) <= 1


def test_a_split_is_shuffled_within_and_another_seed_is_another_split():
    x, y = examples(100)
    for stratify in (False, True):
        first, second = (split(x, y, 0.5, np.random.default_rng(s), stratify)[0] for s in (1, 2))
        assert set(first[:, 0]) != set(second[:, 0])
        assert (np.diff(first[:, 0]) < 0).any()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (([1], [1], 1.5), r"split: fraction must be from 0 to 1, got 1\.5; 0\.8 keeps a fifth"),
        (([1], [1], float("nan")), r"split: fraction must be from 0 to 1, got nan"),
        (([1], [1, 2], 0.5), r"split: x has shape \(1,\) and y \(2,\); give one target"),
        ((3, 3, 0.5), r"split: x has shape \(\) and y \(\)"),
        (([1], [[1]], 0.5, True), r"stratify needs one label .* \(1, 1\); give labels \(N,\)"),
    ],
)
def test_a_wrong_split_is_explained(arguments, text, rng):
    with pytest.raises(ValueError, match=text):
        split(*arguments[:3], rng, *arguments[3:])


@given(st.integers(1, 50), st.integers(1, 60), st.integers(0, 99))
def test_an_epoch_visits_every_example_once_and_the_last_batch_may_be_short(n, size, seed):
    batches = Batches(*examples(n), size, np.random.default_rng(seed))
    found = list(batches)
    assert len(found) == len(batches)
    assert [len(y) for _, y in found] == [size] * (n // size) + [n % size] * (n % size > 0)
    visited = np.concatenate([x for x, _ in found])[:, 0]
    assert sorted(visited) == list(range(n))
    assert all((x[:, 0] % 3 == y).all() for x, y in found)
    assert batches.epoch == 1


def test_every_epoch_has_another_order_that_the_seed_decides():
    def order(seed):
        batches = Batches(*examples(50), 7, np.random.default_rng(seed))
        return [[int(i) for x, _ in batches for i in x[:, 0]] for _ in range(3)]

    first, second, third = order(1)
    assert first != second != third
    assert order(1) == [first, second, third] != order(2)


def test_who_stops_in_the_middle_gets_the_rest_of_the_epoch():
    batches = Batches(*examples(10), 3, np.random.default_rng(0))
    first = [batches.next()[0], batches.next()[0]]
    assert batches.epoch == 0
    rest = [x for x, _ in batches]
    assert sorted(np.concatenate(first + rest)[:, 0]) == list(range(10))
    assert batches.epoch == 1


@given(st.integers(0, 25), st.integers(0, 99))
def test_a_run_is_continued_to_the_bit(steps, seed):
    pixels = np.random.default_rng(0).integers(0, 256, (11, 4, 4, 1), np.uint8)

    def fresh(seed):
        return Batches(
            pixels,
            np.arange(11),
            4,
            np.random.default_rng(seed),
            augment.Chain(augment.Shift(1), augment.Flip()),
            preprocess,
        )

    one = fresh(seed)
    for _ in range(steps):
        one.next()
    state = json.loads(json.dumps(one.state()))
    other = fresh(seed + 1)
    other.next()
    other.restore(state)
    for _ in range(7):
        assert [a.tobytes() for a in one.next()] == [b.tobytes() for b in other.next()]
        assert one.epoch == other.epoch
    assert one.state() == other.state()


def test_batches_are_preprocessed_and_then_augmented():
    seen = []

    def watch(x, rng):
        seen.append((x.dtype, x.shape, rng))
        return x + 10

    rng = np.random.default_rng(0)
    x = np.full((5, 1, 1, 1), 255, np.uint8)
    batches = Batches(x, np.zeros(5), 2, rng, augment=watch, preprocess=preprocess)
    for found, _ in batches:
        assert (found == 10.5).all()
    assert seen == [(np.float32, (n, 1, 1, 1), rng) for n in (2, 2, 1)]
    assert batches.x is x


@pytest.mark.parametrize(
    ("x", "y", "size", "text"),
    [
        ([], [], 4, r"Batches: there are no examples; give at least one"),
        ([1], [1, 2], 4, r"Batches: x has shape \(1,\) and y \(2,\)"),
        ([1], [1], 0, r"size must be a whole number of at least 1, got 0; 32 is usual"),
        ([1], [1], 1.5, r"Batches: size must be a whole number of at least 1, got 1\.5"),
    ],
)
def test_wrong_batches_are_explained(x, y, size, text, rng):
    with pytest.raises(ValueError, match=text):
        Batches(x, y, size, rng)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"examples": 9}, r"of 9 examples, there are 10; give the same data as then"),
        ({"position": 10}, r"position 10, epoch 0 cannot be; give what state\(\) returned"),
        ({"seed": -1}, r"seed -1"),
        ({"rng": "nonsense"}, r"'nonsense' is no state of a random generator"),
    ],
)
def test_a_wrong_state_is_refused_and_changes_nothing(change, text):
    batches = Batches(*examples(10), 3, np.random.default_rng(0))
    batches.next()
    before = batches.state()
    with pytest.raises(ValueError, match=text):
        batches.restore({**before, **change})
    assert batches.state() == before


def test_batches_say_what_they_are():
    batches = Batches(*examples(10), 3, np.random.default_rng(0))
    list(batches)
    assert repr(batches) == "Batches(4 of up to 3 from 10 examples, after 1 epochs)"
