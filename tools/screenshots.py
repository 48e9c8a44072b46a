"""Pictures of every demo in eight states, by the real site in a real Chromium, for the docs.

Each state is a link and what to wait for, written as the goals of the lessons are.
"""

import functools
import io
import operator
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tools import browser, demos, progress, serve
from tools.places import DIST, ROOT
from tools.problem import Problem

FOLDER = ROOT / "docs" / "screenshots"
DOCUMENT = ROOT / "docs" / "screenshots.md"
STATES = {
    "start": "before the first step",
    "running": "while it learns",
    "learnt": "when it has learnt",
    "stuck": "where it cannot",
    "phone": "on a phone",
    "dark": "in the dark",
    "embed": "alone, as other pages embed it",
    "error": "when something goes wrong",
}
DESK, PHONE, FRAME = (1440, 900), (390, 844), (960, 760)
PATIENCE_SECONDS = 90
LARGEST = 60_000
COLOURS = (256, 64)
MISTAKE = "def make_network(seed)\n    return None\n"

#: demo: (link, goal) for running, learnt and stuck
WAYS = {
    "perceptron": (
        ("data=fruit&rule=delta&learning_rate=2&speed=30&play=1", "step>=40 status=running"),
        ("data=and&speed=max&play=1", "accuracy=1 status=paused"),
        ("data=xor&speed=max&play=1", "step>=60"),
    ),
    "xor": (
        ("preset=two-units&play=1", "step>=20"),
        ("preset=two-units&speed=max&play=1", "accuracy=1 status=paused"),
        ("preset=stuck&speed=max&play=1", "step>=400"),
    ),
    "separability": (
        ("preset=spiral&play=1", "step>=40"),
        ("preset=circle-3&speed=max&play=1", "accuracy>=0.98 step>=200"),
        ("preset=circle-1&speed=max&play=1", "step>=200"),
    ),
    "classifier": (
        ("data=spiral&play=1", "step>=60"),
        ("data=circle&speed=max&play=1", "accuracy=1 step>=400"),
        ("data=random&speed=max&play=1", "step>=400"),
    ),
    "regression": (
        ("preset=five-sigmoid&play=1", "step>=60"),
        ("preset=twenty&speed=max&play=1", "step>=1500"),
        ("preset=one-unit&speed=max&play=1", "step>=1000"),
    ),
    "trainers": (
        ("preset=all&play=1", "step>=40"),
        ("preset=all&speed=max&play=1", "step>=600"),
        ("preset=too-fast&speed=max&play=1", "step>=200"),
    ),
}
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    ">=": operator.ge,
}


def make(only: Sequence[str] | None = None, site: Path = DIST) -> None:
    """Takes the pictures of all demos, or of those in `only`, and writes the page that shows them.

    `site` is the built site. A Problem says which state was not reached.
    """
    known = [demo.name for demo in demos.read()]
    names = [name for name in known if not only or name in only]
    if unknown := sorted(set(only or ()) - set(known)):
        raise Problem(f"There is no demo {unknown[0]}.", f"There are: {', '.join(known)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = browser.chromium()
    with serving(site) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=browser.FLAGS)
        with progress.Step("Screenshots") as step:
            total = len(names) * len(STATES)
            for i, (name, state) in enumerate((n, s) for n in names for s in STATES):
                step.to(i / total, f"{name}, {state}")
                data = picture(chromium, address, name, state)
                (FOLDER / f"{name}-{state}.webp").write_bytes(data)
        chromium.close()
    DOCUMENT.write_text(document(), encoding="utf-8")


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A server for a built site; gives its address."""
    handler = functools.partial(serve.Handler, directory=str(folder))
    server = serve.Server((serve.ADDRESS, 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{serve.ADDRESS}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def picture(chromium: Browser, address: str, name: str, state: str) -> bytes:
    """A demo in one of its states, as WebP of at most about 60 kB."""
    if name not in WAYS:
        raise Problem(
            f"The demo {name} has no screenshots.", "Enter it in WAYS in tools/screenshots.py."
        )
    running, learnt, stuck = WAYS[name]
    link, goal = {
        "start": ("play=0", "status=ready"),
        "learnt": learnt,
        "stuck": stuck,
        "phone": learnt,
        "embed": learnt,
        "error": (f"play=0&code={quote(MISTAKE)}", "status=ready"),
    }.get(state, running)
    width, height = {"phone": PHONE, "embed": FRAME}.get(state, DESK)
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if state == "dark" else "light",
    )
    try:
        page = context.new_page()
        query = "?embed=1" if state == "embed" else ""
        page.goto(f"{address}demos/{name}/{query}#{link}")
        demo = page.locator("pyml-demo")
        wait(demo, goal, f"{name}, {state}")
        if state == "error":
            demo.get_by_role("button", name="Run", exact=True).click()
            demo.get_by_role("alert").wait_for()
            wait(demo, "status=error", f"{name}, {state}")
        page.wait_for_timeout(400)  # for what moves into its place
        return webp(page)
    finally:
        context.close()


def wait(demo: Locator, goal: str, name: str) -> None:
    """Waits until the demo shows all that a goal such as "accuracy=1 step>=20" asks for."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        shown = demo.evaluate(
            "e => Object.fromEntries([...e.attributes].map(a => [a.name, a.value]))"
        )
        if "drawn" in shown and all(met(term, shown) for term in goal.split()):
            return
        if time.monotonic() > end:
            raise Problem(
                f"{name}: {goal} was not reached in {PATIENCE_SECONDS} s.",
                f"The demo shows {shown}. Look at it, or at WAYS in tools/screenshots.py.",
            )
        demo.page.wait_for_timeout(50)


def met(term: str, shown: dict[str, str]) -> bool:
    """Whether one term of a goal holds for the attributes of a demo."""
    name, sign, wanted = re.split("(>=|=)", term, maxsplit=1)
    value = shown.get(name if name == "status" else f"data-{name}")
    if value is None or name == "status":
        return value == wanted
    return COMPARE[sign](float(value), float(wanted))


def webp(page: Page) -> bytes:
    """What the page shows, in a small file: sharp with few colours, or else reduced."""
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for colours in COLOURS:
        file = io.BytesIO()
        few = shown.quantize(colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.convert("RGB").save(file, "WEBP", lossless=True, method=6)
        if file.tell() <= LARGEST:
            return file.getvalue()
    file = io.BytesIO()
    small = shown.resize((shown.width * 3 // 4, shown.height * 3 // 4), Image.Resampling.LANCZOS)
    small.save(file, "WEBP", quality=45, method=6)
    return file.getvalue()


def document() -> str:
    """The page of the docs that shows every picture."""
    parts = [
        "# Every demo in eight states",
        "",
        "The built site in Chromium. Each state is a link; they stand in `tools/screenshots.py`. "
        "To take them all again:",
        "",
        "```sh",
        "python build.py screenshots",
        "```",
    ]
    for demo in demos.read():
        parts += ["", f"## {demo.title}"]
        for state, words in STATES.items():
            file = FOLDER / f"{demo.name}-{state}.webp"
            if file.exists():
                parts += ["", f"{words[0].upper()}{words[1:]}:", ""]
                parts += [f"![{demo.title}, {words}]({FOLDER.name}/{file.name})"]
    return "\n".join(parts) + "\n"
