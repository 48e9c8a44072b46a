"""XOR as a visitor sees it: two learners, weights set by hand, and backpropagation in stages."""

from __future__ import annotations

import math
import re

import pytest
from conftest import Site
from playwright.sync_api import Locator, Page, expect

LEARNT = re.compile(r"^1(\.0+)?$")


def open_demo(page: Page, site: Site, link: str) -> Locator:
    page.goto(f"{site.url}demos/xor/{link}")
    demo = page.locator("pyml-demo")
    expect(demo).to_have_attribute("status", re.compile("ready|running|paused"))
    expect(demo.locator(".truth tbody tr").first).to_be_visible()
    return demo


def button(demo: Locator, name: str) -> Locator:
    return demo.get_by_role("button", name=name, exact=True)


@pytest.mark.parametrize("preset", ["two-units", "four-units"])
def test_a_hidden_layer_learns_what_one_unit_cannot(page: Page, site: Site, preset: str) -> None:
    demo = open_demo(page, site, f"#preset={preset}&speed=max&play=1")
    expect(demo.locator(".status")).to_contain_text("Learnt in")
    expect(demo).to_have_attribute("data-accuracy", LEARNT)
    assert float(demo.get_attribute("data-accuracy_one") or "nan") <= 0.75
    expect(demo.locator(".truth td:last-child.no")).to_have_count(0)


def test_one_hidden_unit_is_not_enough(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "#preset=one-hidden&speed=max&play=1")
    expect(demo.locator(".status")).to_contain_text("One hidden unit is not enough")


def test_a_start_that_gets_stuck_is_called_so_with_why_and_new_weights_help(
    page: Page, site: Site
) -> None:
    demo = open_demo(page, site, "#preset=stuck&speed=max&play=1")
    expect(demo.locator(".status")).to_contain_text("get nearly the same answer")
    button(demo, "New weights").click()
    expect(demo.locator(".status")).to_contain_text("Learnt in")


def test_weights_set_by_hand_while_paused_give_what_the_formula_says(
    page: Page, site: Site
) -> None:
    demo = open_demo(page, site, "#play=0")
    weights = {
        "weight from x1 to hidden 1": 6,
        "weight from x2 to hidden 1": 6,
        "bias of hidden 1": -3,
        "weight from x1 to hidden 2": 5,
        "weight from x2 to hidden 2": 5,
        "bias of hidden 2": -7.5,
        "weight from hidden 1 to output": 8,
        "weight from hidden 2 to output": -9,
        "bias of output": -4,
    }
    for name, value in weights.items():
        item = demo.get_by_role("button", name=re.compile(f"^{name}"))
        item.focus()
        page.keyboard.press("Enter")
        page.keyboard.type(str(value))
        page.keyboard.press("Enter")
        expect(item).to_have_attribute("aria-label", re.compile(str(abs(value))))
    expect(demo.locator(".status")).to_contain_text("all 4 points right already")
    rows = demo.locator(".truth tbody tr")
    for i, (x1, x2) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
        h1, h2 = math.tanh(6 * x1 + 6 * x2 - 3), math.tanh(5 * x1 + 5 * x2 - 7.5)
        output = 1 / (1 + math.exp(-(8 * h1 - 9 * h2 - 4)))
        expect(rows.nth(i).locator("td").last).to_contain_text(f"{output:.2f}")
    expect(demo).to_have_attribute("data-step", "0")


def test_step_walks_through_the_stages_of_backpropagation(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "#preset=backpropagation&play=0")
    status = demo.locator(".status")
    for words in ["Forward: the hidden", "Forward: the output", "Error:", "Back:"]:
        button(demo, "Step").click()
        expect(status).to_contain_text(words)
        expect(demo).to_have_attribute("data-step", "0")
    expect(demo.locator(".link.lit.back")).to_have_count(2)
    button(demo, "Step").click()
    expect(status).to_contain_text("Update: every weight moves")
    expect(demo).to_have_attribute("data-step", "1")
    expect(demo.locator(".labels text", has_text=re.compile(r"[+−]"))).not_to_have_count(0)


def test_the_phone_has_no_sideways_scroll_and_the_whole_truth_table(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    demo = open_demo(page, site, "#play=0")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert demo.locator(".truth").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_a_weight_set_by_hand_is_in_the_link_with_all_others(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "#play=0")
    item = demo.get_by_role("button", name=re.compile("^weight from x1 to hidden 1"))
    item.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    expect(item).to_have_attribute("aria-label", re.compile("2.5$"))
    expect(page).to_have_url(re.compile("weights="))
    field = "c => c.toDataURL()"
    before = demo.locator("canvas.field").first.evaluate(field)
    page.reload()
    expect(item).to_have_attribute("aria-label", re.compile("2.5$"))
    page.wait_for_timeout(300)
    assert demo.locator("canvas.field").first.evaluate(field) == before
    button(demo, "New weights").click()
    expect(page).not_to_have_url(re.compile("weights="))
