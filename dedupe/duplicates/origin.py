"""The agency or outlet that a text credits: in its dateline, its credit line, or its closing lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dedupe.duplicates.minhash import CREDIT_BYTES
from dedupe.duplicates.normalise import split_words
from dedupe.models import Article

__all__ = ["credit_words", "find_origin", "has_dateline", "is_publisher"]

_AGENCIES: Final = {
    "AP": ("AP", "Associated Press", "The Associated Press", "美联社", "美聯社"),
    "Reuters": ("Reuters", "Thomson Reuters", "Рейтер", "ロイター", "路透社", "路透", "로이터", "رويترز"),
    "AFP": ("AFP", "Agence France-Presse", "Agence France Presse", "法新社", "أ ف ب", "فرانس برس"),
    "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur", "Deutschen Presse-Agentur"),
    "PA Media": ("PA", "PA Media", "Press Association"),
    "UPI": ("UPI", "United Press International"),
    "EFE": ("EFE", "Agencia EFE"),
    "ANSA": ("ANSA",),
    "APA": ("APA", "Austria Presse Agentur"),
    "Belga": ("Belga", "BELGA"),
    "ANP": ("ANP",),
    "Keystone-SDA": ("SDA", "sda", "Keystone-SDA"),
    "Kyodo": ("Kyodo", "Kyodo News", "共同", "共同通信"),
    "Jiji": ("Jiji Press", "時事", "時事通信"),
    "Xinhua": ("Xinhua", "新华社", "新華社", "شينخوا"),
    "China News Service": ("China News Service", "中新社", "中新网"),
    "Yonhap": ("Yonhap", "연합뉴스"),
    "TASS": ("TASS", "ITAR-TASS", "ТАСС"),
    "Interfax": ("Interfax", "Интерфакс"),
    "Interfax-Ukraine": ("Interfax-Ukraine", "Інтерфакс-Україна"),
    "Ukrinform": ("Ukrinform", "Укрінформ", "Укринформ"),
    "UNIAN": ("UNIAN", "УНІАН", "УНИАН"),
    "RIA Novosti": ("RIA Novosti", "РИА Новости"),
    "PAP": ("PAP", "Polska Agencja Prasowa"),
    "CTK": ("CTK", "ČTK"),
    "MTI": ("MTI",),
    "Anadolu": ("Anadolu", "Anadolu Agency", "AA", "الأناضول"),
    "SANA": ("SANA", "سانا"),
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

_MOST_INITIALS = 5  # letters of an agency's initials in a dateline
_BYLINE_REACH = 100  # characters
_INITIALS = 4  # letters up to which a name may be a word in small letters
_HEAD_LINES, _TAIL_LINES = 6, 5  # where credits stand: above and in the first paragraph, and below the last

_PRESS: Final = (
    *("press", "presse", "pressedienst", "presseagentur", "prensa", "prasowa", "news", "wire", "newswire"),
    *(
        "agency",
        "agencies",
        "agence",
        "agentur",
        "nachrichtenagentur",
        "agencia",
        "agência",
        "agenzia",
        "agencja",
    ),
    *("пресс", "агентство", "агенція", "новости", "новини"),
)
"""Words of which the names of agencies that we do not know are made."""
_ROLE: Final = (
    r"(?:[Ee]ditors?|[Rr]eporters?|[Ww]riters?|[Cc]orrespondents?|[Ss]taff|[Dd]esk|[Rr]elease|[Cc]onference)"
)
_CAPITAL: Final = r"[^\W\d_a-z][\w&'’-]*(?:\.\w+)*\.?(?=\W|$)(?<!\w{3}\.)"
_NAME: Final = rf"{_CAPITAL}(?:\s(?:of|de|da|di|du|des|für|and|&|{_CAPITAL})){{0,4}}"
"""A name in capitals, of up to five words."""
_DATELINE_OTHER = re.compile(rf"^([^\n()\[\]]{{2,60}}?)\s?[(\[]\s*({_NAME})\s*[)\]]\s*[-–—]{{1,2}}\s")
"""Whatever stands in brackets between a place and a dash: "ALDERMOUTH (Meridian Press) — "."""
_DASHED_OTHER = re.compile(rf"^[^\W\d_a-z][^\n–—]{{1,40}},\s+({_NAME})\s+[–—-]{{1,2}}\s")
_NO_AGENCY: Final = frozenset(
    {"US", "USA", "UK", "UAE", "EU", "UN", "NY", "DC", "NATO", "CEO", "MP", "GMT", "UPDATE"}
)
_CREDITED_OTHER = re.compile(
    rf"(?:©|\(c\)|[Cc]opyright)\s*(?:\d{{4}},?\s*)?(?:by\s+)?(?:[Tt]he\s+)?({_NAME})|"
    rf"\b(?:[Ww]ith (?:reporting|files|material|additional reporting|contributions?) (?:by|from)|"
    rf"[Mm]it (?:Material|Informationen) (?:von|der|des)|[Aa]vec|"
    rf"[Cc]on (?:información|informazioni|agencias?) (?:de|di)|"
    rf"[Cc]om (?:informações|agências?) d[aeo]|[Nn]a podstawie|[Пп]о материалам|[Зз]а матеріалами)\s+"
    rf"(?:the\s+|la\s+|l[’']|агентства\s+|агенції\s+|agencji\s+)?({_NAME})"
)
_LABELLED = re.compile(
    r"^(?:Source|Quelle|Fuente|Fonte|Źródło|Источник|Джерело|Bron|Källa|Kilde|来源|來源|出典|المصدر|출처)"
    r"\s*[:：]\s*(\w[\w .&'’-]{1,40}?)\s*\.?$"
)
_BYLINE = re.compile(
    rf"^(?:By|Von|Par|Por|Di|Door|Av|Od)\s+{_NAME}(?:\s*(?:,|\||/|–|—|-|\bof\b)\s*|\s*\()(?:the\s+|The\s+)?({_NAME})\)?$"
)
_BY: Final = ("By ", "Von ", "Par ", "Por ", "Di ", "Door ", "Av ", "Od ")
_OTHER_CLOSING: Final = (
    *(
        "©",
        "opyright",
        "(c)",
        "ith reporting",
        "ith files",
        "ith material",
        "ith additional",
        "ith contribution",
    ),
    *(
        "it Material",
        "it Informationen",
        "Avec ",
        "avec Ag",
        "on información",
        "on informazioni",
        "on agencia",
    ),
    *("om informações", "om agência", "a podstawie", "материалам", "матеріалами"),
)
_DASHES: Final = (" - ", " -- ", "–", "—", ")-", "]-")
_EASTERN: Final = re.compile(r"[\u0600-\u06ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_CJK_DATELINE = re.compile(
    r"^[【（(\[]?\s*(?:本报讯\s*)?(新华社|新華社|中新社|中新网|法新社|路透社|美联社)[\u4e00-\u9fff\s]{0,12}[\d０-９]{1,2}\s?(?:月|日)|"
    r"^[【（(\[][^】）)\]\n]{0,20}?(共同|時事|ロイター|AFP|연합뉴스|로이터|新华社|中新社)[^】）)\]\n]{0,8}[】）)\]]|"
    r"[（(](共同|時事|ロイター|新华社|中新社|연합뉴스)[）)]\s*$"
)
_RTL_DATELINE = re.compile(rf"^[^\n]{{0,40}}[(]\s*({_ANY})\s*[)]")

_DATELINE = re.compile(rf"^.{{0,60}}?[(\[]\s*({_ANY})\s*[)\]]\s*(?:[-–—:.]|$)")
_DASHED = re.compile(rf"^[^\W\d_][^\n]{{0,40}}?,?\s+({_ANY})\s+[-–—]{{1,2}}\s")
_CONTRIBUTED = re.compile(
    rf"\b({_PLAIN}|AP|AFP|dpa|EFE)\b(?:\s+(?:news\s+)?"
    rf"(?:writers?|reporters?|journalists?|staff|correspondents?)\b[^.]{{0,80}})?\s+contributed\b|"
    rf"\b(?:mit material|con información|con informazioni|avec|"
    rf"with (?:reporting|files|material|additional reporting)|"
    rf"material)\s+(?:(?:by|from|of|de|der|di|von|del?|dell[ae’']|d[’'])\s*)?(?:the\s+)?({_PLAIN}|AP|AFP|dpa|EFE)\b|"
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
_HEAD_REACH = 300
_COMMON: Final = (
    "the of and to in a is that for it on was with as by at from he be are this have his had not but they "
    "der die das und in den von zu mit auf für ist im dem nicht ein eine les le la de et des en un une du "
    "que el los se del por con una di il che per e o os do da em um и в на не что с по та у до що z w na się"
)
"""Words in every text: a name whose bit is that of one of these would send all texts to the patterns."""


def credit_words() -> NDArray[np.uint8]:
    """The words without which a text credits nobody, as `minhash.sketch` takes them."""
    found = np.zeros(CREDIT_BYTES, np.uint8)
    names = split_words(
        [alias.removeprefix("The ") for alias in (*_OF_ALIAS, *_PRESS, "editing")], all_lines=True
    )
    common = set(split_words([_COMMON], all_lines=True).hashes.tolist())
    for word in names.hashes[names.offsets[:-1]].tolist():
        if word not in common:
            for bit in (word & 0xFFFF, 0x10000 | word >> 16):
                found[bit >> 3] |= 1 << (bit & 7)
    return found


def has_dateline(text: str) -> bool:
    """Whether a text may begin with a dateline that names an agency in brackets, known or not."""
    head = text[:_HEAD_REACH]
    return ") —" in head or ") –" in head or ") -" in head


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
        or _other_name(lines, last)
    )


def _holds_any(text: str, marks: Iterable[str]) -> bool:
    """Whether one of the marks stands in the text; a generator would cost more than the search."""
    for mark in marks:  # noqa: SIM110
        if mark in text:
            return True
    return False


def _dateline(head: str, lines: list[str]) -> str | None:
    forms = [_DATELINE] if "(" in head or "[" in head else []
    if dashes := _holds_any(head, _DASHES):
        forms.append(_DASHED)
    for line in lines if forms else ():
        for form in forms:
            found = form.match(line.strip()[:_DATELINE_REACH])
            if found:
                return _OF_ALIAS[found[1]]
    if not head.isascii() and _EASTERN.search(head):
        for line in lines:
            found = _CJK_DATELINE.search(line.strip()) or _RTL_DATELINE.match(line.strip())
            if found:
                return _OF_ALIAS[next(name for name in found.groups() if name)]
    return _other_dateline(lines) if dashes else None


def _other_dateline(lines: list[str]) -> str | None:
    """A dateline that names an agency which we do not know."""
    for line in lines:
        near = line.strip()[:_DATELINE_REACH]
        if not _holds_any(near, _DASHES):
            continue
        found = _DATELINE_OTHER.match(near) if ")" in near or "]" in near else None
        if found and _names_agency(found[2], initials=found[1].split(",")[0].isupper()):
            return found[2]
        found = _DASHED_OTHER.match(near)
        if found and _names_agency(found[1]):
            return found[1]
    return None


def _names_agency(name: str, *, initials: bool = False) -> bool:
    """Whether a name that we do not know is made as those of agencies are."""
    words = re.split(r"[\W_]+", name.casefold())
    if name[0].islower() or re.search(rf"\b{_ROLE}$", name):
        return False
    if any(word.endswith(_PRESS) or word.startswith(("press", "presse")) for word in words):
        return True
    return initials and name.isupper() and 2 <= len(name) <= _MOST_INITIALS and name not in _NO_AGENCY


def _other_name(lines: list[str], last: list[str]) -> str | None:
    """An agency that we do not know, in a byline, a labelled source, or a closing line."""
    closing = _holds_any("\n".join((*lines, *last)), _OTHER_CLOSING)
    for line in (*lines, *last):
        found = None
        if len(line) < _BYLINE_REACH:
            found = _BYLINE.match(line.strip()) if line.lstrip().startswith(_BY) else None
            if found is None and (":" in line or "：" in line):
                found = _LABELLED.match(line.strip())
        if found is None and closing and len(line) < _CLOSING_REACH and _holds_any(line, _OTHER_CLOSING):
            found = _CREDITED_OTHER.search(line)
        if found:
            name = next(name for name in found.groups() if name).removeprefix("The ").strip(" .")
            known = _CANONICAL.get(name.casefold())
            if known or _names_agency(name):
                return known or name
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
    names = [re.split(r"[\W_]+", alias.casefold()) for alias in _AGENCIES.get(origin, (origin,))]
    # Hosts write a name as one word; a short one may be a part of another.
    joined = {"".join(name) for name in names if len(name) > 1}
    return any(set(name) <= words for name in names) or not joined.isdisjoint(words)
