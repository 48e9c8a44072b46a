"""The tables of data sets, what they promise in common, and what is imported when."""

import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyml import datasets
from pyml.datasets import DATASETS, FUNCTIONS, SURFACES, playground, points, regression
from pyml.datasets.playground import PLAYGROUND

ROOT = Path(__file__).parents[2]
MODULES = {path.stem for path in (ROOT / "pyml" / "datasets").glob("*.py")}
#: helpers of the readers, not data sets
INNER = {
    "chunks",
    "distort",
    "imageset",
    "__init__",
    "archive",
    "images",
    "pickles",
    "points",
    "regression",
    "streams",
    "tar",
}
#: functions beside the data sets that these modules offer
BESIDE = {"plane_height", "bumps_height", "shuffled"}


@pytest.mark.parametrize(
    ("module", "table", "name"),
    [
        (points, DATASETS, "DATASETS"),
        (regression, FUNCTIONS | SURFACES, "FUNCTIONS or SURFACES"),
        (playground, PLAYGROUND | playground.CLASSES, "PLAYGROUND or CLASSES"),
    ],
)
def test_every_set_is_in_its_table(module, table, name):
    found = {
        key: function
        for key, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and key[0] != "_" and key not in BESIDE
    }
    assert found == table, f"enter the new set in {name}"


@pytest.mark.parametrize("name", [*DATASETS, *FUNCTIONS, *SURFACES])
def test_every_set_is_there_under_its_name(name):
    assert getattr(datasets, name) is (DATASETS | FUNCTIONS | SURFACES)[name]


def test_every_module_is_there_under_its_name():
    assert set(datasets.LATER) == MODULES - INNER, "enter the new module in LATER"
    for name in datasets.LATER:
        assert getattr(datasets, name).__name__ == f"pyml.datasets.{name}"


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"'pyml\.datasets' has no attribute 'imagenet'"):
        _ = datasets.imagenet


def loaded(code):
    """The modules that a fresh interpreter has loaded after this code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_reading_files_costs_nothing_until_it_is_asked_for():
    slow = {"gzip", "tarfile", "zipfile", "zlib", "pickle", "pickletools", "PIL"}
    before = loaded("import pyml, numpy; from pyml.datasets import DATASETS")
    assert not before & {f"pyml.datasets.{name}" for name in datasets.LATER}
    # What NumPy itself brings along is no fault of ours.
    assert not (before - loaded("import numpy.random")) & slow
    after = loaded("from pyml import datasets; datasets.cifar10; datasets.digits")
    assert {"pyml.datasets.cifar10", "pyml.datasets.digits"} <= after
    assert not (after - loaded("import numpy.random")) & {"gzip", "tarfile", "zipfile", "PIL"}


noises = st.sampled_from([0.0, 0.1, 0.5, 1.0])
seeds = st.integers(0, 99)


def both(function, n, noise, seed):
    """The set twice; the second must be the same to the bit."""
    x, y = function(n, noise, np.random.default_rng(seed))
    again = function(n, noise, np.random.default_rng(seed))
    assert x.tobytes() == again[0].tobytes()
    assert y.tobytes() == again[1].tobytes()
    assert np.isfinite(x).all()
    return x, y


@given(st.sampled_from(sorted(DATASETS)), st.integers(4, 60), noises, seeds)
def test_point_sets_give_labelled_points_and_only_the_seed_matters(name, n, noise, seed):
    x, y = both(DATASETS[name], n, noise, seed)
    classes = set(range(4 if name == "multi_gauss" else 2))
    assert x.shape == (13 if name == "simple" else n, 2)
    assert y.shape == x.shape[:1]
    assert (x.dtype, y.dtype) == (np.float32, np.int64)
    assert set(y) <= classes if name == "random" else set(y) == classes


@given(st.sampled_from(sorted(FUNCTIONS | SURFACES)), st.integers(0, 60), noises, seeds)
def test_curves_and_surfaces_give_numbers_and_only_the_seed_matters(name, n, noise, seed):
    x, y = both((FUNCTIONS | SURFACES)[name], n, noise, seed)
    assert x.shape == (n, 1 if name in FUNCTIONS else 2)
    assert y.shape == (n, 1)
    assert x.dtype == y.dtype == np.float32
    assert np.isfinite(y).all()


@given(st.sampled_from(sorted(PLAYGROUND)), st.integers(0, 60), noises, seeds)
def test_the_playground_s_sets_give_targets_and_only_the_seed_matters(name, n, noise, seed):
    x, y = both(PLAYGROUND[name], n, noise, seed)
    assert x.shape == (n, 2)
    assert y.shape == (n,)
    assert x.dtype == y.dtype == np.float64
    if name in ("plane", "reg_gauss"):
        assert np.abs(y).max(initial=0) <= 1.2 * (1 + noise)
    else:
        assert set(y) <= {-1.0, 1.0}
