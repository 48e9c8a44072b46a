"""Everything that is checked without running it: style, types, HTML, sizes of files."""

import subprocess
import sys
from collections.abc import Callable

from tools import environment, progress, site, sizes
from tools.places import DIST, ROOT


def check() -> int:
    """Runs every check, also after one that failed; 0 if all passed."""
    environment.install("build", "test", "check")
    site.build(DIST)
    results = {}
    for name, run in CHECKS.items():
        progress.heading(name)
        results[name] = run()
    progress.heading("result")
    for name, code in results.items():
        progress.say(f"{name:20} {'passed' if code == 0 else 'FAILED'}")
    return 0 if not any(results.values()) else 1


def python_tool(*command: str) -> Callable[[], int]:
    """A check by a Python module with a command line."""
    return lambda: subprocess.call([sys.executable, "-m", *command], cwd=ROOT)


def node_tool(name: str, *arguments: str) -> Callable[[], int]:
    """A check by a command of an npm package."""
    return lambda: subprocess.call([environment.node_tool(name), *arguments], cwd=ROOT)


def html() -> int:
    """Every page of the built site."""
    pages = sorted(map(str, DIST.rglob("*.html")))
    return subprocess.call([environment.node_tool("html-validate"), *pages], cwd=ROOT)


def length() -> int:
    """Sizes of files."""
    return sizes.check(sizes.sources())


CHECKS: dict[str, Callable[[], int]] = {
    "ruff check": python_tool("ruff", "check", "."),
    "ruff format": python_tool("ruff", "format", "--check", "."),
    "mypy pyml": python_tool("mypy", "--strict", "pyml"),
    "mypy tools": python_tool("mypy", "--strict", "build.py", "tools"),
    "biome": node_tool("biome", "check", "."),
    "tsc": node_tool("tsc", "--noEmit", "--checkJs", "--project", "jsconfig.json"),
    "html-validate": html,
    "sizes": length,
}
