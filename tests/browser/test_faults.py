"""Every way to fail, in loading or running, ends in words and a next step, and loses nothing."""

from __future__ import annotations

import re

import pytest
from conftest import DIST, Site, Watch
from playwright.sync_api import Locator, Page, expect
from test_learning import button, number, open_demo

FAULTS = {
    "the wheel is missing": ("cp314-pyemscripten_2026_0_wasm32.whl.pack", 404, "numpy"),
    "pyml is missing": ("py3-none-any.whl.pack", 404, "pyml"),
    "the wheel is damaged": (
        "cp314-pyemscripten_2026_0_wasm32.whl.pack",
        b"PK\x03\x04 not a wheel",
        "not the file",
    ),
    "the runtime is missing": (".wasm", 404, "404"),
    "the runtime is a web page": (".wasm", b"<!doctype html><title>Sign in</title>", "wasm"),
    "the runtime is cut short": (".wasm", b"\0asm\x01\0\0\0\x01", "wasm"),
    "the library is missing": ("python_stdlib.zip.pack", 404, "404"),
    "the library is damaged": ("python_stdlib.zip.pack", b"not a zip", "not the file"),
    "the server fails": ("python_stdlib.zip.pack", 500, "500"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_file_that_fails_is_named_and_trying_again_works(
    page: Page, site: Site, watch: Watch, name: str
) -> None:
    end, fault, words = FAULTS[name]
    watch.expected += ["404", "500", "wasm", "integrity", "digest"]
    watch.expected += ["standard library", "could not be loaded", "is missing"]
    site.faults[end] = fault
    page.goto(f"{site.url}demos/perceptron/")
    demo = page.locator("pyml-demo")
    alert = demo.get_by_role("alert")
    expect(alert).to_contain_text(words)
    expect(demo).to_have_attribute("status", "error")
    expect(demo.locator("svg").first).to_be_visible()
    site.faults.clear()
    button(demo, "Try again").click()
    expect(demo).to_have_attribute("data-step", re.compile(r"[1-9]"))


def test_a_missing_worker_is_reported(page: Page, site: Site, watch: Watch) -> None:
    watch.expected += ["404"]
    page.route("**/worker-*.js", lambda route: route.fulfill(status=404))
    page.goto(f"{site.url}demos/perceptron/")
    expect(page.locator("pyml-demo").get_by_role("alert")).to_contain_text("worker")


def test_a_policy_that_forbids_webassembly_is_named(page: Page, site: Site, watch: Watch) -> None:
    watch.expected += ["wasm", "WebAssembly", "Content Security Policy"]
    site.headers["Content-Security-Policy"] = "script-src 'self'; worker-src 'self' blob:"
    page.goto(f"{site.url}demos/perceptron/")
    alert = page.locator("pyml-demo").get_by_role("alert")
    expect(alert).to_contain_text("security policy")
    expect(alert).to_contain_text("wasm-unsafe-eval")


def test_loading_says_what_it_is_doing(page: Page, site: Site) -> None:
    seen: list[str] = []
    page.expose_function("said", lambda text: seen.append(text))
    page.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
             const demo = document.querySelector("pyml-demo");
             const look = () => {
               const text = demo.shadowRoot?.querySelector("[role=status]")?.textContent;
               if (text) said(text.trim());
               if (demo.getAttribute("status") === "loading") setTimeout(look, 5);
             };
             customElements.whenDefined("pyml-demo").then(look);
           });"""
    )
    open_demo(page, site, "perceptron")
    text = " ".join(seen)
    assert "Loading Python" in text, text
    assert "NumPy" in text, text


def open_panel(demo: Locator, name: str) -> Locator:
    """The panel of that name, opened unless it is open."""
    knob = button(demo, name)
    if knob.get_attribute("aria-expanded") != "true":
        knob.click()
    return demo.locator(".tool")


def paste_code(page: Page, text: str) -> None:
    """Puts the clipboard's text in the place of all that stands in the editor."""
    editor = open_panel(page.locator("pyml-demo"), "Code").locator(".cm-content")
    editor.focus()
    page.keyboard.press("ControlOrMeta+A")
    editor.evaluate(
        """(editor, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const how = {clipboardData, bubbles: true, cancelable: true};
            editor.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        text,
    )


def write_code(page: Page, text: str) -> None:
    paste_code(page, text)
    button(page.locator("pyml-demo"), "Run").click()


def test_code_that_never_ends_is_stopped_and_the_network_comes_back(
    page: Page, site: Site, watch: Watch
) -> None:
    demo = open_demo(page, site, "classifier", "#data=circle&speed=max")
    expect(demo).to_have_attribute("data-step", re.compile(r"\d{3,}"))
    button(demo, "Pause").click()
    expect(demo).to_have_attribute("status", "paused")
    plane = demo.get_by_role("application")
    plane.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("points="))
    count = demo.locator("[role=application] g.point").count()
    steps = number(demo, "step")
    write_code(page, "def make_network(seed):\n    while True:\n        pass\n")
    stop = button(demo, "Stop it now")
    stop.click()
    expect(demo.get_by_role("alert")).to_contain_text("did not come back")
    expect(demo.locator("[role=application] g.point")).to_have_count(count)
    expect(demo).to_have_attribute("data-step", str(int(steps)))
    button(demo, "Play").click()
    expect(demo).not_to_have_attribute("data-step", str(int(steps)))


def test_a_mistake_in_code_is_shown_at_its_line(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    write_code(page, "def make_network(seed):\n    return Netwrk([])\n")
    expect(demo.get_by_role("alert")).to_contain_text("Line 2")
    expect(demo.get_by_role("alert")).to_contain_text("Netwrk")
    write_code(page, "def make_network(seed:\n    pass\n")
    expect(demo.get_by_role("alert")).to_contain_text("Line 1")


def test_code_is_run_prints_and_survives_a_reload_unrun(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    write_code(
        page,
        "import statistics, unittest\n"
        "def make_network(seed):\n"
        "    print('hello', statistics.mean([1, 3]))\n"
        "    layers = [L.Input(2), L.Dense(3, activation='tanh'), L.Softmax(2)]\n"
        "    return Network(layers, seed=seed)\n",
    )
    expect(demo.locator(".printed")).to_contain_text("hello 2")
    expect(button(demo, "Dense(3, tanh)")).to_be_visible()
    expect(page).to_have_url(re.compile("code="))
    page.reload()
    expect(demo).to_have_attribute("status", "ready")
    expect(demo.locator(".tool")).to_contain_text("came with the link")
    expect(demo.locator(".printed")).to_have_count(0)
    expect(demo.get_by_role("textbox", name="Python code")).to_contain_text("statistics")
    button(demo, "Run").click()
    expect(demo.locator(".printed")).to_contain_text("hello 2")


def test_a_learning_rate_that_breaks_training_is_explained(page: Page, site: Site) -> None:
    demo = open_demo(page, site, "classifier", "#play=0")
    write_code(
        page,
        "def make_network(seed):\n"
        "    n = Network([L.Input(2), L.Dense(4, activation='relu'), L.Softmax(2)], seed=seed)\n"
        "    n.weights = np.full(n.weights.size, 1e30)\n"
        "    return n\n",
    )
    button(demo, "Play").click()
    expect(demo.get_by_role("alert")).to_contain_text("learning rate")


FATAL = """
class A:
    def __eq__(self, other):
        return [self] == [other]
def make_network(seed):
    return A() == A()
"""

HANGS_LATER = """
class Late(L.Tanh):
    seen = 0
    def forward(self, x, train):
        Late.seen += 1
        while Late.seen > 60:
            pass
        return super().forward(x, train)
def make_network(seed):
    return Network([L.Input(2), L.Dense(3), Late(), L.Softmax(2)], seed=seed)
"""


@pytest.mark.parametrize("code", [FATAL, HANGS_LATER], ids=["fatal", "hangs later"])
def test_python_that_ends_comes_back_at_rest_with_everything_but_the_cause(
    page: Page, site: Site, watch: Watch, code: str
) -> None:
    watch.expected += ["Pyodide", "RangeError", "fatal", "stack", "Stack"]
    demo = open_demo(page, site, "classifier", "#data=circle&speed=max&play=0")
    demo.get_by_role("application").focus()
    page.keyboard.press("Enter")
    expect(demo.locator("[role=application] g.point")).to_have_count(101)
    button(demo, "Play").click()
    expect(demo).to_have_attribute("data-step", re.compile(r"\d{3,}"))
    write_code(page, code)
    expect(demo.get_by_role("alert")).to_contain_text(re.compile("back"), timeout=60_000)
    expect(demo).to_have_attribute("status", "error")
    expect(demo.locator("[role=application] g.point")).to_have_count(101)
    button(demo, "Original code").click()
    expect(demo.get_by_role("alert")).to_have_count(0)
    button(demo, "Play").click()
    expect(demo).to_have_attribute("status", "running")
    expect(demo).to_have_attribute("data-step", re.compile(r"\d{3,}"))


def test_a_visitors_code_cannot_reach_another_site(page: Page, site: Site, watch: Watch) -> None:
    watch.expected += ["Content Security Policy", "connect-src", "Refused", "violates", "Fetch API"]
    demo = open_demo(page, site, "classifier", "#play=0")
    other = Site()
    other.headers["Access-Control-Allow-Origin"] = "*"
    write_code(
        page,
        "import js\n"
        f"js.fetch('{other.url}build.json').then(lambda r: js.console.error('REACHED'))\n"
        "def make_network(seed):\n"
        "    print('asked')\n"
        "    return Network([L.Input(2), L.Softmax(2)], seed=seed)\n",
    )
    expect(demo.locator(".printed")).to_contain_text("asked")
    expect(demo.get_by_role("alert")).to_have_count(0)
    page.wait_for_timeout(1000)
    other.close()
    assert other.requests == []
    watch.foreign.clear()


def test_an_unknown_demo_says_so(page: Page, site: Site, watch: Watch) -> None:
    watch.expected += ["nope"]
    app = re.search(r"app/app-\w+\.js", (DIST / "index.html").read_text("utf-8"))
    assert app
    site.pages["nope.html"] = f"""<!doctype html><html lang="en"><title>Nope</title>
        <link rel="icon" href="icon.svg"><script type="module" src="{app[0]}"></script>
        <pyml-demo name="nope"></pyml-demo></html>"""
    page.goto(f"{site.url}nope.html")
    expect(page.locator("pyml-demo").get_by_role("alert")).to_contain_text("perceptron")
