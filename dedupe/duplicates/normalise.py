"""Text -> words: the one definition that both sides of every comparison use.

A word is a 32-bit hash of its folded letters and digits: lower case, without accents, apostrophes or the
dots of
"U.S.", digits without their thousands marks. In scripts that write no spaces a word is a character and the
one
after it. Lines that are no prose (menus, headlines, bylines) take no part where prose is left: reprints carry
other headlines, and the menus of one site make no copies.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates._engine import kernel
from dedupe.duplicates.captions import caption_marks, without_captions
from dedupe.duplicates.shingles import mix
from dedupe.lookalikes import AS_CYRILLIC, AS_LATIN

__all__ = [
    "WordFlag",
    "Words",
    "as_bytes",
    "fold_table",
    "is_damaged",
    "may_hold",
    "split_words",
    "table_for",
    "tidy",
    "tidy_all",
]

LINE_WORDS = 14
"""A line of this many words is prose, whatever it ends with: menu entries have one to five, headlines six to
twelve; wire lines broken by width have ten or more."""
SENTENCE_WORDS = 6
"""A shorter line is prose where it ends as a sentence does and has this many words."""

_MULTIPLIER, _FINAL, _SEED = 0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53, 0x9E3779B97F4A7C15
_MASK = 0xFFFFFFFFFFFFFFFF


class _Class(IntEnum):
    """What a code point does to the words; kept in step with `_kernel.c`."""

    SEPARATOR = 0
    LETTER = 1
    DIGIT = 2
    JOINER = 3  # an apostrophe: "people's" is one word
    IGNORED = 4  # combining marks, soft hyphens, joiners without width
    NEWLINE = 5
    TERMINAL = 6
    DOT = 7
    COMMA = 8
    OPENING = 9
    CLOSING = 10
    STRAIGHT = 11
    WHOLE = 12  # a character of a script without spaces
    COLON = 13
    HYPHEN = 14


class WordFlag(IntFlag):
    """What is known of a word beside its hash; kept in step with `_kernel.c`."""

    DIGIT = 1
    NAME = 2  # capital where no sentence starts, in a text that is not all capitals
    SHORT_LINE = 4  # in a line that is no prose
    QUOTED = 8
    CAPITAL = 16  # capital anywhere, in such a text


@dataclass(frozen=True)
class Words:
    """The words of several texts, one after the other.

    Attributes:
        hashes: uint32, shape (n,).
        flags: uint8 of `WordFlag`, shape (n,).
        offsets: int64, shape (texts + 1,): text i is `hashes[offsets[i]:offsets[i + 1]]`.
        lengths: int64, shape (texts,): words of each text with those in lines that are no prose.
        digests: uint64, shape (texts,): of all these words in their order.
    """

    hashes: NDArray[np.uint32]
    flags: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    lengths: NDArray[np.int64]
    digests: NDArray[np.uint64]

    def of(self, text: int) -> NDArray[np.uint32]:
        """The hashes of one text."""
        return self.hashes[self.offsets[text] : self.offsets[text + 1]]


_UNSPACED = (
    (0x0E00, 0x0FFF),  # Thai, Lao, Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
_POINTS = 0x323B0
_UNIFORM = (  # ranges in which all code points are letters that fold to themselves
    (0x3400, 0x4DBF, _Class.WHOLE),
    (0x4E00, 0x9FFF, _Class.WHOLE),
    (0xAC00, 0xD7A3, _Class.LETTER),  # Hangul: a syllable is one letter, not its three parts
    (0x20000, 0x323AF, _Class.WHOLE),
)
_UNMAPPED = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})  # of Windows-1252

_SPECIAL = {
    **dict.fromkeys("\n\r\v\f\x85\u2028\u2029", _Class.NEWLINE),
    **dict.fromkeys("!?…。！？．؟।", _Class.TERMINAL),
    **dict.fromkeys("“«„‹「『‟‘", _Class.OPENING),
    **dict.fromkeys("”»›」』", _Class.CLOSING),
    **dict.fromkeys("'’ʼ＇`´", _Class.JOINER),
    **dict.fromkeys(":;：；", _Class.COLON),
    ".": _Class.DOT,
    ",": _Class.COMMA,
    "-": _Class.HYPHEN,
    '"': _Class.STRAIGHT,
    "＂": _Class.STRAIGHT,
}


def _entry(point: int) -> int:
    """Entry of the fold table: bits 0-20 folded code point, 24-28 class, 29 small letter, 30 capital."""
    character = chr(point)
    special = _SPECIAL.get(character)
    if special is not None:
        return special << 24
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return _Class.IGNORED << 24
    if category[0] not in "LNM":
        return 0
    base = unicodedata.normalize("NFKD", character)[0] if point > 0x7F else character
    lower = base.lower()[0]
    folded = ord(lower)
    if category[0] == "N":
        return _Class.DIGIT << 24 | folded
    if any(low <= point <= high for low, high in _UNSPACED):
        return _Class.WHOLE << 24 | folded
    small = base.upper() != base
    return _Class.LETTER << 24 | small << 29 | (lower != base) << 30 | folded


@cache
def fold_table() -> NDArray[np.uint32]:
    """What each code point folds to and does, shape (0x323B0,); built once, in about 0.1 s."""
    table = np.zeros(_POINTS, np.uint32)
    points = np.arange(_POINTS, dtype=np.uint32)
    rest = np.ones(_POINTS, bool)
    for low, high, kind in _UNIFORM:
        table[low : high + 1] = kind << 24 | points[low : high + 1]
        rest[low : high + 1] = False
    table[rest] = [_entry(point) for point in np.flatnonzero(rest).tolist()]
    return table


# UTF-8 read as Windows-1252: a lead byte and what its followers look like there.
@cache
def _ascii_table() -> NDArray[np.uint32]:
    """The part of the fold table that plain English needs, at once."""
    return np.fromiter((_entry(point) for point in range(128)), dtype=np.uint32, count=128)


def table_for(texts: Sequence[str | bytes]) -> NDArray[np.uint32]:
    """The fold table, or its first part where all texts are ASCII, as `as_bytes` says."""
    return fold_table() if bytes in set(map(type, texts)) else _ascii_table()


_BROKEN_CODING = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178\ufffd]"
)
_WINDOWS_BYTES = {
    ord(bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in _UNMAPPED
}
_WINDOWS_BYTES[0xFFFD] = 0x81  # a byte that Windows-1252 has no character for: any will do


# A word in two scripts: who writes so hides a copy from search.
_MIXED_WORD = re.compile(r"[A-Za-z][\u0370-\u04ff]|[\u0370-\u04ff][A-Za-z]")
_MIXED = 5  # words in two scripts; a few are names of brands
# Bytes of UTF-8 but for those with which the letters of the two other scripts begin (U+0340 to U+04FF).
_BUT_GREEK_AND_CYRILLIC = bytes(byte for byte in range(256) if not 0xCD <= byte <= 0xD3)


def tidy(text: str) -> str:
    """Undo what parts equal texts before their words are read.

    That is UTF-8 that was read as Windows-1252, letters that only look like those of the text's script, and
    captions of pictures.
    """
    return _in_plain_letters(without_captions(text))


def _in_plain_letters(text: str) -> str:
    """The text decoded as it was meant, its words in one script each."""
    if text.isascii():
        return text
    if _BROKEN_CODING.search(text):
        text = _repair_coding(text)
    if not text.encode("utf-8", "replace").translate(None, _BUT_GREEK_AND_CYRILLIC):
        return text
    return _in_one_script(text) if len(_MIXED_WORD.findall(text)) >= _MIXED else text


def is_damaged(text: str) -> bool:
    """Whether letters of a text were lost, read in another coding, or are those of another script."""
    if text.isascii():
        return False
    return "\ufffd" in text or tidy(text) != without_captions(text)


def may_hold(texts: Sequence[str], marks: Sequence[str]) -> NDArray[np.bool_]:
    """Which texts hold one of some marks, of 3 bytes or more; shape (texts,)."""
    if kernel is None:
        return np.array([any(mark in text for mark in marks) for text in texts], bool)
    holds = np.empty(len(texts), bool)
    kernel.may_hold(as_bytes(texts), as_bytes(marks), holds)
    return holds


def tidy_all(texts: Sequence[str]) -> list[str]:
    """Each text tidied; most have no caption, which the kernel sees at a glance."""
    plain = np.fromiter(map(str.isascii, texts), bool, len(texts))
    captioned = may_hold(texts, caption_marks(bool(plain.all())))
    tidied = list(texts)
    for number in np.flatnonzero(captioned | ~plain).tolist():
        text = texts[number]
        tidied[number] = _in_plain_letters(without_captions(text) if captioned[number] else text)
    return tidied


def _in_one_script(text: str) -> str:
    """Write look-alikes with the letters of the script that most of the text is in."""
    latin = sum("A" <= letter <= "z" for letter in text)
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in text)
    return text.translate(AS_LATIN if latin >= cyrillic else AS_CYRILLIC)


def as_bytes(texts: Sequence[str]) -> list[str | bytes]:
    """Texts as the kernel takes them.

    ASCII goes as it is; the rest goes as UTF-8, or Python would keep a second copy of it inside the text.
    """
    if all(map(str.isascii, texts)):
        return list(texts)
    return [text if text.isascii() else text.encode("utf-8", "replace") for text in texts]


def _repair_coding(text: str) -> str:
    """Read the text's bytes as UTF-8 where that leaves fewer oddities than there were."""
    repaired = text.translate(_WINDOWS_BYTES).encode("latin-1", "replace").decode("utf-8", "replace")
    lost = repaired.count("\ufffd") + repaired.count("?") - text.count("?")
    return repaired if lost < len(_BROKEN_CODING.findall(text)) else text


def split_words(texts: Sequence[str], *, all_lines: bool = False) -> Words:
    """The words of tidied texts; `all_lines`: also of lines that are no prose."""
    rule = (0, 0) if all_lines else (LINE_WORDS, SENTENCE_WORDS)
    offsets, lengths = np.zeros(len(texts) + 1, np.int64), np.zeros(len(texts), np.int64)
    digests = np.zeros(len(texts), np.uint64)
    if kernel is None:
        return _split_words(texts, rule, offsets, lengths, digests)
    raw = as_bytes(texts)
    hashes = np.empty(sum(map(len, raw)), np.uint32)
    flags = np.empty(len(hashes), np.uint8)
    kernel.words(raw, table_for(raw), *rule, hashes, flags, offsets, lengths, digests)
    used = int(offsets[-1])
    return Words(hashes[:used], flags[:used], offsets, lengths, digests)


# The rest is the twin of `_kernel.c`: slow, plain, the same bits.

_LETTERS = "sLDJiNT.,oCQWKH"
"""A letter for each class, to read a text's classes with a regular expression."""
_TOKEN = re.compile(
    r"(?P<word>(?:L\.(?=L))*[LD](?:[LD]|(?<=L)J(?=L)|(?<=L)HN(?=L)|(?<=D)[.,](?=D))*)|(?P<whole>W)|(?P<mark>[NT.oCQK])"
)


def _split_words(
    texts: Sequence[str],
    rule: tuple[int, int],
    offsets: NDArray[np.int64],
    lengths: NDArray[np.int64],
    digests: NDArray[np.uint64],
) -> Words:
    hashes: list[int] = []
    flags: list[int] = []
    for number, text in enumerate(texts):
        reader = _Reader(*rule)
        reader.read(text)
        kept = reader.kept()
        lengths[number] = len(reader.hashes)
        digests[number] = _digest(reader.hashes)
        hashes += [reader.hashes[i] for i in kept]
        flags += [reader.flags[i] for i in kept]
        offsets[number + 1] = len(hashes)
    return Words(np.array(hashes, np.uint32), np.array(flags, np.uint8), offsets, lengths, digests)


class _Reader:
    """The words of one text, line by line."""

    def __init__(self, line_words: int, sentence_words: int) -> None:
        self._line_words, self._sentence_words = line_words, sentence_words
        self.hashes: list[int] = []
        self.flags: list[int] = []
        self.lines: list[int] = []  # of each line with words its size, two for a word and one for a character
        self.short_words = 0
        self.continued = 0  # lines that begin with a small letter
        self._line_start = 0
        self._halves = 0
        self._quoted = self._straight = self._ended = False
        self._sentence_start = True

    def read(self, text: str) -> None:
        """Take in a whole text."""
        points = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
        entries = fold_table()[np.minimum(points, _POINTS - 1)]
        entries = np.where(points < _POINTS, entries, 0)
        entries = entries[entries >> 24 & 31 != _Class.IGNORED]
        classes = "".join([_LETTERS[kind] for kind in (entries >> 24 & 31).tolist()])
        folded = (entries & 0x1FFFFF).astype("<u4").tobytes().decode("utf-32-le", "replace")
        capitals, small = (entries >> 30 & 1).tolist(), (entries >> 29 & 1).tolist()
        for token in _TOKEN.finditer(classes):
            start, end = token.span()
            if token["mark"]:
                self._mark(token["mark"])
            elif token["whole"]:
                end += classes[end : end + 1] == "W"
                self._take(folded[start:end], 0, 1)
            else:
                self.continued += len(self.hashes) == self._line_start and small[start]
                word = "".join(
                    [c for c, kind in zip(folded[start:end], classes[start:end], strict=True) if kind in "LD"]
                )
                flag = (WordFlag.DIGIT if "D" in token["word"] else 0) | (
                    WordFlag.CAPITAL if capitals[start] else 0
                )
                self._take(word, flag, 2)
        self._mark("N")

    def _take(self, word: str, flag: int, halves: int) -> None:
        if flag & WordFlag.CAPITAL and not self._sentence_start:
            flag |= WordFlag.NAME
        if self._quoted or self._straight:
            flag |= WordFlag.QUOTED
        self._sentence_start = self._ended = False
        self.hashes.append(_hash_word(word))
        self.flags.append(int(flag))
        self._halves += halves

    def _mark(self, mark: str) -> None:
        if mark == "N":
            self._end_line()
        elif mark in "T.":
            self._ended = True
        elif mark == "o":
            self._quoted = True
        elif mark == "C":
            self._quoted = False
        elif mark == "Q":
            self._straight = not self._straight
        self._sentence_start |= mark != "C"

    def _end_line(self) -> None:
        if len(self.hashes) > self._line_start:
            self.lines.append(self._halves)
            prose = self._halves >= 2 * self._line_words or (
                self._ended and self._halves >= 2 * self._sentence_words
            )
            if not prose:
                for i in range(self._line_start, len(self.hashes)):
                    self.flags[i] |= WordFlag.SHORT_LINE
                self.short_words += len(self.hashes) - self._line_start
        self._line_start, self._halves = len(self.hashes), 0
        self._quoted = self._straight = self._ended = False

    def kept(self) -> list[int]:
        """Numbers of the words that take part; flags are settled on the way."""
        count = len(self.hashes)
        keep = 0xFF
        if 2 * sum(bool(flag & WordFlag.CAPITAL) for flag in self.flags) > count:
            keep &= ~(WordFlag.NAME | WordFlag.CAPITAL)
        # Lines broken by width are no menu: many go on with a small letter, or all are full and none is long.
        lines = len(self.lines)
        wrapped = lines >= 4 and (
            (max(self.lines) <= 60 and 10 * self.continued >= 3 * lines)
            or (max(self.lines) <= 40 and 2 * count >= 11 * lines)
        )
        if wrapped:
            keep &= ~WordFlag.SHORT_LINE
        self.flags = [flag & keep for flag in self.flags]
        prose = count - self.short_words
        if wrapped or prose < self._line_words:
            return list(range(count))
        return [i for i in range(count) if not self.flags[i] & WordFlag.SHORT_LINE]


def _digest(words: list[int]) -> int:
    places = np.arange(len(words), dtype=np.uint64) << np.uint64(32)
    return int(mix(places | np.array(words, np.uint64)).sum(dtype=np.uint64))


@lru_cache(maxsize=1 << 16)
def _hash_word(word: str) -> int:
    raw = word.encode()
    value = _SEED
    for start in range(0, len(raw), 8):
        value = (value ^ int.from_bytes(raw[start : start + 8], "little")) * _MULTIPLIER & _MASK
        value ^= value >> 32
    return ((value ^ len(raw)) * _FINAL & _MASK) >> 32
