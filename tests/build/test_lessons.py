"""The lessons and the glossary: every link leads somewhere, and every goal can be read."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from pyml.demos import DEMOS
from pyml.opening import open_demo
from tools import demos, glossary
from tools.places import SITE

LESSONS = sorted((SITE / "lessons").glob("*.html"))
TERMS = {term.key: term for term in glossary.read()}
PAGE_KEYS = {"seed", "play", "hide", "code"}
GOAL = re.compile(r"([a-z_]+)(>=|<=|=|>|<)\S+")


class Lesson(HTMLParser):
    """What a lesson's fragment holds: its steps, and all links."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.steps: list[dict[str, list[str]]] = []
        self.links: list[str] = []
        self.text = path.read_text("utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "href" in found:
            self.links.append(found["href"])
        if "data-goal" in found:
            self.steps.append({"goal": [found["data-goal"]]})
        elif self.steps:
            kind = found.get("class") or tag
            self.steps[-1].setdefault(kind, []).append(found.get("href", ""))


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request: pytest.FixtureRequest) -> tuple[str, Lesson]:
    """Each lesson with the name of its demo."""
    return request.param.stem, Lesson(request.param)


def opened(name: str, link: str) -> list[str]:
    """What Python has to say against the settings of a link."""
    pairs = dict(parse_qsl(link, keep_blank_values=True, strict_parsing=bool(link)))
    settings = {key: value for key, value in pairs.items() if key not in PAGE_KEYS}
    assert pairs.get("play", "0") in ("0", "1"), link
    request = {"settings": settings, "seed": pairs.get("seed")}
    return open_demo(name, DEMOS[name], request, None).notes


def test_every_demo_has_a_lesson() -> None:
    assert {demo.name for demo in demos.read()} <= {path.stem for path in LESSONS}


def test_a_lesson_has_three_to_six_steps_each_with_all_its_parts(
    lesson: tuple[str, Lesson],
) -> None:
    _, found = lesson
    assert 3 <= len(found.steps) <= 6
    for step in found.steps:
        counts = {kind: len(parts) for kind, parts in step.items()}
        for kind in ["h3", "ask", "details", "summary", "aim"]:
            assert counts.get(kind) == 1, f"{step['goal']}: {kind}"
        assert counts.get("setup", 0) >= 1, step["goal"]


def test_what_a_step_sets_up_is_something_its_demo_knows(lesson: tuple[str, Lesson]) -> None:
    name, found = lesson
    if name not in DEMOS:
        pytest.skip(f"there is no demo {name} yet")
    for step in found.steps:
        for link in step["setup"]:
            assert link.startswith("#")
            assert opened(name, link[1:]) == [], link


def test_a_goal_asks_for_what_the_demo_shows(lesson: tuple[str, Lesson]) -> None:
    name, found = lesson
    frame = DEMOS[name]({}, 0).frame() if name in DEMOS else None
    for step in found.steps:
        for word in step["goal"][0].split():
            term = GOAL.fullmatch(word)
            assert term, f"{word} is not like step>20"
            assert frame is None or term[1] == "status" or isinstance(frame[term[1]], int | float)


def test_every_term_that_a_lesson_links_to_is_in_the_glossary(lesson: tuple[str, Lesson]) -> None:
    _, found = lesson
    linked = {link.partition("#")[2] for link in found.links if "glossary/#" in link}
    assert linked, "a lesson explains its words"
    assert linked <= set(TERMS)


def test_no_name_of_an_anchor_or_link_is_left_over(lesson: tuple[str, Lesson]) -> None:
    _, found = lesson
    for link in found.links:
        assert link.startswith(("#", "{{root}}glossary/#", "{{root}}demos/")), link


def test_the_glossary_has_some_forty_terms_of_two_or_three_sentences() -> None:
    assert len(TERMS) >= 40
    for term in TERMS.values():
        sentences = re.findall(r"[.!?](?:\s|$)", re.sub(r"\\\(.*?\\\)", "x", term.text))
        assert 1 <= len(sentences) <= 4, term.term
        assert len(term.text) >= 60, term.term


def test_terms_within_the_glossary_are_there() -> None:
    for term in TERMS.values():
        assert set(re.findall(r'href="#([^"]*)"', term.text)) <= set(TERMS), term.term


@pytest.mark.parametrize("term", TERMS.values(), ids=lambda term: term.key)
def test_a_term_can_be_seen_in_a_demo(term: glossary.Term) -> None:
    name, _, link = term.link.partition("/#")
    assert name in {path.stem for path in LESSONS}
    if name in DEMOS:
        assert opened(name, link) == []
