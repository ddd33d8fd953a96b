"""Names in a line of text: what a byline says, in the languages of most news sites.

A byline is a label, names, and beside each what its bearer is, is where, or works for: "By Ada Moss, Editor,
in London and Pavo Lindt | The Associated Press". The words are in `byline_words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from crawler.extraction.byline_words import (
    AGENCIES,
    AGENCY,
    AND,
    BY_ALONE,
    BY_BEHIND_A_DATE,
    DEGREES,
    EAST_ASIAN,
    LABEL,
    NO_BYLINE,
    NO_NAME,
    NOBODY,
    OTHER_WORK,
    OUTLET,
    PARTICLES,
    PLACE,
    PLACES,
    ROLE,
    ROLE_WORD,
    STAMP,
    SURE_LABEL,
    TALKS_WITH,
    WITH,
)

__all__ = [
    "BOLD_LINE", "LONGEST_BYLINE", "LONGEST_NAME", "is_byline", "is_role", "looks_like_a_name", "name_key",
    "name_of_bio", "names_alone", "names_in", "names_in_field", "opens_byline", "says_by",
]  # fmt: skip

LONGEST_NAME: Final = 60  # characters
LONGEST_BYLINE: Final = 140  # characters
BOLD_LINE: Final = 0.9  # share of a line in bold that makes it one set apart
MOST_WORDS: Final = 4  # of a name, beside particles
LONGEST_LONE_NAME: Final = 25  # characters of a name of one word

# "Ada Moss is a reporter", "Ada Moss, geboren 1980", "Ada Moss - Reporterin".
_BIO: Final = re.compile(
    r"\W{0,3}([^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){1,3}?)"
    r"(?:\s+(?:is|was|has|writes|covers|joined|works|reports|ist|war|arbeitet|schreibt|berichtet|est|écrit|es|escribe|è|scrive|é|schrijft|är|er|jest|является)\b|\s+[-–—]\s)"
)
_EDGE: Final = re.compile(r"\s*[|/•·\u2013\u2014;]\s*|\s+-\s+|\s{2,}")
_FIELD_EDGE: Final = re.compile(r"\s*[;|/•·\n]\s*")
_COMMA: Final = re.compile(r"\s*[,、，،&+]\s*(?:(?:and|und|et|y|e|og|och|&)\s+)?")
_PLACE_APART: Final = re.compile(
    r",\s+(?=(?:in|from|aus|à|en|desde|da)\s+[A-ZÀ-Þ]\S*\s+(?:and|und|et|y|e)\s)"
)
_PARENTHESIS: Final = re.compile(r"\s*[(\[][^()\[\]]{0,40}[)\]]|\s*@\w+$|\S+@\S+")
_ADDRESS: Final = re.compile(r"https?:|www\.|\S@\S|[<>{}=]|^\d+$", re.IGNORECASE)
_FAMILY_FIRST: Final = re.compile(r"([^\W\d_][\w'\u2019-]+),\s+([^\W\d_][\w'\u2019-]+(?:\s+[^\W\d_]\.?)?)")
_EAST_ASIAN_NAME: Final = re.compile(r"[\u3400-\u9fff·]{2,5}|[\uac00-\ud7a3]{2,4}")
_MARKS: Final = " ,.:|-\u2013\u2014"


def name_key(name: str) -> str:
    """What two spellings of one name share."""
    return "".join(re.findall(r"\w+", name.casefold()))


def is_role(name: str) -> bool:
    """Whether a name is none but a role or a button."""
    return NOBODY.match(name) is not None


def says_by(line: str) -> bool:
    """Whether a line opens as a byline does, perhaps behind a date."""
    return any(form.match(line) for form in (SURE_LABEL, EAST_ASIAN, BY_BEHIND_A_DATE))


def is_byline(text: str) -> bool:
    """Whether a line says "By" and names, perhaps with what is told beside them."""
    if opens_byline(text) or EAST_ASIAN.match(text):
        return True
    if not (SURE_LABEL.match(text) or TALKS_WITH.search(text)):
        return False
    return any(" " in name for name in names_in(text, sure=True))


def opens_byline(text: str) -> bool:
    """Whether a line says "By" alone: the names are in the next."""
    return BY_ALONE.match(text) is not None


def looks_like_a_name(text: str) -> bool:
    """Two to four words beside particles, each of letters, capitalised where the script knows capitals."""
    words = text.split()
    full = [word for word in words if word.lower() not in PARTICLES]
    return (
        2 <= len(words) <= MOST_WORDS + 3
        and 1 <= len(full) <= MOST_WORDS
        and all(word[0].isalpha() and not word[0].islower() for word in (*full, words[0]))
        and not re.search(r"[\d:!?()]", text)
    )


def names_in_field(raw: list[str]) -> list[str]:
    """Names in declared fields: joint ones parted, addresses and mere roles left out, each once."""
    names: dict[str, str] = {}
    for text in raw:
        text = _PARENTHESIS.sub("", text).strip()
        if _ADDRESS.search(text):
            continue
        if swapped := _FAMILY_FIRST.fullmatch(text):
            text = f"{swapped.group(2)} {swapped.group(1)}"
        parts = _parted(LABEL.sub("", text) if SURE_LABEL.match(text) else text)
        for place, part in enumerate(parts):
            name = _bare(part)
            if name and len(name) <= LONGEST_NAME and not (place and _is_beside(name)):
                names.setdefault(name_key(name), name)
    names.pop("", None)
    return list(names.values())


def names_in(line: str, *, sure: bool) -> list[str]:
    """Names in a byline.

    Args:
        line: its text.
        sure: whether it says that it is one: then a name may be a single word, and any words may be a name.
    """
    if found := EAST_ASIAN.match(line):
        return list(dict.fromkeys(_EAST_ASIAN_NAME.findall(found["named"] or found["korean"])))
    if not SURE_LABEL.match(line):
        line = BY_BEHIND_A_DATE.sub("", line, count=1)
    asked = "nterview" in line[: len(line) // 2]  # who comes behind "with" did not write it
    line = OTHER_WORK.sub("", TALKS_WITH.sub(", ", LABEL.sub("", line, count=1)))
    for piece in _EDGE.split(line):
        piece = _PARENTHESIS.sub("", piece)
        piece = WITH.split(piece)[0] if asked else WITH.sub(", ", piece)
        found_here = list(_told(STAMP.sub("", piece).strip(_MARKS), sure))
        if found_here:
            return list({name_key(name): name for name in reversed(found_here)}.values())[::-1]
    return []


def _told(piece: str, sure: bool) -> Iterator[str]:
    """The names of one piece of a byline."""
    for place, part in enumerate(_parted(piece)):
        name = _bare(part)
        if not name or NO_BYLINE.match(name) or (place and _is_beside(name)):
            continue
        is_lone = sure and not place and " " not in name and 1 < len(name) <= LONGEST_LONE_NAME
        may_be = sure or (_has_capitals(name) and not NO_NAME.search(name))
        if is_lone or (may_be and looks_like_a_name(name)):
            yield name


def names_alone(line: str) -> list[str]:
    """The names of a line that holds nothing else; none: it holds something else."""
    parts = [name.strip(_MARKS) for piece in _EDGE.split(line) for name in _parted(piece)]
    fits = (
        looks_like_a_name(name) and _has_capitals(name) and not NO_NAME.search(name) and not is_role(name)
        for name in parts
    )
    return parts if all(fits) else []


def name_of_bio(text: str) -> str | None:
    """Whom a sentence is about that presents somebody: "Ada Moss is a reporter"; None: it does not."""
    found = _BIO.match(text)
    return found.group(1) if found and looks_like_a_name(found.group(1)) else None


def _parted(text: str) -> list[str]:
    """One field's names: at marks always, at "and" only between what reads as two names."""
    text = _PLACE_APART.sub(" ", text)
    parts = [part for piece in _FIELD_EDGE.split(text) for part in _COMMA.split(piece)]
    names: list[str] = []
    for part in parts:
        joined = AND.split(part)
        bare = [_bare(name) for name in joined]
        names += joined if any(bare) and all(not name or looks_like_a_name(name) for name in bare) else [part]
    return names


def _bare(part: str) -> str:
    """The name in what is said of one bearer, without role, place and agency; "": there is none."""
    name = part.strip(_MARKS)
    if _is_person(placed := PLACE.sub("", name)):
        name = placed
    words = _without_role(_in_one_case(name.split()))
    if len(words) > 2 and (words[-1].isupper() or words[-1].islower()) and words[-1].lower() in AGENCIES:
        words = words[:-1]
    elif len(words) > 3 and AGENCY.match(" ".join(words[-2:])):
        words = words[:-2]
    name = " ".join(words).strip(_MARKS)
    return "" if is_role(name) else name


def _in_one_case(words: list[str]) -> list[str]:
    """The capitals that a longer line opens with: "ADA MOSS Associated Press"."""
    capitals = 0
    while capitals < len(words) and words[capitals].isupper():
        capitals += 1
    return words[:capitals] if 2 <= capitals < len(words) and len(words[1]) > 2 else words


def _without_role(words: list[str]) -> list[str]:
    """Drop "Staff Writer" behind a name, "unserer Korrespondentin" before it, or all where there is none."""
    core = [place for place, word in enumerate(words) if ROLE_WORD.match(word.strip(_MARKS))]
    if not core:
        return words
    first, last = core[0], core[-1] + 1
    while first and ROLE.match(words[first - 1]):
        first -= 1
    while last < len(words) and ROLE.match(words[last]):
        last += 1
    before, after = words[:first], words[last:]
    if _is_person(" ".join(before)):
        return before
    is_society = _is_person(" ".join(after)) and words[core[0]].endswith("s")  # "Reporters Without Borders"
    return words if before or is_society else after


def _is_person(name: str) -> bool:
    return looks_like_a_name(name.strip(_MARKS))


def _is_beside(name: str) -> bool:
    """Whether what stands behind a name tells of its bearer: a degree, an outlet, a place."""
    return bool(
        DEGREES.match(name)
        or name.lower() in PLACES
        or (" " in name and OUTLET.search(name) and not AGENCY.match(name))
    )


def _has_capitals(name: str) -> bool:
    """Whether a name is in a script that tells names by their capitals."""
    return name[0].isupper()
