"""A record of measurements as a table, for the screen and for documents."""

from typing import Any

#: what the table's columns show, and what stands above them
COLUMNS = {
    "pyml": "pyml",
    "pyml_unfused": "unfused",
    "numpy_pyodide": "NumPy, Pyodide",
    "convnetjs": "ConvNetJS",
    "tfjs_best": "TF.js, best",
    "numpy_native": "NumPy, native",
    "torch": "torch, native",
}
#: who has no column, and stands in the last
OTHERS = {
    "stock_pyodide": "stock Pyodide",
    "tfjs_cpu": "TF.js cpu",
    "tfjs_wasm": "wasm",
    "tfjs_webgl": "webgl",
    "tfjs_webgpu": "webgpu",
    "torch_contiguous": "torch NCHW",
    "torch_channels_last": "channels last",
}


def number(value: float | None) -> str:
    """Three digits that count: 3,410 and 40.6 and 1.25."""
    if value is None:
        return ""
    if value >= 1e6:
        return f"{value / 1e6:.3g} M" if value < 1e9 else f"{value / 1e6:,.0f} M"
    if value >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}"


def ratio(value: float) -> str:
    """How many times as much: 64× and 1.4× and 0.46×."""
    return f"{value:.0f}×" if value >= 9.95 else f"{value:.2g}×"


def cell(row: dict[str, Any], who: str) -> str:
    """A contender's value, and how many times as much pyml's is."""
    value = row.get(who)
    if value is None or who not in row["ratios"]:
        return number(value)
    return f"{number(value)} ({ratio(row['ratios'][who])})"


def table(rows: list[dict[str, Any]]) -> str:
    """Rows of a record in Markdown; columns that nobody fills are left out."""
    who = [name for name in COLUMNS if any(row.get(name) is not None for row in rows)]
    others = [name for name in OTHERS if any(row.get(name) is not None for row in rows)]
    live = any("live" in row for row in rows)
    head = ["row", "unit", *(["live units"] if live else []), *(COLUMNS[name] for name in who)]
    lines = [[*head, *(["others"] if others else [])]]
    for row in rows:
        line = [row["name"], row["unit"]]
        if live:
            line.append(f"{row['live']:.0%}".replace("%", " %") if "live" in row else "")
        line += [cell(row, name) for name in who]
        if others:
            some = [f"{OTHERS[name]} {cell(row, name)}" for name in others if row.get(name)]
            line.append("; ".join(some))
        lines.append(line)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = ["-" * widths[0], "-" * widths[1], *("-" * (width - 1) + ":" for width in widths[2:])]
    if others:
        rule[-1] = "-" * widths[-1]
    return "\n".join(
        "| "
        + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
        + " |"
        for line in (lines[0], rule, *lines[1:])
    )


def circumstances(record: dict[str, Any]) -> str:
    """What was measured on, in a line or two."""
    images = {row["images"] for row in record["rows"] if "images" in row}
    batches = {row["name"]: row["batch"] for row in record["rows"] if "batch" in row}
    about = ", ".join(f"{key} {value}" for key, value in record["machine"].items())
    lines = [about]
    if images:
        lines.append(f"Images: {' and '.join(sorted(images))}.")
    if batches:
        lines.append("Batch: " + ", ".join(f"{name} {size:,}" for name, size in batches.items()))
    return "\n".join(lines)
