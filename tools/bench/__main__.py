"""`python build.py bench`: medians and ratios, interleaved, as a table and on request as JSON.

Contenders take turns, round by round. Ctrl-C stops and keeps the rows that are complete.
"""

import argparse
import json
import os
import platform
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, sync_playwright

from tools.bench import chart, classifier, memory, page, report, start, training
from tools.bench.host import profile
from tools.bench.plan import Plan
from tools.bench.row import Row
from tools.progress import say

Measure = Callable[[Playwright, Plan], Iterator[Row]]
# The names of rows, and what measures them. New measurements are added here.
MEASUREMENTS: list[tuple[Iterable[str], Measure]] = [
    (start.ROWS, start.measure),
    (classifier.ROWS, classifier.measure),
    (training.ROWS, training.measure),
    (memory.ROWS, memory.measure),
    (page.ROWS, page.measure),
]
INTERRUPTED = 130


def options(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="build.py bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"rows: {' '.join(name for names, _ in MEASUREMENTS for name in names)}",
    )
    parser.add_argument("--rounds", type=int, default=7, help="how often each is measured (7)")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="ROW",
        help="a row, or the beginning of some (train.cifar10); may be given several times",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    parser.add_argument("--chart", type=Path, metavar="FILE", help="draw them as SVG")
    parser.add_argument(
        "--from",
        type=Path,
        metavar="JSON",
        dest="record",
        help="measure nothing, show a record that --json wrote",
    )
    found = parser.parse_args(words)
    if found.rounds < 1:
        parser.error(f"--rounds: at least one, got {found.rounds}")
    plan = Plan(found.rounds, found.only)
    for some in found.only:
        if not any(Plan(1, [some]).wants(name) for names, _ in MEASUREMENTS for name in names):
            parser.error(f"--only: no row is or begins with {some!r}; --help lists them")
    found.plan = plan
    return found


def main(words: list[str]) -> int:
    """Measures, or reads a record; shows it; returns the exit code."""
    given = options(words)
    if given.record:
        show(json.loads(given.record.read_text(encoding="utf-8")), [], given)
        return 0
    plan: Plan = given.plan
    plan.say = say
    rows: list[Row] = []
    about: dict[str, object] = {}
    stopped = False

    def stop(*_: object) -> None:
        # What is known is told at once: closing the browsers takes a while, and may be cut short.
        nonlocal stopped
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        stopped = True
        say(f"\nStopped in {plan.doing}; {len(rows)} rows were complete.")
        finish(about, rows, given)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    try:
        with sync_playwright() as playwright:
            about |= machine(playwright)
            for names, measure in MEASUREMENTS:
                if any(plan.wants(name) for name in names):
                    for row in measure(playwright, plan):
                        if plan.wants(row.name):
                            rows.append(row)
    except BaseException:
        if not stopped:  # else a browser that Ctrl-C ended as well
            raise
    if stopped:
        return INTERRUPTED
    finish(about, rows, given)
    return 0


def finish(about: dict[str, object], rows: list[Row], given: argparse.Namespace) -> None:
    """Shows what was measured, and writes what was asked for."""
    record = {"machine": about, "rows": [row.to_dict() for row in rows]}
    if given.json:
        given.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    if rows:
        show(record, rows, given)


def show(record: dict[str, Any], rows: list[Row], given: argparse.Namespace) -> None:
    """The table, the goals, and the chart if it was asked for."""
    wanted = [row for row in record["rows"] if given.plan.wants(row["name"])]
    say(f"\n{report.circumstances(record)}\n\n{report.table(wanted)}\n")
    for row in rows:
        for words, reached in row.verdicts():
            say(f"{row.name:24} {words}: {'reached' if reached else 'NOT REACHED'}")
    if given.chart:
        given.chart.write_text(chart.draw(record), encoding="utf-8")


def machine(playwright: Playwright) -> dict[str, object]:
    """What is measured on."""
    with profile(playwright) as context:
        version = context.browser.version if context.browser else "of unknown version"
    return {
        "cpu": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "browser": f"Chromium {version}",
        "python": platform.python_version(),
    }


def processor() -> str:
    """The processor's name, where the system tells it."""
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
