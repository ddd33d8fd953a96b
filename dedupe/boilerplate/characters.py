"""What single characters are, in tables that the kernel and its twins share, and hashes of runs of them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BLANK",
    "CASE_ODD",
    "CLOSER",
    "CUE_HEAD",
    "DECIMAL",
    "DIGIT",
    "LOWER",
    "PLANE",
    "SPREADS",
    "STOP",
    "SUSPECT",
    "TEARS",
    "TELLS",
    "TORN",
    "UNSPACED",
    "UNSTABLE",
    "UPPER",
    "WORD",
    "Codes",
    "Keys",
    "bits_of_characters",
    "codes_of",
    "factors",
    "folds",
    "keys_of",
    "marked",
    "mixed",
    "small_letters",
    "unstable",
]

Codes = NDArray[np.uint32]
"""Code points of a text, shape (characters,)."""
Keys = NDArray[np.uint64]

PLANE = 0x10000  # characters with an entry of their own in the tables: those of the basic plane

# Bits of a character, as in `_kernel.c`. The first six are what `\w`, `\d`, `\s` and `str`'s methods say.
(
    WORD,
    DECIMAL,
    BLANK,
    UPPER,
    LOWER,  # or the capital of a digraph: what keeps a text from being all capitals
    DIGIT,
    STOP,  # ends a sentence
    CLOSER,  # may follow a stop
    UNSPACED,  # of a script without spaces
    SUSPECT,  # calls for a look whether its line is to be repaired
    TORN,  # may be the second half of a letter torn by a wrong encoding
    TEARS,  # may be its first half
    UNSTABLE,  # may keep a text from being in NFC
    CASE_ODD,  # its small letter depends on its neighbours, or is several
    CUE_HEAD,  # a cue may begin with it in mid-word
    TELLS,  # a sign of an address, markup, a label or a bar may end with it
    SPREADS,  # its fold is several characters
) = (1 << bit for bit in range(17))

_SEVERAL = 1 << 31  # marks a fold to two or three characters
_DEPENDS = "Σ"  # small at a word's end it is "ς"


@cache
def _plane() -> str:
    return "".join(map(chr, range(PLANE)))


def marked(characters: str, bit: int) -> NDArray[np.uint32]:
    """A table with a bit at each of some characters of the basic plane."""
    table = np.zeros(PLANE, dtype=np.uint32)
    table[codes_of(characters)] = bit
    return table


def codes_of(text: str) -> Codes:
    """Code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


@cache
def bits_of_characters() -> NDArray[np.uint32]:
    """The bits that Unicode gives each character of the basic plane, shape (65536,)."""
    table = np.zeros(PLANE, dtype=np.uint32)
    for method, bit in (
        (str.isalnum, WORD),
        (str.isdecimal, DECIMAL),
        (str.isspace, BLANK),
        (str.isupper, UPPER),
        (str.islower, LOWER),
        (str.isdigit, DIGIT),
    ):
        table |= marked("".join(filter(method, _plane())), bit)
    titles = "".join(c for c in filter(str.istitle, _plane()) if not c.isupper())
    odd = "".join(c for c in _plane() if len(c.lower()) > 1) + _DEPENDS
    spread = "".join(c for c in _plane() if len(c.casefold()) > 1)
    for characters, bit in (
        (titles, LOWER),
        ("_", WORD),
        (odd, CASE_ODD),
        (spread, SPREADS),
        (_unstable(), UNSTABLE),
    ):
        table |= marked(characters, bit)
    return table


@cache
def _unstable() -> str:
    """Characters that combine with those before them, or are not in NFC by themselves."""
    decompositions = {c: found for c in _plane() if (found := unicodedata.decomposition(c))}
    pairs = [found.split() for found in decompositions.values() if not found.startswith("<")]
    seconds = "".join(chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2)
    alone = "".join(c for c in decompositions if not unicodedata.is_normalized("NFC", c))
    jamo = "".join(map(chr, (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))))
    combining = "".join(c for c in _plane() if unicodedata.combining(c))
    return "".join(c for c in seconds + alone + jamo + combining if ord(c) < PLANE)


@cache
def unstable() -> re.Pattern[str]:
    """A character that may keep a text from being in NFC; beyond the basic plane only emoji never do."""
    return re.compile(f"[{re.escape(_unstable())}\U00010000-\U0001f2ff\U0001fb00-\U0010ffff]")


@cache
def folds() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """What `str.casefold` makes of each character of the basic plane, and the folds to several characters.

    Returns:
        shape (65536,): the fold, or `_SEVERAL` with four times its place in the second array and its length.
    """
    table = np.arange(PLANE, dtype=np.uint32)
    several: list[int] = []
    for code, character in enumerate(_plane()):
        folded = character.casefold()
        if folded == character:
            continue
        if len(folded) == 1:
            table[code] = ord(folded)
        else:
            table[code] = _SEVERAL | len(several) << 2 | len(folded)
            several += map(ord, folded)
    return table, np.array(several, dtype=np.uint32)


@cache
def small_letters() -> NDArray[np.uint32]:
    """Small letter of each character of the basic plane, where it is one."""
    small = (character.lower() for character in _plane())
    return np.array([ord(s) if len(s) == 1 else code for code, s in enumerate(small)], dtype=np.uint32)


def mixed(numbers: Keys) -> Keys:
    """Bits well mixed: the finaliser of splitmix64, as in `_kernel.c`."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Keys = numbers ^ (numbers >> np.uint64(31))
    return mixed


_FACTORS = 4096


@cache
def factors() -> Keys:
    """Factors of the characters of a key by their places, as good as random; shape (4096,)."""
    return mixed(np.arange(1, _FACTORS + 1, dtype=np.uint64))


def keys_of(texts: list[str]) -> Keys:
    """Hash of each text, shape (texts,): the sum of its characters times the factors of their places.

    Carter and Wegman, "Universal classes of hash functions", 1979.
    """
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    codes = codes_of("".join(texts)).astype(np.uint64)
    starts = np.cumsum(lengths) - lengths
    places = np.arange(len(codes)) - np.repeat(starts, lengths)
    factor = factors()[places % _FACTORS] ^ (places // _FACTORS).astype(np.uint64)
    total = np.concatenate(([np.uint64(0)], np.cumsum((codes + np.uint64(1)) * factor)))
    keys: Keys = total[starts + lengths] - total[starts]
    return keys
