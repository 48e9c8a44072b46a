"""Points of which some only test: which are shown, and what editing does to them."""

import numpy as np
import pytest
from pages import Page, same

from pyml.demos.separability import Demo


def test_points_that_only_test_are_shown_on_request_and_never_learnt_from():
    demo = Demo({"train": 80}, 0)
    assert len(demo.frame()["points"]) == 400
    demo.set("show_test", True)
    frame = demo.frame()
    assert len(frame["points"]) == 500
    assert frame["test"].tolist() == [1] * 100 + [0] * 400
    demo.advance(1)
    seen = set()
    for _ in range(80):
        demo.step()
        seen.add(demo.frame()["example"])
    assert min(seen) >= 100


def test_a_point_is_moved_that_is_shown_at_this_index():
    demo = Demo({}, 0)
    shown = demo.frame()["points"]
    demo.on_move(3, 0.5, -0.5)
    assert demo.settings["data"] == "own"
    frame = demo.frame()  # own points are all shown
    assert len(frame["points"]) == 500
    assert frame["points"][253].tolist() == [0.5, -0.5]
    np.testing.assert_allclose(frame["points"][254], shown[4], atol=1e-3)
    assert frame["test"].sum() == 250


def test_a_full_set_makes_room_for_a_point_by_one_that_only_tests():
    demo = Demo({}, 0)
    learnt = demo.x[-249:].round(3)
    demo.on_add(1, 2, 1)
    demo.on_add(1, 3, 1)
    assert len(demo.x) == 500
    np.testing.assert_allclose(demo.x[-251:-2], learnt)
    assert demo.x[-2:].tolist() == [[1, 2], [1, 3]]
    before = demo.state()
    with pytest.raises(ValueError, match="add: x must be a finite number"):
        demo.on_add(None, 0, 0)
    assert same(demo.state(), before)


def test_heights_that_are_edited_become_classes_and_it_is_said():
    demo = Demo({"data": "plane", "problem": "regression"}, 0)
    demo.on_move(0, 1, 1)
    assert len(demo.x) == 500
    assert set(demo.heights) == {-1, 1}
    assert [note.split(" ")[0] for note in demo.notes] == ["Own", "Own"]
    assert "heights became -1 or 1" in demo.notes[1]
    demo.step()
    assert demo.frame()["field_kind"] == "value"


def test_a_table_of_three_classes_makes_a_network_for_them():
    page = Page()
    page.start("separability")
    page.send("event", name="table", text="a,b,kind\n1,1,red\n-1,1,green\n0,-1,blue\n")
    frame = page.frame()
    assert frame["class_names"] == "0|1|2"
    assert frame["net_sizes"] == [2, 4, 2, 3]
    assert not page.errors()
    page.send("step", n=3)
    again = Page()
    again.start("separability", state=page.saved())
    assert same(again.frame(), page.frame())
    page.send("event", name="delete", index=2)
    assert page.frame()["net_sizes"] == [2, 4, 2, 1]


def test_one_own_point_is_enough_to_learn_from():
    demo = Demo({"data": "own", "points": "1,1,1"}, 0)
    assert not demo.finished
    demo.step()
    assert demo.judge()[0] == demo.judge()[1]


def test_a_damaged_state_of_heights_is_refused():
    demo = Demo({"data": "bumps", "problem": "regression"}, 0)
    state = demo.state()
    for damaged in (np.zeros(3), np.full(1200, np.nan)):
        with pytest.raises(ValueError, match="heights of the points are damaged"):
            demo.restore(state | {"heights": damaged})
    demo.restore(state)
    assert same(demo.state(), state)


def test_data_of_both_problems_are_exported_and_classes_come_back():
    heights = Demo({"data": "plane", "problem": "regression"}, 0).export("data").data.decode()
    assert heights.startswith("x1,x2,target\n")
    demo = Demo({"data": "rings"}, 0)
    text = demo.export("data").data.decode()
    other = Demo({"data": "rings"}, 1)
    other.on_table(text)
    np.testing.assert_allclose(other.x, demo.x, atol=2e-3)
    assert (other.labels == demo.labels).all()
