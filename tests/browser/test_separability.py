"""Separability as a visitor does it: building, looking, setting weights, Playground's links."""

import pytest
from playwright.sync_api import Page, expect

TALK = "#networkShape=3&dataset=circle&noise=0&seed=0.14065&discretize=true&noise_hide=true"


def start(page: Page, site, link: str = "#play=0"):
    page.goto(f"{site.url}demos/separability/{link}")
    demo = page.locator("pyml-demo")
    expect(demo).to_have_attribute("drawn", "")
    return demo


def reaches(page: Page, demo, name: str, reached) -> float:
    """Waits until the number that the element shows is as wanted."""
    for _ in range(240):
        value = float(demo.get_attribute(f"data-{name}") or "nan")
        if reached(value):
            return value
        page.wait_for_timeout(250)
    raise AssertionError(f"{name} is {value}")


@pytest.mark.parametrize("units", ["3", "5"])
def test_enough_units_close_the_ring(page, site, units):
    demo = start(page, site, f"#preset=circle-{units}&play=1")
    reaches(page, demo, "accuracy", lambda value: value >= 0.98)


def test_one_unit_does_not_and_it_is_said_why(page, site):
    demo = start(page, site, "#preset=circle-1&play=1")
    expect(demo.locator(".status")).to_contain_text("one hidden unit cuts the plane once")
    assert float(demo.get_attribute("data-accuracy")) < 0.8


def test_a_network_is_built_with_buttons_and_the_link_says_so(page, site):
    demo = start(page, site)
    demo.get_by_role("button", name="Add a layer").click()
    expect(demo.get_by_role("toolbar", name="Network with 2-4-2-2-1 units")).to_be_visible()
    demo.get_by_role("button", name="More units in layer 1").click()
    demo.get_by_label("Activation of layer 2").select_option("relu")
    demo.get_by_role("button", name="x₁·x₂").click()
    expect(demo.get_by_role("toolbar", name="Network with 3-5-2-2-1 units")).to_be_visible()
    page.wait_for_url("**hidden=5,2%3Arelu,2**")
    page.wait_for_url("**features=x,y,xTimesY**")
    for _ in range(3):
        demo.get_by_role("button", name="Remove the last layer").click()
    expect(demo.get_by_role("toolbar", name="Network with 3-1 units")).to_be_visible()
    expect(demo.get_by_role("button", name="Remove the last layer")).to_be_disabled()


def test_a_weight_is_set_by_hand(page, site):
    demo = start(page, site, "#play=0&hidden=1")
    before = demo.get_attribute("data-loss")
    demo.get_by_role("button", name="weight from x1 to hidden 1").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    expect(demo.get_by_role("button", name="weight from x1 to hidden 1: 2.5")).to_be_attached()
    assert demo.get_attribute("data-loss") != before


def test_a_link_of_the_playground_opens_the_same_set_up(page, site):
    demo = start(page, site, TALK)
    expect(demo.locator(".count")).to_contain_text("seed 0.14065")
    expect(demo.get_by_role("toolbar", name="Network with 2-3-1 units")).to_be_visible()
    expect(demo.get_by_label("Only the sides")).to_be_checked()
    expect(demo.get_by_label("Noise (%)")).to_have_count(0)
    page.wait_for_url("**hidden=3**")
    assert "networkShape" not in page.url


def test_such_a_link_may_be_pasted_as_data(page, site):
    demo = start(page, site)
    demo.get_by_role("button", name="Data", exact=True).click()
    demo.get_by_label("Your own table").fill(
        "https://playground.tensorflow.org/#networkShape=5&dataset=xor&seed=0.5&percTrainData=80"
    )
    demo.get_by_role("button", name="Use it").click()
    expect(demo.get_by_role("toolbar", name="Network with 2-5-1 units")).to_be_visible()
    expect(demo.locator(".count")).to_contain_text("seed 0.5")
    page.wait_for_url("**data=xor**")
    assert "train=80" in page.url
