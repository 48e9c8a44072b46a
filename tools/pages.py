"""The HTML pages, from the templates in `site/`.

A template is HTML with `{{name}}` where something is to be put in. A name that nothing is known for
is an error. All links are relative, so that the site works below any path.
"""

import base64
import hashlib
import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from tools import glossary
from tools.demos import Demo
from tools.places import SITE
from tools.problem import Problem

# 'wasm-unsafe-eval' lets WebAssembly compile and nothing else; data: workers serve pages without an
# origin. Scripts within a page are allowed one by one, by their hash.
CSP = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self' blob: data:",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
)
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
CURRENT = ' aria-current="page"'
PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")


def fill(name: str, template: str, values: Mapping[str, str]) -> str:
    """A template with its placeholders replaced; `name` is what to call it in an error."""

    def value(found: re.Match[str]) -> str:
        key = found[1].strip()
        if key not in values:
            line = template.count("\n", 0, found.start()) + 1
            known = ", ".join(sorted(values))
            raise Problem(
                f"{name}, line {line}: unknown placeholder {found[0]}.", f"There are: {known}"
            )
        return values[key]

    return PLACEHOLDER.sub(value, template)


def policy(page: str) -> str:
    """The Content-Security-Policy of a page, as the content of its meta tag."""
    hashes = [
        f" 'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in INLINE_SCRIPT.findall(page)
    ]
    return CSP.replace("script-src 'self'", "script-src 'self'" + "".join(hashes))


class Pages:
    """Makes the pages of a site whose templates are in `folder`.

    `common` holds what is the same on all: app, style (paths in the site) and version. `picture`
    gives the inline SVG of a demo, `formulas` all pages with MathML for their TeX.
    """

    def __init__(
        self,
        demos: list[Demo],
        common: Mapping[str, str],
        picture: Callable[[str], str],
        formulas: Callable[[dict[str, str]], dict[str, str]],
        folder: Path = SITE,
    ) -> None:
        self.demos = demos
        self.common = common
        self.picture = picture
        self.formulas = formulas
        self.folder = folder

    def make(self) -> dict[str, bytes]:
        """Every page, by its path in the site."""
        pages = {
            "index.html": self.page("index.html", "", None),
            "404.html": self.page("404.html", "", None),
            "glossary/index.html": self.page("glossary.html", "../", None),
        }
        for demo in self.demos:
            pages[f"demos/{demo.name}/index.html"] = self.page("demo.html", "../../", demo)
        return {path: text.encode() for path, text in self.formulas(pages).items()}

    def page(self, template: str, root: str, demo: Demo | None) -> str:
        """One page; `root` is the way from it to the site's root."""
        here = f"demos/{demo.name}/" if demo else template.removesuffix(".html") + "/"
        values = {**self.common, "root": root, "nav": self.nav(root, here)}
        if demo:
            values.update(self.about(demo))
            values["lesson"] = self.read(f"lessons/{demo.lesson}", values).strip()
        elif template == "glossary.html":
            values["terms"] = fill("site/glossary.toml", self.terms(), values)
        else:
            cards = [
                self.read("card.html", {**values, **self.about(each)}).strip()
                for each in self.demos
            ]
            values["cards"] = "\n".join(cards)
            values["list"] = "\n".join(
                f'<li><a data-to="demos/{each.name}/">{html.escape(each.title)}</a></li>'
                for each in self.demos
            )
        # The policy depends on the finished page, whose scripts it names.
        finished = self.read(template, {**values, "csp": "{{csp}}"})
        return fill(f"site/{template}", finished, {"csp": policy(finished)})

    def about(self, demo: Demo) -> dict[str, str]:
        """What a template can say of a demo."""
        return {
            "name": demo.name,
            "title": html.escape(demo.title),
            "short": html.escape(demo.short),
            "blurb": html.escape(demo.blurb),
            "picture": self.picture(demo.name),
        }

    def nav(self, root: str, here: str) -> str:
        """A link to every demo and to the glossary; `here` is the page's own place in the site."""
        places = {f"demos/{demo.name}/": html.escape(demo.short) for demo in self.demos}
        places["glossary/"] = "Glossary"
        return " ".join(
            f'<a href="{root}{place}"{CURRENT if place == here else ""}>{text}</a>'
            for place, text in places.items()
        )

    def terms(self) -> str:
        """The entries of the glossary."""
        names = {demo.name for demo in self.demos}
        entries = glossary.read(self.folder / glossary.TABLE.name)
        return "\n".join(entry.to_html(names) for entry in entries)

    def read(self, name: str, values: Mapping[str, str]) -> str:
        """A file of the templates' folder, filled in."""
        path = self.folder / name
        try:
            template = path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise Problem(
                f"site/{name} is missing.", "It is a template of the pages; restore it."
            ) from error
        return fill(f"site/{name}", template, values)
