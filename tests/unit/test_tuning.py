"""Tuning: every method has a name and a rate, and the trainer that is written is the one chosen."""

import numpy as np
import pytest

from pyml import visitor
from pyml.explain import tuning
from pyml.layers import Input, Softmax
from pyml.methods import TRAINERS
from pyml.network import Network


@pytest.mark.parametrize("table", ["METHODS", "RATES", "VALLEY"])
def test_every_method_is_in_every_table(table):
    assert set(getattr(tuning, table)) == set(TRAINERS)


@pytest.mark.parametrize("method", TRAINERS)
def test_what_is_written_is_what_was_chosen(method):
    settings = {"method": method, "learning_rate": 0.25, "momentum": 0.75, "l2_decay": 0.002}
    trainer = visitor.trainer(tuning.written(settings), Network([Input(2), Softmax(2)]))
    assert trainer.method == method
    assert trainer.learning_rate == 0.25
    assert trainer.l2_decay == 0.002
    if method in tuning.ROLLING:
        assert trainer.momentum == 0.75
    elif method == "sgd":
        assert trainer.momentum == 0


@pytest.mark.parametrize(
    ("losses", "settled"),
    [
        (np.ones(79), False),
        (np.ones(80), True),
        (np.linspace(1, 0.5, 200), False),
        (np.r_[np.linspace(1, 0.5, 50), np.full(150, 0.5)], True),
        (0.99 ** np.arange(400), False),
    ],
)
def test_a_curve_has_settled_when_its_last_quarter_is_not_below_the_one_before(losses, settled):
    assert tuning.settled(losses) is settled
