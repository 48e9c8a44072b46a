"""CIFAR-10 and digits: what is written in their tables is what they should be, and it trains."""

import pytest
from imaging_samples import NAMES, started

from pyml import Network, Trainer, imaging_program, train
from pyml.datasets import cifar10, digits
from pyml.demos import DEMOS

DATA = {"cifar10": cifar10, "digits": digits}
WRITTEN = {"cifar10": train.cifar10_layers, "digits": train.digits_layers}


@pytest.mark.parametrize("name", NAMES)
def test_the_first_network_is_the_one_that_the_command_line_trains(name):
    demo = DEMOS[name]({}, 4)
    net = Network(WRITTEN[name](), seed=4)
    assert repr(net) == repr(demo.net)
    assert (net.weights == demo.net.weights).all()


@pytest.mark.parametrize("name", NAMES)
def test_shape_and_classes_are_those_of_the_data(name):
    assert DEMOS[name].shape == DATA[name].SHAPE
    assert DEMOS[name].class_names == DATA[name].CLASSES


def test_cifar10_starts_as_the_talk_has_it():
    demo = DEMOS["cifar10"]({}, 0)
    assert demo.trainer.method == "adadelta"
    assert demo.trainer.l2_decay == Trainer(demo.net, "adadelta", l2_decay=1e-4).l2_decay
    assert demo.net.weights.size == 22466


@pytest.mark.parametrize(("name", "plan"), [(n, p) for n in NAMES for p in DEMOS[n].plans])
def test_every_network_of_the_menu_is_written_as_it_is_read_and_trains(name, plan):
    demo = started(name, {"network": plan, "batch_size": 4}, train=1, test=1)
    assert imaging_program.written(demo.net.given) == demo.plans[plan].layers
    assert imaging_program.plan_of(demo.net, demo.plans) == plan
    for _ in range(2):
        demo.step()
    assert demo.frame()["loss"] > 0
