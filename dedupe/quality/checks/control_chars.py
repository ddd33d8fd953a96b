"""Control characters and terminal codes in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.characters import CONTROLS, Sign
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Wants
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["ControlCharacters"]

# With the rest of a terminal's colour code.
CONTROL = re.compile(rf"\x1b\[[0-9;]{{0,8}}[A-Za-z]|[{CONTROLS}]+")
# Behind an accented letter or another control they are the rest of a character decoded wrongly: mojibake.
GARBLED = re.compile(r"[\xc2-\xf4\u2000-\u20ff]$")
MANY = 8  # places


@check
class ControlCharacters:
    """Finds what no text has: it was made by a wrong decoding or came out of a terminal."""

    name = "control_chars"
    title = "Control characters"
    reason = "They split words, break other tools' readers, and act in terminals."
    remedy = "Take them out; where they stand for typographic quotes, decode as Windows-1252."
    wants = Wants(signs=Sign.CONTROL)

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a place."""
        text = article.text
        spans = [
            match.span()
            for match in CONTROL.finditer(text)
            if match[0][0] < "\x80" or not GARBLED.search(text[: match.start()][-1:])
        ]
        for span in spans:
            yield Problem(
                Severity.DISTORTING if len(spans) >= MANY else Severity.COSMETIC,
                f"{len(spans)} place(s) hold control characters.",
                span,
                quote=" ".join(f"U+{ord(character):04X}" for character in text[slice(*span)]),
            )
