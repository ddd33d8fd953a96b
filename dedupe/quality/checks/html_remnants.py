"""Tags, comments and entities that were left in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.checks.mojibake import TWICE_ESCAPED
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Wants
from dedupe.quality.registry import check
from dedupe.quality.sought import Sought
from dedupe.settings import QualitySettings

__all__ = ["REMNANT", "HtmlRemnants", "may_hold_remnants", "remnants_in", "without_remnants"]

NAMES = (
    r"(?:a|abbr|acronym|address|area|article|aside|audio|b|base|big|blockquote|body|br|button|canvas|caption|center|circle|cite|"
    r"code|col|colgroup|data|dd|defs|del|details|dfn|dialog|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|frame|"
    r"g|h[1-6]|head|header|hgroup|hr|html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|menu|meta|nav|nobr|"
    r"noscript|object|ol|optgroup|option|p|param|path|picture|polygon|polyline|pre|q|rect|s|samp|script|section|select|slot|"
    r"small|source|span|strike|strong|style|sub|summary|sup|svg|symbol|table|tbody|td|template|textarea|tfoot|th|thead|time|"
    r"title|tr|track|tt|u|ul|use|var|video|wbr|[a-z][a-z0-9]{0,20}[:-][a-z0-9:-]{1,40})"  # `o:p`, `amp-ad`
)
TAG = rf"</?{NAMES}(?:[\s\[][^<>\n]{{0,400}})?/?>"  # a shortcode may stand in it
ESCAPED_TAG = rf"&(?:amp;)*lt;/?{NAMES}(?:\s[^<>&\n]{{0,200}})?/?&(?:amp;)*gt;"
COMMENT = (
    r"<!--[^\n]{0,400}?-->|<!--\[if\b[^\]\n]{0,80}\]>|<!\[endif\]-->|<!\[CDATA\[|\]\]>"
    r"|<!doctype [^<>\n]{0,200}>"
)
ENTITY = r"&(?:amp;)*(?:#\d{2,6}|#x[0-9a-fA-F]{2,6}|[a-zA-Z][a-zA-Z0-9]{1,7});"
SHORTCODE = (
    r"\[/?(?:caption|gallery|embed|video|audio|playlist|pullquote|adrotate|youtube|contact-form-7|"
    r"(?:vc|et_pb|su|fusion|av|wp)_[a-z_]+)(?:\s[^\[\]\n]{0,300})?\]"
)
TEMPLATE = (
    r"\{\{[^{}\n]{1,80}\}\}|\{%[^{}%\n]{1,80}%\}"
    r"|<%[^%\n]{1,200}%>|\\u003c/?[a-z][^<>\n]{0,200}?\\u003e"
)
REMNANT = Sought(f"(?:{TAG}|{COMMENT}|{ESCAPED_TAG}|{ENTITY}|{SHORTCODE}|{TEMPLATE})", re.IGNORECASE)
SIGNS = "<&[]{\\"  # each begins with one of them
MANY = 15  # places


@check
class HtmlRemnants:
    """Finds the elements and entities of HTML by name, so that "a < b" is none."""

    name = "html_remnants"
    title = "Markup left in the text"
    reason = "Tags and entities are counted as words, and split the words around them."
    remedy = "Take the text out of the page anew, or strip the tags and decode the entities."
    wants = Wants(expressions=REMNANT.bit)

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a place."""
        found = [
            match.span()
            for match in remnants_in(article.text)
            if not TWICE_ESCAPED.pattern.fullmatch(match[0])  # a garbled character: `mojibake` names it
        ]
        severity = Severity.DISTORTING if len(found) < MANY else Severity.UNUSABLE
        for span in found:
            yield Problem(severity, f"{len(found)} tag(s) or entities of HTML stand in the text.", span)


def remnants_in(text: str) -> Iterator[re.Match[str]]:
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
    return any(sign in text for sign in SIGNS)
