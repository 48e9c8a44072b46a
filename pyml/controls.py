"""Controls: what a visitor may set in a demo, as data.

The page builds its widgets, its links and its tests from these tables. A value may come from a
link that somebody typed, so `parse` takes anything, never raises, and returns the nearest valid
value with a note in plain words when that is not what was given.
"""

# ruff: noqa: D102 (Control describes what the controls override)
from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields
from typing import Any, ClassVar

LONGEST = 20_000
#: numbers as a visitor may write them: what else Python reads, such as 1_000 or ٣, is a slip
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, kw_only=True)
class Control:
    """What all controls have.

    `live` ones are applied while the demo runs, the others restart it. `when` is None or
    (control, values): the page shows this one only while that one has one of these values.
    `widget` is False where the demo's own view has something better to set it by.
    """

    kind: ClassVar[str]
    default: Any
    label: str
    help: str = ""
    live: bool = False
    when: tuple[str, tuple[Any, ...]] | None = None
    widget: bool = True

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
        number = number_in(value)
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
class Several(Control):
    """Any of `choices`, pairs (value, label), as text "one,other"; at least `least` of them."""

    kind = "several"
    default: str
    choices: tuple[tuple[str, str], ...]
    least: int = 1

    def parse(self, value: Any) -> tuple[str, str | None]:
        if not isinstance(value, str):
            return self._instead(value, "is not a list of choices", self.default)
        asked = [word.strip().lower() for word in value.split(",") if word.strip()]
        known = [name for name, _ in self.choices]
        # In the order of the choices, so that one set has one link.
        used = ",".join(name for name in known if name.lower() in asked)
        if len(used.split(",") if used else []) < self.least:
            return self._instead(value, "names too few of the choices", self.default)
        strange = [word for word in asked if word not in [name.lower() for name in known]]
        if strange:
            return self._instead(", ".join(strange), "is not one of the choices", used)
        return used, None


@dataclass(frozen=True, kw_only=True)
class Sizes(Control):
    """Hidden layers as text: "4,2" are two of 4 and 2 units, "4:relu,2" gives one an activation.

    There are at most `most_layers` of at most `most_units`; `activations` are those that a layer
    may ask for.
    """

    kind = "sizes"
    default: str
    activations: tuple[str, ...]
    most_layers: int = 6
    most_units: int = 8
    least_layers: int = 0

    def parse(self, value: Any) -> tuple[str, str | None]:
        if isinstance(value, int) and not isinstance(value, bool):
            value = show(value)
        if not isinstance(value, str):
            return self._instead(value, "is not a list of layers", self.default)
        words = [word.strip().lower() for word in value.split(",") if word.strip()]
        layers = [self._layer(word) for word in words[: self.most_layers]]
        if None in layers or len(layers) < self.least_layers:
            return self._instead(
                value, "is not a list of layers such as 4,2 or 4:relu,2", self.default
            )
        used = ",".join(layer for layer in layers if layer)
        if [word.partition(":")[0] for word in words] != [size for size, _ in sizes(used, "")]:
            most = f"{self.most_layers} layers of {self.most_units} units"
            return self._instead(value, f"is more than {most}", used)
        return used, None

    def _layer(self, word: str) -> str | None:
        size, _, activation = word.partition(":")
        if not (size.isascii() and size.isdigit() and len(size) < 7 and int(size) > 0):
            return None
        if activation and activation not in self.activations:
            return None
        units = str(min(int(size), self.most_units))
        return f"{units}:{activation}" if activation else units


def sizes(text: str, activation: str) -> list[tuple[str, str]]:
    """The layers of the text of a `Sizes` control, (units, activation): `activation` if none."""
    parts = [word.partition(":") for word in text.split(",") if word]
    return [(size, own or activation) for size, _, own in parts]


@dataclass(frozen=True, kw_only=True)
class Code(Control):
    """Python that the visitor may change; "" while it is the program that the demo writes."""

    kind = "code"
    default: str = ""
    label: str = "Python"

    def parse(self, value: Any) -> tuple[str, str | None]:
        if value == self.default:
            return value, None
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


def rate(default: float, label: str = "Learning rate", most: float = 10.0) -> Slider:
    """The control for a learning rate, live, on a logarithmic scale."""
    return Slider(
        default=default,
        min=0.0001,
        max=most,
        step=0.0001,
        log=True,
        live=True,
        label=label,
        help="How far one step moves the weights along the gradient",
    )


def share(default: float, label: str, most: float, step: float, help: str) -> Slider:
    """A live control for a number from 0 to `most`."""
    return Slider(default=default, min=0.0, max=most, step=step, live=True, label=label, help=help)


def speed(default: str) -> Choice:
    """The control that every demo has: how many steps in a second."""
    choices = (
        ("1", "1 step/s"),
        ("3", "3 steps/s"),
        ("10", "10 steps/s"),
        ("30", "30 steps/s"),
        ("100", "100 steps/s"),
        ("1000", "1000 steps/s"),
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


def number_in(value: Any) -> float | None:
    """A finite number, or None for everything that is not one; text in ASCII, as in -1.5e3."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not NUMBER.fullmatch(value.strip()):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
