"""How fast networks train and predict: pyml in Chromium, and its peers there and outside.

Each contender has a page, or a process, of its own, and they take turns.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Error, Playwright

from tools.bench import contenders
from tools.bench.contenders import Contender, Shown
from tools.bench.host import host
from tools.bench.plan import Plan
from tools.bench.row import Row
from tools.progress import say

#: who needs more seconds than this for a turn has one round, instead of delaying everybody
PATIENCE = 3
CHANNELS_LAST = "torch_channels_last"


class Work(NamedTuple):
    """What is done for a row, and how it should turn out; see `Row.goals`."""

    kind: str
    size: int
    goals: dict[str, float]


ROWS = {
    "train.cifar10.b4": Work(
        "train.cifar10", 4, {"convnetjs": 80, CHANNELS_LAST: 1.2, "numpy_pyodide": 20}
    ),
    "train.cifar10.b32": Work("train.cifar10", 32, {"convnetjs": 75, "numpy_pyodide": 20}),
    "train.cifar10.b64": Work(
        "train.cifar10", 64, {"convnetjs": 75, CHANNELS_LAST: 0.8, "numpy_pyodide": 20}
    ),
    **{
        f"infer.cifar10.b{size}": Work("infer.cifar10", size, {"convnetjs": 55, "torch": 0.5})
        for size in (1, 4, 32, 64)
    },
    "train.classifier.b1": Work("train.classifier", 1, {}),
    "train.classifier.b10": Work("train.classifier", 10, {"convnetjs": 15}),
    "train.classifier.full": Work("train.classifier", 200, {"convnetjs": 20}),
    "field.100": Work("field", 100, {"convnetjs": 20}),
    "field.200": Work("field", 200, {}),
}
#: what is reached without fusion
UNFUSED = 55


def measure(playwright: Playwright, plan: Plan) -> Iterator[Row]:
    """Examples (or whole fields) a second."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        plan.tell("the contenders’ start")
        shown, images = contenders.assemble(folder)
        url, _ = stack.enter_context(host(folder))
        everybody = contenders.pages(stack, playwright, url, shown)
        everybody |= contenders.processes(stack, folder / "images.bin")
        for name, work in ROWS.items():
            if plan.wants(name):
                row = take_turns(name, work, everybody, plan)
                row.images = images if "cifar10" in name else None
                yield row


def take_turns(name: str, work: Work, everybody: dict[str, Contender], plan: Plan) -> Row:
    """One row: everybody does its work, round by round."""
    kind, size, goals = work
    plan.tell(name)
    taking, turns = {}, {}
    for who, one in everybody.items():
        began = time.monotonic()
        try:  # and engines compile what is used often, on the way
            one.rate(kind, size)
        except Error as error:
            say(f"  {who} cannot do {name}: {contenders.why(error)}")
        else:
            taking[who] = one
            turns[who] = plan.rounds if time.monotonic() - began < PATIENCE else 1
    found: dict[str, list[float]] = {who: [] for who in taking}
    shares = []
    own = taking.get("pyml")
    for i in range(plan.rounds):
        plan.tell(name, i)
        for who, one in taking.items():
            if i < turns[who]:
                found[who].append(one.rate(kind, size))
        if isinstance(own, Shown) and kind == "train.cifar10":
            shares.append(own.live(kind, size))
    row = Row(
        name,
        "fields/s" if kind == "field" else "examples/s",
        {who: median(rates) for who, rates in found.items()},
        goals,
        batch=size**2 if kind == "field" else size,
        live=median(shares) if shares else None,
        spread={who: [min(rates), max(rates)] for who, rates in found.items()},
    )
    unfused = row.values.get("pyml_unfused")
    if unfused and kind == "train.cifar10" and "convnetjs" in row.values:
        ratio = unfused / row.values["convnetjs"]
        row.goal = f"unfused {ratio:.3g} times convnetjs, goal {UNFUSED}"
        row.reached = ratio >= UNFUSED
    return row
