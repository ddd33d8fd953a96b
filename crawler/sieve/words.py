"""Which words of a vocabulary stand in a page's bytes, and how often, before anything is parsed.

What counts is what the reader of an article may take for text: what stands between tags, all of a meta tag,
and the statements in JSON-LD, without scripts, styles and comments, with entities and escapes resolved. The
Python here is the definition; the compiled kernel counts the same in one pass.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html.entities import html5
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from crawler.extraction.blocks import INVISIBLE
from crawler.extraction.markup import decode
from crawler.topic import SINGLE
from dedupe.kernels import compiled

__all__ = ["Counts", "Vocabulary", "as_utf8", "pieces_of"]

# Code points in the kernel's table; those beyond part words.
PLANE = 1 << 16
# What holds no text between its tags, but for the statements in JSON-LD.
MUTE = re.compile(rb"<(?:(script|style)\b|!--)", re.IGNORECASE)
# Looked for from the second sign of a comment's `!--` on, as whoever reads it most narrowly does.
COMMENT_END = re.compile(rb"--!?>")
# A sign that begins no tag is text; in JSON a comment or a CDATA section holds what is wrapped in it.
IS_TAG = re.compile(rb"[a-zA-Z/?!]")
IS_TAG_IN_JSON = re.compile(rb"[a-zA-Z/?]")
ESCAPED = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|[nrtbf])")
# Letters and digits of ASCII, and all beyond, as they are; the rest as spaces.
ASCII_WORDS = bytes(code if code > 127 or chr(code).isalnum() else 0x20 for code in range(256))
# What words are made of: each character of scripts without spaces on its own.
PIECE = re.compile(rf"{SINGLE.pattern}|[^\W_]+")
# Two characters in lower case, and those that no table here holds.
PARTING = re.compile(f"İ|[{chr(PLANE)}-\U0010ffff]")
# By number, by name, by nothing; in JSON-LD its `&` may be an entity too.
ENTITY = re.compile(r"&(?:amp;)?(?:#[xX]([0-9a-fA-F]{1,7});?|#([0-9]{1,7});?|([A-Za-z0-9]{1,32})(;?))?")
# Characters of a name that needs no semicolon, whatever comes behind it.
UNCLOSED = 6
# Characters whose form in lower case is another, as one for one.
FOLDS: Mapping[int, str] = {
    code: lower for code in range(PLANE) if len(lower := chr(code).lower()) == 1 and ord(lower) != code
} | {ord("İ"): "i", ord("ς"): "σ"}

# The kernel's numbers for what parts words, for what is passed over in them, and for what is an `i` and parts
# them; its marks above a folded character, and above an entity's.
BREAK, SKIPPED, DOTTED_I = 0, 0xFFFF, 0xFFFE
OF_SINGLE, LONE, NEEDS_NO_SEMICOLON = 1 << 16, 1 << 17, 1 << 16
MIX, BITS = 0x9E3779B97F4A7C15, (1 << 64) - 1

# The number of what the kernel's functions take and give, as `INTERFACE` in `_kernel.c`.
_kernel = compiled("crawler.sieve", 1)


def as_utf8(page: bytes, declared: str | None) -> bytes:
    """A page's text as UTF-8: the bytes themselves, where they are that."""
    if not page.isascii() and _is_utf8(page):
        return page
    return decode(page, declared).encode("utf-8", "replace")


def pieces_of(term: str) -> list[str]:
    """What has to stand in a page for a term of a topic: its words, or the pairs of its characters.

    In a piece one character stands for all forms of it.
    """
    if len(term) > 1 and all(map(SINGLE.match, term)):
        return list(map("".join, pairwise(term)))
    return [piece.translate(FOLDS) for piece in PIECE.findall(_parted(term))]


class Counts(NamedTuple):
    """Of each piece of a vocabulary."""

    times: NDArray[np.int32]
    capital: NDArray[np.uint8]  # 1: it stands there with a capital


class Vocabulary:
    """Pieces to look for, as `pieces_of` gives them."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self.numbers = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
        self._table = _hashed({hash_of(piece): number for piece, number in self.numbers.items()})

    def counts(self, page: bytes) -> Counts:
        """How often each stands in a page, which is UTF-8.

        Characters of scripts without spaces are neighbours whatever stands between them.
        """
        size = len(self.numbers)
        counts = Counts(np.zeros(size, np.int32), np.zeros(size, np.uint8))
        if _kernel is None:
            self._count(page, counts)
        else:
            _kernel.read(page, *_characters(), *self._table, *counts)
        return counts

    def _count(self, page: bytes, counts: Counts) -> None:
        text = _text(page)
        for token, times in Counter(text.encode().translate(ASCII_WORDS).split()).items():
            word = token.decode()
            for piece in (word,) if token.isascii() else PIECE.findall(_parted(word)):
                number = self.numbers.get(folded := piece.translate(FOLDS))
                if number is not None and not SINGLE.match(piece):
                    counts.times[number] += times
                    counts.capital[number] |= folded != piece
        singles = [] if text.isascii() else SINGLE.findall(text)
        for piece, times in Counter([*singles, *map("".join, pairwise(singles))]).items():
            if (number := self.numbers.get(piece)) is not None:
                counts.times[number] += times


# ---------------------------------------------------------------------------------------- the definition


def _is_utf8(page: bytes) -> bool:
    if _kernel is not None:
        return bool(_kernel.is_utf8(page))
    try:
        page.decode()
    except UnicodeDecodeError:
        return False
    return True


def _text(page: bytes) -> str:
    """What stands between the tags, in a page's meta tags and in its JSON-LD, as text."""
    told: list[bytes] = []
    place = text = 0  # where to look on; where the text begins that was not told yet
    may_close = True  # a comment: where one does not, none behind it does
    while mute := MUTE.search(page, place):
        name, place = mute[1], mute.end()
        if name is None:
            end = COMMENT_END.search(page, mute.start() + 2) if may_close else None
            may_close = end is not None
            if end is not None:
                told += _between(page[text : mute.start()], IS_TAG)
                text = place = end.end()
            continue
        told += _between(page[text : mute.start()], IS_TAG)
        close = re.compile(rb"</" + name, re.IGNORECASE).search(page, place)
        text = close.start() if close else len(page)
        opened = page.find(b">", place, text) + 1
        if opened and b"ld+json" in page[place:opened].lower():
            told += _between(ESCAPED.sub(_unescaped, page[opened:text]), IS_TAG_IN_JSON)
        place = text
    told += _between(page[text:], IS_TAG)
    found = b" ".join(told).decode()
    if "&" in found:
        found = ENTITY.sub(_named, found)
    return found if found.isascii() else INVISIBLE.sub("", found)


def _between(markup: bytes, is_tag: re.Pattern[bytes]) -> list[bytes]:
    """What stands between tags, and all of a meta tag."""
    first, *pieces = markup.split(b"<")
    return [
        first,
        *(
            piece.partition(b">")[2] if is_tag.match(piece) and piece[:4].lower() != b"meta" else piece
            for piece in pieces
        ),
    ]


def _unescaped(escaped: re.Match[bytes]) -> bytes:
    """The character that JSON writes as an escape; half of one parts words."""
    code = int(escaped[1] or b"20", 16)
    return b" " if 0xD800 <= code < 0xE000 else chr(code).encode()


def _named(entity: re.Match[str]) -> str:
    """The character that an entity names, and what was no part of it; what names none parts words."""
    hexadecimal, decimal, name, semicolon = entity.groups()
    if name is None:
        code = int(hexadecimal, 16) if hexadecimal else int(decimal or "0")
        return _of_browsers(code) if code < PLANE else " "
    if semicolon and (closed := html5.get(f"{name};")):
        return closed if len(closed) == 1 else " "
    for length in range(min(UNCLOSED, len(name)), 1, -1):
        if unclosed := html5.get(name[:length]):
            return unclosed + name[length:] + semicolon
    return f" {name}{semicolon}"


def _of_browsers(code: int) -> str:
    """A character by its number; where that is a control character's, as windows-1252 has it."""
    if 0x80 <= code < 0xA0:
        return bytes([code]).decode("cp1252", "replace")
    return " " if 0xD800 <= code < 0xE000 else chr(code)


def _parted(text: str) -> str:
    return text if text.isascii() else PARTING.sub(lambda found: "İ " if found[0] == "İ" else " ", text)


# ---------------------------------------------------------------------------------------- for the kernel

Table = tuple[NDArray[np.uint64], NDArray[np.uint32]]


def hash_of(piece: str) -> int:
    """A number for a piece, never 0."""
    number = 0
    for character in piece:
        number = (number + ord(character)) * MIX & BITS
    return number or 1


def _hashed(values: Mapping[int, int]) -> Table:
    """Hashes, each at the first free place from its upper half on, and their values beside them."""
    size = 1 << (2 * len(values) + 1).bit_length()
    hashes, beside = np.zeros(size, np.uint64), np.zeros(size, np.uint32)
    for number, value in values.items():
        place = number >> 32 & size - 1
        while hashes[place]:
            place = place + 1 & size - 1
        hashes[place], beside[place] = number, value
    return hashes, beside


@lru_cache(maxsize=1)
def _characters() -> tuple[NDArray[np.uint32], NDArray[np.uint64], NDArray[np.uint32]]:
    """What each character is folded to, and the entities."""
    folds = np.zeros(PLANE, np.uint32)
    for code, character in enumerate(map(chr, range(PLANE))):
        if SINGLE.match(character):
            folds[code] = code | OF_SINGLE | (0 if character.isalnum() else LONE)
        elif character.isalnum():
            folds[code] = ord(FOLDS.get(code, character))
        elif INVISIBLE.match(character):
            folds[code] = SKIPPED
    folds[ord("İ")] = DOTTED_I
    entities = {}
    for name, meant in html5.items():
        code = ord(meant) if len(meant) == 1 and ord(meant) < PLANE else BREAK
        bare = name.removesuffix(";")
        entities[hash_of(bare)] = code | (NEEDS_NO_SEMICOLON if bare in html5 else 0)
    return folds, *_hashed(entities)
