"""One demo that a visitor sees: what its messages do, how fast it runs, what the page is told."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pyml import wire
from pyml.controls import show
from pyml.demo import parse_seed
from pyml.demos import DEMOS
from pyml.errands import Errands
from pyml.exports import KINDS
from pyml.opening import open_demo
from pyml.ops import Ops
from pyml.pace import Pace

Message = dict[str, Any]
Send = Callable[[Message, list[np.ndarray]], None]

#: steps that one message may ask for
MOST_STEPS = 1000
#: seconds between two states while running
SAVE_EVERY = 1.0
#: seconds over which examples are counted
RATE_EVERY = 0.5


class Refused(ValueError):
    """A message that cannot be obeyed; its text is for the visitor."""


class Session:
    """One demo that a visitor sees: whether it runs and how fast, and what the page was told."""

    def __init__(
        self, start: Message, send: Send, clock: Callable[[], float], ops: Ops | None
    ) -> None:
        name = start.get("demo")
        if not isinstance(name, str) or name not in DEMOS:
            raise Refused(f"There is no demo {show(name)}; there are {', '.join(DEMOS)}.")
        self.id = start["id"]
        self.name = name
        self.running = False
        self._send = send
        self._clock = clock
        self._pace = Pace(clock)
        self._saved = clock()
        self._lately = (clock(), 0, 0.0)  # when examples were counted, how many, how many a second
        self._changed = True  # since the last frame
        self._in_flight = False  # a frame that the page has not drawn yet
        self.demo, self._notes, self._mistake, self._hide = open_demo(name, DEMOS[name], start, ops)
        self.errands = Errands(self.demo)

    def greet(self, on: bool) -> None:
        """Says that the session is ready and what it offers, and sends the first frame.

        A session that starts running (`on`) sends it after its first steps, with the next tick.
        """
        frame = {name: wire.kind(value) for name, value in self.demo.frame().items()}
        self._tell(
            "ready",
            demo=self.name,
            controls=[control.to_dict(name) for name, control in self.demo.controls.items()],
            schema={"events": self.demo.events(), "frame": frame},
            presets=[[name, preset.title] for name, preset in self.demo.presets.items()],
            exports=[[kind, KINDS[kind][0]] for kind in self.demo.exports],
            table=self.demo.table,
            hide=list(self._hide),
            **self._settings(),
        )
        self._tell_output()
        if on:
            self.run({"on": True})
        else:
            self.flush()
        if self._mistake is not None:
            raise self._mistake

    def run(self, message: Message) -> None:
        """Play or pause."""
        self.running = message.get("on") is True
        self._changed = True
        self._pace.start()
        if not self.running:
            self._save()

    def step(self, message: Message) -> None:
        """Makes n steps at once, fewer if nothing is left to learn."""
        n = message.get("n", 1)
        if isinstance(n, bool) or not isinstance(n, int | float) or not n >= 1:
            n = 1
        left = int(min(n, MOST_STEPS))
        while left > 0:
            left -= self._advance(left)
            if self.demo.finished:
                break
        self._save()

    def set(self, message: Message) -> None:
        """Changes a setting or the seed; when that fails everything stays as it was."""
        name, value = message.get("name"), message.get("value")
        demo = self.demo
        with self._unless_it_fails():
            if name == "seed":
                demo.seed, note = parse_seed(value)
                demo.reset()
            elif isinstance(name, str) and name in demo.controls:
                value, note = demo.controls[name].parse(value)
                demo.set(name, value)
            else:
                raise Refused(
                    f"There is no setting {show(name)}; there are {', '.join(demo.controls)}."
                )
            if name == "code":
                demo.frame()  # code that fails only on the whole picture is refused, too
        self._notes += [note] if note else []
        self._pace.change()
        self._tell_all()

    @contextlib.contextmanager
    def _unless_it_fails(self) -> Iterator[None]:
        """Whatever is done to the demo; when that fails it is as it was before."""
        before, settings = dict(self.demo.__dict__), dict(self.demo.settings)
        try:
            yield
        except BaseException:
            self.demo.__dict__.clear()
            self.demo.__dict__.update(before)
            self.demo.settings = settings
            raise

    def event(self, message: Message) -> None:
        """Does what the visitor did."""
        name = message.get("name")
        events = self.demo.events()
        if not isinstance(name, str) or name not in events:
            raise Refused(f"There is no event {show(name)}; there are {', '.join(events)}.")
        args = {key: value for key, value in message.items() if key not in ("type", "id", "name")}
        if set(args) != set(events[name]):
            takes, got = ", ".join(events[name]), ", ".join(map(str, args))
            raise Refused(f"The event {name} takes ({takes}), got ({got}).")
        if name == "reset":
            self.demo.reset()
        else:
            getattr(self.demo, f"on_{name}")(**args)
        if name in self.demo.glances:
            self._changed = True
        else:
            self._tell_all()

    def code(self, message: Message) -> None:
        """Runs the visitor's code; while it fails, the demo stays as it was."""
        for name, control in self.demo.controls.items():
            if control.kind == "code":
                self.set({"name": name, "value": message.get("text")})
                return
        raise Refused(f"The demo {self.name} has no code to change.")

    def preset(self, message: Message) -> None:
        """Sets the demo to a state that has a name; when that fails everything stays."""
        name, demo = message.get("name"), self.demo
        if not isinstance(name, str) or name not in demo.presets:
            raise Refused(
                f"There is no preset {show(name)}; there are {', '.join(demo.presets) or 'none'}."
            )
        with self._unless_it_fails():
            demo.settings, demo.seed = demo.preset_settings(name), demo.presets[name].seed
            demo.reset()
        self._pace.change()
        self._tell_all()

    def export(self, message: Message) -> None:
        """Sends a file of a kind that the demo exports."""
        kind = message.get("kind")
        name, mime, data = self.demo.export(kind if isinstance(kind, str) else show(kind))
        content = {"kind": kind, "name": name, "mime": mime}
        self._send({"type": "file", "id": self.id, **content}, [np.frombuffer(data, np.uint8)])

    def give(self, message: Message) -> None:
        """Hands the demo a file that it wanted, or tells it why there is none."""
        about = (message.get(name) for name in ("file", "bytes", "error"))
        if self.errands.give(*about):
            self._changed = True
            if self.demo.notes:
                self._tell_all()

    def drawn(self, message: Message) -> None:
        """The page has drawn the last frame and may get another."""
        self._in_flight = False

    def train(self, share: float) -> None:
        """Makes the steps that are due, or as many as fit into about `share` seconds."""
        start = now = self._clock()
        due = self._pace.due(self._rate())
        made, burst = 0, 1
        while self.running and made < due:
            before = now
            steps = self._advance(int(min(burst, due - made)))
            made += steps
            if self.demo.finished:
                self.running = False
            now = self._clock()
            left = start + share - now
            if left <= 0:
                break
            # As many as should fit into half of the time that is left: it may get slower.
            burst = 1 + int(min(MOST_STEPS, left / 2 * steps / max(now - before, 1e-6)))
        self._pace.made(made)
        if not self.running or start - self._saved >= SAVE_EVERY:
            self._save()

    def work(self, share: float) -> None:
        """Does chores for about `share` seconds."""
        self._changed = True
        self.errands.work(share)

    def wait(self) -> float | None:
        """Seconds until there is something to do; None if only a message can change that."""
        if self.errands.waiting(False):
            return 0.0
        return self._pace.wait(self._rate()) if self.running else None

    def flush(self) -> None:
        """Asks for files that are wanted; sends a frame if there is news and the last is drawn."""
        for file in self.errands.wanted():
            self._tell("want", file=file)
        if self._in_flight or not self._changed:
            return
        self._changed = False
        frame = self.demo.frame()
        self._in_flight = True
        status = {
            "running": self.running,
            "finished": self.demo.finished,
            "rate": self._per_second(),
        }
        self._tell_packed("frame", status | frame)

    def _per_second(self) -> float:
        """Examples that were learnt from in a second, lately; 0 at rest."""
        now, seen = self._clock(), self.demo.seen
        then, before, _ = self._lately
        if not self.running or seen < before:
            self._lately = now, seen, 0.0
        elif now - then >= RATE_EVERY:
            self._lately = now, seen, (seen - before) / (now - then)
        return self._lately[2]

    def _rate(self) -> float | None:
        speed = self.demo.settings["speed"]
        return None if speed == "max" else float(speed)

    def _advance(self, most: int) -> int:
        self._changed = True
        try:
            return self.demo.advance(most)
        except BaseException:
            self.running = False
            raise

    def _settings(self) -> Message:
        demo = self.demo
        notes = self._notes + demo.notes
        self._notes, demo.notes = [], []
        return {
            "settings": dict(demo.settings),
            "seed": demo.seed,
            "notes": notes,
            "program": demo.program(),
            "coded": list(demo.coded()),
            "preset": demo.preset(),
        }

    def _tell_all(self) -> None:
        self._changed = True
        self._tell("settings", **self._settings())
        self._tell_output()
        self._save()

    def _tell_output(self) -> None:
        text, self.demo.printed = self.demo.printed, ""
        if text:
            self._tell("output", text=text)

    def _save(self) -> None:
        self._saved = self._clock()
        demo = self.demo
        about = {"demo": self.name, "settings": dict(demo.settings), "seed": demo.seed}
        self._tell_packed("state", about | demo.state())

    def _tell_packed(self, kind: str, values: Message) -> None:
        header, arrays = wire.pack(values)
        self._tell(kind, arrays, header=header)

    def _tell(self, kind: str, arrays: list[np.ndarray] | None = None, **content: Any) -> None:
        self._send({"type": kind, "id": self.id, **content}, arrays or [])
