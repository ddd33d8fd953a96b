"""Repairs a line of text where that is safe: no reader would see the difference."""

from __future__ import annotations

import html
import re
import unicodedata

from ftfy import fix_encoding
from ftfy.badness import is_bad

from dedupe.boilerplate.characters import unstable
from dedupe.mojibake import HALVES, looks_torn, mended, torn_in

__all__ = [
    "MAY_BE_TORN",
    "MAY_BE_UNSTABLE",
    "MAY_CHANGE",
    "NOISE",
    "SUSPECT",
    "calls_for_repair",
    "needs_repair",
    "repaired",
    "signs_of",
    "without_controls",
]

# Left alone: U+200C and U+200D, which Persian and the Indic scripts spell with.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# A code that colours a terminal; and what no program writes for a blank or a sign: something broke the text.
_TERMINAL = re.compile(r"\x1b\[[0-9;]{0,8}[A-Za-z]")
NOISE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_BLANKS = "\t\n\r\x1c\x1d\x1e\x1f\u2028\u2029"
_PAGE_BREAKS = "\x0b\x0c"
_SPACES = re.compile(r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
# Characters that may call for repair; letters beyond ASCII are looked at apart.
SUSPECT = (
    "[\u0102\u0139\u0192\u201a\u221a\u2248\xac\x00-\x1f\x7f-\xa0\u00ad\u034f\u061c\u1680\u180e\u2000-\u200b\u200e\u200f"
    "\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb&]"
)  # the first of them: `mojibake.ODD_TEARS`
_SUSPECT = re.compile(SUSPECT)

_MOST_ROUNDS = 8  # deeper nesting is an attack, not an accident


def needs_repair(text: str) -> bool:
    """Whether any line of a text may change in repair, stray spaces at its ends apart.

    One look at the whole text spares a look at each of its lines.
    """
    if "  " in text or _SUSPECT.search(text.replace("\n", "")) is not None:
        return True
    return not text.isascii() and (not unicodedata.is_normalized("NFC", text) or _is_mojibake(text))


# Signs that a line may call for repair, as in `_kernel.c`.
MAY_CHANGE, MAY_BE_TORN, MAY_BE_UNSTABLE = 1, 2, 4


def signs_of(line: str) -> int:
    """What in a line may call for repair; a line without a sign never changes."""
    signs = MAY_CHANGE if "  " in line or _SUSPECT.search(line) is not None else 0
    if not line.isascii():
        signs |= MAY_BE_TORN * (HALVES.search(line) is not None)
        signs |= MAY_BE_UNSTABLE * (unstable().search(line) is not None)
    return signs


def calls_for_repair(line: str, signs: int) -> bool:
    """The same as `needs_repair` of a line whose signs are known, and which holds no line break."""
    return bool(
        signs & MAY_CHANGE
        or (signs & MAY_BE_UNSTABLE and not unicodedata.is_normalized("NFC", line))
        or (signs & MAY_BE_TORN and (is_bad(line) or torn_in(line)))
    )


def _is_mojibake(text: str) -> bool:
    """Whether a line of the text was read in a wrong encoding, or a part of one."""
    return looks_torn(text) and (is_bad(text) or any(map(torn_in, text.split("\n"))))


def repaired(line: str) -> str:
    """One line in NFC, without control and invisible characters, entities, mojibake or stray spaces.

    The result holds no line break and may be empty. Repairing twice changes nothing more.
    """
    line = line.strip(" ")
    if "\n" not in line and not needs_repair(line):
        return line
    # An entity may hide another ("&amp;quot;"), or a control character.
    for _ in range(_MOST_ROUNDS):
        before, line = line, _repaired_once(line)
        if line == before:
            break
    return line


def _repaired_once(line: str) -> str:
    if "&" in line:
        line = _ENTITY.sub(lambda found: html.unescape(found.group()), line)
    if not line.isascii() and looks_torn(line):
        line = mended(fix_encoding(line) if is_bad(line) else line)
    line = _INVISIBLE.sub("", line)
    if _CONTROL.search(line):
        noisy = NOISE.search(line) is not None
        line = _CONTROL.sub(lambda found: without_controls(found.group(), noisy), _TERMINAL.sub("", line))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", line)).strip()


def without_controls(controls: str, noisy: bool) -> str:
    """What stands for control characters: a blank, the sign that Windows-1252 has there, or nothing.

    Args:
        controls: nothing but control characters.
        noisy: the text around holds what only a breakage puts there; then no other means anything.
    """
    return "".join(_meant(character, noisy) for character in _TERMINAL.sub("", controls))


def _meant(character: str, noisy: bool) -> str:
    if character in _BLANKS or (character in _PAGE_BREAKS and not noisy):
        return " "
    if noisy or character < "\x80":
        return ""
    try:
        return character.encode("latin-1").decode("cp1252")
    except UnicodeDecodeError:  # five of its places are empty
        return ""
