"""The wall that a site shows to programs, or an empty page that waits for scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.notices import MOST_CHARACTERS, MOST_WORDS, is_wall, notice_in
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["BotBlock"]

# Each is one thing that such walls say; one may stand in a story, two or three do not, in so short a text.
SIGNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"captcha|turnstile|press\sand\shold|(?:complete|solve)\s(?:the|this)\s(?:puzzle|challenge|task)|l[oö]sen\ssie\s(?:die|das|diese)\s(?:aufgabe|r[aä]tsel)|r[eé]sol(?:vez|ver|va|vere?)\s",
        r"(?:verify|confirm|prove|check\w{0,30}|pr[uü]fen|best[aä]tigen|v[eé]rifi\w{1,30}|verifi\w{1,30}|comprob\w{1,30})[^.\n]{0,60}(?:human|robot|\bbot\b|mensch\w{0,30}|humain|humano|umano|browser)",
        r"not\s(?:a|an)\s(?:robot|bot)|(?:kein|keine)\s(?:roboter|bot|programm|maschine)|(?:and|are)\snot\sa\s(?:program|machine|script)|non\s(?:essere|sei|sono)\sun\srobot|(?:n[aã]o\s[eé]|geen|nie\sjeste[sś])\s(?:um\s|een\s)?robot\w{0,3}|pas\sun\srobot|no\s(?:eres|soy)\sun\srobot",
        r"(?:enable|activate|allow|turn\son|requires?|supports?|need\w{0,30}|aktivier\w{1,30}|activ\w{1,30}|habilit\w{1,30}|abilit\w{1,30}|включ\w{1,30})[^.\n]{0,60}(?:javascript|cookies)|(?:javascript|cookies)[^.\n]{0,50}(?:enabled?|disabled|required|aktivier\w{1,30}|erforderlich|d[eé]sactiv\w{1,30}|deshabilit\w{1,30})",
        r"\b(?:ray\sid|reference\s(?:#|id|number)|incident\s(?:id|number)|request\sid|error\s(?:code\s)?(?:1020|403|429|503)|event\sid|support\sid)\b",
        r"access\s(?:to\sthis\s\w{1,30}\s)?(?:has\sbeen\s)?(?:denied|blocked)|zugriff\s(?:verweigert|blockiert)|acc[eè]s\s(?:refus[eé]|interdit)|acceso\sdenegado|accesso\snegato|доступ\sзапрещ\w{1,30}",
        r"(?:don['’]t|do\snot)\shave\spermission|forbidden|temporarily\s(?:blocked|restricted)|(?:request|anfrage|requ[eê]te|solicitud|richiesta|pedido)\s(?:\w{1,12}\s){0,3}(?:blocked|blockiert|bloqu\w{1,6}|bloccat\w)|temporairement\s(?:limit|bloqu)[eé]e?|vor[uü]bergehend\s(?:gesperrt|blockiert)",
        r"(?:looks?|appears?|seems?)\s(?:to\sbe\s)?automated|trop\sde\srequ[eê]tes|demasiadas\s(?:peticiones|solicitudes)|muitas\ssolicita|troppe\srichieste|zu\sviele\sanfragen|te\sveel\sverzoeken|zbyt\swiele\sżądań|слишком\sмного\sзапросов|tr[aá]fico\s(?:autom|inusual)\w{1,30}|trafic\s(?:inhabituel|automat\w{1,12})|"
        r"unusual\s(?:traffic|activity)|automated\s(?:requests|queries|traffic|access)|too\smany\srequests|rate\slimit|security\s(?:check|service|verification)|sicherheits[uü]berpr[uü]fung|v[eé]rification\s(?:de\ss[eé]curit[eé]|en\scours)|verifica\sdi\ssicurezza|verificaci[oó]n\sde\sseguridad|ddos\sprotection|ungew[oö]hnliche\s\w{0,30}aktivit\w{1,30}",
        r"just\sa\smoment|einen\smoment|un\s(?:instant|momento)|redirect\w{0,30}\s(?:you\s)?(?:to|shortly|automatically)|please\s(?:wait|stand\sby)|bitte\swarten|checking\syour\sbrowser|\d\sseconds",
        r"(?:your|this)\s(?:browser|ip(?:\saddress)?|network)\b|ihr(?:en|em)?\s(?:browser|ip)|\b(?:cloudflare|akamai|imperva|perimeterx|datadome|incapsula)\b",
        r"\b(?:403|429|451|503)\b\W{0,3}(?:forbidden|error|too|service|unavailable|access)",
        r"(?:cannot|can['’]t|not)\s\w{0,12}\s?(?:open|access|view)\b[^.\n]{0,40}(?:country|region|legal)|(?:in|from)\syour\s(?:country|region)\b|(?:in|aus)\sihre[mr]\s(?:land|region)\b|dans\svotre\s(?:pays|r[eé]gion)|en\s(?:su|tu)\s(?:pa[ií]s|regi[oó]n)|nel\s(?:tuo|suo)\spaese|legal\sreasons",
        r"(?:not\s|un)available\s(?:in|for)\s(?:\w{1,30}\s){0,3}(?:country|countries|region|location|eu|europ\w{1,30}|visitors)|unavailable\sfor\slegal\sreasons|gdpr\b[^.\n]{0,80}(?:european|eu)\b",
    )
)
LEAST_SIGNS = 2
FEW_WORDS = 25  # of a text in which one is enough


@check
class BotBlock:
    """Counts what walls say, in short texts."""

    name = "bot_block"
    title = "Bot wall"
    reason = "The site showed a wall to the program; the article was never seen."
    remedy = "Leave it out; fetch the article where robots.txt allows it and the site lets you."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem on the document."""
        text = article.text
        if len(text) > MOST_CHARACTERS or reading_of(text).words > MOST_WORDS:
            return
        matches = (sign.search(text) for sign in SIGNS)
        said = [" ".join(match[0].split())[:60] for match in matches if match]
        if len(said) < LEAST_SIGNS and not (said and reading_of(text).words < FEW_WORDS):
            notice = notice_in(text)
            said = sorted(notice.wall) if notice is not None and is_wall(notice) else []
        if said:
            shown = "”, “".join(said[:3])
            yield Problem(Severity.UNUSABLE, f"It is a wall for programs: it says “{shown}”.")
