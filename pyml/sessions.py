"""The worker's whole half of the protocol: messages in, frames out, training in between.

A page may hold many demos; each is a session with an id. `Sessions` knows nothing of browsers: it
is given a function to send with and a clock, and whoever owns it calls `receive` for every message
and `tick` as often as it asks to be called.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from pyml.controls import show
from pyml.ops import Ops
from pyml.session import Message, Refused, Send, Session
from pyml.visitor import explain

#: the methods of a session that a message may name as its type
HANDLERS = ("run", "step", "set", "event", "code", "preset", "export", "give", "drawn")


class Sessions:
    """All sessions of a page. `receive` and `tick` never raise: trouble becomes an error."""

    def __init__(
        self, send: Send, clock: Callable[[], float] = time.perf_counter, ops: Ops | None = None
    ) -> None:
        self._send = send
        self._clock = clock
        self._ops = ops
        self._sessions: dict[Any, Session] = {}

    def receive(self, message: Any) -> None:
        """Handles one message of the page and sends what follows from it."""
        name = None
        try:
            if not isinstance(message, dict):
                raise Refused(f"A message must be an object with a type, got {show(message)}.")
            name = message.get("id")
            with np.errstate(all="ignore"):
                self._handle(message)
        except BaseException as error:  # a visitor's code may raise anything
            self._error(name, error)

    def _handle(self, message: Message) -> None:
        kind, name = message.get("type"), message.get("id")
        if not isinstance(name, str | int):
            raise Refused(f"A message must carry the id of its session, got {show(name)}.")
        if kind == "start":
            self._sessions.pop(name, None)
            self._sessions[name] = Session(message, self._send, self._clock, self._ops)
            self._sessions[name].greet(on=message.get("on") is True)
            return
        if name not in self._sessions:
            if kind == "give":
                return  # it was closed while the file was on its way
            raise Refused(f"There is no session {show(name)}; start it first.")
        session = self._sessions[name]
        if kind == "close":
            del self._sessions[name]
            return
        if kind not in HANDLERS:
            raise Refused(
                f"Unknown message type {show(kind)}; there are start, close, {', '.join(HANDLERS)}."
            )
        try:
            getattr(session, kind)(message)
        finally:
            if kind != "drawn":
                session.errands.heard()
            session.flush()

    def tick(self, budget: float = 0.012) -> float | None:
        """Works for up to `budget` seconds and sends what is due: chores, and training.

        The sessions that train and those with chores share the time; what chores leave over is for
        training. Returns the seconds until there is more to do, or None when only a message can
        change that.
        """
        sessions = list(self._sessions.values())
        busy = [session for session in sessions if session.errands.waiting(session.running)]
        running = [session for session in sessions if session.running]
        share = budget / max(len(busy) + len(running), 1)
        if busy:
            start = self._clock()
            for session in busy:
                self._guarded(session, session.work, share)
            # Chores that took too long cost training nothing.
            left = (budget - self._clock() + start) / max(len(running), 1)
            share = max(share, left)
        waits = []
        for session in sessions:
            learnt = not session.running or self._guarded(session, session.train, share)
            shown = self._guarded(session, session.flush)
            session.running = session.running and learnt and shown
            waits.append(session.wait())
        return min((wait for wait in waits if wait is not None), default=None)

    def _guarded(self, session: Session, work: Callable[..., None], *args: float) -> bool:
        """Has a session do something; whether it went well, or else its error is told."""
        try:
            with np.errstate(all="ignore"):
                work(*args)
        except BaseException as error:  # a visitor's code may raise anything
            self._error(session.id, error)
            return False
        return True

    def _error(self, name: Any, error: BaseException) -> None:
        known = isinstance(name, str | int)
        session = self._sessions.get(name) if known else None
        running = session is not None and session.running
        about: Message = {"type": "error", "id": name if known else None, "running": running}
        self._send(about | explain(error), [])
