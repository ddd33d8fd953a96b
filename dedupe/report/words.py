"""Names of reasons, kinds and outcomes for people, and small ways to say numbers."""

from __future__ import annotations

import re
from functools import cache

from dedupe.quality.registry import about_checks

__all__ = ["counted", "title_of"]

TITLES = {
    # why a document stays
    "only_copy": "the only copy",
    "representative": "stands for its copies",
    "independent": "reports the same event on its own",
    "latest_version": "the latest version of the story",
    "more_than_other": "has more than its copy in another corpus",
    # why it went
    "exact": "the same text",
    "near_duplicate": "a copy, lightly edited",
    "contains": "stands whole in another text",
    "contained": "stands whole in another text",
    "updated_version": "an earlier version",
    "same_event_only": "independent report of the same event",
    "below_relevance": "too far from the topic",
    "same_address": "the same address again",
    "in_other_corpus": "in another corpus already",
    "left_out": "left out by a reviewer",
    # what became of an address
    "kept": "kept",
    "off_topic": "off topic",
    "outside_window": "outside the time window",
    "other_language": "in another language",
    "stub": "what a paywall leaves of an article",
    "listing": "a feed or a sitemap",
    "no_article": "no article on the page",
    "not_read": "no article on the topic, by the words of the page",
    "redirect": "a redirect",
    "robots": "forbidden by robots.txt",
    "gone": "gone (4xx)",
    "error": "no answer",
    "refused": "not on the public internet",
    "not_in_archive": "not in the archive",
    "not_fetched": "not fetched",
    # why a line was cut
    "repeated_on_site": "repeated on the site",
    "menu": "menu or label",
    "newsletter": "newsletter or subscription",
    "consent": "consent or legal notice",
    "comments": "comments",
    "share": "share or follow",
    "caption": "picture caption",
    "teaser": "teaser for another story",
    "byline": "byline",
    "dateline": "date line",
    "markup": "markup",
    "above_story": "above the story",
    "below_story": "below the story",
    "headline": "the headline again",
    "repeated_in_document": "repeated in the document",
}


# Why one of a cluster stays: how many they are, and by what it was chosen.
STANDS = re.compile(r"representative of (\d+)(.*)")


@cache
def _check_titles() -> dict[str, str]:
    return {check.name: check.title for check in about_checks()}


def title_of(name: str) -> str:
    """A reason or kind in words; names without words of their own lose their underscores."""
    if stands := STANDS.fullmatch(name):
        return f"the one kept of {int(stands[1]):,} copies{stands[2]}"
    return TITLES.get(name) or _check_titles().get(name) or name.replace("_", " ")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`1 document`, `1,204 documents`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
