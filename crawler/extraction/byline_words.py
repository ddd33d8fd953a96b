# ruff: noqa: E501 -- word lists: one kind a line reads better than one broken line a word
"""Words that bylines are made of beside names: labels, roles, places, agencies, in the languages of most news sites."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "AGENCIES",
    "AGENCY",
    "AND",
    "BY_ALONE",
    "BY_BEHIND_A_DATE",
    "DEGREES",
    "EAST_ASIAN",
    "LABEL",
    "NOBODY",
    "NO_BYLINE",
    "NO_NAME",
    "OTHER_WORK",
    "OUTLET",
    "PARTICLES",
    "PLACE",
    "PLACES",
    "ROLE",
    "ROLE_WORD",
    "STAMP",
    "SURE_LABEL",
    "TALKS_WITH",
    "WITH",
]  # fmt: skip

# What somebody made, in front of "by": "a column by", "eine Kolumne von", "propos recueillis par".
_WORK: Final = (
    r"(?:(?:(?:an?|eine?|une?|un[ao]?|een)\s+)?(?:geschrieben|erstellt|verfasst|(?:posted|published|written|reported|reporting|created|submitted|story|words|interviewed)|veröffentlicht|text|interview|column|article|guest post|analysis"
    r"|artikel|kolumne|beitrag|gastbeitrag|gastkommentar|kommentar|bericht|essay|glosse|analyse|reportage|porträt|propos recueillis|chronique|tribune|publié|rédigé|écrit|escrito|redactado|artículo|columna|publicado|scritto|articolo|pubblicato|a cura|geschreven|skrevet|skriven|skrivet"
    r"|von|autor|autorin|author|автор|opinion|redacción|scris|napisał[a]?)(?:\s+|\s*:\s+))?"
)
_BY_WORDS: Final = r"by|von|par|por|door|av|af"
# Labels that stand before a name with a colon, or alone on their line.
_LABELS: Final = (
    r"tekst|texte?|teksti|texto|testo|szöveg|words|authors?|autor(?:in|innen|en|a|es|i|e|s|ius)?|auteurs?|autrice|автор(?:и|ы)?|текст|журналист|interview|reporter|reportage|yazan|yazar|haber|penulis|jurnalis|pewarta|laporan|reportase|oleh"
    r"|szerző|írta|tác giả|bài|skrevet av|skrevet af|skrivet av|skriven av|text och foto|journalist|toimittaja|kirjoittaja|redakt[oö]r|redactor|redacción|verfasser(?:in)?|συντάκτης|συντάκτρια|γράφει|ρεπορτάζ|κείμενο|writer|written by|byline"
    r"|द्वारा|लेखक|ผู้เขียน|โดย|بقلم|كتبت?|الكاتبة?|נכתב על ידי|מאת|כתבה?|نویسنده|مصنف"
)
LABEL: Final = re.compile(
    rf"^\W*{_WORK}(?:{_BY_WORDS}|di|da|od|napsal[a]?|του|της|γράφει\s+[οη]|{_LABELS})(?:\b|(?<=[Bb]y)(?=[A-Z]))\s*[:：]?\s*",
    re.IGNORECASE,
)
SURE_LABEL: Final = re.compile(
    rf"^\W*(?:{_WORK}(?:{_BY_WORDS})\b|a cura di\b|автор\b|autor(?:in)?\b|(?:{_LABELS})\s*[:：]|γράφει\s+[οη]\b|(?:بقلم|מאת|كتبت?|כתבה?)\b|(?-i:By(?=[A-Z])))(?:\s*[:：])?\s*(?=\S)",
    re.IGNORECASE,
)
BY_ALONE: Final = re.compile(
    rf"^\W*(?:{_WORK}(?:{_BY_WORDS}|di|da)|автор|autor(?:in|en|es)?|authors?|auteurs?|autore|text|redacción|yazar|yazan|penulis|oleh|szerző|tác giả|συντάκτης|بقلم|מאת)\W*$",
    re.IGNORECASE,
)
# "Posted on April 17, 2031 by Ada Moss": what stands before the name holds a date and little else.
BY_BEHIND_A_DATE: Final = re.compile(
    rf"^[^\d]{{0,40}}\d[\w\s.,:/-]{{3,40}}?[\s|,•·–—-]+(?:{_WORK}(?:{_BY_WORDS})|author|autor(?:in)?|auteur)\b\s*:?\s*(?=\S)",
    re.IGNORECASE,
)
# "(责编：牛镛、岳弘彬)", "記者王小明／台北報導", "文／王小明", "取材・文＝山田太郎", "홍길동 기자".
EAST_ASIAN: Final = re.compile(
    r"^\W*(?:(?:作者|撰文|(?:本报|本報)?(?:记者|記者)|责编|責編|责任编辑|責任編輯|編集|取材・文|文)\s*[:：／/＝=|｜]?\s*(?P<named>[\u3400-\u9fff·、，,\s]{2,40}?)(?:[／/|｜].{0,20})?\W*$"
    r"|(?P<korean>[\uac00-\ud7a3]{2,4}(?:[,·\s]+[\uac00-\ud7a3]{2,4}){0,3})\s*(?:선임|수습|인턴|객원)?기자(?:\s*[=(\[]?\s*\S+@\S+)?\W*$)"
)

# ---------------------------------------------------------------------------------------------- roles

# Core words of roles, and in German what ends in them; words that stand with them.
_CORE: Final = (
    r"\S*(?:expert[ei]n?|redakteur(?:in)?|redaktor(?:in)?|reporter(?:in)?|korrespondent(?:in)?|kolumnist(?:in)?|volontär(?:in)?|journalist(?:in)?|leiter(?:in)?|autor(?:in)?)"
    r"|editors?|writers?|correspondents?|columnists?|contributors?|reporters?|journalists?|producers?|analysts?|critics?|bloggers?|anchors?|presenters?|freelancers?|interns?|fellows?|author"
    r"|rédact(?:eur|rice)|journaliste|correspondante?|envoyée?|chroniqueu(?:r|se)|éditorialiste|reporters?"
    r"|redactora?|periodista|corresponsal|columnista|colaboradora?|enviad[oa]|editora?|jefe|jefa|repórter|jornalista|correspondente|colunista|inviat[oa]|giornalista|caporedattore|redattore|redattrice|corrispondente"
    r"|redacteur|verslaggever|verslaggeefster|correspondent|journalist|toimittaja|kirjeenvaihtaja|redaktør|redaktör|muhabiri?|dziennikar(?:z|ka)|reporter(?:ka)?|redaktor(?:ka)?|корреспондент|обозреватель|журналист(?:ка)?|редактор|кореспондент(?:ка)?"
)
_BESIDE_CORE: Final = (
    r"chief|senior|junior|deputy|assistant|associate|managing|executive|special|guest|contributing|staff|freelance|foreign|national|international|global|world|regional|local|city|state|county|metro|general|assignment|investigative|investigations?|features?"
    r"|political|politics|business|economics?|economy|financial|finance|money|markets?|sports?|football|science|health|medical|education|tech|technology|digital|data|social|media|culture|arts?|entertainment|lifestyle|travel|food|environment|climate|energy"
    r"|transport|defen[cs]e|security|legal|crime|courts?|justice|diplomatic|affairs|royal|religion|religious|community|communities|opinion|news|breaking|bureau|desk|web|online|video|audio|multimedia|white|house|washington|american?|asia|europe|african?|the|our|of|and|&|in|at|at\s+large"
    r"|unsere[rnms]?|unser|onze|notre|nuestr[oa]|nostr[oa]|vores|vår|freie[rn]?|spéciale?|especial|speciale|stellvertretende[rn]?|leitende[rn]?|politische[rn]?|en|chef|chefin|de|del|la|du|des|der|für|politik|wirtschaft|sport|kultur"
)
ROLE_WORD: Final = re.compile(rf"^(?:{_CORE})$", re.IGNORECASE)
ROLE: Final = re.compile(rf"^(?:{_BESIDE_CORE})$", re.IGNORECASE)
# What stands where an author's name does and is nobody's.
NOBODY: Final = re.compile(
    r"^(?:(?:the\s+)?(?:admin(?:istrator)?|editor|editors|editorial(?: staff| team| board)?|staff|(?:news|web)\s*?(?:desk|room|master|team|staff)|news\s+(?:desk|room|team|staff)|web\s+(?:desk|team)|newsroom(?:\s+staff)?|digital\s+team|online\s+desk|guest|guest\s+(?:author|post|writer|contributor|blogger)|contributed|contributor|author|unknown|anonymous)"
    r"|(?:our|a|special|staff|own)\s+(?:(?:special|staff|own)\s+)?(?:correspondents?|reporters?|writers?|bureau)|reporter|correspondent|journalist|redakteur(?:in)?|autor(?:in)?|autoren|null|none|undefined|n/?a|nachrichten|news|home|facebook|twitter|instagram|e-?mail|share|teilen|comments?|kommentare?|follow|updated?|published"
    r"|associated|more|mehr|about|all articles|alle artikel|profil|bio)$",
    re.IGNORECASE,
)
DEGREES: Final = re.compile(
    r"^(?:m\.?d|ph\.?\s?d|m\.?a|m\.?b\.?a|b\.?a|m\.?sc|b\.?sc|r\.?n|d\.?o|j\.?d|esq|llm|llb|dds|dvm|cpa|rd|msw|mph|m\.?p|obe|cbe|mbe|she|her|he|him|they|them)\.?$",
    re.IGNORECASE,
)

# ------------------------------------------------------------------------------ outlets, places, others

AGENCIES: Final = frozenset((
    "reuters", "afp", "ap", "dpa", "apa", "sda", "efe", "ansa", "tass", "upi", "pti", "ani", "ians", "pa", "pap", "ctk", "čtk", "lusa", "belga", "anp", "tt", "ntb",
    "ritzau", "stt", "bns", "kyodo", "jiji", "yonhap", "xinhua", "interfax", "ukrinform", "bloomberg", "kna", "epd", "sid", "rnd", "afpbb", "bta", "mti", "hina", "tanjug",
    "agerpres", "antara", "bernama", "aap", "cnn", "bbc",
))  # fmt: skip
AGENCY: Final = re.compile(
    r"^(?:the\s+)?(?:associated press|press association|agence france[- ]presse|deutsche presse-agentur|canadian press|united press international|press trust of india|europa press|bloomberg news|reuters|afp|dpa|efe|ansa|xinhua|yonhap|kyodo)$",
    re.IGNORECASE,
)
# Words that names of papers and stations end in.
OUTLET: Final = re.compile(
    r"\b(?:post|times|news|press|herald|tribune|gazette|journal|guardian|telegraph|observer|chronicle|dispatch|examiner|courier|review|magazine|weekly|daily|mirror|express|star|independent|today|radio|television|tv|network|media|agency|agencia|agentur|wire|nachrichten|zeitung|anzeiger|rundschau|tagblatt|kurier|online|institute|university|foundation|associates|service)$",
    re.IGNORECASE,
)
# "in London", "aus Brüssel", "à Paris": where the author is, up to the end or the next name.
PLACE: Final = re.compile(
    r"\s+(?:(?:reporting\s+)?from|in|near|aus|à|en|desde|depuis|da|a|i|fra|från|w|(?i:special)\s+(?:to|for)|exclusive\s+to|for|für|pour|para|per|voor)\s+(?:(?:the|der|die|das|el|la|le|il)\s+)?[^\W\d_a-zà-ÿ][^\s,;|]*(?:\s+[^\W\d_a-zà-ÿ][^\s,;|]*){0,3}(?=\s*$|\s*[,;|]|\s+(?:and|und|et|y|e|og|och|en|&)\s)"
)
# Places of two words, which read as names do.
PLACES: Final = frozenset((
    "new york", "new delhi", "new orleans", "los angeles", "las vegas", "san francisco", "san diego", "san juan", "hong kong", "tel aviv", "buenos aires", "são paulo",
    "rio de janeiro", "mexico city", "cape town", "white house", "capitol hill", "kuala lumpur", "abu dhabi", "addis ababa", "kansas city", "salt lake city", "st. petersburg",
    "washington d.c", "washington dc", "united nations", "the hague", "den haag", "bad homburg", "frankfurt am main", "santo domingo", "porto alegre", "la paz", "san josé",
))  # fmt: skip
_OTHER: Final = (
    r"photos?|photographs?|photography|photographers?|pictures?|fotos?|fotograf\w*|bild(?:er)?|images?|video(?:s|grapher)?|illustrat\w+|graphics?|grafik\w*|camera|kamera|schnitt"
    r"|edit(?:ed|ing|or)|copy\s?edit\w*|translat\w+|übersetz\w+|übertragen|traduc\w+|traduit\w*|traduzion\w*|tradott\w+|vertaling|vertaald|oversat|översatt|medically|fact[- ]?check\w*|review(?:ed|er)|produced|editing|redigier\w+|lektorat|additional\s+reporting|con\s+información|mit\s+material|mit\s+informationen"
)
# Others' work on a story: what a credit says that is none for its words.
OTHER_WORK: Final = re.compile(
    rf"^\W*(?:{_OTHER})\b|(?:\s*[;,.|/•·–—]\s*|\s+(?:and|und|with|mit|avec)?\s*)\b(?:with\s+)?(?:{_OTHER})(?:\s+(?:{_BY_WORDS}|di|da)\b|\s*:).*$"
    rf"|(?:\b(?:und|and|et|y|e)\s+|,\s*)?[^,;|/()]{{2,60}}?\((?:{_OTHER})[^()]{{0,30}}\)",
    re.IGNORECASE,
)
_DAYS: Final = (
    r"mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz|mai|juni|juli|oktober|dezember"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_WHEN: Final = r"on|am|le|el|il|in|at|um|updated?|published|posted|last|stand|veröffentlicht|publié|publicado"
# A day behind a name, with the words that lead to it; "May" and "Sun" without a number are names.
STAMP: Final = re.compile(
    rf"(?:\b(?:{_DAYS}|{_WHEN})\b\W*)*\b\d.*$|(?:\b(?:{_WHEN})\W*)+(?:\b(?:{_DAYS})\W*)?$", re.IGNORECASE
)
AND: Final = re.compile(r"\s+(?:and|und|et|y|og|och|ja|e|en|i|и|та)\s+")
TALKS_WITH: Final = re.compile(
    r"\s+(?:im Gespräch mit|in conversation with|en conversation avec|en conversación con|in conversazione con|in gesprek met|i samtal med|talks to)\s+",
    re.IGNORECASE,
)
# Who was asked stands behind who asked: "an interview by A with B"; elsewhere both wrote.
WITH: Final = re.compile(r"\s+(?:mit|with|avec|con|met|med)\s+")
NO_BYLINE: Final = re.compile(
    r"^\W*(foto|photo|bild|image|quelle|source|getty|credit|©|lesezeit|kommentar|comment|tags?|schlagw|categor|kategorie|share|min\b|abgelegt|posted in|filed)",
    re.IGNORECASE,
)
# Words no person is called by, in lines that do not say whose names they hold: sections, buttons, openings.
NO_NAME: Final = re.compile(
    r"^(?:the|in|im|am|an|der|die|das|den|les?|la|el|los|il|on|at|mehr|more)\b|\b(?:news|permalink|comments?|kommentare?|online|magazine?|redaktion|blog|home|menu|report|times|read|min|today)\b",
    re.IGNORECASE,
)
PARTICLES: Final = frozenset((
    "de", "van", "von", "der", "den", "da", "di", "la", "le", "el", "al", "bin", "bint", "ibn", "dos", "das", "do", "du", "des", "del", "della", "zu", "zum", "zur", "ten", "ter",
    "y", "e", "af", "av", "vom",
))  # fmt: skip
