"""Trainers side by side: every method is seen, and the better ones are ahead."""

from __future__ import annotations

import re

from conftest import Site
from playwright.sync_api import Locator, Page, expect
from test_learning import button, open_demo

NAMES = [
    "Gradient descent",
    "Momentum",
    "Nesterov",
    "Adagrad",
    "Adadelta",
    "RMSprop",
    "Adam",
]


def losses(demo: Locator) -> dict[str, float]:
    rows = [re.split(r"\s+(?=[\d–])", row) for row in demo.locator("tbody tr").all_inner_texts()]
    return {row[0].strip(): float(row[2]) for row in rows}


def test_all_methods_are_seen_with_a_plane_a_row_and_a_curve(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "trainers", "#play=0")
    expect(demo.locator(".one .method")).to_have_text(NAMES)
    assert list(losses(demo)) == NAMES
    assert len(set(losses(demo).values())) == 1
    for _ in range(3):
        button(demo, "Step").click()
    expect(demo).to_have_attribute("data-step", "3")
    assert len(set(losses(demo).values())) > 4  # to three digits two may be alike
    planes = demo.locator(".one canvas.field").all()
    assert len({plane.evaluate("c => c.toDataURL()") for plane in planes}) == 7
    curves = demo.locator(".curves canvas")
    before = curves.evaluate("c => c.toDataURL()")
    button(demo, "Step").click()
    expect(demo).to_have_attribute("data-step", "4")
    assert curves.evaluate("c => c.toDataURL()") != before
    label = demo.locator(".curves [role=img]")
    for name in NAMES:
        expect(label).to_have_attribute("aria-label", re.compile(name))


def test_adam_and_momentum_beat_plain_descent(page: Page, site: Site) -> None:
    link = "#methods=sgd,nesterov,adam&speed=max&play=1"
    demo = open_demo(page, site, "trainers", link)
    expect(demo).to_have_attribute("data-step", re.compile(r"^[6-9]\d\d$|^\d{4,}$"))
    button(demo, "Pause").click()
    # Each single loss jumps; the steps that it took are the steadier measure.
    arrived = [row.split()[-1] for row in demo.locator("tbody tr").all_inner_texts()]
    plain, nesterov, adam = (9999 if at == "–" else int(at) for at in arrived)
    assert max(nesterov, adam) < plain


def test_methods_can_be_left_out(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "trainers", "#play=0")
    demo.get_by_role("checkbox", name="Adadelta").uncheck()
    expect(demo.locator(".one .method")).to_have_text([n for n in NAMES if n != "Adadelta"])
    expect(page).to_have_url(re.compile("methods="))
    demo.get_by_role("checkbox", name="AdamW").check()
    expect(demo.locator("tbody tr")).to_have_count(7)


def test_in_the_valley_each_method_has_a_path(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "trainers", "#preset=valley&play=0")
    expect(demo.locator(".planes")).to_be_hidden()
    tracks = demo.locator(".map .track")
    expect(tracks).to_have_count(7)
    for _ in range(3):
        button(demo, "Step").click()
    expect(demo).to_have_attribute("data-step", "3")
    assert all(str(t.get_attribute("d")).count("L") == 3 for t in tracks.all())
    starts = {str(t.get_attribute("d")).split("L")[0] for t in tracks.all()}
    assert len(starts) == 1


def test_one_that_runs_away_is_stopped_and_the_others_go_on(page: Page, site: Site) -> None:
    link = "#problem=valley&rates=same&learning_rate=2.5&methods=sgd,adagrad&play=1"
    demo = open_demo(page, site, "trainers", link)
    expect(demo.locator(".status")).to_contain_text("Ran away and was stopped: Gradient descent")
    expect(demo.locator(".lost")).to_have_text(re.compile(r"lost at \d+"))
    step = int(demo.get_attribute("data-step") or 0)
    expect(demo).not_to_have_attribute("data-step", str(step))
