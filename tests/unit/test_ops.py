"""The NumPy backend, which every other backend must equal."""

import numpy as np
import pytest

from pyml import Network
from pyml import layers as L
from pyml.ops import Ops

BACKENDS = [Ops]


@pytest.mark.parametrize("backend", BACKENDS)
def test_matmul_is_the_sum_over_the_middle_letter(backend, rng):
    a, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 5))
    naive = [[sum(a[i, k] * b[k, j] for k in range(4)) for j in range(5)] for i in range(3)]
    np.testing.assert_allclose(backend().matmul(a, b), naive)


@pytest.mark.parametrize("backend", BACKENDS)
def test_matmul_takes_transposed_views_and_writes_where_it_is_told(backend, rng):
    a, b, out = rng.normal(size=(4, 3)), rng.normal(size=(5, 4)), np.zeros((3, 5))
    assert backend().matmul(a.T, b.T, out=out) is out
    np.testing.assert_allclose(out, a.T @ b.T)


def test_a_backend_has_no_method_that_the_reference_lacks():
    public = {name for name in dir(Ops) if not name.startswith("_")}
    for backend in BACKENDS:
        assert {name for name in dir(backend) if not name.startswith("_")} == public


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
    assert set(asked) - {"matmul"} == named
