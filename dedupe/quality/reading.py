"""One reading of a text that all checks share: its lines, words, scripts, odd characters and more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.quality.sought import Codes, expressions, pieces

__all__ = ["CONTROLS", "INVISIBLE", "LETTERS_A_WORD", "UNSPACED", "Line", "Reading", "Sign", "reading_of"]

LINE = re.compile(r"[^\r\n]+")
# Scripts that put no space between words: Han, kana, Thai, Lao, Khmer, Burmese.
UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
LETTERS_A_WORD = 2  # in unspaced scripts, about; Chinese words have 1.5 to 2 characters
# C0 and C1 but for tab, line ends and NUL, which has a check of its own.
CONTROLS = r"\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
# Zero-width spaces and joiners, word joiner, soft hyphen, BOM, tag characters, fillers.
INVISIBLE = r"\u00ad\u115f\u1160\u180e\u200b-\u200d\u2060-\u2064\u3164\ufeff\uffa0\U000e0000-\U000e007f"
JOINERS = r"'’\x2d"  # hold the parts of a word together
STYLED = r"\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff"  # letters of another width or of mathematics
SCRIPTS = {
    "latin": r"A-Za-z\u00c0-\u024f",
    "cyrillic": r"\u0400-\u052f",
    "greek": r"\u0370-\u03ff",
    "arabic": r"\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff",
    "hebrew": r"\u0590-\u05ff",
    "indic": r"\u0900-\u0dff",
    "han": r"\u3400-\u4dbf\u4e00-\u9fff",
    "kana": r"\u3040-\u30ff",
    "hangul": r"\uac00-\ud7af\u1100-\u11ff",
    "southeast_asian": r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff",
}
# Latin letters beyond ASCII, signs and marks, and a few letters that Russian and Greek do not write: the
# others are letters of their scripts.
TORN = r"\x80-\u036f\u0384\u0385\u0402\u0490\u0491\u2000-\u2bff\ufb00-\ufb06\ufffd"
TORN_ALONE = r"\x80-\x9fÂÃŒœ"
_ASCII_END = 0x80
_PLANE = 1 << 16  # code points in tables; those beyond are rare and looked up one by one


class Sign:
    """What a character is to the checks: a bit each."""

    LETTER = 1  # or digit, in scripts with spaces between words
    UNSPACED = 2
    JOINER = 4
    CONTROL = 8
    INVISIBLE = 16
    STYLED = 32
    TORN = 64  # what halves of letters look like that were decoded wrongly: accented letters, marks, signs
    TORN_ALONE = 128  # the same, that tells something beside letters of ASCII too


class Line(NamedTuple):
    """One line that is not blank, with its place in the text."""

    text: str  # without blanks at either end
    start: int
    end: int  # not included
    words: int
    held: int  # bits of the needs that it meets: `dedupe.quality.sought`

    @property
    def span(self) -> tuple[int, int]:
        """Its characters in the text."""
        return (self.start, self.end)


class Reading:
    """A text as the checks see it; each fact is found once, when it is first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._codes: Codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)

    @cached_property
    def _signs(self) -> NDArray[np.uint8]:
        """Signs of each character, shape (characters,)."""
        signs = _sign_table().take(self._codes, mode="clip")
        for place in (self._codes >= _PLANE).nonzero()[0].tolist():
            signs[place] = _signs_beyond(int(self._codes[place]))
        return signs

    @cached_property
    def signs(self) -> int:
        """Signs of any of its characters."""
        return int(np.bitwise_or.reduce(self._signs, initial=0))

    @cached_property
    def scripts(self) -> dict[str, int]:
        """Script -> letters of it in the text, the most used first; scripts without a letter are left out."""
        counts = np.bincount(_script_table().take(self._codes, mode="clip"), minlength=len(SCRIPTS) + 1)
        named = zip(SCRIPTS, counts[1:].tolist(), strict=True)
        return {name: n for name, n in sorted(named, key=lambda item: -item[1]) if n}

    @cached_property
    def torn(self) -> list[int]:
        """Places where letters may have been decoded wrongly: nowhere else do two halves stand together."""
        if self.text.isascii():
            return []
        signs, foreign = self._signs, self._codes >= _ASCII_END
        beside = np.zeros(len(foreign), dtype=np.bool_)
        beside[1:] |= foreign[:-1]
        beside[:-1] |= foreign[1:]
        places: list[int] = np.flatnonzero(
            (signs & Sign.TORN > 0) & beside | (signs & Sign.TORN_ALONE > 0)
        ).tolist()
        return places

    @cached_property
    def _word_places(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Where runs of letters begin, where signs join two runs to one word, and unspaced letters."""
        signs = self._signs
        letters = (signs & Sign.LETTER).astype(np.bool_)
        begins = letters.copy()
        begins[1:] &= ~letters[:-1]
        joins = (signs & Sign.JOINER).nonzero()[0]
        joins = joins[(joins > 0) & (joins < len(signs) - 1)]
        joins = joins[letters[joins - 1] & letters[joins + 1]]
        unspaced = (signs & Sign.UNSPACED).nonzero()[0] if self.signs & Sign.UNSPACED else joins[:0]
        return begins.nonzero()[0], joins, unspaced

    def words_between(self, starts: Sequence[int], ends: Sequence[int]) -> list[int]:
        """Words of parts that begin and end where no word goes on; two unspaced letters are one."""
        begins, joins, unspaced = (
            places.searchsorted(ends) - places.searchsorted(starts) for places in self._word_places
        )
        counts: list[int] = (begins - joins + unspaced // LETTERS_A_WORD).tolist()
        return counts

    @cached_property
    def words(self) -> int:
        """Words of the text."""
        return self.words_between([0], [len(self.text)])[0]

    @cached_property
    def stripped(self) -> tuple[list[str], list[int]]:
        """The lines that are not blank, without the blanks around them, and where they begin."""
        return _stripped(self.text)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines that are not blank, whatever ends them."""
        texts, starts = self.stripped
        ends = [start + len(text) for text, start in zip(texts, starts, strict=True)]
        words = self.words_between(starts, ends)
        held = self._held_by(starts)
        return tuple(map(Line, texts, starts, ends, words, held))

    def paragraphs(self, least: int) -> tuple[Line, ...]:
        """The lines of at least `least` characters: prose, in a news text."""
        return tuple(line for line in self.lines if len(line.text) >= least)

    @cached_property
    def _found(self) -> tuple[list[int], list[int]]:
        """Where the pieces are that expressions need, and the bits of the needs."""
        return pieces().found_in(self._codes)

    @cached_property
    def held(self) -> int:
        """Bits of the needs that the text meets."""
        held = 0
        for bits in self._found[1]:
            held |= bits
        return held

    def _held_by(self, starts: Sequence[int]) -> list[int]:
        places, needs = self._found
        held = [0] * (len(starts) + 1)  # the first: of blanks before the first line
        for line, bits in zip(np.searchsorted(starts, places, "right").tolist(), needs, strict=True):
            held[line] |= bits
        return held[1:]

    @cached_property
    def folded(self) -> str:
        """The text without regard to case; not of the same length."""
        return self.text.casefold()


def reading_of(text: str) -> Reading:
    """The reading of a text; the checks come to one text after the other."""
    return _read(text, expressions())


@lru_cache(maxsize=2)
def _read(text: str, _expressions: int) -> Reading:
    return Reading(text)


def _stripped(text: str) -> tuple[list[str], list[int]]:
    """The lines of a text without the blanks around them, and where they begin."""
    texts: list[str] = []
    starts: list[int] = []
    for match in LINE.finditer(text):
        line = match[0].lstrip()
        if line:
            starts.append(match.end() - len(line))
            texts.append(line.rstrip())
    return texts, starts


# ------------------------------------------------------------------------------------------ tables


@cache
def _sign_table() -> NDArray[np.uint8]:
    """Code point -> its signs, shape (65536,)."""
    table = np.zeros(_PLANE, dtype=np.uint8)
    table[[code for code in range(_PLANE) if chr(code).isalnum()]] = Sign.LETTER
    for sign, members in _CLASSES.items():
        for first, last in _ranges(members):
            table[first : last + 1] |= sign
    table[table & Sign.UNSPACED > 0] &= 0xFF - Sign.LETTER
    return table


def _signs_beyond(code: int) -> int:
    """Signs of a code point that the table does not hold."""
    signs = sum(
        sign for sign, members in _CLASSES.items() if any(a <= code <= b for a, b in _ranges(members))
    )
    return signs | (Sign.LETTER if chr(code).isalnum() else 0)


_CLASSES = {
    Sign.UNSPACED: UNSPACED,
    Sign.JOINER: JOINERS,
    Sign.CONTROL: CONTROLS,
    Sign.INVISIBLE: INVISIBLE,
    Sign.STYLED: STYLED,
    Sign.TORN: TORN,
    Sign.TORN_ALONE: TORN_ALONE,
}


@cache
def _script_table() -> NDArray[np.uint8]:
    """Code point -> number of its script, from 1; 0: of none. Shape (65536,)."""
    table = np.zeros(_PLANE, dtype=np.uint8)
    for number, members in enumerate(SCRIPTS.values(), 1):
        for first, last in _ranges(members):
            table[first : last + 1] = number
    return table


@cache
def _ranges(members: str) -> tuple[tuple[int, int], ...]:
    """First and last code points of what stands in the brackets of a regular expression."""
    found = re.findall(r"(\\[uUx][0-9a-fA-F]+|.)(?:-(\\[uUx][0-9a-fA-F]+|.))?", members)
    return tuple((_code(first), _code(last or first)) for first, last in found)


def _code(member: str) -> int:
    return int(member[2:], 16) if member.startswith("\\") else ord(member)
