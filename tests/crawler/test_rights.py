"""What pages ask of crawlers is recorded, and honoured as the settings say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy.settings import Settings

from crawler.items import Candidate, Outcome, Page, Visit
from crawler.reading import PageReader
from crawler.rights import FileAsked, RightsPolicy, directives, superseded
from crawler.sources.sections import Sections
from crawler.topic import Topic
from dedupe.errors import SettingsError

STORY = (
    "The ferry Tern ran aground off Veltmoor in the night, and the pilots of Veltmoor asked for tugs. " * 6
)
URL = "https://paper.example/news/ferry-tern-aground"


@pytest.mark.parametrize(
    ("text", "agent", "found"),
    [
        ("NOINDEX, nofollow", "", {"noindex", "nofollow"}),
        ("none", "", {"noindex", "nofollow"}),
        ("googlebot: noindex, nofollow", "", {"googlebot:noindex", "googlebot:nofollow"}),
        ("noarchive", "seedbed", {"seedbed:noarchive"}),
        ("unavailable_after: 25 Jun 2031 15:00:00 PST, noai", "", {"noai"}),
        ("max-snippet: 20, index, follow, all", "", set()),
        ("*: noai noimageai", "", {"noai", "noimageai"}),
    ],
)
def test_directives_are_read_for_whom_they_are_meant(text: str, agent: str, found: set[str]):
    """An agent's name stands before its directives, in a header or as the name of a meta tag."""
    assert directives(text, agent) == found


def test_several_headers_are_several_statements():
    """What one header asks of one agent, the next may ask of all; our own name means us."""
    policy = RightsPolicy("seedbed", frozenset())

    signals = policy.signals(
        {"x-robots-tag": "googlebot: nofollow\nnoai\nseedbed: noarchive", "tdm-reservation": "1"}, ["noindex"]
    )

    assert signals == {"googlebot:nofollow", "noai", "noarchive", "tdm-reservation=1", "noindex"}


def visit(head: str, honoured: set[str], **headers: str) -> Visit:
    reader = PageReader(Topic.from_texts([STORY]), [Sections()], RightsPolicy("seedbed", frozenset(honoured)))
    body = f'<html><head><meta property="og:type" content="article">{head}</head><body><article><h1>Ferry</h1><p>{STORY}</p><a href="/news/tugs-arrive">Tugs</a></article></body></html>'
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    page = Page(URL, 200, body.encode(), datetime(2031, 3, 1, tzinfo=UTC), "text/html", "utf-8", named)
    return reader.read(Candidate(URL), page)


def test_links_of_a_page_that_says_nofollow_are_not_followed():
    """In a meta tag, a header, or by our name; where the settings do not honour it, they are."""
    meta = '<meta name="robots" content="nofollow">'

    assert visit(meta, {"nofollow"}).found == ()
    assert visit("", {"nofollow"}, x_robots_tag="none").found == ()
    assert visit('<meta name="seedbed" content="nofollow">', {"nofollow"}).found == ()
    assert visit(meta, set()).found
    assert visit('<meta name="googlebot" content="nofollow">', {"nofollow"}).found


def test_a_page_that_says_noarchive_is_not_kept_in_the_archive():
    """Its article is; the archive has no copy of the page."""
    asked = visit('<meta name="robots" content="noarchive">', {"noarchive"})

    assert (asked.outcome, asked.may_keep) == (Outcome.KEPT, False)
    assert visit("", {"noarchive"}).may_keep


@pytest.mark.parametrize(
    ("head", "headers", "signal"),
    [
        ('<meta name="robots" content="noai">', {}, "noai"),
        ('<meta name="tdm-reservation" content="1">', {}, "tdm-reservation=1"),
        ("", {"tdm_reservation": "1"}, "tdm-reservation=1"),
        ("", {"x_robots_tag": "noindex"}, "noindex"),
    ],
)
def test_an_article_kept_from_programs_is_recorded_and_left_out_on_request(
    head: str, headers: dict[str, str], signal: str
):
    """By default the signal goes with the article; with the setting no article is made."""
    recorded = visit(head, set(), **headers)
    left_out = visit(head, {signal}, **headers)

    assert recorded.article is not None
    assert signal in recorded.article.rights
    assert (left_out.outcome, left_out.detail, left_out.article) == (Outcome.RESERVED, signal, None)


def test_a_directive_that_nobody_can_honour_is_an_error():
    """It names the setting and what there is."""
    with pytest.raises(SettingsError, match="SEEDBED_HONOURED: nosuch: there is no such directive"):
        RightsPolicy.from_settings(Settings({"USER_AGENT": "seedbed/1", "SEEDBED_HONOURED": ["nosuch"]}))


def test_what_a_page_says_itself_goes_before_its_header():
    """TDMRep, "Processing priority": meta tag, header, file; what is not mentioned again stays."""
    meta = '<meta name="tdm-reservation" content="0">'

    said = visit(meta, {"tdm-reservation=1"}, tdm_reservation="1", tdm_policy="https://paper.example/policy")

    assert said.article is not None
    assert said.article.rights == ("tdm-policy=https://paper.example/policy", "tdm-reservation=0")
    assert superseded({"tdm-reservation=1", "noai"}, {"tdm-reservation=0"}) == {"tdm-reservation=0", "noai"}


@pytest.mark.parametrize(
    ("file", "honoured", "robots", "is_asked"),
    [
        ("hinted", set(), b"User-agent: *\nDisallow: /search", False),
        ("hinted", set(), b"# Text and data mining is reserved\nUser-agent: *", True),
        ("hinted", set(), b"User-agent: GPTBot\nDisallow: /", True),
        ("hinted", {"tdm-reservation=1"}, b"", True),
        ("always", set(), b"", True),
        ("never", {"tdm-reservation=1"}, b"User-agent: GPTBot\nDisallow: /", False),
    ],
)
def test_a_site_is_asked_for_its_file_where_it_may_have_one(
    file: FileAsked, honoured: set[str], robots: bytes, is_asked: bool
):
    """A request is dear; what is honoured must be known."""
    assert RightsPolicy("seedbed", frozenset(honoured), file).asks_for_file(robots) is is_asked


def test_a_choice_that_there_is_not_is_an_error():
    """It names the setting and what there is."""
    with pytest.raises(SettingsError, match="SEEDBED_TDM_FILE: perhaps: there is no such choice"):
        RightsPolicy.from_settings(Settings({"USER_AGENT": "seedbed/1", "SEEDBED_TDM_FILE": "perhaps"}))
