"""How long the files of the project are. A long file is a sign that two things live in it."""

import subprocess
from pathlib import Path

from tools import progress
from tools.places import ROOT

SUFFIXES = {".py", ".js", ".mjs", ".ts", ".css", ".c"}
WARN, FAIL = 300, 400


def sources() -> list[Path]:
    """Every file of code that Git knows or would add."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / line for line in listing.stdout.splitlines())
    return sorted(path for path in paths if path.suffix in SUFFIXES and path.is_file())


def check(files: list[Path]) -> int:
    """Names every file over the limits; 1 if one is over the hard limit."""
    worst = 0
    for path in files:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        worst = max(worst, lines)
        if lines > WARN:
            word = "too long" if lines > FAIL else "long"
            name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
            progress.say(f"{name}: {lines} lines, {word} (warning over {WARN}, error over {FAIL})")
    progress.say(f"{len(files)} files, the longest has {worst} lines")
    return 1 if worst > FAIL else 0
