"""What one pass over a text tells of it and of its lines: by the compiled kernel, or by its twin here.

A fact is a number. Most of them are there so that a check can see at once that it has nothing to say of a
clean text; what it says of another one, it reads from the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.quality._engine import kernel
from dedupe.quality.characters import (
    PLANE,
    UNSPACED,
    Codes,
    Sign,
    folds,
    script_numbers,
    sign_table,
    signs_of,
)
from dedupe.quality.grammar import LANGUAGES, grammar_words
from dedupe.quality.sought import HASH_BITS, Pieces, PieceTables, run_hashes

__all__ = [
    "PHRASE",
    "SCRIPT_BITS",
    "WORD",
    "Facts",
    "Line",
    "TextFacts",
    "codes_of",
    "edges_of",
    "facts_of",
    "likeness",
    "sampled",
    "signs_in",
    "torn_places",
]

# The same numbers stand in `_kernel.c`.
LETTERS_A_WORD = 2  # in unspaced scripts, about; Chinese words have 1.5 to 2 characters
PHRASE = 4  # words of a run that a line repeats
KEY_WORDS = 3  # at either end of a line, by which it is found again
EDGE = 80  # characters of a line in which they stand
OPENING = 30  # characters at the beginning of a line, by which it is found again in any script
SAMPLE = 600  # characters, from three places of a longer text: more of the same text changes no language
MIX = 0x9E3779B97F4A7C15  # an odd number whose bits are mixed well
BEYOND = 0xFFFF  # what all characters beyond the tables are folded to
POWERS = 64  # of it, for as many characters of a word; further ones begin with the first again
SCRIPT_BITS = 16  # of a character's signs; above them is one for each script

WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_LINE = re.compile(r"[^\r\n]+")
# Scripts of many letters, of which a text has few again (Han, Hangul, kana): a letter stands for its script.
MANY_LETTERS = ((0x3400, 0x9FFF), (0xAC00, 0xD7AF), (0x3040, 0x30FF))
TRIGRAM_BITS = 11  # of a trigram's hash

_BLANK = ord(" ")
_BEGINS_PIECE = np.uint32(1 << 31)  # beside a character's signs: a piece of one or two may begin with it
_ASCII_END = 0x80
_MASK = (1 << 64) - 1
_GRAMMAR_PLACES = 1024  # of a table, a few for each word
_ROOM = 64  # lines; most texts have fewer


class TextFacts(NamedTuple):
    """What is told of a text, in the order of the kernel."""

    signs: int  # of any of its characters, and above them a bit for each script
    words: int
    digits: int  # most of them with nothing but blanks and marks of telephone numbers between
    torn: int  # places where letters may have been decoded wrongly
    language: int  # whose words of grammar are most in its sample, by its place in `LANGUAGES`; -1: none's
    own: int  # how many they are
    others: int  # words of all other languages' grammar in the sample
    sample_words: int
    sample_letters: int
    longest: int  # characters without a blank between
    densest: int  # marks that stand in code more often than in prose, in a thousand characters of a line
    again: int  # words in runs of four that stood in their line before, in the line with most of them
    alike: int  # whether two lines begin or end alike, as `edges_of` tells


class Line(NamedTuple):
    """A line that is not blank, without the blanks at its ends; first what the kernel tells, in its order."""

    start: int  # in the text
    end: int  # not included
    words: int
    longest: int  # characters without a blank between
    marks: int  # that stand in code more often than in prose
    again: int  # words in a run of four that stood in the line before
    grammar: int  # words of the grammar of the text's language, with nothing but blanks around
    foreign: int  # words of all other languages' grammar
    possible: int  # bits of the expressions that may match in it: `dedupe.quality.sought`
    text: str

    @property
    def span(self) -> tuple[int, int]:
        """Its characters in the text."""
        return (self.start, self.end)


class Columns(NamedTuple):
    """The lines of a text, what is told of each in a tuple: quicker to go through than the lines are."""

    start: tuple[int, ...] = ()
    end: tuple[int, ...] = ()
    words: tuple[int, ...] = ()
    longest: tuple[int, ...] = ()
    marks: tuple[int, ...] = ()
    again: tuple[int, ...] = ()
    grammar: tuple[int, ...] = ()
    foreign: tuple[int, ...] = ()
    possible: tuple[int, ...] = ()
    text: tuple[str, ...] = ()


class Facts:
    """All that is told; the lines are made where they are asked for."""

    def __init__(self, text: TextFacts, possible: int, columns: Columns) -> None:
        self.text = text
        self.possible = possible  # bits of the expressions that may match in the text
        self.columns = columns
        self._lines: tuple[Line, ...] | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """Each line."""
        if self._lines is None:
            self._lines = tuple(map(Line._make, zip(*self.columns, strict=True)))
        return self._lines

    def places_of(self, bits: int) -> list[int]:
        """Those of the lines in which any of some expressions may match, by their bits."""
        return [place for place, possible in enumerate(self.columns.possible) if possible & bits]

    def line(self, place: int) -> Line:
        """One of the lines."""
        return Line._make([column[place] for column in self.columns])


def facts_of(text: str, pieces: Pieces) -> Facts:
    """Read a text once."""
    return Facts(*(_facts_by_python if kernel is None else _facts_by_kernel)(text, pieces))


Told = tuple[TextFacts, int, Columns]
"""Facts of a text, the bits of the expressions that may match in it, and its lines."""


def _facts_by_kernel(text: str, pieces: Pieces) -> Told:
    tables = _kernel_tables(pieces)
    told, possible, lines = kernel.read(text, _NONE_BEYOND, *tables) or kernel.read(
        text, _signs_beyond(codes_of(text)), *tables
    )
    return TextFacts._make(told), possible, Columns._make(lines)


def edges_of(line: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """By what a line is found again: first and last words without regard to case, and its beginning."""
    first, last = line[:EDGE].split()[:KEY_WORDS], line[-EDGE:].split()[-KEY_WORDS:]
    return tuple(map(_small, first)), tuple(map(_small, last)), line[:OPENING]


def codes_of(text: str) -> Codes:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def sampled(text: str) -> tuple[str, ...]:
    """Beginning, middle and end of a text; a short one as it is."""
    if len(text) <= SAMPLE:
        return (text,)
    third, middle = SAMPLE // 3, len(text) // 2
    return text[:third], text[middle : middle + third], text[-third:]


def likeness(texts: Sequence[str], asked: Sequence[int]) -> list[float]:
    """How much some paragraphs have the letters of all others, in any language and script.

    The cosine of the square roots of their trigrams' counts. So languages are told apart since Cavnar and
    Trenkle, "N-Gram-Based Text Categorization", 1994; here none has a name, and a text is measured by itself.
    Letters count without regard to case, those of scripts of many as one; all between two words is a blank.

    Args:
        texts: all paragraphs, of at most 65,535 characters each.
        asked: places of those that are measured.

    Returns:
        from 0 to 1, for each that is asked.
    """
    codes, ends = codes_of("".join(texts)), np.cumsum([*map(len, texts)], dtype=np.int64)
    alike = np.empty(len(asked), np.float64)
    measure = _likeness_by_python if kernel is None else kernel.alike
    measure(codes, ends, np.array(asked, np.int64), *_character_tables(), alike)
    told: list[float] = alike.tolist()
    return told


# ------------------------------------------------------------------------------------------ tables

_NONE_BEYOND = np.empty((0, 2), np.uint32)


def _signs_beyond(codes: Codes) -> NDArray[np.uint32]:
    """The code points of a text beyond the tables, in order, each with its signs; shape (code points, 2)."""
    return np.array([(code, signs_of(code)) for code in np.unique(codes[codes >= PLANE]).tolist()], np.uint32)


@lru_cache(maxsize=1)
def _kernel_tables(pieces: Pieces) -> tuple[memoryview, ...]:
    """What the kernel reads a text by; a view of an array is given to it sooner than the array."""
    (signs, folded), own = _character_tables(), pieces.tables
    tables = (_packed(signs, folded, own), *_grammar_tables(), *own[1:])
    return tuple(table.data for table in tables)


def _packed(signs: NDArray[np.uint32], folded: NDArray[np.uint16], pieces: PieceTables) -> NDArray[np.uint64]:
    """What is looked up of a character, in one number: signs, what it is folded to, its number in pieces."""
    hashes = run_hashes(pieces.characters.astype(np.uint32), 1)
    begins = (pieces.characters > 0) & (pieces.heads[0, 0].take(hashes) > 0)
    signs = signs | np.where(begins, _BEGINS_PIECE, np.uint32(0))
    return (
        np.column_stack([signs & 0xFFFF, signs >> 16, folded, pieces.characters])
        .astype(np.uint16)
        .view(np.uint64)[:, 0]
    )


@cache
def _character_tables() -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """Signs and scripts of characters, and what they are folded to, as the kernel takes them."""
    scripts = script_numbers().astype(np.uint32)
    bits = np.where(scripts > 0, np.uint32(1) << (scripts + np.uint32(SCRIPT_BITS - 1)), np.uint32(0))
    return sign_table() | bits, folds()


@cache
def _grammar_tables() -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """The hash of each word of grammar at the first free place that it leads to, and its language."""
    hashes, languages = np.zeros(_GRAMMAR_PLACES, np.uint64), np.zeros(_GRAMMAR_PLACES, np.uint8)
    for word, language in grammar_words().items():
        place = (_hash_of(word) >> 32) % _GRAMMAR_PLACES
        while hashes[place]:
            place = (place + 1) % _GRAMMAR_PLACES
        hashes[place], languages[place] = _hash_of(word), language
    return hashes, languages


# -------------------------------------------------------------------------------------------- twin


def _facts_by_python(text: str, pieces: Pieces) -> Told:
    """What the kernel gives, by its definition."""
    codes = codes_of(text)
    spans = [*_spans(text)]
    held, lines_held = 0, [0] * (len(spans) + 1)  # needs that are met; the first: by blanks before the lines
    places, needs = pieces.found_in(codes)
    owners = np.searchsorted([start for start, _ in spans], places, "right").tolist()
    for line, bits in zip(owners, needs, strict=True):
        held |= bits
        lines_held[line] |= bits
    signs = signs_in(codes)
    in_word = signs & (Sign.ALPHABETIC | Sign.DIGIT) > 0
    for number, (start, end) in enumerate(spans, 1):
        signs_before = int(np.argmax(np.append(in_word[start:end], True)))
        bits = pieces.met_by_opening(text[start:], signs_before)
        held |= bits
        lines_held[number] |= bits
    marks = signs & Sign.MARKUP > 0
    words = [word for part in sampled(text) for word in _LETTERS.findall(part)]
    hits = np.bincount(_languages_of(words), minlength=len(LANGUAGES))
    language = int(hits.argmax()) if hits.any() else -1
    lines = tuple(
        _line(text[start:end], start, int(marks[start:end].sum()), pieces.possible(bits), language)
        for (start, end), bits in zip(spans, lines_held[1:], strict=True)
    )
    told = TextFacts(
        signs=_either(codes, signs),
        words=_word_count(text),
        digits=_most_digits(signs),
        torn=len(torn_places(codes)),
        language=language,
        own=int(hits.max()),
        others=int(hits.sum() - hits.max()),
        sample_words=len(words),
        sample_letters=sum(map(len, words)),
        longest=max((line.longest for line in lines), default=0),
        densest=max((1000 * line.marks // (line.end - line.start) for line in lines), default=0),
        again=max((line.again for line in lines), default=0),
        alike=int(_any_alike([line.text for line in lines])),
    )
    return told, pieces.possible(held), Columns(*zip(*lines, strict=True))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """The lines of a text without the blanks around them."""
    for match in _LINE.finditer(text):
        line = match[0].lstrip()
        if line:
            start = match.end() - len(line)
            yield start, start + len(line.rstrip())


def _either(codes: Codes, signs: NDArray[np.uint16]) -> int:
    """Signs and scripts of any character, and whether a question mark stands for a lost one."""
    scripts = np.flatnonzero(np.bincount(script_numbers().take(codes[codes < PLANE]), minlength=1)[1:])
    either = int(np.bitwise_or.reduce(signs, initial=0)) | (Sign.LOST if _has_lost(signs) else 0)
    return either | sum(1 << SCRIPT_BITS << number for number in scripts.tolist())


def _any_alike(lines: Sequence[str]) -> bool:
    """Whether two lines begin or end alike."""
    return any(len(set(edges)) < len(lines) for edges in zip(*map(edges_of, lines), strict=True))


def _small(word: str) -> str:
    """A word without regard to case."""
    return "".join(chr(_folded(character)) for character in word)


def _line(text: str, start: int, marks: int, possible: int, language: int) -> Line:
    words = text.split()
    languages = _languages_of(words)
    return Line(
        start=start,
        end=start + len(text),
        words=_word_count(text),
        longest=max(map(len, words)),
        marks=marks,
        again=_repeated([*map(_hash_of, words)]),
        grammar=languages.count(language),
        foreign=len(languages) - languages.count(language),
        possible=possible,
        text=text,
    )


def _likeness_by_python(
    codes: Codes,
    ends: NDArray[np.int64],
    asked: NDArray[np.int64],
    characters: NDArray[np.uint32],
    folded: NDArray[np.uint16],
    alike: NDArray[np.float64],
) -> None:
    parts = np.split(codes, ends[:-1])
    counts = np.array([_count_trigrams(part, characters, folded) for part in parts])
    own, others = counts[asked], counts.sum(axis=0) - counts[asked]
    # One after the other, as `cumsum` adds them: a sum in floating point hangs on its order.
    common = np.sqrt((own * others).astype(np.float64)).cumsum(axis=1)[:, -1]
    lengths = np.sqrt((own.sum(axis=1) * others.sum(axis=1)).astype(np.float64))
    alike[:] = common / np.maximum(lengths, 1)


def _count_trigrams(
    codes: Codes, characters: NDArray[np.uint32], folded: NDArray[np.uint16]
) -> NDArray[np.int64]:
    """How often each run of three letters stands in a text, by hash."""
    letters = [_BLANK]
    for code in codes.tolist():
        if code < PLANE and characters[code] & Sign.ALPHABETIC:
            letter = int(folded[code])
            letters.append(next((first for first, last in MANY_LETTERS if first <= letter <= last), letter))
        elif letters[-1] != _BLANK or len(letters) == 1:
            letters.append(_BLANK)
    hashes = run_hashes(np.array(letters[1:], np.uint32), 3) >> np.uint32(HASH_BITS - TRIGRAM_BITS)
    return np.bincount(hashes, minlength=1 << TRIGRAM_BITS)


def signs_in(codes: Codes) -> NDArray[np.uint16]:
    """Signs of each character, shape (characters,)."""
    signs = sign_table().take(codes, mode="clip")
    for place in (codes >= PLANE).nonzero()[0].tolist():
        signs[place] = signs_of(int(codes[place]))
    return signs


def torn_places(codes: Codes) -> list[int]:
    """Places where letters may have been decoded wrongly: nowhere else do two halves stand together."""
    signs, foreign = signs_in(codes), codes >= _ASCII_END
    beside = np.zeros(len(foreign), dtype=np.bool_)
    beside[1:] |= foreign[:-1]
    beside[:-1] |= foreign[1:]
    places: list[int] = np.flatnonzero(
        (signs & Sign.TORN > 0) & beside | (signs & Sign.TORN_ALONE > 0)
    ).tolist()
    return places


def _has_lost(signs: NDArray[np.uint16]) -> bool:
    """Whether a question mark stands between letters, or before another one."""
    padded = np.concatenate(([0], signs, [0]))
    before, after = padded[:-2], padded[2:]
    inside = (before & after & Sign.ALPHABETIC > 0) | (after & Sign.QUESTION > 0)
    return bool(((signs & Sign.QUESTION > 0) & inside).any())


def _most_digits(signs: NDArray[np.uint16]) -> int:
    digits = np.cumsum(signs & Sign.DIGIT > 0)
    parted = signs & (Sign.DIGIT | Sign.NUMBER_MARK | Sign.BLANK) == 0
    return int((digits - np.maximum.accumulate(np.where(parted, digits, 0))).max(initial=0))


def _word_count(text: str) -> int:
    """Words of a text; those of scripts without blanks by their letters."""
    unspaced = len(_UNSPACED.findall(text))
    return len(WORD.findall(_UNSPACED.sub(" ", text) if unspaced else text)) + unspaced // LETTERS_A_WORD


def _languages_of(words: Sequence[str]) -> list[int]:
    """The languages of the words that are of one language's grammar."""
    known = grammar_words()
    return [known[word] for word in map(_small, words) if word in known]


@lru_cache(maxsize=1 << 16)
def _hash_of(word: str) -> int:
    """Hash of a word without regard to case."""
    powers = _powers()
    return sum((_folded(each) + 1) * powers[at % POWERS] for at, each in enumerate(word)) & _MASK


@cache
def _powers() -> tuple[int, ...]:
    return tuple(pow(MIX, power, _MASK + 1) for power in range(1, POWERS + 1))


def _folded(character: str) -> int:
    return int(folds()[ord(character)]) if ord(character) < PLANE else BEYOND


def _hash_of_all(numbers: Sequence[int]) -> int:
    total = 0
    for number in numbers:
        total = (total + number) * MIX & _MASK
    return total


def _repeated(words: Sequence[int]) -> int:
    """How many words stand in a run of `PHRASE` words which stood there before."""
    seen: set[int] = set()
    again: set[int] = set()
    for place in range(len(words) - PHRASE + 1):
        phrase = _hash_of_all(words[place : place + PHRASE]) or 1
        if phrase in seen:
            again.update(range(place, place + PHRASE))
        seen.add(phrase)
    return len(again)
