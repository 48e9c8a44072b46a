"""The package as a whole: its rules about the outside, and its tables against the site."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import pyml
from pyml.demos import DEMOS

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "pyml").rglob("*.py"))
LIGHT = {"copy", "dataclasses", "json", "numpy", "pyml"}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: write imports in full"
            yield node.module


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pyml_knows_nothing_of_a_browser_and_needs_only_numpy(path):
    for name in imports(path):
        top = name.split(".")[0]
        assert top not in ("js", "pyodide", "pyodide_js", "micropip")
        assert top in ("numpy", "pyml") or top in sys.stdlib_module_names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_opens_with_a_docstring_and_stays_short(path):
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= 300


def test_importing_pyml_is_light():
    """Nothing heavy comes along: each of these costs a visitor time before the first step."""
    code = "import sys, pyml.session; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert not loaded & {"traceback", "tomllib", "asyncio", "unittest", "zipfile", "pdb", "http"}


def test_what_flit_reads_is_there():
    assert pyml.__version__ == "0.1.0"
    assert len(pyml.__doc__.splitlines()) == 1
    assert (ROOT / "pyml" / "py.typed").exists()
    for name in pyml.__all__:
        assert hasattr(pyml, name)


def test_every_demo_has_its_three_parts():
    listed = tomllib.loads((ROOT / "demos.toml").read_text("utf-8"))
    views = {path.stem for path in (ROOT / "site" / "demos").glob("*.js")}
    files = {path.stem for path in (ROOT / "pyml" / "demos").glob("*.py")} - {"__init__"}
    assert set(DEMOS) == set(listed) == views == files, (
        "a demo is a class in pyml.demos.DEMOS, an entry in demos.toml and a view in site/demos"
    )


def test_there_is_a_test_file_for_every_module():
    tested = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    modules = {path.stem for path in FILES} - {"__init__"}
    assert modules - tested == {"layer", "opening"}, "write tests/unit/test_<module>.py"
