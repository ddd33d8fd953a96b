"""Characters that were torn apart: UTF-8 read in another encoding, found one by one.

ftfy (https://ftfy.readthedocs.io) mends a line of which all is torn, and in Windows-1252 a part. Texts pasted
together from several sources are torn in parts, in any encoding: there each sequence that spells a character
of UTF-8, and that nobody writes, is that character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from dedupe.lookalikes import AS_LATIN
from dedupe.models import Span

__all__ = ["HALVES", "TEARS", "TORN", "looks_torn", "mended", "torn_in"]

# UTF-8 read as a one-byte encoding: a letter of Latin, Greek or Cyrillic for the first byte, and a sign or
# rare letter for the second. A quick look: what looks closer takes most of the time of a repair.
TEARS = "[\u00c0-\u052f]"
TORN = (
    "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u0402-\u040f\u0452-\u045f\u0490\u0491\u2010-\u203a\u20ac\u2116\u2122]"
)
HALVES = re.compile(TEARS + TORN)
# The same in the encodings of old Macs and of eastern Europe: a sign or a rare capital letter for the first
# byte, and nearly any character for the second.
ODD_TEARS = "\u0102\u0139\u0192\u201a\u221a\u2248\xac"
_ODD_HALVES = re.compile(f"[{ODD_TEARS}][^\x00-\x7f]")
# In this order where two tell the same number: pages are in the first two, files of old Macs in the third.
ENCODINGS: Final = ("cp1252", "cp1250", "mac_roman", "cp1251")
LEADS: Final = (range(0xC2, 0xE0), range(0xE0, 0xF0), range(0xF0, 0xF5))
CONTINUED: Final = range(0x80, 0xC0)
# A word of other letters is torn in each of them; one alone may be two letters that stand beside each other.
LEAST_TOGETHER: Final = 3  # sequences in a row
SIGNS: Final = frozenset("«»¡¿§°·´×÷©®™€£¥¢№…–—‘’‚“”„‹›•′″−\u00a0\u202f\u2009")
LATIN: Final = re.compile("[\u00c0-\u017f\u0218-\u021b\u0300-\u036f\u1e00-\u1eff]")
# Behind a capital letter these are what they are, unless they stand inside a word.
ENDS: Final = frozenset("…–—‘’“”„«»·\u00a0")
LATIN_WORD: Final = re.compile("[A-Za-z\u00c0-\u024f]")
FAR: Final = re.compile("[\u2e80-\ud7a3\uf900-\ufaff]")  # letters of East Asia, each of which is a word
CYRILLIC_WORD: Final = re.compile("[\u0400-\u04ff]")


class _Encoding(NamedTuple):
    """How UTF-8 looks in one."""

    runs: re.Pattern[str]  # of sequences
    sequence: re.Pattern[str]
    codes: dict[str, int]  # character -> byte
    is_cyrillic: bool


class _Run(NamedTuple):
    """Sequences without a gap, and what they spell."""

    span: Span
    meant: str


def looks_torn(text: str) -> bool:
    """Whether two characters stand side by side that may be halves of one: a quick look at any text."""
    return bool(HALVES.search(text) or _ODD_HALVES.search(text))


def torn_in(line: str) -> list[Span]:
    """Where the sequences stand, [start, end) in characters, in order."""
    return [run.span for run in _found(line)]


def mended(line: str) -> str:
    """The line with the characters that its sequences spell."""
    parts, position = [], 0
    for (start, end), meant in _found(line):
        parts += [line[position:start], meant]
        position = end
    return "".join([*parts, line[position:]])


def _found(line: str) -> list[_Run]:
    """The runs of the encoding that explains most of the line."""
    if line.isascii():
        return []
    return max((list(_runs(line, _encoding(name))) for name in ENCODINGS), key=_length)


def _length(runs: list[_Run]) -> int:
    return sum(end - start for (start, end), _ in runs)


def _runs(line: str, encoding: _Encoding) -> Iterator[_Run]:
    if encoding.is_cyrillic and _is_cyrillic(line, encoding):
        return
    is_far = FAR.search(line) is not None
    for run in encoding.runs.finditer(line):
        sequences = encoding.sequence.findall(run[0])
        spelt = [bytes(map(encoding.codes.__getitem__, sequence)) for sequence in sequences]
        try:
            meant = b"".join(spelt).decode()
        except UnicodeDecodeError:
            continue
        if not _is_torn(line, run):
            continue
        is_word = len(sequences) >= LEAST_TOGETHER and all(map(_is_letter, meant))
        if is_word or all(_is_written(character) or (is_far and FAR.match(character)) for character in meant):
            yield _Run(run.span(), meant)


def _is_torn(line: str, run: re.Match[str]) -> bool:
    """Whether a run is not a letter with the sign behind it: "Ä…" stands so in a text, "Ä…c" does not."""
    inside = (
        line[run.end() : run.end() + 1].isalpha() or line[max(0, run.start() - 1) : run.start()].isalpha()
    )
    if all(ord(character) in AS_LATIN for character in run[0]):
        return not inside  # else they stand for letters that look like them
    if len(run[0]) > 2 or not run[0][0].isalpha() or run[0][1] not in ENDS:
        return True
    return inside


def _is_written(character: str) -> bool:
    """Whether a sequence that spells this one is nothing else: no two letters that may stand side by side."""
    return character in SIGNS or LATIN.match(character) is not None


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or character in SIGNS


def _is_cyrillic(line: str, encoding: _Encoding) -> bool:
    """Whether the letters of Cyrillic are the line's own."""
    rest = encoding.runs.sub("", line)
    return len(CYRILLIC_WORD.findall(rest)) >= len(LATIN_WORD.findall(rest))


@cache
def _encoding(name: str) -> _Encoding:
    shown = {byte: _shown(byte, name) for byte in range(0x80, 0x100)}
    classes = {
        place: "".join(re.escape(shown[byte]) for byte in bytes_)
        for place, bytes_ in enumerate((*LEADS, CONTINUED))
    }
    sequence = "|".join(f"[{classes[count]}][{classes[3]}]{{{count + 1}}}" for count in range(3))
    return _Encoding(
        re.compile(f"(?:{sequence})+"),
        re.compile(sequence),
        {character: byte for byte, character in shown.items()},
        name == "cp1251",
    )


def _shown(byte: int, encoding: str) -> str:
    """The character that an encoding has for a byte; where it has none, programs show a control character."""
    try:
        return bytes([byte]).decode(encoding)
    except UnicodeDecodeError:
        return chr(byte)
