"""Batch normalisation in C, held to NumPy's in float64, and what cannot be normalised."""

import re

import numpy as np
import pytest
from compiled import (
    BAD,
    LIBRARY,
    NUMPY,
    close,
    double,
    exact,
    lay,
    layouts,
    needs_library,
    numbers,
    seeds,
)
from hypothesis import given
from hypothesis import strategies as st

pytestmark = needs_library
NORM = 1e-3


@pytest.fixture(scope="module")
def ops():
    return exact() if LIBRARY else None


@pytest.fixture(autouse=True)
def quiet():
    """NumPy tells of what is too small or no number, the kernels do not."""
    with np.errstate(under="ignore", invalid="ignore", over="ignore"):
        yield


def both(ops, x, gamma, beta, running, dy):
    """What the kernels and NumPy in float64 make of it: y, mean, var, dx, dgamma, dbeta."""
    found = []
    for backend, kind in ((ops, np.float32), (NUMPY, np.float64)):
        cast = [a.astype(kind) if kind is np.float64 else a for a in (x, gamma, beta)]
        given = None if running is None else tuple(a.astype(kind) for a in running)
        y, mean, var, back = backend.normalise(*cast, NORM, given)
        dgamma, dbeta = np.full((2, len(beta)), np.nan, kind)
        dx = back(dy if kind is np.float32 else dy.astype(kind), dgamma, dbeta)
        found.append((y, mean, var, dx, dgamma, dbeta))
    return found


@given(seeds, st.integers(1, 400), st.integers(1, 21), st.booleans(), st.tuples(layouts, layouts))
def test_rows_are_normalised_as_numpy_does(ops, seed, m, c, train, how):
    rng = np.random.default_rng(seed)
    x, dy = (rng.uniform(-2, 2, (m, c)) + rng.uniform(-2, 2, c) for _ in range(2))
    x, dy = (a.astype(np.float32) for a in (x, dy))
    gamma, beta = rng.uniform(-2, 2, (2, c)).astype(np.float32)
    running = None if train else rng.uniform(0.1, 2, (2, c)).astype(np.float32)
    got, want = both(ops, lay(x, how[0]), gamma, beta, running, lay(dy, how[1]))
    # A single row differs from its mean by nothing but rounding, which 1 / sqrt(eps) magnifies.
    factors = (1e2, 1, 1, 1e4, 1e3 * m, m) if train else (1e2, 1, 1, 1e2, 1e2 * m, m)
    for one, other, factor in zip(got, want, factors, strict=True):
        assert one.dtype == np.float32
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6 * factor)


def test_running_values_that_are_given_are_only_read(ops, rng):
    x, gamma = numbers(rng, (9, 4)), np.ones(4, np.float32)
    given = lay(numbers(rng, (4,)), "frozen"), lay(abs(numbers(rng, (4,))), "frozen")
    y, mean, var, _ = ops.normalise(x, gamma, gamma, NORM, given)
    assert mean is given[0]
    assert var is given[1]
    wide = double(x, *given)
    np.testing.assert_allclose(
        y, (wide[0] - wide[1]) / np.sqrt(wide[2] + NORM) + 1, rtol=1e-5, atol=1e-4
    )


def test_sums_over_many_rows_are_exact_to_float32(ops, rng):
    """Added one by one, 200,000 numbers around 100 would leave a mean with three good digits."""
    x = rng.normal(100, 1, (200_000, 3)).astype(np.float32)
    ones = np.ones(3, np.float32)
    y, mean, var, back = ops.normalise(x, ones, ones, NORM)
    wide = x.astype(np.float64)
    np.testing.assert_allclose(mean, wide.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(var, wide.var(axis=0), rtol=1e-4)
    dgamma, dbeta = np.empty((2, 3), np.float32)
    back(y, dgamma, dbeta)
    np.testing.assert_allclose(dbeta, y.sum(axis=0, dtype=np.float64), rtol=1e-5)
    close(dbeta, y.sum(axis=0, dtype=np.float64), abs(y).sum(axis=0), 2000)


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: hex(np.float32(bad).view(np.uint32)))
def test_what_is_no_number_spoils_its_channel_and_no_other(ops, rng, bad):
    x, ones = numbers(rng, (6, 5), 0), np.ones(5, np.float32)
    x[3, 2] = bad
    y, _, _, back = ops.normalise(x, ones, ones, NORM)
    dgamma, dbeta = np.empty((2, 5), np.float32)
    dx = back(y, dgamma, dbeta)
    fine = [True, True, False, True, True]
    for found in (np.isfinite(y).all(axis=0), np.isfinite(dx).all(axis=0), np.isfinite(dgamma)):
        assert found.tolist() == fine


X, ONES = np.ones((6, 3), np.float32), np.ones(3, np.float32)


@pytest.mark.parametrize("shape", [(0, 3), (6, 0), (0, 0)])
def test_nothing_is_normalised_to_nothing(ops, shape):
    x, ones = np.ones(shape, np.float32), np.ones(shape[1], np.float32)
    y, _, _, back = ops.normalise(x, ones, ones, NORM, (ones, ones))
    dgamma, dbeta = np.ones((2, shape[1]), np.float32)
    assert y.shape == back(y, dgamma, dbeta).shape == shape
    assert not dgamma.any()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((X, ONES[:2], ONES, NORM), "an array has shape (2,) where (3,) is needed"),
        ((X, ONES, ONES[None], NORM), "an array has shape (1, 3) where (3,) is needed"),
        ((X[:, :2], ONES, ONES, NORM), "an array has shape (3,) where (2,) is needed"),
        ((X, ONES, ONES, NORM, (ONES[:2], ONES)), "an array has shape (2,) where"),
        ((X, ONES, ONES, NORM, (ONES, ONES[:1])), "an array has shape (1,) where"),
    ],
)
def test_what_does_not_fit_is_refused(ops, arguments, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        ops.normalise(*arguments)


def test_gradients_that_do_not_fit_are_refused(ops):
    y, _, _, back = ops.normalise(X, ONES, ONES, NORM)
    for dy in (y[:5], y[:, :2], y[0]):
        with pytest.raises(ValueError, match="an array has shape"):
            back(dy, ONES.copy(), ONES.copy())
    for wrong in (ONES[:2], ONES.astype(float), lay(ONES, "frozen"), np.ones(6, "f")[::2]):
        with pytest.raises(ValueError, match="can be changed in place"):
            back(y, wrong, ONES.copy())
        with pytest.raises(ValueError, match="can be changed in place"):
            back(y, ONES.copy(), wrong)


@pytest.mark.parametrize("kind", ["float64", "float16"])
def test_other_types_are_numpys(ops, kind):
    ones = ONES.astype(kind)
    y, mean, _, _ = ops.normalise(X.astype(kind), ones, ones, NORM)
    assert y.dtype == mean.dtype == kind
