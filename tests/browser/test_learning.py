"""What a visitor does: open a page, watch it learn, click, type, reload."""

from __future__ import annotations

import re

import pytest
from conftest import DIST, Site, Watch
from playwright.sync_api import Locator, Page, expect


def open_demo(page: Page, site: Site, name: str, link: str = "") -> Locator:
    page.goto(f"{site.url}demos/{name}/{link}")
    demo = page.locator("pyml-demo")
    expect(demo).to_have_attribute("status", re.compile("ready|running|paused"))
    return demo


def number(demo: Locator, name: str) -> float:
    return float(demo.get_attribute(f"data-{name}") or "nan")


def button(demo: Locator, name: str) -> Locator:
    return demo.get_by_role("button", name=name, exact=True)


def pixels(demo: Locator) -> str:
    """The decision field as it is painted."""
    return str(demo.locator("canvas.field").evaluate("c => c.toDataURL()"))


def test_the_gallery_leads_to_a_demo_that_learns(page: Page, site: Site) -> None:
    page.goto(site.url)
    expect(page.locator(".card svg")).to_have_count(page.locator(".card").count())
    page.get_by_role("link", name=re.compile("The perceptron")).last.click()
    demo = page.locator("pyml-demo")
    expect(demo).to_have_attribute("data-step", re.compile("[1-9]"))


def test_text_and_a_trained_picture_are_there_before_python(
    page: Page, site: Site, watch: Watch
) -> None:
    site.faults[".wasm"] = 503
    page.goto(f"{site.url}demos/perceptron/")
    expect(page.get_by_role("heading", level=1)).to_have_text("The perceptron")
    expect(page.locator("pyml-demo > svg")).to_be_visible()
    watch.expected += ["503", "wasm"]


@pytest.mark.parametrize("rule", ["perceptron", "delta"])
def test_and_is_learnt(page: Page, site: Site, rule: str) -> None:
    demo = open_demo(page, site, "perceptron", f"#data=and&rule={rule}&speed=max")
    expect(demo).to_have_attribute("data-accuracy", re.compile(r"^1(\.0+)?$"))


def test_xor_never_is(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "perceptron", "#data=xor&speed=max")
    expect(demo).to_have_attribute("data-step", re.compile(r"^\d{4,}$"))
    for _ in range(20):
        assert number(demo, "accuracy") <= 0.75
        page.wait_for_timeout(30)
    expect(demo.locator(".status")).to_contain_text("One unit cannot learn XOR")


def test_step_shows_the_arithmetic_of_one_example(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "perceptron", "#play=0")
    button(demo, "Step").click()
    expect(demo).to_have_attribute("data-step", "1")
    expect(demo.locator(".numbers")).to_contain_text("target − output")
    expect(demo.locator(".ring")).to_have_count(1)
    button(demo, "Step").click()
    expect(demo).to_have_attribute("data-step", "2")


def test_reset_returns_to_the_very_same_weights(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    before = pixels(demo)
    button(demo, "Play").click()
    expect(demo).to_have_attribute("data-step", re.compile(r"\d{2,}"))
    button(demo, "Pause").click()
    expect(demo).to_have_attribute("status", "paused")
    assert pixels(demo) != before
    button(demo, "Reset").click()
    expect(demo).to_have_attribute("data-step", "0")
    assert pixels(demo) == before
    button(demo, "New weights").click()
    expect(page).to_have_url(re.compile("seed=1"))
    page.wait_for_timeout(300)
    assert pixels(demo) != before


def test_the_classifier_learns_the_circle(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#data=circle&speed=max")
    expect(demo).to_have_attribute("data-accuracy", re.compile(r"^(1(\.0+)?|0\.9[5-9]\d*)$"))
    assert number(demo, "loss") < 0.4


def test_a_clicked_point_changes_the_field(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#data=circle&speed=max")
    expect(demo).to_have_attribute("data-accuracy", re.compile(r"^(1|0\.9)"))
    plane = demo.get_by_role("application")
    points = plane.locator("g.point")
    count = points.count()
    box = plane.bounding_box()
    assert box
    field = pixels(demo)
    for dx, dy in [(0, 0), (4, 4), (-4, 4), (4, -4), (-4, -4)]:
        spot = {"x": box["width"] / 2 + 5 * dx, "y": box["height"] / 2 + 5 * dy}
        demo.get_by_role("radio").nth(0).check()
        plane.click(position=spot)
    expect(points).not_to_have_count(count)
    expect(page).to_have_url(re.compile("data=own.*points="))
    page.wait_for_timeout(500)
    assert pixels(demo) != field


def test_points_are_dragged_and_deleted(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "perceptron", "#data=and&play=0")
    points = demo.locator("g.point")
    expect(points).to_have_count(4)
    points.first.scroll_into_view_if_needed()
    first = points.first.bounding_box()
    assert first
    x, y = first["x"] + first["width"] / 2, first["y"] + first["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 40, steps=5)
    page.mouse.up()
    page.wait_for_timeout(300)
    after = points.first.bounding_box()
    assert after
    assert abs(after["x"] - first["x"] - 60) < 3
    page.mouse.click(x + 60, y - 40, button="right")
    expect(points).to_have_count(3)


def test_everything_about_points_works_by_keyboard(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "perceptron", "#data=and&play=0")
    plane = demo.get_by_role("application")
    plane.focus()
    points = demo.locator("g.point")
    for key in ["ArrowRight", "ArrowUp", "Enter"]:
        page.keyboard.press(key)
    expect(points).to_have_count(5)
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("points="))
    page.keyboard.press("Delete")
    expect(points).to_have_count(4)


def test_a_control_changes_the_link_and_a_reload_brings_it_back(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "perceptron", "#play=0")
    demo.get_by_label("Data").select_option("nand")
    expect(page).to_have_url(re.compile("data=nand"))
    plane = demo.get_by_role("application")
    plane.focus()
    page.keyboard.press("Enter")
    expect(demo.locator("g.point")).to_have_count(5)
    expect(page).to_have_url(re.compile("points="))
    page.reload()
    expect(demo.locator("g.point")).to_have_count(5)
    expect(demo.get_by_label("Data")).to_have_value("own")


def test_the_same_link_gives_the_same_picture(page: Page, site: Site) -> None:
    pictures = set()
    for _ in range(2):
        page.goto("about:blank")
        demo = open_demo(page, site, "classifier", "#data=spiral&seed=5&play=0")
        for _ in range(3):
            button(demo, "Step").click()
        expect(demo).to_have_attribute("data-step", "3")
        pictures.add(pixels(demo))
    assert len(pictures) == 1


@pytest.mark.parametrize(
    ("link", "note"),
    [
        ("#learning_rate=99999&play=0", "Learning rate: “99999”"),
        ("#data=nonsense&play=0", "nonsense"),
        ("#colour=red&play=0", "colour"),
        (f"#seed={'x' * 80}&play=0", "Seed"),
        ("#%E0%A4%A&play=0", "not a setting"),
        ("#points=1,2,x;0,0,1&data=own&play=0", "1 of the points"),
    ],
)
def test_a_damaged_link_gives_the_nearest_page_and_a_note(
    page: Page, site: Site, link: str, note: str
) -> None:
    demo = open_demo(page, site, "perceptron", link)
    expect(demo.locator(".note")).to_contain_text(note)
    expect(demo.locator("g.point").first).to_be_visible()


def test_an_unknown_address_names_the_demos(page: Page, site: Site, watch: Watch) -> None:
    watch.expected += ["404"]
    page.goto(f"{site.url}demos/nonsense/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("no such page")
    page.get_by_role("link", name=re.compile("The perceptron")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The perceptron")
    expect(page).to_have_url(f"{site.url}demos/perceptron/")


def test_controls_can_be_hidden_and_the_embedded_page_is_bare(page: Page, site: Site) -> None:
    page.goto(f"{site.url}demos/perceptron/?embed=1#hide=rule,seed&play=0")
    demo = page.locator("pyml-demo")
    expect(demo).to_have_attribute("status", "ready")
    expect(page.locator("header")).to_be_hidden()
    expect(demo.get_by_label("Rule")).to_have_count(0)
    expect(demo.get_by_role("button", name="New weights")).to_have_count(0)


def test_reduced_motion_starts_at_rest(page: Page, site: Site) -> None:
    page.emulate_media(reduced_motion="reduce")
    demo = open_demo(page, site, "perceptron")
    expect(demo).to_have_attribute("status", "ready")
    expect(demo).to_have_attribute("data-step", "0")


def test_two_demos_share_one_python_and_rest_while_they_cannot_be_seen(
    page: Page, site: Site
) -> None:
    app = re.search(r"app/app-\w+\.js", (DIST / "index.html").read_text("utf-8"))
    assert app
    site.pages[
        "two.html"
    ] = f"""<!doctype html><html lang="en"><title>Two</title><link rel="icon" href="icon.svg">
        <script type="module" src="{app[0]}"></script>
        <pyml-demo name="perceptron" settings="data=xor&speed=100"></pyml-demo>
        <div style="height: 3000px"></div>
        <pyml-demo name="classifier" settings="speed=max&seed=4"></pyml-demo></html>"""
    page.goto(f"{site.url}two.html")
    first, second = page.locator("pyml-demo").all()
    expect(first).to_have_attribute("data-step", re.compile(r"\d{2,}"))
    assert len(page.workers) == 1
    assert number(second, "step") in (0, 0.0) or second.get_attribute("status") != "running"
    second.scroll_into_view_if_needed()
    expect(second).to_have_attribute("data-step", re.compile(r"\d{3,}"))
    expect(first).to_have_attribute("status", "paused")
    at = number(first, "step")
    page.wait_for_timeout(500)
    assert number(first, "step") == at
    page.evaluate("scrollTo(0, 0)")
    expect(first).to_have_attribute("status", "running")
    assert len(page.workers) == 1


def test_a_package_is_fetched_only_when_code_asks_for_it(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    page.wait_for_timeout(3000)
    assert not [path for path in site.requests if "micropip" in path]
    button(demo, "Code").click()
    editor = demo.locator(".cm-content")
    editor.focus()
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.type("import micropip\nprint(micropip.__name__)\n")
    button(demo, "Run").click()
    expect(demo.locator(".printed")).to_contain_text("micropip")
    assert [path for path in site.requests if "micropip" in path]
