"""`?stats=1`: numbers of speed in a corner; without it nothing of that is even fetched."""

from __future__ import annotations

import re

from conftest import Site
from playwright.sync_api import Page, expect
from test_learning import open_demo


def stat(page: Page, name: str) -> float:
    text = page.locator(f"[data-stat={name}]").inner_text().replace(",", "")
    return float(text) if text != "–" else 0.0


def test_the_corner_tells_frames_examples_and_steps(page: Page, site: Site) -> None:
    page.goto(f"{site.url}demos/classifier/?stats=1#speed=30")
    expect(page.locator("pyml-demo")).to_have_attribute("data-step", re.compile(r"\d{2,}"))
    expect(page.locator("[data-stat=backend]")).to_have_text(re.compile("kernels|numpy"))
    expect(page.locator("[data-stat=examples]")).to_have_text(re.compile("[1-9]"))
    expect(page.locator("[data-stat=steps]")).to_have_text(re.compile("[1-9]"))
    assert 0 < stat(page, "frames") <= 250
    assert stat(page, "longest") >= 1000 / 250
    assert stat(page, "drawn") <= stat(page, "frames") + 5
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-stat=steps]")).to_have_text("0")
    expect(page.locator("[data-stat=examples]")).to_have_text("0")


def test_a_page_that_is_not_asked_has_no_corner(page: Page, site: Site) -> None:
    open_demo(page, site, "classifier", "#play=0")
    expect(page.locator(".stats")).to_have_count(0)
    assert not [path for path in site.requests if "stats" in path]
