r"""Formulas in the pages.

A page holds TeX: between `\(` and `\)` within a line, in `<math-tex>` where a formula stands by
itself. The build puts MathML in its place, made by Temml under Node, so that a browser needs no
script and no font for it, and a screen reader can read it.
"""

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from tools import environment, progress
from tools.cache import Cache
from tools.places import NODE_MODULES, ROOT

SCRIPT = ROOT / "tools" / "math.mjs"
FORMULA = re.compile(r"\\\((.+?)\\\)([.,;:]?)|<math-tex>(.+?)</math-tex>", re.DOTALL)

Formula = tuple[str, bool]


def render(cache: Cache, pages: Mapping[str, str]) -> dict[str, str]:
    """The pages with their formulas as MathML; keys stay as they are."""
    found = [each for text in pages.values() for each in FORMULA.finditer(text)]
    formulas = sorted({formula(each) for each in found})
    made = mathml(cache, formulas) if formulas else {}

    def put(each: re.Match[str]) -> str:
        math, mark = made[formula(each)], each[2]
        # A browser would break the line between the two.
        return f'<span class="unbroken">{math}{mark}</span>' if mark else math

    return {name: FORMULA.sub(put, text) for name, text in pages.items()}


def formula(found: re.Match[str]) -> Formula:
    """The TeX of a formula in a page, and whether it stands by itself."""
    within, _, alone = found.groups()
    return html.unescape(alone or within).strip(), alone is not None


def mathml(cache: Cache, formulas: list[Formula]) -> dict[Formula, str]:
    """The MathML of each formula; a Problem that quotes the one that is wrong."""

    def make(folder: Path) -> None:
        answer = progress.run(
            [environment.node(), SCRIPT, json.dumps(formulas)],
            "Setting the formulas",
            "The message above quotes the formula; correct it in site/lessons/ or the glossary.",
            cwd=ROOT,
        )
        (folder / "formulas.json").write_text(answer.splitlines()[-1], encoding="utf-8")

    inputs = [SCRIPT, NODE_MODULES / "temml" / "package.json", formulas]
    answer = (cache.step("math", inputs, make) / "formulas.json").read_text(encoding="utf-8")
    return dict(zip(formulas, cast(list[str], json.loads(answer)), strict=True))
