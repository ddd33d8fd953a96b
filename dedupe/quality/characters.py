"""What a character is to the checks: its signs, its script, and what it is without regard to case."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CONTROLS",
    "INVISIBLE",
    "PLANE",
    "SCRIPTS",
    "UNSPACED",
    "Codes",
    "Sign",
    "folds",
    "script_numbers",
    "sign_table",
    "signs_of",
]

Codes = NDArray[np.uint32]
"""Code points of a text, shape (characters,)."""

PLANE = 1 << 16  # code points in tables; those beyond are rare and looked up one by one
# Scripts that put no space between words: Han, kana, Thai, Lao, Khmer, Burmese.
UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
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
MARKUP = r"{}\x5b\x5d()<>;=_\x5c|&$#@\x22/"
NUMBER_MARKS = r"./()+\x2d"


class Sign:
    """What a character is to the checks: a bit each. `_kernel.c` has the same."""

    LETTER = 1  # or digit, in scripts with spaces between words
    UNSPACED = 1 << 1
    JOINER = 1 << 2
    CONTROL = 1 << 3
    INVISIBLE = 1 << 4
    STYLED = 1 << 5
    TORN = (
        1 << 6
    )  # what halves of letters look like that were decoded wrongly: accented letters, marks, signs
    TORN_ALONE = 1 << 7  # the same, that tells something beside letters of ASCII too
    BLANK = 1 << 8  # line ends too
    LINE_END = 1 << 9
    ALPHABETIC = 1 << 10  # a letter of any script, no digit
    DIGIT = 1 << 11
    NUMBER_MARK = 1 << 12  # stands inside telephone numbers; blanks do too
    MARKUP = 1 << 13  # stands in code more often than in prose
    LOST = 1 << 14  # stands for a character that could not be decoded: a question mark may
    QUESTION = 1 << 15


_CLASSES = {
    Sign.UNSPACED: UNSPACED,
    Sign.JOINER: JOINERS,
    Sign.CONTROL: CONTROLS,
    Sign.INVISIBLE: INVISIBLE,
    Sign.STYLED: STYLED,
    Sign.TORN: TORN,
    Sign.TORN_ALONE: TORN_ALONE,
    Sign.LINE_END: r"\r\n",
    Sign.NUMBER_MARK: NUMBER_MARKS,
    Sign.MARKUP: MARKUP,
    Sign.LOST: r"\ufffd",
    Sign.QUESTION: r"?",
}


@cache
def sign_table() -> NDArray[np.uint16]:
    """Code point -> its signs, shape (65536,)."""
    table = np.array([_by_python(chr(code)) for code in range(PLANE)], dtype=np.uint16)
    for sign, members in _CLASSES.items():
        for first, last in _ranges(members):
            table[first : last + 1] |= sign
    table[table & Sign.UNSPACED > 0] &= 0xFFFF - Sign.LETTER
    return table


@cache
def signs_of(code: int) -> int:
    """Signs of any code point."""
    if code < PLANE:
        return int(sign_table()[code])
    named = (sign for sign, members in _CLASSES.items() if any(a <= code <= b for a, b in _ranges(members)))
    return sum(named) | _by_python(chr(code))


def _by_python(character: str) -> int:
    """The signs that Python's own tables tell."""
    signs = Sign.LETTER if character.isalnum() else 0
    signs |= Sign.ALPHABETIC if character.isalnum() and not character.isdecimal() else 0
    signs |= Sign.DIGIT if character.isdigit() else 0
    return signs | (Sign.BLANK if character.isspace() else 0)


@cache
def script_numbers() -> NDArray[np.uint8]:
    """Code point -> number of its script, from 1; 0: of none. Shape (65536,)."""
    table = np.zeros(PLANE, dtype=np.uint8)
    for number, members in enumerate(SCRIPTS.values(), 1):
        for first, last in _ranges(members):
            table[first : last + 1] = number
    return table


@cache
def folds() -> NDArray[np.uint16]:
    """Code point -> the one character that stands for it without regard to case, shape (65536,).

    As `str.casefold`, but for the few characters that it makes several of: they stay what they are.
    """
    folded = (chr(code).casefold() for code in range(PLANE))
    return np.array([ord(each) if len(each) == 1 else code for code, each in enumerate(folded)], np.uint16)


@cache
def _ranges(members: str) -> tuple[tuple[int, int], ...]:
    """First and last code points of what stands in the brackets of a regular expression."""
    found = re.findall(r"(\\[uUx][0-9a-fA-F]+|\\[rn]|.)(?:-(\\[uUx][0-9a-fA-F]+|.))?", members)
    return tuple((_code(first), _code(last or first)) for first, last in found)


def _code(member: str) -> int:
    if member in (r"\r", r"\n"):
        return ord("\r" if member == r"\r" else "\n")
    return int(member[2:], 16) if member.startswith("\\") else ord(member)
