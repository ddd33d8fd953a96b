"""Tags, comments and entities that were left in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.checks.mojibake import TWICE_ESCAPED
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import check
from dedupe.quality.sought import Sought
from dedupe.settings import QualitySettings

__all__ = ["REMNANT", "HtmlRemnants", "may_hold_remnants", "without_remnants"]

TAG = (
    r"</?(?:a|abbr|article|aside|b|blockquote|body|br|button|caption|center|cite|code|div|em|embed|figcaption|figure|"
    r"font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|li|link|main|meta|nav|noscript|object|ol|"
    r"p|param|picture|pre|q|s|script|section|small|source|span|strong|style|sub|sup|svg|table|tbody|td|time|th|mark|data|"
    r"thead|title|tr|u|ul|video)(?:\s[^<>\n]{0,400})?/?>"
)
COMMENT = r"<!--[^\n]{0,400}?-->|<!\[CDATA\[|\]\]>|<!doctype [^<>\n]{0,200}>"
ENTITY = r"&(?:amp;)*(?:#\d{2,6}|#x[0-9a-fA-F]{2,6}|[a-zA-Z][a-zA-Z0-9]{1,7});"
SHORTCODE = r"\[/?(?:caption|gallery|embed|video|audio|vc_[a-z_]+|et_pb_[a-z_]+)(?:\s[^\[\]\n]{0,300})?\]"
REMNANT = Sought(f"(?:{TAG}|{COMMENT}|{ENTITY}|{SHORTCODE})", re.IGNORECASE)
SIGNS = "<&[]"  # each begins with one of them
MANY = 15  # places


@check
class HtmlRemnants:
    """Finds the elements and entities of HTML by name, so that "a < b" is none."""

    name = "html_remnants"
    title = "Markup left in the text"
    reason = "Tags and entities are counted as words, and split the words around them."
    remedy = "Take the text out of the page anew, or strip the tags and decode the entities."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a place."""
        if not REMNANT.may_match(reading_of(article.text)):
            return
        found = [
            match.span()
            for match in _remnants(article.text)
            if not TWICE_ESCAPED.fullmatch(match[0])  # a garbled character: `mojibake` names it
        ]
        severity = Severity.DISTORTING if len(found) < MANY else Severity.UNUSABLE
        for span in found:
            yield Problem(severity, f"{len(found)} tag(s) or entities of HTML stand in the text.", span)


def _remnants(text: str) -> Iterator[re.Match[str]]:
    """What `REMNANT.finditer` yields, tried only where a sign stands."""
    end = 0
    for place in sorted(place for sign in SIGNS for place in _places(sign, text)):
        if place >= end and (match := REMNANT.pattern.match(text, place)):
            end = match.end()
            yield match


def _places(sign: str, text: str) -> Iterator[int]:
    """Where a character stands; quicker than an expression where it is rare."""
    place = text.find(sign)
    while place >= 0:
        yield place
        place = text.find(sign, place + 1)


def without_remnants(text: str) -> str:
    """A text without its tags, comments and entities."""
    return REMNANT.pattern.sub("", text) if may_hold_remnants(text) else text


def may_hold_remnants(text: str) -> bool:
    """Whether a sign stands in a text with which they begin."""
    return "<" in text or "&" in text or "[" in text or "]" in text
