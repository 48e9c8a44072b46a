"""The glossary, site/glossary.toml, as the build reads it."""

import html
import tomllib
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from tools.places import SITE
from tools.problem import Problem

TABLE = SITE / "glossary.toml"
FIELDS = {"term", "text", "see", "link"}


@dataclass(frozen=True)
class Term:
    """One entry. `text` is HTML, in which `{{root}}` is the way to the site's root.

    `see` says what there is to see and `link` where: "xor/#preset=stuck" is the demo xor with that
    link.
    """

    key: str
    term: str
    text: str
    see: str
    link: str

    @property
    def demo(self) -> str:
        """The demo that the entry points to."""
        return self.link.split("/")[0]

    def to_html(self, demos: Container[str]) -> str:
        """The entry as part of a `<dl>`; the link only if that demo is part of the site."""
        see = ""
        if self.demo in demos:
            href = "{{root}}demos/" + html.escape(self.link)
            see = f' <a class="see" href="{href}">{html.escape(self.see)}</a>'
        term = html.escape(self.term)
        return f'<div><dt id="{self.key}">{term}</dt><dd>{self.text.strip()}{see}</dd></div>'


def read(table: Path = TABLE) -> list[Term]:
    """Every term, in alphabetical order."""
    try:
        entries = tomllib.loads(table.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Problem(
            f"site/{table.name} is missing.", "It lists the terms; restore it."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise Problem(f"site/{table.name}: {error}", "Correct that line.") from error
    for key, entry in entries.items():
        if not isinstance(entry, dict) or set(entry) != FIELDS:
            raise Problem(
                f"site/{table.name}: [{key}] needs exactly {', '.join(sorted(FIELDS))}.",
                "Add what is missing there.",
            )
    return sorted((Term(key, **entry) for key, entry in entries.items()), key=alphabetically)


def alphabetically(term: Term) -> str:
    """Terms are read in this order."""
    return term.term.lower()
