"""Letters of another alphabet or of a mathematical font that look like the right ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.lookalikes import LOOK_LATIN
from dedupe.models import Article, Severity, Span
from dedupe.quality.characters import STYLED, Sign
from dedupe.quality.checks.mojibake import TWICE_ESCAPED
from dedupe.quality.problem import Problem
from dedupe.quality.reading import SCRIPT_SIGNS, Wants, reading_of
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["Homoglyphs"]

LATIN = r"A-Za-z\u00c0-\u024f"
OTHER = r"\u0370-\u03ff\u0400-\u052f"
WORD = re.compile(rf"[{LATIN}{OTHER}]+")
MIXED = re.compile(rf"[{LATIN}][{OTHER}]|[{OTHER}][{LATIN}]")
LOOKALIKE_WORD = re.compile(rf"(?<!\w)[{LOOK_LATIN}]{{2,}}(?!\w)")
STYLED_WORD = re.compile(f"[{STYLED}]{{2,}}")
# Units and terms of science are written with one Greek letter: "μg", "β-Blocker", "Ωm".
SCIENCE = re.compile(r"[μΔΩαβγδλσπ][A-Za-z]{1,3}|[A-Za-z]{1,4}[μΔΩαβγδλσπ]")
# What UTF-8 looks like in Windows-1251: garbled, not disguised.
GARBLED = re.compile(r"[ЂЃЉЊЌЋЏђѓљњќћџ]|[ВГР][\u00a0-\u00bf‚„…†‡€‰‹‘’“”•–—™›ЎўЈҐЁЄЇІіґё№єјЅѕї]")
FULL_WIDTH_SCRIPTS = ("han", "kana", "hangul")
MANY = 10  # words


@check
class Homoglyphs:
    """Finds words that mix alphabets, words all in lookalikes, and styled letters."""

    name = "homoglyphs"
    title = "Lookalike letters"
    reason = "The word looks right and is another one to every program: it is not found or counted."
    remedy = "Put the right letters in their place."
    wants = Wants(signs=Sign.STYLED | SCRIPT_SIGNS["cyrillic"] | SCRIPT_SIGNS["greek"])

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a word."""
        text, reading = article.text, reading_of(article.text)
        spans: list[Span] = []
        if reading.has_script("cyrillic", "greek"):
            if MIXED.search(text):
                spans += _mixed_words(text)
            # Where the letters of the other alphabet are spelt out, what is left of them is no disguise.
            if next(iter(reading.scripts)) == "latin" and not TWICE_ESCAPED.may_match(reading):
                spans += [match.span() for match in LOOKALIKE_WORD.finditer(text)]
        if reading.signs & Sign.STYLED and not reading.has_script(*FULL_WIDTH_SCRIPTS):
            spans += [match.span() for match in STYLED_WORD.finditer(text)]
        for span in sorted(set(spans)):
            yield Problem(
                Severity.DISTORTING if len(spans) < MANY * 5 else Severity.UNUSABLE,
                f"{len(spans)} word(s) are written with letters that only look right.",
                span,
            )


def _mixed_words(text: str) -> list[Span]:
    return [
        match.span()
        for match in WORD.finditer(text)
        if MIXED.search(match[0])
        and not SCIENCE.fullmatch(match[0])
        and not GARBLED.search(text, match.start(), match.end() + 1)
    ]
