"""`python build.py bench`: medians and ratios, interleaved, as a table and on request as JSON."""

import argparse
import json
import os
import platform
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from tools.bench import classifier, start, training
from tools.bench.row import Row

# What is measured: a name to select it by, and what measures it. New measurements are added here.
MEASUREMENTS: dict[str, Callable[[Playwright, int], list[Row]]] = {
    "start": start.measure,
    "classifier": classifier.measure,
    "training": training.measure,
}


def main() -> None:
    """Runs the chosen measurements and shows them."""
    parser = argparse.ArgumentParser(prog="build.py bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each thing is measured")
    parser.add_argument("--only", choices=MEASUREMENTS, help="one measurement")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    options = parser.parse_args()
    rows: list[Row] = []
    with sync_playwright() as playwright:
        for name, measure in MEASUREMENTS.items():
            if options.only in (None, name):
                print(f"Measuring {name}, {options.rounds} rounds …", flush=True)
                rows += measure(playwright, options.rounds)
    show(rows)
    if options.json:
        machine = {"cpu": platform.processor() or platform.machine(), "cores": os.cpu_count()}
        record = {"machine": machine, "rows": [row.to_dict() for row in rows]}
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def show(rows: list[Row]) -> None:
    """A table: one line a row, the values side by side, the ratios and what they should be."""
    for row in rows:
        values = "  ".join(f"{name} {value:,.4g}" for name, value in row.values.items())
        ratios = "  ".join(f"{value:.3f} of {name}" for name, value in row.ratios().items())
        verdict = "" if row.reached is None else "  reached" if row.reached else "  NOT REACHED"
        print(f"{row.name:28} {row.unit:10} {values}  {ratios}  {row.goal}{verdict}".rstrip())


if __name__ == "__main__":
    main()
