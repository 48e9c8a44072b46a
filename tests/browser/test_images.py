"""The demos of images: they learn, and every number inside can be looked at."""

from __future__ import annotations

import re

import pytest
from conftest import Site
from playwright.sync_api import Locator, Page, expect
from test_access import check
from test_learning import button, number, open_demo


def painted(canvas: Locator) -> str:
    return str(canvas.evaluate("c => c.toDataURL()"))


def tab(demo: Locator, name: str) -> Locator:
    return demo.get_by_role("tab", name=name)


def maps(demo: Locator, layer: int) -> Locator:
    """The channels of a layer, once they are drawn."""
    found = demo.locator(".layers .pyramid > li").nth(layer)
    found.scroll_into_view_if_needed()
    expect(found).not_to_have_class(re.compile("missing"))
    return found.locator(".maps")


def numbers(table: Locator) -> list[float]:
    return [float(text.replace("−", "-")) for text in table.locator("td").all_inner_texts()]


def test_digits_are_learnt_and_the_curves_are_drawn(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "digits", "#play=1&speed=max")
    expect(demo).to_have_attribute("data-step", re.compile(r"[2-9]\d\d|\d{4,}"), timeout=90_000)
    button(demo, "Pause").click()
    expect(demo.locator(".losses .u-over, .losses canvas").first).to_be_visible()
    expect(demo.locator(".accuracies figcaption")).to_contain_text(re.compile(r"validation 0\.\d"))
    assert number(demo, "loss") < 1.5  # guessing costs 2.3
    expect(demo.locator(".counts")).to_contain_text(re.compile(r"examples seen\s*[\d,]{4,}"))


@pytest.mark.parametrize("name", ["cifar10", "digits"])
def test_images_are_gone_through(page: Page, site: Site, name: str) -> None:
    demo = open_demo(page, site, name, "#play=0")
    picture = demo.locator(".seen .picture")
    expect(picture).to_have_attribute("aria-label", re.compile("test image 0 of"))
    before = painted(picture.locator("canvas"))
    demo.get_by_role("button", name="Next image").click()
    expect(picture).to_have_attribute("aria-label", re.compile("test image 1 of"))
    assert painted(picture.locator("canvas")) != before
    expect(
        demo.get_by_role("list", name="The three likeliest").get_by_role("listitem")
    ).to_have_count(3)


def test_a_pixel_is_the_sum_of_its_products(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "cifar10", "#play=0")
    maps(demo, 1).click(position={"x": 20, "y": 20})
    cell = demo.get_by_role("region", name="Arithmetic of one value")
    expect(cell).to_contain_text("Conv(16, 5, pad=2")
    patch, weights, products = (
        numbers(cell.get_by_role("table", name=name)) for name in ("Patch", "Filter", "Products")
    )
    assert len(patch) == len(weights) == len(products) == 25
    shown = cell.get_by_label("Input channel").locator("option:checked").inner_text()
    adds = float(shown.partition("adds ")[2].replace("−", "-"))
    # Two decimals of each are shown.
    assert abs(sum(products) - adds) < 25 * 0.005 + 0.01
    assert all(abs(p * w - q) < 0.02 for p, w, q in zip(patch, weights, products, strict=True))
    # The patch is framed in the layer before and in the large image.
    expect(demo.locator(".pyramid > li").first.locator(".frame")).to_have_count(3)
    expect(demo.locator(".seen .frame")).to_have_count(1)
    button(cell, "Close").click()
    expect(cell).to_be_hidden()


def test_layers_are_walked_through_by_keyboard(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "digits", "#play=0")
    maps(demo, 0).focus()
    cell = demo.get_by_role("region", name="Arithmetic of one value")
    page.keyboard.press("PageDown")
    expect(cell.get_by_role("heading").first).to_contain_text("row 1, column 1, channel 1")
    for key in ["ArrowRight", "ArrowDown", "ArrowDown", "Shift+ArrowRight"]:
        page.keyboard.press(key)
    expect(cell.get_by_role("heading").first).to_contain_text("row 3, column 2, channel 2")
    expect(demo.locator(".readout").first).to_contain_text("channel 2, row 3, column 2: about")
    for _ in range(2):
        page.keyboard.press("PageDown")
    # A window of a pool, with the one that won.
    expect(cell.get_by_role("table", name="Window").locator(".winner")).to_have_count(1)
    for _ in range(9):
        page.keyboard.press("PageDown")
    expect(cell.locator(".softmax tbody tr")).to_have_count(10)
    expect(demo.locator(".maps:focus")).to_have_attribute("aria-label", re.compile("Softmax"))


def test_gradients_filters_and_the_pixels_that_count(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "cifar10", "#play=0")
    canvas = maps(demo, 1).locator("canvas")
    activations = painted(canvas)
    button(demo, "Gradients").click()
    expect(demo.locator(".what")).to_contain_text("for the loss to rise")
    page.wait_for_timeout(500)
    assert painted(canvas) != activations
    button(demo, "Filters").click()
    expect(demo.get_by_role("img", name=re.compile("16 filters of 5 × 5"))).to_be_visible()
    seen = demo.locator(".seen canvas")
    before = painted(seen)
    demo.get_by_label("Pixels that count for").select_option("cat")
    expect(demo.locator(".seen .picture")).to_have_attribute("aria-label", re.compile("marked"))
    assert painted(seen) != before


def test_what_excites_a_channel_is_found(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "digits", "#play=0")
    maps(demo, 2).click()
    demo.get_by_role("button", name=re.compile("Which images excite channel")).click()
    thumbs = demo.locator(".thumbs .picture")
    expect(thumbs).to_have_count(9)
    expect(thumbs.first.locator(".frame")).to_have_count(1)


def test_the_image_is_moved_by_keys_and_the_answer_follows(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "digits", "#play=0")
    tab(demo, "Layers").focus()
    page.keyboard.press("ArrowRight")
    expect(tab(demo, "Move it")).to_have_attribute("aria-selected", "true")
    still, hand = demo.locator(".moving canvas").all()
    assert painted(still) == painted(hand)
    demo.get_by_role("application", name="The image, to be moved").focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    expect(page).to_have_url(re.compile("shift_x=12"))
    expect(demo.get_by_label("Move right").last).to_have_value("12")
    page.wait_for_timeout(300)
    assert painted(still) != painted(hand)
    expect(demo.locator(".answers")).to_contain_text(", before")
    page.keyboard.press("0")
    expect(page).not_to_have_url(re.compile("shift_x"))
    page.wait_for_timeout(300)
    assert painted(still) == painted(hand)


def test_maps_are_sent_only_while_somebody_sees_them(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 390, "height": 600})
    demo = open_demo(page, site, "digits", "#play=0")
    row = demo.locator(".layers .pyramid > li").first
    expect(row).to_have_class(re.compile("missing"))
    row.scroll_into_view_if_needed()
    expect(row).not_to_have_class(re.compile("missing"))
    tab(demo, "Results").click()
    tab(demo, "Layers").click()
    expect(row).not_to_have_class(re.compile("missing"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_inside_is_accessible(page: Page, site: Site, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    demo = open_demo(page, site, "digits", "#play=0")
    maps(demo, 1).click()
    expect(demo.get_by_role("table", name="Products")).to_be_visible()
    check(page, "pyml-demo")
    demo.locator(".maps:focus").press("End")
    for _ in range(9):
        page.keyboard.press("PageDown")
    expect(demo.locator(".softmax")).to_be_visible()
    check(page, "pyml-demo")
    button(demo, "Filters").click()
    expect(demo.get_by_role("img", name=re.compile("8 filters"))).to_be_visible()
    tab(demo, "Move it").click()
    check(page, "pyml-demo")
