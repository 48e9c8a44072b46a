"""pyml as a wheel, as pip would install it."""

import os
from pathlib import Path

from tools.cache import Cache
from tools.places import ROOT
from tools.problem import Problem

EPOCH = "1577836800"  # 2020-01-01: the date of every member, so that equal sources give equal bytes


def version() -> str:
    """Pyml's version, read from its source without importing it."""
    for line in (ROOT / "pyml" / "__init__.py").read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if name.strip() == "__version__" and equals:
            return value.strip().strip("\"'")
    raise Problem("pyml/__init__.py gives no version.", 'Add a line like __version__ = "0.1.0".')


def wheel(cache: Cache) -> Path:
    """The wheel of pyml, built by flit-core."""

    def make(folder: Path) -> None:
        from flit_core import buildapi  # installed in the venv only

        before = Path.cwd()
        os.environ["SOURCE_DATE_EPOCH"] = EPOCH
        os.chdir(ROOT)
        try:
            buildapi.build_wheel(str(folder))
        except Exception as error:
            raise Problem(
                f"pyml could not be packed: {error}", "Correct pyproject.toml or pyml/__init__.py."
            ) from error
        finally:
            os.chdir(before)

    sources = [ROOT / "pyml", ROOT / "pyproject.toml", ROOT / "LICENSE"]
    if (ROOT / "README.md").exists():
        sources.append(ROOT / "README.md")
    folder = cache.step("pyml-wheel", sources, make)
    return next(folder.glob("*.whl"))
