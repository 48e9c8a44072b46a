"""The one exception that a person is meant to read."""


class Problem(Exception):
    """Something that the person at the keyboard can put right.

    `build.py` prints it without a traceback, so the message names what went wrong and `way_out` the
    next step.
    """

    def __init__(self, message: str, way_out: str) -> None:
        super().__init__(f"{message}\n  {way_out}")
        self.message = message
        self.way_out = way_out
