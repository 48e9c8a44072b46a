"""The table of demos, demos.toml, as the build reads it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tools.places import ROOT
from tools.problem import Problem

TABLE = ROOT / "demos.toml"
FIELDS = {"title": str, "short": str, "blurb": str, "order": int, "lesson": str}


@dataclass(frozen=True)
class Demo:
    """One entry: `short` is its title in menus, `lesson` a fragment in `site/lessons/`."""

    name: str
    title: str
    short: str
    blurb: str
    order: int
    lesson: str


def read(table: Path = TABLE) -> list[Demo]:
    """Every demo, in reading order."""
    try:
        entries = tomllib.loads(table.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Problem(f"{table.name} is missing.", "It lists the demos; restore it.") from error
    except tomllib.TOMLDecodeError as error:
        raise Problem(f"{table.name}: {error}", "Correct that line.") from error
    return sorted((check(name, entry, table.name) for name, entry in entries.items()), key=by_order)


def by_order(demo: Demo) -> tuple[int, str]:
    """Demos are read in this order."""
    return demo.order, demo.name


def check(name: str, entry: object, table: str) -> Demo:
    """One entry, or a Problem that says what is wrong with it."""
    if not isinstance(entry, dict) or set(entry) != set(FIELDS):
        raise Problem(
            f"{table}: [{name}] needs exactly {', '.join(FIELDS)}.", "Add what is missing there."
        )
    for field, kind in FIELDS.items():
        if type(entry[field]) is not kind:
            raise Problem(
                f"{table}: [{name}] {field} is {entry[field]!r}, not of type {kind.__name__}.",
                "Correct it.",
            )
    return Demo(name=name, **entry)
