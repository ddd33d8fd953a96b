"""GDELT: the query made of a topic, its slices of time, and every way in which it says no."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from itertools import islice
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from scrapy.settings import Settings

from crawler.items import Memory
from crawler.plan import Window
from crawler.sources import Answer, Question
from crawler.sources.asking import IndexSilentError, ListenerGoneError
from crawler.sources.gdelt import Gdelt, Query, read_articles
from crawler.topic import Topic

TOPIC = Topic.from_texts(
    [
        "The dam above Marrowick burst on Sunday, said Ilse Tarn of Jean-Luc's mill.",
        "On Sunday Marrowick fled before the water, and Ilse Tarn with it. The dam had burst.",
    ]
)
ADDRESS = "https://api.gdeltproject.org/api/v2/doc/doc"
FROM, TO = datetime(2031, 3, 1, tzinfo=UTC), datetime(2031, 3, 3, tzinfo=UTC)


@pytest.fixture
def gdelt():
    """The service, played by `responses`."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as service:
        yield service


def question(
    known: dict[str, str] | None = None, languages: tuple[str, ...] = (), **changes: Any
) -> Question:
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("SEEDBED_GDELT_INTERVAL", 0)
    for name, value in changes.items():
        settings.set(name, value)
    plan = SimpleNamespace(topic=TOPIC, languages=frozenset(languages), window=Window(FROM, TO))
    return Question(plan, settings, known or {}, iter(()), threading.Event())  # type: ignore[arg-type]


def listed(*numbers: int) -> str:
    """An answer of mode ArtList in JSON, as GDELT writes it."""
    articles = [
        {
            "url": f"https://paper.example/2031/{number}.html?utm_source=gdelt",
            "url_mobile": "",
            "title": f"Marrowick :  the dam that burst , part {number}",
            "seendate": "20310301T101500Z",
            "socialimage": "",
            "domain": "paper.example",
            "language": "English",
            "sourcecountry": "Norway",
        }
        for number in numbers
    ]
    return json.dumps({"articles": articles}) if articles else "{ }"


def weighing(*names: str) -> Topic:
    """A topic of some names, heaviest first."""
    weights = {name: 1 / place for place, name in enumerate(names, 1)}
    return Topic(weights, frozenset(names), ("en",), unit=1.0, names_unit=1.0)


def asked(service: responses.RequestsMock) -> list[dict[str, str]]:
    return [
        {name: values[0] for name, values in parse_qs(urlsplit(str(call.request.url)).query).items()}
        for call in service.calls
    ]


def answers(**given: Any) -> list[Answer]:
    return list(Gdelt().answers(question(**given)))


def test_a_query_asks_for_a_main_name_and_one_more_term():
    """Brackets stand around alternatives only; words with a hyphen or an apostrophe are phrases."""
    query = Query.of(
        weighing("marrowick", "tarn", "ilse", "saltry", "jean-luc", "mill's", "x", "17"), frozenset()
    )

    assert query is not None
    assert query.text == '(marrowick OR tarn OR ilse OR saltry) ("jean-luc" OR "mill\'s")'
    assert Query((("marrowick",), ("dam", "mill"))).text == "marrowick (dam OR mill)"


def test_a_query_is_no_longer_than_the_service_takes():
    """The least telling terms go first, the languages stay."""
    query = Query.of(weighing(*(letter * 24 for letter in "abcdefghijkl")), frozenset({"de", "fr"}))

    assert query is not None
    assert len(query.text) <= 240
    assert query.text.startswith(f"({'a' * 24} OR {'b' * 24} OR")
    assert query.text.endswith("(sourcelang:french OR sourcelang:german)")


def test_other_alphabets_come_last_since_translations_are_searched():
    """A name in Latin letters is asked for before a heavier one in Cyrillic."""
    query = Query.of(weighing("марровік", "ільзе", "marrowick"), frozenset())

    assert query is not None
    assert query.groups == (("marrowick", "марровік", "ільзе"),)


def test_an_answer_becomes_candidates_with_title_and_moment(gdelt: responses.RequestsMock):
    """What it found has the topic in its text, so it promises something whatever its title."""
    gdelt.get(ADDRESS, body=listed(1), content_type="application/json")

    [answer] = answers()

    [candidate] = answer.candidates
    assert candidate.url == "https://paper.example/2031/1.html"
    assert candidate.title == "Marrowick : the dam that burst , part 1"
    assert candidate.published == datetime(2031, 3, 1, 10, 15, tzinfo=UTC)
    assert (candidate.found_by, candidate.found_on, candidate.log_odds > 4) == ("gdelt", None, True)


def test_the_request_is_as_documented(gdelt: responses.RequestsMock):
    """List of articles as JSON, 250 at most, both ends of the slice to the second, an honest user agent."""
    gdelt.get(ADDRESS, body=listed(), content_type="application/json")

    answers(languages=("de",))

    [sent] = asked(gdelt)
    assert sent.pop("query").endswith(" sourcelang:german")
    assert sent == {
        "mode": "ArtList",
        "format": "json",
        "sort": "HybridRel",
        "maxrecords": "250",
        "startdatetime": "20310301000000",
        "enddatetime": "20310303000000",
    }
    assert gdelt.calls[0].request.headers["User-Agent"].startswith("seedbed/")


def test_a_slice_that_comes_back_full_is_halved(gdelt: responses.RequestsMock):
    """250 articles may be all there are or not; each half is asked for, and nothing found is lost."""
    gdelt.get(ADDRESS, body=listed(*range(250)), content_type="application/json")
    gdelt.get(ADDRESS, body=listed(1000), content_type="application/json")
    gdelt.get(ADDRESS, body=listed(), content_type="application/json")

    found = answers()

    assert [(sent["startdatetime"], sent["enddatetime"]) for sent in asked(gdelt)] == [
        ("20310301000000", "20310303000000"),
        ("20310301000000", "20310302000000"),
        ("20310302000000", "20310303000000"),
    ]
    assert [len(answer.candidates) for answer in found] == [250, 1, 0]
    assert [answer.memory.value for answer in found if answer.memory] == ["full", "done", "done"]


def test_halving_ends_where_the_service_knows_no_shorter_time(gdelt: responses.RequestsMock):
    """A quarter of an hour with 250 articles is taken as it is."""
    gdelt.get(ADDRESS, body=listed(*range(250)), content_type="application/json")

    first = list(islice(Gdelt().answers(question()), 9))

    assert [answer.memory.value for answer in first if answer.memory] == ["full"] * 7 + ["done"] * 2


def test_what_was_said_before_is_not_asked_again(gdelt: responses.RequestsMock):
    """After a stop only the slices that are missing are asked for."""
    query = Query.of(TOPIC, frozenset())
    assert query is not None
    gdelt.get(ADDRESS, body=listed(7), content_type="application/json")
    known = {
        f"{query.key} 20310301000000-20310303000000": "full",
        f"{query.key} 20310301000000-20310302000000": "done",
    }

    [answer] = answers(known=known)

    assert [sent["startdatetime"] for sent in asked(gdelt)] == ["20310302000000"]
    assert answer.memory == Memory("gdelt", f"{query.key} 20310302000000-20310303000000", "done")


@pytest.mark.parametrize(
    "said",
    [
        "Your query was too short or too long.",
        "The specified phrase is too short.",
        "One or more of your keywords were too short, too long or too common.",
        "One or more of your keywords contained an illegal character.",
        "Queries containing OR'd terms must be surrounded by ().",
    ],
)
def test_a_query_that_is_not_taken_is_asked_more_simply(gdelt: responses.RequestsMock, said: str):
    """Such errors come with status 200 as plain text; the last term goes until the query is taken."""
    gdelt.get(ADDRESS, body=f"{said}\n", content_type="text/html; charset=utf-8")
    gdelt.get(ADDRESS, body=f"{said}\n", content_type="text/html; charset=utf-8")
    gdelt.get(ADDRESS, body=listed(1), content_type="application/json")

    [answer] = answers()

    queries = [sent["query"] for sent in asked(gdelt)]
    assert len(answer.candidates) == 1
    terms = [query.replace(" OR ", " ").split() for query in queries]
    assert [len(each) for each in terms] == [len(terms[0]) - n for n in range(3)]
    assert '"jean-luc"' in queries[0]
    assert '"jean-luc"' not in queries[1]


def test_a_query_that_is_never_taken_ends_with_its_words(gdelt: responses.RequestsMock):
    """One clear sentence, with what the service said."""
    gdelt.get(ADDRESS, body="The specified phrase is too short.", content_type="text/html")

    with pytest.raises(
        IndexSilentError, match=r"does not take '\w+' and says: The specified phrase is too short"
    ):
        answers()


@pytest.mark.parametrize("status", [200, 429])
def test_a_busy_service_is_asked_again(gdelt: responses.RequestsMock, status: int):
    """It says so with status 429, or with status 200 and plain text."""
    text = "Please limit requests to one every 5 seconds."
    gdelt.get(ADDRESS, body=text, status=status, content_type="text/html")
    gdelt.get(ADDRESS, body=listed(1), content_type="application/json")

    [answer] = answers()

    assert len(answer.candidates) == 1
    assert len(gdelt.calls) == 2


def test_a_service_that_stays_busy_is_given_up(gdelt: responses.RequestsMock):
    """After as many tries as the settings allow."""
    gdelt.get(ADDRESS, body="Please limit requests to one every 5 seconds.", content_type="text/html")

    with pytest.raises(IndexSilentError, match="Please limit requests"):
        answers(SEEDBED_INDEX_RETRIES=2)

    assert len(gdelt.calls) == 3


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, "The start date must be within the last 3 months."),
        (200, "<!DOCTYPE html><title>Maintenance</title>"),
        (404, "Not Found"),
        (503, "Service Unavailable"),
    ],
)
def test_what_no_waiting_helps_is_said_in_its_words(gdelt: responses.RequestsMock, status: int, said: str):
    """Nothing is made up, nothing is swallowed."""
    gdelt.get(ADDRESS, body=said, status=status, content_type="text/html")

    with pytest.raises(IndexSilentError, match=said[:20]):
        answers(SEEDBED_INDEX_RETRIES=1)


def test_titles_with_broken_escapes_and_control_characters_are_read():
    """JSON knows nine escapes; titles bring others, and tabs."""
    [article] = read_articles(
        '{"articles": [{"url": "https://p.example/1", "title": "It\\\'s a C:\\dam \t \\u00e9"}]}'
    )

    assert article["title"] == "It\\'s a C:\\dam \t é"


@pytest.mark.parametrize("said", ["", "{}", "{ }", '{"articles": null}', '{"articles": [1, "x"]}'])
def test_nothing_found_is_nothing(said: str):
    """No result is no error."""
    assert read_articles(said) == []


def test_articles_without_an_address_that_can_be_fetched_are_left_out(gdelt: responses.RequestsMock):
    """One odd entry costs none of the others."""
    entries = [
        {"title": "x"},
        {"url": 7},
        {"url": "ftp://p.example/1"},
        {"url": "https://p.example/1", "title": None},
    ]
    gdelt.get(ADDRESS, body=json.dumps({"articles": entries}), content_type="application/json")

    [answer] = answers()

    assert [candidate.url for candidate in answer.candidates] == ["https://p.example/1"]


def test_the_end_of_the_crawl_ends_the_asking(gdelt: responses.RequestsMock):
    """Before the next request nobody waits for."""
    gdelt.get(ADDRESS, body=listed(*range(250)), content_type="application/json")
    given = question()
    said = Gdelt().answers(given)
    next(said)
    given.stopped.set()

    with pytest.raises(ListenerGoneError):
        next(said)

    assert len(gdelt.calls) == 1
