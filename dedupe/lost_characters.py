"""What stood where a decoder left a mark: apostrophes and quotes by their places, letters by other words.

A mark that may stand for several characters stays, and is told. What a text kept tells how it writes its
quotations; where it kept none, its language does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from dedupe.models import Span

__all__ = ["restored"]

LINE: Final = re.compile(r"[^\r\n]+")
WORD: Final = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
PART: Final = re.compile(r"[^\W\d_]*$"), re.compile(r"^[^\W\d_]*")  # of a word before a mark, and behind it
CONTRACTED: Final = re.compile(r"(?:s|t|re|ve|ll|d|m)\b(?![’'])", re.IGNORECASE)
# Words of which an apostrophe left out the end: "l’été", "dell’isola", "O’Brien", "o’clock".
ELIDED: Final = re.compile(
    r"(?:^|[^\w])(?:[ldjnscmt]|qu|jusqu|lorsqu|puisqu|aujourd|(?:d|n|s|qu)?ell|dall|nell|sull|all|un|quest|o|d)$",
    re.IGNORECASE,
)
VOWELS: Final = "aeiouhàâéèêëîïôûAEIOUHÀÂÉÈÊÎÔ"
STYLES: Final = ("“”", "„“", "«»", "»«", "‘’")  # all beyond ASCII, as what is lost is
ENGLISH: Final = re.compile(r"\b(?:the|and|of|that|was|with)\b")
GERMAN: Final = re.compile(r"\b(?:der|die|und|das|nicht|ist|ein)\b")
SENTENCE: Final = re.compile(r"(?:^|[.!?:“„”«»\"]\s?)$")  # what a sentence begins behind
LONGEST: Final = 80  # characters beside a mark that are looked at
SHORTEST: Final = 3  # letters of a word that is looked up, with the lost one


class _Style(NamedTuple):
    """How a text writes what has several forms; empty: it has none."""

    opening: str
    closing: str
    dash: str
    contracts: bool  # it is in English: "it’s"


def restored(text: str, marks: Iterable[Span]) -> dict[Span, str]:
    """The characters that stood at marks of a text, where their places tell.

    Args:
        text: with the marks in it.
        marks: where they stand, one for each lost character.
    """
    by_line: defaultdict[int, list[Span]] = defaultdict(list)
    lines = [match.span() for match in LINE.finditer(text)]
    starts = [start for start, _ in lines]
    for mark in sorted(marks):
        by_line[bisect_right(starts, mark[0]) - 1].append(mark)
    if not by_line:
        return {}
    words, style = _words(text), _style(text)
    found: dict[Span, str] = {}
    for number, here in by_line.items():
        found |= _of_line(text, lines[number], here, words, style)
    return found


def _of_line(
    text: str, line: Span, marks: list[Span], words: Mapping[str, str], style: _Style
) -> dict[Span, str]:
    """What stood in one line; an opened quotation is closed there, or goes on in the next."""
    found: dict[Span, str] = {}
    is_open, at = False, line[0]
    for start, end in marks:
        is_open = _is_open(text[at:start], style, is_open)
        at = end
        before, after = text[max(line[0], start - LONGEST) : start], text[end : min(line[1], end + LONGEST)]
        character = _letter(before, after, words) or _sign(before, after, is_open, style)
        if character:
            found[start, end] = character
            is_open = character == style.opening if character in (style.opening, style.closing) else is_open
    return found


def _is_open(between: str, style: _Style, is_open: bool) -> bool:
    """Whether a quotation is open behind a piece of a line."""
    for character in between:
        if character in (style.opening, style.closing):
            is_open = not is_open if style.opening == style.closing else character == style.opening
    return is_open


def _letter(before: str, after: str, words: Mapping[str, str]) -> str:
    """The letter that makes the pieces at both sides a word of the text; "": none, or several."""
    left, right = PART[0].search(before), PART[1].match(after)
    pieces = (left[0] if left else "", right[0] if right else "")
    if len(pieces[0]) + len(pieces[1]) + 1 < SHORTEST:
        return ""
    letter = words.get(f"{pieces[0]}\0{pieces[1]}".casefold(), "")
    if not letter:
        return ""
    begins = not pieces[0] and (pieces[1][:1].isupper() or SENTENCE.search(before) is not None)
    shown = letter.upper() if begins or (pieces[0].isupper() and len(pieces[0]) > 1) else letter
    return shown if len(shown) == 1 else ""


def _sign(before: str, after: str, is_open: bool, style: _Style) -> str:
    """The sign at such a place; "": it may be several."""
    left, right = before[-1:], after[:1]
    if left.isalpha() and right.isalpha():
        contracted = style.contracts and CONTRACTED.match(after)
        return "’" if contracted or (right in VOWELS and ELIDED.search(before)) else ""
    if (not left or left.isspace() or left in "([–—") and (right.isalnum() or right in "…"):
        if style.contracts and CONTRACTED.match(after):
            return "’"
        may_be_letter = not style.contracts and right.islower()  # "�ber"
        return style.opening if not (is_open or right.isdigit() or may_be_letter) else ""
    if left and not left.isspace() and (not right or right.isspace() or right in ".,;:!?)]–—"):
        if is_open:
            return "" if left.isalpha() and not style.contracts else style.closing  # "gro� und"
        return "’" if style.contracts and left == "s" and right.isspace() else ""
    if left.isspace() and right.isspace():
        return style.dash
    return ""


def _words(text: str) -> dict[str, str]:
    """What is left of a word where a letter beyond ASCII is lost -> that letter, if it can be but one."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word in {match.casefold() for match in WORD.findall(text)}:
        for place, letter in enumerate(word):
            if letter.isalpha() and not letter.isascii():
                found[f"{word[:place]}\0{word[place + 1 :]}"][letter] += 1
    return {key: next(iter(letters)) for key, letters in found.items() if len(letters) == 1}


def _style(text: str) -> _Style:
    """The marks that a text uses most; those of English, where it has none left."""
    pairs = Counter({pair: min(text.count(pair[0]), text.count(pair[1])) for pair in STYLES})
    pair, times = max(pairs.items(), key=lambda each: each[1])
    is_english = len(ENGLISH.findall(text)) > len(GERMAN.findall(text))
    opening, closing = tuple(pair if times else "“”" if is_english else "„“")
    dashes = [(text.count(f" {dash} "), dash) for dash in "–—"]
    most, dash = max(dashes)
    return _Style(opening, closing, dash if most else "", is_english)
