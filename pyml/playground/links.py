"""Reads links of TensorFlow Playground: its names for the settings, in those of our demo.

Such a link holds everything after its `#`, as `activation=tanh&networkShape=4,2&dataset=circle`.
What is not in it has the Playground's usual value. (github.com/tensorflow/playground, state.ts.)
"""

from __future__ import annotations

from typing import Any

from pyml.controls import show
from pyml.playground import FEATURES

#: its names, and ours
NAMES = {
    "activation": "activation",
    "regularization": "regularisation",
    "regularizationRate": "rate",
    "learningRate": "learning_rate",
    "batchSize": "batch_size",
    "noise": "noise",
    "percTrainData": "train",
    "networkShape": "hidden",
    "showTestData": "show_test",
    "discretize": "discretise",
    "problem": "problem",
}
SETS = {"circle": "circle", "xor": "xor", "gauss": "gauss", "spiral": "spiral"}
HEIGHTS = {"reg-plane": "plane", "reg-gauss": "bumps"}
#: names that only its links use; one of them tells that a link is one of its own
THEIRS = {name for name, ours in NAMES.items() if name != ours} | {*FEATURES, "cosX", "cosY"}
THEIRS |= {"dataset", "regDataset", "initZero", "collectStats", "tutorial", "hideText"}
HIDE = "_hide"
#: what its links can hide, and ours
HIDDEN = NAMES | {"dataset": "data"}
#: what decides nothing that is seen here
SILENT = {"collectStats", "hideText"}
#: longest text that is taken for a link
LONGEST = 5_000


def parse(text: Any) -> dict[str, str] | None:
    """The names and values of a link that was pasted, whole or from its #, or None if it is none.

    Nothing but a link of TensorFlow Playground is taken for one.
    """
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    words = text.split()
    if len(words) != 1:
        return None
    pairs = [part.partition("=") for part in words[0].rpartition("#")[2].split("&") if part]
    if not all(mark for _, mark, _ in pairs):
        return None
    # Chat programs and mail like to write a comma this way.
    found = {name: value.replace("%2C", ",").replace("%2c", ",") for name, _, value in pairs}
    return found if is_theirs(found) else None


def is_theirs(given: dict[Any, Any]) -> bool:
    """Whether these are settings of one of its links and not of ours."""
    return any(isinstance(name, str) and _own(name) for name in given)


def translate(given: dict[Any, Any]) -> tuple[dict[str, Any], list[str], list[str]]:
    """The settings of one of its links in our names, notes on what they lost, and what it hides.

    Names that it does not know are left as they are, and settings that are no links of its own
    are returned unchanged. The values may be anything: the controls read them.
    """
    if not is_theirs(given):
        return given, [], []
    read = {name: value for name, value in given.items() if not _own(name) and name not in NAMES}
    notes: list[str] = []
    for name, ours in NAMES.items():
        if name in given and (name == "networkShape" or not _blank(given[name])):
            read[ours] = given[name]
    read["data"] = _data(given, notes)
    read["features"] = _features(given, notes)
    read["method"] = "playground"
    read.setdefault("rate", 0)
    for name in ("show_test", "discretise"):
        if name in read:
            read[name] = _on(read[name])  # whatever is not "false" is true there
    if _on(given.get("initZero", "")):
        notes.append("initZero of the link was ignored: here weights always start at random.")
    if not _blank(given.get("tutorial", "")):
        notes.append(f"The tutorial {show(given['tutorial'])} of the link is not here.")
    if _blank(given.get("seed", "")):
        notes.append("The link names no seed, so its points were drawn with ours.")
    return read, notes, _hidden(given, notes)


def _own(name: Any) -> bool:
    return name in THEIRS or (isinstance(name, str) and name.endswith(HIDE))


def _data(given: dict[Any, Any], notes: list[str]) -> str:
    regression = given.get("problem") == "regression"
    name, known = ("regDataset", HEIGHTS) if regression else ("dataset", SETS)
    usual = next(iter(known))
    asked = given.get(name, usual)
    if isinstance(asked, str) and asked in known:
        return known[asked]
    if not _blank(asked):
        notes.append(f"There is no data set {show(asked)} here; used {show(known[usual])}.")
    return known[usual]


def _features(given: dict[Any, Any], notes: list[str]) -> str:
    usual = ("x", "y")
    on = [
        name
        for name in FEATURES
        if (_on(given[name]) if not _blank(given.get(name, "")) else name in usual)
    ]
    for name in ("cosX", "cosY"):
        if _on(given.get(name, "")):
            notes.append(f"There is no input {name} here; it was left out.")
    if not on:
        notes.append("The link chooses no input at all; used x and y.")
    return ",".join(on or usual)


def _hidden(given: dict[Any, Any], notes: list[str]) -> list[str]:
    asked = [
        name.removesuffix(HIDE)
        for name, value in given.items()
        if isinstance(name, str) and name.endswith(HIDE) and value in ("true", True)
    ]
    strange = [name for name in asked if name not in HIDDEN]
    if strange:
        notes.append(f"The link hides {show(', '.join(strange))}, which cannot be hidden here.")
    return [HIDDEN[name] for name in asked if name in HIDDEN]


def _blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def _on(value: Any) -> bool:
    return not _blank(value) and value not in ("false", False)
