"""One reading of a text that all checks share: its lines, words, scripts, odd characters and more."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from dedupe.quality.characters import PLANE, SCRIPTS, script_numbers
from dedupe.quality.facts import SCRIPT_BITS, Facts, Line, codes_of, facts_of, torn_places
from dedupe.quality.sought import expressions, pieces

__all__ = ["SCRIPT_SIGNS", "Line", "Reading", "Wants", "reading_of"]


class Reading:
    """A text as the checks see it: what one pass tells, and what only few texts are asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.expressions = expressions()
        self.facts: Facts = facts_of(text, pieces())
        self.possible: int = self.facts.possible  # bits of the expressions that may match in it
        self.words: int = self.facts.text.words
        self.signs: int = self.facts.text.signs  # of any of its characters

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its lines that are not blank, whatever ends them."""
        return self.facts.lines

    def has_script(self, *names: str) -> bool:
        """Whether a letter of one of these scripts stands in the text."""
        return any(self.signs & SCRIPT_SIGNS[name] for name in names)

    @cached_property
    def scripts(self) -> dict[str, int]:
        """Script -> letters of it in the text, the most used first; scripts without a letter are left out."""
        codes = codes_of(self.text)
        counts = np.bincount(script_numbers().take(codes[codes < PLANE]), minlength=len(SCRIPTS) + 1)
        named = zip(SCRIPTS, counts[1:].tolist(), strict=True)
        return {name: n for name, n in sorted(named, key=lambda item: -item[1]) if n}

    @cached_property
    def torn(self) -> list[int]:
        """Places where letters may have been decoded wrongly: nowhere else do two halves stand together."""
        return torn_places(codes_of(self.text)) if self.facts.text.torn else []

    def paragraphs(self, least: int) -> tuple[Line, ...]:
        """The lines of at least `least` characters: prose, in a news text."""
        return tuple(line for line in self.lines if line.end - line.start >= least)

    @cached_property
    def folded(self) -> str:
        """The text without regard to case; not of the same length."""
        return self.text.casefold()


class Wants(NamedTuple):
    """What a text must have for a check to say anything of it; one of these is enough."""

    expressions: int = 0  # bits of those that may match
    signs: int = 0  # of any of its characters

    def met_by(self, reading: Reading) -> bool:
        """Whether a text has any of it."""
        return reading.possible & self.expressions != 0 or reading.signs & self.signs != 0


SCRIPT_SIGNS = {name: 1 << SCRIPT_BITS << number for number, name in enumerate(SCRIPTS)}


def reading_of(text: str) -> Reading:
    """The reading of a text; the checks come to one text after the other, each some times."""
    global _last  # as it is at this moment: threads may take turns
    last = _last
    if last is None or last.text is not text or last.expressions != expressions():
        last = _last = _read(text, expressions())
    return last


@lru_cache(maxsize=2)
def _read(text: str, _expressions: int) -> Reading:
    return Reading(text)


_last: Reading | None = None  # what was read last: most checks ask for it again, and need not look it up
