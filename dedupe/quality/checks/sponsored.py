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
EDGE = 4  # lines at either end of the text
LABEL = Sought(
    r"^\W*(?:promoted\W*$|brand\s?(?:voice|studio|post|content)|native\sad\w*|in\s(?:zusammenarbeit|kooperation|partnerschaft)\smit|en\s(?:partenariat|colaboraci[oó]n)\s(?:avec|con)|(?:dies(?:er|es)?\s\w+\sist\s)?(?:eine\s)?bezahlte|this\s(?:is|article|post|content|story)\b.{0,60})?(?:sponsored|paid\s(?:content|post|program|partner\w*|advertis\w+|for\sby|promotion)|(?:an?\s)?(?:advertorial|advertisement\sfeature)|"
    r"branded\scontent|partner\s?(?:content|post)|advertis(?:er|ing|ement)\s(?:content|from|feature)|promoted\s(?:content|by|post)|(?:presented|brought\sto\syou|produced)\s(?:by|in\spartnership)|"
    r"in\s(?:paid\s)?partnership\swith|affiliate|anzeige(?:\s?[/|·–-]\s?\w+)?\W*$|advertorial|bezahlte\w*\s(?:anzeige|partner\w*|inhalt\w*)|gesponser\w+|werbung\W*$|verlagsbeilage|sonderver[oö]ffentlichung|promotion\W*$|"
    r"publi-?(?:r[eé]daction\w*|reportaje|reportage)|contenu\s(?:sponsoris[eé]|partenaire)|contenido\s(?:patrocinado|ofrecido)|patrocinad[oa]|contenuto\ssponsorizzato|sponsorizzat\w+|publicidade|gesponsord\w*|"
    r"annons[eø]?r?innhold|annons\W*$|materia[lł]\s(?:sponsorowany|partnera)|на\sправах\sрекламы|реклама\W*$|sponsorlu|広告|赞助内容|广告)\b",
    re.IGNORECASE,
)
DISCLAIMERS = AnyOf(
    Sought(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:commercial|advertising|marketing|partner\w*)\s(?:department|team|studio|desk|content\steam)\b",
        r"(?:views?|opinions?)\s(?:\w+\s){0,6}(?:of\sthe\s(?:advertiser|sponsor))",
        r"bezahlte\w*\s(?:anzeige|partnerschaft|inhalt)|\bpaid\s(?:advertis\w+|for\sby|partnership|content)\b|advertis(?:er|ing)\scontent",
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
    wants = Wants(expressions=LABEL.bit | DISCLAIMERS.bits)

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a label."""
        reading = reading_of(article.text)
        all_lines = reading.lines
        edge = all_lines if len(all_lines) <= 2 * EDGE else all_lines[:EDGE] + all_lines[-EDGE:]
        for line in edge:
            label = len(line.text) <= LONGEST_LABEL and LABEL.match(line)
            if len(line.text) > LONGEST or not (label or DISCLAIMERS.search(line)):
                continue
            folded = line.text.casefold()
            times = sum(other.text.casefold() == folded for other in all_lines)
            if times < LEAST_TIMES:  # else a mark between the paragraphs: `repeated_lines` names it
                yield Problem(Severity.DISTORTING, "A label says that somebody paid for the text.", line.span)
