"""Where a random generator is, as a line of text: so that a run can be continued to the bit.

Text, because numbers of 128 bits do not survive in a browser.
"""

from __future__ import annotations

import numpy as np


def position(rng: np.random.Generator) -> str:
    """The state of a generator over PCG64, NumPy's default."""
    state = rng.bit_generator.state
    return (
        f"{state['state']['state']:x},{state['state']['inc']:x},"
        f"{state['has_uint32']:x},{state['uinteger']:x}"
    )


def move(rng: np.random.Generator, text: str) -> None:
    """Sets the generator to what `position` returned. ValueError for any other text."""
    try:
        state, inc, has_uint32, uinteger = (int(part, 16) for part in text.split(","))
        rng.bit_generator.state = {
            "bit_generator": "PCG64",
            "state": {"state": state, "inc": inc},
            "has_uint32": has_uint32,
            "uinteger": uinteger,
        }
    except (AttributeError, TypeError, ValueError, OverflowError):
        raise ValueError(f"{text!r} is no state of a random generator; it was damaged") from None
