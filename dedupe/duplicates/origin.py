"""The agency or outlet that a text credits: in its dateline, its credit line, or its closing lines."""

from __future__ import annotations

import re
from typing import Final

from dedupe.models import Article

__all__ = ["find_origin", "is_publisher"]

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

_HEAD_LINES, _TAIL_LINES = 6, 5  # where credits stand: above and in the first paragraph, and below the last

_DATELINE = re.compile(rf"^.{{0,60}}?[(\[]\s*({_ANY})\s*[)\]]\s*(?:[-–—:.]|$)")
_DASHED = re.compile(rf"^[^\W\d_][^\n]{{0,40}}?,?\s+({_ANY})\s+[-–—]{{1,2}}\s")
_CREDIT_LINE = re.compile(
    rf"^(?:(?:by|from|source|via|de|par|von|quelle|fuente|fonte|źródło|источник|джерело|bron|por|"
    rf"con información de)\b[\s:]*)?"
    rf"(?:the\s+)?({_ANY})(?:\s*[|/].*)?[.)]?$",
    re.IGNORECASE,
)
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


def find_origin(article: Article) -> str | None:
    """The agency or outlet that the text itself credits; None: it credits none that we know.

    A dateline weighs more than a credit line, and that more than "contributed to this report", which stands
    under
    stories of a paper's own too; the first of the strongest kind counts.
    """
    lines = [line.strip() for line in article.text.split("\n") if line.strip()]
    head, tail = lines[:_HEAD_LINES], lines[-_TAIL_LINES:]
    for line in head:
        for form in (_DATELINE, _DASHED):
            found = form.match(line[:140])
            if found:
                return _OF_ALIAS.get(found[1])
    for line in (*article.authors, *head, *tail):
        found = _CREDIT_LINE.match(line) if len(line) < 60 else None
        if found and _fits_case(found[1]):
            return _CANONICAL[found[1].casefold()]
    for line in tail:
        found = _CONTRIBUTED.search(line) if len(line) < 300 else None
        if found:
            return _CANONICAL[next(name for name in found.groups() if name).casefold()]
        if _SIGN_OFF.match(line):
            return "Reuters"
    return None


def _fits_case(name: str) -> bool:
    """Initials must be written as initials: "pap" and "aa" are words."""
    return len(name) > 4 or name in _OF_ALIAS


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
