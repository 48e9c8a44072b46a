"""Strict arithmetic for every test, reproducible property tests, and what several tests need."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import settings
from pages import Page

# NumPy is the reference, also where kernels are installed; their own tests ask for them by name.
os.environ["PYML_BACKEND"] = "numpy"

settings.register_profile("pyml", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("pyml")


@pytest.fixture(autouse=True)
def strict_arithmetic() -> Iterator[None]:
    """Overflow, underflow, division by zero and invalid operations are errors in tests."""
    with np.errstate(all="raise"):
        yield


@pytest.fixture
def page() -> Page:
    """A page that draws nothing and forgets nothing."""
    return Page()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
