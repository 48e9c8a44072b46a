"""A plain static host for measurements, and the browser that visits it."""

import functools
import http.server
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

from tools.browser import FLAGS, find_chromium


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files with Last-Modified, as the simplest hosts do; notes the paths."""

    protocol_version = "HTTP/1.1"
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".wasm": "application/wasm",
        ".mjs": "text/javascript",
    }

    def do_GET(self) -> None:
        """Notes what was asked for, then answers as usual."""
        self.server.paths.append(self.path.split("?")[0])  # type: ignore[attr-defined]
        super().do_GET()

    def log_message(self, *_: object) -> None:
        """Nothing is printed while measuring."""


@contextmanager
def host(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serves a folder: its address, and the list of paths asked for so far."""
    handler = functools.partial(_Handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    paths: list[str] = []
    server.paths = paths  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", paths
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def profile(playwright: Playwright, switches: Sequence[str] = ()) -> Iterator[BrowserContext]:
    """Chromium with a new profile on disk, so that its caches work as a visitor's do."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=find_chromium(), args=[*FLAGS, *switches]
        )
        try:
            yield context
        finally:
            context.close()
