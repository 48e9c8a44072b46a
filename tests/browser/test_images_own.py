"""The demos of images with what a visitor brings: pictures, drawings, classes, files, a run."""

from __future__ import annotations

import io
import re
import tarfile
import zlib
from pathlib import Path

import pytest
from conftest import DIST, Site, Watch
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from test_learning import button, number, open_demo

pytestmark = pytest.mark.skipif(
    not (DIST / "demos" / "digits").exists(), reason="the site has no demos of images yet"
)

#: for `add_init_script`: a camera that sees a canvas
CAMERA = """
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  setInterval(() => { context.fillStyle = "#777"; context.fillRect(0, 0, 300, 150); }, 50);
  window.camera = canvas.captureStream();
  return window.camera;
};
"""
#: the pixels of a part of a canvas, read from a copy, which no canvas that is drawn on likes
PIXELS = """(canvas, [x, y, width, height]) => {
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return [...context.getImageData(x, y, width, height).data];
}"""
FULL = """
IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
"""


def png(colour: object = 200, size: tuple[int, int] = (40, 30), kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB" if isinstance(colour, tuple) else "L", size, colour).save(stream, kind)  # type: ignore[arg-type]
    return stream.getvalue()


def large() -> bytes:
    """The beginning of a PNG of 40 megapixels."""
    body = b"IHDR" + (8000).to_bytes(4) + (5000).to_bytes(4) + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)


def archive(records: int) -> bytes:
    """An archive of CIFAR-10 with one batch to learn from and one to test."""
    data = b"".join(bytes([i % 10]) + bytes([i % 256]) * 3072 for i in range(records))
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as made:
        for name in ("data_batch_1.bin", "test_batch.bin"):
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def file(name: str, data: bytes, mime: str = "") -> dict[str, object]:
    return {"name": name, "mimeType": mime, "buffer": data}


def tab(demo: Locator, name: str) -> Locator:
    """The panel of a tab, which is opened."""
    demo.get_by_role("tab", name=name).click()
    return demo.get_by_role("tabpanel", name=name)


def steps(demo: Locator, n: int) -> None:
    """Makes so many steps more."""
    if re.search(r"\b0 to learn", demo.locator(".counts").inner_text()):
        button(demo, "Step").click()  # has them fetched
        expect(demo.locator(".counts")).to_contain_text(re.compile(r"[1-9][\d,]* to learn"))
    then = number(demo, "step")
    for i in range(n):
        button(demo, "Step").click()
        expect(demo).to_have_attribute("data-step", str(int(then) + i + 1))


def pixels(canvas: Locator, x: int, y: int, width: int = 1, height: int = 1) -> list[int]:
    """Red, green, blue and opacity of each pixel."""
    return list(canvas.evaluate(PIXELS, [x, y, width, height]))


def light(canvas: Locator, rows: int) -> int:
    """How many pixels in the upper rows are light."""
    return sum(value > 128 for value in pixels(canvas, 0, 0, 28, rows)[::4])


def shown(panel: Locator) -> Locator:
    """What the network sees, in “Your own”."""
    return panel.locator(".seen-so")


def carry(page: Page, kind: str, to: str, name: str, mime: str, data: bytes) -> None:
    """Drops or pastes a file."""
    page.evaluate(
        """([kind, to, name, mime, data]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(data)], name, { type: mime }));
          const root = document.querySelector("pyml-demo").shadowRoot;
          const target = to ? root.querySelector(to) : document.body;
          const all = { bubbles: true, composed: true, cancelable: true };
          const event = kind === "paste"
            ? new ClipboardEvent("paste", { ...all, clipboardData: transfer })
            : new DragEvent(kind, { ...all, dataTransfer: transfer });
          target.dispatchEvent(event);
        }""",
        [kind, to, name, mime, list(data)],
    )


def test_test_images_are_judged_and_the_matrix_leads_to_them(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "digits", "#play=0")
    panel = tab(demo, "Results")
    expect(panel.locator(".judged")).to_contain_text("of 2,000 test images", timeout=60_000)
    rows = panel.get_by_role("row")
    expect(rows).to_have_count(12)
    cells = [
        [int(t) if t != "·" else 0 for t in r.locator("td").all_inner_texts()]
        for r in rows.all()[1:]
    ]
    assert cells[10][10] == sum(row[10] for row in cells[:10]) == 2000
    assert all(sum(row[:10]) == row[10] for row in cells)
    button(panel, "The most confident mistakes").click()
    expect(panel.get_by_text("✗ it is").first).to_be_visible()
    expect(panel.get_by_text("✓ right")).to_have_count(0)
    # By keyboard to the sum of the first row: all zeros.
    panel.locator("tbody td").first.click()
    for key in ("Home", "End", "Enter"):
        page.keyboard.press(key)
    expect(panel.locator(".choice-of")).to_contain_text("All that are 0")
    last = panel.locator(".tile:not([hidden]) button").last
    expect(last).to_have_attribute("aria-label", re.compile(r"Look at image \d+, 0"))
    index = re.findall(r"\d+", str(last.get_attribute("aria-label")))[0]
    last.click()
    expect(demo.locator(".seen")).to_contain_text(f"test image {index}")


def test_a_drawing_is_classified_by_mouse_and_by_keys(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "digits", "#play=0")
    panel = tab(demo, "Your own")
    pad = panel.get_by_label("Pad to draw on")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 40, steps=8)
    page.mouse.up()
    expect(shown(panel)).to_contain_text("your drawing")
    canvas = shown(panel).locator("canvas")
    assert 20 < light(canvas, 28) < 120
    button(panel, "Clear").click()
    pad.focus()
    for key in ["Space", *["ArrowRight"] * 6, "Space"]:
        page.keyboard.press(key)
    expect(shown(panel)).to_contain_text("your drawing")
    page.wait_for_timeout(300)
    assert light(canvas, 8) == 0
    button(panel, "Back to the test images").click()
    expect(shown(panel)).to_contain_text("test image")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("cat.png", b"a cat, in words", "“cat.png” is a text, whatever its name"),
        ("none.jpg", b"", "“none.jpg” is empty"),
        ("plan.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "“plan.svg” is a drawing (SVG)"),
        ("sky.png", large(), "“sky.png” has 40 megapixels (8000 × 5000)"),
        ("torn.png", png()[:60], "“torn.png” is a damaged PNG file"),
        ("song.gif", bytes(range(200, 256)), "“song.gif” is no picture"),
    ],
)
def test_what_is_no_picture_is_told_and_training_goes_on(
    page: Page, site: Site, name: str, data: bytes, says: str
) -> None:
    demo = open_demo(page, site, "digits", "#play=1&speed=30")
    panel = tab(demo, "Your own")
    panel.get_by_label("Choose a picture").set_input_files([file(name, data)])  # type: ignore[list-item]
    alert = panel.locator(".told-wrong")
    expect(alert).to_contain_text(says)
    expect(alert).to_contain_text("PNG, JPEG")
    then = number(demo, "step")
    expect(demo).not_to_have_attribute("data-step", str(int(then)))
    expect(demo).to_have_attribute("status", "running")


def test_pictures_are_turned_cropped_and_scaled_wherever_they_come_from(
    page: Page, site: Site
) -> None:
    demo = open_demo(page, site, "cifar10", "#play=0")
    panel = tab(demo, "Your own")
    canvas = shown(panel).locator("canvas")
    # Red in the middle, blue to the sides: they are cut off.
    wide = Image.new("RGB", (300, 100), (0, 0, 255))
    wide.paste((255, 0, 0), (100, 0, 200, 100))
    stream = io.BytesIO()
    wide.save(stream, "PNG")
    carry(page, "drop", ".seen", "wide.png", "image/png", stream.getvalue())
    expect(shown(panel)).to_contain_text("wide.png")
    assert pixels(canvas, 16, 16)[:3] == [255, 0, 0]
    assert pixels(canvas, 0, 0)[:3] == [255, 0, 0]
    # Lying on its side, as cameras write it: green is on top once it is turned.
    lying = Image.new("RGB", (100, 100), (0, 255, 0))
    lying.paste((255, 255, 255), (50, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = io.BytesIO()
    lying.save(stream, "JPEG", exif=exif)
    carry(page, "paste", "", "lying.jpg", "image/jpeg", stream.getvalue())
    expect(shown(panel)).to_contain_text("lying.jpg")
    page.wait_for_timeout(200)
    red, green, *_ = pixels(canvas, 28, 3)
    assert green > 200
    assert red < 60
    frames = [Image.new("L", (9, 9), value) for value in (0, 255)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], loop=0)
    panel.get_by_label("Choose a picture").set_input_files(
        [file("moves.gif", stream.getvalue(), "image/gif")]  # type: ignore[list-item]
    )
    expect(shown(panel)).to_contain_text("moves.gif, its first picture")


def test_a_camera_is_asked_for_only_then_and_goes_off_again(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "digits", "#play=0")
    panel = tab(demo, "Your own")
    button(panel, "Use the camera").click()
    expect(panel.get_by_role("alert").first).to_contain_text("file instead")
    page.add_init_script(CAMERA)
    page.reload()
    panel = tab(demo, "Your own")
    assert page.evaluate("window.camera === undefined")
    ended = "window.camera.getTracks().every((track) => track.readyState === 'ended')"
    button(panel, "Use the camera").click()
    button(panel, "Take it").click()
    expect(shown(panel)).to_contain_text("your photograph")
    expect(button(panel, "Use the camera")).to_be_visible()
    assert page.evaluate(ended)
    button(panel, "Use the camera").click()
    expect(button(panel, "Take it")).to_be_visible()
    demo.get_by_role("tab", name="Layers").click()
    page.wait_for_timeout(500)
    assert page.evaluate(ended)


def test_own_classes_are_learnt_and_told_apart(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "cifar10", "#play=0")
    panel = tab(demo, "Your own")
    cards = panel.locator(".card-of-class")
    expect(button(panel, "Train")).to_be_disabled()
    for card, name, colour in zip(cards.all(), ("red", "blue"), (0, 2), strict=True):
        card.get_by_role("textbox").fill(name)
        card.get_by_role("textbox").press("Enter")
        shades = [tuple(200 + 5 * i if c == colour else 9 * i for c in range(3)) for i in range(6)]
        pictures = [file(f"{i}.png", png(shade), "image/png") for i, shade in enumerate(shades)]
        card.get_by_label("Add pictures").set_input_files(pictures)  # type: ignore[arg-type]
        expect(card).to_contain_text("6 pictures")
    carry(page, "drop", ".card-of-class", "a.png", "image/png", png((240, 20, 20)))
    expect(cards.first).to_contain_text("7 pictures")
    carry(page, "drop", ".card-of-class", "b.png", "image/png", b"text")
    expect(cards.first.get_by_role("alert")).to_contain_text("“b.png” is a text")
    button(panel, "Train").click()
    expect(panel.locator(".teach")).to_contain_text(re.compile(r"left out, 100 % are told right"))
    carry(page, "drop", ".seen", "new.png", "image/png", png((10, 10, 230)))
    expect(panel.locator(".prediction li.first")).to_contain_text("blue")
    button(cards.first, "Forget all").click()
    expect(cards.first).to_contain_text("No pictures yet")
    expect(panel.locator(".prediction")).to_have_count(0)
    expect(panel.locator(".teach")).to_contain_text("at least two classes")


def test_an_archive_is_learnt_from_and_a_damaged_one_is_told(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "cifar10", "#play=0")
    counts = demo.locator(".counts")
    expect(counts).to_contain_text("20 to test")
    whole = archive(60)
    button(demo, "Data").click()
    choose = demo.get_by_label("Files")
    choose.set_input_files([file("cifar-10-binary.tar.gz", whole)])  # type: ignore[list-item]
    expect(counts).to_contain_text("54 to learn, 6 to validate, 60 to test")
    steps(demo, 2)
    choose.set_input_files([file("cut.tar.gz", whole[: len(whole) // 3])])  # type: ignore[list-item]
    expect(demo.get_by_role("alert").first).to_contain_text(re.compile("cut.tar.gz.*get it again"))
    steps(demo, 1)
    choose.set_input_files([file("notes.tar.gz", b"my notes")])  # type: ignore[list-item]
    expect(demo.get_by_role("alert").first).to_contain_text("notes.tar.gz")


def test_a_network_that_was_saved_is_opened_again(page: Page, site: Site, tmp_path: Path) -> None:
    demo = open_demo(page, site, "digits", "#play=0")
    steps(demo, 2)
    for label, name in (("pyml file (npz)", "digits.npz"), ("ConvNetJS (JSON)", "digits.json")):
        button(demo, "Save").click()
        with page.expect_download() as download:
            button(demo, label).click()
        download.value.save_as(tmp_path / name)
        button(demo, "Data").click()
        demo.get_by_label("Files").set_input_files(tmp_path / name)
        expect(demo.locator(".note")).to_contain_text(f"The network is now “{name}”")
        expect(demo).to_have_attribute("data-step", "0")
    demo.get_by_label("Files").set_input_files([file("hell.json", b'{"layers": [')])  # type: ignore[list-item]
    expect(demo.get_by_role("alert").first).to_contain_text("hell.json")
    steps(demo, 1)


def test_a_run_that_is_kept_goes_on_after_the_page_was_closed(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "digits", "#play=0")
    steps(demo, 2)
    button(demo, "Save").click()
    demo.get_by_role("switch").check()
    expect(demo.locator(".keep")).to_contain_text("2 steps")
    steps(demo, 3)
    expect(demo.locator(".keep")).to_contain_text("5 steps")
    page.reload()
    expect(demo).to_have_attribute("data-step", "5")
    expect(demo.locator(".note")).to_contain_text("5 steps, is back")
    steps(demo, 1)
    button(demo, "Begin anew").click()
    expect(demo).to_have_attribute("data-step", "0")
    page.reload()
    expect(demo).to_have_attribute("data-step", "0")
    button(demo, "Save").click()
    keep = demo.locator(".keep")
    expect(keep.get_by_role("switch")).not_to_be_checked()
    button(keep, "Bring it back").click()
    expect(demo).to_have_attribute("data-step", re.compile("^[56]$"))
    button(keep, "Delete it from this browser").click()
    expect(keep).to_contain_text("Nothing is kept now")
    page.reload()
    expect(demo).to_have_attribute("data-step", "0")
    expect(demo.locator(".note")).to_have_count(0)


def test_another_link_is_followed_and_what_is_kept_is_offered(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "digits", "#play=0")
    steps(demo, 2)
    button(demo, "Save").click()
    demo.get_by_role("switch").check()
    expect(demo.locator(".keep")).to_contain_text("2 steps")
    page.goto("about:blank")
    open_demo(page, site, "digits", "#seed=7&play=0")
    expect(demo).to_have_attribute("data-step", "0")
    expect(demo.locator(".note")).to_contain_text("the link says something else")
    button(demo.locator(".note"), "Bring it back").click()
    expect(demo).to_have_attribute("data-step", "2")


def test_storage_that_is_full_is_told_and_nothing_is_lost(
    page: Page, site: Site, watch: Watch
) -> None:
    page.add_init_script(FULL)
    demo = open_demo(page, site, "digits", "#play=0")
    steps(demo, 1)
    button(demo, "Save").click()
    demo.get_by_role("switch").check()
    expect(demo.locator(".keep").get_by_role("alert")).to_contain_text("no more room")
    steps(demo, 1)
