"""Characters that were lost: U+FFFD, or question marks where letters were."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["ReplacementCharacters"]

# U+FFFD; or question marks between two letters, or two of them standing for one quote or letter of a word.
LOST = re.compile(r"\ufffd+|(?<=[^\W\d_])\?{1,3}(?=[^\W\d_])|(?<=\s)\?{2,3}(?=\s|[^\W\d_])")
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+/\S+\?\S+")
MANY = 20  # places


@check
class ReplacementCharacters:
    """Finds what stands where a character could not be decoded."""

    name = "replacement_chars"
    title = "Lost characters"
    reason = "What a decoder replaced cannot be won back: the words are broken."
    remedy = "Fetch the page again with the right encoding."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a place; a missing blank after one question is no loss."""
        addresses = [match.span() for match in ADDRESS.finditer(article.text)]
        found = [
            match.span()
            for match in LOST.finditer(article.text)
            if not any(start <= match.start() < end for start, end in addresses)
        ]
        singles = sum(article.text[start:end] == "?" for start, end in found)
        if singles == len(found) and singles < 3:
            return
        severity = Severity.UNUSABLE if len(found) > MANY else Severity.DISTORTING
        for span in found:
            yield Problem(severity, f"{len(found)} place(s) hold a mark for a lost character.", span)
