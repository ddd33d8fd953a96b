"""Headlines: near to the topic by their names, and better known from page to page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.headlines import Headlines
from crawler.items import Candidate, Kind
from crawler.promise import START, log_odds_of_place, next_of, of_page, valued
from crawler.story_time import StoryTime
from crawler.topic import Topic
from crawler.yields import Yields
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
    assert of_page(headlines, StoryTime(), titled).priority > 0.8


def test_of_several_texts_the_nearest_counts(headlines: Headlines):
    """A title and the words of an address say the same page; what shares nothing takes nothing away."""
    near, far, none = "Marrowick dam: Tarn promises houses", "Sellhaven dam: Brink promises", "Chess"

    assert headlines.nearest((none, far, near)) == headlines.score(near) > headlines.score(far)
    assert headlines.nearest((none,)) == headlines.nearest(()) == 0.0


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


def test_a_headline_like_the_seeds_own_is_near_though_it_names_little_of_what_the_texts_name():
    """Texts name people again and again whom no headline names: headlines are measured by headlines."""
    texts = [
        f"{title}\n{body}"
        for title, body in zip(
            ("Fires close in on Ostrel", "Rain spares Ostrel", "Ostrel counts its losses now"),
            SEEDS,
            strict=False,
        )
    ]
    with_headlines = Headlines(Topic.from_texts(texts), texts)
    without = Headlines(Topic.from_texts(texts), [text.partition("\n")[2] for text in texts])

    assert with_headlines.score("Fires close in on Ostrel") > 1.5 * without.score("Fires close in on Ostrel")


def test_a_known_word_in_a_strangers_name_says_less(headlines: Headlines):
    """The "Service" of the story's Water Service is not the Service of any other."""
    ours, theirs = (
        "New fears for the Water Service after the rain",
        "New fears for the Sellhaven Service after the rain",
    )

    assert headlines.score(theirs) < headlines.score("New fears for the Service in Sellhaven after the rain")
    assert headlines.score(theirs) < headlines.score(ours)


def test_words_of_a_headline_in_title_case_are_not_taken_for_strangers(headlines: Headlines):
    """Many papers write all words of a headline with capitals."""
    plain = headlines.score("Marrowick dam bursts after days of rain")

    assert headlines.score("Marrowick Dam Bursts After Days of Rain") == pytest.approx(plain)


def test_the_stranger_in_a_headline_is_the_name_that_the_topic_does_not_know(headlines: Headlines):
    """It tells a twin's headlines from the story's own."""
    assert headlines.stranger("Dam at Sellhaven: Tarn flies in") == "sellhaven"
    assert headlines.stranger("Dam at Marrowick: Tarn flies in") is None


def test_a_link_without_words_inside_a_story_is_worth_a_look(headlines: Headlines):
    """'Herald reported', in the middle of a story on the topic, leads to the topic more often than not."""
    link = Candidate("https://b.example/x/17.html", title="Herald reported")
    inside = link._replace(log_odds=log_odds_of_place(0.8, inside_story=True))

    assert (
        of_page(headlines, StoryTime(), inside).priority
        > 0.5
        > of_page(headlines, StoryTime(), link).priority
    )


@pytest.mark.parametrize("path", ["/about", "/login?next=/", "/impressum", "/newsletter/daily"])
def test_pages_of_the_house_promise_nothing(headlines: Headlines, path: str):
    """Accounts, contacts and the like list no coverage."""
    assert (
        of_page(headlines, StoryTime(), Candidate(f"https://b.example{path}", title="About us")).priority
        < 0.05
    )


@pytest.mark.parametrize(
    "path", ["/search-goes-on-at-marrowick", "/apple-growers-of-marrowick-sue-tarn", "/help-for-marrowick"]
)
def test_a_story_whose_address_begins_like_a_page_of_the_house_is_a_story(headlines: Headlines, path: str):
    """Sites that put headlines right behind the host have stories under /search-goes-on too."""
    title = "Marrowick dam: Tarn promises houses"

    assert of_page(headlines, StoryTime(), Candidate(f"https://b.example{path}", title=title)).priority > 0.5


def test_what_a_source_promised_stays_and_the_rest_is_valued_by_its_words(headlines: Headlines):
    """The next page of a listing promises by what the listing names."""
    following = Candidate("https://b.example/?page=2", Kind.PAGE, *next_of(""))
    start = Candidate("https://b.example/", Kind.PAGE, *START)
    story = Candidate("https://b.example/1.html", title="Marrowick dam: Tarn promises houses")

    first, second, third = valued(headlines, Yields(), [following, start, story])

    assert (second.priority, second.lane) == START[:2]
    assert third.priority > 0.8
    assert 0 < first.priority < third.priority
    assert valued(headlines, Yields(), [following])[0].priority == 0


def test_the_day_of_a_page_speaks_for_it_or_against_it(headlines: Headlines):
    """A headline of the story's days promises more than the same one of another month."""
    time = StoryTime()
    for day in (10, 11, 11, 12):
        time.told(datetime(2031, 3, day, tzinfo=UTC))
    link = Candidate("https://b.example/1.html", title="Dam gives way after days of rain in the hills")
    now = link._replace(published=datetime(2031, 3, 12, tzinfo=UTC))
    then = link._replace(published=datetime(2031, 1, 12, tzinfo=UTC))

    chances = [of_page(headlines, time, each).priority for each in (now, link, then)]

    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 2 * chances[2]


def test_a_list_is_followed_back_to_the_days_of_the_story(headlines: Headlines):
    """A section shows what came since: its next page is worth asking for, where the story lies further back."""
    yields = Yields()
    yields.time.told(datetime(2031, 3, 10, tzinfo=UTC))
    following = Candidate("https://b.example/world?page=2", Kind.PAGE, *next_of("world"))

    def promised(*shown: datetime) -> float:
        links = [
            Candidate(
                f"https://b.example/{day:%m-%d}-cup-final-of-the-year.html", title="Cup final", published=day
            )
            for day in shown
        ]
        return valued(headlines, yields, [following, *links])[0].priority

    april = [datetime(2031, 4, day, tzinfo=UTC) for day in range(1, 15)]
    july = [datetime(2031, 7, day, tzinfo=UTC) for day in range(1, 15)]
    february = [datetime(2031, 2, day, tzinfo=UTC) for day in range(1, 15)]

    assert promised(*april) > promised(*july) > promised(*february) == 0
