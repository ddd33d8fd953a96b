# ruff: noqa: E501 -- word lists: one cue a line reads better than one broken line a word
"""What the names of an element say about it: tag, class, id, role and itemprop as a set of cues.

Pages name their parts; `class="related-links"` says as much as a heading. The words below are the general
vocabulary of templates and content systems; no site's own names.
"""

from __future__ import annotations

import re
from enum import IntFlag
from functools import lru_cache
from typing import Final

from lxml.etree import _Element

from crawler.extraction.patterns import Sieve

__all__ = ["Cue", "cues_of"]


class Cue(IntFlag):
    """What an element, or one it stands in, is named as."""

    NONE = 0
    NAVIGATION = 1 << 0
    HEADER = 1 << 1
    FOOTER = 1 << 2
    ASIDE = 1 << 3
    COMMENTS = 1 << 4
    RELATED = 1 << 5
    SHARE = 1 << 6
    SIGN_UP = 1 << 7
    ADVERT = 1 << 8
    CAPTION = 1 << 9
    BYLINE = 1 << 10
    TAGS = 1 << 11
    CONSENT = 1 << 12
    PAYWALL = 1 << 13
    HIDDEN = 1 << 14
    BODY = 1 << 15
    ARTICLE = 1 << 16
    MAIN = 1 << 17
    TITLE = 1 << 18
    SUMMARY = 1 << 19
    FORM = 1 << 20
    MEDIA = 1 << 21
    AUDIO = 1 << 22
    DATE = 1 << 23
    BIO = 1 << 24
    EMBED = 1 << 25
    BOX = 1 << 26
    PROMO = 1 << 27
    QUOTE = 1 << 28
    ITEM = 1 << 29  # the article's own microdata, and parts declared as its body
    LISTING = 1 << 30


_VOCABULARY: Final[dict[Cue, str]] = {
    Cue.NAVIGATION: r"nav(?!y|al)|menu|breadcrumb|pagination|pager\b|toolbar|skip-?(to|link)|masthead|burger|sitemap"
    r"|jump-?(to|link)|table-of-contents|\btoc\b|back-?to-?top|dropdown|topbar|ticker",
    Cue.HEADER: r"(site|page|global|main)-?_?header|\bheader\b(?!-)",
    Cue.FOOTER: r"foot(er)?\b|footer|colophon|copyright|legal",
    Cue.ASIDE: r"sidebar|side-?bar|\brail\b|right-?rail|\baside\b|widget|\bsecondary\b|col-right|right-col",
    Cue.COMMENTS: r"comment|disqus|\bkommentar|comentario|\brespond\b|repl(y|ies)\b|discussion|livefyre|\bugc\b|forum",
    Cue.RELATED: r"relat(ed|e-)|recommend|recirc|more-?(on|from|news|stories|articles|like|in|posts|links|content|reading)"
    r"|read-?(more|also|next|on)\b|also-?(like|read)|see-?also|up-?next|next-?(up|story|article|post)|you-?may"
    r"|most-?(read|popular|viewed|shared|recent|commented)|popular|trending|latest|top-?stor|suggest|outbrain|taboola"
    r"|further|linkbox|link-?list|linked|crosslink|cross-?sell|internal-?link|inline-?link|in-?article-?link|similar"
    r"|related|verwandt|aehnlich|liees|relacionad|correlat|weitere|mehr-?zum|lire-?aussi|leia|aanbevolen|promoted"
    r"|zergnet|revcontent|mgid|onward|teaser(?!-?text)|prev-?next|post-?nav|readmore|moreon",
    Cue.SHARE: r"shar(e|ing)|social|follow(-?us)?\b|addthis|sharedaddy|addtoany|twitter-?follow|facebook|whatsapp|bookmark",
    Cue.SIGN_UP: r"newsletter|subscri(be|ption)|sign-?up|signin|sign-?in|login|register|registration|optin|opt-in|mailchimp"
    r"|donat(e|ion)|membership|\bcta\b|call-?to-?action|contribut(e|ion)-",
    Cue.ADVERT: r"\bad\b|\bads\b|\bad[-_]|[-_]ads?\b|advert|adsense|\bdfp\b|\bgpt\b|sponsor|banner|anzeige|publicid|werbung"
    r"|affiliate|commercial|adslot|ad-?unit|ad-?container|outstream|shopping|product-?card",
    Cue.CAPTION: r"caption|credit|legend\b|bildunterschrift|pie-?de-?foto|photo-?by|image-?source|img-?desc|copyright-?img",
    Cue.BYLINE: r"byline|by-line|author|\bauth-?name|\bauteur|\bautor|contributor|writer|\bmeta\b|[-_]meta\b|meta[-_](?!text)|reporter|dateline"
    r"|\bvcard\b|\bkicker|\beyebrow|article-?info|post-?info|entry-?info|article-?details",
    Cue.TAGS: r"\btags?\b|tag-?list|taglist|\btopics?\b|topic-?list|keywords?\b|categor(y|ies)\b|post-?tags|hashtag|\bcat-links",
    Cue.CONSENT: r"cookie|consent|gdpr|\bccpa\b|privacy|onetrust|didomi|cmp-?(container|box|banner)|usercentrics|sp_message",
    Cue.PAYWALL: r"paywall|pay-?wall|premium-?(box|wall|teaser|offer|hint)|piano-|metered|regwall|subscriber-?only|paid-?content",
    Cue.BODY: r"(article|story|entry|post|news|content|page|text|main|blog|single|detail|node|artikel|field)[-_]*(__)?"
    r"(body|content|text|main|copy)|\bbody(text|copy|-?content)|articlebody|\be-content|td-post-content|\brich-?text|texto"
    r"|\bprose\b|\bcontent\b|\btext\b|paragraph|bodytext|body-?copy",
    Cue.ARTICLE: r"\b(article|story|post|entry|artikel|single|hentry|newsitem|articulo|noticia)\b",
    Cue.TITLE: r"headline|\btitle\b|[-_]title\b|title[-_]|\bheading|ueberschrift|titulo|titre",
    Cue.SUMMARY: r"standfirst|stand-first|\blead\b|[-_]lead\b|\blede\b|\bdek\b|\bdeck\b|subtitle|sub-?head(line)?\b|summary|excerpt"
    r"|\bintro\b|[-_]intro\b|teaser-?text|vorspann|chapo|bajada|entradilla|sommario|abstract|description|perex|preamble|ingress",
    Cue.FORM: r"\bform\b|search",
    Cue.MEDIA: r"gallery|slide(show|r)|carousel|video|player|photo|image|picture|media|figure|lightbox|\bimg\b|jwplayer",
    Cue.AUDIO: r"audio|podcast|listen|text-?to-?speech|\btts\b|readspeaker|read-?aloud|speech",
    Cue.DATE: r"\bdate|[-_]date\b|timestamp|\btime\b|published|updated|pubdate|datum|fecha|read-?time|reading-?time",
    Cue.BIO: r"\bbio\b|[-_]bio\b|about-?(the-?)?author|author-?(bio|box|info|card|profile|desc)|biograph",
    Cue.EMBED: r"embed|tweet|instagram|youtube|twitter|iframe|oembed|facebook-post|infogram|datawrapper",
    Cue.BOX: r"fact-?box|info-?box|\bbox\b|[-_]box\b|highlight|sidenote|key-?(points|facts)|takeaways|explainer|timeline|callout",
    Cue.PROMO: r"promo|marketing|campaign|app-?(download|banner|store)|telegram|whatsapp-?channel|google-?news|house-?ad|offer",
    Cue.QUOTE: r"pull-?quote|blockquote|\bquote\b|zitat|pullquote",
    Cue.HIDDEN: r"(?<!label-)\bhidden\b|visually-?hidden|sr-only|screen-?reader|d-none|\bhide\b|print-?only|noprint|no-print|invisible|modal"
    r"|popup|pop-up|popover|rollover|overlay|tooltip|\btoast\b|lightbox",
    Cue.LISTING: r"\bcards?\b|\bgrid\b|\btiles?\b|\bfeed\b|\blisting|archive|river|article-?list|story-?list|post-?list|news-?list|collection",
}
_PATTERNS: Final = tuple((int(cue), re.compile(words)) for cue, words in _VOCABULARY.items())
_SIEVE: Final = Sieve({int(cue): words for cue, words in _VOCABULARY.items()})
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# Plain integers from here on: combining IntFlag members costs a microsecond each, and a page has thousands.
_BY_TAG: Final[dict[str, int]] = {
    "nav": int(Cue.NAVIGATION),
    "menu": int(Cue.NAVIGATION),
    "header": int(Cue.HEADER),
    "footer": int(Cue.FOOTER),
    "aside": int(Cue.ASIDE),
    "form": int(Cue.FORM),
    "article": int(Cue.ARTICLE),
    "main": int(Cue.MAIN),
    "figcaption": int(Cue.CAPTION),
    "figure": int(Cue.MEDIA),
    "dialog": int(Cue.HIDDEN),
    "address": int(Cue.BYLINE),
    "amp-sidebar": int(Cue.NAVIGATION),
    "amp-list": int(Cue.RELATED),
    "amp-consent": int(Cue.CONSENT),
    "time": int(Cue.DATE),
}
_BY_ROLE: Final[dict[str, int]] = {
    "navigation": int(Cue.NAVIGATION),
    "banner": int(Cue.HEADER),
    "contentinfo": int(Cue.FOOTER),
    "complementary": int(Cue.ASIDE),
    "search": int(Cue.FORM),
    "form": int(Cue.FORM),
    "dialog": int(Cue.HIDDEN),
    "alertdialog": int(Cue.HIDDEN),
    "menu": int(Cue.NAVIGATION),
    "main": int(Cue.MAIN),
    "article": int(Cue.ARTICLE),
}
_BY_ITEMPROP: Final[dict[str, int]] = {
    "articlebody": int(Cue.BODY | Cue.ITEM),
    "headline": int(Cue.TITLE),
    "author": int(Cue.BYLINE),
    "datepublished": int(Cue.DATE),
    "datemodified": int(Cue.DATE),
    "description": int(Cue.SUMMARY),
    "comment": int(Cue.COMMENTS),
    "caption": int(Cue.CAPTION),
    "keywords": int(Cue.TAGS),
}
_HIDDEN: Final = int(Cue.HIDDEN)
_NAMED_BY: Final = frozenset(
    ["class", "id", "data-component", "data-testid", "data-type", "data-block", "data-module"]
)
# Longer names carry generated noise, not words. Characters.
_LONGEST_NAME: Final = 300


def cues_of(element: _Element, tag: str) -> int:
    """The cues of one element alone, as the integer of a `Cue`; what it stands in is the walk's to add."""
    cues = _BY_TAG.get(tag, 0)
    names: list[str] = []
    for key, text in element.items():
        value = str(text)
        if key in _NAMED_BY:
            names.append(value[:_LONGEST_NAME])
        elif key == "role":
            cues |= _BY_ROLE.get(value.strip().lower(), 0)
        elif key == "itemprop":
            for word in value.lower().split()[:8]:
                cues |= _BY_ITEMPROP.get(word, 0)
        elif key == "hidden" or (key == "style" and _is_invisible(value)):
            cues |= _HIDDEN
    return cues | _cues_of_name(" ".join(names)) if names else cues


def _is_invisible(style: str) -> bool:
    style = style[:_LONGEST_NAME].replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style


@lru_cache(maxsize=16_384)
def _cues_of_name(name: str) -> int:
    cues = 0
    for word in name.split():
        cues |= _cues_of_word(word)
    return cues


@lru_cache(maxsize=65_536)
def _cues_of_word(word: str) -> int:
    """The cues of one class or id. Templates share these far more than whole class attributes."""
    plain = _CAMEL.sub("-", word).replace("__", "-").replace("_", "-").lower()
    likely = _SIEVE.may_match(plain)
    cues = 0
    if likely:
        for cue, pattern in _PATTERNS:
            if likely & cue and pattern.search(plain):
                cues |= cue
    return cues
