"""Compiled kernels do the work where they can; where they cannot, or may not, NumPy does."""

from __future__ import annotations

import json
import re

import pytest
from conftest import DIST, Site, Watch
from playwright.sync_api import Locator, Page, expect
from test_faults import write_code
from test_learning import button, open_demo

BUILT = [path for path, _, _ in json.loads((DIST / "build.json").read_text("utf-8"))]
KERNELS = next((path for path in BUILT if "/pyml_kernels-" in path), "")
WORKER = next(path for path in BUILT if re.match(r"app/worker-\w+\.js$", path))

pytestmark = pytest.mark.skipif(not KERNELS, reason="the site was built without kernels")


def shows(demo: Locator, backend: str) -> None:
    """The demo says what computes, in an attribute and in words, and learns without complaint."""
    words = {"kernels": "NumPy and compiled kernels.", "numpy": "Python with NumPy."}
    expect(demo).to_have_attribute("data-backend", backend)
    expect(demo.locator(".engine")).to_contain_text(words[backend])
    expect(demo).to_have_attribute("data-step", re.compile("[1-9]"))
    expect(demo.get_by_role("alert")).to_have_count(0)


def asked_for(site: Site) -> int:
    """How often the kernels were asked for."""
    return sum(path.endswith(KERNELS) for path in site.requests)


def test_kernels_do_the_work_by_themselves(page: Page, site: Site) -> None:
    shows(open_demo(page, site, "classifier"), "kernels")
    assert asked_for(site) == 1


def without_vectors() -> bytes:
    """The worker in a browser whose WebAssembly has no vectors."""
    return b"WebAssembly.validate = () => false;\n" + (DIST / WORKER).read_bytes()


WITHOUT = {
    "NumPy is asked for": ("?backend=numpy", {}, 0),
    "the browser has no vectors": ("", {WORKER: without_vectors()}, 0),
    "the file is missing": ("", {KERNELS: 404}, 2),
    "the file is damaged": ("", {KERNELS: b"not what was built"}, 2),
}


@pytest.mark.parametrize("name", WITHOUT)
def test_numpy_does_the_work_where(page: Page, site: Site, watch: Watch, name: str) -> None:
    link, faults, requests = WITHOUT[name]
    site.faults.update(faults)
    shows(open_demo(page, site, "classifier", link), "numpy")
    assert asked_for(site) == requests
    if requests:
        watch.expected += ["compiled kernels could not be loaded", "404", "integrity", "digest"]
    warnings = [text for text in watch.errors if "compiled kernels" in text]
    assert len(warnings) == (1 if requests else 0)


@pytest.mark.parametrize(("link", "backend"), [("", "kernels"), ("?backend=numpy", "numpy")])
def test_a_python_that_was_started_anew_computes_as_before(
    page: Page, site: Site, link: str, backend: str
) -> None:
    demo = open_demo(page, site, "classifier", f"{link}#play=0")
    write_code(page, "def make_network(seed):\n    while True:\n        pass\n")
    button(demo, "Stop it now").click()
    expect(demo.get_by_role("alert")).to_contain_text("did not come back")
    button(demo, "Play").click()
    shows(demo, backend)
    assert link in page.url
    assert bool(asked_for(site)) == (backend == "kernels")


def test_the_demos_of_a_page_share_the_choice(page: Page, site: Site) -> None:
    app = next(path for path in BUILT if re.match(r"app/app-\w+\.js$", path))
    site.pages["two.html"] = f"""<!doctype html><html lang="en"><title>Two</title>
        <link rel="icon" href="icon.svg"><script type="module" src="{app}"></script>
        <pyml-demo name="perceptron"></pyml-demo><pyml-demo name="classifier"></pyml-demo></html>"""
    page.goto(f"{site.url}two.html?backend=numpy")
    for number in range(2):
        demo = page.locator("pyml-demo").nth(number)
        demo.scroll_into_view_if_needed()
        shows(demo, "numpy")
