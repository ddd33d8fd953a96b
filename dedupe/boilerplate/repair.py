"""Repairs a line of text where that is safe: no reader would see the difference."""

from __future__ import annotations

import html
import re
import unicodedata

from ftfy import fix_encoding
from ftfy.badness import is_bad

__all__ = ["needs_repair", "repaired"]

# Left alone: U+200C and U+200D, which Persian and the Indic scripts spell with.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SPACES = re.compile(r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
# Characters, and pairs of spaces, that may call for repair; letters beyond ASCII are looked at apart.
_SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\xa0\u00ad\u034f\u061c\u1680\u180e\u2000-\u200b\u200e\u200f"
    "\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb&]|  "
)

_MOST_ROUNDS = 8  # deeper nesting is an attack, not an accident


def needs_repair(text: str) -> bool:
    """Whether any line of a text may change in repair, stray spaces at its ends apart.

    One look at the whole text spares a look at each of its lines.
    """
    if _SUSPECT.search(text.replace("\n", "")) is not None:
        return True
    return not text.isascii() and (not unicodedata.is_normalized("NFC", text) or bool(is_bad(text)))


def repaired(line: str) -> str:
    """One line in NFC, without control and invisible characters, entities, mojibake or stray spaces.

    The result holds no line break and may be empty. Repairing twice changes nothing more.
    """
    line = line.strip(" ")
    if not needs_repair(line):
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
    if not line.isascii() and is_bad(line):
        line = fix_encoding(line)
    line = _CONTROL.sub(" ", _INVISIBLE.sub("", line))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", line)).strip()
