"""A record as a picture: a panel for each row, a bar for each contender, all numbers as text."""

from html import escape
from typing import Any

from tools.bench.report import number, ratio

#: rows of the record by panel, left to right and top to bottom; those that are missing are left out
PANELS = {
    "train.cifar10.b4": "Training, 4 images at a time",
    "infer.cifar10.b4": "Prediction, 4 images at a time",
    "train.cifar10.b64": "Training, 64 images at a time",
    "infer.cifar10.b64": "Prediction, 64 images at a time",
}
#: contender: its name, and whether it runs in a browser
BARS = {
    "pyml": ("pyml", True),
    "pyml_unfused": ("pyml, layer by layer", True),
    "numpy_pyodide": ("NumPy in Pyodide", True),
    "tfjs_best": ("TensorFlow.js, best backend", True),
    "convnetjs": ("ConvNetJS", True),
    "numpy_native": ("NumPy, native", False),
    "torch": ("PyTorch, native, best layout", False),
}
WIDTH, MARGIN, GAP = 880, 24, 28
LABEL, BAR, LINE, TOP = 196, 110, 26, 34
PANELS_FROM = 112
STYLE = """
svg { font: 13px system-ui, sans-serif; background: #ffffff }
.paper { fill: #ffffff } .title { font-size: 18px; font-weight: 600 } .head { font-weight: 600 }
text { fill: #1c2430 } .quiet { fill: #5a6675 }
.pyml { fill: #2563c9 } .browser { fill: #8a94a3 } .native { fill: #c08a2d }
@media (prefers-color-scheme: dark) {
  svg { background: #14181f } .paper { fill: #14181f }
  text { fill: #e7ebf1 } .quiet { fill: #a3adba }
  .pyml { fill: #6ea4ff } .browser { fill: #6d7888 } .native { fill: #d3a44c }
}
"""


def draw(record: dict[str, Any]) -> str:
    """The record's picture, an SVG document; ValueError if there is nothing to draw."""
    rows = {row["name"]: row for row in record["rows"]}
    shown = [name for name in PANELS if rows.get(name, {}).get("pyml")]
    if not shown:
        raise ValueError(f"chart: the record has none of the rows {', '.join(PANELS)}")
    columns = min(2, len(shown))
    step = (WIDTH - 2 * MARGIN + GAP) / 2
    tall = TOP + LINE * len(BARS) + 14
    height = round(PANELS_FROM + tall * -(-len(shown) // columns) + 14)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(summary(rows[shown[0]]))}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        text(MARGIN, 36, "Images a second: the convnet for CIFAR-10", "title"),
        text(
            MARGIN, 58, f"{machine(record)}. In brackets: how many times as fast pyml is", "quiet"
        ),
        *legend(),
    ]
    for i, name in enumerate(shown):
        x, y = MARGIN + step * (i % columns), PANELS_FROM + tall * (i // columns)
        parts += panel(PANELS[name], rows[name], x, y)
    return "\n".join([*parts, "</svg>", ""])


def panel(title: str, row: dict[str, Any], x: float, y: float) -> list[str]:
    """The bars of one row, from (x, y) to the right and down."""
    most = max(row[who] for who in BARS if row.get(who))
    about = f" ({row['live']:.0%} of units live)".replace("%", " %") if "live" in row else ""
    parts = [text(x, y + 14, title + about, "head")]
    y += TOP - 8
    for who in BARS:
        name, browser = BARS[who]
        kind = "pyml" if who.startswith("pyml") else "browser" if browser else "native"
        parts.append(text(x + LABEL - 8, y + 17, name, "", "end"))
        value = row.get(who)
        if value is None:
            parts.append(text(x + LABEL, y + 17, "not measured", "quiet"))
        else:
            wide = max(1.0, BAR * value / most)
            parts.append(
                f'<rect class="{kind}" x="{x + LABEL:.1f}" y="{y + 4}" width="{wide:.1f}" '
                f'height="{LINE - 8}" rx="2"/>'
            )
            times = "" if who == "pyml" else f" ({ratio(row['ratios'][who])})"
            parts.append(text(x + LABEL + wide + 6, y + 17, number(value) + times))
        y += LINE
    return parts


def legend() -> list[str]:
    """What the colours mean, in a line below the title."""
    names = {
        "pyml": "pyml in Chromium",
        "browser": "others in Chromium",
        "native": "outside of a browser, one thread",
    }
    parts, x = [], MARGIN
    for kind, name in names.items():
        parts.append(f'<rect class="{kind}" x="{x}" y="73" width="12" height="12" rx="2"/>')
        parts.append(text(x + 18, 84, name))
        x += 160
    return parts


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "") -> str:
    """A line of text."""
    more = (f' class="{kind}"' if kind else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{escape(words)}</text>'


def machine(record: dict[str, Any]) -> str:
    """What was measured on."""
    about = record["machine"]
    return ", ".join(str(about[key]) for key in ("cpu", "browser") if key in about)


def summary(row: dict[str, Any]) -> str:
    """The picture in a sentence, for who cannot see it."""
    others = [
        f"{BARS[who][0]} {number(row[who])}" for who in BARS if who != "pyml" and row.get(who)
    ]
    return f"{row['name']}: pyml {number(row['pyml'])} {row['unit']}; {', '.join(others)}"
