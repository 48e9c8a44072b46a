"""The classifier demo at full speed: how much it trains, and how smooth the page stays."""

from statistics import median

from playwright.sync_api import Playwright

from tools.bench.host import host, profile
from tools.bench.row import Row
from tools.places import DIST

SECONDS = 4

# The worker says with every pong how many slices it has done; the page's paints are counted too.
COUNT = """
const Original = Worker;
window.slices = 0;
self.Worker = class extends Original {
  constructor(...args) {
    super(...args);
    this.addEventListener("message", ({ data }) => {
      if (data.type === "pong") window.slices = data.slices;
      if (data.type === "frame") window.pictures = (window.pictures ?? 0) + 1;
    });
  }
};
window.paints = 0;
const paint = () => { window.paints += 1; requestAnimationFrame(paint); };
requestAnimationFrame(paint);
"""

LOOK = """
(() => ({
  time: performance.now(),
  slices: window.slices,
  frames: window.pictures,
  paints: window.paints,
  steps: Number(document.querySelector("pyml-demo").dataset.step),
}))()
"""


def measure(playwright: Playwright, rounds: int) -> list[Row]:
    """Slices, frames, paints and steps a second with 100 points, several times."""
    rates: dict[str, list[float]] = {"slices": [], "frames": [], "paints": [], "steps": []}
    with host(DIST) as (url, _), profile(playwright) as context:
        page = context.new_page()
        page.add_init_script(COUNT)
        page.goto(f"{url}demos/classifier/#data=circle&count=100&speed=max&play=1")
        page.locator("pyml-demo[status=running]").wait_for()
        page.wait_for_timeout(2000)
        for _ in range(rounds):
            before = page.evaluate(LOOK)
            page.wait_for_timeout(1000 * SECONDS)
            after = page.evaluate(LOOK)
            seconds = (after["time"] - before["time"]) / 1000
            for name, values in rates.items():
                values.append((after[name] - before[name]) / seconds)
    middle = {name: median(values) for name, values in rates.items()}
    return [
        Row(
            "classifier.slices",
            "slices/s",
            {"pyml": middle["slices"]},
            goal="goal 60",
            reached=middle["slices"] >= 60,
        ),
        Row(
            "classifier.page",
            "frames/s",
            {"pyml": middle["paints"]},
            goal="goal 55",
            reached=middle["paints"] >= 55,
        ),
        Row("classifier.pictures", "frames/s", {"pyml": middle["frames"]}),
        Row("classifier.steps", "steps/s", {"pyml": middle["steps"]}),
    ]
