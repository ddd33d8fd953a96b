"""Counts characters and words of many lines at once: what the features stand on, for every script."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedupe.boilerplate.characters import Codes, codes_of, small_letters
from dedupe.boilerplate.cues import LONGEST, bits_of
from dedupe.boilerplate.lines import Ints

__all__ = [
    "CASELESS",
    "CLOSER",
    "COLON",
    "COMMA",
    "DASH",
    "DIGIT",
    "LOWER",
    "OPENER",
    "QUOTE",
    "SHAPE_POWERS",
    "STOP",
    "SYMBOL",
    "UPPER",
    "WIDE",
    "Bools",
    "Floats",
    "Hashes",
    "Ints",
    "Lines",
    "Measures",
    "Values",
    "class_table",
    "measure",
    "powers",
]

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Values = NDArray[Any]
Hashes = NDArray[np.uint64]

# Classes of characters. WIDE letters (Chinese, Japanese, Korean) carry about two letters' worth each.
(
    LOWER,
    UPPER,
    CASELESS,
    WIDE,
    MARK,
    DIGIT,
    SPACE,
    STOP,
    COMMA,
    COLON,
    QUOTE,
    CLOSER,
    OPENER,
    DASH,
    SYMBOL,
    BREAK,
) = range(16)
_CLASSES = 16
_STOPS = ".!?…。！？؟।॥։።፧။᙮‼⁇⁈⁉｡．۔⸮‥"
_COMMAS = ",;،、，；؛﹐，･･"
_COLONS = ":："
_QUOTES = "\"'“”„‟‘’‚‛«»‹›「」『』《》〈〉〝〞＂｢｣"
_ASTRAL = 0xFFFF  # the slot of the table that characters beyond the basic plane share
_CJK_ASTRAL = 0xFFFE


@cache
def class_table() -> NDArray[np.uint8]:
    """Class of each code point of the basic plane, and of two slots for those beyond it."""
    table = np.full(0x10000, SYMBOL, dtype=np.uint8)
    by_category = {
        "Ll": LOWER, "Lu": UPPER, "Lt": UPPER, "Lo": CASELESS, "Lm": CASELESS,
        "Mn": MARK, "Mc": MARK, "Me": MARK, "Nd": DIGIT, "Nl": DIGIT, "No": DIGIT,
        "Zs": SPACE, "Pd": DASH, "Ps": OPENER, "Pe": CLOSER, "Pi": QUOTE, "Pf": QUOTE,
    }  # fmt: skip
    for code in range(0x10000):
        table[code] = by_category.get(unicodedata.category(chr(code)), SYMBOL)
    for first, last in (
        (0x2E80, 0x2FDF),
        (0x3040, 0x30FF),
        (0x3400, 0x9FFF),
        (0xAC00, 0xD7AF),
        (0xF900, 0xFAFF),
    ):
        span = table[first : last + 1]
        span[span == CASELESS] = WIDE
    for marks, cls in ((_STOPS, STOP), (_COMMAS, COMMA), (_COLONS, COLON), (_QUOTES, QUOTE)):
        for mark in marks:
            table[ord(mark)] = cls
    table[ord("\n")] = BREAK
    table[ord("\t")] = SPACE
    table[_CJK_ASTRAL] = WIDE
    table[_ASTRAL] = SYMBOL
    return table


@dataclass(frozen=True)
class Lines:
    """The non-blank lines of a batch of documents, one after another."""

    texts: list[str]
    first: Ints  # shape (documents + 1,): where each document begins, and the number of all lines
    codes: Codes  # code points, in which each line lies somewhere
    starts: Ints
    ends: Ints
    cues: NDArray[np.uint32]  # bits of the kinds of cues that each line holds

    @classmethod
    def of(cls, texts: list[str], first: Ints) -> Lines:
        """Lines of which only the texts are known."""
        ends = np.cumsum([len(text) for text in texts])
        found = [bits_of(text) if len(text) <= LONGEST else 0 for text in texts]
        lengths = np.diff(ends, prepend=0)
        return cls(texts, first, codes_of("".join(texts)), ends - lengths, ends, np.array(found, np.uint32))

    @property
    def document(self) -> Ints:
        """Number of the document of each line."""
        number: Ints = np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))
        return number


@dataclass(frozen=True)
class Measures:
    """What one line says by itself; every array has one value a line."""

    counts: Ints  # shape (lines, classes)
    width: Floats  # characters, wide ones counted twice
    words: Floats  # runs of letters and digits; two wide letters make one
    capitalised: Floats  # words that begin with a capital
    sentences: Floats  # stops followed by a space
    first: NDArray[np.uint8]  # class of the first character
    last: NDArray[np.uint8]  # class of the last character that closes nothing
    ellipsis: Bools
    shape: Hashes  # hash of the line with every digit replaced by one and the same
    glued: Ints  # places where a capital follows a small letter or a stop without a space
    head: Hashes  # hash of the first word
    tail: Hashes  # hash of the last word
    token_line: Ints  # line of each telling word, ascending
    token: Hashes  # hash of the beginning of each telling word


_BEGINNING = 6  # letters of a word that its hash sees: endings vary with grammar
_TELLING = 5  # letters: shorter words are mostly grammar
_PRIME = np.uint64(0x9E3779B97F4A7C15)
SHAPE_POWERS = 4096  # letters after which the factors of a shape's hash begin anew


@cache
def powers(length: int) -> Hashes:
    """Factors of the characters of a hash, by their places."""
    with np.errstate(over="ignore"):
        powers: Hashes = np.cumprod(np.full(length, _PRIME, np.uint64), dtype=np.uint64)
    return powers


def measure(texts: list[str]) -> Measures:
    """Count the classes of characters of each line; no line is blank.

    Args:
        texts: lines without line breaks, at least one character each.
    """
    codes = codes_of("\n".join([*texts, ""]))
    slots = np.where(
        codes < 0x10000, codes, np.where((codes >= 0x20000) & (codes < 0x32000), _CJK_ASTRAL, _ASTRAL)
    )
    classes = class_table()[slots]
    ends = np.flatnonzero(classes == BREAK)
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts
    line = np.repeat(np.arange(len(ends)), lengths + 1)
    counts = np.bincount(line * _CLASSES + classes, minlength=len(ends) * _CLASSES).reshape(-1, _CLASSES)

    inside_word = (classes <= WIDE) | (classes == DIGIT) | (classes == MARK)
    begins = inside_word & ~np.concatenate(([False], inside_word[:-1])) & (classes != WIDE)
    words = np.bincount(line[begins], minlength=len(ends)) + counts[:, WIDE] / 2
    capital = np.bincount(line[begins & (classes == UPPER)], minlength=len(ends))
    stop_then_space = (classes[:-1] == STOP) & ((classes[1:] == SPACE) | (codes[:-1] > 0x3000))
    sentences = np.bincount(line[:-1][stop_then_space], minlength=len(ends))

    last = classes[ends - 1]
    closing = (QUOTE, CLOSER)
    for back in (2, 3):
        earlier = classes[np.maximum(ends - back, starts)]
        last = np.where(np.isin(last, closing), earlier, last)

    shape = _shapes(codes, slots, classes, inside_word, starts)
    followed_by_capital = np.concatenate((classes[1:] == UPPER, [False]))
    glued = np.bincount(
        line[followed_by_capital & ((classes == LOWER) | ((classes == STOP) & (codes != 0x2E)))],
        minlength=len(ends),
    )
    word_line, word_hash, word_length = _words(codes, slots, classes, line, inside_word, begins)
    head, tail = np.zeros(len(ends), np.uint64), np.zeros(len(ends), np.uint64)
    head[word_line[::-1]] = word_hash[::-1]
    tail[word_line] = word_hash
    pair_line, pair_hash = _wide_pairs(codes, classes, line)
    long = word_length >= _TELLING
    token_line = np.concatenate((word_line[long], pair_line))
    token = np.concatenate((word_hash[long], pair_hash))
    in_order = np.argsort(token_line, kind="stable")
    return Measures(
        counts=counts,
        width=(lengths + counts[:, WIDE]).astype(np.float32),
        words=words.astype(np.float32),
        capitalised=capital.astype(np.float32),
        sentences=sentences.astype(np.float32),
        first=classes[starts],
        last=last,
        ellipsis=(codes[ends - 1] == 0x2026)
        | ((codes[ends - 1] == 0x2E) & (codes[np.maximum(ends - 2, starts)] == 0x2E)),
        shape=shape,
        glued=glued,
        head=head,
        tail=tail,
        token_line=token_line[in_order],
        token=token[in_order],
    )


def _shapes(
    codes: NDArray[np.uint32],
    slots: NDArray[np.uint32],
    classes: NDArray[np.uint8],
    inside_word: Bools,
    starts: Ints,
) -> Hashes:
    """Hash of the letters of each line, small and capital alike; a digit stands for any digit."""
    small = np.where(codes < 0x10000, small_letters()[slots], codes)
    letters = np.where(classes == DIGIT, np.uint32(0x30), np.where(inside_word, small, 0)).astype(np.uint64)
    so_far = np.cumsum(inside_word)
    before_line: Ints = (so_far - inside_word.astype(np.int64))[starts]
    position: Ints = so_far - np.repeat(before_line, np.diff(np.append(starts, len(codes))))
    with np.errstate(over="ignore"):
        hashes: Hashes = np.add.reduceat(
            letters * powers(SHAPE_POWERS)[position & (SHAPE_POWERS - 1)], starts
        )
    return hashes


def _words(
    codes: NDArray[np.uint32],
    slots: NDArray[np.uint32],
    classes: NDArray[np.uint8],
    line: Ints,
    inside_word: Bools,
    begins: Bools,
) -> tuple[Ints, Hashes, Ints]:
    """Line, hash of the beginning, and length of each word of a script with spaces; case does not count."""
    at = np.flatnonzero(begins)
    if not len(at):
        return np.zeros(0, np.int64), np.zeros(0, np.uint64), np.zeros(0, np.int64)
    spaced = inside_word & (classes != WIDE)
    small = np.where(codes < 0x10000, small_letters()[slots], codes).astype(np.uint64)
    number = np.cumsum(begins) - 1
    position = np.arange(len(codes)) - at[np.maximum(number, 0)]
    seen = spaced & (position >= 0) & (line[at[np.maximum(number, 0)]] == line)
    length = np.bincount(number[seen], minlength=len(at))
    seen &= position < _BEGINNING
    with np.errstate(over="ignore"):
        mixed = np.where(
            seen, (small + np.uint64(1)) * powers(_BEGINNING)[np.clip(position, 0, _BEGINNING - 1)], 0
        )
        hashes = np.add.reduceat(mixed.astype(np.uint64), at)
    return line[at], hashes, length


def _wide_pairs(codes: NDArray[np.uint32], classes: NDArray[np.uint8], line: Ints) -> tuple[Ints, Hashes]:
    """Pairs of neighbouring letters of scripts without spaces."""
    at = np.flatnonzero((classes[:-1] == WIDE) & (classes[1:] == WIDE))
    with np.errstate(over="ignore"):
        pairs = codes[at].astype(np.uint64) * _PRIME + codes[at + 1]
    return line[at], pairs
