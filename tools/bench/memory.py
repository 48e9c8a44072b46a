"""What a tab needs while it trains.

Counted is the private memory of the process that runs the tab (on Linux `RssAnon` and `VmSwap`), as
Chromium's own task manager does. It holds WebAssembly memory, workers and compiled code, and not
what all tabs share or what a graphics card has.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, Playwright

from tools.bench import contenders
from tools.bench.contenders import Shown
from tools.bench.host import host, profile
from tools.bench.plan import Plan
from tools.bench.row import Row
from tools.places import DIST
from tools.progress import say

ROWS = ("memory.tab", "memory.tab.cifar10")
#: what is shown in the same way as the others; without fusion nothing else is in memory
SHOWN = ("pyml", "numpy_pyodide", "convnetjs", "tfjs_cpu")
GOAL = 350
WAIT_MS = 1000


def measure(playwright: Playwright, plan: Plan) -> Iterator[Row]:
    """The classifier's page, and pages that train the network for CIFAR-10 on 2,048 images."""
    if not sys.platform.startswith("linux"):
        say("  memory is measured on Linux only")
        return
    plan.tell(ROWS[0])
    with host(DIST) as (url, _), profile(playwright) as context:
        page = context.new_page()
        page.goto(f"{url}demos/classifier/#data=circle&count=100&speed=max&play=1")
        page.locator("pyml-demo[status=running]").wait_for()
        found = []
        for i in range(plan.rounds):
            plan.tell(ROWS[0], i)
            page.wait_for_timeout(WAIT_MS)
            found.append(megabytes(page))
        yield Row(
            ROWS[0],
            "MB",
            {"pyml": median(found)},
            goal=f"goal {GOAL}",
            reached=median(found) <= GOAL,
            spread={"pyml": [min(found), max(found)]},
        )
    plan.tell(ROWS[1])
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        wanted, images = contenders.assemble(folder)
        url, _ = stack.enter_context(host(folder))
        shown = contenders.pages(stack, playwright, url, [who for who in SHOWN if who in wanted])
        sizes: dict[str, list[float]] = {who: [] for who in shown}
        for i in range(plan.rounds):
            plan.tell(ROWS[1], i)
            for who, one in shown.items():
                assert isinstance(one, Shown)
                one.rate("train.cifar10", 32)
                sizes[who].append(megabytes(one.page))
        yield Row(
            ROWS[1],
            "MB",
            {who: median(some) for who, some in sizes.items()},
            batch=32,
            images=images,
            spread={who: [min(some), max(some)] for who, some in sizes.items()},
        )


def megabytes(page: Page) -> float:
    """The private memory of the tab's process: that of the browser's renderers which has most."""
    browser = page.context.browser
    assert browser is not None
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    renderers = [process["id"] for process in processes if process["type"] == "renderer"]
    return max(private(Path(f"/proc/{pid}/status").read_text()) for pid in renderers)


def private(status: str) -> float:
    """MB of private memory in what Linux says of a process."""
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return sum(int(lines[name].split()[0]) for name in ("RssAnon", "VmSwap")) * 1024 / 1e6
