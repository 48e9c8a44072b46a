"""Opens a demo from what a page asks for: a saved state, or settings and a seed from a link.

Nothing that a page asks for is an error. What cannot be used is replaced by the nearest thing
that can, and a note says so.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pyml.controls import show
from pyml.demo import Demo, parse_seed
from pyml.ops import Ops
from pyml.visitor import CodeError
from pyml.wire import unpack


class Opened(NamedTuple):
    """A demo, notes on what was ignored, and the mistake in the visitor's code, if there is one."""

    demo: Demo
    notes: list[str]
    mistake: CodeError | None
    #: controls that the link hides, beside those that the page knows of
    hide: list[str]


def open_demo(name: str, kind: type[Demo], request: dict[str, Any], ops: Ops | None) -> Opened:
    """The demo of class `kind` for a `start` message: from its `state`, if that is any good."""
    notes: list[str] = []
    if request.get("state"):
        try:
            return Opened(_restored(name, kind, request["state"], ops), notes, None, [])
        except Exception as error:  # the page kept it: anything may be in there
            notes.append(f"The saved state could not be used ({error}); started afresh.")
    seed, note = parse_seed(request.get("seed") or 0)
    given, hide = request.get("settings"), list[str]()
    if isinstance(given, dict):
        given, more, hide = kind.translate(given)
        notes += more
    preset = given.get("preset") if isinstance(given, dict) else None
    settings = _settings(kind, given, notes)
    if preset in kind.presets and preset is not None:
        settings = kind.presets[preset].settings | settings
        seed = seed if request.get("seed") is not None else kind.presets[preset].seed
    notes += [note] if note else []
    try:
        return Opened(kind(settings, seed, ops), notes, None, hide)
    except CodeError as mistake:
        # The visitor gets the demo with its own code, and is told.
        code = [key for key, control in kind.controls.items() if control.kind == "code"]
        rest = {key: value for key, value in settings.items() if key not in code}
        return Opened(kind(rest, seed, ops), notes, mistake, hide)


def _restored(name: str, kind: type[Demo], state: Any, ops: Ops | None) -> Demo:
    values = unpack(state["header"], state["arrays"])
    if values["demo"] != name:
        raise ValueError(f"it is of the demo {show(values['demo'])}")
    seed, _ = parse_seed(values["seed"])
    demo = kind(_settings(kind, values["settings"], []), seed, ops)
    demo.restore(values)
    demo.frame()  # what is damaged inside shows here at the latest
    return demo


def _settings(kind: type[Demo], given: Any, notes: list[str]) -> dict[str, Any]:
    if not given:
        return {}
    if not isinstance(given, dict):
        notes.append(f"The settings {show(given)} could not be read; used the usual ones.")
        return {}
    settings = {}
    for name, value in given.items():
        if name in kind.controls:
            settings[name], note = kind.controls[name].parse(value)
            notes += [note] if note else []
        elif name == "preset":
            if value not in [*kind.presets]:
                known = ", ".join(kind.presets) or "none"
                notes.append(f"There is no preset {show(value)} here; there are {known}.")
        else:
            notes.append(f"There is no setting {show(name)} here; it was ignored.")
    return settings
