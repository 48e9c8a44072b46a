"""A server for the built site on this machine, which builds again when a source file changes."""

import functools
import http.server
import os
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools import progress, site
from tools.cache import files_below
from tools.places import ROOT, SITE
from tools.problem import Problem

ADDRESS = "127.0.0.1"
SOURCES = [ROOT / "pyml", SITE, ROOT / "tools" / "pictures.py", ROOT / "demos.toml"]
LOOK_SECONDS = 0.5
Build = Callable[[Path], object]


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files as a static host does: MIME types of the web, 404.html, revalidation."""

    protocol_version = "HTTP/1.1"
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
        ".md": "text/plain; charset=utf-8",
    }

    def end_headers(self) -> None:
        """Files may change at every build, so browsers are to ask."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A missing page is answered with the site's own."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.exists():
            return super().send_error(code, message, explain)
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        return None

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not printed; builds are."""


class Server(http.server.ThreadingHTTPServer):
    """Says nothing when a browser goes away in the middle of an answer."""

    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # elsewhere it would share a taken port

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers close connections all the time."""


def listen(folder: Path, port: int) -> Server:
    """A server for a folder, on a port of this machine."""
    handler = functools.partial(Handler, directory=str(folder))
    try:
        return Server((ADDRESS, port), handler)
    except (OSError, OverflowError) as error:
        other = port + 1 if 0 < port < 65535 else 8000
        raise Problem(
            f"Port {port} cannot be used: {error}",
            f"Choose another one: python build.py serve --port {other}",
        ) from error


def serve(out: Path, port: int, show: bool, build: Build = site.build) -> int:
    """Builds and serves until interrupted; `build(out)` builds."""
    server = listen(out, port)  # before the long work: a taken port is said at once
    build(out)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://localhost:{server.server_address[1]}/"
    progress.say(
        f"\nThe site is at {address}\nIt is built again when a file changes. Ctrl+C stops."
    )
    if show:
        threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()
    try:
        watch(out, build)
    finally:
        server.shutdown()
    return 0


def watch(out: Path, build: Build) -> None:
    """Builds again whenever a source file changes, for ever. A mistake is shown and waited out."""
    pause = threading.Event()
    seen = snapshot()
    while True:
        pause.wait(LOOK_SECONDS)
        now = snapshot()
        if now == seen:
            continue
        pause.wait(LOOK_SECONDS / 5)  # an editor may not have written everything yet
        changed = sorted({path for path, _ in seen.items() ^ now.items()})
        seen = snapshot()
        progress.heading(
            f"{', '.join(changed[:3])}{' and more' if len(changed) > 3 else ''} changed"
        )
        try:
            build(out)
        except Problem as problem:
            progress.say(f"{problem}\nThe site stays as it was.")


def snapshot() -> dict[str, tuple[int, int]]:
    """Date and size of every source file."""
    found = {}
    for source in SOURCES:
        for path in files_below(source) if source.is_dir() else [source]:
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            found[path.relative_to(ROOT).as_posix()] = (status.st_mtime_ns, status.st_size)
    return found
