"""Decays and methods of training in C, held to NumPy's in float64."""

import numpy as np
import pytest
from compiled import (
    BAD,
    LIBRARY,
    NUMPY,
    close,
    exact,
    lay,
    layouts,
    needs_library,
    numbers,
    seeds,
)
from hypothesis import given
from hypothesis import strategies as st

from pyml import Network, Trainer
from pyml import layers as L
from pyml.methods import TRAINERS
from pyml.native import METHODS, unbias

pytestmark = needs_library


@pytest.fixture(autouse=True)
def quiet():
    """NumPy tells of what is too small or no number, the kernels do not."""
    with np.errstate(under="ignore", invalid="ignore"):
        yield


@pytest.fixture(scope="module")
def ops():
    return exact() if LIBRARY else None


def trainers(method, seed, **options):
    """The same trainer twice, in float32 and float64, with random weights and accumulators."""
    rng, found = np.random.default_rng(seed), []
    weights = numbers(rng, (29,))
    gradient = numbers(rng, (29,))
    for dtype in ("float32", "float64"):
        given = [L.Dense(4, l1_decay_mul=2, l2_decay_mul=0.5), L.Regression(1, l1_decay_mul=0)]
        trainer = Trainer(Network([L.Input(5), *given], dtype=dtype), method, **options)
        trainer.net.weights = weights
        noise = np.random.default_rng(seed)
        for name in trainer.rule.accumulators:
            near = noise.normal(size=29).astype(np.float32)
            getattr(trainer.rule, name)[...] = near if name in ("velocity", "mean") else abs(near)
        found.append((trainer, gradient.astype(dtype)))
    return found


@pytest.mark.parametrize("method", TRAINERS)
@given(
    seeds,
    st.integers(0, 1000),
    st.sampled_from([0.0, 1e-3, 0.7]),
    st.sampled_from([0.0, 1e-4, 0.3]),
    layouts,
)
def test_every_method_takes_numpys_step(ops, method, seed, steps, l1, l2, how):
    (trainer, g), (wide, wide_g) = trainers(method, seed, l1_decay=l1, l2_decay=l2)
    trainer.steps = wide.steps = steps
    before = wide.net.weights.copy()
    assert ops.update(trainer, lay(g, how))
    assert NUMPY.update(wide, wide_g)
    size = abs(wide.net.weights - before) + abs(before) + 1e-3
    close(trainer.net.weights, wide.net.weights, size, 16)
    for name in trainer.rule.accumulators:
        want = getattr(wide.rule, name)
        close(getattr(trainer.rule, name), want, abs(want) + 1, 16)


@pytest.mark.parametrize("decoupled", [False, True])
@given(seeds, st.sampled_from([0.0, 1e-3, 0.7]), st.sampled_from([0.0, 1e-4, 0.3]))
def test_decays_are_numpys(ops, decoupled, seed, l1, l2):
    (trainer, g), (wide, wide_g) = trainers("sgd", seed)
    got = ops.decay(trainer.net, l1, l2, g, decoupled)
    want = NUMPY.decay(wide.net, l1, l2, wide_g, decoupled)
    np.testing.assert_allclose(got, want, rtol=1e-6)
    close(g, wide_g, abs(wide_g) + abs(wide.net.weights) + l1, 8)


@given(seeds, st.integers(0, 9), layouts)
def test_the_squared_length_is_numpys_and_never_overflows(ops, seed, n, how):
    g = numbers(np.random.default_rng(seed), (n,))
    for scale in (np.float32(1), np.float32(1e30)):
        want = np.square(g * scale, dtype=np.float64).sum()
        for backend in (ops, NUMPY):
            with np.errstate(over="ignore", under="ignore"):
                got = backend.squared_length(lay(g * scale, how))
            assert got == pytest.approx(want, rel=1e-5)


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_a_step_to_what_is_no_number_is_undone_and_told(ops, bad):
    for i, backend in ((0, ops), (28, ops), (28, NUMPY)):
        (trainer, g), _ = trainers("adam", 1)
        before, g[i] = trainer.net.weights.copy(), bad
        with np.errstate(all="ignore"):
            assert not backend.update(trainer, g)
        assert (trainer.net.weights == before).all()


def test_gradients_and_weights_that_c_cannot_change_are_numpys_or_refused(ops):
    (trainer, g), (wide, wide_g) = trainers("momentum", 1)
    for other in (g.astype(np.float64), np.repeat(g, 2)[::2], lay(g, "misaligned1")):
        ops.decay(trainer.net, 0.1, 0.2, other, False)
        want = wide_g.copy()
        NUMPY.decay(wide.net, 0.1, 0.2, want, False)
        np.testing.assert_allclose(other, want, rtol=1e-6)
    with pytest.raises(ValueError, match="read-only"):
        ops.decay(trainer.net, 0.1, 0.2, lay(g, "frozen"), False)
    for wrong in (g[:5], g[:, None], np.zeros(30, np.float32)):
        with pytest.raises(ValueError, match="broadcast"):
            ops.decay(trainer.net, 0.1, 0.2, wrong, False)
        with pytest.raises(ValueError, match="an array has shape"):
            ops.update(trainer, wrong)
    before = wide.net.weights.copy()
    ops.update(wide, wide_g)
    assert (wide.net.weights != before).any()  # float64 is NumPy's


def test_masks_accumulators_and_weights_are_checked(ops):
    (trainer, g), _ = trainers("adamw", 1, l2_decay=0.5)
    for mask in (np.ones(28, np.float32), np.ones((29, 1), np.float32)):
        trainer.net.l2_mask = mask
        with pytest.raises(ValueError, match=r"where \(29,\) is needed"):
            ops.update(trainer, g)
        with pytest.raises(ValueError, match=r"where \(29,\) is needed"):
            ops.decay(trainer.net, 0.1, 0.1, g, False)
    trainer.net.l2_mask = np.ones(29)  # float64: a copy is read
    ops.update(trainer, g)
    trainer.rule.mean = trainer.rule.mean[:-1]
    with pytest.raises(ValueError, match="only a contiguous, writeable float32 array"):
        ops.update(trainer, g)
    (trainer, g), _ = trainers("sgd", 1)
    trainer.net.weights.flags.writeable = False
    with pytest.raises(ValueError, match="only a contiguous, writeable float32 array"):
        ops.update(trainer, g)


def test_somebodys_own_method_runs_on_numpy(ops, monkeypatch):
    class Still(TRAINERS["sgd"]):
        """Goes nowhere."""

        def delta(self, gradient, lr, trainer):
            return 0 * gradient

    monkeypatch.setitem(TRAINERS, "still", Still)
    assert Still not in METHODS
    (trainer, g), _ = trainers("still", 1)
    before = trainer.net.weights.copy()
    ops.update(trainer, g)
    assert (trainer.net.weights == before).all()
    assert unbias(trainer, 3) == (1, 1)
