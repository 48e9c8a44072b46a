"""Tables that a visitor pastes or drops: CSV, with commas, semicolons, tabs or spaces."""

from __future__ import annotations

import re

import numpy as np

from pyml.controls import number_in, show
from pyml.pointlist import MOST_POINTS

#: longest text that is read
LONGEST = 1_000_000
#: largest number that is taken
LARGEST = 1e12
#: part of the view that a scaled table fills
FILL = 0.8
View = tuple[float, float, float, float]
#: a number with a decimal comma, and what was meant as a number in whatever notation
COMMA = re.compile(r"([+-]?[0-9]*),([0-9]+([eE][+-]?[0-9]+)?)")
MEANT = re.compile(r"(?=.*\d)[\d\s_'.,eE+−-]+")


def rows(text: str, columns: int) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, [] if the table has none, and its rows of `columns` cells.

    Columns may be divided by tabs, semicolons, commas or spaces; with semicolons or tabs numbers
    may have a decimal comma. Empty lines and lines that begin with # do not count. Raises
    ValueError that names the line for anything else.
    """
    if not isinstance(text, str) or not text.strip():
        raise ValueError("The table is empty; give rows such as 1.5, -0.2, 1")
    if len(text) > LONGEST:
        raise ValueError(f"The table has {len(text)} characters; {LONGEST} are the most")
    lines = [
        (i, line.strip())
        for i, line in enumerate(text.lstrip("\ufeff").splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not lines:
        raise ValueError("The table has no rows; give rows such as 1.5, -0.2, 1")
    mark = next((mark for mark in "\t;," if mark in lines[0][1]), " ")
    import csv  # only now: most visits go without

    found: list[list[str]] = []
    for i, line in lines:
        # Spaces may be many; the other marks are as CSV has them, with quotes.
        plain = re.sub(r"\s+", " ", line) if mark == " " else line
        try:
            cells = [cell.strip() for cell in next(csv.reader([plain], delimiter=mark))]
        except csv.Error as error:
            raise ValueError(f"Line {i} of the table cannot be read: {error}") from None
        if mark in "\t;":
            cells = [cell.replace(",", ".") if COMMA.fullmatch(cell) else cell for cell in cells]
        while len(cells) > columns and not cells[-1]:
            cells.pop()
        if len(cells) != columns:
            raise ValueError(
                f"Line {i} of the table has {len(cells)} column{'s' * (len(cells) != 1)}, not "
                f"{columns}: {show(line)}"
            )
        if not found and not any(number_in(cell) or MEANT.fullmatch(cell) for cell in cells[:2]):
            found.append(cells)  # the names
            continue
        for cell in cells[:2]:
            number = number_in(cell)
            if number is None:
                raise ValueError(f"Line {i} of the table: {show(cell)} is not a number")
            if abs(number) > LARGEST:
                raise ValueError(f"Line {i} of the table: {show(cell)} is too large; scale it down")
        if not found:
            found.append([])
        found.append(cells)
    if len(found) < 2:
        raise ValueError("The table has no rows of numbers below its names")
    if len(found) - 1 > MOST_POINTS:
        raise ValueError(
            f"The table has {len(found) - 1} rows; {MOST_POINTS} are the most, leave some out"
        )
    return found[0], found[1:]


def points(text: str, classes: int, view: View) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Points x (N, 2), labels (N,) below `classes`, and notes on what was done to them.

    The third column is the class: whole numbers from 0, or names, which are numbered in the order
    in which they come.
    """
    _, found = rows(text, 3)
    names = [cells[2] for cells in found]
    known = sorted(set(names), key=names.index)
    notes = []
    if all(name in [str(k) for k in range(classes)] for name in known):
        labels = np.array([int(name) for name in names])
    else:
        if len(known) > classes:
            raise ValueError(
                f"The table has {len(known)} classes ({', '.join(map(show, known[:5]))} …); "
                f"{classes} are the most here"
            )
        labels = np.array([known.index(name) for name in names])
        notes = [", ".join(f"{show(name)} is class {k}" for k, name in enumerate(known)) + "."]
    x, note = fit(np.array([[float(cell) for cell in cells[:2]] for cells in found]), view)
    return x, labels, notes + note


def fit(x: np.ndarray, view: View) -> tuple[np.ndarray, list[str]]:
    """Points x (N, 2), scaled into the view unless they fit, and notes on the scale."""
    moved, notes = x.astype(np.float64), []
    for axis, name in enumerate(("first", "second")):
        low, high = view[2 * axis], view[2 * axis + 1]
        column = moved[:, axis]
        least, most = float(column.min()), float(column.max())
        small = 0 < most - least < (high - low) / 20
        if least >= low and most <= high and not small:
            continue
        middle, half = (least + most) / 2, (most - least) / 2 or 1.0
        factor = FILL * (high - low) / 2 / half
        moved[:, axis] = (column - middle) * factor + (low + high) / 2
        shift = (low + high) / 2 - middle * factor
        notes.append(
            f"The {name} column goes from {least:g} to {most:g}; it was scaled to fit: "
            f"{factor:.3g} · value {'−' if shift < 0 else '+'} {abs(shift):.3g}."
        )
    return moved, notes
