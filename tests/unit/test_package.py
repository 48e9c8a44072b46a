"""The package as a whole: its rules about the outside, and its tables against the site."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import pyml
from pyml.demos import DEMOS
from tools.pictures import DRAWINGS

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
        optional = {"estimators.py": "sklearn"}.get(path.name)
        assert top in ("numpy", "pyml", optional) or top in sys.stdlib_module_names


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
    assert not loaded & {"gzip", "tarfile", "argparse", "sklearn"}


def test_what_flit_reads_is_there():
    assert pyml.__version__ == "0.1.0"
    assert len(pyml.__doc__.splitlines()) == 1
    assert (ROOT / "pyml" / "py.typed").exists()
    for name in pyml.__all__:
        assert hasattr(pyml, name)


LISTED = tomllib.loads((ROOT / "demos.toml").read_text("utf-8"))
VIEWS = {path.stem for path in (ROOT / "site" / "demos").glob("*.js")}
MODULES = {path.stem for path in (ROOT / "pyml" / "demos").glob("*.py")} - {"__init__"}


def missing(name):
    """The parts that the demo `name` lacks, as CONTRIBUTING.md lists them."""
    lesson = LISTED.get(name, {}).get("lesson", f"{name}.html")
    parts = {
        f"pyml/demos/{name}.py": name in MODULES,
        f'"{name}" in DEMOS of pyml/demos/__init__.py': name in DEMOS,
        f"site/demos/{name}.js": name in VIEWS,
        f"[{name}] in demos.toml": name in LISTED,
        f"site/lessons/{lesson}": (ROOT / "site" / "lessons" / lesson).is_file(),
        f'"{name}" in DRAWINGS of tools/pictures.py': name in DRAWINGS,
        f"tests/unit/test_{name}.py": (ROOT / "tests" / "unit" / f"test_{name}.py").is_file(),
    }
    return [part for part, there in parts.items() if not there]


@pytest.mark.parametrize("name", sorted({*DEMOS, *LISTED, *VIEWS, *MODULES, *DRAWINGS}))
def test_every_demo_has_all_its_parts(name):
    assert not missing(name), f"the demo {name} lacks {', '.join(missing(name))}"


def test_every_part_that_a_demo_lacks_is_named():
    assert missing("maze") == [
        "pyml/demos/maze.py",
        '"maze" in DEMOS of pyml/demos/__init__.py',
        "site/demos/maze.js",
        "[maze] in demos.toml",
        "site/lessons/maze.html",
        '"maze" in DRAWINGS of tools/pictures.py',
        "tests/unit/test_maze.py",
    ]


def test_there_is_a_test_file_for_every_module():
    tested = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    # The modules of `layers` are tested together, as layers in networks.
    inside = {"layers": "layers", "playground": "playground_{}"}
    modules = {inside.get(path.parent.name, "{}").format(path.stem.strip("_")) for path in FILES}
    modules.remove("playground_init")  # which is tests/unit/test_playground.py
    # `train` is what `python -m pyml train` does: tested in test_main.
    untested = modules - tested
    assert untested == {"init", "layer", "opening", "train"}, "write tests/unit/test_<module>.py"
