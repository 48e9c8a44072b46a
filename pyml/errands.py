"""What a demo needs beside its learning: files of the site, and time for chores."""

from __future__ import annotations

from pyml.demo import Demo

#: a demo whose chores fail so often in a row is not asked for them again until it is spoken to
PATIENCE = 3


class Errands:
    """The files that one demo waits for, and whether there may be chores to do."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._asked: set[str] = set()
        # Most demos have none and are never asked.
        self._any = type(demo).chores is not Demo.chores
        self._more = True
        self._failed = 0

    def heard(self) -> None:
        """Something was said to the demo, so there may be something to do."""
        self._more, self._failed = True, 0

    def wanted(self) -> list[str]:
        """The files to fetch now; a file that is on its way is not fetched again."""
        wants, self._demo.wants = self._demo.wants, []
        new = [file for file in dict.fromkeys(wants) if file not in self._asked]
        self._asked.update(new)
        return new

    def give(self, file: object, data: object, error: object) -> bool:
        """Hands over a file, or the reason why there is none; whether it was waited for.

        A session that began anew hears nothing of what the one before it asked for.
        """
        if not isinstance(file, str) or file not in self._asked:
            return False
        self._asked.remove(file)
        if error or data is None:
            self._demo.given(file, None, str(error or "it did not come"))
        else:
            self._demo.given(file, bytes(data), "")  # type: ignore[call-overload]
        return True

    def waiting(self, running: bool) -> bool:
        """Whether there may be chores: after a message, while there are more, or in training."""
        return self._any and self._failed < PATIENCE and (self._more or running)

    def work(self, seconds: float) -> None:
        """Does chores for about so long; raises what they raise, and may go on then."""
        self._more = True
        self._failed += 1
        self._more = self._demo.chores(seconds)
        self._failed = 0
