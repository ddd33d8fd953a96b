"""Headlines: near to the topic by their names, and better known from page to page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.headlines import Headlines
from crawler.items import Candidate, Kind
from crawler.promise import NEXT, START, log_odds_of_place, of_page, valued
from crawler.topic import Topic
from tests.crawler.test_topic import COVERAGE, SEEDS


@pytest.fixture
def headlines() -> Headlines:
    return Headlines(Topic.from_texts(SEEDS), SEEDS)


def test_a_headline_promises_by_its_names(headlines: Headlines):
    """What is known before fetching: a title of the story, of its twin, of another matter."""
    ours = headlines.score("Marrowick dam: Tarn promises houses")
    twin = headlines.score("Sellhaven dam: Brink promises houses")

    assert ours > 0.5 > twin
    assert headlines.score("Norland win at home") < 0.2
    titled = Candidate("https://b.example/1.html", title="Marrowick dam: Tarn promises houses")
    assert of_page(headlines, titled).priority > 0.8


def test_a_word_whose_headlines_led_elsewhere_loses_weight(headlines: Headlines):
    """The Water Service of another story is no reason to fetch for ever."""
    before = headlines.score("Water Service raises its prices")

    for _ in range(5):
        headlines.learn("Water Service raises its prices", "Of prices.", kept=False)

    assert headlines.score("Water Service raises its prices") < before / 2


def test_a_name_that_kept_pages_tell_of_becomes_part_of_the_topic(headlines: Headlines):
    """The inquiry's judge is in no seed; after some pages her name leads to the next one."""
    title = "Judge Orla Venn hears the engineers"
    assert headlines.score(title) < 0.1

    renewed = [
        headlines.learn(
            "Marrowick inquiry", f"{COVERAGE} Judge Orla Venn heard them. Venn asked Orla Mott.", kept=True
        )
        for _ in range(3)
    ]

    assert any(renewed)
    assert headlines.score(title) > 0.2


def test_the_stranger_in_a_headline_is_the_name_that_the_topic_does_not_know(headlines: Headlines):
    """It tells a twin's headlines from the story's own."""
    assert headlines.stranger("Dam at Sellhaven: Tarn flies in") == "sellhaven"
    assert headlines.stranger("Dam at Marrowick: Tarn flies in") is None


def test_a_link_without_words_inside_a_story_is_worth_a_look(headlines: Headlines):
    """'Herald reported', in the middle of a story on the topic, leads to the topic more often than not."""
    link = Candidate("https://b.example/x/17.html", title="Herald reported")
    inside = replace(link, log_odds=log_odds_of_place(0.8, inside_story=True))

    assert of_page(headlines, inside).priority > 0.5 > of_page(headlines, link).priority


@pytest.mark.parametrize("path", ["/about", "/login?next=/", "/impressum", "/newsletter/daily"])
def test_pages_of_the_house_promise_nothing(headlines: Headlines, path: str):
    """Accounts, contacts and the like list no coverage."""
    assert of_page(headlines, Candidate(f"https://b.example{path}", title="About us")).priority < 0.05


@pytest.mark.parametrize(
    "path", ["/search-goes-on-at-marrowick", "/apple-growers-of-marrowick-sue-tarn", "/help-for-marrowick"]
)
def test_a_story_whose_address_begins_like_a_page_of_the_house_is_a_story(headlines: Headlines, path: str):
    """Sites that put headlines right behind the host have stories under /search-goes-on too."""
    title = "Marrowick dam: Tarn promises houses"

    assert of_page(headlines, Candidate(f"https://b.example{path}", title=title)).priority > 0.5


def test_what_a_source_promised_stays_and_the_rest_is_valued_by_its_words(headlines: Headlines):
    """The next page of a listing promises by what the listing names."""
    following = Candidate("https://b.example/?page=2", Kind.PAGE, *NEXT)
    start = Candidate("https://b.example/", Kind.PAGE, *START)
    story = Candidate("https://b.example/1.html", title="Marrowick dam: Tarn promises houses")

    first, second, third = valued(headlines, [following, start, story])

    assert (second.priority, second.lane) == START[:2]
    assert third.priority > 0.8
    assert 0 < first.priority < third.priority
    assert valued(headlines, [following])[0].priority == 0
