"""Regression as a visitor uses it: how many units a curve needs, its parts, and own points."""

from __future__ import annotations

import re

import pytest
from conftest import Site
from playwright.sync_api import Locator, Page, expect
from test_learning import button, number, open_demo

EXACT = re.compile(r"^(0\.0[0-2]\d*|[\d.]+e-\d+)$")


def learnt(demo: Locator, steps: str) -> None:
    expect(demo).to_have_attribute("data-step", re.compile(steps))


def test_one_unit_cannot_draw_a_sine(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "regression", "#data=sine&hidden=1&play=1")
    learnt(demo, r"^[3-9]\d{3}$|^\d{5,}$")
    assert number(demo, "loss") > 0.3
    expect(demo.locator(".status")).to_contain_text("The loss falls no more")


@pytest.mark.parametrize("units", [5, 8])
def test_five_or_more_units_can(page: Page, site: Site, units: int) -> None:
    demo = open_demo(page, site, "regression", f"#data=sine&hidden={units}&play=1")
    expect(demo).to_have_attribute("data-loss", EXACT)
    expect(demo.locator(".status")).to_contain_text("The curve meets the points")


def heights(path: Locator) -> list[list[float]]:
    """The points of a path, x and y in the picture's units."""
    return [
        [float(v) for v in pair.split(",")]
        for pair in re.split("[ML]", str(path.get_attribute("d")))
        if pair
    ]


def test_the_parts_that_are_drawn_and_the_bias_add_up_to_the_curve(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "regression", "#data=sine&hidden=3&play=0")
    for _ in range(5):
        button(demo, "Step").click()
    expect(demo).to_have_attribute("data-step", "5")
    parts = [heights(part) for part in demo.locator(".part").all()]
    assert len(parts) == 3
    answer = heights(demo.locator("path.answer"))
    # The picture is 400 high, for -6 to 6; y points down.
    value = [(200 - y) / (400 / 12) for _, y in answer]
    text = demo.locator(".numbers").inner_text()
    bias = float(re.search(r"bias\s+(−?[\d.]+)", text)[1].replace("−", "-"))  # type: ignore[index]
    for i, total in enumerate(value):
        found = sum((200 - part[i][1]) / (400 / 12) for part in parts)
        assert found + bias == pytest.approx(total, abs=0.03)
    demo.get_by_label("Units' parts").uncheck()
    expect(demo.locator(".part")).to_have_count(0)


def test_a_click_adds_a_point_and_the_curve_goes_there(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "regression", "#data=own&points=-3,2,0;3,2,0&play=0")
    points = demo.locator(".plane .point")
    expect(points).to_have_count(2)
    box = demo.locator(".canvas.wide svg").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 0.75 * box["height"])
    expect(points).to_have_count(3)
    expect(page).to_have_url(re.compile(r"points="))
    button(demo, "Play").click()
    expect(demo).to_have_attribute("data-loss", EXACT)


def test_residuals_are_drawn_on_request(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "regression", "#play=0")
    expect(demo.locator(".residual")).to_have_count(0)
    demo.get_by_label("Misses").check()
    expect(demo.locator(".residual")).to_have_count(1)
    expect(demo.locator(".beyond text")).to_have_text("no data here")


def test_the_quiz_waits_for_a_guess_and_answers_it(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "regression", "#preset=quiz&play=0")
    expect(demo.locator(".status")).to_contain_text("How many hidden units does this curve need?")
    button(demo, "Step").click()
    expect(demo).to_have_attribute("data-step", "0")
    expect(demo.locator(".part")).to_have_count(0)
    guesses = demo.get_by_role("group", name="How many hidden units").get_by_role("button")
    guesses.nth(1).click()
    expect(guesses.nth(1)).to_have_attribute("aria-pressed", "true")
    button(demo, "Play").click()
    expect(demo.locator(".status")).to_contain_text("Guess higher")
    guesses.nth(4).click()
    expect(demo.locator(".status")).to_contain_text(re.compile("5 units are enough|Trying 5"))
    expect(demo.locator(".status")).to_contain_text("It was drawn by 4")
