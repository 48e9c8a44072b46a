"""Formulas: TeX in a page becomes MathML."""

from pathlib import Path

import pytest

from tools import math
from tools.cache import Cache
from tools.problem import Problem


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """A cache of its own for each test."""
    return Cache(tmp_path)


def test_a_formula_within_a_line_and_one_by_itself(cache: Cache) -> None:
    pages = math.render(
        cache, {"a": r"<p>Let \( x \) be.</p>", "b": "<math-tex>\nx\n</math-tex>", "c": "no (x)"}
    )
    assert pages["a"] == "<p>Let <math><mi>x</mi></math> be.</p>"
    assert pages["b"] == '<math display="block" class="tml-display"><mi>x</mi></math>'
    assert pages["c"] == "no (x)"


def test_a_mark_after_a_formula_stays_on_its_line(cache: Cache) -> None:
    page = math.render(cache, {"": r"so \(x\), and"})[""]
    assert page == 'so <span class="unbroken"><math><mi>x</mi></math>,</span> and'


def test_what_html_had_to_escape_is_tex_again(cache: Cache) -> None:
    page = math.render(cache, {"": r"\( a &lt; b \)"})[""]
    assert page == "<math><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></math>"


def test_no_style_is_left_that_the_policy_of_the_pages_forbids(cache: Cache) -> None:
    page = math.render(
        cache, {"": r"<math-tex>\begin{aligned} a &amp;= b \end{aligned}</math-tex>"}
    )
    assert 'class="tml-right"' in page[""]
    assert " style=" not in page[""]


def test_a_formula_that_is_wrong_is_quoted(cache: Cache) -> None:
    with pytest.raises(Problem, match=r"The formula \\fra\{1\}"):
        math.render(cache, {"": r"\( \fra{1} \)"})


def test_pages_without_formulas_need_no_node(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert math.render(cache, {"": "plain"}) == {"": "plain"}


def test_formulas_that_were_set_once_are_not_set_again(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = math.render(cache, {"": r"\(x\)"})
    monkeypatch.setenv("PATH", "")
    assert math.render(cache, {"": r"\(x\)"}) == first
