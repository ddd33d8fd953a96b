# ruff: noqa: E501 -- word lists: one kind a line reads better than one broken line a word
"""Names in a line of text: what a byline says, in the languages of most news sites."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "BOLD_LINE", "LONGEST_BYLINE", "LONGEST_NAME", "is_byline", "is_role", "looks_like_a_name", "name_key", "names_alone", "names_in",
    "names_in_field", "opens_byline", "says_by",
]  # fmt: skip

LONGEST_NAME: Final = 60  # characters
LONGEST_BYLINE: Final = 140  # characters
BOLD_LINE: Final = 0.9  # share of a line in bold that makes it one set apart

# What somebody made, in front of "by": "a column by", "eine Kolumne von", "propos recueillis par".
_WORK: Final = (
    r"(?:(?:(?:an?|eine?|une?|un[ao]?|een)\s+)?(?:geschrieben|erstellt|verfasst|posted|published|written|reported|created|story|words|text|interview|column|article|guest post|analysis"
    r"|artikel|kolumne|beitrag|gastbeitrag|kommentar|bericht|essay|glosse|analyse|propos recueillis|chronique|tribune|publié|écrit|escrito|redactado|artículo|columna|scritto|articolo|a cura|geschreven"
    r"|von|autor|autorin|author|автор|opinion|redacción)(?:\s+|\s*:\s+))?"
)
_BY: Final = re.compile(
    rf"^\W*{_WORK}(?:by|von|par|por|di|da|door|av|af|tekst|text|words|autor(?:in|a|es)?|author|автор|текст|interview|yazan|od|napsal|skrivet av|oleh)(?:\b|(?<=[Bb]y)(?=[A-Z]))\s*:?\s*",
    re.IGNORECASE,
)
_SURE_BY: Final = re.compile(
    rf"^\W*(?:{_WORK}(?:by|von|par|por|door|av|af)\b|автор\b|autor(?:in)?\b|author\b\s*:|words\b\s*:|interview\b|(?-i:By(?=[A-Z])))(?:\s*:)?\s*(?=\S)",
    re.IGNORECASE,
)
_ALONE_BY: Final = re.compile(
    rf"^\W*(?:{_WORK}(?:by|von|par|por|di|da|door|av|af)|автор|autor(?:in)?|author|text|redacción)\W*$",
    re.IGNORECASE,
)
# "(责编：牛镛、岳弘彬)": papers of East Asia name author or editor at the end.
_EAST_ASIAN: Final = re.compile(
    r"^\W*(?:作者|撰文|(?:本报)?(?:记者|記者)|责编|責編|责任编辑|責任編輯|編集)\s*[:：]\s*([\u3400-\u9fff·、，,\s]{2,40})\W*$"
)
_EAST_ASIAN_NAME: Final = re.compile(r"[\u3400-\u9fff·]{2,5}")
_STAMP: Final = re.compile(
    r"\b\d.*$|\b(?:on|am|le|el|il|in|at|um|updated?|published|posted|last|stand|veröffentlicht|publié|publicado|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz|mai|juni|juli|oktober|dezember"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?\W*(?:\d.*)?$",
    re.IGNORECASE,
)
_EDGE: Final = re.compile(r"\s*[|/•·\u2013\u2014;]\s*|\s+-\s+|\s{2,}")
_FIELD_EDGE: Final = re.compile(r"\s*[;|/•·]\s*")
_COMMA: Final = re.compile(r"\s*[,、，&+]\s*")
_AND: Final = re.compile(r"\s+(?:and|und|et|y|og|och|ja|e|en|i|и|та)\s+")
# Who was asked stands behind who asked: "an interview by A with B".
_WITH: Final = re.compile(r"\s+(?:mit|with|avec|con|met|med)\s+.*$")
_PARENTHESIS: Final = re.compile(r"\s*[(\[][^()\[\]]{0,40}[)\]]|\s*@\w+$|\S+@\S+")
_ADDRESS: Final = re.compile(r"https?:|www\.|\S@\S|[<>{}=]|^\d+$", re.IGNORECASE)
_ROLES: Final = re.compile(
    r"^(admin(istrator)?|editor|editors|editorial( staff| team)?|staff( (writer|reporter|correspondent))?|news ?desk|web ?(master|desk)|guest|author|unknown|reporter|correspondent|journalist|redakteur(in)?|autor(in)?|autoren|null|none|undefined|nachrichten|news|home|facebook|twitter|instagram|e-?mail|share|teilen|comments?|kommentare?|follow|updated?|published|associated|more|mehr|about|all articles|alle artikel|profil|bio)$",
    re.IGNORECASE,
)
# A role joined to a name: "Sportredakteurin Ada Moss".
_ROLE_BEFORE: Final = re.compile(
    r"^\S*(?:expert[ei]n?|redakteur(?:in)?|autor(?:in)?|reporter(?:in)?|korrespondent(?:in)?|kolumnist(?:in)?|volontär(?:in)?)\s+(?=\S+\s+\S)",
    re.IGNORECASE,
)
_NO_BYLINE: Final = re.compile(
    r"^\W*(foto|photo|bild|image|quelle|source|getty|reuters|dpa|afp|ap\b|credit|©|lesezeit|kommentar|comment|tags?|schlagw|categor|kategorie|share|min\b|abgelegt|posted in|filed)",
    re.IGNORECASE,
)
# Words no person is called by, in lines that do not say whose names they hold: sections, buttons, openings.
_NO_NAME: Final = re.compile(
    r"^(?:the|in|im|am|an|der|die|das|den|les?|la|el|los|il|on|at|mehr|more)\b|\b(?:news|permalink|comments?|kommentare?|online|magazine?|redaktion|blog|home|menu|report|times|read|min|today)\b",
    re.IGNORECASE,
)
_PARTICLES: Final = frozenset(
    ("de", "van", "von", "der", "den", "da", "di", "la", "le", "el", "al", "bin", "dos", "du", "zu", "ten")
)


def name_key(name: str) -> str:
    """What two spellings of one name share."""
    return "".join(re.findall(r"\w+", name.casefold()))


def is_role(name: str) -> bool:
    """Whether a name is none but a role or a button."""
    return _ROLES.match(name) is not None


def says_by(line: str) -> bool:
    """Whether a line opens as a byline does."""
    return _SURE_BY.match(line) is not None or _EAST_ASIAN.match(line) is not None


def is_byline(text: str) -> bool:
    """Whether a line says "By" and names, and nothing else."""
    if opens_byline(text) or _EAST_ASIAN.match(text):
        return True
    names = _parted(_WITH.sub("", _BY.sub("", text, count=1)).strip(" ,.:|"))
    return _SURE_BY.match(text) is not None and all(map(looks_like_a_name, names))


def opens_byline(text: str) -> bool:
    """Whether a line says "By" alone: the names are in the next."""
    return _ALONE_BY.match(text) is not None


def looks_like_a_name(text: str) -> bool:
    """Two to four words, each of letters and capitalised."""
    words = text.split()
    return (
        2 <= len(words) <= 4
        and all(word[0].isupper() or word.lower() in _PARTICLES for word in words)
        and words[0][0].isupper()
        and not re.search(r"[\d:!?()]", text)
    )


def names_in_field(raw: list[str]) -> list[str]:
    """Names in declared fields: joint ones parted, addresses and mere roles left out, each once."""
    names: dict[str, str] = {}
    for text in raw:
        text = _PARENTHESIS.sub("", text).strip()
        if _ADDRESS.search(text):
            continue
        for name in _parted(_BY.sub("", text) if _SURE_BY.match(text) else text):
            name = _ROLE_BEFORE.sub("", name.strip(" .,:-\u2013|"))
            if name and len(name) <= LONGEST_NAME and not _ROLES.match(name):
                names.setdefault(name_key(name), name)
    names.pop("", None)
    return list(names.values())


def names_in(line: str, *, sure: bool) -> list[str]:
    """Names in a byline.

    Args:
        line: its text.
        sure: whether it says that it is one: then a name may be a single word, and any words may be a name.
    """
    if found := _EAST_ASIAN.match(line):
        return list(dict.fromkeys(_EAST_ASIAN_NAME.findall(found.group(1))))
    names: dict[str, str] = {}
    line = _BY.sub("", line, count=1)
    for piece in _EDGE.split(line):
        piece = _WITH.sub("", _PARENTHESIS.sub("", piece))
        piece = _STAMP.sub("", _STAMP.sub("", piece).rstrip()).strip(" ,.:|-")  # "on", and the day behind it
        for name in _parted(piece):
            name = _ROLE_BEFORE.sub("", name.strip(" ,.:|-"))
            fits = looks_like_a_name(name) if sure or not _NO_NAME.search(name) else False
            fits |= sure and not names and 1 < len(name) <= 25 and " " not in name
            if fits and not _ROLES.match(name) and not _NO_BYLINE.match(name):
                names.setdefault(name_key(name), name)
        if names:
            break
    return list(names.values())


def names_alone(line: str) -> list[str]:
    """The names of a line that holds nothing else; none: it holds something else."""
    parts = [name.strip(" ,.:|-") for piece in _EDGE.split(line) for name in _parted(piece)]
    if all(
        looks_like_a_name(name) and not _NO_NAME.search(name) and not _ROLES.match(name) for name in parts
    ):
        return parts
    return []


def _parted(text: str) -> list[str]:
    """One field's names: at marks always, at "and" only between what reads as two names."""
    parts = [part for piece in _FIELD_EDGE.split(text) for part in _COMMA.split(piece)]
    names: list[str] = []
    for part in parts:
        joined = _AND.split(part)
        names += joined if len(joined) > 1 and all(looks_like_a_name(name) for name in joined) else [part]
    return names
