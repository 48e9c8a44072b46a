"""From opening the page to the first training step, beside stock Pyodide importing NumPy."""

import gzip
import shutil
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import BrowserContext, Playwright

from tools.bench.host import host, profile
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


def measure(playwright: Playwright, rounds: int) -> list[Row]:
    """Cold and warm starts, round by round, and the bytes of a first visit."""
    cold: dict[str, list[float]] = {"pyml": [], "stock": []}
    warm: dict[str, list[float]] = {"pyml": [], "stock": []}
    with tempfile.TemporaryDirectory() as name:
        stock_site(Path(name))
        with host(DIST) as (own, paths), host(Path(name)) as (stock, _):
            demo = f"{own}demos/perceptron/#speed=max"
            contenders = {"pyml": (demo, FIRST_STEP), "stock": (stock, STOCK_DONE)}
            fetched: set[str] = set()
            for _ in range(rounds):
                for who, (url, script) in contenders.items():
                    with profile(playwright) as context:
                        paths.clear()
                        cold[who].append(visit(context, url, script))
                        if who == "pyml":
                            fetched |= set(paths)
            with profile(playwright) as one, profile(playwright) as other:
                contexts = {"pyml": one, "stock": other}
                for i in range(VISITS_BEFORE_WARM + rounds):
                    for who, (url, script) in contenders.items():
                        took = visit(contexts[who], url, script)
                        if i >= VISITS_BEFORE_WARM:
                            warm[who].append(took)
    rows = [
        Row("start.cold", "ms", {who: median(times) for who, times in cold.items()}),
        Row(
            "start.warm",
            "ms",
            {who: median(times) for who, times in warm.items()},
            goal="goal 0.45 of stock",
        ),
        Row("bytes.first_visit", "MB gzip", {"pyml": first_visit(fetched)}, goal="goal 10"),
    ]
    rows[1].reached = rows[1].ratios()["stock"] <= 0.45
    rows[2].reached = rows[2].values["pyml"] <= 10
    return rows


def first_visit(paths: set[str]) -> float:
    """Megabytes, gzip -9, of what was fetched by the time the first training step was seen."""
    files = [DIST / path.lstrip("/") for path in paths]
    files = [file / "index.html" if file.is_dir() else file for file in files]
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files if file.exists()) / 1e6
