"""`Trainer.run`, many steps in one call: on every backend the same as `step` called so often."""

import re

import numpy as np
import pytest
from compiled import exact, needs_library

from pyml import Network, Trainer
from pyml import layers as L
from pyml.methods import TRAINERS
from pyml.ops import Ops
from pyml.schedules import Cosine, WarmUp

BACKENDS = [
    pytest.param(Ops, id="NumPy"),
    pytest.param(exact, id="Kernels", marks=needs_library),
    pytest.param(lambda: exact(fuse=False), id="unfused", marks=needs_library),
]
LAYERS = [L.Input(3), L.Dense(5, "tanh"), L.Dense(4, "sigmoid")]
HEADS = [L.Softmax(3), L.SVM(3), L.Regression(2)]
OPTIONS = {"l1_decay": 1e-3, "l2_decay": 1e-2, "clip_norm": 0.3}
pytestmark = pytest.mark.parametrize("backend", BACKENDS)


def trained(backend, method="adam", head=HEADS[0], **options):
    net = Network([*LAYERS, head], seed=2, ops=backend())
    return Trainer(net, method, schedule=WarmUp(5, Cosine(40)), **(OPTIONS | options))


def examples(head=HEADS[0], n=40):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(n, 3)).astype(np.float32)
    if isinstance(head, L.Regression):
        return x, rng.normal(size=(n, head.units)).astype(np.float32), rng
    return x, rng.integers(0, head.units, n), rng


def one_by_one(trainer, x, y, order, size):
    """What `run` has to be."""
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    return [trainer.step(x[some], y[some]).loss for some in batches]


def alike(one, other):
    """Whether two trainers are at the same place."""
    assert one.steps == other.steps
    np.testing.assert_allclose(one.net.weights, other.net.weights, rtol=1e-5, atol=1e-6)
    for name in one.rule.accumulators:
        got, want = getattr(one.rule, name), getattr(other.rule, name)
        np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("head", HEADS, ids=repr)
@pytest.mark.parametrize("method", TRAINERS)
def test_a_run_is_the_steps_one_by_one(backend, method, head):
    """With decays, clipping, a schedule, examples that come again, and a last batch cut short."""
    one, other = trained(backend, method, head), trained(backend, method, head)
    x, y, rng = examples(head)
    order = rng.integers(0, len(x), 66)
    losses = one.run(x, y, order, 7)
    assert losses.dtype == np.float64
    np.testing.assert_allclose(losses, one_by_one(other, x, y, order, 7), rtol=1e-5)
    alike(one, other)


@pytest.mark.parametrize("method", TRAINERS)
def test_one_call_or_many_make_the_same_steps_to_the_bit(backend, method):
    """Adam's bias correction and the schedule go on from call to call."""
    one, other = trained(backend, method), trained(backend, method)
    x, y, rng = examples()
    order = rng.integers(0, len(x), 60)
    losses = one.run(x, y, order, 4)
    pieces = [other.run(x, y, order[i:j], 4) for i, j in ((0, 4), (4, 4), (4, 40), (40, 60))]
    assert np.concatenate(pieces).tobytes() == losses.tobytes()
    assert other.net.weights.tobytes() == one.net.weights.tobytes()
    np.testing.assert_equal(other.state(), one.state())


def test_what_was_changed_between_two_runs_counts(backend):
    x, y, _ = examples()
    trainer = trained(backend, "sgd", **dict.fromkeys(OPTIONS, 0.0) | {"clip_norm": None})
    trainer.schedule = None
    trainer.run(x, y, [0, 1], 1)
    trainer.learning_rate = trainer.momentum = 0.0
    before = trainer.net.weights.copy()
    trainer.run(x, y, range(40), 5)
    assert (trainer.net.weights == before).all()
    trainer.net.weights[...] = 0
    assert trainer.run(x, y, [7], 1)[0] == pytest.approx(np.log(3))


@pytest.mark.parametrize("size", [100, 2**31, 2**32])
def test_a_batch_larger_than_the_order_is_all_of_it(backend, size):
    one, other = trained(backend), trained(backend)
    x, y, _ = examples()
    np.testing.assert_allclose(one.run(x, y, range(40), size), [other.step(x, y).loss], rtol=1e-6)
    alike(one, other)


def test_an_order_without_examples_changes_nothing(backend):
    trainer = trained(backend)
    x, y, _ = examples()
    before = trainer.net.weights.copy()
    assert trainer.run(x, y, [], 3).shape == (0,)
    assert trainer.steps == 0
    assert (trainer.net.weights == before).all()


@pytest.mark.parametrize(
    ("order", "size"), [([40], 1), ([-1], 1), ([0.5], 1), ([[0]], 1), ([0], 0)]
)
def test_orders_that_name_no_examples_are_refused_by_every_backend(backend, order, size):
    trainer = trained(backend)
    text = "Trainer.run: order must name examples by whole numbers from 0 to 39 and size"
    with pytest.raises(ValueError, match=re.escape(text)):
        trainer.run(*examples()[:2], order, size)
    assert trainer.steps == 0


@pytest.mark.parametrize(
    ("bad", "error", "text"),
    [
        (np.nan, ValueError, "Trainer: y holds NaN or numbers beyond all bounds"),
        (1e30, FloatingPointError, "Trainer: the loss is inf after 2 steps, learning has run away"),
    ],
)
def test_steps_before_one_that_runs_away_stand(backend, bad, error, text):
    """The target of example 5 is bad, so of seven batches two are done."""
    x, y, _ = examples(HEADS[2])
    y[5] = bad
    one, other = (trained(backend, "adam", HEADS[2]) for _ in range(2))
    with pytest.raises(error, match=re.escape(text)):
        one.run(x, y, np.arange(14), 2)
    other.run(x, y, np.arange(4), 2)
    assert one.net.weights.tobytes() == other.net.weights.tobytes()
    np.testing.assert_equal(one.state(), other.state())


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"l2_decay": 1e38}, "the squared length of the gradient is inf after 1 steps"),
        ({"l2_decay": 1e3, "learning_rate": 3e38}, "the next one would be beyond all bounds"),
    ],
)
@pytest.mark.parametrize("method", ["momentum", "nesterov", "adam"])
def test_decays_and_steps_beyond_all_bounds_are_noticed(backend, options, text, method):
    """At the second step; the weights stay as the first one left them."""
    x, y, _ = examples()
    one, other = (trained(backend, method, **options, clip_norm=None) for _ in range(2))
    for trainer in (one, other):
        trainer.learning_rate, rate = 1e-9, trainer.learning_rate
        trainer.l2_decay, decay = 0.01, trainer.l2_decay
        trainer.net.weights *= 4
        trainer.schedule = None
        trainer.run(x, y, [0, 1], 2)
        trainer.learning_rate, trainer.l2_decay = rate, decay
    with pytest.raises(FloatingPointError, match=text):
        one.run(x, y, range(4), 2)
    assert one.net.weights.tobytes() == other.net.weights.tobytes()
    assert one.steps == other.steps == 1
    with pytest.raises(FloatingPointError, match=text):
        other.step(x[:2], y[:2])
    np.testing.assert_equal(one.state(), other.state())


def test_rates_that_float32_cannot_hold_are_nobodys_error(backend):
    x, y, _ = examples()
    trainer = trained(backend, "sgd", learning_rate=1e-47)
    before = trainer.net.weights.copy()
    trainer.run(x, y, range(8), 2)
    assert (trainer.net.weights == before).all()


def test_somebodys_own_trainer_steps_as_it_likes(backend):
    class Mine(Trainer):
        def step(self, x, y):
            calls.append(len(x))
            return super().step(x, y)

    calls = []
    Mine(trained(backend).net).run(*examples()[:2], range(5), 2)
    assert calls == [2, 2, 1]


def test_somebodys_own_method_is_asked(backend, monkeypatch):
    class Still(TRAINERS["sgd"]):
        def delta(self, gradient, lr, trainer):
            return 0 * gradient

    monkeypatch.setitem(TRAINERS, "still", Still)
    trainer = trained(backend, "still")
    before = trainer.net.weights.copy()
    assert len(trainer.run(*examples()[:2], range(5), 2)) == 3
    assert (trainer.net.weights == before).all()
    assert trainer.steps == 3
