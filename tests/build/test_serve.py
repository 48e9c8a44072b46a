"""`build.py serve` builds, says where the site is, and serves it as a static host would."""

import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from tools.places import DIST, ROOT


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where a running server says that it is."""
    command = [sys.executable, ROOT / "build.py", "serve", "--no-open", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = None
        for line in server.stdout:
            found = re.search(r"http://localhost:\d+/", line)
            if found:
                break
        assert found, "the server said no address"
        yield found[0].replace("localhost", "127.0.0.1")
        server.terminate()


def test_pages_and_the_types_that_browsers_insist_on(address: str) -> None:
    wasm = next(DIST.rglob("*.wasm")).relative_to(DIST).as_posix()
    script = next(DIST.glob("app/worker-*.js")).relative_to(DIST).as_posix()
    for path, kind in {
        "": "text/html",
        wasm: "application/wasm",
        script: "text/javascript",
    }.items():
        with urllib.request.urlopen(address + path) as answer:
            assert answer.headers.get_content_type() == kind
            assert answer.headers["cache-control"] == "no-cache"


def test_a_missing_page_is_answered_with_the_sites_own(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{address}demos/nothing/")
    with caught.value as error:
        assert error.code == 404
        assert error.read() == (DIST / "404.html").read_bytes()
