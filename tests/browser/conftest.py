"""A real Chromium, a static server that can be told to fail, and the built site between them."""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tools.browser import FLAGS

ROOT = Path(__file__).resolve().parents[2]
DIST = Path(os.environ.get("PYML_DIST", ROOT / "dist"))

# Loading Python takes about a second here and many times that on a busy machine.
expect.set_options(timeout=30_000)


class Site:
    """The built site under a sub-path, as a static host serves it, with faults on request.

    `faults` maps the end of a path to what goes wrong there: a status code, or replacement bytes.
    """

    def __init__(self) -> None:
        self.faults: dict[str, int | bytes] = {}
        self.headers: dict[str, str] = {}
        #: pages of a test's own, by path
        self.pages: dict[str, str] = {}
        self.requests: list[str] = []
        handler = functools.partial(_Handler, self, directory=str(DIST))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.url = f"{self.origin}/sub/path/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".wasm": "application/wasm",
        ".mjs": "text/javascript",
        ".js": "text/javascript",
    }

    def __init__(self, site: Site, *args: object, **rest: object) -> None:
        self.site = site
        super().__init__(*args, **rest)  # type: ignore[arg-type]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.site.requests.append(self.path)
        path = self.path.split("?")[0]
        fault = next((f for end, f in self.site.faults.items() if path.endswith(end)), None)
        if isinstance(fault, int):
            return self.send_error(fault)
        page = self.site.pages.get(path.removeprefix("/sub/path/"))
        if page is not None:
            fault, path = page.encode(), "page.html"
        if isinstance(fault, bytes):
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(path))
            self.send_header("Content-Length", str(len(fault)))
            self.end_headers()
            self.wfile.write(fault)
            return None
        if not path.startswith("/sub/path/"):
            return self.send_error(404)
        self.path = self.path.removeprefix("/sub/path")
        if not Path(self.translate_path(self.path)).exists():
            body = (DIST / "404.html").read_bytes()
            self.send_response(404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return None
        return super().do_HEAD() if self.command == "HEAD" else super().do_GET()

    def end_headers(self) -> None:
        for name, value in self.site.headers.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Requests are kept in `site.requests`, not printed."""

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # the browser went away in the middle
            super().handle()


@pytest.fixture
def site() -> Iterator[Site]:
    """A server of its own for every test, so that faults and caches are not shared."""
    if not (DIST / "index.html").exists():
        pytest.fail("there is no dist/: run `python build.py` first")
    site = Site()
    yield site
    site.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("PYML_CHROMIUM") or next(
        filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """What a page did that it should not have done."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.expected: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda e: self.errors.append(str(e.error)))
        own = (origin, "data:", f"blob:{origin}")
        context.on(
            "request", lambda r: None if r.url.startswith(own) else self.foreign.append(r.url)
        )

    def _console(self, message: object) -> None:
        if message.type in ("error", "warning"):  # type: ignore[attr-defined]
            self.errors.append(message.text)  # type: ignore[attr-defined]

    def check(self) -> None:
        assert not self.foreign, f"requests left the origin: {self.foreign}"
        unexpected = [e for e in self.errors if not any(part in e for part in self.expected)]
        assert not unexpected, f"the console is not clean: {unexpected}"


@pytest.fixture
def watch(context: BrowserContext, site: Site) -> Watch:
    return context.watch  # type: ignore[attr-defined]


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A fresh profile; afterwards no request has left the origin and the console is clean."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    watch = Watch(context, site.origin)
    context.watch = watch  # type: ignore[attr-defined]
    yield context
    context.close()
    watch.check()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
