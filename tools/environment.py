"""The project's own environment: a venv in `.cache/` and `node_modules`, each made when it is first
needed.

Works with the standard library alone, since it runs before anything is installed.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, cast

from tools import progress
from tools.cache import key
from tools.places import CACHE, NODE_MODULES, ROOT
from tools.problem import Problem

VENV = CACHE / "venv"
NODE_OLDEST = 20
NO_NETWORK = (
    "If there is no network: connect once and run the command again; afterwards everything works "
    "offline."
)


def python() -> Path:
    """The venv's interpreter."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pyproject() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def make_venv() -> None:
    """Makes the venv if it is not there, or was made by another Python than the one now running."""
    made_by = VENV / "made-by.txt"
    this = f"{sys.version}\n{sys.base_prefix}\n"
    if python().exists() and made_by.exists() and made_by.read_text(encoding="utf-8") == this:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    progress.run(
        [sys.executable, "-m", "venv", VENV],
        "Python environment",
        "Python's own modules venv and ensurepip are needed. "
        "On Debian or Ubuntu: apt install python3-venv",
    )
    made_by.write_text(this, encoding="utf-8")


def inside_venv() -> bool:
    """Whether this very process runs in the project's venv."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def requirements(*groups: str) -> list[str]:
    """The pinned packages of some of pyproject.toml's optional dependency groups."""
    table = cast(dict[str, list[str]], pyproject()["project"]["optional-dependencies"])
    return sorted({requirement for group in groups for requirement in table[group]})


def install(*groups: str) -> None:
    """Makes sure that the venv holds the packages of these groups, in the pinned versions."""
    done = settled()
    missing = [requirement for requirement in requirements(*groups) if requirement not in done]
    if missing:
        pip_install(missing, f"Python packages for {' and '.join(groups)}")
        settle(missing)


def install_torch() -> None:
    """Makes sure that the venv holds torch, if pip can bring a build for the CPU.

    On Linux the plain build brings gigabytes for graphics cards along. The one for the CPU goes
    by a version of its own, which not every index has; without it torch is left out, and the
    tests that compare with it skip. Tried once for each version that is pinned.
    """
    (requirement,) = requirements("torch")
    if requirement in settled():
        return
    build = f"{requirement}+cpu" if sys.platform == "linux" else requirement
    try:
        pip_install([build], "torch to compare with")
    except Problem:
        progress.say(
            f"  It is left out, and tests that compare with it skip. To have them, run {python()} "
            f"-m pip install {build} --index-url and the index of CPU builds that torch names."
        )
    settle([requirement])


@cache  # asked for at every build, and a build may be one of many
def install_compiler() -> None:
    """Makes sure that the venv holds the C compiler of the kernels, if pip can bring it."""
    (requirement,) = requirements("compiler")
    if requirement in settled():
        return
    try:
        pip_install([requirement], "a C compiler for the kernels")
    except Problem:
        progress.say(
            "  It is left out: everything is built without kernels, and NumPy does the work."
        )
    else:
        settle([requirement])


def pip_install(packages: list[str], name: str) -> None:
    """Has the venv's pip install these packages; the step is shown under `name`."""
    progress.run(
        [python(), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *packages],
        name,
        NO_NETWORK,
    )


def settled() -> set[str]:
    """The pinned packages that earlier runs installed, or decided to leave out."""
    record = VENV / "installed.json"
    return set(json.loads(record.read_text(encoding="utf-8"))) if record.exists() else set()


def settle(new: list[str]) -> None:
    """Notes that these packages need no other look, in place of other versions of theirs."""
    names = {requirement.split("==")[0] for requirement in new}
    kept = {requirement for requirement in settled() if requirement.split("==")[0] not in names}
    (VENV / "installed.json").write_text(json.dumps(sorted(kept | set(new))), encoding="utf-8")


def node() -> str:
    """The Node program, new enough, or a Problem that says where to get it."""
    way_out = (
        f"Install Node.js {NODE_OLDEST} or newer (with npm) from nodejs.org, or with your system's "
        "package manager."
    )
    program = shutil.which("node")
    if not program:
        raise Problem("Node.js was not found.", way_out)
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem(f"Node.js at {program} does not start: {error}", way_out) from error
    found = re.match(r"v(\d+)\.", answer.stdout)
    if not found or int(found[1]) < NODE_OLDEST:
        raise Problem(f"Node.js {answer.stdout.strip()} at {program} is too old.", way_out)
    return program


def node_modules() -> None:
    """Makes sure that `node_modules` is what package-lock.json says."""
    node()
    stamp = NODE_MODULES / ".installed"
    wanted = key(ROOT / "package-lock.json", ROOT / "package.json")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    npm = shutil.which("npm")
    if not npm:
        raise Problem(
            "npm was not found, though Node.js was.", "Install npm; it usually comes with Node.js."
        )
    progress.run(
        [npm, "ci", "--no-audit", "--no-fund", "--prefer-offline"],
        "npm packages",
        NO_NETWORK,
        cwd=ROOT,
    )
    stamp.write_text(wanted, encoding="utf-8")


def node_tool(name: str) -> Path:
    """A command that an npm package brought."""
    return NODE_MODULES / ".bin" / (f"{name}.cmd" if os.name == "nt" else name)
