"""Where things stand: nothing cut off, nothing that jumps, on a phone, enlarged, and in a room."""

from __future__ import annotations

import re

import pytest
from conftest import Site
from playwright.sync_api import Locator, Page, expect

from tools import demos

NAMES = [demo.name for demo in demos.read()]
#: a laptop at 400 %, a phone, a tablet, desks, a projector
WIDTHS = [320, 390, 768, 1280, 1440, 1920]
#: what a room has to see besides transport and pictures
NUMBERS = {
    "perceptron": ".formula, .theorem",
    "xor": ".truth table",
    "separability": ".losses",
    "classifier": ".choice, .tiles",
    "regression": ".units",
    "trainers": ".methods",
}

# What reaches beyond the screen, and what its own box cuts, if it cannot be scrolled to.
CUT = """(demo) => [...demo.shadowRoot.querySelectorAll("*")].filter((el) => {
  if (!(el instanceof HTMLElement) || !el.checkVisibility()) return false;
  if (el.closest(".visually-hidden, .uplot")) return false;
  const { right, left, width } = el.getBoundingClientRect();
  const { overflowX } = getComputedStyle(el);
  const scrolled = parents(el).some((p) => /auto|scroll/.test(getComputedStyle(p).overflowX));
  const beyond = width && !scrolled && (right > innerWidth + 1 || left < -1);
  const cut = el.scrollWidth > el.clientWidth + 1 && el.clientWidth && overflowX === "hidden"
    && el.localName !== "div";
  return beyond || cut;
  function parents(one) {
    return one.parentElement ? [one.parentElement, ...parents(one.parentElement)] : [];
  }
}).map((el) => el.outerHTML.slice(0, 120))"""

# Targets of a pointer that are smaller than 24 by 24 pixels; a label belongs to what it names.
SMALL = """(demo) => [...demo.shadowRoot.querySelectorAll(
    "button, select, input, summary, a[href], textarea")]
  .filter((el) => el.checkVisibility())
  .filter((el) => {
    const { width, height } = (el.closest("label") ?? el).getBoundingClientRect();
    return Math.min(width, height) < 24;
  }).map((el) => el.outerHTML.slice(0, 120))"""

# Words to choose, if they are not long, that do not fit into their select.
NARROW = """(demo, names) => names.flatMap((name) => {
  const select = demo.shadowRoot.getElementById(name);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = getComputedStyle(select).font;
  const ARROW = 28;
  return [...select.options].map((o) => o.textContent.trim())
    .filter((text) => text.length < 24 && pen.measureText(text).width + ARROW > select.clientWidth);
})"""


def open_demo(page: Page, site: Site, name: str, rest: str = "#play=0") -> Locator:
    page.goto(f"{site.url}demos/{name}/{rest}")
    demo = page.locator("pyml-demo")
    expect(demo).to_have_attribute("drawn", "")
    expect(demo).to_have_attribute("status", re.compile("ready|running|paused"))
    return demo


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_off_or_too_small_to_hit(page: Page, site: Site, name: str) -> None:
    demo = open_demo(page, site, name)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(100)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{overflow} px wider than a screen of {width}"
        assert demo.evaluate(CUT) == [], width
        assert demo.evaluate(SMALL) == [], width


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_when_python_arrives(page: Page, site: Site, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.add_init_script("""
      window.shifts = 0;
      new PerformanceObserver((list) => {
        for (const { value } of list.getEntries()) window.shifts += value;
      }).observe({ type: "layout-shift", buffered: true });
    """)
    open_demo(page, site, name)
    page.wait_for_timeout(300)
    # What browsers call good is 0.1 at most.
    assert page.evaluate("window.shifts") < 0.1


def test_words_to_choose_are_whole_on_a_laptop(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "regression")
    assert demo.evaluate(NARROW, ["preset"]) == []


@pytest.mark.parametrize("name", NUMBERS)
def test_a_room_sees_pictures_and_main_numbers_without_scrolling(
    page: Page, site: Site, name: str
) -> None:
    demo = open_demo(page, site, name, "?projector=1#play=0")
    demo.get_by_role("button", name="Step", exact=True).click()
    expect(demo).to_have_attribute("data-step", "1")
    wanted = f".transport, .canvas, .network, .chart, .tools > .row, {NUMBERS[name]}"
    for width, height in [(1920, 1080), (1280, 720)]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(200)
        for part in demo.locator(f":is({wanted}):visible").all():
            box = part.bounding_box()
            assert box
            told = f"{part.evaluate('el => el.className')} at {width} x {height}"
            assert box["y"] >= 0, told
            assert box["y"] + box["height"] <= height, told
            assert box["x"] + box["width"] <= width, told
        size = demo.evaluate("d => parseFloat(getComputedStyle(d).fontSize)")
        assert size * 46 >= height, "people at the back cannot read it"
