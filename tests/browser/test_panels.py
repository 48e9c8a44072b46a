"""The panels of a demo, as a person uses them: code, numbers, full screen, keyboard, phone."""

from __future__ import annotations

import re

import pytest
from conftest import Site, Watch
from playwright.sync_api import Locator, Page, expect
from test_faults import open_panel, paste_code, write_code
from test_learning import button, open_demo, pixels


def wish(demo: Locator) -> Locator:
    """What is announced inside the open panel."""
    return demo.locator(".tool [role=status]")


# Code


def test_a_mistake_is_marked_at_its_line_in_plain_words_until_it_is_mended(
    page: Page, site: Site
) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    original = open_panel(demo, "Code").locator(".cm-content").inner_text()
    write_code(page, "def make_network(seed):\n    return Netwrk([])\n")
    expect(demo.locator(".cm-line.mistake")).to_have_text("    return Netwrk([])")
    expect(demo.locator("pyml-editor .words")).to_contain_text("Netwrk")
    expect(demo.locator(".tool").get_by_role("alert")).to_contain_text("Line 2")
    write_code(page, original)
    expect(demo.locator(".mistake")).to_have_count(0)
    expect(demo.get_by_role("alert")).to_have_count(0)
    expect(wish(demo)).to_have_text("Runs now.")


def test_the_code_follows_the_settings_and_runs_when_it_was_changed(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    editor = open_panel(demo, "Code").locator(".cm-content")
    expect(editor).to_contain_text("learning_rate=0.1")
    demo.get_by_label("Learning rate").fill("40")
    expect(editor).not_to_contain_text("learning_rate=0.1,")
    expect(button(demo, "Original code")).to_be_disabled()
    text = editor.inner_text().replace("seed=seed)", "seed=seed + 1)")
    before = pixels(demo)
    paste_code(page, text)
    expect(wish(demo)).to_have_text("Changed; not run yet.")
    page.keyboard.press("Control+Enter")
    expect(wish(demo)).to_have_text("Runs now.")
    expect(page).to_have_url(re.compile("code="))
    page.wait_for_timeout(300)
    assert pixels(demo) != before
    button(demo, "Original code").click()
    expect(editor).not_to_contain_text("seed + 1")
    expect(page).not_to_have_url(re.compile("code="))


def test_the_keyboard_is_not_trapped_in_the_editor(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    editor = open_panel(demo, "Code").locator(".cm-content")
    editor.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Tab")
    expect(editor.locator(".cm-line").first).to_have_text(re.compile("^    "))
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(button(demo, "Run")).to_be_focused()


def test_without_its_editor_code_is_written_in_a_text_area(
    page: Page, site: Site, watch: Watch
) -> None:
    watch.expected += ["404", "Failed to fetch"]
    page.route("**/codemirror-*.js", lambda route: route.fulfill(status=404))
    demo = open_demo(page, site, "classifier", "#play=0")
    open_panel(demo, "Code")
    area = demo.locator("pyml-editor textarea")
    area.fill("def make_network(seed):\n    print('plain')\n    return 3\n")
    area.press("Control+Enter")
    expect(demo.locator(".tool").get_by_role("alert")).to_contain_text("3")


def test_the_editor_is_fetched_with_the_first_open_panel_and_styled_within_the_policy(
    page: Page, site: Site
) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    assert not [path for path in site.requests if "codemirror" in path]
    editor = open_panel(demo, "Code").locator(".cm-content")
    expect(editor).to_be_visible()
    keyword = demo.locator(".tok-keyword").first
    colour, plain = (spot.evaluate("e => getComputedStyle(e).color") for spot in (keyword, editor))
    assert colour != plain
    # CodeMirror's own rules are in force, though no <style> could be added.
    assert editor.evaluate("e => getComputedStyle(e).whiteSpace") in ("pre", "preserve nowrap")
    assert demo.evaluate("d => d.shadowRoot.querySelectorAll('style').length") == 0


def test_code_of_a_link_is_shown_and_runs_only_on_request(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    write_code(page, open_panel(demo, "Code").locator(".cm-content").inner_text() + "\n# mine\n")
    expect(page).to_have_url(re.compile("code="))
    page.reload()
    expect(demo.locator(".tool")).to_contain_text("came with the link")
    expect(demo.locator(".cm-content")).to_contain_text("# mine")
    expect(button(demo, "Code")).to_have_attribute("aria-expanded", "true")


def test_text_in_the_place_of_a_selection_keeps_to_the_policy(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    editor = open_panel(demo, "Code").locator(".cm-content")
    editor.focus()
    for text in ["def other(seed):", "# nothing"]:
        # Over a keyword, which has a colour; that the console stays clean is seen at the end.
        page.keyboard.press("ControlOrMeta+Home")
        page.keyboard.press("Shift+End")
        page.keyboard.insert_text(text)
        expect(editor.locator(".cm-line").first).to_have_text(text)
    page.keyboard.press("ControlOrMeta+z")
    expect(editor.locator(".cm-line").first).not_to_have_text("# nothing")


FAILS_IN_PICTURES = """
class Odd(L.Tanh):
    pictures = 0
    def forward(self, x, train):
        Odd.pictures += len(x) > 5000
        if Odd.pictures > 2:
            raise ValueError("no more pictures")
        return super().forward(x, train)
def make_network(seed):
    return Network([L.Input(2), L.Dense(3), Odd(), L.Softmax(2)], seed=seed)
"""


def test_a_picture_that_code_fails_to_make_is_told_and_the_demos_own_code_goes_on(
    page: Page, site: Site
) -> None:
    demo = open_demo(page, site, "classifier", "#play=0&speed=max")
    write_code(page, FAILS_IN_PICTURES)
    button(demo, "Play").click()
    alert = demo.get_by_role("alert").first
    expect(alert).to_contain_text("Line 7 of your code: no more pictures")
    expect(demo).to_have_attribute("status", "error")
    button(demo, "Original code").click()
    expect(demo.get_by_role("alert")).to_have_count(0)
    button(demo, "Play").click()
    expect(demo).to_have_attribute("data-step", re.compile(r"\d{2,}"))


# Numbers


def test_the_numbers_of_an_example_add_up_and_follow_the_steps(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    panel = open_panel(demo, "Numbers")
    row = panel.locator(".arithmetic tbody tr").first
    expect(row).to_be_visible()
    text = re.sub(r"\s+", " ", row.locator(".sum").inner_text()).replace("−", "-")
    left, right = text.split("=")
    assert eval(left.replace("·", "*")) == pytest.approx(float(right), abs=0.02)
    button(panel, "Next").click()
    expect(panel).to_contain_text("Example 2 of 100")
    # Three clicks before an answer can have come.
    button(panel, "Previous").evaluate("b => { b.click(); b.click(); b.click(); }")
    expect(panel).to_contain_text("Example 99 of 100")
    expect(button(panel, "Last learnt from")).to_have_attribute("aria-pressed", "false")
    before = panel.locator(".written").inner_text()
    for _ in range(3):
        button(demo, "Step").click()
    expect(panel.locator(".written")).not_to_have_text(before)
    panel.get_by_role("button", name=re.compile("^Backward: Dense.2, tanh")).click()
    expect(panel.locator(".written")).to_have_count(1)
    update = panel.locator(".arithmetic").last.locator("tbody td").nth(2).inner_text()
    left, right = update.replace("−", "-").split("=")
    assert eval(left) == pytest.approx(float(right), abs=0.002)


def test_numbers_are_sent_only_while_somebody_looks(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    assert demo.evaluate("d => d.trace") is None
    open_panel(demo, "Numbers")
    expect(demo.locator(".arithmetic").first).to_be_visible()
    button(demo, "Numbers").click()
    button(demo, "Step").click()
    expect(demo).to_have_attribute("data-step", "1")
    assert demo.evaluate("d => d.trace") is None


def test_panels_are_hidden_by_the_link(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#hide=code,share,lesson&play=0")
    expect(button(demo, "Save")).to_be_visible()
    expect(button(demo, "Code")).to_have_count(0)
    expect(button(demo, "Share")).to_have_count(0)
    expect(page.locator(".lesson")).to_be_hidden()
    expect(demo.locator(".note")).to_have_count(0)


def test_the_setting_data_and_the_panel_of_that_name_are_hidden_each_by_itself(
    page: Page, site: Site
) -> None:
    demo = open_demo(page, site, "classifier", "#hide=data&play=0")
    expect(demo.get_by_label("Data", exact=True)).to_have_count(0)
    expect(button(demo, "Data")).to_be_visible()
    demo = open_demo(page, site, "xor", "#hide=table&play=0")
    expect(demo.get_by_label("Data", exact=True)).to_be_visible()
    expect(button(demo, "Data")).to_have_count(0)


def test_clicks_that_come_before_an_answer_all_count(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    button(demo, "New weights").evaluate("b => { for (let i = 0; i < 4; i++) b.click(); }")
    expect(page).to_have_url(re.compile("seed=4"))
    button(demo, "Step").evaluate("b => { for (let i = 0; i < 9; i++) b.click(); }")
    expect(demo).to_have_attribute("data-step", "9")
    tile = demo.get_by_role("button", name="Show unit 2 large")
    tile.evaluate("b => { b.click(); b.click(); b.click(); }")
    expect(demo.get_by_role("button", name="Unit 2, shown large")).to_be_visible()
    demo = open_demo(page, site, "trainers", "#play=0")
    for box in ["Momentum", "Nesterov"]:
        expect(demo.get_by_role("checkbox", name=box, exact=True)).to_be_checked()
    demo.get_by_role("group", name="Methods").evaluate(
        "g => [...g.querySelectorAll('input')].slice(1, 3).forEach((box) => box.click())"
    )
    expect(page).to_have_url(re.compile("methods=sgd,adagrad,adadelta,rmsprop,adam"))


# Full screen, keyboard, layout


def test_full_screen_is_entered_and_left(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    button(demo, "Full screen").click()
    expect(demo).to_have_attribute("projector", "screen")
    button(demo, "Full screen").click()
    expect(demo).to_have_attribute("projector", "")
    assert page.evaluate("document.fullscreenElement") is None


def test_where_there_is_no_full_screen_the_demo_covers_the_page(page: Page, site: Site) -> None:
    page.add_init_script("delete Element.prototype.requestFullscreen")
    demo = open_demo(page, site, "classifier", "#play=0")
    button(demo, "Full screen").click()
    expect(demo).to_have_attribute("projector", "page")
    assert demo.bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 900}
    button(demo, "Full screen").click()
    expect(demo).to_have_attribute("projector", "")


def test_a_projector_shows_larger_type_and_the_plane_whole(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{site.url}demos/classifier/?projector=1#play=0")
    demo = page.locator("pyml-demo")
    expect(demo).to_have_attribute("status", "ready")
    assert demo.evaluate("d => parseFloat(getComputedStyle(d).fontSize)") >= 24
    assert demo.evaluate("d => d.scrollWidth") <= 1920
    box = demo.get_by_role("application").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 1080
    assert box["height"] >= 500


def test_panels_open_by_keyboard_one_at_a_time_and_move_nothing(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    place = "d => d.shadowRoot.querySelector('.plane').getBoundingClientRect().top + scrollY"
    before = demo.evaluate(place)
    button(demo, "Save").focus()
    page.keyboard.press("Enter")
    expect(demo.locator(".tool")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(button(demo, "Share")).to_be_focused()
    page.keyboard.press("Space")
    expect(demo.locator(".tool")).to_have_count(1)
    expect(demo.locator(".tool")).to_have_attribute("aria-label", "Share")
    expect(button(demo, "Share")).to_be_focused()
    assert demo.evaluate(place) == before
    page.keyboard.press("Space")
    expect(demo.locator(".tool")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390])
def test_every_panel_fits_on_a_phone(page: Page, site: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    demo = open_demo(page, site, "classifier", "#play=0")
    for name in ["Code", "Numbers", "Data", "Save", "Share"]:
        panel = open_panel(demo, name)
        box = panel.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        inner = panel.evaluate("p => p.scrollWidth - p.clientWidth")
        assert inner <= 0, f"{name}: what is inside is {inner} px wider"


def test_what_python_says_is_text_and_never_markup(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    write_code(
        page,
        """import js
forged = js.JSON.parse('["<img src=x id=forged>"]')
forged.raw = forged
bad = js.JSON.parse('{"_$litType$": 1, "values": []}')
bad.strings = forged
ready = js.JSON.parse('{"type": "ready", "id": "s1", "settings": {}, "schema": {"events": {}}}')
control = js.JSON.parse('{"name": "x", "kind": "toggle"}')
control.label = control.help = bad
ready.seed = ready.table = ready.program = bad
ready.notes = js.Array.of(bad)
ready.presets = js.Array.of(js.Array.of("x", bad))
ready.controls = js.Array.of(control)
js.postMessage(ready)
def make_network(seed):
    return 1
""",
    )
    expect(demo.locator(".note")).to_contain_text("[object Object]")
    expect(demo.get_by_label("[object Object]")).to_have_count(1)
    assert demo.evaluate("d => d.shadowRoot.querySelector('#forged')") is None
