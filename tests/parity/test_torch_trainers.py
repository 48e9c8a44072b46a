"""Training next to torch.optim, step by step in float64, with the differences named."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pyml import Network, Trainer
from pyml import layers as L
from pyml.methods import TRAINERS
from pyml.schedules import Constant, Cosine, Step, WarmUp

torch = pytest.importorskip(
    "torch", reason="torch is not there; install a build of it for the CPU to compare with it"
)
optim = torch.optim

STEPS = 60
RNG = np.random.default_rng(12)
X, Y = RNG.normal(size=(STEPS, 16, 3)), RNG.integers(0, 3, (STEPS, 16))


def network():
    return Network([L.Input(3), L.Dense(5, "tanh"), L.Softmax(3)], seed=4, dtype="float64")


class Peer:
    """The same network, moved by an optimiser of torch.

    Weights and biases are two tensors, because only the weights decay. The gradient is pyml's:
    what is compared here is the step.
    """

    def __init__(self, make, decay=0.0):
        self.net = network()
        self.parts = [self.net.l2_mask == 1, self.net.l2_mask == 0]
        self.tensors = [torch.tensor(self.net.weights[part]) for part in self.parts]
        weights, biases = self.tensors
        self.optimiser = make(
            [{"params": [weights], "weight_decay": decay}, {"params": [biases], "weight_decay": 0}]
        )

    def step(self, x, y, clip=None):
        _, gradient = self.net.loss_and_gradient(x, y)
        for tensor, part in zip(self.tensors, self.parts, strict=True):
            tensor.grad = torch.from_numpy(gradient[part])
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(self.tensors, clip)
        self.optimiser.step()
        for tensor, part in zip(self.tensors, self.parts, strict=True):
            self.net.weights[part] = tensor.numpy()
        return self.net.weights


def check(trainer, peer, rtol=1e-9, schedule=None, **options):
    """Both train on the same batches, at the same rates, and have the same weights each time."""
    for x, y in zip(X, Y, strict=True):
        assert trainer.current_rate == pytest.approx(peer.optimiser.param_groups[0]["lr"])
        trainer.step(x, y)
        told = peer.step(x, y, **options)
        np.testing.assert_allclose(trainer.net.weights, told, rtol=rtol, atol=rtol / 100)
        if schedule is not None:
            schedule.step()


#: ours and theirs, with the same formula
SAME = [
    ("sgd", {"learning_rate": 0.1}, optim.SGD, {"lr": 0.1}),
    ("sgd", {"learning_rate": 0.1, "momentum": 0.8}, optim.SGD, {"lr": 0.1, "momentum": 0.8}),
    ("momentum", {"learning_rate": 0.05}, optim.SGD, {"lr": 0.05, "momentum": 0.9}),
    (
        "nesterov",
        {"learning_rate": 0.05, "momentum": 0.7},
        optim.SGD,
        {"lr": 0.05, "momentum": 0.7, "nesterov": True},
    ),
    ("adam", {}, optim.Adam, {}),
    (
        "adam",
        {"learning_rate": 0.02, "beta1": 0.8, "beta2": 0.95, "eps": 1e-3},
        optim.Adam,
        {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-3},
    ),
    ("adamw", {"learning_rate": 0.02}, optim.AdamW, {"lr": 0.02}),
    (
        "rmsprop",
        {"learning_rate": 0.01, "ro": 0.8, "eps": 1e-4},
        optim.RMSprop,
        {"lr": 0.01, "alpha": 0.8, "eps": 1e-4},
    ),
    ("adadelta", {}, optim.Adadelta, {"rho": 0.95, "eps": 1e-6}),
    (
        "adadelta",
        {"learning_rate": 0.5, "ro": 0.8, "eps": 1e-4},
        optim.Adadelta,
        {"lr": 0.5, "rho": 0.8, "eps": 1e-4},
    ),
    # These two have eps under the root, torch beside it: the same only where eps does not count.
    ("adagrad", {"learning_rate": 0.1, "eps": 1e-30}, optim.Adagrad, {"lr": 0.1, "eps": 1e-30}),
    (
        "windowgrad",
        {"learning_rate": 0.01, "ro": 0.9, "eps": 1e-30},
        optim.RMSprop,
        {"lr": 0.01, "alpha": 0.9, "eps": 1e-30},
    ),
]


def test_every_method_has_its_peer():
    assert {method for method, *_ in SAME} == set(TRAINERS), "add the new method to SAME"


@pytest.mark.parametrize("decay", [0.0, 0.05])
@pytest.mark.parametrize(("method", "ours", "kind", "theirs"), SAME)
def test_a_method_steps_as_in_torch(method, ours, kind, theirs, decay):
    trainer = Trainer(network(), method, **ours, l2_decay=decay)
    check(trainer, Peer(lambda groups: kind(groups, **theirs), decay))


@pytest.mark.parametrize(
    ("method", "kind", "options"),
    [("adagrad", optim.Adagrad, {}), ("windowgrad", optim.RMSprop, {"alpha": 0.95})],
)
def test_eps_under_the_root_is_another_step_than_eps_beside_it(method, kind, options):
    """For G = s^2 the steps are lr g / sqrt(s^2 + eps) here, lr g / (s + eps) there."""
    net, eps, lr = network(), 0.01, 0.1
    start = net.weights.copy()
    _, g = net.loss_and_gradient(X[0], Y[0])
    share = 1.0 if method == "adagrad" else 0.05  # of the first square that G takes in
    Trainer(net, method, learning_rate=lr, eps=eps).step(X[0], Y[0])
    told = Peer(lambda groups: kind(groups, lr=lr, eps=eps, **options)).step(X[0], Y[0])
    np.testing.assert_allclose(net.weights - start, -lr * g / np.sqrt(share * g**2 + eps))
    np.testing.assert_allclose(told - start, -lr * g / (np.sqrt(share) * np.abs(g) + eps))
    assert np.abs(net.weights - told).max() > 1e-3


def test_a_gradient_is_clipped_as_in_torch():
    """Which divides by the length + 1e-6, so the weights agree to about that."""
    trainer = Trainer(network(), learning_rate=0.1, clip_norm=0.2)
    check(trainer, Peer(lambda groups: optim.SGD(groups, lr=0.1)), rtol=1e-4, clip=0.2)
    net, peer = network(), Peer(lambda groups: optim.SGD(groups, lr=1.0))
    start = net.weights.copy()
    length = math.sqrt((net.loss_and_gradient(X[0], Y[0])[1] ** 2).sum())
    Trainer(net, learning_rate=1.0, clip_norm=0.1).step(X[0], Y[0])
    told = (peer.step(X[0], Y[0], clip=0.1) - start) * (length + 1e-6) / length
    np.testing.assert_allclose(net.weights - start, told, rtol=1e-12, atol=1e-16)


RATES = optim.lr_scheduler
#: ours and theirs; torch's warm-up counts the steps between the first and the last
SCHEDULES = [
    (Constant(), lambda o: RATES.ConstantLR(o, factor=1.0)),
    (Step(7, 0.5), lambda o: RATES.StepLR(o, 7, 0.5)),
    (Cosine(STEPS), lambda o: RATES.CosineAnnealingLR(o, STEPS)),
    (Cosine(STEPS, end=0.1), lambda o: RATES.CosineAnnealingLR(o, STEPS, eta_min=0.01)),
    (WarmUp(10), lambda o: RATES.LinearLR(o, start_factor=0.1, total_iters=9)),
]


@pytest.mark.parametrize(("ours", "theirs"), SCHEDULES, ids=[repr(ours) for ours, _ in SCHEDULES])
def test_a_schedule_goes_as_in_torch(ours, theirs):
    peer = Peer(lambda groups: optim.Adam(groups, lr=0.1))
    trainer = Trainer(network(), "adam", learning_rate=0.1, schedule=ours)
    check(trainer, peer, schedule=theirs(peer.optimiser))


def test_momentum_keeps_the_rate_of_its_time_and_torch_does_not():
    """Here v holds steps, lr g, there gradients: they part where the rate changes."""
    peer = Peer(lambda groups: optim.SGD(groups, lr=0.1, momentum=0.9))
    trainer = Trainer(network(), "momentum", learning_rate=0.1)
    trainer.step(X[0], Y[0])
    np.testing.assert_allclose(peer.step(X[0], Y[0]), trainer.net.weights)
    trainer.learning_rate = peer.optimiser.param_groups[0]["lr"] = 0.0
    start = trainer.net.weights.copy()
    trainer.step(X[1], Y[1])
    np.testing.assert_allclose(trainer.net.weights - start, 0.9 * (start - network().weights))
