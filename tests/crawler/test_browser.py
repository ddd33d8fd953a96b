"""Pages in a browser: what is turned on, and for which requests; no browser is needed here."""

from __future__ import annotations

import asyncio
import socket
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse
from scrapy.settings import Settings

from crawler.asked import Asked
from crawler.guard import Guard
from crawler.items import Candidate, Kind
from crawler.middlewares import browser
from crawler.middlewares.browser import BrowserMiddleware, Sieve
from crawler.plan import Plan
from crawler.spiders.coverage import CoverageSpider
from dedupe.errors import MissingExtraError

URL = "https://a.example/story"


def settings(on: bool) -> Settings:
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.set("SEEDBED_BROWSER", on)
    return settings


def request(kind: Kind) -> Request:
    return Request(
        URL, headers={"If-None-Match": '"7"', "Accept": "text/html"}, meta={"candidate": Candidate(URL, kind)}
    )


def crawler(on: bool, is_replay: bool = False) -> SimpleNamespace:
    return SimpleNamespace(
        settings=settings(on), spider=SimpleNamespace(plan=SimpleNamespace(is_replay=is_replay))
    )


def test_the_browser_is_off_unless_a_setting_turns_it_on():
    """No handler, no middleware; and none for a replay, which has no network."""
    given = settings(False)

    CoverageSpider.update_settings(given)

    assert browser.HANDLER not in given.getdict("DOWNLOAD_HANDLERS").values()
    for each in (crawler(False), crawler(True, is_replay=True)):
        with pytest.raises(NotConfigured):
            BrowserMiddleware.from_crawler(each)  # type: ignore[arg-type]


def test_one_setting_turns_it_on():
    """The handler for both schemes, beside what is shut; bounds for time and memory."""
    given = settings(True)

    CoverageSpider.update_settings(given)

    handlers = given.getdict("DOWNLOAD_HANDLERS")
    assert handlers["https"] == handlers["http"] == browser.HANDLER
    assert handlers["file"] is None
    assert given.getint("PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT") == 30_000
    assert given.getint("PLAYWRIGHT_MAX_PAGES_PER_CONTEXT") == 4
    assert isinstance(BrowserMiddleware.from_crawler(crawler(True)), BrowserMiddleware)  # type: ignore[arg-type]


def test_a_missing_extra_is_one_clear_message(monkeypatch: pytest.MonkeyPatch):
    """It says what to install, before anything is fetched."""
    monkeypatch.setattr(browser, "find_spec", lambda name: None)

    with pytest.raises(
        MissingExtraError, match=r"pip install 'seedbed\[browser\]' && playwright install chromium"
    ):
        Plan.make(Asked.read("coverage", {}, settings(True)), settings(True))


@pytest.mark.parametrize(
    ("kind", "marked"),
    [(Kind.PAGE, True), (Kind.PART, True), (Kind.FEED, False), (Kind.SITEMAP, False), (Kind.ROBOTS, False)],
)
def test_only_pages_are_opened_in_the_browser(kind: Kind, marked: bool):
    """Lists and rules need no JavaScript; a page is asked for whole."""
    asked = request(kind)

    BrowserMiddleware().process_request(asked)

    assert asked.meta.get("playwright", False) is marked
    assert ("If-None-Match" in asked.headers) is not marked
    assert "Accept" in asked.headers


def test_where_the_browser_was_led_elsewhere_the_frontier_decides():
    """It sees a redirect, asks that host's robots.txt, and counts the address."""
    asked = request(Kind.PAGE)
    there = HtmlResponse("https://b.example/story", flags=["playwright"], body=b"<p>Hello")
    here = HtmlResponse(f"{URL}#top", flags=["playwright"], body=b"<p>Hello")

    led = BrowserMiddleware().process_response(asked, there)

    assert (led.status, led.url, led.headers["Location"]) == (302, URL, b"https://b.example/story")
    assert BrowserMiddleware().process_response(asked, here) is here
    plain = there.replace(flags=[])
    assert BrowserMiddleware().process_response(asked, plain) is plain


def dropped(url: str, kind: str = "script") -> bool:
    """Whether what a page asks for is not fetched; there is one name, which leads inside."""

    def lookup(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        if host != "inside.example":
            raise OSError
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.5", port))]

    asked = SimpleNamespace(resource_type=kind, url=url)
    return asyncio.run(Sieve(Guard(lookup=lookup))(asked))


@pytest.mark.parametrize(
    "url", ["http://10.1/", "http://[::1]/", "http://inside.example/x", "file:///etc/hostname"]
)
def test_a_page_fetches_nothing_from_inside(url: str):
    """Neither by number nor by name; other names, and data that stands in the page, pass."""
    assert dropped(url)
    assert not dropped("https://outside.example/x")
    assert not dropped("data:text/plain,x")


def test_chromium_is_told_which_numbers_are_nobody():
    """It follows redirects by itself; a network that the user allows opens them."""
    closed = browser.browser_settings(settings(True))["PLAYWRIGHT_LAUNCH_OPTIONS"]
    allowing = settings(True)
    allowing.set("SEEDBED_ALSO_REACH", "127.0.0.0/8")

    assert "MAP 169.254.* ~NOTFOUND" in closed["args"][0]
    assert browser.browser_settings(allowing)["PLAYWRIGHT_LAUNCH_OPTIONS"] == {}


def test_pictures_films_and_fonts_are_not_loaded():
    """Scripts and data are: they write the text."""
    kinds = ["document", "script", "xhr", "fetch", "stylesheet", "image", "media", "font"]

    assert [kind for kind in kinds if dropped(f"{URL}/{kind}", kind)] == [
        "image",
        "media",
        "font",
    ]
