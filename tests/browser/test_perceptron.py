"""The perceptron in the hand: its line dragged, its weights typed, its rule rewritten."""

from __future__ import annotations

import re

from conftest import Site
from playwright.sync_api import Locator, Page, expect
from test_faults import open_panel, write_code

LEARNT = re.compile(r"^1(\.0+)?$")


def open_demo(page: Page, site: Site, link: str = "") -> Locator:
    page.goto(f"{site.url}demos/perceptron/{link}")
    demo = page.locator("pyml-demo")
    expect(demo).to_have_attribute("status", re.compile("ready|running|paused"))
    expect(demo.get_by_label("w0", exact=True)).to_be_visible()
    return demo


def line(demo: Locator) -> list[float]:
    found = demo.locator("line.line")
    return [float(found.get_attribute(name) or "nan") for name in ("x1", "y1", "x2", "y2")]


def slope(ends: list[float]) -> float:
    x1, y1, x2, y2 = ends
    return (y2 - y1) / (x2 - x1)


def test_typed_weights_count_at_once_and_are_in_the_link(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "#data=and&play=0")
    for name, value, shown in [
        ("w0", "-1.5", "z = −1.5 "),
        ("w1", "1", "1·x₁"),
        ("w2", "1", "1·x₂"),
    ]:
        # A slow machine may have Python busy for a while; then nothing takes the keyboard.
        expect(demo.locator(".view")).not_to_have_attribute("inert", "")
        demo.get_by_role("group", name="Weights").get_by_label(name).fill(value)
        page.keyboard.press("Enter")
        expect(demo.locator(".formula")).to_contain_text(shown)
    expect(demo).to_have_attribute("data-accuracy", LEARNT)
    expect(demo).to_have_attribute("data-step", "0")
    expect(page).to_have_url(re.compile("start=own"))
    page.reload()
    expect(demo).to_have_attribute("data-accuracy", LEARNT)


def test_the_line_is_shifted_in_the_middle_and_turned_at_an_end(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "#preset=by-hand&play=0")
    before = line(demo)
    shift = demo.get_by_role("button", name=re.compile("Shift the line"))
    end = demo.get_by_role("button", name=re.compile("Turn the line at end 1"))

    def drag(box: dict[str, float], dx: float, dy: float) -> None:
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + dx, y + dy, steps=4)
        page.mouse.up()

    drag(shift.bounding_box(), 30, 0)  # type: ignore[arg-type]
    page.wait_for_function(_moved("line.line", before[0]))
    page.wait_for_timeout(300)  # the last of the moves
    shifted = line(demo)
    assert abs(slope(shifted) - slope(before)) < 0.02
    drag(end.bounding_box(), 0, 60)  # type: ignore[arg-type]
    expect(page).to_have_url(re.compile("start=own"))
    page.wait_for_timeout(300)
    assert abs(slope(line(demo)) - slope(shifted)) > 0.05
    expect(demo.locator("g.point")).to_have_count(4)


def _moved(selector: str, x: float) -> str:
    found = f"document.querySelector('pyml-demo').shadowRoot.querySelector('{selector}')"
    return f"() => Math.abs({found}.getAttribute('x1') - {x}) > 1"


def test_the_line_obeys_the_arrow_keys(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "#preset=by-hand&play=0")
    before = line(demo)
    demo.get_by_role("button", name=re.compile("Shift the line")).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(_moved("line.line", before[0]))
    page.wait_for_timeout(300)  # the last of the moves
    assert abs(slope(line(demo)) - slope(before)) < 0.02


def test_mistakes_stay_below_the_bound(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "#data=and&speed=max")
    expect(demo).to_have_attribute("data-accuracy", LEARNT)
    meter = demo.locator("meter")
    used, most = (float(meter.get_attribute(name) or "nan") for name in ("value", "max"))
    assert 0 < used <= most


def test_the_rule_can_be_rewritten_and_a_mistake_is_told(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "#data=and&play=0")
    editor = open_panel(demo, "Code").locator(".cm-content")
    expect(editor).to_contain_text("def learn(w, x, t, rate)")
    write_code(page, "def learn(w, x, t, rate):\n    return 3\n")
    expect(demo.locator(".bad").first).to_contain_text("three new weights")
    write_code(page, "def learn(w, x, t, rate):\n    return w + [1, 0, 0]\n")
    demo.get_by_role("button", name="Step", exact=True).click()
    expect(demo.locator(".numbers")).to_contain_text("as your code says")


def test_weights_of_ones_own_have_one_set_of_fields(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "#preset=by-hand&play=0")
    expect(demo.get_by_label("w1", exact=True)).to_have_count(1)
    expect(demo.locator(".panel").get_by_label("w0")).to_have_count(0)
    demo.get_by_role("button", name="New weights").click()
    expect(demo.get_by_label("Start weights")).to_have_value("random")
    expect(demo.get_by_label("w1", exact=True)).not_to_have_value("-1")


def test_the_numbers_are_of_the_last_step_or_of_a_point_that_is_chosen(
    page: Page, site: Site
) -> None:
    demo = open_demo(page, site, "#data=and&start=zero&play=0")
    panel = open_panel(demo, "Numbers")
    expect(panel.locator(".example")).to_have_text("Example 1 of 4")
    panel.get_by_role("button", name="Previous").click()
    expect(panel.locator(".example")).to_have_text("Example 4 of 4")
    panel.get_by_role("button", name=re.compile("^Backward: one unit")).click()
    # The output is 0 and should be 1: at the rate of 0.5 every weight gains half its input.
    expect(panel.locator(".arithmetic").last).to_contain_text("0.000 + 0.500 = 0.500")
    demo.get_by_role("button", name="Step", exact=True).click()
    panel.get_by_role("button", name="Last learnt from").click()
    expect(panel).to_contain_text("The last step, from the weights before it.")
