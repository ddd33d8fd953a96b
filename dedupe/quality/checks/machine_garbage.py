"""Code, style sheets, JSON or bytes that were taken for text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from dedupe.models import Article, Severity
from dedupe.quality.checks.html_remnants import REMNANT
from dedupe.quality.problem import Problem
from dedupe.quality.registry import check
from dedupe.quality.text import lines, word_count
from dedupe.settings import QualitySettings

__all__ = ["MachineGarbage", "is_code"]

# What code, style sheets and data have and prose has not.
CODE = (
    re.compile(r"[\w$\])]\.\w+\([^)]{0,200}\)"),  # a.b(c)
    re.compile(r"\b(?:function|var|let|const|return|window|document|typeof|null|undefined)\b[\s.(\[{=;]"),
    re.compile(r"[{;,]\s*[\w-]+\s*:\s*[^;{}\s][^;{}]{0,60}(?=[;}])"),  # property: value;
    re.compile(r"\"[\w@$:-]+\"\s*:\s*[\"\[{\d]|\"[\w@$:-]+\"\s*:\s*(?:true|false|null)"),  # "key": value
    re.compile(r"[)\]}]\s*[;{]|[{(]\s*[{(\['\"]|=>|[!=]==?\s|&&|\|\|"),
    re.compile(r"@(?:media|import|font-face|keyframes)\b"),
    re.compile(r"</?\w+(?::\w+)?(?:\s+\w+(?::\w+)?=\"[^\"]*\")*\s*/?>"),
)
BINARY = re.compile(
    r"%PDF-\d|\bendobj\b|\bendstream\b|\bxref\b|\x89PNG|JFIF|PK\x03\x04|<\?xml|<rss\b|<feed\b"
)
BLOB = re.compile(r"[A-Za-z0-9+/=_-]{80,}")
# Marks of code among all characters: prose has under 0.02, minified code over 0.06.
MARKS = re.compile(r"[{}\[\]()<>;=_\\|&$#@\"/]")
LEAST_MARKS = 0.06
LEAST_SIGNS = 3
LEAST_LINE = 40  # characters
WHOLE = 0.5  # share of the document's characters


@check
class MachineGarbage:
    """Finds lines with several sorts of signs that only machines write, and many of their marks."""

    name = "machine_garbage"
    title = "Code or data in the text"
    reason = "Scripts, style sheets and data add words that nobody wrote as news."
    remedy = "Take the text out of the page anew; leave it out where nothing else is there."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a line; one on the document where most of it is such lines."""
        found = [line for line in lines(article.text) if is_code(line.text)]
        share = sum(len(line.text) for line in found) / max(1, len(article.text.strip()))
        if share >= WHOLE:
            yield Problem(Severity.UNUSABLE, f"{share:.0%} of its characters are code or data.")
            return
        for line in found:
            yield Problem(
                Severity.DISTORTING, f"The line is code or data ({word_count(line.text)} words).", line.span
            )


@lru_cache(maxsize=4096)
def is_code(line: str) -> bool:
    """Whether a line was written for a machine."""
    if BINARY.search(line):
        return True
    if len(line) < LEAST_LINE:
        return False
    if (blob := BLOB.search(line)) and len(blob[0]) > len(line) / 2 and "/" not in blob[0][:10]:
        return True
    line = REMNANT.sub("", line)  # tags in prose are markup, not code
    if len(line) < LEAST_LINE:
        return False
    marks = len(MARKS.findall(line)) / len(line)
    if marks < LEAST_MARKS:
        return False
    return sum(min(3, len(pattern.findall(line))) for pattern in CODE) >= LEAST_SIGNS
