"""Remembering what was made from what, by content.

A step names its inputs; their hash names the folder `.cache/steps/<step>/<hash>/` that holds its
outputs. Where that folder is there already, nothing has to be made. Nothing else decides whether
work is repeated: no dates, no flags.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from tools.places import CACHE

KEEP = 4  # results of a step, so that switching branches back and forth stays quick


def sha256(data: bytes) -> str:
    """Hash of some bytes, as hexadecimal text."""
    return hashlib.sha256(data).hexdigest()


def files_below(folder: Path) -> list[Path]:
    """Every file in a folder that is part of the source, in a fixed order."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    )


def key(*inputs: object) -> str:
    """One hash for all inputs: files and folders count by content, anything else by its JSON."""
    total = hashlib.sha256()
    for value in inputs:
        if isinstance(value, Path):
            for path in [value] if value.is_file() else files_below(value):
                name = path.name if path == value else path.relative_to(value).as_posix()
                total.update(f"{name}\0{sha256(path.read_bytes())}\0".encode())
        else:
            total.update(json.dumps(value, sort_keys=True).encode())
        total.update(b"\1")
    return total.hexdigest()[:16]


class Cache:
    """The results of all steps. `fresh=True` makes each once more (downloads are no step)."""

    def __init__(self, folder: Path = CACHE / "steps", fresh: bool = False) -> None:
        self.folder = folder
        self.fresh = fresh
        self._made: set[Path] = set()

    def step(self, name: str, inputs: Iterable[object], make: Callable[[Path], None]) -> Path:
        """The folder with a step's results, which `make(folder)` fills if it is not there."""
        place = self.folder / name / key(*inputs)
        if place.is_dir() and (not self.fresh or place in self._made):
            place.touch()  # newest: the last to be thrown away
            return place
        place.parent.mkdir(parents=True, exist_ok=True)
        # Made elsewhere and moved, so that an interrupted build leaves no half result behind.
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=place.parent))
        try:
            make(draft)
            if place.is_dir():
                shutil.rmtree(place)
            draft.rename(place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self._made.add(place)
        self._prune(place.parent)
        return place

    def _prune(self, folder: Path) -> None:
        places = [p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("draft-")]
        for old in sorted(places, key=lambda p: p.stat().st_mtime, reverse=True)[KEEP:]:
            shutil.rmtree(old, ignore_errors=True)
