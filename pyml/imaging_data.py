"""Where the images of a demo come from: the site's own, piece by piece, or an archive of a visitor.

A demo cannot fetch. It says which file of the site it wants and is given its bytes; an archive that
was dropped lies in the file system and is read a little at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np

from pyml.controls import show
from pyml.datasets import chunks
from pyml.datasets.imageset import ImageSet

Shape = tuple[int, int, int]
#: split, images, labels, bytes that are read, bytes that there are
Piece = tuple[str, np.ndarray, np.ndarray, int, int]
Pieces = Generator[Piece, None, None]


class Supply:
    """The images that are there, and which of the site's files should come next."""

    def __init__(self, data_set: str, shape: Shape, classes: Sequence[str]) -> None:
        self.data_set, self.shape, self.classes = data_set, shape, tuple(classes)
        self.manifest = f"data/{data_set}.json"
        self.images = ImageSet(shape)
        #: what a visitor should know of them, whose they are, and trained networks: name and title
        self.note = self.credit = ""
        self.models: dict[str, str] = {}
        self._parts: list[dict[str, Any]] = []
        self._asked: set[str] = set()
        self._here: set[str] = set()
        self._failed: set[str] = set()
        #: a site may have images to test only; they are then learnt from as well
        self._borrowed = False
        self._reading: Pieces | None = None
        self._title = ""
        self._fresh = False  # nothing of the archive has come yet
        self._done = 0.0

    @property
    def reading(self) -> bool:
        """Whether there is more to read of an archive."""
        return self._reading is not None

    @property
    def waiting(self) -> str:
        """What is awaited, in words; "" if nothing is."""
        if self._reading is not None:
            return f"reading {self._title}"
        if not any(self.images.count(split) for split in ("train", "test")):
            return "waiting for images"
        return ""

    @property
    def unfetched(self) -> int:
        """How many files could not be had, see `again`."""
        return len(self._failed)

    @property
    def done(self) -> float:
        """How much of the archive has been read, 0 to 1."""
        return self._done

    def more(self, split: str, enough: float) -> list[str]:
        """The site's next file, unless there are `enough` images of the split or one is coming.

        Nor while one of them could not be had: who has no network is told once.
        """
        if self.images.count(split) >= enough or self._reading is not None:
            return []
        files = [self._file(part) for part in self._parts if part["split"] == split]
        if self._asked & set(files):
            return []
        new = [file for file in files if file not in self._here][:1]
        self._asked.update(new)
        return new

    def again(self) -> list[str]:
        """Files that could not be fetched, to be tried once more."""
        files, self._failed = sorted(self._failed), set()
        return files

    def given(self, file: str, data: bytes | None, error: str) -> None:
        """Takes a file of the site; ValueError if it did not come or is not what it should be."""
        if data is None:
            self._failed.add(file)
            raise ValueError(f"{file} could not be fetched: {error or 'nothing came'}")
        if file == self.manifest:
            self._take_manifest(data)
            return
        part = next((part for part in self._parts if self._file(part) == file), None)
        if part is None or file in self._here:
            return  # of before a visitor opened an archive
        self._asked.discard(file)
        self._here.add(file)
        x, y = chunks.decode(data, self.shape, len(self.classes), file)
        self.images.add(part["split"], x, y)
        if self._borrowed:
            self.images.add("train", x, y)

    def _take_manifest(self, data: bytes) -> None:
        try:
            found = json.loads(data)
            parts = [dict(part) for part in found["parts"]]
            if tuple(found["shape"]) != self.shape or tuple(found["classes"]) != self.classes:
                raise ValueError(f"it is of images {found['shape']}")
            for part in parts:
                if part["split"] not in ("train", "test") or not isinstance(part["name"], str):
                    raise ValueError(f"it has a part {show(part)}")
            models = [(str(m["name"]), str(m["title"])) for m in found.get("models", [])]
            note, credit = str(found.get("note", "")), str(found.get("credit", ""))
        except (KeyError, TypeError, ValueError) as problem:
            raise ValueError(
                f"{self.manifest} is not the list of images that it should be ({problem}); "
                f"build the site anew"
            ) from None
        self.models, self.credit = dict(models), credit
        if self._reading is None and not self._title:
            self._parts, self.note = parts, note
            self._borrowed = not any(part["split"] == "train" for part in parts)
            if self._borrowed and parts:
                self.note = f"{note} They are learnt from as well.".strip()

    def open(self, pieces: Pieces, path: str) -> None:
        """Reads images of a visitor, which take the place of all others once the first are there.

        `pieces` gives them, `path` is where they lie.
        """
        self.stop()
        self._reading, self._title = pieces, path.rpartition("/")[2]
        self._fresh, self._done = True, 0.0

    def stop(self) -> None:
        """Reads no further; what is there stays."""
        if self._reading is not None:
            self._reading.close()
        self._reading = None

    def read(self, until: float, clock: Callable[[], float]) -> bool:
        """Reads on up to that time; whether there is more.

        ValueError if the archive is damaged: what was read before stays, if that was anything.
        """
        while self._reading is not None:
            try:
                piece = next(self._reading, None)
            except BaseException:
                self._reading = None
                raise
            if piece is None:
                self._reading = None
                break
            split, x, y, done, total = piece
            self._check(x)
            if self._fresh:
                self._replace()
            self.images.add(split, x, y)
            self._done = done / max(total, 1)
            if clock() >= until:
                break
        return self._reading is not None

    def _check(self, x: np.ndarray) -> None:
        if x.shape[1:] != self.shape:
            self.stop()
            raise ValueError(
                f"{self._title} holds images {x.shape[1:]}, but the demo takes {self.shape}"
            )

    def _replace(self) -> None:
        self.images, self._parts, self._asked = ImageSet(self.shape), [], set()
        self._fresh = self._borrowed = False
        self.note = f"Your own images, from {self._title}."

    def _file(self, part: dict[str, Any]) -> str:
        return f"data/{self.data_set}/{part['name']}"
