"""The pictures that stand on the pages before Python does."""

import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from pages import PLANES

from pyml.demos import DEMOS
from tools import pictures
from tools.problem import Problem

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", DEMOS)
def test_every_demo_has_a_picture_that_is_small_and_always_the_same(name):
    text = pictures.picture(name)
    assert text == pictures.picture(name)
    assert len(text) < 60_000
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    title = root.find(f"{SVG}title")
    assert title.get("id") == root.get("aria-labelledby") == f"{name}-title"
    assert len(title.text) > 20


def test_a_demo_without_a_drawing_is_told_what_to_write():
    with pytest.raises(Problem, match=r"The demo maze has no picture\.") as caught:
        pictures.picture("maze")
    assert "maze() -> (drawing, title) in tools/pictures.py" in caught.value.way_out
    assert "DRAWINGS" in caught.value.way_out


@pytest.mark.parametrize("name", DEMOS)
def test_pictures_follow_the_theme_and_have_no_inline_style(name):
    root = ElementTree.fromstring(pictures.picture(name))
    for element in root.iter():
        assert "style" not in element.attrib
        if "id" in element.attrib:
            assert element.get("id").startswith(f"{name}-")
        for paint in ("fill", "stroke"):
            colour = element.get(paint, "none")
            assert colour == "none" or re.fullmatch(
                r"var\(--(class0|class1|line|ink|paper)\)", colour
            )


@pytest.mark.parametrize("name", PLANES)
def test_class_0_is_drawn_as_circles_and_class_1_as_squares(name):
    root = ElementTree.fromstring(pictures.picture(name))
    demo = DEMOS[name]({}, 0)
    groups = {group.get("fill"): group for group in root.iter(f"{SVG}g") if group.get("fill")}
    for label, shape in enumerate(("circle", "rect")):
        drawn = groups[f"var(--class{label})"].findall(f"{SVG}{shape}")
        assert len(drawn) == (demo.labels == label).sum()


def area(path):
    """The area inside a path of straight loops, holes taken away (shoelace formula)."""
    total = 0.0
    for loop in re.findall(r"M([^Z]*)Z", path):
        xy = np.array([pair.split(",") for pair in loop.split("L")], float)
        total += np.sum(xy[:, 0] * np.roll(xy[:, 1], -1) - xy[:, 1] * np.roll(xy[:, 0], -1)) / 2
    return abs(total)


def plane(function):
    x, y = np.meshgrid(*[np.linspace(-1, 1, pictures.SAMPLES)] * 2)
    return function(x, y)


@pytest.mark.parametrize(
    ("function", "share"),
    [
        (lambda x, y: x - 2, 0.0),
        (lambda x, y: x + 2, 1.0),
        (lambda x, y: x - 0.5, 0.25),
        (lambda x, y: y + x, 0.5),
        (lambda x, y: 0.49 - x * x - y * y, math.pi * 0.49 / 4),
        (lambda x, y: x * x + y * y - 0.49, 1 - math.pi * 0.49 / 4),
        (lambda x, y: x * y + 1e-6, 0.5),
    ],
)
def test_an_outline_encloses_the_share_of_the_picture_where_values_are_positive(function, share):
    found = area(pictures.outline(plane(function))) / pictures.SIZE**2
    assert found == pytest.approx(share, abs=0.003)
