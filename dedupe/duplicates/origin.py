"""The agency or outlet that a text credits: in its dateline, its credit line, or its closing lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates.minhash import CREDIT_BYTES
from dedupe.duplicates.normalise import hash_name
from dedupe.models import Article

__all__ = ["credit_words", "find_origin", "is_publisher"]

_AGENCIES: Final = {
    "AP": ("AP", "Associated Press", "The Associated Press"),
    "Reuters": ("Reuters", "Thomson Reuters"),
    "AFP": ("AFP", "Agence France-Presse", "Agence France Presse"),
    "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur", "Deutschen Presse-Agentur"),
    "PA Media": ("PA", "PA Media", "Press Association"),
    "UPI": ("UPI", "United Press International"),
    "EFE": ("EFE", "Agencia EFE"),
    "ANSA": ("ANSA",),
    "APA": ("APA", "Austria Presse Agentur"),
    "Belga": ("Belga", "BELGA"),
    "ANP": ("ANP",),
    "Keystone-SDA": ("SDA", "sda", "Keystone-SDA"),
    "Kyodo": ("Kyodo", "Kyodo News"),
    "Jiji": ("Jiji Press",),
    "Xinhua": ("Xinhua",),
    "Yonhap": ("Yonhap",),
    "TASS": ("TASS", "ITAR-TASS"),
    "Interfax": ("Interfax",),
    "Interfax-Ukraine": ("Interfax-Ukraine",),
    "Ukrinform": ("Ukrinform",),
    "RIA Novosti": ("RIA Novosti", "РИА Новости"),
    "PAP": ("PAP", "Polska Agencja Prasowa"),
    "CTK": ("CTK", "ČTK"),
    "MTI": ("MTI",),
    "Anadolu": ("Anadolu", "Anadolu Agency", "AA"),
    "SANA": ("SANA",),
    "IRNA": ("IRNA",),
    "PTI": ("PTI", "Press Trust of India"),
    "ANI": ("ANI",),
    "IANS": ("IANS",),
    "AAP": ("AAP", "Australian Associated Press"),
    "The Canadian Press": ("The Canadian Press", "Canadian Press", "CP"),
    "Bloomberg": ("Bloomberg", "Bloomberg News"),
    "Lusa": ("Lusa",),
    "Europa Press": ("Europa Press", "EUROPA PRESS"),
    "TT": ("TT Nyhetsbyrån",),
    "NTB": ("NTB",),
    "Ritzau": ("Ritzau",),
    "STT": ("STT",),
    "Agência Brasil": ("Agência Brasil",),
}
_OF_ALIAS: Final = {alias: name for name, aliases in _AGENCIES.items() for alias in aliases}
# Short names that are also words or initials count only where a credit's form leaves no doubt.
_ANY = "|".join(sorted(map(re.escape, _OF_ALIAS), key=lambda alias: (-len(alias), alias)))
_PLAIN = "|".join(
    sorted(
        (re.escape(alias) for alias in _OF_ALIAS if len(alias) > 3), key=lambda alias: (-len(alias), alias)
    )
)

_INITIALS = 4  # letters up to which a name may be a word in small letters
_HEAD_LINES, _TAIL_LINES = 6, 5  # where credits stand: above and in the first paragraph, and below the last

_DATELINE = re.compile(rf"^.{{0,60}}?[(\[]\s*({_ANY})\s*[)\]]\s*(?:[-–—:.]|$)")
_DASHED = re.compile(rf"^[^\W\d_][^\n]{{0,40}}?,?\s+({_ANY})\s+[-–—]{{1,2}}\s")
_CONTRIBUTED = re.compile(
    rf"\b({_PLAIN}|AP|AFP|dpa|EFE)\b(?:\s+(?:news\s+)?"
    rf"(?:writers?|reporters?|journalists?|staff|correspondents?)\b[^.]{{0,80}})?\s+contributed\b|"
    rf"\b(?:mit material|con información|con informazioni|avec|"
    rf"with (?:reporting|files|material|additional reporting)|"
    rf"material)\s+(?:by|from|of|de|der|di|von|del?|dell[ae’']|d[’'])?\s*(?:the\s+)?({_PLAIN}|AP|AFP|dpa|EFE)\b|"
    rf"(?:©|\(c\)|copyright)\s*(?:\d{{4}}\s*)?(?:the\s+)?({_PLAIN}|AP|AFP|dpa|EFE)\b",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(r"^\(?reporting by .{3,120}?[;.]\s*editing by ", re.IGNORECASE)
_CANONICAL: Final = {alias.casefold(): name for alias, name in _OF_ALIAS.items()}
_CREDIT_WORDS: Final = (
    *("by", "from", "source", "via", "de", "par", "von", "quelle", "fuente", "fonte", "źródło", "источник"),
    *("джерело", "bron", "por", "con información de"),
)
_CREDITS: Final = {
    form: name
    for alias, name in _CANONICAL.items()
    for own in (alias, "the " + alias)
    for form in (own, *(f"{word}{mark} {own}" for word in _CREDIT_WORDS for mark in ("", ":")))
}
"""Whole lines that credit, in small letters."""
_CLOSING: Final = (
    "contributed",
    "aterial",
    "información",
    "informazioni",
    "vec ",
    "ith reporting",
    "ith files",
    "ith material",
    "ith additional",
    "©",
    "opyright",
    "(c)",
)
_REACH, _DATELINE_REACH, _CREDIT_REACH, _CLOSING_REACH = 600, 140, 60, 300  # characters


def credit_words() -> NDArray[np.uint8]:
    """Bit `hash & 0xFFFF` is set for each word without which a text credits nobody, shape (8192,)."""
    found = np.zeros(CREDIT_BYTES, np.uint8)
    names = [alias.removeprefix("The ").replace("-", " ").split()[0] for alias in _OF_ALIAS]
    for word in map(hash_name, (*names, "editing")):
        found[(word & 0xFFFF) >> 3] |= 1 << (word & 7)
    return found


def find_origin(article: Article) -> str | None:
    """The agency or outlet that the text itself credits; None: it credits none that we know.

    A dateline weighs more than a credit line, and that more than "contributed to this report", which stands
    under stories of a paper's own too; the first of the strongest kind counts.
    """
    head, tail = article.text[:_REACH], article.text[-_REACH:]
    # Most texts credit nobody: plain searches pass over what cannot hold a credit before a pattern is tried.
    lines = head.split("\n", _HEAD_LINES)[:_HEAD_LINES]
    last = tail.rsplit("\n", _TAIL_LINES)[-_TAIL_LINES:]
    return (
        _dateline(head, lines)
        or _credit_line((*article.authors, *lines, *last))
        or (_closing(last) if _holds_any(tail, _CLOSING) or "diting by" in tail else None)
    )


def _holds_any(text: str, marks: Iterable[str]) -> bool:
    """Whether one of the marks stands in the text; a generator would cost more than the search."""
    for mark in marks:  # noqa: SIM110
        if mark in text:
            return True
    return False


def _dateline(head: str, lines: list[str]) -> str | None:
    forms = [_DATELINE] if "(" in head or "[" in head else []
    if "–" in head or "—" in head or " - " in head or "--" in head:
        forms.append(_DASHED)
    for line in lines if forms else ():
        for form in forms:
            found = form.match(line.strip()[:_DATELINE_REACH])
            if found:
                return _OF_ALIAS[found[1]]
    return None


def _credit_line(lines: tuple[str, ...]) -> str | None:
    for line in lines:
        if len(line) >= _CREDIT_REACH:
            continue
        said = line.partition("|")[0].partition("/")[0].strip(" ().:\t\r")
        name = _CREDITS.get(said.casefold())
        # Initials must be written as initials: "pap" and "aa" are words.
        if name:
            word = said.split()[-1]
            if len(word) > _INITIALS or word in _OF_ALIAS:
                return name
    return None


def _closing(lines: list[str]) -> str | None:
    for line in lines:
        found = _CONTRIBUTED.search(line) if len(line) < _CLOSING_REACH else None
        if found:
            return _CANONICAL[next(name for name in found.groups() if name).casefold()]
        if _SIGN_OFF.match(line.strip()):
            return "Reuters"
    return None


_HOSTS: Final = {"AP": "apnews", "CTK": "ceskenoviny", "PA Media": "pamediagroup"}


def is_publisher(publisher: str | None, origin: str) -> bool:
    """Whether a publisher's name or address is that of the origin."""
    if publisher is None:
        return False
    words = set(re.split(r"[\W_]+", publisher.casefold()))
    if _HOSTS.get(origin) in words:
        return True
    return any(
        set(re.split(r"[\W_]+", alias.casefold())) <= words for alias in _AGENCIES.get(origin, (origin,))
    )
