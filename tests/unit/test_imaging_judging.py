"""Results are those of one moment's weights on all images that there are."""

import numpy as np
import pytest
from imaging_samples import SMALL, Site, after, started

from pyml.datasets.images import preprocess
from pyml.demos import DEMOS


def judged(demo):
    while demo.judge_results(0.001):
        pass
    return demo.frame()


def test_all_test_images_are_judged_while_it_trains_on():
    demo = started(settings=SMALL)
    after(30, demo)
    assert "confusion" not in demo.frame()
    demo.on_results(True)
    net = demo.net
    x, y = demo.supply.images.take("test", np.arange(240))
    guess = net.classify(preprocess(x))
    while demo.judge_results(0.0005):
        after(1, demo)
    frame = demo.frame()
    assert (frame["results_count"], frame["results_step"]) == (240, 30)
    assert demo.steps > 30
    expected = np.zeros((10, 10))
    np.add.at(expected, (y, guess), 1)
    np.testing.assert_array_equal(frame["confusion"], expected)
    assert frame["results_right"] == (guess == y).sum()
    assert frame["results_of"] == "test"
    demo.on_results(False)
    assert "confusion" not in demo.frame()


def test_the_grid_has_the_newest_images_or_those_of_a_cell_or_the_surest_mistakes():
    demo = started(settings=SMALL)
    demo.on_results(True)
    frame = judged(demo)
    assert frame["grid_indices"].tolist() == [*range(239, 199, -1)]
    x, y = demo.supply.images.take("test", frame["grid_indices"].astype(int))
    np.testing.assert_array_equal(frame["grid"], x)
    np.testing.assert_array_equal(frame["grid_labels"], y)
    p = np.sort(demo.net.predict(preprocess(x)), axis=1)[:, :-4:-1]
    np.testing.assert_allclose(frame["grid_probs"], p, rtol=1e-5)
    truth, guess = np.argwhere(frame["confusion"] > 0)[3]
    demo.on_filter(int(truth), int(guess))
    frame = demo.frame()
    assert set(frame["grid_labels"]) == {truth}
    assert set(frame["grid_top"][:, 0]) == {guess}
    demo.on_filter(-2, -2)
    frame = demo.frame()
    assert (frame["grid_labels"] != frame["grid_top"][:, 0]).all()
    assert (np.diff(frame["grid_probs"][:, 0]) <= 0).all()
    for wrong in ((10, 0), (0, -3), (-2, 0), ("a", 1)):
        with pytest.raises(ValueError, match=r"filter: (truth|guess) must be"):
            demo.on_filter(*wrong)


def test_more_test_images_are_fetched_to_be_judged_and_another_network_is_judged_anew():
    site, demo = Site("digits", test=2), DEMOS["digits"](SMALL, 0)
    site.feed(demo)
    demo.on_results(True)
    assert judged(demo)["results_count"] == 120
    assert demo.wants == ["data/digits/test-01"]
    assert demo.frame()["chore"] == ""
    site.feed(demo)
    assert demo.frame()["chore"] == "judging 240 images"
    assert demo.frame()["chore_done"] == 0.5
    assert judged(demo)["results_count"] == 240
    demo.reset()
    assert demo.frame()["results_count"] == 0
    assert judged(demo)["results_count"] == 240
