"""Whole networks on the compiled backend: what is replaced, what is not, and nobody notices."""

import copy
import gc
import pickle
import re

import numpy as np
import pytest
from compiled import (
    BAD,
    LIBRARY,
    Exact,
    at_once,
    exact,
    lay,
    layouts,
    needs_library,
    networks,
    numbers,
    seeds,
)
from hypothesis import given
from hypothesis import strategies as st

from pyml import Network, Trainer, fusion, kernels
from pyml import layers as L
from pyml.kernels import Kernels
from pyml.losses import HEADS
from pyml.methods import TRAINERS
from pyml.schedules import Cosine, WarmUp

pytestmark = needs_library
OPS = {"fused": exact(True), "unfused": exact(False)} if LIBRARY else {"fused": None}


@pytest.fixture(autouse=True)
def small_products_in_c_and_no_word_of_underflow(monkeypatch):
    monkeypatch.setattr(kernels, "SMALL_PRODUCT", 0)
    with np.errstate(under="ignore"):
        yield


# ---- Random networks


def batch(net, rng, n):
    """Random examples for the network, with targets."""
    x = rng.normal(size=(n, *net.layers[0].output_shape)).astype(np.float32)
    if isinstance(net.head, L.Regression):
        return x, rng.normal(size=(n, net.head.units)).astype(np.float32)
    return x, rng.integers(0, net.head.units, n)


def made(layers, ops, like=None):
    """The network on these ops; with `like` the reference: float64, the same weights and noise."""
    if like is None:
        return Network(layers, seed=3, ops=ops)
    net = Network(layers, seed=3, dtype="float64")
    net.weights, net.noise = like.weights, like.noise
    return net


def near(got, want, rtol=2e-5):
    """Whether two arrays are equal, measured against the largest number in the second one."""
    np.testing.assert_allclose(got, want, rtol=rtol, atol=rtol * (0.1 + np.abs(want).max()))


@pytest.mark.parametrize("images", [False, True], ids=["vectors", "images"])
@given(st.data(), seeds, st.integers(1, 6), layouts)
def test_random_networks_are_numpys(images, data, seed, n, how):
    layers, rng = data.draw(networks(images)), np.random.default_rng(seed)
    for ops in OPS.values():
        net = made(layers, ops)
        net.weights += numbers(rng, net.weights.shape) / 8
        want = made(layers, None, net)
        x, y = batch(net, rng, n)
        near(net.predict(lay(x, how)), want.predict(x))
        loss, gradient = net.loss_and_gradient(lay(x, how), y)
        told, slope = want.loss_and_gradient(x, y)
        assert loss == pytest.approx(told, rel=2e-5, abs=1e-6)
        near(gradient, slope, 1e-4)
        near(net.weights, want.weights)  # BatchNorm moves some
        for one, other in zip(net.activations(x), want.activations(x), strict=True):
            near(one, other)


IMAGES = [
    L.Input(9, 8, 2),
    L.Conv(5, 3, pad=1, activation="relu"),
    L.Pool(2),
    L.Conv(3, 2),
    L.Tanh(),
]
NETS = {
    "whole": [L.Input(3), L.Dense(5, "tanh"), L.Dense(6, "sigmoid"), L.Softmax(3)],
    "layers": [L.Input(3), L.Dense(5, "tanh"), L.Dropout(0.2), L.BatchNorm(), L.SVM(3)],
    "images": [*IMAGES, L.Maxout(3), L.Softmax(3)],
}


@pytest.mark.parametrize("ops", OPS.values(), ids=OPS)
@pytest.mark.parametrize("layers", NETS.values(), ids=NETS)
@pytest.mark.parametrize("method", TRAINERS)
def test_twenty_steps_of_every_method_are_numpys(layers, method, ops, rng):
    """With decays, clipping and a schedule; the loss and the decay losses of each step, too."""
    net = made(layers, ops)
    options = {"l1_decay": 1e-3, "l2_decay": 1e-2, "clip_norm": 0.5}
    both = [
        Trainer(one, method, schedule=WarmUp(5, Cosine(30)), **options)
        for one in (net, made(layers, None, net))
    ]
    for trainer in both:
        trainer.learning_rate *= 0.5
    for _ in range(20):
        x, y = batch(net, rng, 7)
        got, want = (trainer.step(x, y) for trainer in both)
        np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-6)
    near(net.weights, both[1].net.weights, 2e-4)


# ---- What is replaced


def kinds(net):
    return [type(layer).__name__ for layer in net._body], type(net._last).__name__


def test_layers_are_replaced_in_runs():
    net = made([*IMAGES, L.Relu(), L.Pool(2), L.Softmax(2)], OPS["fused"])
    plain = ["ConvRelu", "Conv", "Elementwise", "Elementwise", "Pool", "Dense"]
    assert kinds(net) == (plain, "FastSoftmax")
    assert net._body[0].pooled
    net.ops = OPS["unfused"]
    plain = ["Conv", "Elementwise", "Pool", "Conv", "Elementwise", "Elementwise", "Pool", "Dense"]
    assert kinds(net) == (plain, "FastSoftmax")


POOLS = {
    L.Pool(2, stride=2): True,
    L.Pool((2, 2), stride=(2, 2)): True,
    L.Pool(3): False,
    L.Pool(2, stride=1): False,
    L.Pool(2, pad=1): False,
    L.Pool((2, 1)): False,
    L.Pool(2, kind="average"): False,
}


@pytest.mark.parametrize("pool", POOLS, ids=repr)
def test_only_a_pool_of_two_by_two_is_taken_in(pool):
    net = made([L.Input(7, 7, 1), L.Conv(2, 2, activation="relu"), pool, L.SVM(2)], OPS["fused"])
    assert net._body[0].pooled == POOLS[pool]
    assert len(net._body) == (2 if POOLS[pool] else 3)


def other(base, **changes):
    """Somebody's own layer, which does something else under a known name."""

    def forward(self, x, train):
        y, back = base.forward(self, x, train)
        return y * 2, lambda dy: back(dy * 2)

    return type(base.__name__, (base,), changes or {"forward": forward})


@pytest.mark.parametrize(
    "layers",
    [
        [L.Dense(4), other(L.Relu)()],
        [other(L.Dense)(4), L.Tanh()],
        [other(L.Tanh)(), other(L.Sigmoid)()],
        [L.Conv(3, 2), other(L.Relu)(), L.Pool(2)],
        [other(L.Conv)(3, 2), L.Relu(), L.Pool(2)],
        [L.Conv(3, 2), L.Relu(), other(L.Pool)(2)],
    ],
    ids=repr,
)
@pytest.mark.parametrize("head", [L.Softmax, other(L.Softmax, output=lambda self, z: -z)])
def test_somebodys_own_layers_and_heads_do_what_they_do(layers, head, rng):
    shape = (5, 5, 2) if any(isinstance(one, L.Conv) for one in layers) else (5,)
    layers = [L.Input(*shape), *layers, head(3)]
    net = made(layers, OPS["fused"])
    want = made(layers, None, net)
    x, y = batch(net, rng, 4)
    near(net.predict(x), want.predict(x))
    near(net.loss_and_gradient(x, y)[1], want.loss_and_gradient(x, y)[1])


@pytest.mark.parametrize("head", HEADS)
def test_a_head_alone_and_with_activations_is_taken_as_a_whole(head):
    for layers in ([], [L.Dense(2)], [L.Dense(2), L.Tanh(), L.Dense(3, "relu")]):
        net = made([L.Input(2), *layers, HEADS[head](2, activation="sigmoid")], OPS["fused"])
        assert net.whole is not None
    net.ops = OPS["unfused"]
    assert net.whole is None


MANY = [L.Dense(2, "tanh")] * 7
NOT_WHOLE = {
    "two activations": [L.Input(2), L.Dense(2, "tanh"), L.Relu(), L.SVM(2)],
    "an activation first": [L.Input(2), L.Tanh(), L.Dense(2), L.SVM(2)],
    "no known activation": [L.Input(2), L.Dense(2, "leaky_relu"), L.SVM(2)],
    "a Flatten": [L.Input(2), L.Flatten(), L.SVM(2)],
    "images": [L.Input(2, 2, 1), L.Dense(2), L.SVM(2)],
    "dropout": [L.Input(2), L.Dense(2), L.Dropout(), L.SVM(2)],
    "nine layers": [L.Input(2), *MANY, L.Dense(2), L.SVM(2)],
    "4097 weights": [L.Input(62), L.Dense(63), L.SVM(2)],
}


@pytest.mark.parametrize("layers", NOT_WHOLE.values(), ids=NOT_WHOLE)
def test_other_networks_are_not_taken_as_a_whole(layers, rng):
    net = made(layers, OPS["fused"])
    assert net.whole is None
    x, _ = batch(net, rng, 3)
    near(net.predict(x), made(layers, None, net).predict(x))  # without Dropout


def test_the_largest_networks_that_are_taken_as_a_whole(rng):
    for layers in ([L.Input(2), *MANY, L.SVM(2)], [L.Input(86), L.Dense(46), L.SVM(2)]):
        net = made(layers, OPS["fused"])
        assert net.whole is not None
        x, y = batch(net, rng, 9)
        near(net.loss_and_gradient(x, y)[1], made(layers, None, net).loss_and_gradient(x, y)[1])


def test_a_network_of_float64_runs_on_numpy_entirely(rng):
    class Silent(Exact):
        def __init__(self):
            super().__init__(LIBRARY)
            self.call = {}

    for layers in NETS.values():
        net = Network(layers, seed=3, dtype="float64", ops=Silent())
        want = Network(layers, seed=3, dtype="float64")
        x, y = batch(net, rng, 5)
        a, b = (Trainer(one, "adamw", l1_decay=0.1, l2_decay=0.1) for one in (net, want))
        assert a.step(x, y) == b.step(x, y)
        assert (net.predict(x) == want.predict(x)).all()
        assert (net.weights == want.weights).all()


# ---- What else may happen to a network


@pytest.mark.parametrize("layers", NETS.values(), ids=NETS)
def test_the_backend_may_be_changed_at_any_time(layers, rng):
    net = made(layers, None)
    x, y = batch(net, rng, 6)
    want = net.predict(x)
    trainer = Trainer(net, "momentum")
    for ops in (*OPS.values(), kernels.Ops(), OPS["fused"]):
        net.ops = ops
        assert all(layer.ops is ops for layer in net.layers)
        near(net.predict(x), want)
    for ops in (*OPS.values(), kernels.Ops()):
        net.ops = ops
        trainer.step(x, y)
    assert trainer.steps == 3


@pytest.mark.parametrize("again", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
@pytest.mark.parametrize("layers", NETS.values(), ids=NETS)
def test_copies_have_kernels_and_weights_of_their_own(layers, again, rng):
    net = made(layers, Kernels(LIBRARY))
    other = again(net)
    x, y = batch(net, rng, 5)
    assert type(other.ops) is Kernels
    assert (other.predict(x) == net.predict(x)).all()
    before = net.predict(x)
    Trainer(other, learning_rate=0.5).step(x, y)
    assert (net.predict(x) == before).all()
    assert (other.predict(x) != before).any()


@pytest.mark.parametrize("layers", NETS.values(), ids=NETS)
def test_predictions_and_garbage_collection_in_the_middle_disturb_nothing(layers, rng):
    """Between the ways there and back of each layer, with memory that is used again."""
    net = made(layers, Kernels(LIBRARY))
    x, y = batch(net, rng, 6)
    noise, start = net.noise, net.weights.copy()
    gradients = []
    for disturb in (lambda: None, lambda: (net.predict(x[:2] * 9), gc.collect(0))):
        net.noise, net.weights = noise, start
        way_back, z = [], x.copy()
        for layer in net._body:
            z, back = layer.forward(z, True)
            way_back.append(back)
            disturb()
        _, dz = net._last.loss(z, y)
        for back in reversed(way_back):
            disturb()
            dz = back(dz)
        gradients.append(net._gradient.copy())
    assert gradients[0].any()
    assert (gradients[0] == gradients[1]).all()


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: hex(np.float32(bad).view(np.uint32)))
@pytest.mark.parametrize("head", [*HEADS.values()])
@pytest.mark.parametrize("layers", [*NETS.values(), [L.Input(2)]], ids=[*NETS, "head"])
@pytest.mark.parametrize("ops", OPS.values(), ids=OPS)
def test_what_is_no_number_ends_in_a_loss_that_is_none(layers, head, ops, bad, rng):
    units = (3, 1)
    for n in units:
        net = made([*layers[:-1], head(n)] if len(layers) > 1 else [*layers, head(n)], ops)
        x, y = batch(net, rng, 5)
        with np.errstate(all="ignore"):
            for place, array in (("x", x), ("w", net.weights)):
                kept = array.copy()
                array.flat[-1] = bad  # of the weights, a bias of the head
                want = made(net.given, None, net).loss_and_gradient(x, y)
                loss, gradient = net.loss_and_gradient(x, y)
                assert np.isfinite(loss) == np.isfinite(want[0]), place
                assert np.isfinite(gradient).all() == np.isfinite(want[1]).all(), place
                array[...] = kept


def test_two_networks_and_four_threads_share_one_kernels(rng):
    ops = Kernels(LIBRARY)
    nets = [made(NETS[name], ops) for name in ("whole", "images") * 2]
    data = [batch(net, rng, 4) for net in nets]
    wants = [net.loss_and_gradient(*one)[1] for net, one in zip(nets, data, strict=True)]
    failures = []

    def work(i):
        for _ in range(30):
            ops._memory = ops._memory[:1].copy()  # so that it moves all the time
            if (nets[i].loss_and_gradient(*data[i])[1] != wants[i]).any():
                failures.append(i)

    at_once(work)
    assert not failures


# ---- Wrong calls

SCORES = np.zeros((2, 3), np.float32)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda net: net._last.output(SCORES[:, :2]), "an array has shape (2, 2) where (2, 3)"),
        (lambda net: net._last.output(SCORES[0]), "an array has shape (3,) where (3, 3)"),
        (lambda net: net._last.output(SCORES[None]), "an array has shape (1, 2, 3) where (1, 3)"),
        (lambda net: net._last.judge(SCORES, np.array([0])), "y has shape (1,)"),
        (lambda net: net._last.judge(SCORES, np.array([0, 3])), "label 3 is not one of the"),
        (lambda net: net._last.judge(SCORES[:, :2], np.array([0, 1])), "where (2, 3) is needed"),
        (lambda net: net.whole.predict(SCORES[:, :2]), "x has shape (2, 2)"),
        (lambda net: net.whole.predict(SCORES[:0]), "x has shape (0, 3)"),
        (lambda net: net.whole.loss_and_gradient(SCORES[0], [0]), "x has shape (3,)"),
        (lambda net: net.whole.loss_and_gradient(SCORES, [0]), "y has shape (1,)"),
        (lambda net: net.whole.loss_and_gradient(SCORES, [0, -1]), "label -1 is not one"),
        (lambda net: net.whole.run(Trainer(net), SCORES, [0, 1], [2], 1), "order must name"),
        (lambda net: net.whole.run(Trainer(net), SCORES, [0, 1], [0], 0), "size be at least 1"),
        (lambda net: net.whole.run(Trainer(net), SCORES, [0], [0], 1), "y has shape (1,)"),
    ],
)
def test_wrong_calls_are_refused(call, text):
    net = made(NETS["whole"], OPS["fused"])
    with pytest.raises(ValueError, match=re.escape(text)):
        call(net)


def test_masks_and_weights_are_checked_before_a_run():
    net = made(NETS["whole"], OPS["fused"])
    trainer = Trainer(net, "adamw")
    net.l2_mask = net.l2_mask[:-1]
    with pytest.raises(ValueError, match="an array has shape"):
        trainer.run(SCORES, np.array([0, 1]), [0, 1], 2)
    net = made(NETS["whole"], OPS["fused"])
    net.weights.flags.writeable = False
    with pytest.raises(ValueError, match="only a contiguous, writeable float32 array"):
        Trainer(net).run(SCORES, np.array([0, 1]), [0, 1], 2)


def test_a_trainer_of_another_network_is_left_to_itself():
    net, other = (made(NETS["whole"], OPS["fused"]) for _ in range(2))
    assert not len(net.whole.run(Trainer(other), SCORES, [0, 1], [0], 1))
    assert fusion.MOST_LAYERS == 8
