"""WCAG 2.2 AA by axe on every page, in the states that it can be in, and the way by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Site, Watch
from playwright.sync_api import Locator, Page, expect
from test_faults import write_code
from test_learning import open_demo

from tools import demos

NAMES = [demo.name for demo in demos.read()]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
#: keys that turn the slides of a deck around the demo
SLIDES = (
    "ArrowLeft ArrowRight ArrowUp ArrowDown Home End PageUp PageDown Escape n p f s o b h j k l"
)

FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}"""

# What a keyboard has to reach: of radio buttons the chosen one, of a drawing its entrance.
REACHABLE = """(demo) => [...demo.shadowRoot.querySelectorAll(
    "a[href], button, select, input, textarea, summary, [tabindex]")].filter((el) =>
  !el.disabled && el.tabIndex >= 0 && el.checkVisibility({ visibilityProperty: true })
  && !el.closest("[inert]") && (el.type !== "radio" || el.checked))"""

# An outline, or the colour that stands for it in a drawing.
SEEN = """(el) => {
  const paint = document.createElement("i");
  document.body.append(paint);
  paint.style.color = "var(--focus)";
  const wanted = getComputedStyle(paint).color;
  paint.remove();
  const marked = (one) => {
    const { outlineStyle, outlineWidth, outlineColor, stroke } = getComputedStyle(one);
    return stroke === wanted
      || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && outlineColor === wanted);
  };
  return marked(el) || [...el.children].some(marked);
}"""


def check(page: Page, part: str = "") -> None:
    """Nothing that axe finds on a page, or in a part of it."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(Path(AXE).read_text("utf-8"))
    found = page.evaluate(
        "([part, tags]) => axe.run(part || document, {runOnly: tags, resultTypes: ['violations']})",
        [part, TAGS],
    )
    told = [
        f"{v['id']}: {v['help']}\n" + "\n".join(f"   {n['html'][:160]}" for n in v["nodes"])
        for v in found["violations"]
        # What a unit of a network answers stands in it; that is no label of it.
        if v["id"] != "label-content-name-mismatch"
        or not all('class="unit' in node["html"] for node in v["nodes"])
    ]
    assert not told, "\n".join(told)


def panels(demo: Locator) -> Iterator[str]:
    """Opens one panel of a demo after the other."""
    for button in demo.get_by_role("group", name="Panels").locator("[aria-expanded]").all():
        button.click()
        name = button.inner_text()
        expect(demo.get_by_role("region", name=name, exact=True)).to_be_visible()
        yield name
    button.click()


@pytest.mark.parametrize("path", ["", "glossary/", "nothing/"])
def test_pages_are_accessible_in_both_themes(
    page: Page, site: Site, watch: Watch, path: str
) -> None:
    watch.expected += ["404"] if path == "nothing/" else []
    page.goto(f"{site.url}{path}")
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            check(page)


@pytest.mark.parametrize("name", NAMES)
def test_a_demo_is_accessible_in_every_state(page: Page, site: Site, name: str) -> None:
    demo = open_demo(page, site, name, "#play=0&nonsense=1")
    expect(demo).to_have_attribute("drawn", "")
    for summary in demo.locator("summary").all():
        summary.click()
    check(page)
    page.emulate_media(color_scheme="dark")
    check(page)
    for panel in panels(demo):
        # Numbers come with the next picture.
        expect(demo.locator(".tool"), panel).not_to_contain_text("The numbers come")
        page.wait_for_timeout(800)  # until a network's names are completed with them
        page.emulate_media(color_scheme="light")
        check(page, "pyml-demo")
        page.emulate_media(color_scheme="dark")
        check(page, "pyml-demo")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    check(page)
    page.emulate_media(color_scheme="light", forced_colors="active", reduced_motion="reduce")
    check(page)
    page.emulate_media(forced_colors="none")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{site.url}demos/{name}/?projector=1#play=0")
    expect(demo).to_have_attribute("drawn", "")
    check(page, "pyml-demo")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_error_is_accessible(page: Page, site: Site, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    demo = open_demo(page, site, "classifier", "#play=0")
    write_code(page, "x = ")
    expect(demo.get_by_role("alert")).to_be_visible()
    check(page)


def test_loading_and_its_failure_are_accessible(page: Page, site: Site, watch: Watch) -> None:
    watch.expected += ["404", "wasm"]
    site.faults[".wasm"] = 404
    page.goto(f"{site.url}demos/perceptron/")
    check(page)
    expect(page.locator("pyml-demo").get_by_role("alert")).to_be_visible()
    check(page)


@pytest.mark.parametrize("name", NAMES)
def test_tab_reaches_everything_once_in_order_and_leads_out_again(
    page: Page, site: Site, name: str
) -> None:
    demo = open_demo(page, site, name, "#play=0")
    expect(demo).to_have_attribute("drawn", "")
    expect(demo.locator(".view")).not_to_have_attribute("inert", "")
    demo.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_timeout(500)  # a drawing is made anew when its room has changed
    wanted = demo.evaluate(f"(demo) => (window.wanted = ({REACHABLE})(demo)).length")
    assert wanted > 12
    page.evaluate("""() => {
      const before = document.createElement("button");
      before.textContent = "before";
      document.querySelector("pyml-demo").before(before);
      before.focus();
    }""")
    tree = page.context.new_cdp_session(page)
    met: list[int] = []
    left = ""
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        focused = page.evaluate_handle(FOCUSED)
        at = focused.evaluate("(el) => window.wanted.indexOf(el)")
        if at < 0:
            left = focused.evaluate("(el) => el.outerHTML.slice(0, 160)")
            break
        met.append(at)
        told = focused.evaluate("(el) => el.outerHTML.slice(0, 160)")
        assert focused.evaluate(SEEN), f"nobody sees that this has the focus: {told}"
    assert met == list(range(wanted)), f"after {len(met)} of {wanted} came {left}"
    assert not page.evaluate_handle(FOCUSED).evaluate(
        "(el) => el.getRootNode() === document.querySelector('pyml-demo').shadowRoot"
    ), "the focus does not come out again"
    nameless = [
        node
        for node in tree.send("Accessibility.getFullAXTree")["nodes"]
        if not node["ignored"]
        and any(p["name"] == "focusable" and p["value"]["value"] for p in node["properties"])
        and not node.get("name", {}).get("value")
    ]
    assert not nameless


@pytest.mark.parametrize("name", NAMES)
def test_keys_that_turn_slides_are_left_to_the_deck(page: Page, site: Site, name: str) -> None:
    demo = open_demo(page, site, name, "#play=0")
    expect(demo).to_have_attribute("drawn", "")
    page.evaluate("""() => {
      window.heard = [];
      document.addEventListener("keydown", (e) => {
        if (!e.defaultPrevented) window.heard.push(e.key);
      });
    }""")
    before = demo.evaluate("d => d.outerHTML + location.href")
    keys = SLIDES.split()
    for focus in ("document.body.focus()", "document.querySelector('pyml-demo').focus()"):
        page.evaluate(focus)
        for key in [*keys, " "]:
            page.keyboard.press(key)
    demo.get_by_role("button", name="Reset").focus()
    for key in keys:
        page.keyboard.press(key)
    assert page.evaluate("window.heard") == [*keys, " ", *keys, " ", *keys]
    assert demo.evaluate("d => d.outerHTML + location.href") == before


def test_the_theme_switch_is_kept_and_the_drawing_follows(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "perceptron", "#play=0")
    before = demo.locator("canvas.field").evaluate("c => c.toDataURL()")
    page.get_by_role("button", name="Dark / light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.wait_for_timeout(200)
    assert demo.locator("canvas.field").evaluate("c => c.toDataURL()") != before
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
