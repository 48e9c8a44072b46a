"""The tests of the kernels once more, with sanitizers watching."""

import os
import subprocess
import sys

import pytest

from tools import kernels
from tools.cache import Cache
from tools.places import ROOT

CHECKED = ["test_kernels", "test_kernels_images", "test_kernels_chains"]
CHECKED += ["test_kernels_norms", "test_kernels_updates", "test_fusion", "test_trainer_runs"]


def test_sanitizers_find_no_wrong_address_and_no_undefined_behaviour():
    """In all that the tests of the kernels do; NumPy's arrays end where their memory does."""
    library, variables = kernels.sanitized(Cache()), kernels.sanitizer_environment()
    if library is None:
        pytest.skip("gcc with its sanitizers' libraries is not on this machine")
    here = ROOT / "tests" / "unit"
    files = [str(here / f"{name}.py") for name in CHECKED]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *files],
        env=os.environ | variables | {"PYML_KERNELS": str(library)},
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
