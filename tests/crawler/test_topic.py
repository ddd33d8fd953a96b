"""The topic: names tell stories apart, also those of one kind in one country."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import topic as topic_module
from crawler.topic import Terms, Topic, read_terms, terms_of
from dedupe.models import Article

SEEDS = [
    "A dam above Marrowick burst on Monday. Governor Ilse Tarn sent the army to Marrowick, on the river Oder Vale.\n"
    "Engineer Pell Hadrow of the Water Service said the Hadrow report had warned of cracks in the dam.",
    "In Marrowick 32 people are missing after the dam on the Oder Vale broke. Ilse Tarn, the governor, flew in.\n"
    "The Water Service of Norland had seen cracks, Pell Hadrow told reporters in Marrowick.",
    "Days after the flood in Marrowick, the Water Service of Norland faces questions. Pell Hadrow wrote of cracks.\n"
    "Governor Tarn promised new houses along the Oder Vale. Marrowick buries its dead.",
]
COVERAGE = (
    "Volunteers came to Marrowick from all over Norland. Governor Ilse Tarn thanked them at the Oder Vale bridge.\n"
    "The Water Service did not comment on what Pell Hadrow had written about the dam."
)
TWIN = (
    "A dam above Sellhaven burst on Friday. Governor Udo Brink sent the army to Sellhaven, on the river Luma.\n"
    "The Water Service of Norland had seen cracks in the dam, engineer Vera Stolt said in Sellhaven."
)
SPORT = "Norland beat their guests by two goals. Striker Milo Dent scored twice before half-time in the rain."


@pytest.fixture(scope="module")
def topic() -> Topic:
    return Topic.from_texts(SEEDS)


def test_coverage_scores_above_a_twin_event_and_that_above_the_rest(topic: Topic):
    """A flood in another town, with other people, is another story."""
    coverage, twin, sport = (topic.score_text(text) for text in (COVERAGE, TWIN, SPORT))

    assert coverage > 0.5 > twin > sport


def test_the_order_of_the_seeds_does_not_count():
    """A law: a topic is a property of the set of its seeds."""
    assert Topic.from_texts(SEEDS[::-1]).score_text(COVERAGE) == Topic.from_texts(SEEDS).score_text(COVERAGE)


def test_in_another_language_the_names_are_compared(topic: Topic):
    """German writes all nouns with capitals; only the story's own names can carry over."""
    text = (
        "In Marrowick am Oder Vale suchen Helfer nach Vermissten. Gouverneurin Ilse Tarn dankte Pell Hadrow."
    )
    other = "In Gransee feiern die Schützen ihr Fest. Der Bürgermeister dankte dem Verein für den Umzug."

    assert topic.score(Article(id="a", text=text, language="de")) > 0.5
    assert topic.score(Article(id="b", text=other, language="de")) == 0


def test_scripts_without_spaces_have_terms():
    """Pairs of characters stand for words."""
    assert set(read_terms("洪水警報").counts) == {"洪水", "水警", "警報"}


def test_a_corpus_is_named_after_the_story(topic: Topic):
    """The weightiest names make a folder's name."""
    assert topic.slug().split("-")[0] == "marrowick"


def test_a_topic_needs_words():
    """Nothing can be learned from empty texts."""
    with pytest.raises(ValueError, match="at least one text"):
        Topic.from_texts(["", " \n"])


def test_a_seed_of_words_that_say_nothing_does_not_break_the_others():
    """Each seed is scored against the rest; the rest of two may have nothing to say."""
    topic = Topic.from_texts(["<a href <a href", SEEDS[0]])

    assert topic.score_text(SEEDS[0]) > 0


def terms_by_the_definition(text: str) -> Terms:
    """`read_terms` token by token, as slowly as it is told."""
    every: list[str] = []
    inside: list[str] = []
    capital: list[str] = []
    for line in text.splitlines():
        previous = ""
        for match in topic_module.TOKEN.finditer(line):
            token, start = match[0], match.start()
            if topic_module.UNSPACED.match(token):
                every += [previous + token] if previous else []
                previous = token
                continue
            previous = ""
            term = token.lower().removesuffix("'s").removesuffix("’s")
            every.append(term)
            if not topic_module.SENTENCE_START.search(line[max(0, start - topic_module.NEAR) : start]):
                inside.append(term)
                capital += [term] if token[0].isupper() else []
    names = {term for term in capital if capital.count(term) * 2 >= inside.count(term)}
    return Terms(Counter(every), frozenset(names))


@given(st.text(alphabet="aBcDé Üİßſ.!?…。：:“\"„«‘’')]([—–- \t\n1漢字가ン_²ǅsS", max_size=40))
def test_the_short_ways_of_reading_end_where_the_definition_does(text: str):
    """They are there for their speed alone, in all scripts."""
    assert read_terms(text) == terms_by_the_definition(text)
    assert Counter(terms_of(text)) == read_terms(text).counts
