"""The bar in a terminal."""

import io
import os
import sys

import pytest

from pyml.terminal import Bar, duration


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_it_shows_how_far_it_is_and_is_gone_in_the_end(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with Bar("reading") as bar:
        bar.show(1, 4, "3 s left")
    assert "reading  █████░░░░░░░░░░░░░░░  25%  3 s left" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K")


def test_it_never_wraps(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr("shutil.get_terminal_size", lambda *_, **__: os.terminal_size((30, 10)))
    Bar("reading").show(1, 4, "a long story" * 9)
    assert len(screen.getvalue().removeprefix("\r\x1b[K")) == 29


def test_it_is_silent_in_a_log_and_takes_an_empty_total(monkeypatch):
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    Bar("reading").show(1, 4)
    assert log.getvalue() == ""
    monkeypatch.setattr(sys, "stderr", Terminal())
    Bar("reading").show(0, 0)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59, "59 s"), (60, "1:00 min"), (200, "3:20 min"), (3720, "1:02 h")],
)
def test_durations_as_people_read_them(seconds, text):
    assert duration(seconds) == text


def test_without_a_console_it_is_silent(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with Bar("reading") as bar:
        bar.show(1, 4)
