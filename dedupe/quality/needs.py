"""What a text must hold for a regular expression to match: a few pieces that can be looked for all at once.

Most lines of most articles hold none of the pieces that an expression needs, so it need not be tried on them.
The pieces are read from the expression itself: whatever it matches holds one piece of each of its needs. Cox,
"Regular Expression Matching with a Trigram Index", 2012, derives them so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import digits
from typing import Any

try:
    from re import _parser  # type: ignore[attr-defined]  # CPython's own, from 3.11 on; without it, no needs
except ImportError:  # pragma: no cover - another interpreter: each expression is tried on each line
    _parser = None

__all__ = ["LONGEST_OPENING", "SHORTEST", "Need", "folded", "is_rare", "needs_of", "openings_of"]

Need = frozenset[str]  # one of these pieces, in small letters

SHORTEST = 3  # characters of a piece with letters or digits; shorter ones stand in every line
MOST_STRINGS = 320  # that a part of an expression may match, to be told one by one
MOST_LENGTH = 24  # characters of such a string
MOST_MEMBERS = 48  # of a class of characters, to be told one by one
MOST_NEEDS = 3  # further ones exclude little
MOST_PIECES = 240  # of a need
# How often a piece stands in a text, by its length: about one letter in twelve is the one looked for.
RARER = 12.0
COMMON = 60.0  # pieces are parts of words, and not of letters in any order
SIGN = 0.004  # characters that are neither letters nor digits
COMMON_SIGNS = ".,-'’"  # stand in every line
PRICE = 0.0003  # of a piece: each makes the search longer
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
BASIC_PLANE = 0xFFFF  # characters beyond it are not looked for
LONGEST_OPENING = 8  # characters by which the beginning of a line is known
MOST_COMMON = 1.0  # pieces a character of text; a need that is met so often excludes nothing


@dataclass(frozen=True)
class _Part:
    """What a part of an expression matches."""

    strings: frozenset[str] | None  # all that it can match; None: too many to tell
    needs: tuple[Need, ...] = ()  # of what it matches, where `strings` is None

    @property
    def best(self) -> Need | None:
        """The need that excludes most; None: it may match without any."""
        needs = self.needs if self.strings is None else (self.strings,)
        return min(filter(_usable, needs), key=_cost, default=None)


_EMPTY = _Part(frozenset([""]))
_ANYTHING = _Part(None)


@lru_cache(maxsize=1 << 12)
def folded(character: str) -> str:
    """One character for all that stand for each other without regard to case, and for all blanks."""
    if character.isspace():
        return " "
    if character.isdecimal():
        return str(int(character))
    upper = character.upper()
    return (upper if len(upper) == 1 else character).lower()[0]


def needs_of(pattern: re.Pattern[str]) -> tuple[Need, ...]:
    """The needs of all that an expression matches, the rarest first; none: it may match anywhere."""
    if _parser is None:  # pragma: no cover
        return ()
    part = _of_sequence(_parser.parse(pattern.pattern, pattern.flags))
    needs = set(part.needs if part.strings is None else (part.strings,))
    kept: list[Need] = []
    for need in sorted(filter(_usable, needs), key=lambda need: (_cost(need), sorted(need))):
        if len(kept) < MOST_NEEDS and not any(_implies(earlier, need) for earlier in kept):
            kept.append(need)
    return tuple(kept)


def openings_of(pattern: re.Pattern[str]) -> Need | None:
    """With what lines begin in which an expression matches, behind signs; None: it may match amid a line.

    Of an expression that matches at the beginning of a text or line, behind characters that are in no word.
    """
    if _parser is None:  # pragma: no cover
        return None
    kind, value = next(iter(_parser.parse(pattern.pattern, pattern.flags)), (None, None))
    if (str(kind), str(value)) not in (("AT", "AT_BEGINNING"), ("AT", "AT_BEGINNING_STRING")):
        return None
    openings = _beginnings(_parser.parse(pattern.pattern, pattern.flags))
    found = frozenset(each[:LONGEST_OPENING] for each in openings)
    may_be = 0 < len(found) <= MOST_STRINGS and all(map(_can_open, found))
    return found if may_be else None


def _can_open(opening: str) -> bool:
    """Whether few lines begin so: a single letter of ASCII opens too many."""
    told = any(character.isalnum() and (len(opening) > 1 or not character.isalpha()) for character in opening)
    return (told or not opening.isascii()) and all(ord(character) <= BASIC_PLANE for character in opening)


def _beginnings(items: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """Strings of which one begins whatever a sequence matches, but for signs before it; "": anything may."""
    strings, told = frozenset([""]), frozenset[str]()
    for kind, value in items:
        if strings == frozenset([""]) and _skips_signs(kind, value):
            continue
        joined = _joined(strings, _of_item(kind, value).strings)
        if joined is None:
            is_repeat = str(kind) in _REPEATS
            begun = _joined(strings, _beginnings(value[2]) if is_repeat else _beginnings_of(kind, value))
            if begun is None:
                break
            told |= begun
            if not is_repeat or value[0] > 0:
                return told
        else:
            strings = joined
    return told | strings


def _beginnings_of(kind: Any, value: Any) -> frozenset[str]:
    name = str(kind)
    if name == "SUBPATTERN":
        return _beginnings(value[-1])
    if name == "ATOMIC_GROUP":
        return _beginnings(value)
    if name == "BRANCH":
        return frozenset().union(*map(_beginnings, value[1]))
    return _of_item(kind, value).strings or frozenset([""])


def _skips_signs(kind: Any, value: Any) -> bool:
    """Whether an item matches nothing but characters that are in no word."""
    if str(kind) not in _REPEATS or len(value[2]) != 1:
        return False
    inner, members = value[2][0]
    if str(inner) != "IN":
        return False
    named = [(str(member), str(category)) for member, category in members]
    without = ("NEGATE", "None") in named and ("CATEGORY", "CATEGORY_WORD") in named
    return without or named == [("CATEGORY", "CATEGORY_NOT_WORD")]


def _implies(need: Need, other: Need) -> bool:
    """Whether what meets a need meets the other too: each of its pieces holds one of the other's."""
    return all(any(inner in piece for inner in other) for piece in need)


def _usable(need: Need) -> bool:
    return 0 < len(need) <= MOST_PIECES and all(map(_can_be_sought, need)) and _cost(need) <= MOST_COMMON


def _can_be_sought(piece: str) -> bool:
    plane = all(ord(character) <= BASIC_PLANE for character in piece)
    return plane and (len(piece) >= SHORTEST or is_rare(piece[:1]))


def is_rare(character: str) -> bool:
    """Whether a character is rare enough to be looked for by itself: signs, and letters beyond ASCII."""
    return bool(character) and not character.isspace() and not (character.isascii() and character.isalnum())


def _cost(need: Need) -> float:
    """How often a need is met, about, for each character of a text."""
    return sum(map(_frequency, need)) + PRICE * len(need)


@lru_cache(maxsize=1 << 14)
def _frequency(piece: str) -> float:
    if len(piece) < SHORTEST:
        return 1.0 if piece[0] in COMMON_SIGNS else SIGN
    return COMMON * RARER ** -len(piece)


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> _Part:
    whole = True
    needs: list[Need] = []
    strings: frozenset[str] = frozenset([""])
    for item in items:
        part = _of_item(*item)
        needs.append(strings)  # longer strings may be too many, or begin with what cannot be sought
        if part.strings is not None:
            needs.append(part.strings)
        joined = _joined(strings, part.strings)
        if joined is not None:
            strings = joined
            continue
        whole = False
        needs.extend(part.needs)
        strings = frozenset([""]) if part.strings is None else part.strings
    return _Part(strings) if whole else _Part(None, (*needs, strings))


def _joined(before: frozenset[str], after: frozenset[str] | None) -> frozenset[str] | None:
    if after is None or len(before) * len(after) > MOST_STRINGS:
        return None
    joined = frozenset(one + other for one in before for other in after)
    return joined if max(map(len, joined)) <= MOST_LENGTH else None


def _of_item(kind: Any, value: Any) -> _Part:
    name = str(kind)
    if name == "LITERAL":
        return _Part(frozenset([folded(chr(value))]))
    if name == "IN":
        return _of_class(value)
    if name == "SUBPATTERN":
        return _of_sequence(value[-1])
    if name == "ATOMIC_GROUP":
        return _of_sequence(value)
    if name == "BRANCH":
        return _of_branches([_of_sequence(branch) for branch in value[1]])
    if name in _REPEATS:
        return _repeated(value[0], value[1], _of_sequence(value[2]))
    if name in ("AT", "ASSERT", "ASSERT_NOT"):
        return _EMPTY
    return _ANYTHING


def _of_class(members: Sequence[tuple[Any, Any]]) -> _Part:
    characters: set[str] = set()
    for kind, value in members:
        if str(kind) == "LITERAL":
            characters.add(folded(chr(value)))
        elif str(kind) == "RANGE" and value[1] - value[0] < MOST_MEMBERS:
            characters.update(folded(chr(code)) for code in range(value[0], value[1] + 1))
        elif str(kind) == "CATEGORY" and str(value) == "CATEGORY_SPACE":
            characters.add(" ")
        elif str(kind) == "CATEGORY" and str(value) == "CATEGORY_DIGIT":
            characters.update(digits)
        else:
            return _ANYTHING
    return _Part(frozenset(characters)) if len(characters) <= MOST_MEMBERS else _ANYTHING


def _of_branches(parts: Sequence[_Part]) -> _Part:
    if all(part.strings is not None for part in parts):
        strings = frozenset().union(*(part.strings or () for part in parts))
        if len(strings) <= MOST_STRINGS:
            return _Part(strings)
    bests = [part.best for part in parts]
    if any(best is None for best in bests):
        return _ANYTHING
    return _Part(None, (frozenset().union(*(best or () for best in bests)),))


def _repeated(least: int, most: int, part: _Part) -> _Part:
    if least == most == 1:
        return part
    if least == 0:
        optional = most == 1 and part.strings is not None
        return _Part((part.strings or frozenset()) | {""}) if optional else _ANYTHING
    return _Part(None, part.needs if part.strings is None else (part.strings,))
