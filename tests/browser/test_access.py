"""WCAG 2.2 AA by axe, on every page, in both themes, in the states that a page can be in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT, Site, Watch
from playwright.sync_api import Page, expect
from test_faults import open_panel, write_code
from test_learning import open_demo

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def check(page: Page) -> None:
    page.evaluate(Path(AXE).read_text("utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    told = [
        f"{v['id']}: {v['help']}\n" + "\n".join(f"   {n['html'][:160]}" for n in v["nodes"])
        for v in found["violations"]
    ]
    assert not told, "\n".join(told)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "demos/perceptron/", "demos/classifier/", "nothing/"])
def test_pages_are_accessible_in_both_themes(
    page: Page, site: Site, watch: Watch, scheme: str, path: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    watch.expected += ["404"] if path == "nothing/" else []
    page.goto(f"{site.url}{path}")
    if path.startswith("demos/"):
        demo = page.locator("pyml-demo")
        expect(demo).to_have_attribute("status", re.compile("running|paused"))
    check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_panels_and_an_error_are_accessible(page: Page, site: Site, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    demo = open_demo(page, site, "classifier", "#play=0&nonsense=1")
    for summary in demo.locator("summary").all():
        summary.click()
    write_code(page, "x = ")
    expect(demo.get_by_role("alert")).to_be_visible()
    check(page)
    for name in ["Numbers", "Data", "Save", "Share"]:
        open_panel(demo, name)
        check(page)


def test_loading_and_its_failure_are_accessible(page: Page, site: Site, watch: Watch) -> None:
    watch.expected += ["404", "wasm"]
    site.faults[".wasm"] = 404
    page.goto(f"{site.url}demos/perceptron/")
    check(page)
    expect(page.locator("pyml-demo").get_by_role("alert")).to_be_visible()
    check(page)


def test_the_theme_switch_is_kept_and_the_drawing_follows(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "perceptron", "#play=0")
    before = demo.locator("canvas.field").evaluate("c => c.toDataURL()")
    page.get_by_role("button", name="Dark / light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.wait_for_timeout(200)
    assert demo.locator("canvas.field").evaluate("c => c.toDataURL()") != before
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("width", [320, 390, 768, 1920])
def test_nothing_is_wider_than_the_screen(page: Page, site: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for name in ["perceptron", "classifier"]:
        open_demo(page, site, name, "#play=0")
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{name} is {overflow} px wider than a screen of {width}"
