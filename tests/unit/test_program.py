"""The Python that a demo writes of itself."""

import pytest

from pyml import layers as L
from pyml import program, visitor
from pyml.methods import TRAINERS


def test_the_network_is_written_as_one_would_write_it():
    text = program.network(2, [("4", "relu"), (2, "linear")], "Softmax(3)", "About it.")
    assert text == (
        "def make_network(seed):\n"
        '    """About it."""\n'
        "    layers = [\n"
        "        L.Input(2),\n"
        '        L.Dense(4, activation="relu"),\n'
        "        L.Dense(2),\n"
        "        L.Softmax(3),\n"
        "    ]\n"
        "    return Network(layers, seed=seed)\n"
    )


@pytest.mark.parametrize("method", TRAINERS)
def test_a_trainer_gets_the_settings_that_its_method_uses(method):
    text = program.whole(
        program.network(2, [(3, "tanh")], "Softmax(2)", "A network.", extra=", bias=0.1"),
        program.trainer(method, learning_rate=0.25, momentum=0.5, l2_decay=0.001),
    )
    made = visitor.make(text, 5, lambda net: visitor.fits(net, 2, L.Softmax, 2))
    assert made.net.seed == 5
    assert made.net.layers[1].bias == 0.1
    assert made.trainer.method == method
    assert made.trainer.l2_decay == 0.001
    for name, value in (("learning_rate", 0.25), ("momentum", 0.5)):
        assert getattr(made.trainer, name, value) == value
