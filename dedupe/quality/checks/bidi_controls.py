"""Characters that turn the direction of the text around them."""

from __future__ import annotations

from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Wants, reading_of
from dedupe.quality.registry import check
from dedupe.quality.sought import Sought
from dedupe.settings import QualitySettings

__all__ = ["BidiControls"]

MARKS = "\u200e\u200f\u061c"  # they only nudge
TURNS = Sought(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]+")
OVERRIDES = Sought(r"[\u202d\u202e]")
RIGHT_TO_LEFT = ("arabic", "hebrew")
MANY = 6  # places


@check
class BidiControls:
    """Finds directional controls; in right-to-left texts only the overrides, which reorder what is read.

    Boucher and Anderson, "Trojan Source", 2021, show what they hide.
    """

    name = "bidi_controls"
    title = "Direction controls"
    reason = "What is read on the screen is not what a program reads, and names are not found."
    remedy = "Take them out."
    wants = Wants(expressions=TURNS.bit)

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a place."""
        text, reading = article.text, reading_of(article.text)
        right_to_left = reading.has_script(*RIGHT_TO_LEFT)
        spans = [match.span() for match in (OVERRIDES if right_to_left else TURNS).finditer(reading)]
        # One mark at the edge of a line was left by a template; it turns nothing.
        if all(text[slice(*span)].strip(MARKS) == "" for span in spans) and len(spans) < 2:
            return
        for span in spans:
            yield Problem(
                Severity.DISTORTING if len(spans) >= MANY else Severity.COSMETIC,
                f"{len(spans)} place(s) turn the direction of the text.",
                span,
                quote=" ".join(f"U+{ord(character):04X}" for character in text[slice(*span)]),
            )
