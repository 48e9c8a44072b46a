"""The lessons, as a student does them."""

from __future__ import annotations

import re

import pytest
from conftest import Site
from playwright.sync_api import Browser, Locator, Page, expect
from test_access import check

from tools import demos

NAMES = [demo.name for demo in demos.read()]
READY = re.compile("ready|running|paused")


def begin(page: Page, site: Site, name: str, rest: str = "#play=0") -> Locator:
    """Opens a demo's page and waits until its demo is there."""
    page.goto(f"{site.url}demos/{name}/{rest}")
    demo = page.locator("pyml-demo")
    expect(demo).to_have_attribute("status", READY)
    return demo


def weights_for_and(demo: Locator) -> None:
    """What the first step of the perceptron's lesson has to be told by hand."""
    weights = demo.get_by_role("group", name="Weights, to be set by hand")
    for label, value in [("w0", "-1.5"), ("w1", "1"), ("w2", "1")]:
        field = weights.get_by_label(label, exact=True)
        field.fill(value)
        field.press("Enter")


def guess(demo: Locator) -> None:
    """What the first step of the lesson on regression asks."""
    question = demo.get_by_role("group", name="How many hidden units does this curve need?")
    question.get_by_role("button", name="4", exact=True).click()
    train(demo)


def train(demo: Locator) -> None:
    """Lets the demo run as fast as it can."""
    demo.get_by_label("Speed").select_option("max")
    play = demo.get_by_role("button", name="Play", exact=True)
    if play.is_visible():
        play.click()


def set_up(demo: Locator, step: Locator) -> None:
    """Follows a step's link, and waits until the demo has begun anew."""
    pause = demo.get_by_role("button", name="Pause", exact=True)
    if pause.is_visible():
        pause.click()
        expect(demo).not_to_have_attribute("status", "running")
    demo.evaluate("e => e.setAttribute('data-step', 'from before')")
    step.locator(".setup").first.click()
    expect(demo).to_have_attribute("data-step", re.compile(r"^\d+$"))


def go_on(demo: Locator) -> None:
    """Looks at three more pictures."""
    for _ in range(3):
        demo.get_by_role("button", name="Next image").click()


def look_inside(demo: Locator) -> None:
    """Chooses a number in three layers, in one that learns as well as in one at rest."""
    train(demo)
    demo.get_by_role("tab", name="Layers").click()
    for layer in (1, 3, 4):
        place = demo.locator(".layers .pyramid > li").nth(layer)
        place.scroll_into_view_if_needed()
        expect(place).not_to_have_class(re.compile("missing"))
        place.locator(".maps").click(position={"x": 20, "y": 10})


def move(demo: Locator) -> None:
    """Shifts the picture by three pixels."""
    demo.get_by_role("tab", name="Move it").click()
    demo.get_by_role("application", name="The image, to be moved").focus()
    for _ in range(3):
        demo.page.keyboard.press("ArrowRight")


def results(demo: Locator) -> None:
    """Has the test pictures judged."""
    demo.get_by_role("tab", name="Results").click()


def draw(demo: Locator) -> None:
    """Draws a stroke by keyboard."""
    demo.get_by_role("tab", name="Your own").click()
    demo.get_by_label("Pad to draw on").focus()
    for key in ["Space", *["ArrowDown"] * 6, "Space"]:
        demo.page.keyboard.press(key)


BY_HAND = {
    ("perceptron", 0): weights_for_and,
    ("regression", 0): guess,
    ("digits", 1): look_inside,
    ("digits", 3): draw,
    ("cifar10", 0): go_on,
    ("cifar10", 1): look_inside,
    ("cifar10", 2): move,
    ("cifar10", 3): results,
    ("cifar10", 4): draw,
}


@pytest.mark.parametrize("name", NAMES)
def test_every_step_of_a_lesson_can_be_done_in_the_way_it_says(
    page: Page, site: Site, name: str
) -> None:
    demo = begin(page, site, name)
    steps = page.locator(".lesson section")
    for i in range(steps.count()):
        step = steps.nth(i)
        expect(step).to_be_visible()
        expect(step).not_to_have_class("done")
        set_up(demo, step)
        BY_HAND.get((name, i), train)(demo)
        expect(step, f"step {i + 1}").to_have_class(re.compile("done"), timeout=60_000)
        expect(page.locator(".steps [role=status]")).to_have_text(
            f"{i + 1} of {steps.count()} · done ✓"
        )
        if i + 1 < steps.count():
            page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("button", name="Next", exact=True)).to_be_disabled()


def test_steps_come_one_at_a_time_and_the_address_keeps_which(page: Page, site: Site) -> None:
    begin(page, site, "perceptron")
    headings = page.locator(".lesson section h3")
    titles = headings.all_text_contents()
    shown = page.locator(".lesson section:visible h3")
    expect(shown).to_have_text(titles[:1])
    expect(page.get_by_role("button", name="Previous", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Next", exact=True).click()
    expect(shown).to_have_text(titles[1:2])
    expect(shown).to_be_focused()
    expect(page.locator(".steps [role=status]")).to_have_text(f"2 of {len(titles)}")
    assert page.url.endswith("?step=2#play=0")
    page.reload()
    expect(shown).to_have_text(titles[1:2])
    page.get_by_role("button", name="Previous", exact=True).click()
    expect(shown).to_have_text(titles[:1])


def test_a_step_that_was_done_stays_ticked(page: Page, site: Site) -> None:
    demo = begin(page, site, "perceptron", "?step=4#play=0")
    step = page.locator(".lesson section:visible")
    expect(step).not_to_have_class("done")
    step.get_by_role("link", name="Set it up").click()
    train(demo)
    expect(step).to_have_class("done")
    page.reload()
    expect(step).to_have_class("done")
    expect(page.locator(".steps [role=status]")).to_contain_text("4 of 5 · done")


def test_what_the_demo_does_without_being_set_up_ticks_no_step(page: Page, site: Site) -> None:
    demo = begin(page, site, "perceptron", "?step=3#data=and&speed=max&play=1")
    step = page.locator(".lesson section:visible")
    assert step.get_attribute("data-goal") == "accuracy=1 step>=1"
    expect(demo).to_have_attribute("data-accuracy", "1.00000")
    expect(demo).to_have_attribute("status", "paused")
    page.wait_for_timeout(300)
    expect(step).not_to_have_class("done")


def test_the_same_link_sets_the_demo_up_once_more(page: Page, site: Site) -> None:
    demo = begin(page, site, "perceptron", "?step=2")
    link = page.locator(".lesson section:visible").get_by_role("link", name="Set it up")
    for _ in range(3):
        link.click()
        expect(demo).to_have_attribute("data-step", "0")
        demo.get_by_role("button", name="Step", exact=True).click()
        expect(demo).to_have_attribute("data-step", "1")


def test_a_link_can_hide_the_lesson_and_a_frame_has_none(page: Page, site: Site) -> None:
    begin(page, site, "perceptron", "?embed=1#play=0")
    expect(page.locator(".lesson")).to_be_hidden()
    page.goto("about:blank")
    page.goto(f"{site.url}demos/perceptron/#play=0&hide=lesson")
    expect(page.locator(".lesson")).to_be_hidden()


@pytest.mark.parametrize("name", NAMES)
def test_without_scripts_and_on_paper_all_steps_stand_in_a_row(
    browser: Browser, site: Site, name: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}demos/{name}/")
    steps = page.locator(".lesson section")
    expect(page.locator(".lesson section:visible")).to_have_count(steps.count())
    for link in page.locator(".lesson .setup").all():
        assert (link.get_attribute("href") or "").startswith("#")
    expect(page.locator(".steps")).to_have_count(0)
    context.close()


def test_on_paper_hidden_steps_and_answers_are_there(page: Page, site: Site) -> None:
    begin(page, site, "perceptron")
    steps = page.locator(".lesson section")
    expect(page.locator(".lesson section:visible")).to_have_count(1)
    page.emulate_media(media="print")
    expect(page.locator(".lesson section:visible")).to_have_count(steps.count())
    expect(page.locator(".steps")).to_be_hidden()


@pytest.mark.parametrize(("width", "beside"), [(390, False), (1280, False), (1400, True)])
def test_the_lesson_stands_beside_the_demo_where_there_is_room(
    page: Page, site: Site, width: int, beside: bool
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    demo = begin(page, site, "perceptron")
    lesson = page.locator(".lesson").bounding_box()
    box = demo.bounding_box()
    assert lesson
    assert box
    assert (lesson["x"] >= box["x"] + box["width"]) is beside
    assert (lesson["y"] >= box["y"] + box["height"]) is not beside
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("name", NAMES)
def test_formulas_are_drawn_and_fit_into_their_column(page: Page, site: Site, name: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 900})
    begin(page, site, name)
    page.emulate_media(media="print")  # which opens every step
    formulas = page.locator(".lesson math")
    assert formulas.count() > 1
    column = page.locator(".lesson").bounding_box()
    assert column
    for formula in formulas.all():
        box = formula.bounding_box()
        assert box
        assert box["width"] > 3
        assert box["height"] > 5
        assert box["x"] + box["width"] <= column["x"] + column["width"] + 1
    # Nothing is larger than its box, and so nothing has to be scrolled.
    wide = formulas.evaluate_all("all => all.filter(m => m.scrollWidth > m.clientWidth + 1).length")
    assert wide == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_glossary_is_accessible_and_a_term_of_a_lesson_leads_to_it(
    page: Page, site: Site, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    begin(page, site, "perceptron")
    page.get_by_role("link", name="weight", exact=True).click()
    expect(page).to_have_url(f"{site.url}glossary/#weight")
    expect(page.locator("dt:target")).to_have_text("weight")
    check(page)
