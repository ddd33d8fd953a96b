"""What a language model says around the text that it was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Wants, reading_of
from dedupe.quality.registry import check
from dedupe.quality.sought import AnyOf, Sought
from dedupe.settings import QualitySettings

__all__ = ["AiLeftover"]

LONGEST = 320  # characters; a story about such programs quotes them inside longer paragraphs
SAYS = AnyOf(
    Sought(pattern, re.IGNORECASE)
    for pattern in (
        # Told one by one, so that each is tried only where its own words stand.
        r"\bas\san?\s(?:large\s)?(?:ai|artificial\sintelligence)?\s?language\smodel",
        r"\bas\san?\s(?:large\s)?(?:ai)?\s?ai\b",
        r"\bas\san?\s(?:large\s)?artificial\sintelligence\s?ai\b",
        r"\bals\s(?:ki|k[uü]nstliche\sintelligenz)?-?\s?sprachmodell",
        r"en\stant\sque\s(?:mod[eè]le\sde\slangage|ia)|como\s(?:modelo\sde\slenguaje|ia)",
        r"^\W*(?:certainly|sure|of\scourse|absolutely|gerne|nat[uü]rlich|bien\ss[uû]r|claro|certamente)\b[!,.]?\s.{0,40}\b(?:here|hier|voici|aqu[ií]|ecco)\b.{0,160}$",
        r"^\W*here(?:['’]s|\sis)\s(?:a|an|the|your)\s(?:\w+\s){0,3}(?:rewritten|revised|summar\w+|version|article|draft|translation)\b.{0,120}:?\s*$",
        r"\b(?:i\shope\s(?:this|that)\shelps|let\sme\sknow\sif\s(?:you|there)|would\syou\slike\sme\sto|ich\shoffe,?\s(?:das|dies)\shilft|feel\sfree\sto\sask)\b",
        r"^\W*(?:regenerate\s(?:response|answer)|new\schat|copy\scode|continue\sgenerating|is\sthis\sconversation\shelpful.{0,30}|chatgpt\ssaid:?|stop\sgenerating)\W*$",
        r"\[(?:insert|add|your|city|name|date|company|placeholder|quote|hier|einf[uü]gen|ins[eé]rer|nombre)\b[^\]\n]{0,80}\]",
        r"\bi(?:['’]m|\sam)?\s?(?:cannot|can['’]t|unable\sto|not\sable\sto|don['’]t\shave)\s[^.\n]{0,60}\b(?:browse|access|real-?time|internet|up-to-date|current\sevents|fulfil\w*|assist)\b",
        r"\bi(?:['’]m\ssorry,?\sbut\si)?\s(?:can(?:not|['’]t)|am\s(?:not\sable|unable)\sto|do\snot|don['’]t)\s(?:\w+\s)?(?:verify|confirm|provide|generate|write|create|help\swith|have\s(?:access|information|data|real))",
        r"\bas\sof\smy\s(?:last|latest|most)",
        r"\b(?:generated|written|created|produced|rewritten|summari[sz]ed)\s(?:by|with|using)\s(?:an?\s)?(?:ai\b|chatgpt|gpt|(?:large\s)?language\smodel|artificial\sintelligence|ki\b)[^.\n]{0,40}(?:prompt|assistant|tool|model)",
        r"\b(?:anything\selse\s(?:i\scan|you(?:['’]d|\swould))|please\s(?:provide|share|give\sme)\s(?:me\s)?(?:more|the|further)\s(?:details|context|information|text|article)|based\son\s(?:the\sinformation\syou|your\s(?:prompt|request|instructions)))",
        r"\b(?:chatgpt|gpt-?\d|gemini|copilot|claude)\b[^.\n]{0,30}\b(?:can\smake\smistakes|said:?|says:|replied)",
        r"^\W*(?:overall|in\sconclusion|in\ssummary|ultimately|to\sconclude)\b,?.{0,120}\b(?:remains\sto\sbe\sseen|underscor\w+|highlights?\sthe\s(?:importance|need)|serves?\sas\sa\sreminder|testament\sto|ever-(?:evolving|changing)|complex\sinterplay)",
        r"\b(?:my|last)\s(?:knowledge|training)\s(?:cut-?off|update|data)\b|\bknowledge\scutoff\b",
        r"^\W*(?:in\sconclusion|in\ssummary|to\ssum\sup|zusammenfassend|en\sconclusion)\b,?.{0,80}(?:important\sto\snote|complex\sand\s\w+|multifaceted|only\stime\swill\stell|l[aä]sst\ssich\ssagen)",
    )
)


@check
class AiLeftover:
    """Finds short lines in which the program speaks of itself, of its task, or leaves a gap to fill."""

    name = "ai_leftover"
    title = "Leftovers of a language model"
    reason = "A program wrote or rewrote the text, and nobody read it before it was published."
    remedy = "Leave it out, or look for the report that it was made from."
    wants = Wants(expressions=SAYS.bits)

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a line."""
        reading = reading_of(article.text)
        facts = reading.facts
        for line in map(facts.line, facts.places_of(SAYS.bits)):
            if len(line.text) <= LONGEST and SAYS.search(line):
                yield Problem(
                    Severity.DISTORTING, "The line was said by a language model to its user.", line.span
                )
