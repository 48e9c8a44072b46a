"""Finding a Chromium for the browser tests, and installing one where there is none."""

import os
import shutil
from pathlib import Path

from tools import environment, progress
from tools.problem import Problem

# A quiet Chromium that also starts as root and asks nobody anything.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
USUAL_PLACES = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
]


def find_chromium() -> str | None:
    """An installed Chromium or Chrome: the one that PYML_CHROMIUM names, or the first found."""
    named = os.environ.get("PYML_CHROMIUM")
    if named:
        return named
    found = [shutil.which(command) for command in COMMANDS]
    found += [place for place in USUAL_PLACES if Path(place).exists()]
    return next(filter(None, found), None) or playwright_chromium()


def playwright_chromium() -> str | None:
    """The Chromium that Playwright has downloaded, if it has."""
    from playwright.sync_api import sync_playwright  # installed on demand

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def chromium() -> str:
    """A Chromium, after installing one if need be; a Problem that says what to install where that
    fails.
    """
    found = find_chromium()
    if found:
        return found
    way_out = (
        "Install Chromium or Google Chrome (Debian, Ubuntu: apt install chromium), or set "
        "PYML_CHROMIUM to its path."
    )
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        progress.run(["apt-get", "update"], "Package lists", way_out, env=quiet)
        install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
        progress.run(install, "Installing Chromium", way_out, env=quiet)
    else:
        command = [str(environment.python()), "-m", "playwright", "install", "chromium"]
        progress.run(command, "Downloading Chromium", way_out)
    found = find_chromium()
    if not found:
        raise Problem("No Chromium was found, even after installing one.", way_out)
    return found
