"""Points that a visitor makes, moves and takes away, in every demo on a plane."""

import re

import numpy as np
import pytest
from pages import PLANES, Page, same


@pytest.fixture(params=PLANES)
def demo(request):
    demo = PLANES[request.param]({"data": "own", "points": "0,0,0;0,1,0;1,0,0;1,1,1"}, 1)
    for _ in range(5):
        demo.step()
    return demo


@pytest.mark.parametrize("kind", PLANES.values())
def test_a_visitor_can_do_this(kind):
    can = {
        "reset": [],
        "add": ["x", "y", "label"],
        "clear": [],
        "delete": ["index"],
        "move": ["index", "x", "y"],
        "relabel": ["index", "label"],
        "table": ["text"],
    }
    assert kind.events().items() >= can.items()


@pytest.mark.parametrize("kind", PLANES.values())
def test_another_seed_gives_other_start_weights(kind):
    start = kind({}, 1).state()["weights"]
    assert (kind({}, 1).state()["weights"] == start).all()
    assert (kind({}, 2).state()["weights"] != start).any()
    assert (kind({}, "word").state()["weights"] != start).any()


@pytest.mark.parametrize("name", PLANES)
def test_the_field_is_between_the_classes(name):
    page = Page()
    page.start(name)
    page.send("step", n=3)
    field = page.frame()["field"]
    assert field.min() >= 0
    assert field.max() <= 1


def test_editing_keeps_what_was_learnt_and_the_history(demo):
    before = demo.state()
    learnt = before["weights"].copy()
    demo.on_add(0.25, 0.75, 1)
    demo.on_move(0, -0.125, 0.5)
    demo.on_relabel(1, 1)
    demo.on_delete(2)
    after = demo.state()
    assert (after["weights"] == learnt).all()
    assert (after["history"] == before["history"]).all()
    assert after["steps"] == 5
    np.testing.assert_allclose(demo.x, [[-0.125, 0.5], [0, 1], [1, 1], [0.25, 0.75]])
    assert demo.labels.tolist() == [0, 1, 1, 1]


def test_the_settings_alone_bring_edited_points_back(demo):
    demo.on_add(1 / 3, 2 / 3, 1)
    again = type(demo)(dict(demo.settings), 7)
    assert (again.x == demo.x).all()
    assert (again.labels == demo.labels).all()
    assert demo.settings["points"].endswith(";0.333,0.667,1")


def test_reset_keeps_the_points_and_brings_the_start_weights_back(demo):
    fresh = type(demo)(dict(demo.settings), 1)
    demo.on_add(0.5, 0.5, 1)
    demo.reset()
    assert len(demo.x) == 5
    assert (demo.state()["weights"] == fresh.state()["weights"]).all()
    assert demo.steps == 0


SETS = [
    (name, value)
    for name, kind in PLANES.items()
    for value, _ in kind.controls["data"].choices
    if value != "own"
]


def course(demo):
    """The frames of the next 20 steps."""
    frames = []
    for _ in range(20):
        demo.step()
        frames.append(demo.frame())
    return frames


@pytest.mark.parametrize(("name", "data"), SETS)
def test_editing_a_point_does_not_change_where_a_reset_starts(name, data):
    demo = PLANES[name]({"data": data}, 5)
    start = demo.state()
    demo.on_move(0, 0.25, 0.5)
    course(demo)
    demo.reset()
    for key in ("weights", "rng"):
        assert same(demo.state()[key], start[key]), key
    again = PLANES[name](dict(demo.settings), 5)
    assert same(again.state(), demo.state())
    assert all(same(*frames) for frames in zip(course(again), course(demo), strict=True))


def test_choosing_own_starts_from_the_points_on_the_screen(demo):
    demo.set("data", "xor")
    demo.settings["points"] = ""
    shown = np.round(demo.x, 3)
    demo.set("data", "own")
    np.testing.assert_allclose(demo.x, shown, atol=1e-9)


def test_choosing_another_set_and_own_again_brings_the_own_points_back(demo):
    demo.on_add(0.5, 0.25, 1)
    own = demo.x
    demo.set("data", "xor")
    assert demo.x.shape != own.shape or (demo.x != own).any()
    demo.set("data", "own")
    assert (demo.x == own).all()


def test_a_point_far_outside_is_brought_to_where_a_link_can_hold_it(demo):
    demo.on_add(1e30, -1e30, 0)
    assert demo.x[-1].tolist() == [100, -100]


def test_all_points_may_go_and_come_back(demo):
    for _ in range(4):
        demo.on_delete(0)
    demo.step()
    assert demo.finished
    assert demo.frame()["points"].shape == (0, 2)
    assert demo.frame()["accuracy"] == 1.0
    demo.on_add(0.5, 0.5, 1)
    demo.step()
    assert demo.frame()["points"].tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize(
    ("event", "args", "text"),
    [
        ("add", (float("nan"), 0, 1), "add: x must be a finite number, got nan"),
        ("add", (0, "1", 1), "add: y must be a finite number, got “1”"),
        ("add", (0, 0, 2), "add: label must be a whole number from 0 to 1, got 2"),
        ("add", (0, 0, None), "add: label must be a finite number, got None"),
        ("add", (10**400, 0, 1), "add: x must be a finite number, got 1000"),
        ("move", (4, 0, 0), "move: index must be a whole number from 0 to 3, got 4"),
        ("move", (0.5, 0, 0), "move: index must be a whole number from 0 to 3, got 0.5"),
        ("delete", (-1,), "delete: index must be a whole number from 0 to 3, got -1"),
        ("delete", (True,), "delete: index must be a finite number, got True"),
        ("relabel", (0, 9), "relabel: label must be a whole number from 0 to 1, got 9"),
    ],
)
def test_events_with_wrong_arguments_are_refused_by_name(demo, event, args, text):
    before = demo.x.copy()
    with pytest.raises(ValueError, match=re.escape(text)):
        getattr(demo, f"on_{event}")(*args)
    assert (demo.x == before).all()


def test_the_501st_point_is_refused(demo):
    demo.set("points", ";".join(["0.5,0.5,1"] * 500))
    with pytest.raises(ValueError, match="there are 500 points, and that is the most"):
        demo.on_add(0, 0, 0)


def test_moving_a_point_that_is_not_there_says_so(demo):
    demo.on_clear()
    with pytest.raises(ValueError, match="move: there are no points; add one first"):
        demo.on_move(0, 0, 0)


def test_the_grid_starts_below_left(demo):
    xmin, xmax, ymin, ymax = demo.view
    grid = demo.grid()
    assert grid.shape == (10_000, 2)
    half = (xmax - xmin) / 200
    np.testing.assert_allclose(grid[0], [xmin + half, ymin + half])
    np.testing.assert_allclose(grid[99], [xmax - half, ymin + half])
    np.testing.assert_allclose(grid[-1], [xmax - half, ymax - half])
