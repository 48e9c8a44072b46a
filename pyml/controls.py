"""Controls: what a visitor may set in a demo, as data.

The page builds its widgets, its links and its tests from these tables. A value may come from a
link that somebody typed, so `parse` takes anything, never raises, and returns the nearest valid
value with a note in plain words when that is not what was given.
"""

# ruff: noqa: D102 (Control describes what the controls override)
from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

LONGEST = 20_000
MOST_POINTS = 500
FARTHEST = 100.0


@dataclass(frozen=True, kw_only=True)
class Control:
    """What all controls have.

    `live` ones are applied while the demo runs, the others restart it. `when` is None or
    (control, values): the page shows this one only while that one has one of these values.
    """

    kind: ClassVar[str]
    default: Any
    label: str
    help: str = ""
    live: bool = False
    when: tuple[str, tuple[str, ...]] | None = None

    def parse(self, value: Any) -> tuple[Any, str | None]:
        """The valid value nearest to `value`, and None or a note on what was changed."""
        raise NotImplementedError

    def to_dict(self, name: str) -> dict[str, Any]:
        """Plain lists, numbers and text for the page; `name` is the key in the demo's table."""
        found: dict[str, Any] = {"name": name, "kind": self.kind}
        for field in fields(self):
            found[field.name] = _plain(getattr(self, field.name))
        return found

    def _instead(self, value: Any, reason: str, used: Any) -> tuple[Any, str]:
        return used, f"{self.label}: {show(value)} {reason}; used {show(used)}."


@dataclass(frozen=True, kw_only=True)
class Choice(Control):
    """One of `choices`, pairs (value, label) of text."""

    kind = "choice"
    default: str
    choices: tuple[tuple[str, str], ...]

    def parse(self, value: Any) -> tuple[str, str | None]:
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = f"{value:g}" if isinstance(value, float) else show(value)
        for known, _ in self.choices:
            if isinstance(value, str) and value.strip().lower() == known.lower():
                return known, None
        return self._instead(value, "is not one of the choices", self.default)


@dataclass(frozen=True, kw_only=True)
class Number(Control):
    """A number from `min` to `max`, whole if all of min, max and step are."""

    kind = "number"
    default: float
    min: float
    max: float
    step: float

    def parse(self, value: Any) -> tuple[float, str | None]:
        number = _number(value)
        if number is None:
            return self._instead(value, "is not a number", self.default)
        used = self._nearest(number)
        if used < number and number > self.max:
            return self._instead(value, f"is more than {self.max:g}", used)
        if used > number and number < self.min:
            return self._instead(value, f"is less than {self.min:g}", used)
        if used != number:
            return self._instead(value, f"is between the steps of {self.step:g}", used)
        return used, None

    def _nearest(self, number: float) -> float:
        number = min(max(number, self.min), self.max)
        return round(number) if self._whole() else number

    def _whole(self) -> bool:
        return all(isinstance(n, int) for n in (self.min, self.max, self.step))


@dataclass(frozen=True, kw_only=True)
class Slider(Number):
    """A number on a scale, in steps of `step`; with `log` a logarithmic scale without steps."""

    kind = "slider"
    log: bool = False

    def _nearest(self, number: float) -> float:
        number = min(max(number, self.min), self.max)
        if self.log:
            return number
        last = math.floor((self.max - self.min) / self.step + 1e-9)
        k = min(round((number - self.min) / self.step), last)
        # Rounded, so that 0.1 + 2 * 0.1 is the 0.3 that was asked for.
        return self.min + k * self.step if self._whole() else round(self.min + k * self.step, 9)


@dataclass(frozen=True, kw_only=True)
class Toggle(Control):
    """On or off."""

    kind = "toggle"
    default: bool

    def parse(self, value: Any) -> tuple[bool, str | None]:
        text = value.strip().lower() if isinstance(value, str) else value
        if text in (True, "true", "1", "on", "yes") and not isinstance(text, float):
            return True, None
        if text in (False, "false", "0", "off", "no") and not isinstance(text, float):
            return False, None
        return self._instead(value, "is neither on nor off", self.default)


@dataclass(frozen=True, kw_only=True)
class Code(Control):
    """Python that the visitor may change."""

    kind = "code"
    default: str

    def parse(self, value: Any) -> tuple[str, str | None]:
        if not isinstance(value, str) or not value.strip():
            return (
                self.default,
                f"{self.label}: {show(value)} is not code; used the code of the demo.",
            )
        if len(value) > LONGEST:
            return self.default, (
                f"{self.label}: {len(value)} characters are more than the {LONGEST} that fit; "
                f"used the code of the demo."
            )
        return value.replace("\r\n", "\n"), None


@dataclass(frozen=True, kw_only=True)
class Points(Control):
    """Points that a visitor made, as text `x,y,label;x,y,label`. It has no widget."""

    kind = "points"
    default: str = ""
    label: str = "Points"

    def parse(self, value: Any) -> tuple[str, str | None]:
        if not isinstance(value, str):
            return self._instead(value, "is not a list of points", self.default)
        if len(value) > LONGEST:
            return self._instead(value, f"is longer than {LONGEST} characters", self.default)
        good: list[str] = []
        bad = 0
        for entry in filter(None, value.split(";")):
            point = _point(entry)
            if point is None or len(good) == MOST_POINTS:
                bad += 1
            else:
                good.append(point)
        used = ";".join(good)
        if not bad:
            return used, None
        return used, (
            f"{self.label}: {bad} of the points could not be used; a point is x,y,label with a "
            f"label of 0 or 1, and {MOST_POINTS} points are the most."
        )


def format_points(x: np.ndarray, labels: np.ndarray) -> str:
    """The points x (N, 2) with labels (N,) as the text of a `Points` control, to 3 decimals."""
    rows = zip(x.tolist(), labels.tolist(), strict=True)
    return ";".join(_format_point(px, py, label) for (px, py), label in rows)


def parse_points(text: str) -> tuple[np.ndarray, np.ndarray]:
    """The points x (N, 2) float64 and labels (N,) int64 of the text of a `Points` control."""
    rows = [entry.split(",") for entry in text.split(";") if entry]
    x = np.array([[float(px), float(py)] for px, py, _ in rows], np.float64).reshape(-1, 2)
    return x, np.array([int(label) for _, _, label in rows], np.int64)


def speed(default: str) -> Choice:
    """The control that every demo has: how many steps in a second."""
    choices = (
        ("1", "1 step/s"),
        ("3", "3 steps/s"),
        ("10", "10 steps/s"),
        ("30", "30 steps/s"),
        ("100", "100 steps/s"),
        ("max", "as fast as it can"),
    )
    return Choice(
        default=default, label="Speed", help="Steps per second", choices=choices, live=True
    )


def show(value: Any) -> str:
    """A value as a note can quote it: short, whatever it is."""
    try:
        text = f"“{value}”" if isinstance(value, str) else repr(value)
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= 40 else text[:37] + "…"


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _number(value: Any) -> float | None:
    """A finite number, or None for everything that is not one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _point(entry: str) -> str | None:
    parts = entry.split(",")
    if len(parts) != 3 or parts[2].strip() not in ("0", "1"):
        return None
    x, y = _number(parts[0]), _number(parts[1])
    if x is None or y is None or max(abs(x), abs(y)) > FARTHEST:
        return None
    return _format_point(x, y, int(parts[2]))


def _format_point(x: float, y: float, label: int) -> str:
    # Adding zero turns -0.0 into 0.0.
    return f"{round(x, 3) + 0.0:g},{round(y, 3) + 0.0:g},{label}"
