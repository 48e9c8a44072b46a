"""The NumPy backend, which every other backend must equal."""

import inspect

import numpy as np
import pytest
from compiled import exact, needs_library

from pyml import Network
from pyml import layers as L
from pyml.kernels import Kernels
from pyml.ops import Ops, best, in_order

BACKENDS = [Ops, pytest.param(exact, id="Kernels", marks=needs_library)]
TYPES = ["float32", "float64"]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("backend", BACKENDS)
def test_matmul_is_the_sum_over_the_middle_letter(backend, dtype, rng):
    a, b = rng.normal(size=(23, 24)).astype(dtype), rng.normal(size=(24, 25)).astype(dtype)
    naive = [[sum(a[i, k] * b[k, j] for k in range(24)) for j in range(25)] for i in range(23)]
    np.testing.assert_allclose(backend().matmul(a, b), naive, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("backend", BACKENDS)
def test_matmul_takes_transposed_views_and_writes_where_it_is_told(backend, dtype, rng):
    a, b = rng.normal(size=(24, 23)).astype(dtype), rng.normal(size=(25, 24)).astype(dtype)
    out = np.zeros((23, 25), dtype)
    assert backend().matmul(a.T, b.T, out=out) is out
    np.testing.assert_allclose(out, a.T @ b.T, rtol=1e-5, atol=1e-5)


def test_a_backend_takes_what_the_reference_takes():
    overridden = 0
    for name, method in inspect.getmembers(Ops, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.signature(getattr(Kernels, name)) == inspect.signature(method), name
            overridden += getattr(Kernels, name) is not method
    assert overridden == 9  # all but average_pool


def test_numpy_is_best_where_it_is_asked_for(monkeypatch):
    monkeypatch.setenv("PYML_BACKEND", "numpy")
    assert type(best.__wrapped__()) is Ops


@pytest.mark.parametrize("found", [Ops(), None])
def test_else_the_installed_kernels_are_best_and_numpy_without_them(monkeypatch, found):
    monkeypatch.delenv("PYML_BACKEND")
    monkeypatch.setattr("pyml.kernels.load", lambda: found)
    one = best.__wrapped__()
    assert type(one) is Ops
    assert found is None or one is found


@pytest.mark.parametrize("order", [[], [0, 2, 1, 0], np.array([2], np.uint8), range(3)])
def test_an_order_names_examples(order):
    found = in_order(order, 2, 3)
    assert found.dtype == np.intp
    assert found.tolist() == list(order)


@pytest.mark.parametrize(
    ("order", "size"),
    [
        ([0, 3], 1),
        ([-1], 1),
        ([2**32], 1),
        ([0.0, 1.0], 1),
        ([True, False, True], 1),
        ([[0], [1]], 1),
        (0, 1),
        (None, 1),
        (["0"], 1),
        ([0], 0),
        ([0], -2),
        ([0], 1.5),
        ([0], None),
        ([], 0),
    ],
)
def test_what_names_no_examples_is_refused(order, size):
    with pytest.raises(ValueError, match=r"whole numbers from 0 to 2 and size .*, got .* and "):
        in_order(order, size, 3)


@pytest.mark.parametrize(
    ("layer", "named", "products"),
    [
        # Three products are of the head's Dense; the first layer's input is of no interest.
        (L.Dense(3), set(), 2 + 3),
        (L.Conv(3, 2), {"convolve"}, 2 + 3),
        (L.Pool(2), {"max_pool"}, 2),
        (L.Pool(2, kind="average"), {"average_pool"}, 2),
    ],
    ids=repr,
)
def test_the_backend_is_handed_in_and_asked_for_all_that_it_may_replace(layer, named, products):
    asked = []

    class Watched(Ops):
        def __getattribute__(self, name):
            if not name.startswith("_"):
                asked.append(name)
            return super().__getattribute__(name)

    backend = Watched()
    net = Network([L.Input(4, 4, 2), layer, L.Softmax(2)], ops=backend)
    assert all(one.ops is backend for one in net.layers)
    net.loss_and_gradient(np.zeros((1, 4, 4, 2)), [0])
    assert asked.count("matmul") == products
    assert set(asked) - {"matmul", "arrange", "whole"} == named
