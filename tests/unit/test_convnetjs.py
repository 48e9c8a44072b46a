"""ConvNetJS's trainer: its options, its batches, one example at a time."""

import re

import numpy as np
import pytest

from pyml import Network, convnetjs
from pyml import layers as L
from pyml.convnetjs.training import METHODS

POINT = {"type": "input", "out_sx": 1, "out_sy": 1, "out_depth": 2}
TWO = {"type": "softmax", "num_classes": 2}


def line(units=1, **options):
    """The network y = w x + b with w = b = 1 everywhere, and its trainer."""
    net = Network([L.Input(1), L.Regression(units)], dtype="float64")
    net.weights = np.ones(2 * units)
    return net, convnetjs.trainer(net, **options)


def test_weights_change_when_the_batch_is_full_and_decay_is_divided_by_it():
    """At x = 1, y = 2: for the targets 3 and 1 the gradients are -1 and 1, for 3 and 3 both -1.

    (-1 - 1 + 0.4 * 1) / 2 = -0.8 for the weight, -1 for the bias, learning rate 0.5.
    """
    net, trainer = line(learning_rate=0.5, momentum=0, batch_size=2, l2_decay=0.4)
    first = trainer.train([1.0], 3)
    assert first == (0.5, 0, 0)
    assert first.loss == 0.5
    assert net.weights.tolist() == [1, 1]
    second = trainer.train([1.0], [3.0])
    assert second == (0.5, 0, 0.2)
    assert second.loss == pytest.approx(0.7)
    np.testing.assert_allclose(net.weights, [1.4, 1.5])
    assert (trainer.steps, trainer.waiting) == (1, 0)

    net, trainer = line(learning_rate=0.5, momentum=0, batch_size=2, l1_decay=0.4)
    stats = trainer.step([[1.0], [1.0]], [3.0, 3.0])
    assert stats == (0.5, 0.4, 0, 2)
    np.testing.assert_allclose(net.weights, [1.4, 1.5])


@pytest.mark.parametrize("method", METHODS)
def test_a_step_is_as_many_examples_as_a_batch_holds(method):
    rng = np.random.default_rng(0)
    x, y = rng.normal(0, 1, (6, 2)), [0, 1, 0, 0, 1, 1]
    defs = [POINT, {"type": "fc", "num_neurons": 4, "activation": "tanh", "l1_decay_mul": 1}, TWO]
    options = {"method": method, "batch_size": 3, "l1_decay": 0.01, "l2_decay": 0.1}
    nets = [convnetjs.network(defs, dtype="float64") for _ in range(2)]
    whole, single = (convnetjs.trainer(net, **options) for net in nets)
    for k in (0, 3):
        stats = whole.step(x[k : k + 3], y[k : k + 3])
        seen = [single.train(x[i], y[i]) for i in range(k, k + 3)]
        assert np.mean([one.cost_loss for one in seen]) == pytest.approx(stats.loss)
        assert seen[2][1:] == pytest.approx((stats.l1_loss, stats.l2_loss))
    np.testing.assert_allclose(nets[0].weights, nets[1].weights, rtol=1e-12)


def test_the_options_are_those_of_convnetjs():
    net, trainer = line()
    assert trainer.method == "sgd"
    assert (trainer.learning_rate, trainer.momentum, trainer.batch_size) == (0.01, 0.9, 1)
    adam = convnetjs.trainer(net, method="adam", momentum=7)  # which it does not look at
    assert (adam.learning_rate, adam.beta1, adam.beta2, adam.eps) == (0.01, 0.9, 0.999, 1e-8)
    adadelta = convnetjs.trainer(net, method="adadelta", learning_rate=0.3)  # nor this
    assert (adadelta.learning_rate, adadelta.ro, adadelta.eps) == (1, 0.95, 1e-8)


def test_one_of_several_outputs_can_be_asked_for():
    """At x = 1 both outputs are 2; only the second moves towards 5: the gradient is -3."""
    net, trainer = line(2, learning_rate=0.1, momentum=0)
    assert trainer.train([1.0], {"dim": 1, "val": 5}).loss == 4.5
    np.testing.assert_allclose(net.weights, [1, 1.3, 1, 1.3])


def test_the_others_are_left_alone_also_where_units_drop_out():
    defs = [POINT, {"type": "fc", "num_neurons": 20, "drop_prob": 0.5}]
    net = convnetjs.network([*defs, {"type": "regression", "num_neurons": 2}], dtype="float64")
    trainer, head = convnetjs.trainer(net), net.layers[-2]
    before, bias = head.w.copy(), head.b.copy()
    trainer.train([0.5, -1.0], {"dim": 0, "val": 9.0})
    assert (head.w[1] == before[1]).all()
    assert head.b[1] == bias[1]
    assert head.b[0] != bias[0]
    assert (head.w[0] == before[0]).any()  # some units were dropped
    assert not (head.w[0] == before[0]).all()


@pytest.mark.parametrize(
    "target", [{"dim": 2, "val": 1}, {"dim": -1, "val": 1}, {"dim": 0.0, "val": 1}, {"dim": 0}]
)
def test_an_output_that_is_not_there_is_refused(target):
    _, trainer = line(2)
    message = "a target of one output is {'dim': i, 'val': v} with i from 0 to 1, got"
    with pytest.raises(ValueError, match=re.escape(message)):
        trainer.train([1.0], target)


def test_a_run_is_continued_to_the_bit_in_the_middle_of_a_batch(tmp_path):
    net, trainer = line(method="adagrad", batch_size=3)
    for k in range(5):
        trainer.train([k], 1)
    state, weights = trainer.state(), net.weights.copy()
    trainer.save(tmp_path / "run.npz")
    trainer.train([7], 1)

    same, other = line(method="adagrad", batch_size=8)
    same.weights = weights
    other.restore(state)
    loaded = convnetjs.Trainer.load(tmp_path / "run.npz")
    for again in (other, loaded):
        assert again.batch_size == 3
        again.train([7], 1)
        assert (again.net.weights == net.weights).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"waiting": -1}, "Trainer.restore: waiting must be a whole number of at least 0, got -1"),
        ({"batch_size": 0}, "Trainer.restore: batch_size must be a whole number of at least 1"),
        ({"gathered": [np.nan, 0]}, "gathered has shape (2,) or is not finite; the network needs"),
        ({"gathered": [0]}, "gathered has shape (1,) or is not finite; the network needs (2,)"),
        ({"gathered": {}}, "this is no state of a convnetjs.trainer"),
        ({"method": "adam"}, "the state is of method 'adam', this trainer is 'sgd'"),
    ],
)
def test_a_damaged_state_is_refused_and_changes_nothing(change, message):
    _, trainer = line(batch_size=2)
    trainer.train([1.0], 3)
    with pytest.raises(ValueError, match=re.escape(message)):
        trainer.restore(trainer.state() | change)
    assert (trainer.waiting, trainer.batch_size) == (1, 2)
    assert trainer.gathered.tolist() == [-1, -1]


def test_a_method_or_an_option_that_is_not_there_is_refused():
    net, _ = line()
    with pytest.raises(ValueError, match="unknown method 'adamw'; use one of sgd, nesterov"):
        convnetjs.trainer(net, method="adamw")
    with pytest.raises(TypeError, match="batchsize"):
        convnetjs.trainer(net, batchsize=2)
    with pytest.raises(ValueError, match=re.escape("batch_size must be a whole number of at lea")):
        convnetjs.trainer(net, batch_size=0)


def test_learning_that_runs_away_is_stopped_before_it_spoils_the_weights():
    net, trainer = line()
    with pytest.raises(FloatingPointError, match="lower the learning rate"):
        trainer.train([1e200], 0)
    assert net.weights.tolist() == [1, 1]
    assert not trainer.gathered.any()


def test_an_update_that_fails_leaves_the_batch_as_it_was():
    net, trainer = line(batch_size=2)
    trainer.train([1.0], 3.0)
    before = trainer.state()
    trainer.l2_decay = 1e308
    net.weights = net.weights * 1e10
    weights = net.weights.copy()
    with pytest.raises(FloatingPointError):
        trainer.train([2.0], 1.0)
    trainer.l2_decay = before["l2_decay"]
    np.testing.assert_equal(trainer.state(), before)
    assert net.weights.tobytes() == weights.tobytes()
