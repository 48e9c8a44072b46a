"""What is said of learning, and why it does not get on."""

import numpy as np
import pytest

from pyml.playground.verdict import Progress, verdict

FLAT = (np.arange(0.0, 1000, 10), np.full(100, 0.4))
FALLING = (FLAT[0], np.linspace(0.5, 0.1, 100))
START = Progress(
    steps=1000,
    learnt=100,
    tested=50,
    losses=(0.4, 0.4),
    accuracies=(0.7, 0.66),
    history=FLAT,
    heights=False,
    data="circle",
    hidden=(1,),
    features="x,y",
    dead=0,
    largest=2.0,
    regularised=False,
)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"learnt": 0}, "There are no points: click"),
        ({"steps": 0}, "Not trained yet. Wrong: 30 of the 100 training points, 17 of the 50"),
        ({"history": FALLING}, "Wrong: 30 of the 100 training points, 17 of the 50 test points."),
        ({"tested": 0, "history": FALLING}, "Wrong: 30 of the 100 training points."),
        ({"accuracies": (1, 1)}, "All 100 training points are on their side, and all 50 test"),
        ({"losses": (0.1, 0.3), "history": FALLING}, "3.0 times the training loss: it learns its"),
        ({}, "stuck: one hidden unit cuts the plane once"),
        ({"hidden": (2,)}, "stuck: two cuts make a strip"),
        ({"hidden": ()}, "stuck: without a hidden layer there is one straight border"),
        ({"hidden": (3,)}, "stuck: the slope is too small"),
        ({"features": "x,y,sinX"}, "stuck: the slope is too small"),
        ({"regularised": True, "largest": 0.1}, "stuck: regularisation holds all weights close"),
        ({"saturated": 0.5}, "stuck: the output is saturated"),
        ({"regularised": True, "dead": 3}, "stuck: 3 links were cut by L1"),
        ({"heights": True, "losses": (0.02, 0.08), "history": FALLING}, "off by 0.2 on average"),
    ],
)
def test_it_says_what_there_is_to_see(change, text):
    assert text in verdict(START._replace(**change))


@pytest.mark.parametrize(
    "change", [{"steps": 400}, {"history": FALLING}, {"accuracies": (1, 1)}, {"losses": (0.001, 0)}]
)
def test_what_gets_on_or_is_done_is_not_called_stuck(change):
    assert "stuck" not in verdict(START._replace(**change))
