"""The classifier demo at full speed: how much it trains, and how smooth the page stays."""

from collections.abc import Iterator
from statistics import median

from playwright.sync_api import Playwright

from tools.bench.host import host, profile
from tools.bench.plan import Plan
from tools.bench.row import Row
from tools.places import DIST

SECONDS = 4
ROWS = ("demo.slices", "demo.page", "demo.pictures", "demo.steps")

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


def measure(playwright: Playwright, plan: Plan) -> Iterator[Row]:
    """Slices, frames, paints and steps a second with 100 points, several times."""
    rates: dict[str, list[float]] = {"slices": [], "paints": [], "frames": [], "steps": []}
    plan.tell(ROWS[0])
    with host(DIST) as (url, _), profile(playwright) as context:
        page = context.new_page()
        page.add_init_script(COUNT)
        page.goto(f"{url}demos/classifier/#data=circle&count=100&speed=max&play=1")
        page.locator("pyml-demo[status=running]").wait_for()
        page.wait_for_timeout(2000)
        for i in range(plan.rounds):
            plan.tell(ROWS[0], i)
            before = page.evaluate(LOOK)
            page.wait_for_timeout(1000 * SECONDS)
            after = page.evaluate(LOOK)
            seconds = (after["time"] - before["time"]) / 1000
            for name, values in rates.items():
                values.append((after[name] - before[name]) / seconds)
    units = ("slices/s", "frames/s", "frames/s", "steps/s")
    goals = {"demo.slices": 60, "demo.page": 55}
    for name, unit, found in zip(ROWS, units, rates.values(), strict=True):
        value, goal = median(found), goals.get(name)
        yield Row(
            name,
            unit,
            {"pyml": value},
            goal=f"goal {goal}",
            reached=None if goal is None else value >= goal,
            spread={"pyml": [min(found), max(found)]},
        )
