"""The starter list: what it holds, what is chosen of it and why, and a list of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.asked import Asked
from crawler.items import Kind
from crawler.plan import Plan
from crawler.sources.starter_list import BUNDLED, StarterList, StarterSites, chosen
from crawler.topic import Topic
from crawler.urls import address_key
from dedupe.errors import SettingsError
from tests.crawler.news_web import EXAMPLES

OWN = """
sites = [
    { url = "https://saltry-gazette.example/", name = "Saltry Gazette", language = "en", country = "XS" },
    { url = "https://hafenbote.example/", name = "Hafenbote", language = "de", country = "XS", feeds = ["https://hafenbote.example/rss"] },
]
[countries]
XS = ["saltry"]
"""


def about(*names: str, language: str = "en") -> Topic:
    weights = {name: 1 / place for place, name in enumerate(names, 1)}
    return Topic(weights, frozenset(names), (language,), unit=1.0, names_unit=1.0)


@pytest.fixture
def own(tmp_path: Path) -> str:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    return str(tmp_path / "own.toml")


def test_the_bundled_list_is_wide_and_sound():
    """No site twice; each country can be named; many languages, and more than a site or two in the large ones."""
    bundled = StarterSites.read(BUNDLED)

    languages = [site.language for site in bundled.sites]
    assert len(bundled.sites) >= 250
    assert len(set(languages)) >= 40
    assert all(languages.count(language) >= 8 for language in ("en", "de", "fr", "es", "pt"))
    assert len({address_key(site.url) for site in bundled.sites}) == len(bundled.sites)
    assert {site.country for site in bundled.sites} == set(bundled.countries)
    assert all(word == word.lower() for words in bundled.countries.values() for word in words)


def test_sites_of_a_country_that_the_seeds_name_come_first():
    """Those in a language of the seeds before those in its own; then what is written for the world."""
    choices = chosen(about("santiago", "chile", "chilean"), frozenset(), most=200)

    reasons = [choice.because for choice in choices]
    assert reasons[0] == "of CL, which the seeds name"
    assert {choice.site.country for choice in choices[:3]} == {"CL"}
    assert reasons[3] == "written for the world in en, a language of the seeds"
    assert reasons[-1] == "in en, a language of the seeds"


def test_only_languages_that_count_are_chosen_where_the_user_says_which():
    """Whatever the seeds name."""
    choices = chosen(about("chile"), frozenset({"de"}), most=50)

    assert {choice.site.language for choice in choices} == {"de"}


def test_no_more_are_chosen_than_asked_for():
    """The best of them."""
    assert len(chosen(about("dam"), frozenset(), most=7)) == 7
    assert chosen(about("dam", language="xx"), frozenset(), most=7) == ()


def test_a_list_of_ones_own_adds_sites_and_countries(own: str):
    """Its sites come before bundled ones of the same rank."""
    choices = chosen(about("saltry"), frozenset(), most=3, own=own)

    assert [choice.site.name for choice in choices] == ["Saltry Gazette", "Hafenbote", "Associated Press"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sites = [", "not a list of sites that can be read"),
        ('sites = [{ url = "https://a.example/", name = "A", language = "en" }]', "country"),
        (
            'sites = [{ url = "a.example", name = "A", language = "en", country = "GB" }]',
            "A: not a web address",
        ),
        ('places = ["x"]', "places"),
    ],
)
def test_a_list_that_is_none_is_one_clear_message(tmp_path: Path, text: str, says: str):
    """It names the file and what is wrong in it."""
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match=says) as raised:
        chosen(about("x"), frozenset(), most=3, own=str(tmp_path / "own.toml"))

    assert "own.toml" in str(raised.value)


def plan(tmp_path: Path, own: str = "", **arguments: object) -> Plan:
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("SEEDBED_CRAWLS", str(tmp_path / "crawls"))
    settings.set("SEEDBED_STARTER_SITES", own)
    return Plan.make(Asked.read("coverage", {"seeds": EXAMPLES / "seeds", **arguments}, settings), settings)


def test_a_crawl_that_is_given_no_site_begins_with_the_list_and_the_indexes(tmp_path: Path, own: str):
    """But not with CC-NEWS; the plan on disk says why each site was chosen."""
    made = plan(tmp_path, own)

    assert made.sources == (
        "feeds", "sitemaps", "sections", "url_lists", "starter_list", "gdelt", "wayback",
    )  # fmt: skip
    assert len(made.starters) == 60
    assert all(made.describe()["starters"].values())


def test_a_crawl_that_is_given_a_site_or_a_source_uses_no_more_than_that(tmp_path: Path):
    """Nobody is asked who was not named."""
    assert plan(tmp_path, sites="https://a.example/").starters == ()
    assert plan(tmp_path, sites="https://a.example/").sources == (
        "feeds",
        "sitemaps",
        "sections",
        "url_lists",
    )
    assert plan(tmp_path, sources="gdelt").sources == ("gdelt",)


def test_the_starts_are_front_pages_and_feeds_in_the_order_of_the_choice(tmp_path: Path, own: str):
    """Each is a start like one that a person gave."""
    made = plan(tmp_path, own, sources="starter_list,sections", languages="de")

    starts = list(StarterList().starts(made))

    mine = [start for start in starts if "hafenbote" in start.url]
    assert [(start.url, start.kind) for start in mine] == [
        ("https://hafenbote.example/", Kind.PAGE),
        ("https://hafenbote.example/rss", Kind.FEED),
    ]
    pages = [start.priority for start in starts if start.kind is Kind.PAGE]
    assert pages == sorted(pages, reverse=True)
    assert all(start.is_start and start.found_by == "starter_list" for start in starts)
