"""A page with all demos on it: what it needs, and how smooth it stays while one of them trains."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, Playwright

from tools import demos
from tools.bench.host import host, profile
from tools.bench.memory import GOAL, WAIT_MS, megabytes
from tools.bench.plan import Plan
from tools.bench.row import Row
from tools.places import DIST
from tools.progress import say

ROWS = ("memory.page", "frames.page")
#: the demo that trains while the others rest
BUSY = "classifier"
SECONDS = 4
FRAMES = 50

# Paints of the page in so many milliseconds, by the clock of the paints themselves.
RATE = """(span) => new Promise((done) => {
  let [first, count] = [0, 0];
  const paint = (now) => {
    if (!first) first = now;
    else count += 1;
    if (now - first >= span) done((1000 * count) / (now - first));
    else requestAnimationFrame(paint);
  };
  requestAnimationFrame(paint);
})"""


def measure(playwright: Playwright, plan: Plan) -> Iterator[Row]:
    """Private memory of the tab and paints a second, with all demos in sight, one of them busy."""
    sizes, rates = [], []
    plan.tell(ROWS[0])
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        for path in DIST.iterdir():
            (site / path.name).symlink_to(path)
        (site / "all.html").write_text(together(DIST), encoding="utf-8")
        with host(site) as (url, _), profile(playwright) as context:
            page = context.new_page()
            begin(page, f"{url}all.html")
            for i in range(plan.rounds):
                plan.tell(ROWS[1], i)
                page.wait_for_timeout(WAIT_MS)
                rates.append(float(page.evaluate(RATE, 1000 * SECONDS)))
                if sys.platform.startswith("linux"):
                    sizes.append(megabytes(page))
    if sizes:
        yield row(ROWS[0], "MB", sizes, f"goal {GOAL}", median(sizes) <= GOAL)
    else:
        say("  memory is measured on Linux only")
    yield row(ROWS[1], "frames/s", rates, f"goal {FRAMES}", median(rates) >= FRAMES)


def begin(page: Page, address: str) -> None:
    """Opens the page, waits until all demos are drawn, and lets one of them train."""
    page.goto(address)
    for demo in page.locator("pyml-demo").all():
        demo.and_(page.locator("[drawn]")).wait_for()
    busy = page.locator(f"pyml-demo[name={BUSY}]")
    busy.get_by_role("button", name="Play", exact=True).click()
    busy.and_(page.locator("[status=running]")).wait_for()


def together(site: Path) -> str:
    """A page that shows every demo of a built site, at rest."""
    index = (site / "index.html").read_text(encoding="utf-8")
    head = index.partition("</head>")[0].partition("<head>")[2]
    shown = "".join(
        f'<pyml-demo name="{demo.name}" settings="{settings(demo.name)}"></pyml-demo>'
        for demo in demos.read()
    )
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{shown}</body></html>'


def settings(name: str) -> str:
    """What a demo of the page begins with."""
    return "data=circle&amp;speed=max&amp;play=0" if name == BUSY else "play=0"


def row(name: str, unit: str, found: list[float], goal: str, reached: bool) -> Row:
    """One measurement of pyml alone."""
    spread = {"pyml": [min(found), max(found)]}
    return Row(name, unit, {"pyml": median(found)}, goal=goal, reached=reached, spread=spread)
