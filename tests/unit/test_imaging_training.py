"""How the demos of images train: curves, accuracies, runs, what may change while they do."""

import numpy as np
import pytest
from imaging_samples import NAMES, SMALL, Site, after, started

from pyml.demos import DEMOS


@pytest.mark.parametrize("name", NAMES)
def test_it_learns_and_its_curves_and_accuracies_tell(name):
    demo = started(name, SMALL)
    frame = after(200, demo)
    assert frame["step"] == frame["history_step"][-1] == 200
    assert frame["seen"] == 1600
    assert frame["epoch"] == 1600 // frame["examples"] == 1600 // 324
    assert frame["smooth_loss"] < 0.5 < frame["history_loss"][1]
    assert frame["validation_accuracy"] > 0.95
    assert frame["train_accuracy"] > 0.95
    assert frame["history_validation"][0] == -1
    assert frame["history_validation"][-1] == pytest.approx(frame["validation_accuracy"])
    assert frame["forward_ms"] > 0
    assert frame["batch_ms"] > 8 * frame["backward_ms"] >= 0


def test_the_smoothed_loss_is_the_mean_of_the_last_hundred():
    demo = started(settings=SMALL)
    frame = after(250, demo)
    losses = frame["history_loss"][1:]
    np.testing.assert_allclose(frame["history_smooth"][250], losses[150:250].mean(), rtol=1e-5)
    np.testing.assert_allclose(frame["history_smooth"][30], losses[:30].mean(), rtol=1e-5)
    assert frame["loss"] == pytest.approx(losses[-1])


def test_reset_rewinds_to_the_same_weights_and_keeps_the_curves_of_the_runs_before():
    demo = started(settings=SMALL)
    start = demo.net.weights.copy()
    for run in range(1, 7):
        assert demo.frame()["run"] == run
        assert (demo.net.weights == start).all()
        curve = after(10 * run, demo)["history_smooth"]
        demo.reset()
    frame = demo.frame()
    assert frame["old_runs"] == "3|4|5|6"
    assert frame["old_titles"].split("|")[0] == "no hidden layer at all, momentum"
    np.testing.assert_array_equal(frame["run6_smooth"], curve)
    assert "run2_smooth" not in frame
    demo.reset()
    assert demo.frame()["old_runs"] == "3|4|5|6"  # a run without a step is none


@pytest.mark.parametrize(
    ("name", "value"),
    [("learning_rate", 0.5), ("momentum", 0.5), ("l2_decay", 0.005), ("schedule", "cosine")],
)
def test_live_settings_reach_the_running_trainer_and_the_program(name, value):
    demo = started(settings=SMALL)
    trainer = demo.trainer
    after(3, demo)
    demo.set(name, value)
    assert demo.trainer is trainer
    assert demo.steps == 3
    fresh = DEMOS["digits"](dict(demo.settings), 1)
    assert getattr(fresh.trainer, name) == getattr(trainer, name)
    assert "schedule=Cosine(steps=5000, end=0.0))" in demo.program() or name != "schedule"


def test_another_method_goes_on_with_the_same_weights_at_a_rate_that_suits_it():
    demo = started(settings=SMALL)
    after(5, demo)
    before = demo.net.weights.copy()
    demo.set("method", "adam")
    assert (demo.net.weights == before).all()
    assert demo.trainer.method == "adam"
    assert demo.settings["learning_rate"] == demo.trainer.learning_rate == 0.002
    assert demo.steps == 5


def test_the_best_weights_are_kept_and_come_back():
    demo = started(settings=SMALL)
    with pytest.raises(ValueError, match="best: nothing has been judged yet"):
        demo.on_best()
    after(150, demo)
    best, accuracy = demo.best_weights.copy(), demo.best_accuracy
    assert accuracy > 0.9
    demo.net.weights = -demo.net.weights
    demo.set("learning_rate", 0.0001)
    after(60, demo)
    assert demo.accuracy("validation") < accuracy
    demo.on_best()
    assert (demo.net.weights == best).all()
    while demo.chores(0.01):
        pass
    assert demo.frame()["validation_accuracy"] > 0.9


def test_at_rest_the_validation_images_are_judged_and_then_it_is_quiet(page):
    site = Site("digits", train=1)
    page.start("digits", settings=SMALL)
    site.serve(page)
    page.send("step")
    site.serve(page)
    assert page.frame()["validation_accuracy"] == -1
    for _ in range(100):
        if page.sessions.tick() is None:
            break
    assert page.sessions.tick() is None
    assert page.frame()["validation_accuracy"] >= 0
