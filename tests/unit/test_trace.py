"""The arithmetic of one example: it is the network's own, and looking at it changes nothing."""

import copy

import numpy as np
import pytest

from pyml import Network, Trainer, playground, trace
from pyml import layers as L
from pyml.methods import TRAINERS

X = np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]])
LABELS = np.array([1, 0, 1])


def make(*between, head=None, dtype="float64"):
    head = head or L.Softmax(2)
    return Network([L.Input(2), *between, head], seed=3, dtype=dtype)


NETS = {
    **{a: make(L.Dense(3, a), L.Dense(4, a)) for a in L.ACTIVATIONS},
    "linear": make(L.Dense(3)),
    "no hidden layer": make(),
    "svm": make(L.Dense(3, "tanh"), head=L.SVM(2)),
    "sigmoid output": make(L.Dense(3, "tanh"), head=L.Regression(1, activation="sigmoid")),
    "maxout": make(L.Dense(4), L.Maxout(2)),
    "norm": make(L.Dense(3), L.BatchNorm(), L.Relu()),
}


@pytest.mark.parametrize("name", NETS)
def test_the_gradients_shown_sum_up_to_the_networks_own(name):
    net = NETS[name]
    total = [np.zeros_like(layer.dw) for layer in net.layers if isinstance(layer, L.Dense)]
    loss = 0.0
    for x, label in zip(X, LABELS, strict=True):
        found = trace.layers(net, Trainer(net), x, label)
        dense = [entry for entry in found["layers"] if entry["kind"] == "dense"]
        for sum_, entry in zip(total, dense, strict=True):
            sum_ += np.array(entry["dw"]) / len(X)
        loss += found["loss"] / len(X)
    if name == "norm":  # in training it looks at the whole batch
        assert loss == pytest.approx(net.loss(X, LABELS))
        return
    expected, _ = net.loss_and_gradient(X, LABELS)
    assert loss == pytest.approx(expected, rel=1e-12)
    dense_layers = [layer for layer in net.layers if isinstance(layer, L.Dense)]
    for sum_, layer in zip(total, dense_layers, strict=True):
        np.testing.assert_allclose(sum_, layer.dw, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", ["tanh", "relu", "sigmoid output"])
def test_the_sums_can_be_done_by_hand(name):
    found = trace.layers(NETS[name], Trainer(NETS[name]), X[0], 1)
    x = X[0]
    assert found["layers"][0]["y"] == x.tolist()
    for entry in found["layers"]:
        if entry["kind"] == "dense":
            assert entry["x"] == x.tolist()
            np.testing.assert_allclose(np.array(entry["w"]) @ x + entry["b"], entry["z"])
            act = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}
            act |= {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "": lambda z: z}
            np.testing.assert_allclose(act[entry["activation"]](np.array(entry["z"])), entry["y"])
            np.testing.assert_allclose(np.outer(entry["dz"], x), entry["dw"])
            np.testing.assert_allclose(entry["dz"], entry["db"])
            x = np.array(entry["y"])
    head = found["layers"][-1]
    assert head["kind"] == "head"
    np.testing.assert_allclose(head["z"], x)


def test_names_say_which_activation_stands_behind():
    found = trace.layers(NETS["tanh"], Trainer(NETS["tanh"]), X[0], 1)
    names = [entry["name"] for entry in found["layers"]]
    assert names == ["Input(2)", "Dense(3, tanh)", "Dense(4, tanh)", "Dense(2)", "Softmax(2)"]


@pytest.mark.parametrize("method", TRAINERS)
def test_the_updates_shown_are_those_of_the_next_step(method):
    net = copy.deepcopy(NETS["tanh"])
    trainer = Trainer(net, method, l2_decay=0.01)
    for _ in range(3):
        trainer.step(X, LABELS)
    found = trace.layers(net, trainer, X[1], 0)
    before = net.weights.copy()
    rule = trace.rule(trainer)
    assert "{" not in rule
    assert "w ← w" in rule
    trainer.step(X[1:2], LABELS[1:2])
    moved = net.weights - before
    shown = [
        np.concatenate([np.ravel(entry["step_w"]), entry["step_b"]])
        for entry in found["layers"]
        if entry["kind"] == "dense"
    ]
    np.testing.assert_allclose(np.concatenate(shown), moved, rtol=1e-12, atol=1e-15)


def test_tensorflow_playgrounds_trainer_is_shown_too():
    net = playground.network(hidden=(3,), seed=1, dtype="float64")
    trainer = playground.Trainer(net, 0.5, regularisation="L2", rate=0.1)
    found = trace.layers(net, trainer, X[0], 1.0)
    before = net.weights.copy()
    trainer.step(X[:1], np.array([1.0]))
    shown = np.array(found["layers"][1]["step_w"]).ravel()
    np.testing.assert_allclose(shown, (net.weights - before)[:6])
    assert trace.rule(trainer) == "w ← w − 0.5·g"


@pytest.mark.parametrize("layer", [L.Dropout(0.5), L.BatchNorm(), L.Tanh()])
def test_looking_changes_nothing(layer):
    net = make(L.Dense(4), layer, dtype="float32")
    trainer = Trainer(net, "adam")
    trainer.step(X, LABELS)
    before = net.weights.tobytes(), net.noise, repr(trainer.state())
    found = trace.layers(net, trainer, X[0].astype(np.float32), 1)
    assert found["layers"]
    assert (net.weights.tobytes(), net.noise, repr(trainer.state())) == before


def test_large_layers_are_cut():
    net = make(L.Dense(30, "tanh"))
    found = trace.layers(net, Trainer(net), X[0], 1)
    _, hidden, last, _ = found["layers"]
    assert (hidden["cut"], last["cut"]) == (True, True)
    assert np.shape(hidden["w"]) == (trace.MOST, 2)
    assert np.shape(last["w"]) == (2, trace.MOST)
    assert len(hidden["y"]) == trace.MOST


def test_a_network_that_ran_away_is_shown_with_gaps():
    net = make(L.Dense(2))
    net.weights[...] = 1e300
    found = trace.layers(net, Trainer(net), X[0], 1)
    values = [value for entry in found["layers"] for value in np.ravel(entry["y"])]
    assert all(value is None or np.isfinite(value) for value in values)


def test_every_method_has_its_rule():
    assert set(trace.RULES) == set(TRAINERS)
