"""What a demo is: a table of controls, and an object that can reset, step and describe itself.

A demo owns its data, its network, its trainer and its counters. It knows nothing of a page:
`frame()` says what there is to see and `on_<event>` methods are what a visitor can do.
"""

from __future__ import annotations

import math
import zlib
from typing import Any, ClassVar, NamedTuple

import numpy as np

from pyml import randomness
from pyml.controls import (
    Choice,
    Code,
    Control,
    Number,
    Several,
    Sizes,
    Slider,
    Toggle,
    rate,
    share,
    show,
    sizes,
    speed,
)
from pyml.exports import KINDS, File
from pyml.history import History
from pyml.ops import Ops, best
from pyml.pointlist import Points


class Preset(NamedTuple):
    """A state of a demo that has a name: settings that are not the usual ones, and a seed."""

    title: str
    settings: dict[str, Any]
    seed: int | str = 0


class Demo:
    """Base of the demos.

    Subclasses give `title` and `controls` and write `reset`, `step` and `frame`; every method
    `on_<name>` is an event that the page may send. All randomness comes from `self.rng`, which
    `reset` makes anew from the seed, so the same seed and the same messages give the same frames.
    """

    title: ClassVar[str] = ""
    controls: ClassVar[dict[str, Control]] = {}
    presets: ClassVar[dict[str, Preset]] = {}
    #: what `export` can make, some of `exports.KINDS`
    exports: ClassVar[tuple[str, ...]] = ()
    #: which columns a pasted table needs, in a sentence; "" if the demo takes none
    table: ClassVar[str] = ""
    #: events that change only what the picture shows: no settings and no state follow them
    glances: ClassVar[tuple[str, ...]] = ()
    #: how many examples were learnt from so far
    seen: int = 0

    def __init__(self, settings: dict[str, Any], seed: int | str, ops: Ops | None = None) -> None:
        self.settings = {name: c.default for name, c in self.controls.items()} | settings
        self.seed = seed
        self.ops = ops or best()
        #: what the visitor's code printed since somebody last looked
        self.printed = ""
        #: what the visitor should be told, since somebody last looked
        self.notes: list[str] = []
        #: files of the site that are wanted, by their plain names; whoever fetches empties it
        self.wants: list[str] = []
        self.reset()

    def reset(self) -> None:
        """Makes everything anew from seed and settings. Subclasses go on from here."""
        self.rng = np.random.default_rng(seed_number(self.seed))

    def step(self) -> None:
        """One step of learning, a few milliseconds at most."""
        raise NotImplementedError

    def advance(self, n: int) -> int:
        """Makes up to n steps in one go, as many as come cheaper together; returns how many.

        However they are divided, the same steps are made.
        """
        self.step()
        return 1

    def given(self, file: str, data: bytes | None, error: str) -> None:
        """A file of `wants` has come; or it could not be had: None, and why in words."""

    def chores(self, seconds: float) -> bool:
        """Does for about so long what waits beside the learning; whether there is more of it.

        Asked after every message and while training, also at rest. What raises must be dropped.
        """
        return False

    def frame(self) -> dict[str, Any]:
        """All there is to see: numbers, text, bools, and float32 or uint8 arrays.

        `step`, the count of steps, is always among them. The arrays never change afterwards.
        """
        raise NotImplementedError

    @property
    def finished(self) -> bool:
        """Whether nothing is left to learn; training then stops by itself."""
        return False

    def set(self, name: str, value: Any) -> None:
        """Takes a valid value: a live control is applied in flight, any other starts again."""
        self.settings[name] = value
        if self.controls[name].live:
            self.apply(name)
        else:
            self.reset()

    def apply(self, name: str) -> None:
        """Hands a changed live setting to whoever holds a copy of it."""

    def state(self) -> dict[str, Any]:
        """What `restore` needs beyond settings and seed, in values that JSON or arrays can hold."""
        return {"rng": randomness.position(self.rng)}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on where `state` was taken, to the bit, after a reset with the same settings."""
        randomness.move(self.rng, state["rng"])

    def program(self) -> str:
        """The Python that settings and seed stand for; "" if the demo has no code."""
        return ""

    def coded(self) -> tuple[str, ...]:
        """The settings that the visitor's own code decides just now."""
        return ()

    def preset(self) -> str:
        """The name of the preset whose state the demo is set to, or ""."""
        for name, preset in self.presets.items():
            wanted = self.preset_settings(name)
            same = all(self.settings[key] == value for key, value in wanted.items())
            if same and self.seed == preset.seed:
                return name
        return ""

    @classmethod
    def preset_settings(cls, name: str) -> dict[str, Any]:
        """All settings of a preset."""
        usual = {key: control.default for key, control in cls.controls.items()}
        return usual | cls.presets[name].settings

    def export(self, kind: str) -> File:
        """A file of one of the kinds in `exports`; ValueError for what cannot be made."""
        if kind not in self.exports:
            raise ValueError(
                f"There is no export {show(kind)} here; there are {', '.join(self.exports)}."
            )
        _, ending, mime = KINDS[kind]
        data = getattr(self, f"export_{kind}")()
        name = type(self).__module__.rpartition(".")[2]
        return File(f"{name}{ending}", mime, data if isinstance(data, bytes) else data.encode())

    @classmethod
    def translate(cls, given: dict[str, Any]) -> tuple[dict[str, Any], list[str], list[str]]:
        """A link's settings in the names of this demo, notes, and controls to hide; no errors."""
        return given, [], []

    @classmethod
    def events(cls) -> dict[str, list[str]]:
        """What the page may send: the name of each event and of its arguments."""
        found = {"reset": list[str]()}
        for name in dir(cls):
            if name.startswith("on_"):
                code = getattr(cls, name).__code__
                found[name[3:]] = list(code.co_varnames[1 : code.co_argcount])
        return found


def parse_seed(value: Any) -> tuple[int | str, str | None]:
    """A seed, a whole number or a word, and None or a note on what was changed. Never raises."""
    if isinstance(value, str) and value.strip():
        word = value.strip()
        if word.isascii() and word.isdigit() and len(word) < 16:
            return int(word), None
        if len(word) > 64:
            return word[:64].rstrip(), "Seed: it was longer than 64 characters and has been cut."
        return word, None
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53:
        return value, None
    return 0, f"Seed: {show(value)} is neither a whole number from 0 nor a word; used 0."


def seed_number(seed: int | str) -> int:
    """The number that a seed stands for."""
    return seed if isinstance(seed, int) else zlib.crc32(seed.encode("utf-8", "replace"))


def finite(event: str, name: str, value: Any) -> float:
    """The argument of an event as a finite number, or an error that names both."""
    try:
        number = float(value) if type(value) in (int, float) else math.nan
    except OverflowError:  # a whole number of hundreds of digits
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{event}: {name} must be a finite number, got {show(value)}")
    return number


def index_of(event: str, name: str, value: Any, size: int) -> int:
    """The argument of an event as an index below `size`, or an error that names both."""
    number = finite(event, name, value)
    if number != int(number) or not 0 <= number < size:
        raise ValueError(
            f"{event}: {name} must be a whole number from 0 to {size - 1}, got {show(value)}"
        )
    return int(number)


def indices(values: Any, size: int) -> list[int]:
    """A list of indices below `size` from a saved state, or an error."""
    found = [int(value) for value in values]
    if not all(0 <= value < size for value in found):
        raise ValueError("the saved order of the points is damaged")
    return found


__all__ = [
    "Choice",
    "Code",
    "Control",
    "Demo",
    "History",
    "Number",
    "Points",
    "Preset",
    "Several",
    "Sizes",
    "Slider",
    "Toggle",
    "finite",
    "index_of",
    "indices",
    "parse_seed",
    "rate",
    "seed_number",
    "share",
    "show",
    "sizes",
    "speed",
]
