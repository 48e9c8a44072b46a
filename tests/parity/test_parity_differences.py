"""Where the real ConvNetJS is wrong, shown on it, and that pyml is right; see docs/convnetjs.md.

Right is what the paper's formula says, or what finite differences of the loss say.
"""

import numpy as np
import pytest
from peer import job, run
from test_parity_golden import ALL, DECK, LABELS, POINTS, started

from pyml import convnetjs

rng = np.random.default_rng(3)
NUMBERS = {"type": "input", "out_sx": 1, "out_sy": 1, "out_depth": 4}
PAIR = {"type": "softmax", "num_classes": 2}
LINE = [NUMBERS, {"type": "fc", "num_neurons": 1, "l1_decay_mul": 1}]
LINE += [{"type": "regression", "num_neurons": 1}]
NORMED = [NUMBERS, {"type": "lrn", "k": 1, "n": 3, "alpha": 2, "beta": 0.75}, PAIR]
SATURATED = [NUMBERS, {"type": "tanh"}, PAIR]
DROPPED = [NUMBERS, {"type": "dropout", "drop_prob": 0.2}, {"type": "regression", "num_neurons": 4}]
GROUPED = [NUMBERS, {"type": "fc", "num_neurons": 6, "activation": "maxout"}, PAIR]
IMAGE = {"type": "input", "out_sx": 7, "out_sy": 6, "out_depth": 2}
DEEP = [IMAGE, {"type": "pool", "sx": 2}, {"type": "regression", "num_neurons": 1}]
#: windows of every kind: sx, sy, stride, pad
WINDOWS = [(2, 2, 2, 0), (3, 3, 1, 1), (3, 2, 2, 1), (2, 3, 1, 0), (3, 3, 2, 2), (4, 1, 3, 0)]


def pooled(sx, sy, stride, pad):
    return [IMAGE, {"type": "pool", "sx": sx, "sy": sy, "stride": stride, "pad": pad}, PAIR]


def network(defs):
    return convnetjs.network(defs, seed=1, dtype="float64")


def slope(net, x, y):
    """The derivative of each example's loss by its input, on pyml's way back."""
    way = []
    for layer in net.layers[1:-1]:
        layer.needs_dx = True
        x, backward = layer.forward(x, True)
        way.append(backward)
    _, dx = net.head.loss(x, y)
    for backward in reversed(way):
        dx = backward(dx)
    return dx * len(x)


def difference(net, x, y, h=1e-6):
    """The same by central differences of the loss."""
    d = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        up, down = (net.loss_and_gradient(x + side * step, y)[0] for side in (1, -1))
        d[i] = len(x) * (up - down) / (2 * h)
    return d


X, Y = rng.normal(0, 1, (5, 4)), [0, 1, 1, 0, 1]
EQUAL = rng.integers(0, 3, (3, 6, 7, 2)) / 2.0  # nearly every window has a tie
SGD = {"learning_rate": 0.1, "momentum": 0, "batch_size": 1}


@pytest.fixture(scope="module")
def peer():
    """Results of the real package, by name."""
    text = run([job(X, Y, defs=GROUPED)])[0]["text"]
    learn = {"examples": 20, "trainer": SGD}
    jobs = {
        "lrn": job(X, Y, defs=NORMED, weights=network(NORMED).weights, gradient=True),
        "tanh": job(400 + 0 * X, Y, defs=SATURATED),
        "dropout": job(X, Y, defs=DROPPED, weights=network(DROPPED).weights),
        "sign": job(
            0 * X[:1],
            [[0.0]],
            defs=LINE,
            weights=np.zeros(7),
            examples=1,
            trainer=SGD | {"l1_decay": 0.5},
        ),
        "deep": job(0 * EQUAL - 1e6, [0] * 3, defs=DEEP, weights=network(DEEP).weights),
        "maxout": job(X, Y, json=text, **learn),
        "not adam": job(X, Y, defs=NORMED[::2], weights=network(NORMED[::2]).weights, **learn)
        | {"trainer": SGD | {"method": "adam"}},
        "sgd": job(X, Y, defs=NORMED[::2], weights=network(NORMED[::2]).weights, **learn),
    }
    for window in WINDOWS:
        defs = pooled(*window)
        weights = network(defs).weights
        jobs[window] = job(EQUAL, [0, 1, 0], defs=defs, weights=weights, gradient=True)
    return dict(zip(jobs, run([*jobs.values()]), strict=True)) | {"text": text}


def test_lrn_has_a_wrong_gradient_there_and_the_right_one_here(peer):
    net = network(NORMED)
    np.testing.assert_allclose(net.predict(X), peer["lrn"]["before"], 1e-12)
    right = difference(net, X, Y)
    np.testing.assert_allclose(slope(net, X, Y), right, atol=1e-8)
    assert np.abs(np.array(peer["lrn"]["gradient"]) - right).max() > 0.01


@pytest.mark.parametrize("window", WINDOWS)
def test_of_equal_pixels_the_same_one_gets_the_gradient(peer, window):
    found = slope(network(pooled(*window)), EQUAL, np.array([0, 1, 0])).reshape(3, -1)
    np.testing.assert_allclose(found, peer[window]["gradient"], atol=1e-15)


def test_tanh_of_a_large_number_is_no_number_there_and_1_here(peer):
    assert peer["tanh"]["before"] == [[None, None]] * 5  # NaN, in JSON
    assert (network(SATURATED).activations(400 + 0 * X)[1] == 1).all()


def test_in_predictions_dropout_multiplies_by_what_it_dropped_there_and_by_what_it_kept_here(peer):
    net = network(DROPPED)
    w, b = net.layers[2].w, net.layers[2].b
    np.testing.assert_allclose(peer["dropout"]["before"], 0.2 * X @ w.T + b, 1e-12)
    np.testing.assert_allclose(net.predict(X), 0.8 * X @ w.T + b, 1e-12)
    # In training both keep 4 of 5 as they are, so 0.8 is what the weights behind are used to.
    kept, _ = net.layers[1].forward(np.ones((1, 100_000)), True)
    assert set(kept.flat) == {0, 1}
    assert kept.mean() == pytest.approx(0.8, abs=0.01)


def test_l1_decay_pushes_a_weight_of_zero_away_there_and_leaves_it_here(peer):
    np.testing.assert_allclose(peer["sign"]["weights"], [0.05] * 4 + [0] * 3)
    net = network(LINE)
    net.weights = np.zeros(7)
    convnetjs.trainer(net, **SGD, l1_decay=0.5).train(np.zeros(4), 0)
    assert not net.weights.any()


def test_pools_know_no_number_below_minus_99999_there(peer):
    net = network(DEEP)
    total = net.layers[2].w.sum()
    np.testing.assert_allclose(peer["deep"]["before"], [[-99999 * total]] * 3, 1e-9)
    np.testing.assert_allclose(net.predict(0 * EQUAL - 1e6), [[-1e6 * total]] * 3, 1e-9)


def test_maxout_learns_wrongly_after_loading_there_and_rightly_here(peer):
    net = convnetjs.loads(peer["text"])
    np.testing.assert_allclose(net.predict(X), peer["maxout"]["before"], 1e-12)
    trainer = convnetjs.trainer(net, **SGD)
    losses = [trainer.train(X[k % 5], Y[k % 5]).loss for k in range(20)]
    theirs = [cost for cost, _, _ in peer["maxout"]["losses"]]
    assert losses[0] == pytest.approx(theirs[0])
    assert not np.allclose(losses, theirs, rtol=1e-3)


def test_the_package_takes_adam_for_sgd_without_a_word(peer):
    assert peer["not adam"]["weights"] == peer["sgd"]["weights"]


def adam(correct):
    """Losses of the epochs of adam with this bias correction, k counting the examples seen."""
    net, _ = started(DECK)
    m, v, gathered, k, losses = 0, 0, 0, 0, []
    for _ in range(100):
        for x, y in zip(POINTS, LABELS, strict=True):
            loss, gradient = net.loss_and_gradient(x[None], [y])
            gathered, k = gathered + gradient, k + 1
            losses.append(loss)
            if k % 4 == 0:
                losses[-1] += 0.001 * float((net.weights**2) @ net.l2_mask) / 2
                g = (gathered + 0.001 * net.weights * net.l2_mask) / 4
                m, v, gathered = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g, 0
                mean, spread = correct(m, v, k)
                net.weights = net.weights - 0.01 * mean / (np.sqrt(spread) + 1e-8)
    return np.reshape(losses, (100, 13)).mean(axis=1)


def test_adam_multiplies_by_its_bias_correction_there_and_divides_as_in_the_paper_here():
    theirs = adam(lambda m, v, k: (m * (1 - 0.9**k), v * (1 - 0.999**k)))
    # Numbers that ConvNetJS computed, of the version that has adam.
    wanted = (0.765171086005, 0.514764047722, 0.220974521472, 0.215847564150)
    np.testing.assert_allclose(theirs[[0, 1, 9, 99]], wanted, rtol=1e-7)

    paper = adam(lambda m, v, k: (m / (1 - 0.9 ** (k // 4)), v / (1 - 0.999 ** (k // 4))))
    net, _ = started(DECK)
    trainer = convnetjs.trainer(net, **ALL, method="adam")
    examples = list(zip(POINTS, LABELS, strict=True))
    found = [np.mean([trainer.train(*one).loss for one in examples]) for _ in range(100)]
    np.testing.assert_allclose(found, paper, rtol=1e-7)
    assert abs(found[0] - theirs[0]) > 0.01
