"""Templates, and what is put into them."""

import base64
import hashlib
from pathlib import Path

import pytest

from tools import demos
from tools.demos import Demo
from tools.pages import CSP, Pages, fill, policy
from tools.problem import Problem

DEMO = Demo("xor", "XOR & <more>", "X & R", "A blurb", 1, "xor.html")
COMMON = {"app": "app/app.js", "style": "app/style.css", "version": "1.2"}
TERMS = """
[unit]
term = "unit"
text = "One <b>unit</b>, {{root}}."
see = "See > it"
link = "xor/#data=xor&play=1"
[layer]
term = "Layer"
text = "Units"
see = "not in this site"
link = "maze/#"
"""


def made(folder: Path, demos: list[Demo]) -> dict[str, str]:
    """The pages of these demos; formulas stay as they are."""
    pages = Pages(demos, COMMON, lambda name: f"<svg {name}>", dict, folder).make()
    return {path: page.decode() for path, page in pages.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The smallest set of templates."""
    (tmp_path / "lessons").mkdir()
    for name, text in {
        "index.html": "{{nav}}|{{cards}}",
        "glossary.html": "{{nav}}|{{terms}}",
        "404.html": "<script>go()</script>{{list}}{{csp}}",
        "card.html": '<a href="{{root}}demos/{{name}}/">{{title}}{{picture}}</a>',
        "demo.html": '{{nav}}|{{root}}{{app}}|{{title}}|{{lesson}}|{{version}}|"{{csp}}"',
        "lessons/xor.html": '<a href="{{root}}">home</a>',
        "glossary.toml": TERMS,
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_pages_are_made_with_relative_links_and_escaped_texts(folder: Path) -> None:
    pages = made(folder, [DEMO])
    assert set(pages) == {"index.html", "404.html", "glossary/index.html", "demos/xor/index.html"}
    title = "XOR &amp; &lt;more&gt;"
    assert pages["index.html"] == (
        '<a href="demos/xor/">X &amp; R</a> <a href="glossary/">Glossary</a>|'
        f'<a href="demos/xor/">{title}<svg xor></a>'
    )
    assert pages["demos/xor/index.html"] == (
        '<a href="../../demos/xor/" aria-current="page">X &amp; R</a> '
        f'<a href="../../glossary/">Glossary</a>|../../app/app.js|{title}|'
        f'<a href="../../">home</a>|1.2|"{CSP}"'
    )


def test_the_glossary_is_sorted_and_links_to_the_demos_that_there_are(folder: Path) -> None:
    nav, terms = made(folder, [DEMO])["glossary/index.html"].split("|")
    assert nav.endswith('<a href="../glossary/" aria-current="page">Glossary</a>')
    assert terms == (
        '<div><dt id="layer">Layer</dt><dd>Units</dd></div>\n'
        '<div><dt id="unit">unit</dt><dd>One <b>unit</b>, ../. '
        '<a class="see" href="../demos/xor/#data=xor&amp;play=1">See &gt; it</a></dd></div>'
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [("[unit]\nterm = 'x'", r"\[unit\] needs exactly link, see, term, text"), ("[unit", "toml: ")],
)
def test_a_mistake_in_the_glossary_is_named(folder: Path, text: str, message: str) -> None:
    (folder / "glossary.toml").write_text(text)
    with pytest.raises(Problem, match=message):
        made(folder, [DEMO])


def test_formulas_are_put_in_when_the_pages_are_whole(folder: Path) -> None:
    def formulas(pages: dict[str, str]) -> dict[str, str]:
        return {path: page.replace("home", "√") for path, page in pages.items()}

    pages = Pages([DEMO], COMMON, str, formulas, folder).make()
    assert '<a href="../../">√</a>' in pages["demos/xor/index.html"].decode()


def test_a_script_within_a_page_is_allowed_by_its_hash_alone(folder: Path) -> None:
    page = made(folder, [DEMO])["404.html"]
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
        made(folder, [DEMO])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[xor]\ntitle = 'x'", r"\[xor\] needs exactly title, short, blurb, order, lesson"),
        (
            "[xor]\ntitle = 1\nshort = ''\nblurb = ''\norder = 1\nlesson = ''",
            "title is 1, not of type str",
        ),
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
    entry = "[{}]\ntitle = 'x'\nshort = 'x'\nblurb = ''\norder = {}\nlesson = ''\n"
    table.write_text(entry.format("late", 2) + entry.format("early", 1))
    assert [demo.name for demo in demos.read(table)] == ["early", "late"]
