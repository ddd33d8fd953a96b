"""Markdown that was left in the text: pictures, links, headings, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.registry import check
from dedupe.quality.text import lines
from dedupe.settings import QualitySettings

__all__ = ["LINK", "MarkdownRemnants"]

LINK = re.compile(r"!?\[[^\[\]\n]{0,300}\]\((?:https?://|/|#|mailto:)[^()\s]{0,600}\)")
WHOLE_LINE = re.compile(
    r"#{1,6} \S.*|(?:\*\*|__)\S.*\S(?:\*\*|__)|\|(?>.*?\|).*\||\|?(?:\s*:?-{3,}:?\s*\|)+\s*:?-*:?|```.*|~~~.*"
    r"|\[\^?[\w-]{1,20}\]: \S+.*"
)
# The fields that a page generator keeps above a text.
FRONT_MATTER = re.compile(r"^---[ \t]*\n(?:[A-Za-z][\w-]*:.*\n){1,20}---[ \t]*$", re.MULTILINE)
# A whole line beginning so is a list of links, not an aside.
LINK_LIST = re.compile(r"(?:[*+-]|\d+\.) \[(?>.*?\]\().*\).*")


@check
class MarkdownRemnants:
    """Finds Markdown by its whole constructs: a lone star or hash is punctuation."""

    name = "markdown_remnants"
    title = "Markdown left in the text"
    reason = "Link targets and picture names are counted as words of the story."
    remedy = "Take the text out of the page anew, or render the Markdown to plain text."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a line that is Markdown whole, else one a link."""
        spans = []
        for line in lines(article.text):
            if WHOLE_LINE.fullmatch(line.text) or LINK_LIST.fullmatch(line.text):
                spans.append(line.span)
            else:
                spans += [
                    (line.start + match.start(), line.start + match.end())
                    for match in LINK.finditer(line.text)
                ]
        spans += [match.span() for match in FRONT_MATTER.finditer(article.text)]
        for span in sorted(spans):
            yield Problem(Severity.DISTORTING, f"{len(spans)} piece(s) of Markdown stand in the text.", span)
