"""Lines that share no word with their story: what speaks to the reader or leads elsewhere goes, headings stay."""

from __future__ import annotations

import pytest

from dedupe.quality.furniture import furniture_in
from dedupe.quality.reading import reading_of
from dedupe.quality.strange_lines import own_stems, signs_in
from tests.dedupe.fictional import BRIDGE, FERRY

FIRST, *REST = FERRY.split("\n")
BELOW = "\n".join((FERRY, "Related articles"))


def found(text: str) -> dict[str, str]:
    return {line.text: kind for kind, line in furniture_in(text)}


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Our weekly letter: five things worth your time. Just leave your address below.", 5),
        ("Oops, your sign-up did not go through. Please try again later.", 5),
        ("Tap the bell icon and get our alerts before everyone else does.", 2),
        ("Schreiben Sie uns Ihre Meinung zu diesem Beitrag an die Redaktion.", 2),
    ],
)
def test_a_sentence_to_the_reader_may_share_words_of_any_subject(line: str, place: int):
    """The week, the time and the day stand in every story; they make no line a part of this one."""
    lines = FERRY.split("\n")

    assert line in found("\n".join([*lines[:place], line, *lines[place:]]))


def test_what_stands_beside_what_was_found_is_stranger_for_that():
    """One line tells of the next."""
    form = [
        "Stay ahead of the news with our alerts.",
        "Enter your address",
        "Something went wrong, try again",
    ]
    lines = FERRY.split("\n")

    assert set(form) <= set(found("\n".join([*lines, *form])))


@pytest.mark.parametrize(
    ("sign", "by"), [("speaks", 1), ("of_page", 1), ("below", 1), ("story", -3), ("shares", -1)]
)
def test_each_sign_speaks_for_what_its_name_says(sign: str, by: float):
    """What speaks to the reader, has words of the page and few of the story is strange."""
    lines = FERRY.split("\n")
    text = "\n".join([*lines[:2], "More of this in your letter box", *lines[2:]])
    reading = reading_of(text)
    [signs] = signs_in(text, reading.facts, [None] * len(reading.lines), range(len(reading.lines))).values()

    assert signs._replace(**{sign: getattr(signs, sign) + by}).strangeness > signs.strangeness


@pytest.mark.parametrize(
    "line",
    [
        "Orchestra names first female conductor in two centuries",
        "Wie ein Dorf in den Bergen seine Bäckerei rettete",
        "Volcano ash grounds flights across three continents",
    ],
)
def test_the_headline_of_another_story_goes_below_other_furniture(line: str):
    """It has three words and more that this story never uses."""
    assert found(f"{BELOW}\n{line}").get(line) == "related_links"


@pytest.mark.parametrize(
    "line",
    [
        "What the inspectors will look for on the ferry",
        "– When will the boat sail again?",
        "“We never saw such kindness anywhere else”",
        "There are key next steps that need to be taken.",
    ],
)
def test_a_heading_a_question_and_a_quotation_stay(line: str):
    """Each may have words of its own, and words that pages have."""
    assert line not in found("\n".join((FIRST, line, *REST)))


@pytest.mark.parametrize(
    "line", ["ADVERTISEMENT", "Weiter nach der Anzeige", "Get our best stories by mail."]
)
def test_what_stands_twice_is_no_word_of_the_story(line: str):
    """Only in itself."""
    lines = FERRY.split("\n")

    assert line in found("\n".join([*lines[:2], line, *lines[2:4], line, *lines[4:]]))


def test_a_headline_above_the_story_stays():
    """It may share no word with it."""
    assert found(f"Four hundred cut off from everything\n{FERRY}") == {}


def test_a_page_of_headlines_has_no_story_to_be_a_stranger_to():
    """Each of its lines shares no word with the others."""
    headlines = ["Orchestra names conductor", "Volcano ash grounds flights", "Bakery saved by villagers"] * 4

    assert not any(kind == "related_links" for kind in found("\n".join(headlines)).values())


def test_own_words_are_those_that_not_every_story_has():
    """Known by their first letters, but for the page's, which are known whole."""
    assert own_stems("Subscribe to our newsletter every week") == {"subscribe", "newsletter"}
    assert own_stems("The harbours and the weather this week") == {"harbou", "weathe"}
    assert own_stems("") == frozenset()
    assert own_stems(BRIDGE.split("\n")[0]) >= {"counci", "bridge", "lorrie"}
