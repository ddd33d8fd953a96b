"""A company's or an office's own announcement."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Reading, Wants, reading_of
from dedupe.quality.registry import check
from dedupe.quality.sought import AnyOf, Sought
from dedupe.settings import QualitySettings

__all__ = ["PressRelease"]

SIGNS = AnyOf(
    Sought(pattern, flags)
    for pattern, flags in (
        # A release wire between the place and the text: "Springfield, May 3, 2024 /SomeWire/ --"
        (
            r"^.{0,80}?(?:/[A-Z][\w .-]{1,60}/|\((?:[A-Z]\w{0,30}\s?){0,3}"
            r"(?i:\w{0,30}wire|presse\w*|ots)\))\s*[-–—]{1,2}|^.{0,60}?\(ots\)"
            r"|^.{0,80}?\|\s?[A-Z][\w .&-]{0,30}(?i:wire|presse\w{0,12}|\bpr)\s?\|",
            0,
        ),
        (
            r"\b(?:for\simmediate\srelease|embargoed\s(?:until|for)|zur\ssofortigen\sver[oö]ffentlichung|sperrfrist|communiqu[eé]\sde\spresse|pressemitteilung|comunicato\sstampa|nota\sde\sprensa|persbericht)\b",
            re.I,
        ),
        (
            r"\b(?:today|heute)\s(?:\w+\s)?(?:announced|announces|unveiled|launched|introduced|reported|released|gab|bekannt)\b|\bgibt\b.{0,80}\bbekannt\b|is\s(?:pleased|proud|excited|delighted|thrilled)\sto\sannounce",
            re.I,
        ),
        (
            r"\b(?:leading|f[uü]hrende\w*|premier|world-class|global)\s(?:\w+\s){0,3}(?:provider|supplier|manufacturer|developer|anbieter|hersteller)\b",
            re.I,
        ),
        (
            r"^[#*\s]{0,4}(?:about|[uü]ber|à\spropos\sde|acerca\sde|informazioni\ssu)\s[A-Z0-9ÄÖÜ][^.!?\n]{1,60}:?\s*$",
            re.I,
        ),
        (
            r"^\W{0,3}(?:(?:media|press|investor|news|presse)\s?-?(?:contacts?|kontakt|inquiries|enquiries|relations|stelle)\b|ansprechpartner(?:in)?\s(?:f[uü]r\s(?:die\s)?)?(?:medien|presse)|(?:contact|kontakt)\s(?:presse|m[eé]dias?|prensa)|r[uü]ckfragen\s(?:an|bitte))",
            re.I,
        ),
        (
            r"^\W{0,3}(?:news\sprovided\sby|press\srelease\s(?:by|from|of)|distributed\sby|issued\s(?:by|on\sbehalf))\b|\b(?:brought\sto\syou\sby|original-?content\svon|übermittelt\sdurch|(?:abdruck|verwendung|ver[oö]ffentlichung)\s(?:honorar-?)?frei|honorarfreie\w*\s(?:verwendung|abdruck|nutzung)|belegexemplar|frei\szur\sver[oö]ffentlichung|following\sfiles\sare\savailable|multimedia\sassets?|libre\sde\sdroits)\b",
            re.I,
        ),
        (
            r"^\W{0,3}(?:about|[uü]ber|à\spropos\sde|acerca\sde|sobre|informazioni\ssu)\s[A-Z0-9ÄÖÜa-z][^.!?:\n]{1,60}:\s",
            re.I,
        ),
        (r"\b(?:in\sbrief|in\sk[uü]rze)\s?:", re.I),
        (
            r"\b(?:couldn['’]t\sbe\smore\s\w+|proudly\s\w+|privileged\sto|exciting\snew\schapter|strategic\spartnership|recognized\s(?:nationally|globally|internationally)|world-class|award-winning|state-of-the-art|industry-leading|strategische\spartnerschaft|wir\ssind\sstolz|freuen\suns|innovativst\w+|(?:gr[oö](?:ss|ß)te|f[uü]hrende)r?\s(?:\w+\s)?(?:verband|interessenverband|interessenvertretung|anbieter)|nachhaltig\svoranz\w+|(?:to\slearn\smore|learn\smore),?\s(?:\w+\s){0,5}visit)\b",
            re.I,
        ),
        (r"\bforward[-\s]looking\sstatements?\b|zukunftsgerichtete\saussagen", re.I),
        (r"^(?:SOURCE|QUELLE|Quelle:)\s+[A-Z][^.!?\n]{2,80}$", 0),
        (
            r"^\W{0,3}(?:#{3}|-?\s?ENDS?\s?-?|notes\sto\s(?:the\s)?editors?:?|boilerplate:?)\W{0,3}$",
            re.I,
        ),
        (
            r"\bwe\s(?:are|['’]re)\s(?:thrilled|excited|delighted|proud|pleased)\b|\bwir\s(?:freuen\suns|sind\sstolz)\b",
            re.I,
        ),
        (
            r"\bfor\s(?:more|further|additional)\sinformation,?\s(?:please\s)?(?:visit|contact|see)\b|weitere\sinformationen\s(?:finden|erhalten|unter)",
            re.I,
        ),
    )
)
LEAST_SIGNS = 3
STRONG = tuple(SIGNS.of[place] for place in (0, 1, 6, 10))
"""A release wire, its embargo line, who sent it out, its disclaimer: each counts twice."""


@check
class PressRelease:
    """Counts the parts that releases are made of: wire, announcement, company text, contact, disclaimer."""

    name = "press_release"
    title = "Press release"
    reason = "It is the words of the one it speaks of, not reporting."
    remedy = "Leave it out, or mark it as a source of its own kind."
    wants = Wants(expressions=SIGNS.bits)

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem on the document."""
        reading = reading_of(article.text)
        # Where no three marks are possible, none is looked for.
        weights = {sign: 2 if sign in STRONG else 1 for sign in SIGNS.possible_in(reading)}
        if sum(weights.values()) < LEAST_SIGNS:
            return
        matches = {sign: match for sign in weights if (match := _first(sign, reading)) is not None}
        said = [match[0].strip() for match in matches.values()]
        if sum(weights[sign] for sign in matches) >= LEAST_SIGNS:
            shown = "”, “".join(" ".join(each.split())[:50] for each in said[:3])
            yield Problem(Severity.DISTORTING, f"{len(said)} marks of a press release: “{shown}”.")


def _first(sign: Sought, reading: Reading) -> re.Match[str] | None:
    """The first match in a line; most lines need not be tried."""
    facts = reading.facts
    found = (sign.pattern.search(facts.columns.text[place]) for place in facts.places_of(sign.bit))
    return next(filter(None, found), None)
