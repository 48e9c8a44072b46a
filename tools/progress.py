"""Telling the person at the terminal what is going on and how far it is.

On a terminal a step is one line that is drawn over; anywhere else (a log, a pipe) it is plain
lines.
"""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from tools.places import CACHE
from tools.problem import Problem

WIDTH = 24
REDRAW_SECONDS = 0.1
LINE = 500  # letters of a line that are shown: minified programs have lines of a megabyte
HEAD_LINES, TAIL_LINES = 4, 14
PERCENT = re.compile(r"(\d+)% ?(.*)")


def terminal() -> bool:
    """Whether lines can be drawn over."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def say(text: str) -> None:
    """Prints one line at once."""
    print(text, flush=True)


def heading(text: str) -> None:
    """Prints the name of a stage, set apart from what came before."""
    bold, plain = (
        ("\033[1m", "\033[0m") if terminal() and "NO_COLOR" not in os.environ else ("", "")
    )
    say(f"\n{bold}== {text}{plain}")


class Step:
    """A piece of work with a name: a progress bar, or the seconds gone by where its length is
    unknown.

    Use as a context manager; `to(fraction, note)` moves it on. Of several at a time the oldest is
    drawn.
    """

    _running: ClassVar[list["Step"]] = []

    def __init__(self, name: str) -> None:
        self.name = name
        self.fraction: float | None = None
        self.note = ""
        self._began = time.monotonic()
        self._drawn = 0.0
        self._done = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def to(self, fraction: float | None, note: str = "") -> None:
        """Moves the bar to `fraction` (0 to 1; None: length unknown) and shows `note` behind it."""
        self.fraction, self.note = fraction, note
        if time.monotonic() - self._drawn >= REDRAW_SECONDS:
            self._draw()

    def __enter__(self) -> Self:
        self._running.append(self)
        if terminal():
            self._draw()
            self._ticker.start()
        else:
            say(f"{self.name} ...")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        seconds = time.monotonic() - self._began
        self._done.set()
        self._running.remove(self)
        if terminal():
            self._ticker.join()
        ending = "done" if kind is None else "failed"
        line = f"{self.name} {ending}, {seconds:.1f} s"
        say(f"\r\033[K{line}" if terminal() else f"  {line}")

    def _tick(self) -> None:
        while not self._done.wait(1.0):
            self._draw()

    def _draw(self) -> None:
        if not terminal() or self._running[:1] != [self]:
            return
        self._drawn = time.monotonic()
        if self.fraction is None:
            bar = f"{self._drawn - self._began:4.0f} s"
        else:
            full = round(WIDTH * min(1.0, max(0.0, self.fraction)))
            bar = f"[{'#' * full}{'.' * (WIDTH - full)}] {100 * self.fraction:3.0f}%"
        room = max(10, os.get_terminal_size().columns - len(self.name) - len(bar) - 4)
        sys.stdout.write(f"\r\033[K{self.name} {bar} {self.note[:room]}")
        sys.stdout.flush()


def run(
    command: Sequence[str | Path],
    name: str,
    way_out: str,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Runs a command as a step, showing its last line of output, and returns everything that it
    printed.

    A line that begins with a percentage moves the bar. What it printed is also kept in
    `.cache/logs/`. A command that fails raises a Problem with the end of its output and `way_out`.
    """
    log = CACHE / "logs" / (name.lower().replace(" ", "-").replace("/", "-") + ".txt")
    log.parent.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    with Step(name) as step, log.open("w", encoding="utf-8") as file:
        try:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd,
                env=dict(env) if env is not None else None,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise Problem(f"{command[0]} could not be started: {error}", way_out) from error
        with process:
            assert process.stdout is not None
            for line in process.stdout:
                file.write(line)
                lines.append(line.rstrip())
                percent = PERCENT.match(line)
                if percent:
                    step.to(int(percent[1]) / 100, percent[2])
                else:
                    step.to(step.fraction, line.strip())
        if process.returncode:
            shown = "\n    ".join(excerpt([line for line in lines if line.strip()]))
            raise Problem(
                f"{name} failed (exit code {process.returncode}):\n    {shown}",
                f"{way_out}\n  The whole output is in {log}",
            )
    return "\n".join(lines)


def excerpt(lines: list[str]) -> list[str]:
    """The beginning and the end of an output: some programs name the cause first, others last."""
    lines = [line if len(line) < LINE else f"{line[:LINE]} …" for line in lines]
    if len(lines) <= HEAD_LINES + TAIL_LINES:
        return lines
    return [*lines[:HEAD_LINES], "...", *lines[-TAIL_LINES:]]
