"""What a visitor brings and takes home: tables, files, pictures, links."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
from conftest import ROOT, Site
from playwright.sync_api import BrowserContext, Locator, Page, expect
from test_faults import open_panel
from test_learning import button, open_demo, pixels
from test_panels import wish

SVG = "{http://www.w3.org/2000/svg}"
RING = "x,y,class\n" + "".join(
    f"{r * np.cos(a):.3f},{r * np.sin(a):.3f},{label}\n"
    for r, label in [(1, "in"), (3, "out")]
    for a in np.arange(0, 6.2, 0.6)
)


def drop(demo: Locator, name: str, content: str) -> None:
    """Lets go of a file above the demo."""
    demo.locator(".plane").evaluate(
        """(place, [name, content]) => {
            const data = new DataTransfer();
            data.items.add(new File([content], name));
            for (const type of ["dragover", "drop"])
                place.dispatchEvent(new DragEvent(type, {
                    dataTransfer: data, bubbles: true, composed: true, cancelable: true,
                }));
        }""",
        [name, content],
    )


def saved(page: Page, demo: Locator, name: str) -> bytes:
    open_panel(demo, "Save")
    with page.expect_download() as download:
        button(demo, name).click()
    return Path(download.value.path()).read_bytes()


# Data


def test_a_pasted_table_becomes_the_data_and_comes_back_as_a_file(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    panel = open_panel(demo, "Data")
    panel.get_by_label("Your own table").fill(RING)
    button(panel, "Use it").click()
    expect(wish(demo)).to_have_text("Used.")
    expect(demo.locator("[role=application] g.point")).to_have_count(22)
    expect(page).to_have_url(re.compile("points="))
    with page.expect_download() as download:
        button(panel, "Download the data (CSV)").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text())))
    assert len(rows) == 23
    panel.get_by_label("Your own table").fill("this is\nno table")
    button(panel, "Use it").click()
    expect(panel.get_by_role("alert")).to_be_visible()
    expect(demo.locator("[role=application] g.point")).to_have_count(22)


def test_a_file_dropped_anywhere_is_used_and_a_wrong_one_refused(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    drop(demo, "ring.csv", RING)
    expect(demo.locator("[role=application] g.point")).to_have_count(22)
    drop(demo, "picture.png", "\x89PNG\0\0\0")
    expect(demo.get_by_role("alert")).to_contain_text("not a text file")
    drop(demo, "large.csv", "1,2,0\n" * 200_000)
    expect(demo.get_by_role("alert")).to_contain_text("larger than 1 MB")
    expect(demo.locator("[role=application] g.point")).to_have_count(22)


# Save


def test_the_exported_python_runs_and_predicts(page: Page, site: Site, tmp_path: Path) -> None:
    demo = open_demo(page, site, "classifier", "#play=0&data=circle")
    for name in ["Python with pyml", "Python with NumPy alone"]:
        (tmp_path / "net.py").write_bytes(saved(page, demo, name))
        answer = subprocess.run(
            [sys.executable, tmp_path / "net.py"],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert answer.returncode == 0, answer.stderr


def test_the_other_files_are_what_they_say(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    button(demo, "Step").click()
    expect(demo).to_have_attribute("data-step", "1")
    assert json.loads(saved(page, demo, "ConvNetJS (JSON)"))["layers"]
    arrays = np.load(io.BytesIO(saved(page, demo, "pyml file (npz)")))
    assert arrays.files
    header = saved(page, demo, "Curves (CSV)").decode().splitlines()[0]
    assert "loss" in header
    assert len(saved(page, demo, "Points (CSV)").decode().splitlines()) == 101
    expect(wish(demo)).to_have_text("Saved.")


def test_the_picture_stands_by_itself(page: Page, site: Site, context: BrowserContext) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    svg = saved(page, demo, "Picture (SVG)").decode()
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    texts = " ".join(t for text in root.iter(f"{SVG}text") for t in text.itertext())
    for part in ["A small network", "Step 0 · seed 0", "loss", "x1"]:
        assert part in texts, part
    assert "var(" not in svg
    assert "class=" not in svg
    assert len(list(root.iter(f"{SVG}image"))) >= 2
    # Without our style sheets it shows what the page shows: points in their colours.
    site.pages["picture.svg"] = svg
    site.pages["alone.html"] = (
        '<!doctype html><html lang="en"><title>Alone</title><link rel="icon" href="icon.svg">'
        '<img src="picture.svg" alt="The picture"></html>'
    )
    page.goto(f"{site.url}alone.html")
    painted = page.evaluate(
        """async () => {
            const image = new Image();
            image.src = URL.createObjectURL(new Blob(
                [await (await fetch("picture.svg")).text()], {type: "image/svg+xml"}));
            await image.decode();
            const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
            canvas.drawImage(image, 0, 0);
            const data = canvas.getImageData(0, 0, image.width, image.height).data;
            const near = (r, g, b) => {
                let n = 0;
                for (let i = 0; i < data.length; i += 4)
                    if ([r, g, b].every((part, k) => Math.abs(data[i + k] - part) < 12)) n += 1;
                return n;
            };
            return [near(0x1f, 0x6f, 0xd6), near(0xd9, 0x68, 0x0a)];
        }"""
    )
    assert min(painted) > 1000, painted


def test_the_picture_is_a_png_too(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    png = saved(page, demo, "Picture (PNG)")
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) > 1500
    assert len(png) > 30_000


# Share


def test_a_copied_link_brings_the_same_frame(
    page: Page, site: Site, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    demo = open_demo(page, site, "classifier", "#play=0&data=spiral&noise=0.2&seed=3")
    panel = open_panel(demo, "Share")
    panel.get_by_label("Learning rate").check()
    button(panel, "Copy link").click()
    expect(panel.get_by_text("Link copied.")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "hide=learning_rate" in link
    other = context.new_page()
    other.goto(link)
    again = other.locator("pyml-demo")
    expect(again).to_have_attribute("status", "ready")
    assert pixels(again) == pixels(demo)
    expect(again.get_by_label("Learning rate")).to_have_count(0)
    button(panel, "Copy embed code").click()
    expect(panel.get_by_text("Embed code copied.")).to_be_visible()
    code = page.evaluate("navigator.clipboard.readText()")
    assert "embed=1" in code
    site.pages["deck.html"] = (
        '<!doctype html><html lang="en"><title>Deck</title><link rel="icon" href="icon.svg">'
        f"<h1>A slide</h1>{code}</html>"
    )
    other.goto(f"{site.url}deck.html")
    framed = other.frame_locator("iframe").locator("pyml-demo")
    expect(framed).to_have_attribute("status", "ready")
    assert pixels(framed) == pixels(demo)


def test_where_copying_is_not_allowed_the_text_is_selected(page: Page, site: Site) -> None:
    page.add_init_script(
        "navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))"
    )
    demo = open_demo(page, site, "perceptron", "#play=0")
    panel = open_panel(demo, "Share")
    button(panel, "Copy link").click()
    expect(panel).to_contain_text("The text is selected")
    field = panel.get_by_label("Link to the demo")
    assert field.evaluate("f => f.value.slice(f.selectionStart, f.selectionEnd)") == (
        field.input_value()
    )
