"""A page that says that there is no page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.notices import MOST_WORDS, is_of_missing_page, notice_in
from dedupe.quality.problem import Problem
from dedupe.quality.reading import reading_of
from dedupe.quality.registry import check
from dedupe.settings import QualitySettings

__all__ = ["Soft404"]

WHAT = (
    r"(?:page|story|report|article|content|link|url|address|document|item|seite|artikel|beitrag|inhalt|adresse|meldung|page|contenu|"
    r"p[aá]gina|art[ií]culo|contenido|enlace|pagina|articolo|contenuto|pagina|artigo|conte[uú]do|strona|artyku[lł]|"
    r"piece|text|inhalte|voorpagina|artikel|artiklen|tekst\w{0,3}|sidan|siden|artikkelen|artikeln|stranic\w{0,30}|sayfa|страниц\w{0,30}|стать\w{0,30}|сторінк\w{0,30})"
)
GONE = (
    r"(?:gibt\ses\s(?:hier\s|leider\s)?nicht|(?:seems|appears)\sto\shave\s(?:been\s)?(?:moved|disappeared|gone|vanished)|(?:couldn|can|won)['’]t\s(?:be\s)?(?:load|open|display|show)\w{0,30}|something\swent\swrong|out\sof\sdate|been\sarchived|no\slonger\son\s(?:our|the|this)\s\w{1,30}|not\s(?:on|in)\s(?:our|the)\s(?:site|archive)|not\s(?:be\s)?(?:found|available|exist\w{0,30})|n[o']t\sbe\s(?:found|displayed)|no\slonger\s(?:available|exists?|online|here)|"
    r"does(?:n['’]t|\snot)\sexist|nothing\swas\sfound|couldn['’]t\s(?:be\s)?f[io]nd|could\snot\sf[io]nd|can(?:no|['’])t\s(?:be\s)?f[io]u?nd|(?:been|was)\s(?:re)?moved|"
    r"unavailable|been\s(?:deleted|removed|archived|taken\sdown)|has\sexpired|broken\slink|nicht\s(?:mehr\s)?(?:gefunden|verf[uü]gbar|vorhanden|erreichbar|auffindbar)|"
    r"existiert\s(?:leider\s)?nicht|wurde\s(?:verschoben|gel[oö]scht|entfernt)|introuvable|n['’]existe\s(?:pas|plus)|n['’]est\splus|"
    r"no\s(?:se\s)?(?:ha\s)?(?:encontrad[oa]|existe|encuentra|disponible|localizad[oa])|non\s(?:[eè]\s)?(?:stata\s)?(?:trovat[oa]|esiste|disponibile)|"
    r"n[aã]o\s(?:foi\s)?(?:encontrad[oa]|existe)|niet\s(?:gevonden|meer\sbeschikbaar)|bestaat\sniet|nie\s(?:znaleziono|istnieje)|"
    r"(?:was|been)\s(?:withdrawn|taken\soffline)|leads\snowhere|nicht\s(?:mehr\s)?online|finden\swir\s(?:hier\s)?(?:nichts|keine?n?)|(?:wurden?|ist)\s(?:\w{1,20}\s){0,3}(?:verschoben|gel[oö]scht|entfernt|umgezogen)|"
    r"[eé]t[eé]\s(?:\w{1,12}\s)?(?:supprim[eé]e?|d[eé]plac[eé]e?|retir[eé]e?)|(?:haya|ha|fue)\s(?:sido\s)?(?:eliminad[oa]|movid[oa]|retirad[oa]|borrad[oa])|(?:hemos|pudimos)\sencontrad?o?|[eè]\sstat[oa]\s(?:spostat|rimoss|eliminat|cancellat)[oa]|non\sc['’][eè]\spi[uù]|"
    r"(?:foi|ter\ssido)\s(?:removid|movid|apagad|exclu[ií]d)[oa]|(?:is|werd|zijn)\s(?:\w{1,12}\s)?(?:verdwenen|verwijderd|verplaatst)|(?:został[ao]?|jest)\s(?:\w{1,12}\s)?(?:usunięt|przeniesion|skasowan)\w|strony\snie\sma|"
    r"(?:flyttet|slettet|fjernet|flyttats|tagits\sbort|raderats)|(?:ikke|inte)\s(?:blev\s|kunde\s)?(?:fundet|funnet|hittas)|был[ао]?\s(?:удален|перемещен)\w{0,3}|(?:була?о?)\s(?:видален|переміщен)\w{0,3}|hittades?\sinte|kunne?\s?ikke\s?(?:findes|finnes)?|finnes\sikke|findes\sikke|bulunamad[ıi]|не\s(?:найден\w{0,30}|существует|знайден\w{0,30}|існує)|找不到|不存在|見つかりません)"
)
WALL = 6  # words of walls: they say of themselves what else is not to be had
MOST_CHARACTERS = 400  # of a notice that gives no way out
GONE_PAGE = re.compile(rf"{WHAT}\b[^.!?\n]{{0,80}}?{GONE}|{GONE}[^.!?\n]{{0,60}}{WHAT}\b", re.IGNORECASE)
STATUS = re.compile(
    r"(?:^|\n)[^\w\n]{0,40}(?:(?:error|fehler|erreur|errore?|http)\W{0,3})?(?:404|410)\b"
    r"[^\w\n]{0,40}(?:not found|gone|error)?[^\w\n]{0,40}(?:\n|$)",
    re.IGNORECASE,
)
WAY_OUT = re.compile(
    r"vertippt|tippfehler|v[eé]rifiez\sl['’]adresse|accueil|portada|(?:torna|ricerca)\b|strona?\w?\sgłówn\w|voorpagina|forside|startsid|s[oø]gning|zoek|home\s?page|front\spage|homepage|startseite|page\sd['’]accueil|p[aá]gina\s(?:principal|inicial|de\sinicio)|pagina\siniziale|"
    r"\bsearch\b|\bsuche?\b|rechercher?|buscar?|\bcerca\b|check\sthe\s(?:url|address|spelling)|mistyped|oops|главн\w{1,30}|ana\ssayfa|首页|首頁",
    re.IGNORECASE,
)


@check
class Soft404:
    """Short texts that say of a page that it is gone, with a code or a way back beside it."""

    name = "soft_404"
    title = "Error page"
    reason = "The server sent its notice as if it were the article."
    remedy = "Leave it out, or find the article at another address."

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem on the document."""
        text = article.text
        if reading_of(text).words > MOST_WORDS:
            return
        gone = GONE_PAGE.search(text)
        signs = (gone is not None) * 2 + bool(STATUS.search(text)) * 2 + bool(WAY_OUT.search(text))
        notice = notice_in(text)
        if notice is not None and len(notice.wall) >= WALL:
            return  # `bot_block` names it
        if signs >= 3 or (gone and len(text) < MOST_CHARACTERS):
            said = " ".join((gone[0] if gone else "404").split())
        elif notice is not None and is_of_missing_page(notice):
            said = ", ".join(sorted(notice.gone | notice.object))
        else:
            return
        yield Problem(Severity.UNUSABLE, f"It is a notice that the page is gone: “{said[:80]}”.")
