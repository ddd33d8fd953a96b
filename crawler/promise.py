"""How much an address promises before it is fetched: its priority in the frontier, the higher the sooner.

Listings come before pages, since they tell the titles of many pages at the price of one request. A page's
promise is that of its best description (title, anchor, words of the address), and of the page it stands on.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.topic import Topic

__all__ = ["FEED", "LISTED", "NEXT_PAGE", "PART", "RECHECK", "SITEMAP", "START", "of_link", "of_title"]

LISTED = 3.0  # a person asked for this very page
PART = 2.5  # the rest of an article that is kept
START = 2.0
FEED = 1.6
SITEMAP = 1.5
# A page that was kept, asked whether it changed: after what sounds new, before what hardly does.
RECHECK = 0.5
# A page of which nothing is known; a section may list what no feed does.
UNKNOWN_PAGE = 0.02
SECTION = 0.2
# The next page of a listing, against the one before.
NEXT_PAGE = -0.1
TITLE_WEIGHT = 1.0
# What a link gains from standing inside an article on the topic, and from standing elsewhere on its page.
INSIDE_STORY = 0.35
ON_STORY_PAGE = 0.1

ARTICLE_PATH = re.compile(r"\d{4,}|(?:[^\W_]+[-_]){2,}|\.s?html?$|=\d+")


def of_title(topic: Topic, *descriptions: str | None) -> float:
    """Promise of a page by what is said of it: titles, summaries, the words of its address."""
    scores = [topic.score_headline(text) for text in descriptions if text]
    return UNKNOWN_PAGE + TITLE_WEIGHT * max(scores, default=0.0)


def of_link(topic: Topic, url: str, descriptions: list[str], inside_story: bool, relevance: float) -> float:
    """Promise of a page that a page of some relevance links to."""
    promise = of_title(topic, *descriptions)
    promise += relevance * (INSIDE_STORY if inside_story else ON_STORY_PAGE)
    return max(promise, SECTION) if is_section(url) else promise


def is_section(url: str) -> bool:
    """Whether an address looks like a section's front page rather than an article's."""
    parts = urlsplit(url)
    path = parts.path.strip("/")
    return bool(path) and path.count("/") <= 1 and not parts.query and not ARTICLE_PATH.search(parts.path)
