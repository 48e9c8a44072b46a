"""Templates, and what is put into them."""

import base64
import hashlib
from pathlib import Path

import pytest

from tools import demos
from tools.demos import Demo
from tools.pages import CSP, Pages, fill, policy
from tools.problem import Problem

DEMO = Demo("xor", "XOR & <more>", "A blurb", 1, "xor.html")
COMMON = {"app": "app/app.js", "style": "app/style.css", "version": "1.2"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The smallest set of templates."""
    (tmp_path / "lessons").mkdir()
    for name, text in {
        "index.html": "{{nav}}|{{cards}}",
        "404.html": "<script>go()</script>{{list}}{{csp}}",
        "card.html": '<a href="{{root}}demos/{{name}}/">{{title}}{{picture}}</a>',
        "demo.html": '{{nav}}|{{root}}{{app}}|{{title}}|{{lesson}}|{{version}}|"{{csp}}"',
        "lessons/xor.html": '<a href="{{root}}">home</a>',
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_pages_are_made_with_relative_links_and_escaped_texts(folder: Path) -> None:
    pages = Pages([DEMO], COMMON, lambda name: f"<svg {name}>", folder).make()
    assert set(pages) == {"index.html", "404.html", "demos/xor/index.html"}
    index, page = pages["index.html"].decode(), pages["demos/xor/index.html"].decode()
    title = "XOR &amp; &lt;more&gt;"
    assert index == (f'<a href="demos/xor/">{title}</a>|<a href="demos/xor/">{title}<svg xor></a>')
    assert page == (
        f'<a href="../../demos/xor/" aria-current="page">{title}</a>|../../app/app.js|{title}|'
        f'<a href="../../">home</a>|1.2|"{CSP}"'
    )


def test_a_script_within_a_page_is_allowed_by_its_hash_alone(folder: Path) -> None:
    page = Pages([DEMO], COMMON, str, folder).make()["404.html"].decode()
    digest = base64.b64encode(hashlib.sha256(b"go()").digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}' 'wasm-unsafe-eval';" in page
    assert "unsafe-inline" not in page
    assert policy("no script") == CSP


@pytest.mark.parametrize("text", ["{{colour}}", "{{ }}", "{{root }} {{Root}}"])
def test_an_unknown_placeholder_is_an_error_that_names_file_and_line(text: str) -> None:
    with pytest.raises(Problem, match=r"site/a\.html, line 2: unknown placeholder"):
        fill("site/a.html", f"{{{{root}}}}\n{text}", {"root": ""})


def test_a_missing_template_is_named(folder: Path) -> None:
    (folder / "lessons" / "xor.html").unlink()
    with pytest.raises(Problem, match=r"site/lessons/xor\.html is missing"):
        Pages([DEMO], COMMON, str, folder).make()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[xor]\ntitle = 'x'", r"\[xor\] needs exactly title, blurb, order, lesson"),
        ("[xor]\ntitle = 1\nblurb = ''\norder = 1\nlesson = ''", "title is 1, not of type str"),
        ("[xor\n", "demos.toml: "),
        ("xor = 1", r"\[xor\] needs exactly"),
    ],
)
def test_a_mistake_in_the_table_of_demos_is_named(tmp_path: Path, text: str, message: str) -> None:
    table = tmp_path / "demos.toml"
    table.write_text(text)
    with pytest.raises(Problem, match=message):
        demos.read(table)


def test_demos_come_in_their_order(tmp_path: Path) -> None:
    table = tmp_path / "demos.toml"
    entry = "[{}]\ntitle = 'x'\nblurb = ''\norder = {}\nlesson = ''\n"
    table.write_text(entry.format("late", 2) + entry.format("early", 1))
    assert [demo.name for demo in demos.read(table)] == ["early", "late"]
