"""Signs that entities of HTML stand for, where no writer puts them: a broken template left them there."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import Final, NamedTuple

__all__ = ["is_stray"]

TAG: Final = re.compile(r"<[^<>\n]*>")
CUT_TAG: Final = re.compile(
    r"\A[^<>\n]*>|<[^<>\n]*\Z|<[^<>\n]*>"
)  # one that the place looked at ends in, too
ENTITY: Final = re.compile(r"&[^;\s]{1,40};")
WORD: Final = re.compile(r"\w+")
LAST_WORD: Final = re.compile(r"\w+\Z")
LEAST_LETTERS: Final = 3  # of a word that is whole
OPENED: Final = re.compile(r"(?<!\w)['‘](?=\w)")
CLOSED: Final = re.compile(r"(?<=[\w.,!?])['’](?!\w)")
LOOK_AROUND: Final = 2000  # characters: longer than what is quoted in a sentence
BULLETS: Final = "•·▪►▶→»"  # stand between blanks, or before one at the beginning of a line
OF_NAMES: Final = "®™"  # stand right behind a name
DASHES: Final = "–—"
OF_NUMBERS: Final = "°€£¥¢½¼¾×±"
QUOTES: Final = '"“”„«»'
LEAST_WRITTEN: Final = 4  # marks of quotation around; a text with as many writes them out
SHORT_LINE: Final = 90  # characters: a line of rights
NON_JOINER: Final = "\u200c"
JOINED_SCRIPTS: Final = re.compile("[\u0600-\u08ff\u0900-\u0dff]")  # which spell with a non-joiner
APOSTROPHES: Final = "’'"
MAY_END_SO: Final = ("s", "x", "z", "in")  # behind which an apostrophe may end a word: "the states’", "goin’"
ELISIONS: Final = frozenset(
    ["twas", "tis", "til", "tween", "cause", "bout", "round", "neath", "em", "n", "s", "t", "m", "ne", "nem"]
)


class _Place(NamedTuple):
    """Where a sign would stand."""

    before: str  # what its line has before it
    after: str
    next_line: str
    around: str  # as it is written, entities and all

    @property
    def glued(self) -> tuple[bool, bool]:
        """Whether a letter or a digit stands at either side of it."""
        return self.before[-1:].isalnum(), self.after[:1].isalnum()

    @property
    def is_blank_before(self) -> bool:
        """Whether a blank, or nothing, stands before it."""
        return not self.before[-1:].strip()

    @property
    def is_blank_behind(self) -> bool:
        """The same behind it."""
        return not self.after[:1].strip()


def is_stray(character: str, text: str, start: int, end: int) -> bool:
    """Whether no writer puts such a sign at such a place: a lone closing quote, an "&" that joins nothing.

    Args:
        character: the sign.
        text: what it stands in.
        start: where its entity begins there. Characters.
        end: where it ends.
    """
    place = _place(text, start, end)
    glued = place.glued
    if character == "&":
        return glued[0] != glued[1]
    if character in "<>":
        return not (all(glued) or (place.is_blank_before and place.is_blank_behind and place.after != ""))
    if character == NON_JOINER:
        return not (JOINED_SCRIPTS.match(place.before[-1:]) and JOINED_SCRIPTS.match(place.after[:1]))
    if character in OF_NAMES:
        return not glued[0]
    if character == "©":
        return glued[0] or len(place.before) + len(place.after) > SHORT_LINE
    if character in BULLETS and not (character in QUOTES and _has_pairs(place)):
        return not (place.is_blank_behind and place.is_blank_before) and not (character == "·" and all(glued))
    if character in OF_NUMBERS:
        return not (place.before[-1:].isdigit() or place.after[:1].isdigit())
    if character == "…":
        begins = not place.before.strip() and place.after[:1].isupper()
        return all(glued) or begins or place.before[-1:] in ",;:"
    if character.isalpha():
        return _is_no_letter_of_a_word(place, text)
    if character in DASHES:
        return _is_odd_dash(character, place)
    if character in QUOTES:
        return all(glued) or _is_unpaired(character, place)
    if character == "‘":
        return "‚" not in place.before if glued[0] else CLOSED.search(place.after) is None
    return character in APOSTROPHES and _is_odd_apostrophe(place)


def _is_no_letter_of_a_word(place: _Place, text: str) -> bool:
    """Whether a letter is glued to a word that stands in the text without it, or to the mark behind one."""
    left, right = place.glued
    if not (left or right):
        return bool(place.before.strip()) and not (place.is_blank_before and place.is_blank_behind)
    if left == right:
        return False
    word = LAST_WORD.search(place.before) if left else WORD.match(place.after)
    if word is None or len(word[0]) < LEAST_LETTERS:
        return False
    if right and word[0][0].isupper():
        return True
    elsewhere = re.finditer(rf"\b{re.escape(word[0])}\b", text) if text.count(word[0]) > 1 else iter(())
    return next(islice(elsewhere, 1, None), None) is not None


def _place(text: str, start: int, end: int) -> _Place:
    begins = text.rfind("\n", max(0, start - LOOK_AROUND), start) + 1 or max(0, start - LOOK_AROUND)
    ahead = text[end : end + LOOK_AROUND]
    after, _, following = ahead.partition("\n")
    around = text[max(0, start - LOOK_AROUND) : start] + ahead
    return _Place(_plain(text[begins:start]), _plain(after), _plain(following.lstrip()[:80]), around)


def _plain(marked: str) -> str:
    """Without tags, and with the signs that entities stand for."""
    return unescape(TAG.sub("", marked))


def _is_odd_dash(dash: str, place: _Place) -> bool:
    """A dash glued to one word, but where it opens what somebody says, or is a range or an inset."""
    if not place.before.strip():
        opens_speech = f"\n{dash}" in place.around
        return place.after[:1] in QUOTES or (place.glued[1] and not opens_speech)
    if not place.after.strip():
        return place.before[-1:] in f"{QUOTES}.!?" or place.glued[0]
    return place.glued[0] and place.after[:1].isspace()


def _has_pairs(place: _Place) -> bool:
    """Whether its line has other marks of quotation of its kind."""
    return "«" in place.before + place.after or "»" in place.before + place.after


def _is_unpaired(mark: str, place: _Place) -> bool:
    """Whether a mark of quotation has no other half in its line; what goes on in the next opens both.

    Where the text writes its marks out, an entity of another form is none of them, nor does one go on in the
    next line.
    """
    marks = '"' if mark == '"' else QUOTES[1:]
    has_own = sum(map(place.around.count, QUOTES)) >= LEAST_WRITTEN
    if mark == '"' and has_own and '"' not in CUT_TAG.sub("", place.around):
        return True
    if place.before.strip() and not place.is_blank_before and place.before[-1:] not in "([–—-":
        if mark == "„" or (mark == "“" and not set("„»") & set(place.before)):
            return True  # this one never closes, or not what the line opens
        return sum(map(place.before.count, marks)) % 2 == 0
    goes_on = place.next_line.startswith(tuple(marks)) and not has_own
    return sum(map(place.after.count, marks)) % 2 == 0 and not goes_on


def _is_odd_apostrophe(place: _Place) -> bool:
    if place.glued[1]:
        return not place.glued[0] and _begins_no_elision(place.after)
    opened = len(OPENED.findall(place.before)) > len(CLOSED.findall(place.before))
    return not opened and not place.before.casefold().endswith(MAY_END_SO)


def _begins_no_elision(after: str) -> bool:
    """Whether a word behind an apostrophe is whole, and not in quotes either: no letter is left out of it."""
    word = WORD.match(after)
    whole = word is not None and word[0][0].isupper() and word[0].casefold() not in ELISIONS
    return whole and CLOSED.search(after) is None
