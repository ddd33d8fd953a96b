"""Characters that were lost: U+FFFD, or question marks where letters were."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.characters import Sign
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Wants
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["ReplacementCharacters"]

# U+FFFD; or question marks between two letters, or two of them standing for one quote or letter of a word.
MARK = re.compile(r"[?\ufffd]")
LOST = re.compile(r"\ufffd+|(?<=[^\W\d_])\?{1,3}(?=[^\W\d_])|(?<=\s)\?{2,3}(?=\s|[^\W\d_])")
ENDING = re.compile(r"(?<=[\w.,!])\?\?(?=[\s.,;:)]|$)")
LEAST_DOUBLES = 2
TOKEN = re.compile(r"\S+")
ADDRESS = re.compile(r"https?://\S|www\.\S")
MANY = 20  # places


@check
class ReplacementCharacters:
    """Finds what stands where a character could not be decoded."""

    name = "replacement_chars"
    title = "Lost characters"
    reason = (
        "Words are broken where a decoder put a mark for a character; a few tell what it was by their place."
    )
    remedy = "Fetch the page again with the right encoding."
    wants = Wants(signs=Sign.LOST)

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a place; a missing blank after one question is no loss."""
        found = list(_lost(article.text))
        singles = sum(article.text[start:end] == "?" for start, end in found)
        if singles == len(found) and singles < 3:
            return
        severity = Severity.UNUSABLE if len(found) > MANY else Severity.DISTORTING
        for span in found:
            yield Problem(severity, f"{len(found)} place(s) hold a mark for a lost character.", span)


def _lost(text: str) -> Iterator[tuple[int, int]]:
    """Spans of lost characters; a question mark in an address begins its query."""
    matches = list(_marks(text))
    if sum(match[0] == "??" for match in matches) >= LEAST_DOUBLES:
        # Here two marks stand for one character: what ends a word or closes a quotation is lost as well.
        matches = sorted([*matches, *ENDING.finditer(text)], key=re.Match.start)
    tokens = TOKEN.finditer(text) if matches else iter(())
    end = address = 0  # of the token where we stand, and where an address begins in it
    for match in matches:
        while end <= match.start() and (token := next(tokens, None)):
            end = token.end()
            address = token.start() + _address_in(token[0])
        if match.start() < address or match.start() >= end:
            yield match.span()


def _marks(text: str) -> Iterator[re.Match[str]]:
    """What `LOST.finditer` yields, tried only where a mark stands."""
    end = 0
    for mark in MARK.finditer(text):
        if mark.start() >= end and (match := LOST.match(text, mark.start())):
            end = match.end()
            yield match


def _address_in(token: str) -> int:
    """Where an address begins in a token; its length: nowhere. With a path and a query it needs no scheme."""
    slash = token.find("/", 1)
    if slash > 0 and token.rfind("?", slash + 2, len(token) - 1) > 0:
        return 0
    found = ADDRESS.search(token)
    return found.start() if found else len(token)
