"""Checks and their helpers over texts that are made to cost more than their length.

How long each takes is measured by `python -m benchmarks faults`; here stands what must stay found.
"""

from __future__ import annotations

import pytest

from dedupe.models import Article
from dedupe.quality import assess, furniture
from dedupe.quality.checks import homoglyphs, liveblog, markdown_remnants, soft_404
from dedupe.quality.checks.bot_block import MOST_CHARACTERS, BotBlock
from dedupe.quality.checks.replacement_chars import ReplacementCharacters
from dedupe.quality.text import LONGEST_END, ends_sentence
from dedupe.settings import DedupeSettings, QualitySettings

SETTINGS = QualitySettings()


def article(text: str) -> Article:
    return Article(id="0123456789abcdef", text=text)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("It is so." + '"”)' * 10, True),
        ("." * 10_000, True),
        ("." * 10_000 + "x", False),
        ("It is so.[12]", True),
        ("It is so.   ", True),
        ("It is so." + ")" * LONGEST_END, False),
    ],
)
def test_the_end_of_a_sentence_is_looked_for_at_the_end(text: str, ends: bool):
    """Marks in the ten thousands would be tried from each of them."""
    assert ends_sentence(text) is ends


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("p\u0430per", True),
        ("paper", False),
        ("\u0431\u0443\u043c\u0430\u0433\u0430", False),
        ("\u03bcg", False),
    ],
    ids=["mixed", "Latin", "Cyrillic", "a unit"],
)
def test_a_word_in_two_alphabets_is_found_whole(word: str, found: bool):
    """A word is taken as it stands and then looked into, not tried from each of its letters."""
    text = f"The {word} said so, \u00e9."

    spans = [
        text[slice(*problem.span)]
        for problem in homoglyphs.Homoglyphs()(article(text), SETTINGS)
        if problem.span
    ]

    assert spans == ([word] if found else [])


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("- [The bridge](https://p.example/bridge)", True),
        ("- [The [old] bridge](https://p.example/bridge) and more", True),
        ("- [The bridge](", False),
        ("- [" + "](" * 1_000, False),
        ("| a | b |", True),
        ("|a|", False),
        ("|" * 1_000 + "x", False),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_line_of_markdown_is_told_by_its_first_link_or_its_bars(line: str, whole: bool):
    """Each further bracket or bar was tried with each other one."""
    expressions = (markdown_remnants.LINK_LIST.pattern, markdown_remnants.WHOLE_LINE)

    assert any(expression.fullmatch(line) for expression in expressions) is whole


def test_an_entry_of_a_live_blog_counts_once():
    """Equal lines are told apart by place, whatever their number."""
    text = "\n".join(["10:40", "11:15 - The mayor says that the bridge stays shut", "10:40", "12:05"])

    found = [problem.span for problem in liveblog.Liveblog()(article(text), SETTINGS)]

    assert len(found) == len(set(found)) == 4


def test_a_word_of_many_thousand_letters_is_no_wall():
    """Walls for programs are short; a hundred words may be as long as an attacker likes."""
    wall = "Please verify that you are human. Access denied. Enable JavaScript and cookies. "

    assert list(BotBlock()(article(wall), SETTINGS))
    assert not list(BotBlock()(article(wall + "check" * MOST_CHARACTERS), SETTINGS))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("isl\ufffdnd", ["\ufffd"]),
        ("isl??nd and https://p.example/a??b and br??dge", ["??", "??"]),
        ("see p.example/a?b=c??d or not", []),
        ("xx??yy-https://p.example", ["??"]),
        ("a/?b??c", []),
        ("/a??b", ["??"]),
    ],
)
def test_a_mark_in_an_address_is_no_lost_letter(text: str, found: list[str]):
    """Each token is looked into once, however many marks and addresses a text holds."""
    spans = [problem.span for problem in ReplacementCharacters()(article(text), SETTINGS)]

    assert [text[slice(*span)] for span in spans if span] == found


@pytest.mark.parametrize(
    ("line", "is_menu"),
    [
        ("Home | News | Sport | Weather", True),
        ("Home » News » Sport", True),
        ("a  >  " * 24 + "x" * 50, False),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_row_of_labels_is_matched_in_one_way_or_not_at_all(line: str, is_menu: bool):
    """A blank belonged to a label or to what parts two: each mark doubled the ways to try."""
    assert (furniture.SEPARATED.pattern.fullmatch(line) is not None) is is_menu


@pytest.mark.parametrize(
    ("text", "found"),
    [("Oh no!\n404 Not Found\nGo home", True), ("Error 404", True), ("\n" * 10_000 + "x", False)],
    ids=lambda value: str(value)[:30],
)
def test_a_status_stands_on_a_line_of_its_own(text: str, found: bool):
    """Blank lines in the ten thousands were each tried as the beginning of all that follow."""
    assert (soft_404.STATUS.search(text) is not None) is found


def test_findings_with_the_same_words_are_numbered():
    """How often the words stand before each was counted from the beginning every time."""
    found = assess(
        article("Hier können Sie unseren Newsletter bestellen.\nDie Brücke bleibt zu, sagte Moss.\n" * 3),
        DedupeSettings(),
    )

    assert len({finding.id for finding in found}) == len(found) > 1
