"""How fast networks train and predict: pyml in Chromium, and its peers there and outside.

Each contender has a page, or a process, of its own, and they take turns.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Playwright

from tools import kernels, wheels
from tools.bench.host import host, profile
from tools.bench.row import Row
from tools.cache import Cache
from tools.places import NODE_MODULES, PYODIDE, ROOT

SECONDS = 0.6  # one turn
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
BROWSER = {
    "pyml": "python.html?backend=fused",
    "pyml_unfused": "python.html?backend=layers",
    "numpy_pyodide": "python.html?backend=numpy",
    "convnetjs": "convnetjs.html",
}
NATIVE = {"numpy_native": "numpy", "torch": "torch", "torch_channels_last": "torch_channels_last"}
CHANNELS_LAST = "torch_channels_last"
ALL: set[str] = set()
#: who does not learn points in the plane
IMAGES_ONLY = {"pyml_unfused", *NATIVE}
#: row: kind of work, size, who does not take part, {peer: what pyml should reach of it}
ROWS: dict[str, tuple[str, int, set[str], dict[str, float]]] = {
    "train.cifar10.b4": (
        "train.cifar10",
        4,
        ALL,
        {"convnetjs": 80, CHANNELS_LAST: 1.2, "numpy_pyodide": 20},
    ),
    "train.cifar10.b32": ("train.cifar10", 32, ALL, {"convnetjs": 75, "numpy_pyodide": 20}),
    "train.cifar10.b64": (
        "train.cifar10",
        64,
        ALL,
        {"convnetjs": 75, CHANNELS_LAST: 0.8, "numpy_pyodide": 20},
    ),
    "infer.cifar10.b1": ("infer.cifar10", 1, ALL, {"convnetjs": 55}),
    "infer.cifar10.b4": ("infer.cifar10", 4, ALL, {"convnetjs": 55}),
    "infer.cifar10.b32": ("infer.cifar10", 32, ALL, {"convnetjs": 55}),
    "infer.cifar10.b64": ("infer.cifar10", 64, ALL, {"convnetjs": 55, CHANNELS_LAST: 0.5}),
    "train.classifier.b1": ("train.classifier", 1, IMAGES_ONLY, {}),
    "train.classifier.b10": ("train.classifier", 10, IMAGES_ONLY, {"convnetjs": 15}),
    "train.classifier.full": ("train.classifier", 200, IMAGES_ONLY, {"convnetjs": 20}),
    "field.100": ("field", 100, IMAGES_ONLY, {"convnetjs": 20}),
    "field.200": ("field", 200, IMAGES_ONLY, {"convnetjs": 20}),
}

Rate = Callable[[str, int], float]


def measure(playwright: Playwright, rounds: int) -> list[Row]:
    """Examples (or whole fields) a second."""
    rows = []
    with contenders(playwright) as rates:
        for name, (kind, size, absent, goals) in ROWS.items():
            taking = {who: rate for who, rate in rates.items() if who not in absent}
            found: dict[str, list[float]] = {who: [] for who in taking}
            for rate in taking.values():
                rate(kind, size)  # engines compile what is used often, and do so on the way
            for _ in range(rounds):
                for who, rate in taking.items():
                    found[who].append(rate(kind, size))
            values = {who: median(some) for who, some in found.items()}
            unit = "fields/s" if kind == "field" else "examples/s"
            row = Row(name, unit, values)
            goals = {who: goal for who, goal in goals.items() if who in values}
            if goals and next(iter(values)) == "pyml":
                row.goal = "goal " + ", ".join(f"{goal:g} {who}" for who, goal in goals.items())
                row.reached = all(row.ratios()[who] >= goal for who, goal in goals.items())
            rows.append(row)
            print(f"  {name}", flush=True)
    # NumPy alone on this machine has a goal of its own.
    on_images = next(row.values for row in rows if row.name == "train.cifar10.b32")
    own = {who: value for who, value in on_images.items() if who in ("numpy_native", "torch")}
    native = Row("native.cifar10.b32", "examples/s", own)
    if len(own) == 2:
        native.goal, native.reached = "goal 0.3 torch", native.ratios()["torch"] >= 0.3
    return [*rows, native]


@contextmanager
def contenders(playwright: Playwright) -> Iterator[dict[str, Rate]]:
    """Everybody, ready to be asked for a rate."""
    rates: dict[str, Rate] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        compiled = assemble(folder)
        url, _ = stack.enter_context(host(folder))
        for who, address in BROWSER.items():
            if compiled or "python" not in address or "numpy" in address:
                rates[who] = page(stack, playwright, url + address)
        for who, name in NATIVE.items():
            if rate := process(stack, name):
                rates[who] = rate
        yield rates


def assemble(folder: Path) -> bool:
    """Puts the pages and what they need into a folder; whether there are compiled kernels."""
    for file in (ROOT / "tools" / "bench" / "pages").iterdir():
        shutil.copy(file, folder)
    shutil.copy(NODE_MODULES / "convnetjs" / "build" / "convnet.js", folder)
    shutil.copytree(PYODIDE, folder / "pyodide")
    shutil.copy(wheels.stock_wheel("numpy"), folder / "numpy.whl")
    with zipfile.ZipFile(folder / "pyml.zip", "w") as archive:
        for file in sorted((ROOT / "pyml").rglob("*.py")):
            archive.write(file, file.relative_to(ROOT))
        archive.write(ROOT / "tools" / "bench" / "work.py", "work.py")
    library = kernels.page(Cache())
    (folder / "kernels.so").write_bytes(library.read_bytes() if library else b"")
    return library is not None


def page(stack: ExitStack, playwright: Playwright, address: str) -> Rate:
    """A page in a browser of its own: what shares a process with it would slow it down."""
    shown = stack.enter_context(profile(playwright)).new_page()
    shown.goto(address)
    while not shown.evaluate("'rate' in window"):
        shown.wait_for_timeout(100)

    def rate(kind: str, size: int) -> float:
        return float(shown.evaluate(f"window.rate({kind!r}, {size}, {SECONDS})"))

    return rate


def process(stack: ExitStack, who: str) -> Rate | None:
    """A process on this machine, with one thread; None if what it needs is not installed."""
    if (
        "torch" in who
        and subprocess.run([sys.executable, "-c", "import torch"], check=False).returncode
    ):
        return None
    running = stack.enter_context(
        subprocess.Popen(
            [sys.executable, "-m", "tools.bench.work", who],
            cwd=ROOT,
            env={**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "PYML_BACKEND": "numpy"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    )
    asked, told = running.stdin, running.stdout
    assert asked is not None
    assert told is not None
    stack.callback(asked.close)

    def rate(kind: str, size: int) -> float:
        print(kind, size, SECONDS, file=asked, flush=True)
        return float(told.readline())

    return rate
