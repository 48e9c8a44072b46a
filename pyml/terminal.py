"""A bar in a terminal that shows how far a long piece of work has come."""

from __future__ import annotations

import os
import shutil
import sys
import time
from types import TracebackType
from typing import Self

EVERY = 0.1  # seconds between two pictures


class Bar:
    """One line that is drawn over itself, and is gone when the `with` block is left.

    Where standard error is no terminal it shows nothing: a log is no place for it.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        # Where a program has no console, there is no standard error either.
        self._live = sys.stderr is not None and sys.stderr.isatty()
        self._next = 0.0

    def show(self, done: int, total: int, more: str = "") -> None:
        """Draws `done` of `total`, and what `more` there is to say, a few times a second."""
        now = time.monotonic()
        if not self._live or now < self._next:
            return
        self._next = now + EVERY
        part = done / total if total else 1.0
        filled = round(20 * part)
        bar = "\u2588" * filled + "\u2591" * (20 - filled)
        line = f"{self.title}  {bar} {part:4.0%}  {more}"
        self._write(line[: width() - 1])

    def _write(self, line: str) -> None:
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._live:
            self._write("")


def width() -> int:
    """Columns of the terminal that standard error is."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return shutil.get_terminal_size().columns


def duration(seconds: float) -> str:
    """Seconds as people read them: 45 s, 3:20 min, 1:02 h."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02} min"
    return f"{minutes // 60}:{minutes % 60:02} h"
