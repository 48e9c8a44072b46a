"""A step is done again when, and only when, one of its inputs changed."""

from pathlib import Path

import pytest

from tools.cache import KEEP, Cache, key


def test_a_step_is_done_once_for_the_same_inputs(tmp_path: Path) -> None:
    cache, made = Cache(tmp_path), []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "result").write_text("1")

    first = cache.step("double", ["in"], make)
    assert cache.step("double", ["in"], make) == first
    assert len(made) == 1
    assert cache.step("double", ["other"], make) != first
    assert len(made) == 2


def test_a_file_counts_by_its_content_not_by_its_date_or_place(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.py").write_text("1")
    assert key(tmp_path / "a") == key(tmp_path / "b")
    (tmp_path / "b" / "x.py").write_text("2")
    assert key(tmp_path / "a") != key(tmp_path / "b")


def test_a_renamed_file_counts_as_a_change(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("1")
    before = key(tmp_path)
    (tmp_path / "x.py").rename(tmp_path / "y.py")
    assert key(tmp_path) != before


def test_a_step_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        Cache(tmp_path).step("fail", [1], fail)
    assert not list(tmp_path.rglob("*half*"))
    assert not list((tmp_path / "fail").iterdir())


def test_from_scratch_makes_each_step_once_more(tmp_path: Path) -> None:
    made = []
    Cache(tmp_path).step("s", [1], made.append)
    fresh = Cache(tmp_path, fresh=True)
    fresh.step("s", [1], made.append)
    fresh.step("s", [1], made.append)
    assert len(made) == 2


def test_old_results_are_thrown_away(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for number in range(KEEP + 3):
        cache.step("s", [number], lambda folder: None)
    assert len(list((tmp_path / "s").iterdir())) == KEEP
