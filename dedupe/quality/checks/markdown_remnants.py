"""Markdown that was left in the text: pictures, links, headings, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import check
from dedupe.quality.sought import Sought
from dedupe.settings import QualitySettings

__all__ = ["LINK", "MarkdownRemnants"]

# An address may hold blanks and a pair of brackets, and a title in quotes may stand behind it.
LINK = Sought(
    r"!?\[[^\[\]\n]{0,300}\]\(<?(?:https?://|/|#|mailto:)[^()\n]{0,600}(?:\([^()\n]{0,100}\)[^()\n]{0,100})?\)"
)
WHOLE_LINE = re.compile(
    r"#{1,6} \S.*|(?:\*\*|__|~~)\S.*\S(?:\*\*|__|~~)|\|(?>.*?\|).*\||\|?(?:\s*:?-{3,}:?\s*\|)+\s*:?-*:?"
    r"|```.*|~~~.*|\[\^?[\w-]{1,20}\]: \S+.*"
    r"|\*[^\s*][^*]{2,}[^\s*]\*|_[^\s_][^_]{2,}[^\s_]_|[-_]{3,}|:{3}.*|\{[.#][\w-]+\}|`[^`]+`|<(?:https?://|mailto:)[^<>\s]+>"
    r"|[-*+] \[[ xX]\] .*|(?:\\[*_#>~`-]){2}.*|\\\[.*\\\]|={3,}|[-*+] \*\*\S.*\S\*\*|>[ \t]*"
    r"|\[[^\[\]\n]{1,300}\] ?\[[^\[\]\n]{0,40}\]"
    # What its extensions add: tables of contents, notes, embeds, marks, abbreviations, attributes, commands.
    r"|\[(?:TOC|toc|\[_?TOC_?\])\]|!{3}\+? \w.*"
    r"|!?\[\[[^\[\]]{1,200}\]\]|!\[[^\[\]]{0,200}\]\([^()\s]{1,200}\)"
    r"|==\S.*\S==|\*\[[^\[\]]{1,40}\]: .*|\{: ?[.#][^{}]{1,80}\}|\\[a-z]{3,20}(?:\{[^{}]{0,80}\})*"
    r"|\*\*|__|#{2,6}|>{2,}|\^{3,}|\${2}|\\|:-+:|- - -(?: -)*"
)
BEGINS = frozenset("#*_|:-`~[{<+=>!$^\\ \t")  # what such a line begins with
# The fields that a page generator keeps above a text.
FRONT_MATTER = Sought(r"^---[ \t]*\n(?:[A-Za-z][\w-]*:.*\n){1,20}---[ \t]*$", re.MULTILINE)
# A whole line beginning so is a list of links, not an aside.
LINK_LIST = Sought(
    r"(?:[*+-]|\d+\.) \[(?>.*?\]\().*\).*"
    r"|\[[^\[\]]{1,60}\]\([^()]{1,300}\)(?:\s?[|•·/–-]\s?\[[^\[\]]{1,60}\]\([^()]{1,300}\))+"
    r"|\[!\[.*\]\(.*\)\]\(.*\)"
)


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
        reading = reading_of(article.text)
        links = LINK.may_match(reading)
        some = links or not BEGINS.isdisjoint([text[0] for text in reading.facts.columns.text])
        for line in reading.lines if some else ():
            begins = line.text[0] in BEGINS
            if (begins and WHOLE_LINE.fullmatch(line.text)) or (links and LINK_LIST.fullmatch(line)):
                spans.append(line.span)
            elif links:
                spans += [
                    (line.start + match.start(), line.start + match.end()) for match in LINK.finditer(line)
                ]
        spans += [match.span() for match in FRONT_MATTER.finditer(reading)]
        for span in sorted(spans):
            yield Problem(Severity.DISTORTING, f"{len(spans)} piece(s) of Markdown stand in the text.", span)
