# ruff: noqa: E501 -- word lists: one cue a line reads better than one broken line a word
"""Whether a page holds a story at all, and if not, what it is."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from crawler.extraction.blocks import Outline
from crawler.extraction.main_text import Story
from crawler.extraction.metadata import Metadata
from crawler.extraction.models import NoArticle
from crawler.extraction.structured import Declared, types_of
from crawler.extraction.teasers import is_link

__all__ = ["no_article"]

# A story is longer, in characters; scripts without spaces say the same in fewer.
LEAST_STORY: Final = 250
LEAST_STORY_DENSE: Final = 100
# The longest live blogs of a week have a tenth. Later steps read each kept text in the crawl's own process.
LONGEST_STORY: Final = 2_000_000
# A list of stories has this many teasers, and they are this share of its paragraphs.
LEAST_TEASERS: Final = 2
TEASER_SHARE: Final = 0.6
# A date, a byline, a section's name beside a teaser: no paragraph. Characters.
LONGEST_LABEL: Final = 40
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MISSING = re.compile(
    r"\b404\b|not found|(page|article|story|content).{0,40}(no longer|not|n't) (available|exist|be found|found)|no longer (available|here|exists)"
    r"|does ?n[o']t exist|nicht gefunden|introuvable|no encontrad|non trovat|n[ãa]o encontrad|не найден|не знайден|見つかりません"
    r"|niet gevonden|hittades inte|inte hittas|ikke funnet|ikke fundet|findes ikke|ei löyd|nie znaleziono|nie istnieje|nenalezen|nem található|nu a fost găsit"
    r"|bulunamadı|δεν βρέθηκε|tidak ditemukan|không tìm thấy|찾을 수 없|(页|頁|文章).{0,12}(不存在|找不到|未找到)|找不到.{0,8}(页|頁)"
    r"|(הדף|העמוד).{0,30}לא (נמצא|קיים)|(الصفحة|المقال).{0,30}غير (موجود|متوفر|متاح)",
    re.IGNORECASE,
)
_BOT = re.compile(
    r"(are you|you are|verify).{0,20}(a )?(human|robot)|captcha|checking your browser|just a moment|enable javascript and cookies"
    r"|access denied|unusual traffic|ddos protection|security check|attention required|please verify"
    r"|kein roboter|ein mensch sind|pas un robot|no (eres|soy|es) un robot|non (sei|sono) un robot|n[ãa]o (é|sou) um robô|geen robot|inte en robot|ikke en robot"
    r"|не робот|nie jesteś robotem|nejste robot|robot olmadığınız|ロボットではない|ロボットではありません|로봇이 아닙|(人机|人機|真人)(验证|驗證)|(安全|滑动)验证",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"(we|our partners).{0,60}(use|value|store).{0,40}(cookies|privacy)|accept (all )?cookies|before you continue|cookie[- ]?(consent|policy|settings)"
    r"|consent to|datenschutzeinstellungen|cookies akzeptieren|zustimmen und|accepter (les|et)|aceptar (las )?cookies",
    re.IGNORECASE,
)
# What the site and its partners do with the reader's data: the opening of every consent dialogue.
_PARTNERS = re.compile(
    r"(our \d* ?partners|nos \d* ?partenaires|nostri \d* ?partner|nuestros \d* ?socios|nossos \d* ?parceiros|unsere \d* ?partner|onze \d* ?partners|nas(i|zych) \d* ?partner\w*|наш[иі] \d* ?партн[её]р\w*)"
    r".{0,90}(cookies?|store|stock|archivi|almacen|armazen|speicher|opslaan|przechow|информаци|інформаці|data|données|dati\b|datos|dados)",
    re.IGNORECASE,
)


def no_article(
    page: Outline, story: Story, said: Declared, about: Metadata, url: str | None
) -> NoArticle | None:
    """Why there is no article; None: there is one."""
    if not page.blocks:
        return NoArticle.EMPTY
    text = " ".join(page.blocks[i].text for i in story.blocks)
    if len(text) > LONGEST_STORY:
        return NoArticle.ENORMOUS
    least = LEAST_STORY_DENSE if len(_DENSE.findall(text)) > 0.3 * len(text) else LEAST_STORY
    heads = " ".join(
        filter(None, [said.headline, about.title, *(b.text for b in page.blocks if b.level in (1, 2))])
    )[:600]
    if len(text) < 4 * least:
        words = f"{heads} {text}"
        if _BOT.search(words) and len(page.blocks) < 40:
            return NoArticle.BOT_WALL
        if _MISSING.search(heads) or (len(text) < 2 * least and _MISSING.search(text)):
            return NoArticle.SOFT_404
        if _CONSENT.search(words) and len(text) < 2 * least:
            return NoArticle.CONSENT_WALL
        if _PARTNERS.search(words) and not _says_article(said):
            return NoArticle.CONSENT_WALL
    if _is_index(page, story, said, about, url, len(text), least):
        return NoArticle.INDEX_PAGE
    if len(text) < least and not _says_article(said):
        return NoArticle.STUB
    return None if len(text) >= least // 3 else NoArticle.STUB


def _says_article(said: Declared) -> bool:
    return bool(said.article) or (said.first("og:type") or "").lower() == "article"


def _is_index(
    page: Outline, story: Story, said: Declared, about: Metadata, url: str | None, length: int, least: int
) -> bool:
    """Home pages and lists: no statement of an article, and more links than story."""
    if url:
        parts = urlsplit(url)
        if parts.path in ("", "/") and not parts.query:
            return True
    if _says_article(said):
        return False
    if any(
        name in ("CollectionPage", "ItemList", "SearchResultsPage")
        for node in said.nodes
        for name in types_of(node)
    ):
        return True
    if _lists_teasers(page, story):
        return True
    linked = sum(page.blocks[i].linked for i in story.blocks)
    everywhere = sum(block.linked for block in page.blocks)
    whole = sum(len(block.text) for block in page.blocks)
    return linked > 0.4 * length or (
        length < 2 * least
        and everywhere > 0.5 * whole
        and len(page.anchors) > 15
        and not (about.published and length >= least)
    )


def _lists_teasers(page: Outline, story: Story) -> bool:
    """Whether the story is a list of others: its paragraphs stand under linked headlines, or break off."""
    paragraphs = [
        i
        for i in story.blocks
        if not page.blocks[i].level
        and not is_link(page.blocks[i])
        and len(page.blocks[i].text) > LONGEST_LABEL
    ]
    if len(paragraphs) < LEAST_TEASERS:
        return False
    introduced = sum(1 for i in paragraphs if i and is_link(page.blocks[i - 1]))
    broken_off = sum(1 for i in paragraphs if page.blocks[i].text.endswith(("…", "...")))
    return max(introduced, broken_off) >= TEASER_SHARE * len(paragraphs)
