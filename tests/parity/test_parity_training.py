"""Whole training runs, next to the real ConvNetJS: the same losses and weights, to 1e-9.

The package, version 0.3.0, states some losses otherwise than the gradient that it follows, and
otherwise than its last source does: SVM adds 1 for the right class, regression takes 2 |z - y|^2.
"""

import numpy as np
import pytest
from peer import job, run

from pyml import convnetjs

UPDATES = 200
METHODS = [
    {"method": "sgd", "momentum": 0.0, "learning_rate": 0.05},
    {"method": "sgd", "momentum": 0.9, "learning_rate": 0.01},
    {"method": "nesterov", "momentum": 0.9, "learning_rate": 0.01},
    {"method": "adagrad", "learning_rate": 0.02, "eps": 1e-6},
    {"method": "windowgrad", "learning_rate": 0.005, "eps": 1e-6},
    {"method": "adadelta", "eps": 1e-6},
]
HEADS = [
    {"type": "softmax", "num_classes": 3},
    {"type": "svm", "num_classes": 3},
    {"type": "regression", "num_neurons": 1},
    {"type": "regression", "num_neurons": 2},
]
ACTIVATIONS = ["tanh", "relu", "sigmoid", "maxout"]
SEEDS = range(24)


def between(rng, *choices):
    return choices[rng.integers(len(choices))]


def dense(rng):
    """Vectors, perhaps normalised, and one or two dense layers."""
    depth = int(rng.integers(2, 6))
    defs = [{"type": "input", "out_sx": 1, "out_sy": 1, "out_depth": depth}]
    if rng.random() < 0.5:  # before all weights, where its wrong gradient reaches nobody
        defs.append({"type": "lrn", "k": 1.5, "n": 3, "alpha": 0.4, "beta": 0.75})
    for _ in range(rng.integers(1, 3)):
        defs.append({"type": "fc", "num_neurons": int(2 * rng.integers(2, 5))})
    return defs, (depth,)


def images(rng):
    """Small images through a convolution and a pool, each of any size, stride and pad."""
    sy, sx, depth = (int(n) for n in rng.integers((6, 6, 1), (9, 9, 3)))
    defs = [{"type": "input", "out_sx": sx, "out_sy": sy, "out_depth": depth}]
    conv = {"type": "conv", "filters": 4, "sx": between(rng, 2, 3), "stride": between(rng, 1, 2)}
    defs.append(conv | {"sy": between(rng, 1, 3), "pad": between(rng, 0, 1)})
    pool = {"type": "pool", "sx": between(rng, 2, 3), "stride": between(rng, 1, 2)}
    defs.append(pool | {"pad": between(rng, 0, 1)})
    if rng.random() < 0.5:
        defs.append({"type": "conv", "filters": 2, "sx": 2, "pad": 1})
    return defs, (sy, sx, depth)


def draw(seed):
    """A network, a trainer's options and 10 examples: every method with every head."""
    rng = np.random.default_rng(seed)
    defs, shape = (dense, images)[seed // 2 % 2](rng)
    options = METHODS[seed % 6] | {"batch_size": between(rng, 1, 2, 5), "l2_decay": 0.01}
    for entry in defs:
        if entry["type"] in ("fc", "conv"):
            entry["activation"] = between(rng, *ACTIVATIONS)
            if entry["activation"] == "maxout":
                entry["group_size"] = 2
            if options["method"] != "nesterov" and rng.random() < 0.5:
                entry["l1_decay_mul"] = 1.0
                options["l1_decay"] = 0.005
    head = HEADS[(seed // 6 + seed) % 4]
    x = rng.integers(-2, 3, (10, *shape)) / 2  # few different numbers: pools see ties
    if "num_classes" in head:
        return [*defs, head], options, x, rng.integers(0, 3, 10)
    return [*defs, head], options, x, rng.normal(0, 1, (10, head["num_neurons"]))


@pytest.fixture(scope="module")
def runs():
    """For each seed the job's ingredients, the network of pyml and the peer's result."""
    drawn, jobs = [], []
    for seed in SEEDS:
        defs, options, x, y = draw(seed)
        net = convnetjs.network(defs, seed=seed, dtype="float64")
        drawn.append((options, x, y, net))
        examples = UPDATES * options["batch_size"]
        weights = net.weights.copy()
        jobs.append(job(x, y, defs=defs, weights=weights, trainer=options, examples=examples))
    return [(*one, result) for one, result in zip(drawn, run(jobs), strict=True)]


def near(found, wanted):
    """Whether all numbers agree to 1e-9 of the largest."""
    wanted = np.asarray(wanted)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9 * np.abs(wanted).max())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_of_200_updates_is_the_same(runs, seed):
    options, x, y, net, theirs = runs[seed]
    near(net.predict(x), theirs["before"])
    trainer = convnetjs.trainer(net, **options)
    batch = options["batch_size"]
    found = []
    for k in range(0, UPDATES * batch, batch):
        some = np.arange(k, k + batch) % len(x)
        stats = trainer.step(x[some], y[some])
        found.append((stats.loss, stats.l1_loss, stats.l2_loss))
    costs, l1, l2 = np.reshape(theirs["losses"], (UPDATES, batch, 3)).transpose(2, 0, 1)
    costs = {"SVM": costs - 1, "Regression": costs / 4}.get(type(net.head).__name__, costs)
    for i, wanted in enumerate((costs.mean(axis=1), l1[:, -1], l2[:, -1])):
        near(np.array(found)[:, i], wanted)
    near(net.weights, theirs["weights"])
    near(net.predict(x), theirs["after"])


def test_the_runs_have_every_method_head_and_layer():
    drawn = [draw(seed) for seed in SEEDS]
    methods = {(options["method"], options.get("momentum")) for _, options, _, _ in drawn}
    assert len(methods) == len(METHODS)
    entries = [entry for defs, *_ in drawn for entry in defs]
    assert {entry["type"] for entry in entries} >= {"fc", "conv", "pool", "lrn"}
    assert {entry.get("activation") for entry in entries} >= set(ACTIVATIONS)
    assert all(head in entries for head in HEADS)
    pools = [entry for entry in entries if entry["type"] == "pool"]
    assert any(entry["sx"] > entry["stride"] and entry["pad"] for entry in pools)
    assert any("l1_decay" in options for _, options, _, _ in drawn)
