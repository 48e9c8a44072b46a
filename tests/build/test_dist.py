"""The built site: complete, small, reproducible, and tied to nobody's server."""

import functools
import gzip
import html.parser
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tools import demos, environment, library
from tools.cache import sha256
from tools.places import DIST, ROOT
from tools.problem import Problem

MEGABYTE = 1_000_000
# Written in pieces, so that this file does not name them either.
REGISTRIES = ["registry." + "npmjs", "pypi" + ".org", "python" + "hosted.org", "npm" + "mirror"]


def listing() -> dict[str, tuple[str, int]]:
    """What build.json says: path -> (hash, size)."""
    entries = json.loads((DIST / "build.json").read_text(encoding="utf-8"))
    return {path: (digest, size) for path, digest, size in entries}


class Links(html.parser.HTMLParser):
    """Collects what a page refers to, and its ids."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and tag != "use":
                self.links.append(value or "")
            if name == "id" and value:
                assert value not in self.ids, f"id {value} twice"
                self.ids.add(value)


def pages() -> list[Path]:
    """Every page of the built site."""
    found = sorted(DIST.rglob("*.html"))
    assert found, "there is no dist/: run `python build.py` first"
    return found


def test_build_json_lists_every_file_with_its_hash() -> None:
    there = {p.relative_to(DIST).as_posix() for p in DIST.rglob("*") if p.is_file()}
    assert set(listing()) == there - {"build.json"}
    for path, (digest, size) in listing().items():
        data = (DIST / path).read_bytes()
        assert (sha256(data), len(data)) == (digest, size), path


def test_every_demo_has_a_page_and_the_host_gets_what_it_needs() -> None:
    expected = {f"demos/{demo.name}/index.html" for demo in demos.read()}
    expected |= {"index.html", "404.html", ".nojekyll", "LICENSE", "THIRD_PARTY_NOTICES.md"}
    assert expected <= set(listing())


def test_a_file_of_the_runtime_lies_in_a_folder_named_after_its_content() -> None:
    runtime = [path for path in listing() if path.startswith("py/")]
    assert len(runtime) >= 7
    for path in runtime:
        assert path.split("/")[1] == listing()[path][0][:8]


links_of = functools.cache(Links)


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.relative_to(DIST).as_posix())
def test_links_are_relative_and_lead_somewhere(page: Path) -> None:
    for link in Links(page).links:
        parts = urlsplit(link)
        if parts.scheme in ("http", "https"):
            continue  # a link for the visitor to follow; what is loaded is next test's matter
        assert not parts.scheme, link
        assert not parts.netloc, link
        assert not parts.path.startswith("/"), link
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        if target.is_dir():
            target /= "index.html"
        assert target.is_relative_to(DIST), link
        assert target.is_file(), f"{link} leads nowhere"
        # With a = in it, it is the state of a demo: test_lessons opens those.
        if parts.fragment and "=" not in parts.fragment:
            assert parts.fragment in links_of(target).ids, link


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.relative_to(DIST).as_posix())
def test_a_page_loads_nothing_from_elsewhere_and_has_a_policy(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "{{" not in text
    assert not re.search(r"<(script|link|img|iframe)[^>]*\b(src|href)=\"(https?:)?//", text)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe-inline" not in policy[1]
    assert "'unsafe-eval'" not in policy[1]


def test_a_first_visit_stays_below_ten_megabytes() -> None:
    later = re.compile(
        r"^(data|models)/|_rest\.bin\.pack$|/(micropip|packaging)-|\.(html|md|json)$|^LICENSE$"
    )
    fetched = [path for path in listing() if not later.search(path)]
    fetched.append("demos/classifier/index.html")
    sizes = {path: len(gzip.compress((DIST / path).read_bytes(), 9)) for path in fetched}
    assert sum(sizes.values()) < 10 * MEGABYTE, sizes
    # The parts that matter are among what was counted.
    for part in ("pyodide.asm.wasm", "python_stdlib.zip", "numpy-", "pyml-", "worker-"):
        assert any(part in path for path in fetched), part


def packed(part: str) -> zipfile.ZipFile:
    """The archive in the one packed file whose path holds `part`."""
    path = next(DIST / path for path in listing() if part in path)
    return zipfile.ZipFile(io.BytesIO(gzip.decompress(path.read_bytes())))


def test_numpy_and_the_library_are_shipped_as_bytecode_and_pyml_as_source_too() -> None:
    def suffixes(part: str) -> set[str]:
        return {Path(name).suffix for name in packed(part).namelist()}

    assert ".py" not in suffixes("python_stdlib.zip")
    assert ".pyc" in suffixes("python_stdlib.zip")
    assert {".py", ".pyi", ".h"}.isdisjoint(suffixes("numpy-"))
    assert {".pyc", ".so"} <= suffixes("numpy-")
    pyml = packed("pyml-").namelist()
    sources = [name for name in pyml if name.endswith(".py")]
    assert "pyml/network.py" in sources
    assert not [name for name in pyml if name.endswith(".c")]
    for source in sources:
        beside = re.sub(r"([^/]+)\.py$", r"__pycache__/\1.cpython-314.pyc", source)
        assert beside in pyml


def test_what_is_packed_holds_its_members_as_they_are() -> None:
    for part in ("python_stdlib.zip", "numpy-", "pyml-"):
        assert {entry.compress_type for entry in packed(part).infolist()} == {zipfile.ZIP_STORED}


def test_numpys_record_is_right_after_compiling() -> None:
    import base64
    import hashlib

    wheel = packed("numpy-")
    record = next(name for name in wheel.namelist() if name.endswith("RECORD"))
    lines = wheel.read(record).decode().splitlines()
    assert len(lines) == len(wheel.namelist())
    for line in lines:
        path, digest, _ = line.rsplit(",", 2)
        if path != record:
            found = hashlib.sha256(wheel.read(path)).digest()
            assert digest == "sha256=" + base64.urlsafe_b64encode(found).decode().rstrip("=")


def test_two_builds_are_byte_identical(tmp_path: Path) -> None:
    for name, options in {"first": [], "second": ["--from-scratch"]}.items():
        command = [sys.executable, ROOT / "build.py", "build", "--out", tmp_path / name, *options]
        subprocess.run(command, check=True, capture_output=True, env=without_dates())
    first, second = ((tmp_path / name / "build.json") for name in ("first", "second"))
    assert json.loads(first.read_text()) == json.loads(second.read_text())


def without_dates() -> dict[str, str]:
    """An environment that does not fix the date from outside."""
    return {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}


def tracked() -> list[Path]:
    """The files of the project."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for line in answer.stdout.splitlines() if (path := ROOT / line).is_file()]


def test_no_file_names_a_package_registry() -> None:
    for path in tracked():
        data = path.read_bytes().decode("utf-8", errors="replace")
        for host in REGISTRIES:
            assert host not in data, f"{path.relative_to(ROOT)} names {host}"


def test_the_lock_file_has_no_download_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or "integrity" in package, name


def test_a_module_that_does_not_run_in_pyodide_is_shown_with_its_message() -> None:
    with pytest.raises(Problem, match="no such thing"):
        library.inside(
            "Trying a script", "split.py", ["a", "no such thing", "c", "d"], "Correct it."
        )


def test_the_tests_run_in_the_environment_of_the_build() -> None:
    assert environment.inside_venv()
