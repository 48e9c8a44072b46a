"""From opening the page to the first training step, beside stock Pyodide importing NumPy."""

import gzip
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import BrowserContext, Playwright

from tools.bench.host import host, profile
from tools.bench.plan import Plan
from tools.bench.row import Row
from tools.places import DIST, PYODIDE
from tools.wheels import stock_wheel

# When the page has drawn the first training step, in milliseconds since the navigation began.
FIRST_STEP = """
new Promise((done) => {
  const demo = document.querySelector("pyml-demo");
  const look = () => Number(demo.dataset.step) > 0 && done(performance.now());
  new MutationObserver(look).observe(demo, { attributes: true });
  look();
})
"""

STOCK_PAGE = """<!doctype html><meta charset="utf-8"><title>stock</title><script type="module">
import { loadPyodide } from "./pyodide.mjs";
const python = await loadPyodide({ packages: ["numpy"] });
python.runPython("import numpy; numpy.ones(3).sum()");
window.done = performance.now();
</script>"""

STOCK_DONE = """
new Promise((done) => {
  const look = () => (window.done ? done(window.done) : setTimeout(look, 1));
  look();
})
"""

VISITS_BEFORE_WARM = 3
ROWS = ("start.cold", "bytes.first_visit", "start.warm")


def stock_site(folder: Path) -> None:
    """Pyodide as npm brings it, the stock NumPy wheel, and a page that imports NumPy."""
    for name in (
        "pyodide.mjs",
        "pyodide.asm.mjs",
        "pyodide.asm.wasm",
        "python_stdlib.zip",
        "pyodide-lock.json",
    ):
        shutil.copy(PYODIDE / name, folder / name)
    wheel = stock_wheel("numpy")
    shutil.copy(wheel, folder / wheel.name)
    (folder / "index.html").write_text(STOCK_PAGE, encoding="utf-8")


def visit(context: BrowserContext, url: str, script: str) -> float:
    """Milliseconds that one visit takes."""
    page = context.new_page()
    page.goto(url)
    took = float(page.evaluate(script))
    page.close()
    return took


def measure(playwright: Playwright, plan: Plan) -> Iterator[Row]:
    """Cold and warm starts, round by round, and the bytes of a first visit."""
    cold: dict[str, list[float]] = {"pyml": [], "stock_pyodide": []}
    warm: dict[str, list[float]] = {"pyml": [], "stock_pyodide": []}
    with tempfile.TemporaryDirectory() as name:
        stock_site(Path(name))
        with host(DIST) as (own, paths), host(Path(name)) as (stock, _):
            demo = f"{own}demos/perceptron/#speed=max"
            contenders = {"pyml": (demo, FIRST_STEP), "stock_pyodide": (stock, STOCK_DONE)}
            fetched: set[str] = set()
            plan.tell("start.cold")
            for i in range(plan.rounds):
                plan.tell("start.cold", i)
                for who, (url, script) in contenders.items():
                    with profile(playwright) as context:
                        paths.clear()
                        cold[who].append(visit(context, url, script))
                        if who == "pyml":
                            fetched |= set(paths)
            yield row("start.cold", cold)
            size = first_visit(fetched)
            yield Row(
                "bytes.first_visit", "MB gzip", {"pyml": size}, goal="goal 10", reached=size <= 10
            )
            plan.tell("start.warm")
            with profile(playwright) as one, profile(playwright) as other:
                contexts = {"pyml": one, "stock_pyodide": other}
                for i in range(-VISITS_BEFORE_WARM, plan.rounds):
                    plan.tell("start.warm", max(0, i))
                    for who, (url, script) in contenders.items():
                        took = visit(contexts[who], url, script)
                        if i >= 0:
                            warm[who].append(took)
            started = row("start.warm", warm)
            ratio = started.ratios()["stock_pyodide"]
            started.goal = f"{ratio:.3g} of stock_pyodide, goal 0.45 at most"
            started.reached = ratio <= 0.45
            yield started


def row(name: str, times: dict[str, list[float]]) -> Row:
    """Milliseconds, by contender."""
    values = {who: median(some) for who, some in times.items()}
    spread = {who: [min(some), max(some)] for who, some in times.items()}
    return Row(name, "ms", values, spread=spread)


def first_visit(paths: set[str]) -> float:
    """Megabytes, gzip -9, of what was fetched by the time the first training step was seen."""
    files = [DIST / path.lstrip("/") for path in paths]
    files = [file / "index.html" if file.is_dir() else file for file in files]
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files if file.exists()) / 1e6
