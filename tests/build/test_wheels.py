"""A wheel is accepted by its hash alone, wherever it came from."""

from pathlib import Path

import pytest

from tools import wheels
from tools.cache import sha256
from tools.problem import Problem

GOOD, BAD = b"the wheel", b"another wheel"
WANTED = sha256(GOOD)


def good(name: str, report: wheels.Report) -> bytes:
    """From a good place:"""
    report(0.5, "half")
    return GOOD


def altered(name: str, report: wheels.Report) -> bytes:
    """From a place that alters files:"""
    return BAD


def away(name: str, report: wheels.Report) -> bytes:
    """From a place out of reach:"""
    raise OSError("no route to host")


def test_the_next_source_is_asked_when_one_fails_or_sends_something_else(tmp_path: Path) -> None:
    place = wheels.fetch("a.whl", WANTED, tmp_path, [away, altered, good])
    assert place.read_bytes() == GOOD


def test_what_is_in_the_cache_is_not_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(GOOD)
    assert wheels.fetch("a.whl", WANTED, tmp_path, []).read_bytes() == GOOD


def test_a_damaged_file_in_the_cache_is_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(BAD)
    assert wheels.fetch("a.whl", WANTED, tmp_path, [good]).read_bytes() == GOOD


def test_a_wrong_hash_is_refused_with_a_message_that_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        wheels.fetch("a.whl", WANTED, tmp_path, [away, altered])
    text = str(caught.value)
    for part in (
        "a.whl could not be had",
        "no route to host",
        f"wrong hash: {sha256(BAD)} instead of {WANTED}",
        f"put the file (SHA-256 {WANTED}) into {tmp_path}",
    ):
        assert part in text
    assert not list(tmp_path.iterdir())


def test_the_cdn_is_the_one_that_the_runtime_names() -> None:
    assert wheels.cdn().startswith("https://")
    assert wheels.cdn().endswith("/full/")
    assert "314." in wheels.cdn()
