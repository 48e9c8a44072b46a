"""The classifier as a visitor uses it: more classes, and a look into the layers."""

from __future__ import annotations

import re

from conftest import Site
from playwright.sync_api import Locator, Page, expect
from test_learning import button, number, open_demo


def painted(canvas: Locator) -> str:
    return str(canvas.evaluate("c => c.toDataURL()"))


def test_eight_classes_are_learnt(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#preset=eight-classes&speed=1000&play=1")
    expect(demo.locator(".plane .brush input")).to_have_count(9)
    expect(demo).to_have_attribute("data-accuracy", re.compile(r"^(1(\.0+)?|0\.9[5-9]\d*)$"))


def test_the_bent_plane_moves_while_it_learns(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    bent = demo.locator(".bent canvas")
    before = painted(bent)
    # Points lie where the two units put them: tanh keeps them within -1 and 1.
    marks = demo.locator(".bent .point")
    expect(marks).to_have_count(100)
    place = marks.first.get_attribute("transform")
    for _ in range(3):
        button(demo, "Step").click()
    expect(demo).to_have_attribute("data-step", "3")
    assert painted(bent) != before
    assert marks.first.get_attribute("transform") != place
    button(demo, "Reset").click()
    expect(demo).to_have_attribute("data-step", "0")
    expect(marks.first).to_have_attribute("transform", str(place))


def test_another_layer_and_other_units_can_be_looked_at(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    layers = demo.get_by_role("group", name="Layer to look into").get_by_role("button")
    expect(layers).to_have_text(["Dense(6, tanh)", "Dense(2, tanh)", "Softmax(2)"])
    expect(layers.nth(1)).to_have_attribute("aria-pressed", "true")
    layers.first.click()
    tiles = demo.get_by_role("group", name="Units of the layer").get_by_role("button")
    expect(tiles).to_have_count(6)
    before = painted(demo.locator(".bent canvas"))
    demo.get_by_label("across").select_option("unit 4")
    expect(demo.locator(".bent svg")).to_contain_text("unit 4")
    assert painted(demo.locator(".bent canvas")) != before


def test_the_surface_of_a_unit_can_be_looked_at_large_by_keyboard(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    field = demo.locator(".plane canvas.field")
    answer = painted(field)
    tile = demo.get_by_role("group", name="Units of the layer").get_by_role("button").first
    tile.focus()
    page.keyboard.press("Enter")
    expect(tile).to_have_attribute("aria-pressed", "true")
    assert painted(field) != answer
    page.keyboard.press("Enter")
    expect(tile).to_have_attribute("aria-pressed", "false")
    assert painted(field) == answer


def test_layers_are_typed_in_and_the_network_follows(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    hidden = demo.get_by_label("Hidden layers")
    hidden.fill("3:relu, 4")
    hidden.press("Enter")
    layers = demo.get_by_role("group", name="Layer to look into").get_by_role("button")
    expect(layers).to_have_text(["Dense(3, relu)", "Dense(4, tanh)", "Softmax(2)"])
    expect(page).to_have_url(re.compile("hidden=3(:|%3A)relu(,|%2C)4"))
    hidden.fill("many")
    hidden.press("Enter")
    expect(demo.locator(".note")).to_contain_text("is not a list of layers")
    assert number(demo, "step") == 0
