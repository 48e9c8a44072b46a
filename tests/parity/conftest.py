"""Strict arithmetic, as in the tests of the package."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("pyml", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("pyml")


@pytest.fixture(autouse=True)
def strict_arithmetic() -> Iterator[None]:
    """Overflow, underflow, division by zero and invalid operations are errors in tests."""
    with np.errstate(all="raise"):
        yield
