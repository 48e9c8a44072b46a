"""The tests, in stages: Python, JavaScript, the built site in Pyodide under Node, the built site in
Chromium.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from tools import browser, environment, kernels, progress, site
from tools.cache import Cache
from tools.places import DIST, ROOT
from tools.problem import Problem

Stage = Callable[[list[str]], int]


def test(only: list[str] | None, extra: list[str]) -> int:
    """Runs the stages, all of them or those in `only`; 0 if everything passed."""
    environment.install("build", "test")
    names = [name for name in STAGES if not only or name in only]
    if "parity" in names:
        environment.install_torch()
    if set(names) - {"js"}:
        # The tests of the build look at its result, too.
        progress.heading("build")
        site.build(DIST)
    results = []
    for name in names:
        progress.heading(f"{name} tests")
        began = time.monotonic()
        try:
            code = STAGES[name](extra)
        except Problem as problem:
            progress.say(str(problem))
            code = 1
        results.append((name, code, time.monotonic() - began))
    progress.heading("result")
    for name, code, seconds in results:
        progress.say(f"{name:8} {'passed' if code == 0 else 'FAILED'} in {seconds:.0f} s")
    return 0 if all(code == 0 for _, code, _ in results) else 1


def pytest(folders: Sequence[str], extra: list[str], **variables: str) -> int:
    """Runs pytest on some folders in this terminal."""
    command = [sys.executable, "-m", "pytest", *folders, *extra]
    return subprocess.call(command, cwd=ROOT, env={**os.environ, **variables})


def node_test(folder: str) -> int:
    """Runs Node's test runner on the `*.test.js` and `*.test.mjs` files of a folder."""
    # Named one by one: what Node does with a folder depends on its version.
    files = sorted(map(str, (ROOT / folder).rglob("*.test.*js")))
    if not files:
        raise Problem(
            f"{folder}/ holds no tests.", "Name test files NAME.test.js or NAME.test.mjs."
        )
    reporter = ["--test-reporter", "spec"]
    return subprocess.call([environment.node(), "--test", *reporter, *files], cwd=ROOT)


def unit(extra: list[str]) -> int:
    """The package by itself, under pytest."""
    environment.node_modules()  # among the data are the digits of an npm package
    variables = {}
    if library := kernels.native(Cache()):  # without a compiler the tests of the kernels skip
        variables["PYML_KERNELS"] = str(library)
    return on_all_cores("tests/unit", extra, **variables)


def parity(extra: list[str]) -> int:
    """The package beside ConvNetJS, which runs under Node, and torch."""
    environment.node_modules()
    return on_all_cores("tests/parity", extra)


def on_all_cores(folder: str, extra: list[str], **variables: str) -> int:
    """Pytest in as many processes as there are cores; who debugs, or says how many, has one."""
    own = any(word.startswith(("-x", "-n", "--pdb")) for word in extra)
    cores = [] if own else ["-n", "auto", "--dist", "worksteal"]
    return pytest([folder], [*cores, *extra], OPENBLAS_NUM_THREADS="1", **variables)


def build(extra: list[str]) -> int:
    """The build, under pytest."""
    return pytest(["tests/build"], extra)


def javascript(_: list[str]) -> int:
    """The page's modules that need no page, under Node."""
    return node_test("tests/js")


def pyodide(_: list[str]) -> int:
    """The built site's own files, under Node."""
    return node_test("tests/pyodide")


def in_browser(extra: list[str]) -> int:
    """The built site in Chromium."""
    return pytest(["tests/browser"], extra, PYML_CHROMIUM=browser.chromium(), PYML_DIST=str(DIST))


STAGES: dict[str, Stage] = {
    "unit": unit,
    "parity": parity,
    "build": build,
    "js": javascript,
    "pyodide": pyodide,
    "browser": in_browser,
}


def bench(extra: list[str]) -> int:
    """Builds the site and measures it."""
    environment.install("build", "test")
    variables = dict(os.environ)
    if not {"-h", "--help"} & set(extra):
        variables["PYML_CHROMIUM"] = browser.chromium()
        site.build(DIST)
    command = [sys.executable, "-m", "tools.bench", *extra]
    with subprocess.Popen(command, cwd=ROOT, env=variables) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:  # it had the same one, says what it knows and cleans up
                continue
