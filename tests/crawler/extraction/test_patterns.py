"""Letters that tell which patterns are worth a search."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.cues import _VOCABULARY, Cue, _cues_of_word
from crawler.extraction.patterns import Sieve, alternatives

PATTERNS = {
    "a run": "nav(?!y|al)",
    "a letter that may lack": r"\bads?\b",
    "a group that may lack": "foot(er)?",
    "groups alone": r"(article|story)[-_]*(__)?(body|text)",
    "nothing certain": r"[a-z]\d",
    "counted signs": r"this.{0,4}(ai|robot)|ab{2,3}c|(de){0,2}f",
    "signs escaped": r"\(c\) ?20|\S+@\S+\.org",
    "a bar in a class": "menu[|/]bar",
}


@pytest.mark.parametrize("source", PATTERNS.values(), ids=list(PATTERNS))
@given(data=st.data())
def test_no_match_is_missed(source: str, data: st.DataObject):
    """Whatever a pattern matches, the sieve lets through."""
    text = data.draw(st.from_regex(re.compile(source, re.ASCII)))

    assert Sieve({1: source}).may_match(text.lower()) == 1 or not re.search(source, text.lower())


@given(st.sampled_from(sorted(_VOCABULARY)), st.data())
def test_a_name_has_the_cues_that_all_patterns_give(cue: Cue, data: st.DataObject):
    """The sieve takes time away, and no cue."""
    word = data.draw(st.from_regex(re.compile(_VOCABULARY[cue], re.ASCII), fullmatch=True))
    plain = word.replace("__", "-").replace("_", "-").lower()

    cues = _cues_of_word(plain)

    assert [name for name, words in _VOCABULARY.items() if re.search(words, plain)] == [
        name for name in _VOCABULARY if cues & name
    ]


def test_what_holds_none_of_the_letters_is_not_searched():
    """Most names of a page are worth no search."""
    sieve = Sieve({1: "menu|nav", 2: "(head|foot)er"})

    assert [sieve.may_match(text) for text in ("wrap-7", "menu", "subheader")] == [0, 1, 2]


def test_alternatives_are_parted_outside_of_brackets():
    """A bar in a group or a class parts nothing."""
    assert alternatives(r"a(b|c)|[|]d|e") == ["a(b|c)", "[|]d", "e"]
