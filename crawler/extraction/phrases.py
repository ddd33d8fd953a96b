# ruff: noqa: E501 -- word lists: one kind a line reads better than one broken line a word
"""Phrases by which a line gives itself away as page furniture, in the languages of most news sites.

They are the general vocabulary of news pages ("read also", "share", "photo:"), never a site's own wording, and
none decides alone: each is one feature among many.
"""

from __future__ import annotations

import re
from typing import Final

from crawler.extraction.patterns import Sieve, alternatives

__all__ = ["ANYWHERE", "DATELINE", "ON_ONE_PAGE", "OPENING", "PHRASES", "is_house_line"]

_SOURCES: Final[dict[str, str]] = {
    "teaser": r"^[»›►▶→]\s?\w|^\W*(read (also|more|next|on|the full)|also read|must read|more (on|from|about|stories|news|in)\b|related|see (also|more)|watch( now| live| more|:)|listen|up next|don'?t miss|recommended|you (may|might) (also )?(like|be interested)|in (other news|case you missed)|most (read|popular|viewed)|popular|trending|latest|top stories|editor'?s'? picks?|click here|find out more|learn more|continue reading|what to (read|know) next|further reading|explore more|dive deeper|go deeper"
    r"|lire aussi|à lire|a lire|voir aussi|sur le même sujet|plus d'|lesen sie|lies auch|mehr (zum|zu|über|dazu|von|aus)|weitere|auch interessant|das könnte sie|siehe auch|zum thema|meistgelesen|lees (ook|meer|verder)|meer (over|nieuws)|bekijk|leggi (anche|tutto)|potrebbe interessarti|guarda anche|articoli correlati|ti potrebbe|lea (también|más|además)|te puede interesar|le puede interesar|ver (también|más)|relacionad|más (noticias|información|sobre)|leia (também|mais)|veja (também|mais)|saiba mais|confira"
    r"|читайте|читать|смотрите|по теме|ещё|еще по|также по теме|читати|дивіться|czytaj|zobacz|przeczytaj|więcej|čtěte|číst|přečtěte|více|čítajte|läs (också|mer)|les (også|mer)|læs (også|mere)|lue (myös|lisää)|ilgili|devamı|okumaya|baca (juga|selengkapnya)|simak|xem thêm|đọc (thêm|tiếp)|関連|あわせて読みたい|もっと見る|続きを|阅读|相关|延伸|関連記事|관련|더 보기|اقرأ|شاهد|المزيد|قرأ أيضا|ניתן לקרוא|διαβάστε|δείτε|прочетете|вижте|citește|citiţi|vezi și|olvass|kapcsolódó|pročitajte|preberite)",
    "sign_up": r"newsletter|sign(ing)? up|subscri(be|ption)|log ?in\b|sign ?in\b|register (now|for|to)|create (a free |an )?account|your (e-?mail|inbox)|e-?mail address|abonn|jetzt (testen|anmelden|lesen)|registrieren|inscri(vez|bete|ption|cre|viti)|suscr[ií]b|iscriviti|assine|подпи(шитесь|саться|ска)|підпи(шіться|сатися)|zapisz się|prenumer|メルマガ|登録|订阅|구독|اشترك|donat(e|ion)|support (us|our)|become a member|membership|free trial",
    "share": r"^\W*(share|tweet|facebook|twitter|x|whatsapp|linkedin|pinterest|reddit|telegram|e-?mail|print|copy (link|url)|flipboard|messenger|pocket|save|bookmark|teilen|drucken|merken|partager|imprimer|condividi|stampa|compart(ir|e|ilhar)|imprimir|delen|dela|del|jaa|поделиться|поширити|udostępnij|sdílet|paylaş|bagikan|シェア|分享|공유)\b",
    "follow": r"\bfollow (us|me|him|her|our|the|@)|@\w{3,}|join (us|our|the)|like us on|facebook|telegram|whatsapp|instagram|twitter|google (news|discover)|app ?store|google play|download (the|our) app|folgen sie|suivez|síguenos|seguici|siga|подпис|следите",
    "copyright": r"©|\(c\) ?(19|20)\d\d|copyright|all rights reserved|alle rechte|tous droits|todos los derechos|tutti i diritti|todos os direitos|все права|wszelkie prawa|terms of (use|service)|privacy policy|may not be (published|reproduced)|impressum|imprint|datenschutz",
    "comments": r"^\W*(\d+\W*)?(comments?|replies|leave a (reply|comment)|join the (conversation|discussion)|kommentare?|commentaires?|comentarios?|commenti|reacties|комментари|коментар|komentar|コメント|评论|댓글)|post a comment|view comments|\b(your|ihre|vos|sus|tus|seus|vostri|je|uw|dina|dine) (comments?|kommentare?r?|commentaires?|comentarios|comentários|commenti|reacties)\b",
    "advert": r"^\W*(advertisement|ad|ads|advertising|sponsored( content)?|promoted|anzeige|werbung|publicit[éeà]|publicidade?|pubblicità|advertentie|annons|annonse|reklam[ay]?|реклама|mainos|広告|广告|광고|story continues( below)?.*|article continues.*|continue reading below.*|skip ad.*|scroll to continue.*)\W*$",
    "audio": r"listen to (this|the)|\d+ ?min(ute)?s?\b.{0,12}(read|listen|lesezeit)|read(ing)? time|text[- ]to[- ]speech|ai[- ](generated|voice|narrat)|audio (version|was|by|is)|automated voice|this (article|story|translation|audio).{0,40}(generated|automat|translated|\bai\b)|lesezeit|temps de lecture|tiempo de lectura|min de lectura|tempo di lettura|vorlesen|écouter|escucha",
    "photo": r"^\W*pictured\b|^\W*((file )?(photo|foto|image|picture|video|bild|graphic|illustration|фото|写真|图片|imagen|imagem|zdjęcie|kuva)s?\b.{0,3}[:/|©]|\((ap|reuters|afp|getty|dpa|epa)\b)|getty images?|shutterstock|\bphoto(graph)? (by|credit|courtesy)|\(?(ap|afp|reuters) photo|/ ?(afp|reuters|getty|dpa|epa|ap)\W*$|\bimago\b|picture[- ]alliance|courtesy of\W|istock|unsplash|screenshot|(pictured|foto|photo|bild|image credit|fotó|фото)\s*:",
    "byline": r"^\W*(by|von|par|por|di|da|door|av|af|autor|author|written by|reported by|text|redaktion|автор|opinion by|story by|editing by|reporting by|additional reporting|edited by|compiled by|about the author|staff (writer|reporter)|correspondent)\b[ :]",
    "dated": r"^\W*(updated?|published|posted|last (updated|modified)|first published|created|stand|aktualisiert|veröffentlicht|publi[ée]|mis à jour|publicado|actualizado|pubblicato|aggiornato|gepubliceerd|opublikowano|опубликовано|обновлено|atualizado|päivitetty|publicerad|publisert|公開|更新|发布)\b",
    "ago": r"\b\d+ ?(m|h|d|min|mins|minutes?|hours?|hrs?|days?|weeks?|months?|years?) ago\b|\bvor \d+ (minuten|stunden?|tag)|\bil y a \d+|\bhace \d+|\d+ (минут|час|дн)\w* назад|\d+時間前|小时前",
    "tags": r"^\W*(tags?|topics?|filed under|in this (article|story)|categor(y|ies)|keywords|themen|schlagworte|schlagwörter|mots[- ]clés|etiquetas|temas|tema|argomenti|теги|метки|mehr zum thema|posted in|labels|タグ|标签)\s*[:：]?",
    "contact": r"\b(e-?mail (us|me)|contact (us|the|me)|got a (tip|story|news)|send (us|your)|corrections?:|report (a|an) (typo|error|correction)|highlight the text|ctrl ?\+ ?enter|^(the|this) (story|article) continues (on|below|after)\b|feedback|write to us|\S+@\S+\.\w{2,})",
    "consent": r"cookies?\b|consent|privacy (settings|preferences)|third[- ]party|externe[rn]? inhalt|external content|javascript|your browser|enable js|adblock|ad blocker|contenu externe|embed(ded)? content",
    "button": r"^\W*(close|menu|search|next|previous|prev|back|home|skip|load more|show (more|less|all)|view (all|more|gallery|image)|see all|play|pause|mute|open|accept|submit|send|ok|cancel|expand|toggle|go to|jump to|back to top|zurück|weiter|schließen|fermer|suivant|précédent|cerrar|siguiente|anterior|chiudi|avanti|далее|закрыть|loading|wird geladen|print version|tap to open|more|mehr|plus|más|mais)\W*\d*\W*$",
    "paywall": r"subscribers? only|(for|to) (subscribers|members)|to (continue|keep) reading|already (a )?(subscriber|member)|unlimited access|exclusive(ly)? (for|to)|plus[- ]?abo|weiterlesen mit|réservé aux abonnés|solo (para )?suscriptores|premium|nur für abonnenten|exklusiv für|digital access|unlock|会員限定|会員登録|有料会員|有料記事|残り\d+文字|付费|付費|會員|会员|회원 전용|유료 ?(회원|기사)|구독자|за передплатою|передплатник|по подписке|для подписчиков|dla (prenumeratorów|subskrybentów)|předplatitel|predplatitel|előfizető|tilaaja|prenumerant|abonnenter|abonnees|abonelere|abonaților|συνδρομητ|assinantes|abbonati|suscriptores|pelanggan|للمشتركين|למנויים",
}


def _compiled(source: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """The alternatives that open a line, and those that stand anywhere; for lower-case text."""
    opening = [part for part in alternatives(source) if part.startswith("^")]
    anywhere = [part for part in alternatives(source) if not part.startswith("^")]
    return (
        re.compile("|".join(part[1:] for part in opening)) if opening else None,
        re.compile("|".join(anywhere)) if anywhere else None,
    )


# Name of each kind, its alternatives that open a line, and those that stand anywhere in it: matching the former
# at the start alone, and both against lower-case text, takes a third of the time.
PHRASES: Final = tuple((name, *_compiled(source)) for name, source in _SOURCES.items())

# Which of them may stand in a line at all: bit by bit in their order.
ANYWHERE: Final = Sieve({
    1 << number: anywhere.pattern for number, (_, _, anywhere) in enumerate(PHRASES) if anywhere is not None
})  # fmt: skip

# One in ten lines opens with any of them: asked once before each.
OPENING: Final = re.compile("|".join(f"(?:{opening.pattern})" for _, opening, _ in PHRASES if opening))

# "VELTMOOR (Agency) - ": how wire stories open. Told by its capitals.
DATELINE: Final = re.compile(r"^[A-ZÀ-ÞА-Я][\w .,'’/-]{2,40}\s?(\([\w .]{2,20}\)\s?)?[—–-]{1,2}\s")

# A short block with one of these is a line of the house, never the story: calls to follow, join, share or report
# a mistake, and the notice of rights.
_HOUSE_LINE: Final = re.compile(
    r"\b(join|follow|find|like|subscribe to|add)\b.{0,60}\b(on|in|via|to|our)\b.{0,60}\b(telegram|whats ?app|facebook|twitter|instagram|viber|discord|youtube|linkedin|tiktok|bluesky|threads|channel|google (news|discover))\b"
    r"|ctrl ?\+ ?enter|\bshare this (article|story|page)\b|^\W*(©|\(c\) ?\d{4}|copyright \W{0,3}\d{4})|all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|tutti i diritti riservati|todos os direitos reservados|все права защищены"
    r"|sign up (for|to) (our|the|a)\b.{0,40}\b(newsletter|alerts?|briefing)|subscribe to our\b|^\W*(advertisement|anzeige|publicidad|publicité|реклама|広告)\W*$|\b(facebook|twitter|whatsapp|telegram|e-?mail|print|linkedin|pinterest|reddit)\b(\W+(x|facebook|twitter|whatsapp|telegram|e-?mail|print|linkedin|pinterest|reddit|copy link|flipboard|messenger)\b){2,}"
    r"|(this|the) (article|audio|story|voice|recording).{0,30}(generated|read|narrated|voiced|created) (by|with|using).{0,20}\b(ai|artificial|automated|text[- ]to[- ]speech|computer)|listen to this (article|story)|(подпи(шитесь|сывайтесь)|підпи(шіться|суйтесь)|folgen sie uns|suivez[- ]nous|síguenos|seguici|siga[- ]nos|abonnieren sie)\b",
    re.IGNORECASE,
)
_LONGEST_HOUSE_LINE: Final = 240  # characters
_HOUSE_LETTERS: Final = Sieve({1: _HOUSE_LINE.pattern})

# What a link says that leads to the whole of an article told on several pages.
ON_ONE_PAGE: Final = re.compile(
    r"((view|show|read|see) )?((it|this|the|article|story|everything|whole|entire|full|all) )*(on|in|as) (a |one )?(single |one )?page"
    r"|(view|show) all( pages)?|all pages|single[- ]page( view| version)?|((view|show|read|see) )?(the )?full (article|story|text)"
    r"|((den )?(ganzen )?artikel |alles |komplett )?auf (einer|1) seite( lesen| anzeigen)?|komplettansicht|komplett ansehen"
    r"|tout afficher|((lire|voir|afficher|tout) )?(l['’]article )?sur une (seule )?page|((ver|leer) )?(todo )?en una (sola |única )?página"
    r"|(leggi |tutto )?(in|su) un['’]?a? ?(sola |unica )?pagina|((ler|ver) )?(tudo )?(em uma|numa) (só |única )?página"
    r"|(alles )?op (één|1) pagina|(allt )?på (en|1) sida|(alt )?på (én|en|1) side|(całość )?na jednej stronie|(vše )?na jedné stránce"
    r"|yhdellä sivulla|(всё )?на одной странице|(усе )?на одній сторінці|tek sayfada( göster)?"
    r"|(全文|全ページ)(を)?(表示|読む)(する)?|1ページで(表示|読む)(する)?|(阅读|閱讀|显示|顯示)?全文(阅读|閱讀)?|한 ?페이지로 보기",
    re.IGNORECASE,
)


def is_house_line(text: str) -> bool:
    """Whether a block is a line of the house."""
    return (
        len(text) <= _LONGEST_HOUSE_LINE
        and _HOUSE_LETTERS.may_match(text.lower()) > 0
        and _HOUSE_LINE.search(text) is not None
    )
