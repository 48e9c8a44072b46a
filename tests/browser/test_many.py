"""A page of somebody's own with all demos on it: one Python for all of them."""

from __future__ import annotations

import re

from conftest import DIST, Site
from playwright.sync_api import Page, expect

from tools import demos

NAMES = [demo.name for demo in demos.read()]


def everything() -> str:
    """A page with all demos, at rest."""
    app = re.search(r"app/app-\w+\.js", (DIST / "index.html").read_text("utf-8"))
    assert app
    elements = "\n".join(f'<pyml-demo name="{n}" settings="play=0"></pyml-demo>' for n in NAMES)
    return f"""<!doctype html><html lang="en"><title>All</title><link rel="icon" href="icon.svg">
        <script type="module" src="{app[0]}"></script>{elements}</html>"""


def test_all_demos_share_one_python_and_rest_while_one_learns(page: Page, site: Site) -> None:
    site.pages["all.html"] = everything()
    page.goto(f"{site.url}all.html")
    every = page.locator("pyml-demo")
    expect(every).to_have_count(len(NAMES))
    for name in NAMES:
        expect(page.locator(f"pyml-demo[name={name}]")).to_have_attribute("status", "ready")
    assert len(page.workers) == 1
    one = page.locator("pyml-demo[name=classifier]")
    one.get_by_role("button", name="Play", exact=True).click()
    expect(one).to_have_attribute("status", "running")
    expect(one).to_have_attribute("data-step", re.compile(r"\d{2,}"))
    for name in NAMES:
        if name == "classifier":
            continue
        other = page.locator(f"pyml-demo[name={name}]")
        expect(other).to_have_attribute("status", "ready")
        expect(other).to_have_attribute("data-step", "0")
    assert len(page.workers) == 1
