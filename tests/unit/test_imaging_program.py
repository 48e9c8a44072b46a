"""What the demos of images write is what runs; what does not fit says which layer."""

import pytest
from imaging_samples import SMALL, after, started

from pyml import Network
from pyml.demos import DEMOS

WRONG = """def make_network(seed):
    return Network([{}], seed=seed)
"""


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        ("L.Input(28, 28, 3), L.Softmax(10)", "28 x 28 pixels of 1 channel, but your network"),
        ("L.Input(28, 28, 1), L.Softmax(9)", "There are 10 classes, but your network ends with"),
        ("L.Input(28, 28, 1), L.Conv(4, 40), L.Softmax(10)", "Conv: a window of 40 x 40 does not"),
        ("L.Input(28, 28, 1), L.Pool(14), L.Pool(3), L.Softmax(10)", "Pool: a window of 3 x 3"),
        ("L.Input(28, 28, 1), L.Dense(3000), L.Softmax(10)", "has 2385010 weights, and"),
        ("L.Input(28, 28, 1), L.Conv(900, 1), L.Softmax(10)", "Conv(900, 1) gives 705600 numbers"),
        ("L.Input(28, 28, 1), L.Regression(10)", "ends with Regression(10). End with L.Softmax"),
    ],
)
def test_code_that_does_not_fit_names_the_layer_and_training_goes_on(layers, text, page):
    page.start("digits", settings=SMALL)
    page.send("run", on=True)
    page.send("code", text=WRONG.format(layers))
    assert text in page.errors()[-1]
    assert page.last("error")["running"] is True
    assert page.frame()["layer_names"] == "Input(28, 28, 1)|Dense(10)|Softmax(10)"


def test_own_code_with_all_kinds_of_layers_and_its_own_trainer_runs():
    code = WRONG.format(
        "L.Input(28, 28, 1), L.Conv(4, 5, stride=2), L.BatchNorm(), L.LeakyRelu(), L.Pool(2), "
        "L.LocalResponseNorm(), L.Maxout(2), L.Dropout(0.2), L.GlobalAveragePool(), L.SVM(10)"
    )
    code += "\ndef make_trainer(net):\n    return Trainer(net, 'rmsprop', learning_rate=0.003)\n"
    demo = started(settings={"code": code})
    frame = after(20, demo)
    assert frame["layer_kinds"].split("|")[1:4] == ["conv", "batchnorm", "leakyrelu"]
    assert frame["answers"] == "scores"
    assert frame["probs"].sum() == pytest.approx(1, abs=1e-5)
    assert "learning_rate" in demo.coded()
    demo.set("learning_rate", 0.5)
    assert demo.trainer.learning_rate == 0.003


def test_looking_at_code_leaves_no_trace_in_batch_norm_or_dropout():
    code = WRONG.format(
        "L.Input(28, 28, 1), L.Pool(4), L.BatchNorm(), L.Dropout(0.5), L.Softmax(10)"
    )
    demo = DEMOS["digits"]({"code": code}, 3)
    fresh = Network(demo.net.given, seed=3)
    assert (demo.net.weights == fresh.weights).all()
    assert demo.net.noise == fresh.noise
