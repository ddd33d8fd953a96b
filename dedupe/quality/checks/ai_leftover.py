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
        # Marks of its sources and files, and what its window says below the answer.
        r"contentreference|oai_?cit(?:e|ation)|\b(?:turn0|turn1|turn2|turn3|turn4|turn5|turn6|turn7|turn8|turn9)(?:search|view|news|file)\d+|utm_source=(?:chatgpt|openai|perplexity|copilot)|attached_file:\d",
        r"【\d+[†:][^】\n]{0,20}】",
        r"\b(?:chatgpt|gpt|gemini|copilot|claude|bard|perplexity|grok|ki|ai|ia|llms?)\b[^.\n]{0,25}\b(?:(?:can|may|kann|k[oö]nnen|peut|puede|pode|pu[oò])\s(?:\w+\s){0,3}(?:mistakes?|inaccurate|wrong|fehler|falsch\w*|erreurs?|errores|erros|errori)|generated\scontent|generierte\w*\s(?:inhalt|antwort|text))",
        # It complies, offers more, or declines; its task in labels.
        r"^\W*(?:klar|sicher|selbstverst[aä]ndlich|alles\sklar|gern|gerne|okay|ok|great|got\sit|no\sproblem|understood|bien\sentendu|d['’]accord|por\ssupuesto|perfecto|certo|com\scerteza|sure\sthing|happy\sto\shelp)\b[!,.:]?\s.{0,60}\b(?:version|fassung|entwurf|draft|text|artikel|article|zusammenfassung|summary|stil|style|rewrite|umformulier\w+|überarbeitet\w*|versi[oó]n|artículo|texte)\b.{0,80}$",
        r"^\W*(?:here\sare|here['’]s|hier\s(?:ist|sind|kommt)|voici|aqu[ií]\stienes|ecco)\b.{0,30}\b(?:draft|version|rewrite|rewritten|options|suggestions|summary|entwurf|fassung|vorschl[aä]ge|zusammenfassung|überarbeitete|versi[oó]n|resumen|r[eé]sum[eé]|versione)\b.{0,80}$",
        r"\b(?:would\syou\slike|do\syou\swant|shall\si|should\si|if\syou(?:['’]d)?\s(?:like|want|wish|prefer)|let\sme\sknow|just\stell\sme|happy\sto)\b.{0,60}\b(?:tone|version|shorter|longer|shorten|expand|rewrite|rephrase|adjust|tweak|revise|translate|summari[sz]e|headlines?|word\scount|paragraphs?|draft|refine|polish)\b",
        r"\b(?:m[oö]chten\ssie|m[oö]chtest\sdu|soll\sich|wenn\s(?:sie|du)\s(?:\w+\s)?(?:m[oö]chten|m[oö]chtest|wollen|willst|w[uü]nschen)|sag(?:en\ssie)?\s(?:mir\s)?(?:einfach\s)?bescheid)\b.{0,80}\b(?:k[uü]rz\w+|l[aä]nger\w*|tonfall|ton|stil|version|fassung|anpass\w+|umformulier\w+|überarbeit\w+|übersetz\w+|erg[aä]nz\w+|ausbau\w*|zusammenfass\w+|überschrift\w*)\b",
        r"\b(?:(?:leider\s)?kann\sich\s(?:ihnen\s|dir\s|dazu\s|das\s|hier\s|leider\s|zu\s\w+\s)?(?:keine?n?|nicht)|ich\s(?:kann|bin)\s(?:leider\s)?nicht)\b.{0,100}\b(?:erstellen|verfassen|schreiben|generieren|überpr[uü]f\w+|verifizier\w+|zugreifen|zugriff|aktuelle[nr]?\s(?:informationen|ereignisse|daten)|durchsuchen|helfen)\b",
        r"^\W*(?:headline|title|seo|slug|subject\sline|[uü]berschrift|titel)s?\s?(?:options?|ideas?|suggestions?|variants?|alternatives?|vorschl[aä]ge|varianten|ideen)\b",
        r"^\W*(?:(?:suggested|alternative|possible|proposed|optional)\s(?:headlines?|titles?|seo|meta)|meta\s(?:description|title)|seo\s(?:title|keywords?|description)|target\saudience|word\scount|tone|writing\sstyle|zielgruppe|wortanzahl|tonalit[aä]t)\s?(?:[:(]|\*\*).{0,120}$",
        r"^\W*(?:user|assistant|system|human|prompt|nutzer|benutzer|assistent)\s?:\s\S",
        r"\b(?:stand\smeines?\s(?:wissens|trainings)\w*|mein(?:e|en)?\s(?:wissensstand|trainingsdaten|kenntnisstand)|nach\smeinem\s(?:letzten\s)?(?:wissensstand|kenntnisstand|trainingsstand)|my\straining\sdata|mes\sdonn[eé]es\sd['’]entra[iî]nement|mis\sdatos\sde\sentrenamiento)\b",
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
