"""Advertising in the shape of an article."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.checks.repeated_lines import LEAST_TIMES
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Wants, reading_of
from dedupe.quality.registry import check
from dedupe.quality.sought import AnyOf, Sought
from dedupe.settings import QualitySettings

__all__ = ["Sponsored"]

LONGEST = 220  # characters of a disclaimer
LONGEST_LABEL = 80
MOST_LABEL_WORDS = 16
EDGE = 4  # lines at either end of the text
LABEL = Sought(
    r"^\W*(?:promoted\W*$|brand\s?(?:voice|studio|post|content)|native\sad\w*|in\s(?:zusammenarbeit|kooperation|partnerschaft)\smit|en\s(?:partenariat|colaboraci[oó]n)\s(?:avec|con)|(?:dies(?:er|es)?\s\w+\sist\s)?(?:eine\s)?bezahlte|this\s(?:is|article|post|content|story)\b.{0,60})?(?:sponsored|paid\s(?:content|post|program|partner\w*|advertis\w+|for\sby|promotion)|(?:an?\s)?(?:advertorial|advertisement\sfeature)|"
    r"branded\scontent|partner\s?(?:content|post)|advertis(?:er|ing|ement)\s(?:content|from|feature)|promoted\s(?:content|by|post)|(?:presented|brought\sto\syou|produced)\s(?:by|in\spartnership)|"
    r"in\s(?:paid\s)?partnership\swith|affiliate|anzeige(?:\s?[/|·–-]\s?\w+)?\W*$|advertorial|bezahlte\w*\s(?:anzeige|partner\w*|inhalt\w*)|gesponser\w+|werbung\W*$|verlagsbeilage|sonderver[oö]ffentlichung|promotion\W*$|"
    r"publi-?(?:r[eé]daction\w*|reportaje|reportage)|contenu\s(?:sponsoris[eé]|partenaire)|contenido\s(?:patrocinado|ofrecido)|patrocinad[oa]|contenuto\ssponsorizzato|sponsorizzat\w+|publicidade|gesponsord\w*|"
    r"annons[eø]?r?innhold|annons\W*$|materia[lł]\s(?:sponsorowany|partnera)|на\sправах\sрекламы|реклама\W*$|sponsorlu|広告|赞助内容|广告)\b",
    re.IGNORECASE,
)
# A short line that names what was paid for, and who paid.
OF_CONTENT = (
    r"(?:content|post|article|story|feature|series|report|supplement|section|beitrag|inhalt\w*|artikel|serie|text|sonderthema|beilage|contenu|article|contenido|art[ií]culo"
    r"|contenuto|conte[uú]do|innhold|innehåll|indhold|inhoud|materia[lł]|материал|матеріал)"
)
LABELS = AnyOf(
    Sought(pattern, re.IGNORECASE)
    for pattern in (
        r"^\W*(?:in\sassociation\swith|(?:made\spossible|supported|funded|powered|paid|presented|sponsored|provided|offered|created|produced)\s(?:\w+\s)?(?:by|for|with)|with\s(?:the\s)?(?:kind\s)?support\s(?:of|from)|mit\s(?:freundlicher\s)?unterst[uü]tzung|pr[aä]sentiert\svon|bereitgestellt\svon|finanziert\s(?:von|durch)|avec\sle\ssoutien|pr[eé]sent[eé]\spar|propos[eé]\spar|ofrecido\spor|presentado\spor|con\sel\sapoyo|offerto\sda|in\scollaborazione\scon|oferecido\spor|aangeboden\sdoor|in\ssamenwerking\smet|i\ssam(?:arbete|arbeid|arbejde)\sm|przy\swsp[oó][lł]pracy)\b.{2,60}$",
        rf"^\W*(?:dies(?:e|er|es)?|this|ce(?:t|tte)?|est[ea]|questo|dit|deze|denn[ae])\s(?:\w+\s){{0,2}}{OF_CONTENT}\b.{{0,60}}\b(?:sponsor\w*|paid|partnership|advertis\w+|promot\w+|gesponser\w+|bezahlt\w*|unterst[uü]tz\w+|bereitgestellt|finanziert|entgeltlich\w*|anzeige\w*|werbung|werbepartner\w*|werbekunde\w*|supported\sby|funded\sby|kooperationspartner\w*|affiliate\w*|patrocin\w+|sponsoris\w+|made\spossible)\b.{{0,80}}$",
        rf"^\W*(?:\w+[\s-]){{0,2}}(?:sponsor(?:ed)?|paid|promoted|partner|branded|commercial|advertis\w+|company-sponsored|werblich\w*|gesponsert\w*|bezahlt\w*|entgeltlich\w*|patrocinad\w*|sponsoris[eé]\w*|sponsorizzat\w*)[\s-](?:\w+[\s-])?{OF_CONTENT}\b.{{0,40}}$",
        r"^\W*(?:anzeigen?|verlags?|werbe)-?(?:sonder)?-?(?:ver[oö]ffentlichung|beilage|thema|seite|spezial)\w*\b.{0,60}$|^\W*(?:entgeltliche?r?\s(?:einschaltung|ver[oö]ffentlichung|anzeige|kooperation)|bezahlte\s(?:kooperation|einschaltung|werbung))\b.{0,60}$|^\W*anzeige\s?[|:–-]\s.{2,90}$",
        r"^\W*ad\s(?:content|feature|post|from|by)\b.{0,60}$",
        r"^\W*disclaimer\W.{0,40}\b(?:sponsor\w*|paid|advert\w*|promot\w*|press\srelease|partner\w*)\b.{0,160}$",
        rf"^\W*(?:{OF_CONTENT})\s(?:from|by|von|de|par|di|da|por)\s(?:our\s|unsere\w*\s|notre\s|nuestro\s)?(?:partners?|sponsors?|advertisers?|clients?|partnern?|annonceurs?|anunciantes?)\b.{{0,60}}$",
    )
)
DISCLAIMERS = AnyOf(
    Sought(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:commercial|advertising|marketing|partner\w*)\s(?:department|team|studio|desk|content\steam)\b",
        r"(?:views?|opinions?)\s(?:\w+\s){0,6}(?:of\sthe\s(?:advertiser|sponsor))",
        r"bezahlte\w*\s(?:anzeige|partnerschaft|inhalt)|\bpaid\s(?:advertis\w+|for\sby|partnership|content)\b|advertis(?:er|ing)\scontent",
        r"\baffiliate-?(?:\s?links?|[\s-]partner\w*|provision\w*)\b|\blinks?\b.{0,40}\baffiliate|(?:erhalten|bekommen|verdienen|erh[aä]lt)\s(?:wir|die\s\w+|unsere\s\w+)\s.{0,40}\bprovision|\bwir\s(?:erhalten|bekommen|verdienen)\s.{0,40}\bprovision|(?:touchons|percevons|recibimos|riceviamo)\s.{0,40}\bcommission?\w*",
        r"we\s(?:may\s)?(?:earn|receive)\s(?:a\s)?(?:small\s)?commissions?",
        r"(?:newsroom|editorial\s(?:staff|team|department)|journalists?|editors?|redaktion|r[eé]daction|redacci[oó]n|redazione)\b[^.\n]{0,60}\b(?:not|no|nicht|keine?|pas|non|n['’])\b[^.\n]{0,50}"
        r"(?:involved|role|part|particip\w+|beteiligt|verantwortlich|impliqu\w+|particip\w+|coinvolt\w+|respons\w+)",
    )
)


@check
class Sponsored:
    """Looks at the edges of the text for the label that the law asks of advertising."""

    name = "sponsored"
    title = "Paid content"
    reason = "Somebody paid for it: it is advertising, not reporting."
    remedy = "Leave it out, or keep it apart."
    wants = Wants(expressions=LABEL.bit | LABELS.bits | DISCLAIMERS.bits)

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a label."""
        reading = reading_of(article.text)
        all_lines = reading.lines
        edge = all_lines if len(all_lines) <= 2 * EDGE else all_lines[:EDGE] + all_lines[-EDGE:]
        for line in edge:
            label = len(line.text) <= LONGEST_LABEL and LABEL.match(line)
            label = label or (line.words <= MOST_LABEL_WORDS and LABELS.search(line))
            if len(line.text) > LONGEST or not (label or DISCLAIMERS.search(line)):
                continue
            folded = line.text.casefold()
            times = sum(other.text.casefold() == folded for other in all_lines)
            if times < LEAST_TIMES:  # else a mark between the paragraphs: `repeated_lines` names it
                yield Problem(Severity.DISTORTING, "A label says that somebody paid for the text.", line.span)
