"""Lines that speak of the page and not of the story: what of each kind a line must hold to be one.

The cleaning cuts such lines by their place and their repetition; a check must say of one line by itself what
it is, and stay silent where a story could say the same. So a kind asks for two things at once: a cue, and a
shape that prose has not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence, Set
from functools import lru_cache
from itertools import groupby, takewhile
from math import inf
from typing import NamedTuple
from unicodedata import normalize

from dedupe.boilerplate.cues import begins_with_cue, cues_in
from dedupe.lookalikes import AS_LATIN
from dedupe.quality.characters import INVISIBLE, STYLED, Sign
from dedupe.quality.checks.paywall_stub import DOOR, is_prompt
from dedupe.quality.checks.repeated_lines import LEAST_TIMES
from dedupe.quality.facts import WORD, Columns, Facts
from dedupe.quality.notices import LONGEST_TIME, is_only_time
from dedupe.quality.page_words import (
    CHANNEL,
    FILLING,
    LEADING,
    OWNER,
    OWNERS,
    TITLES,
    may_be_page_words,
    word_roles,
)
from dedupe.quality.reading import SCRIPT_SIGNS, Line, reading_of
from dedupe.quality.service_lines import MOST_WORDS, SERVICE_LINES
from dedupe.quality.sought import AnyOf, Sought
from dedupe.quality.strange_lines import (
    BLOCKS,
    FAR_SCRIPT,
    QUOTED,
    name_strange_lines,
    own_stems,
    stems,
)
from dedupe.quality.text import ends_sentence

__all__ = ["furniture_in"]

LONGEST = 330  # characters; a longer line is a paragraph
LABEL = 7  # words of a label in a menu
MOST_TIMES = 2  # lines that say when the text was written
EDGE_RUN = 4  # labels in a row at an edge of the text: a menu, whatever they say
EDGE_WORDS = 2  # of such a label
MOST_AMID = 3  # lines in a row that go along with the furniture around them
LEAST_AROUND = 3  # lines of it
FIRST_BELOW = 2  # runs of lines: a story, furniture, and then what may go along with that
MOST_BESIDE_WORDS = 20  # of a line beside them that speaks to the reader

# ------------------------------------------------------------------------------------------- consent

CONSENT_SIGNS = tuple(
    Sought(pattern, re.IGNORECASE)
    for pattern in (
        r"\bcookies?\b|\btrackers?\b|tracking|çerez|куки|кукі|クッキー|ciasteczk\w*|informasjonskapsler|饼干|隐私",
        r"\b(?:accept|agree|consent|allow|reject|decline|opt.out|akzept\w+|zustimm\w+|einwillig\w+|ablehn\w+|accept\w+|refus\w+|consent\w+|"
        r"acept\w+|rechaz\w+|aceit\w+|recus\w+|accett\w+|rifiut\w+|toestemm\w+|accepter\w+|godta\w*|samtyk\w+|godk[aä]nn\w*|zgod\w+|akceptuj\w*|"
        r"соглас\w+|прин\w+|kabul|同意|接受)",
        r"\bpartners?\b|\bpartnern\b|partenaires|socios|parceiros|drittanbieter\w*|third.part(?:y|ies)|vendors?|dienstleister\w*",
        r"(?:\byour|ihre[nrms]?|eure[nm]?|votre|vos|su|tu|seu|vostro|tuo)\s(?:\w+\s){0,2}(?:devices?|browser|browsing|privacy|preferences|data|choices|consent|"
        r"ger[aä]t\w*|daten|einwilligung|zustimmung|appareil|donn[eé]es|choix|dispositivo|datos|dados|dati)|on\s(?:a|your)\sdevice",
        r"personali[sz]\w+|targeted\s(?:ads|advertis\w+)|ad\s(?:measurement|targeting)|tailored|measure\w*\s(?:ad|audience)|ma[sß]+geschneidert|publicit[eé]s?\spersonn\w+",
        r"\b(?:privacy|cookie|consent|datenschutz|privatsph[aä]re\w*|confidentialit[eé]|privacidad|privacidade)[\s-]?(?:policy|notice|settings|preferences|statement|cent(?:er|re)|"
        r"einstellungen|erkl[aä]rung\w*|richtlinie\w*)?\b",
        r"(?:manage|change|customi[sz]e|update|set|verwalten|anpassen|[aä]ndern|g[eé]rer|param[eé]tr\w+|configur\w+|gestionar|gestisci)\s?(?:\w+\s){0,2}(?:preferences|settings|options|choices|cookies|einstellungen)?",
        r"(?:store|stor(?:ing|age)|access\w*|process\w*|speicher\w+|abruf\w*|verarbeit\w+|stock\w+|almacen\w+|armazen\w+|archivi\w+)\s(?:\S+\s){0,4}?(?:information|data|cookies|identifiers?|ip[\s-]ad+ress\w*|kennungen|identifiants|identificador\w*|daten|informationen|donn[eé]es|informaci[oó]n|dati)",
        r"inhalte?\w?\s(?:\w+\s){0,3}(?:drittanbieter\w*|externen?)|(?:third.party|external)\s(?:\w+\s)?(?:content|cookies)|(?:extern\w*|embedded|third.party|eingebund\w+|eingebett\w+|externe[rns]?)\s(?:\w+\s){0,3}(?:content|inhalt\w*|contenu|contenido|media|medien)|content\sis\s(?:blocked|hidden)|inhalte?\s(?:anzuzeigen|laden)",
    )
)
BUTTON = re.compile(
    r"\W*(?:(?:i|agree|consent|ok|einverstanden|zustimmung|tracking|accept|reject|allow|decline|manage|cookie|privacy|alle[ns]?|alles|nur|tout|toutes|aceptar|rechazar|aceitar|accetta|rifiuta|einstellungen|zustimmen|ablehnen|akzeptieren|"
    r"only|necessary|essential|notwendige|all|preferences|settings|cookies|options|choices|verwalten|accepter|refuser|todo|todas|tutti|tutto|continue|without|accepting|and|und|und|weiter|"
    r"i|agree|consent|ok|okay|got|it|einverstanden|zustimmung|tracking|mehr|more|information|informationen|learn|save|speichern|annehmen|anpassen|customi[sz]e|close|my|reading)\b\W*){2,5}",
    re.IGNORECASE,
)
BUTTON_MUST = Sought(
    r"cookie|accept|reject|akzept|ablehn|zustimm|acept|rechaz|aceit|accett|rifiut|refus|einstellung|prefer|settings|choices|necessary|notwendig",
    re.IGNORECASE,
)


USES_COOKIES = Sought(
    r"(?:uses?|using|utili[sz]\w+|usamos|usa|usiamo|verwende\w*|nutz\w+|setz\w+|einsatz\svon|utilis\w+|gebruik\w*|bruger|anv[aä]nder|bruker|u[zż]ywa\w*|k[aä]yt[aä]\w+|использу\w+|використов\w+|kullan\w+)\s(?:\S+\s){0,2}(?:cookies?|куки|çerez\w*|ciasteczk\w*)|"
    r"cookies?\s(?:\S+\s){0,2}(?:kullan\w+|を使用|使用)",
    re.IGNORECASE,
)
VALUES_PRIVACY = Sought(
    r"^\W*(?:we\s(?:value|respect|care\sabout)\syour\sprivacy|your\sprivacy(?:\s(?:matters|choices|is\s.{0,30}))?|privacy\s(?:settings|preferences|manager|cent(?:er|re))|ihre\sprivatsph[aä]re.{0,40}|datenschutzeinstellungen|"
    r"nous\srespectons\svotre\svie\spriv[eé]e|valoramos\s(?:su|tu)\sprivacidad|(?:la\s)?tua\sprivacy.{0,40})\W*$",
    re.IGNORECASE,
)
BUTTON_WORDS = 8
MOST_BUTTON_WORDS = 5
MOST_CONSENT_WORDS = 30  # of a notice that only says that cookies are used


TELLING_CONSENT = tuple(CONSENT_SIGNS[place] for place in (0, 2, 8))


def _is_consent(line: Line) -> bool:
    if line.words <= MOST_BUTTON_WORDS and BUTTON_MUST.search(line) and BUTTON.fullmatch(line.text):
        return True
    if VALUES_PRIVACY.search(line) or (line.words <= MOST_CONSENT_WORDS and USES_COOKIES.search(line)):
        return True
    # One of cookies, partners and embedded content must be there: the other signs are said of much else.
    cookies, partners, embedded = (sign.search(line) is not None for sign in TELLING_CONSENT)
    if not (cookies or partners or embedded):
        return False
    signs = [sign.search(line) is not None for sign in CONSENT_SIGNS]
    if sum(signs) == 2 and signs[0] and signs[1] and line.words > BUTTON_WORDS:
        return _speaks_to_reader(line.text)  # a bakery's cookies are accepted, too
    return sum(signs) >= (2 if cookies or embedded else 3)


# -------------------------------------------------------------------------------------- subscriptions

CALLS_READER = re.compile(
    r"(?:you|your|yours|our|ours|us|we|sie|ihr\w{0,2}|uns\w{0,4}|wir|euch|eure?|du|dein\w{0,2}|vous|votre|vos|nous|notre|nos|su|sus|tu|tus|nuestr[oa]s?|te|seu|sua|noss[oa]s?|voc[eê]|"
    r"vostr[oa]|nostr[oaie]|ti|tuo|tua|je|jouw|uw|onze?|ons|din|ditt|dine|v[aå]r[at]?|jer|vores|puedes|quier[ae]s|puoi|vuoi|możesz|chcesz|вы|ви|вас|ваш\w*|наш\w*|нас|twoj\w*|nasz\w*)",
    re.IGNORECASE,
)
PARTS = re.compile(r"\w+")


@lru_cache(maxsize=1 << 14)
def _calls_reader(word: str) -> bool:
    return CALLS_READER.fullmatch(word) is not None


def _speaks_to_reader(text: str) -> bool:
    """Whether any word calls the reader or the paper: "your", "unser"."""
    return any(map(_calls_reader, PARTS.findall(text)))


CALL = re.compile(
    r"^\W*(?:\w+\s){0,3}?(?:sign\s?up|install|turn\son|activate|enable|consider|choose|pick|have|hear|discover|delivered|subscribe|register|join|follow|download|get|enter|become|support|donate|try|stay|receive|don['’]t\smiss|never\smiss|want|like|love|enjoy\w*|"
    r"thank\syou|thanks|please|help|make|start|unlock|be\sthe\sfirst|"
    r"abonnier\w+|melden|folgen|folge|jetzt|hier|laden|lade|erhalten|unterst[uü]tz\w+|werden|werde|verpassen|bleiben|vielen\sdank|bitte|tragen|bestellen|kostenlos\w*|"
    r"abonnez|inscrivez|recevez|suivez|rejoignez|soutenez|t[eé]l[eé]chargez|suscr[ií]\w+|reg[ií]str\w+|recib\w+|s[ií]gue\w*|[uú]nete|ap[oó]y\w+|descarg\w+|"
    r"assine|inscreva\w*|receba|siga|junte\w*|apoie|baixe|iscriv\w+|ricev\w+|segui\w*|sostien\w*|scaric\w+|schrijf|meld|ontvang|volg|steun|"
    r"tilmeld|f[aå]|f[oø]lg|st[oø]tt|prenumerera|st[oö]d|zapisz|subskrybuj|wesprzyj|подпи\w+|присоед\w+|підпи\w+|приєдн\w+)\b",
    re.IGNORECASE,
)
OFFER = Sought(
    r"lettre\sd['’]info\w*|infolettre|l['’]essentiel|lo\sesencial|supporters?|patron|digest|round-?up|tip\s?line|push|alerte\w*|avisos|newsletter|nyhedsbrev|nyhetsbrev|nieuwsbrief|bolet[ií]n|boletim|bulletin|briefing|inbox|postfach|posteingang|e-?mail|mailing|subscri\w+|abonn\w+|\babo\b|member(?:ship)?\b|mitglied\w*|"
    r"telegram|whatsapp|signal|facebook|twitter|instagram|youtube|tiktok|bluesky|channel|kanal|podcast|\bapp\b|push|notifications?|alerts?|"
    r"journalis\w+|donat\w+|spende\w*|contribution|suscri\w+|assin\w+|abbona\w+|prenumer\w+|headlines|sign\s?up|anmeld\w+|рассылк\w+|розсилк\w+|канал\w*|ニュースレター|メルマガ|订阅|訂閱|구독",
    re.IGNORECASE,
)
FORM = Sought(
    r"^(?:\W*(?:\*?\s?(?:indicates\s)?required(?:\sfields?)?|(?:subscribe|sign\s?up|abonnieren|anmelden|s['’]abonner|suscribirse|iscriviti|prenumerera)(?:\s(?:now|today|jetzt|here|hier|free))?|"
    r"(?:your\s|ihre\s)?e-?mail(?:\s?-?(?:address|adresse))?(?:\s\w+){0,2}|enter\s.{0,40}|press\sctrl.{0,20})\W*)",
    re.IGNORECASE,
)
KEYS = Sought(r"\bctrl\s?\+\s?\w+|\bstrg\s?\+\s?\w+", re.IGNORECASE)
ERROR_OF_FORM = Sought(
    r"(?:correct|valid|g[uü]ltige?|valide|v[aá]lid[oa])\s(?:\w+\s){0,2}(?:e-?mail|address|adresse|correo|indirizzo)|confirmation\s(?:e-?mail|link)|best[aä]tigungs?-?(?:e-?)?mail|(?:anmeldung|signing\sup|subscribing|registration)\W",
    re.IGNORECASE,
)


MOST_CALL_WORDS = 40
DONE = Sought(
    r"(?:successfully\s(?:subscribed|signed|registered)|you\s(?:are|have\sbeen|['’]re)\s(?:now\s)?(?:subscribed|signed\sup|registered)|erfolgreich\s(?:angemeldet|abonniert|registriert))|"
    r"consider\s(?:making\s)?(?:a\s)?(?:\w+\s){0,2}(?:donation|contribution|subscri\w+|support\w*|becoming)|check\syour\s(?:inbox|e-?mail|spam)",
    re.IGNORECASE,
)


def _is_subscription(line: Line) -> bool:
    # A door before an article is none: `paywall_stub` names it.
    return line.words <= MOST_CALL_WORDS and _asks_to_subscribe(line) and DOOR.search(line) is None


def _asks_to_subscribe(line: Line) -> bool:
    if line.words <= 8 and FORM.fullmatch(line):
        return True
    if (
        KEYS.search(line)
        or DONE.search(line)
        or (ERROR_OF_FORM.search(line) and _speaks_to_reader(line.text))
    ):
        return True
    if not OFFER.may_match(line):
        return False
    shouted = line.text.isupper() and line.words <= 8 and "subscribe" in cues_in(line.text)
    if not (shouted or CALL.match(line.text)):
        return False
    return (line.words <= 14 or _speaks_to_reader(line.text)) and bool(OFFER.search(line))


# ------------------------------------------------------------------------------------------- captions

AGENCIES = (
    r"AP|AFP|Reuters|REUTERS|EPA(?:-EFE)?|Getty(?:\sImages)?|dpa|DPA|[Ii]mago|IMAGO|Anadolu(?:\sAgency)?|ANSA|EFE|Xinhua|TASS|PA|NTB|TT|ANP|APA|KEYSTONE|Keystone|Bloomberg|"
    r"Shutterstock|Alamy|iStock|Scanpix|Ritzau|Lehtikuva|[Pp]icture\s?[Aa]lliance|ddp|epd|NurPhoto|ZUMA|Sipa|Unsplash|Wikimedia|Flickr|NASA|ESA|PTI|ANI|Yonhap|Kyodo|CNA|USA\sTODAY"
)
CREDIT_WORD = (
    r"(?:photo(?:graph(?:er)?|s)?|foto(?:s|graf)?|image|images|picture|bild(?:er|quelle|nachweis)?|symbol(?:bild|foto)|archiv(?:bild|foto)|grafik|graphic|video|illustration|credit|cr[eé]dit(?:o|s)?|quelle|source|imagen|imagem|"
    r"immagine|fot|zdj[eę]cie|фото|写真|图片|사진)"
)
CAPTION = AnyOf(
    Sought(pattern)
    for pattern in (
        # (Somebody/Agency), [Somebody - Agency] or (Photo: somebody) at the end of a line
        rf"[(\[][^()\[\]]{{0,80}}(?:/|,|\sfor\s|\svia\s|-\s)\s?(?:{AGENCIES}|[A-Z][\w]+\s(?:Images|Agency|Pictures|Press|Pool|Photo\w*|Archive|News))\s?[)\]]\W*$",
        rf"[(\[]\s?(?i:{CREDIT_WORD})\s?(?::|\bby\b|\bvon\b|\bvia\b|©|/)[^()\[\]]{{2,80}}[)\]]\W*$",
        # A line that is nothing but a name and an agency in brackets
        r"^[(\[][^()\[\]]{2,60}/[^()\[\]]{2,60}[)\]]$",
        # Photo: somebody; FILE PHOTO; © somebody
        rf"^(?i:{CREDIT_WORD})\s?(?::|\bby\b|\|)\s?\S.{{1,200}}$",
        r"^(?:FILE|File|ARCHIV|Archiv)\s?(?:PHOTO|photo|-?\s?In\sthis|IMAGE|image|BILD|bild|FOTO|foto)?\s?[-–—:].{5,}$|^(?:FILE|ARCHIVE)\sPHOTO\b.{0,250}$",
        r"^(?:©|\(c\)|\(C\)|Copyright\s©?)\s?\S.{1,80}$",
        # A sentence, then © somebody
        r"[.!?]\s©\s?\S[^.!?]{1,60}$",
        # "... in May. Photograph: Somebody/Agency", "Credit: Somebody"
        r"(?:^|[.!?]\s)(?i:photograph|photo|foto|bild|image|picture|credit|cr[eé]dit|quelle|illustration)\s?(?::|©|/|\|)\s?[^.:]{2,70}\.?$",
        rf"(?:/|\s[-–—]\s)\s?(?:{AGENCIES})(?:\s(?:via|/)\s?(?:{AGENCIES}))?(?:\s(?:pic|photo|file|image|Foto|Bild)s?)?\s?\)?\.?$",
        rf"[.!?”\"]\s(?:{AGENCIES})(?:\s?/\s?[\w .]{{3,30}})?\.?$",
        r"[(\[](?i:supplied|submitted|contributed|provided|stock\s(?:photo|image)|privat|zvg|archiv(?:bild|foto)|symbol(?:bild|foto)|file\s(?:photo|picture|image)|undated|handout|illustration|image\sd['’]illustration|imagen\sde\sarchivo|foto\sd['’]archivio)[)\]]\.?$",
        r"(?i:photograph(?:ed|s)?|photos?|pictures?|images?|illustration|video)\s(?i:by|from)\s[A-Z][\w.'-]+(?:\s[A-Z][\w.'-]+){0,3}(?:\s(?:on|for|via)\s[A-Z]\w+)?\.?$",
        r"(?:^|[.!?]\s)(?i:(?:image|photo|picture|video|cr[eé]dits?)\s(?:credits?|source|courtesy|photos?))\s?:\s?\S[^:]{1,60}$",
        # "... at the quay. (AP)", "... Source: Somebody", "Getty Images" alone, "... (left) ..."
        rf"[.!?”\"]\s[(\[](?:{AGENCIES})(?:\s?/\s?[\w .]{{3,30}})?[)\]]$",
        r"[.!?”\"]\s(?i:source|quelle|copyright|fuente|fonte|bron)\s?:\s?\S[^:.]{2,50}$",
        r"^(?:Getty\sImages|[Kk]eystone-SDA|KEYSTONE-SDA|AFP|Reuters|REUTERS|EPA|dpa|[Ii]mago|IMAGO|Shutterstock|Alamy|iStock\w*)"
        r"(?:\s?/\s?[A-Z][\w ]{2,30}){0,2}$",
        rf"\b(?:{AGENCIES})/[A-Z][\w .'-]{{3,40}}/[A-Z][\w ]{{3,20}}$",
        r"^[^.!?:]{3,100}[(\s](?:left|right|cent(?:re|er)|links|rechts|mitte|gauche|droite|izquierda|derecha|sinistra|destra)\)[^.!?]{0,100}$",
        r"^(?i:pics?|file\s(?:image|photo|picture)|archiv(?:bild|foto)|symbol(?:bild|foto)|fuente|fonte)\s?(?::|of\s)\s?\S[^.!?]{2,80}$",
        r"^[^.!?]{3,90}\s[(\[]?(?i:archivbild|symbolbild|symbolfoto|archivfoto|file\sphoto|photo\sd['’]illustration|foto\sde\sarchivo|imagen\sde\sarchivo|foto\sd['’]archivio)[)\]]?$",
        # "Jane Somebody/The Alder Post" alone, "... on Monday. | Jane Somebody", "The quay – Photo: Somebody"
        r"^(?:[A-Z\u00c0-\u00de][\w.'-]+\s){1,3}[A-Z\u00c0-\u00de][\w.'-]+\s?/\s?(?:[Tt]he\s)?[A-Z\u00c0-\u00de][\w.'-]+(?:\s[A-Z\u00c0-\u00de][\w.'-]+){0,3}$",
        r"[.!?]\s\|\s[A-Z\u00c0-\u00de][\w.'-]+(?:\s[A-Z\u00c0-\u00de][\w.'-]+){1,3}$",
        r"\s[–—-]\s(?i:photo|foto|bild|image|picture|graphic|grafik|illustration)s?\s?:\s?\S[^:]{2,60}$",
        r"^(?i:image\s(?:source|credit|caption)|video\sstill|screen\s?(?:shot|grab)|stock\s(?:image|photo)|symbolbild|copyright)\s?(?:[,:]|of\s|via\s)\s?\S[^.!?]{2,80}$",
        r"^[^.!?]{0,80},?\s(?:pictured|seen\shere|shown\shere|im\sbild|auf\sdem\sfoto)\b[^.!?]{0,80}\.?$",
        r"(?i:\bhandout\b[^.]{0,40}|courtesy\s(?:of\s)?[A-Z][^.]{2,60}|picture\staken\s(?:on|in|from)[^.]{2,60}|undated\s(?:photo|picture|handout)[^.]{0,60})(?:\.\s[^.]{2,60})?\.?$",
        rf"\b(?:{AGENCIES})/[A-Z][\w .'-]{{3,40}}$",
        # (Jana Somebody/Something) behind the sentence, "Fot. Somebody", "... in May. FOTO Somebody"
        r"[(\[][A-Z][\w.'-]+(?:\s[A-Z][\w.'-]+){1,3}\s?/\s?[A-Z][^()\[\]/]{2,40}[)\]]$",
        r"(?:^|[.!?]\s)(?i:ph|pic|fot|photos?|fotos?|bild|image|imagen|imagem|immagine|beeld|zdj[eę]cie|фото|світлина)\.?\s[A-Z\u00c0-\u00de\u0410-\u042f][\w.'-]+(?:\s(?:/\s)?[A-Z\u00c0-\u00de\u0410-\u042f(][\w.'()-]+){0,5}$",
        # "1 of 6 | ...", "(ABC News: Jane Somebody)", "... on Monday. PTI Photo", "(Szenenfoto: J. Somebody)"
        r"^\d{1,3}\s(?:of|/|von|de|sur|di)\s\d{1,3}\s?\|",
        r"[(\[][A-Z][\w .&-]{1,30}:\s[A-Z][\w.'-]+(?:\s[A-Z][\w.'-]+){1,3}[)\]]$",
        rf"\b(?:{AGENCIES})\s(?i:photo|pic|image|picture|foto|bild)s?\.?$",
        r"[(\[]\s?(?i:\w{0,12}(?:foto|bild|photo|grafik))\s?:\s?[^()\[\]]{2,60}[)\]]\.?$",
        r"^(?i:ilustra[čc]n[íi]\s(?:foto|sn[íi]mek)|illustrasjonsfoto|genrebild|ar[kc]hiv(?:foto|bild|ní\sfoto)|foto\s(?:de\s|d['’])?archivi?o|imagen\s(?:referencial|ilustrativa|de\sarchivo)|photo\sd['’](?:archives?|illustration)|zdj[eę]cie\s(?:ilustracyjne|pogl[aą]dowe)|фото\s(?:из\sархива|иллюстративное)|temsili\s(?:foto\w*|görsel))\W*$",
        # "Main image: somebody", "Image caption The quay", "An aerial view of it"
        r"^(?i:(?:cover|main|lead|featured|header|hero|title|feature)\s(?:image|photo|picture)|maps?|screen\s?(?:grab|shot)|file\s(?:picture|image|photo)|stock\s(?:image|photo|picture))\s?(?i::|\||\bby\b|\bfrom\b|\bvia\b)\s?\S[^!?]{1,90}$",
        r"^(?i:file|stock|archive|library)\s(?i:picture|image|photo)s?\.?$|^(?i:image|media|photo|video)\s(?i:caption)\b.+$",
        r"^(?i:photo|image|picture)s?\s(?i:provided|supplied|submitted|released|issued)\s(?i:by|to)\b.+$",
        r"^(?i:this\s(?:image|photo(?:graph)?|picture|screenshot|handout)\s(?:was\staken|provided|released|made)\b).+$",
        r"^(?i:an?\s(?:aerial|general)\sview\sof)\s[^.!?]{2,100}\.?$",
        # "... on the quay © Somebody", "... in May. Somebody / Something", "... / SOMEBODY", "... File"
        r"[^.!?]\s©\s?[A-Z\u00c0-\u00de][^.!?]{1,50}$",
        r"[.!?]\s[A-Z\u00c0-\u00de][\w.'-]+(?:\s[A-Z\u00c0-\u00de][\w.'-]+){1,3}\s?/\s?[A-Z\u00c0-\u00de][\w\s'-]{2,40}\.?$",
        r"\s/\s[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de.'-]+(?:\s[A-Z\u00c0-\u00de.'-]{2,}){1,3}$",
        r"[.!?]\s(?:(?:[A-Z]\w+\s){0,3}(?i:file)\s(?i:photo|picture|image)|File|FILE|Handout|HANDOUT|Supplied|SUPPLIED)\.?$",
        r"[.!?]\s(?:[A-Z][\w'-]+\s){1,3}(?:Images|Pictures|Photos|Photography|Newswire)\.?$",
        r"^(?:图源|图片来源|資料圖片|资料图片|資料写真|자료사진|صورة\sأرشيفية|תמונת\sארכיון).{0,30}$",
        r"^(?i:before|vorher|avant|antes|prima)\s?:\s.{3,90}\b(?i:after|nachher|apr[eè]s|despu[eé]s|dopo|depois)\s?:",
        r"^\W{0,2}(?i:from\sleft|left\sto\sright|von\slinks|v\.\s?l\.(?:\s?n\.\s?r\.)?|de\sgauche\s[aà]\sdroite|de\sizquierda\sa\sderecha|da\sesquerda|da\ssinistra|van\slinks|fr[aå]n\sv[aä]nster|od\slewej|слева\sнаправо|зліва\sнаправо)\b",
    )
)
MOST_CAPTION_WORDS = 38
# Whose the page is; whose a picture is, is told without a year.
RIGHTS = Sought(
    r"^[^\w©]*(?:©|\(c\)|copyright\b).{0,80}\b(?:19|20)\d\d\b"
    r"|\ball\srights\sreserved\b|alle\srechte\svorbehalten|tous\sdroits\sr[eé]serv[eé]s|(?:todos\slos\s)?derechos\sreservados|(?:todos\sos\s)?direitos\sreservados|tutti\si\sdiritti\s(?:sono\s)?riservati|"
    r"alle\srechten\svoorbehouden|wszelkie\sprawa\szastrzeżone|tüm\shakları\ssaklıdır|все\sправа\sзащищены|(?:всі|усі)\sправа\sзахищен|med\sensamrätt|alle\srettigheter\s(?:er\s)?(?:reservert|forbeholdt)|minden\sjog\sfenntartva|všechna\správa\svyhrazena|kaikki\soikeudet\spidätetään",
    re.IGNORECASE,
)
MOST_RIGHTS_WORDS = 28


def _is_rights(line: Line) -> bool:
    return line.words <= MOST_RIGHTS_WORDS and RIGHTS.search(line) is not None


def _is_caption(line: Line) -> bool:
    return line.words <= MOST_CAPTION_WORDS and CAPTION.search(line) is not None


# -------------------------------------------------------------------------------------- related links

RELATED_LABEL = Sought(
    r"^(?:\W*(?:what\sto\s(?:read|watch)\snext|from\s(?:our|the)\sarchives?|in\sother\snews|(?:more|other)\s(?:on\sthis|stories)(?:\s\w+)?|you\smay\shave\smissed|suggested(?:\s(?:for\syou|articles|reading))?|people\sare\salso\sreading|keep\sreading|(?:lesen\ssie\s)?mehr\szum\sthema|mehr\slesen|unsere\sempfehlungen?|empfehlungen\sder\sredaktion|nos\srecommandations|te\srecomendamos|(?:you\s(?:may|might)\s(?:also\s)?(?:like|be\sinterested).{0,20}|(?:editor'?s?['’]?s?)\s(?:picks?|choice)|recommended(?:\sfor\syou|\sreading|\sstories)?|more\s(?:news|stories|from\s.{2,30}|on\s.{2,30}|like\sthis)|"
    r"related(?:\s(?:articles?|stories|news|topics|content|links|coverage))?|read\s(?:more|next|also)|also\sread|see\salso|up\snext|further\sreading|top\sstories|latest\snews|"
    r"das\sk[oö]nnte\s(?:sie|dich|ihnen)\s.{0,30}|(?:auch|ebenfalls)\sinteressant|mehr\s(?:zum\sthema|dazu|aus\s.{2,30}|[uü]ber\s.{2,30}|von\s.{2,30})|weitere\s(?:artikel|meldungen|themen|nachrichten)|passend\sdazu|lesetipps?|lesen\ssie\s(?:auch|mehr|hier)|"
    r"[aà]\slire(?:\saussi)?|lire\saussi|sur\sle\sm[eê]me\s(?:sujet|th[eè]me)|lee\stambi[eé]n|m[aá]s\s(?:noticias|informaci[oó]n)|te\spuede\sinteresar|leia\s(?:tamb[eé]m|mais)|leggi\sanche|potrebbe\sinteressarti|lees\s(?:ook|meer)|les\sogs[aå]|l[aä]s\socks[aå]|l[aæ]s\sogs[aå]|"
    r"czytaj\s(?:te[zż]|tak[zż]e|wi[eę]cej)|zobacz\s(?:te[zż]|tak[zż]e)|читайте\sтакже|читайте\sтакож|关联|関連記事|相关(?:阅读|新闻|报道)|相關(?:新聞|報導)|관련\s?기사))\W*)",
    re.IGNORECASE,
)
RELATED_HEAD = Sought(
    r"^\W*(?:keep\sreading|what\sto\s(?:read|know)(?:\snext)?|explained|video|gallery|in\spictures|podcast|also\son\s[\w\s.'-]{2,30}|you\smay\salso\slike|te\s(?:puede|podr[ií]a)\sinteresar|tambi[eé]n\slee|weiterlesen|(?:das\s)?k[oö]nnte\ssie\sauch\sinteressieren|empfehlung|pour\saller\splus\sloin|approfondisci|(?:also\s|further\s)?read(?:\s(?:more|also|next|here|this|our\s\w+))?|related(?:\s\w+)?|see(?:\salso|\smore)?|watch(?:\snow|\smore|\salso)?|listen(?:\snow)?|don['’]t\smiss|more(?:\son\s.{2,30}|\sfrom\s.{2,30}|\sstories)?|"
    r"in\scase\syou\smissed\sit|recommended|explainer|opinion|analysis|must.read|also|up\snext|(?:must|further)\sreading|"
    r"(?:mehr|lesen)(?:\s\w+){0,3}|lesetipp|passend\sdazu|auch\sinteressant|dazu\spassend|hintergrund|(?:lire|voir)(?:\s\w+){0,2}|[aà]\slire(?:\s\w+){0,2}|lee(?:\s\w+){0,2}|vea(?:\s\w+){0,2}|leia(?:\s\w+){0,2}|veja(?:\s\w+){0,2}|"
    r"leggi(?:\s\w+){0,2}|guarda(?:\s\w+){0,2}|lees(?:\s\w+){0,2}|les(?:\s\w+){0,2}|l[aä]s(?:\s\w+){0,2}|czytaj(?:\s\w+){0,2}|zobacz(?:\s\w+){0,2}|читайте(?:\s\w+){0,2}|смотрите(?:\s\w+){0,2})\s?(?::|\||»|>|→)\s?\S",
    re.IGNORECASE,
)
MOST_RELATED_WORDS = 30
WEAK_HEADS = re.compile(
    r"^\W*(?:see|more|also|watch|listen|opinion|analysis|explainer|mehr|lesen|hintergrund|les)\s?[:|]",
    re.IGNORECASE,
)


def _is_related(line: Line) -> bool:
    if line.words <= 8 and RELATED_LABEL.fullmatch(line):
        return True
    if line.words > MOST_RELATED_WORDS or not RELATED_HEAD.search(line):
        return False
    if not WEAK_HEADS.search(line.text):
        return True
    # The story's own headline may begin so.
    return line.start > 0 and (not ends_sentence(line.text) or line.text.endswith("?"))


# ------------------------------------------------------------------------------------------- comments

COMMENT_LABEL = Sought(
    r"^(?:\W*(?:\(?\d+\)?\s)?(?:(?:show|hide|view|read|see|load|post|add|leave|write|all|more|latest|top|newest|oldest|\d+|your|join\sthe|alle|mehr|weitere|ihr|voir|tous|les|ver|todos|los|escribe|un|deja|tu|laat|een)\s){0,4}"
    r"(?:comments?|repl(?:y|ies)|responses?|conversation|discussion|kommentare?|antworten|diskussion|commentaires?|comentarios?|coment[aá]rios?|commenti|reacties?|kommentarer|komentarz\w*|комментари\w+|коментар\w*|コメント|评论|評論|댓글)(?:\s?\(?\d+\)?)?\W*"
    r"|\W*(?:leave|post|write|add|be\sthe\sfirst|start|join|have|share)\s(?:\w+\s){0,3}(?:repl(?:y|ies)|comment(?:ing|s)?|conversation|discussion|your\s(?:say|thoughts|opinion))\W*|\W*(?:kommentar(?:e)?|beitrag)\s(?:schreiben|verfassen|hinzuf[uü]gen|anzeigen|lesen|abgeben)\W*|"
    r"\W*(?:laisser|ajouter|[eé]crire|publier)\sun\scommentaire\W*|\W*(?:deja|escribe|a[ñn]ade|publica)\s(?:un|tu)\scomentario\W*|\W*(?:lascia|scrivi)\sun\scommento\W*|\W*posted\sby\s\S{2,24}(?:\s(?:at|on)\s.{2,24})?\W*|\W*repl(?:y|ying)\sto\s\S{2,24}\W*|"
    r"\W*(?:most\s(?:liked|recent)|best\srated|(?:newest|oldest|best|top)(?:\s(?:first|rated|comments))?)\W*"
    r"|\W*sort(?:ed)?\sby\W.{0,30}|\W*(?:report|melden|flag|like|likes|share|upvote|downvote|antworten|gef[aä]llt\smir)(?:\s(?:abuse|comment|as\s\w+))?\s?\(?\d*\)?\W*"
    r"|\W*(?:log|sign)\s?in\s(?:or\s\w+\s)?to\s(?:leave|post|write|join|add|reply).{0,40})",
    re.IGNORECASE,
)
SAID_AGO = Sought(
    r"\W*(?!updated|published|posted|last|modified)\w[\w.]{2,20}(?:\s[\w.]{1,12})?\s(?:\W\s)?\d{1,2}\s(?:minutes?|hours?|days?|weeks?|months?|years?)\sago\W*",
    re.IGNORECASE,
)
# "vor 2 Stunden", in the languages of most news sites.
TIME_AGO = (
    r"(?:\d{1,3}\s?(?:min(?:ute)?s?|hours?|hrs?|h|days?|d|weeks?|w|months?|years?)\sago|vor\s(?:\d{1,3}|ein\w{0,2})\s\w+|il\sy\sa\s(?:\d+|une?)\s\w+|hace\s(?:\d+|una?)\s\w+|h[aá]\s\d+\s(?:horas?|minutos?|dias?|semanas?)|\d+\s(?:ore|ora|minuti|giorni|settimane)\sfa|\d+\s\w+\s(?:geleden|temu|sedan|siden|önce|назад|тому)"
    r"|för\s\d+\s\w+\ssedan|for\s\d+\s\w+\ssiden)"
)
SOMEBODY = r"^\W*[\w.-]{2,24}(?:\s[\w.-]{1,20})?\s?"  # a handle, or a name
WROTE = (
    r"wrote|writes|says|schrieb|schreibt|meint|a\s[eé]crit|escribi[oó]|escreveu"
    r"|ha\sscritto|scrive|schreef|schrijft|skrev|skriver|napisa[lł]\w?|pisze|написала?|пишет|пише"
)
# Who wrote when, what somebody with a number in the name wrote, a guest, a name with a date, a lone "+1".
COMMENTS = AnyOf(
    (
        Sought(rf"{SOMEBODY}(?:\W\s?|(?:{WROTE})\s)?{TIME_AGO}\s?[:·|–-]"),
        Sought(
            rf"^\W*(?!(?i:updated|published|posted|last|modified|aktualisiert|stand|publié|publicado|mis)\b)[^\W\d][\w.-]{{2,20}}(?:\s[\w.-]{{1,12}})?\W{{1,3}}{TIME_AGO}\W*$"
        ),
        Sought(r"^\W*(?:[a-z]+[_.]?\d{1,5}|[A-Za-z]+_[A-Za-z0-9]+|[A-Za-z]{3,}\d{2,5})\s?:\s"),
        Sought(
            rf"^\W*(?:[a-z]+[_.]?\d{{1,5}}|[A-Za-z]+_[A-Za-z0-9]+|[A-Za-z]{{3,}}\d{{2,5}})\s(?:{WROTE})\b:?\s"
        ),
        Sought(
            r"^\W*(?i:guest|anonymous|anon|gast|anonym|invit[eé]|invitado|an[oó]nimo|ospite|гость|гість)\w{0,2}\s?\d*\s?[:·–-]\s\S"
        ),
        Sought(r"^[\w.'-]{2,24}(?:\s[\w.'-]{1,20})?\s\([^()]{3,12}\d{4}[^()]{0,14}\):?\s\S"),
        Sought(rf"^[\w.'-]{{2,24}}\s(?:{WROTE}):\s[a-zäöü]"),
        Sought(r"^\W*\+1\W*$"),
    )
)
MOST_COMMENT_WORDS, MOST_LABEL_OF_COMMENT = 60, 10


def _is_comment(line: Line) -> bool:
    if line.words <= MOST_LABEL_OF_COMMENT and (COMMENT_LABEL.fullmatch(line) or SAID_AGO.fullmatch(line)):
        return True
    return line.words <= MOST_COMMENT_WORDS and COMMENTS.search(line) is not None


# --------------------------------------------------------------------------------------------- menus

# What parts two labels, or stands at the end, is in no label: there is one way to match, or none.
SEPARATED = Sought(r"(?:[^|<>»›/•·]{2,32}[|>»›•·]){2,}[^|<>»›•·]{2,41}")
PATH = Sought(r"(?:[^|<>»›/•·]{2,32}\s/\s){2,}[^|<>»›/•·]{2,41}")
COUNTER = Sought(
    r"^(?:\W*\d[\d.,]*\s?[kKmM]?\s(?:shares?|likes?|views?|retweets?|reactions?|teilungen|aufrufe|partages|vues|compartidos)\W*)",
    re.IGNORECASE,
)
ACTION = re.compile(
    r"\W*(?:[uü]ber\suns|[aà]\spropos|qui\ssommes-nous|qui[eé]nes\ssomos|quem\ssomos|sobre\sn[oó]s(?:otros)?|chi\ssiamo|over\sons|om\soss?|o\snas|о\sнас|про\sнас|hakk[ıi]m[ıi]zda|r[oó]lunk|despre\snoi|"
    r"(?:jump|go)\sto\s(?:main\s)?\w+|(?:zum|zur)\s\w+\sspringen|ir\sal\s\w+|aller\sau\s\w+|vai\sal\s\w+|ga\snaar\s\w+|(?:my|your)\s(?:account|profile|news|list|feed|library)|mein\s(?:konto|profil)|mon\scompte|mi\scuenta|il\smio\saccount|"
    r"accessibility(?:\s\w+)?|barrierefreiheit|latest(?:\snews)?|bookmarks?|favou?rites|save\sfor\slater|saved|(?:font|text)\ssize|schriftgr[oö][sß]+e|a{1,3}|a\sa(?:\sa)?|view\s(?:as\s.{3,20}|all|more|comments)|(?:see|show|load)\s(?:all|more|less)|edition|switch\sedition|dark\smode|"
    r"english|deutsch|espa[ñn]ol|fran[cç]ais|italiano|follow|followed|copied|link\scopied|open\s(?:in\s)?app|live|tv|radio|podcasts?|newsletters?|crosswords?|puzzles|obituaries|classifieds|shop|store|events|tickets|profile|account|download|gallery|slideshow|"
    r"(?:image|photo|page|slide)?\s?\d{1,3}\s(?:of|/|von|sur|de)\s\d{1,3}|expand|collapse|hide|show|filter|scroll(?:\sdown)?|swipe.{0,20}|tap\s.{2,20}|click\s.{2,20}|toggle\s\w+|featured|partager|imprimer|envoyer|compartir|imprimir|condividi|stampa|delen|afdrukken|dela|del|udostępnij|drukuj|поделиться|печать|分享|打印|シェア|印刷|共有|"
    r"share|tweet|print|drucken|teilen|email|e-mail|save|merken|copy\slink|link\skopieren|pin\sit|menu|men[uü]|search|suche|suchen|log\s?in|log\s?out|sign\sin|sign\sout|anmelden|abmelden|registrieren|subscribe\snow|home|startseite|"
    r"contact(?:\sus)?|about(?:\sus)?|careers|jobs|impressum|imprint|datenschutz\w*|agb|kontakt|sitemap|rss|faq|help|hilfe|newsroom|advertise(?:\swith\sus)?|terms(?:\s(?:of|and|&)\s\w+)?|privacy(?:\spolicy)?|"
    r"sections?|ressorts?|topics|themen|breadcrumbs?|edit(?:\spost)?|clear|close|schlie[sß]+en|back|zur[uü]ck|next|previous|weiter|n[aä]chste\w*|vorherige\w*|(?:next|previous)\sarticle|more|mehr|play|pause|mute|loading|"
    r"(?:back\sto\s|nach\s|zum\s|zur\s|skip\sto\s|to\s)?(?:the\s)?(?:top|oben|anfang|startseite|hauptinhalt|inhalt(?:\sspringen)?|content|main\scontent|main\snavigation|navigation)|"
    r"(?:most\s(?:read|popular|shared|viewed)|meistgelesen\w*|trending(?:\snow)?|top\sstories|listen\sto\sthis\s\w+|artikel\s(?:merken|anh[oö]ren|drucken|teilen|vorlesen)|\d+\s?min(?:\.|uten?|utes?|s)?(?:\s(?:read|lesezeit|lesedauer|de\slecture|de\slectura|leestijd|l[aä]sning))?|lesezeit\W.{0,12}|"
    r"(?:world|news|politics|politik|business|wirtschaft|opinion|meinung|sports?|kultur|culture|wissen|science|tech\w*|local|lokales|video|photos?|games|travel|reise|auto|health|gesundheit|panorama|digital|regional|archive?|epaper|e-paper|wetter|weather)))\W*",
    re.IGNORECASE,
)


# "News Sport Culture Opinion": the sections of a site in a row, with or without blanks.
SECTION = (
    r"(?:news|nachrichten|nyheter|nyheder|noticias|not[ií]cias|notizie|actualit[eé]s?|wiadomo[sś]ci|zpr[aá]vy|home|world|welt|monde|mundo|mondo|politi[ckq]\w{0,3}|pol[ií]tica|business|wirtschaft|[eé]conomi[ea]|econom[ií]a|economia|finan[cz]\w{0,4}|money|geld|markets?"
    r"|sports?|deportes?|esportes?|fu(?:ss|ß)ball|football|f[uú]tbol|culture|kultur\w{0,1}|cultura|arts?|opinion|opini[oó]n|opini[aã]o|meinung|debatt\w?|d[eé]bats?|lifestyle|leben|life|style|stil|travel|reisen?|health|gesundheit|sant[eé]|salud|science|wissen(?:schaft)?|sciences?|ciencia|tech(?:nology|nik|nologie|nolog[ií]a)?|digital|netzwelt"
    r"|local|lokales?|regional?(?:es)?|r[eé]gions?|panorama|freizeit|ratgeber|service|video|audio|podcasts?|weather|wetter|m[eé]t[eé]o|games|quiz|auto|motor|karriere|food|entertainment|unterhaltung|kino|tv|medien|media|climate|klima|environment|umwelt|innovation|earth|live|education|bildung|jobs|crime|people|celebrity|family|famil(?:ie|le)|subscribe|abo|shop|mehr|more|menu|search|suche)"
)
SECTION_ROW = re.compile(
    rf"(?![|*#\[-])\W*(?>{SECTION}(?:\W+|(?-i:(?=[A-ZÄÖÜ])))){{2,}}{SECTION}\W*", re.IGNORECASE
)
JOINED_LABELS = re.compile(r"(?:[A-ZÄÖÜ][a-zäöüß]{2,}){4,}")
TWO_LABELS = Sought(r"[^|<>»›•]{2,24}\s?[|>»›•]\s?[^|<>»›•]{2,24}")
MOST_TWO_WORDS = 4
MOST_SEPARATED_WORDS = 25
LONGEST_ROW = 120  # characters
MOST_CUE_WORDS = 5
COMPOUND = re.compile(r"\W*\w{2,}-\w")  # "Next-gen" is no "Next"


def _is_label(line: Line) -> bool:
    text = line.text
    if line.words <= MOST_TWO_WORDS and TWO_LABELS.fullmatch(line):
        return True
    if (
        line.words <= MOST_SEPARATED_WORDS
        and (SEPARATED.fullmatch(line) or PATH.fullmatch(line))
        and not ends_sentence(text)
    ):
        return True
    if JOINED_LABELS.fullmatch(text) or (len(text) <= LONGEST_ROW and SECTION_ROW.fullmatch(text)):
        return True
    if line.words > LABEL or ends_sentence(text):
        return False
    return bool(
        ACTION.fullmatch(text)
        or COUNTER.fullmatch(line)
        or (
            line.words <= MOST_CUE_WORDS
            and ":" not in text
            and begins_with_cue(text) & {"share", "menu"}
            and not COMPOUND.match(text)
        )
    )


# ----------------------------------------------------------------------------------- the page's words

MOST_PAGE_WORDS = 28  # of a line that speaks of nothing but the page; a longer one is a paragraph
LONG_FOR_WORDS = 50  # characters; in a longer line most words are looked for before they are read one by one
MOST_CHANNEL_WORDS = 3  # of a line that names a paper and its channel
MOST_CLOSED_WORDS = 10  # of one with a single telling word
MOST_UNKNOWN = 0.35  # share of its words that are none of the page's: names of papers and networks
LEAST_PAGE_WORDS = 2  # that tell something, where others stand among them
MANY_PAGE_WORDS = 3  # the same in a longer line
FEW_WORDS = 12  # of a line that is not yet one of the longer ones
KIND_ORDER = (
    "cookie_consent",
    "comments_block",
    "newsletter_cta",
    "related_links",
    "caption_lines",
    "nav_lines",
)
COOKIES = frozenset(["cookie", "cookies", "kakor", "informasjonskapsler", "çerezler", "ciasteczka", "куки"])
NO_TELLING = frozenset({FILLING, OWNER})
# Somebody's address; it tells as much as a word of the page.
MAIL = re.compile(r"\w@\w")
HANDLE = re.compile(r"\S*(?:@|://|\bwww\.)\S+")
LABELLED = re.compile(r"^[^\w\n]*(?P<label>\w[^:：|»›→►>\n]{2,45}?)\s?[:：|»›→►>]\s?(?P<rest>\S.{2,})$")
CREDITED = re.compile(
    r"[.!?|)\]”\"]\s\W{0,2}(?P<label>\w[^.:!?|©]{1,30})\s?[:©]\s?(?:[^.:!?]|\b\w\.){2,60}\.?$"
)
POINTED = re.compile(  # an arrow, no quotation mark or tag; in a frame, or behind a box to tick
    r"^(?:[>»›→►▶]\s?[^«‹<]*|[^«‹<]*\s?[>»›→►▶]|(?P<frame>[+=~*]{2,3})\s.*\s(?P=frame)"
    r"|\[\s.*\s\]|[-*+]\s\[[ xX]\]\s.*)$"
)
MARKS = re.compile(r"[:：|»›→►▶>©\]+=~*]")  # behind a label
ARTICLES = ("the ", "das ", "die ", "der ", "la ", "le ", "el ", "il ", "o ", "a ", "de ", "het ")
MOST_LABEL_WORDS = 7  # before the mark, and the headline of another story behind it
LEAST_HEADLINE_WORDS = 3
MOST_KNOWN = 0.34  # share of a headline's words that the story uses; more, and it may head a part of this one
ANSWER = re.compile(
    r"\W*(?:yes|no|ja|nein|oui|non|s[ií]|sì|n[aã]o|nee|nej|nei|tak|nie|да|нет|так|ні|ok|okay)\b",
    re.IGNORECASE,
)
MOST_ANSWER_WORDS = 5


MOST_FAR_WORDS = 4  # of a label in one of them
KINDS_OF_CUES = (
    ("comments", "comments_block"),
    ("subscribe", "newsletter_cta"),
    ("related", "related_links"),
    ("credit", "caption_lines"),
    ("share", "nav_lines"),
    ("menu", "nav_lines"),
    ("legal", "nav_lines"),
)


class _PageWords(NamedTuple):
    """What the page's words in a line say."""

    kind: str
    alone: str = ""  # the one word that tells it, where there is only one
    headline: str = ""  # of another story, behind a label that tells nothing by itself


def _page_words(text: str) -> _PageWords | None:
    """The kind of a line most of whose words are those with which a site speaks of its page."""
    if len(text) > LONG_FOR_WORDS and not may_be_page_words(text):
        return None
    handles = 0
    mailed = (
        "@" in text and MAIL.search(text) is not None
    )  # "Mail: somebody" is a person's, and no invitation
    if "@" in text or "://" in text or "www." in text:
        text, handles = HANDLE.subn(" ", text)
    words = WORD.findall(text.casefold())
    if not 0 < len(words) <= MOST_PAGE_WORDS or (handles and len(words) < LEAST_PAGE_WORDS and mailed):
        return None
    if len(words) <= MOST_CHANNEL_WORDS and not ends_sentence(text) and CHANNEL in word_roles(words[-1]):
        return _PageWords("newsletter_cta", words[-1])
    ends = ends_sentence(text) and not text.endswith(("...", "…"))
    speaks = _speaks_to_reader(text) if ends or len(words) > FEW_WORDS else False
    if ends and not speaks and OWNERS.isdisjoint(words):
        return None  # a sentence that is no concern of the reader's
    room = most_unknown = int(MOST_UNKNOWN * len(words))
    votes: Counter[str] = Counter()
    telling: set[str] = set()
    owned, before = 0, frozenset[str]()
    for word in words:
        roles = word_roles(word)
        if not roles:
            room -= 1
            if room < 0:
                return None
        elif roles.isdisjoint(NO_TELLING) and word not in telling:
            telling.add(word)
            votes.update(roles)
            owned += OWNER in before
        before = roles
    if not votes and room == most_unknown and 1 < len(words) <= MOST_ANSWER_WORDS and ANSWER.match(text):
        return _PageWords("cookie_consent") if not ends_sentence(text) else None
    votes.pop(TITLES, None)
    votes.pop(CHANNEL, None)
    votes["nav_lines"] += votes.pop(LEADING, 0)
    if not votes.total():
        return None
    is_long = len(words) > FEW_WORDS
    if (ends or (is_long and len(telling) <= MANY_PAGE_WORDS)) and not owned and not speaks:
        return None
    leading = sum(LEADING in word_roles(word) for word in telling)
    weight = len(telling) - leading + bool(owned) + (handles == 1 and votes["newsletter_cta"] > 0)
    offers = votes["newsletter_cta"] + votes["cookie_consent"] > 0 and _speaks_to_reader(text)
    closed = room == most_unknown and len(words) <= MOST_CLOSED_WORDS and (offers or not ends)
    # One word of consent is enough in a short line; whether the story has it is looked at then.
    consents = (
        not COOKIES.isdisjoint(telling) and room >= most_unknown - 1 and len(words) <= MOST_CLOSED_WORDS
    )
    if weight < (MANY_PAGE_WORDS if is_long else LEAST_PAGE_WORDS) and not (closed or consents):
        return None
    most = max(votes.values())
    kind = next(kind for kind in KIND_ORDER if votes[kind] == most)
    return _PageWords(kind, min(telling) if len(telling) == 1 else "")


def _far_label(text: str) -> _PageWords | None:
    """The kind of a label in a script whose words are not told apart here: a cue begins it."""
    if FAR_SCRIPT.search(text) is None or ends_sentence(text):
        return None
    cues = begins_with_cue(text)
    return next((_PageWords(kind) for cue, kind in KINDS_OF_CUES if cue in cues), None)


def _roles_of_label(text: str) -> list[Set[str]] | None:
    """What the telling words of a label are for; None: it has other words than the page's."""
    words = WORD.findall(text.casefold())
    roles = [word_roles(word) for word in words]
    if len(words) > MOST_LABEL_WORDS or not all(roles):
        return None
    return [each for each in roles if each.isdisjoint(NO_TELLING)]


def _labelled(text: str) -> _PageWords | None:
    """The kind of a line that opens with an arrow or a label in the page's words, or ends with one.

    A label of another story bids to read on, or two of its words tell something: "Author: somebody" may stand
    in a story.
    """
    if POINTED.search(text) and not ends_sentence(text) and len(WORD.findall(text)) >= LEAST_HEADLINE_WORDS:
        return _PageWords("related_links")
    credit = CREDITED.search(text)
    if credit is not None and any("caption_lines" in each for each in _roles_of_label(credit["label"]) or ()):
        return _PageWords("caption_lines")
    found = LABELLED.match(text)
    telling = _roles_of_label(found["label"]) if found is not None else None
    if found is None or telling is None:
        return None
    if any("caption_lines" in each for each in telling):
        named = found["label"].casefold().startswith(ARTICLES)  # "The photo: ..." is one the story speaks of
        return None if named else _PageWords("caption_lines")
    if text.endswith(".") or len(WORD.findall(found["rest"])) < LEAST_HEADLINE_WORDS:
        return None
    bids = any("related_links" in each or TITLES in each for each in telling)
    if bids or len(telling) >= LEAST_PAGE_WORDS:
        return _PageWords("related_links")
    is_headline = not ends_sentence(text) or text.endswith("?")
    is_one = found["rest"][0].isupper() and is_headline and len(set(stems(found["rest"]))) >= 3
    return _PageWords("related_links", headline=found["rest"]) if is_one else None


# ------------------------------------------------------------------------------------------- together

Test = Callable[[Line], bool]
"""Tells whether a line is of a kind."""


def _serves_readers(kind: str, phrases: Sought) -> Test:
    """The test whether a line begins as sites address their readers; a whole sentence is no link."""

    def is_it(line: Line) -> bool:
        if line.words > MOST_WORDS or phrases.search(line) is None or DOOR.search(line) is not None:
            return False
        return kind != "related_links" or not line.text.rstrip().endswith(".")

    return is_it


CONSENT = AnyOf((BUTTON_MUST, VALUES_PRIVACY, USES_COOKIES, *TELLING_CONSENT))
# Kind, most words, how it is told, and the expressions of which one must match; none: its shape tells it.
KINDS: tuple[tuple[str, float, Test, AnyOf], ...] = (
    ("cookie_consent", inf, _is_consent, CONSENT),
    ("comments_block", MOST_COMMENT_WORDS, _is_comment, AnyOf((COMMENT_LABEL, SAID_AGO, *COMMENTS.of))),
    ("newsletter_cta", MOST_CALL_WORDS, _is_subscription, AnyOf((FORM, KEYS, DONE, ERROR_OF_FORM, OFFER))),
    ("related_links", MOST_RELATED_WORDS, _is_related, AnyOf((RELATED_LABEL, RELATED_HEAD))),
    ("nav_lines", MOST_RIGHTS_WORDS, _is_rights, AnyOf((RIGHTS,))),
    ("caption_lines", MOST_CAPTION_WORDS, _is_caption, CAPTION),
    ("nav_lines", MOST_SEPARATED_WORDS, _is_label, AnyOf(())),
    *(
        (kind, MOST_WORDS, _serves_readers(kind, phrases), AnyOf((phrases,)))
        for kind, phrases in SERVICE_LINES
    ),
)
# What a text has in which a line may be disguised.
DISGUISES = Sign.INVISIBLE | Sign.STYLED | SCRIPT_SIGNS["cyrillic"] | SCRIPT_SIGNS["greek"]
HIDDEN = re.compile(f"[{INVISIBLE}]")
STYLED_LETTER = re.compile(f"[{STYLED}]")
LATIN = re.compile("[A-Za-z]")
NEEDED = AnyOf(each for *_, needed in KINDS for each in needed.of).bits
LIMITS = sorted({most for _, most, _, _ in KINDS})
MOST_SHAPED_WORDS = max(most for _, most, _, needed in KINDS if not needed.bits)
"""Of a line that its shape alone may tell; a longer one is asked only for what it holds."""


@lru_cache(maxsize=8)
def furniture_in(text: str) -> tuple[tuple[str, Line], ...]:
    """The lines of a text that are page furniture, each with its kind, in reading order."""
    facts = reading_of(text).facts
    columns = facts.columns
    kinds: list[str | None] = [None] * len(columns.text)
    few = [place for place, words in enumerate(columns.words) if words <= MOST_PAGE_WORDS]
    for place, (bits, words) in enumerate(zip(columns.possible, columns.words, strict=True)):
        if (bits & NEEDED or words <= MOST_SHAPED_WORDS) and len(columns.text[place]) <= LONGEST:
            possible = _possible(bits & NEEDED, bisect_left(LIMITS, words))
            kinds[place] = _kind_of(facts.line(place), possible) if possible else None
    _name_times(columns, kinds, few)
    _name_by_words(facts, kinds, few)
    if reading_of(text).signs & DISGUISES:
        _name_disguised(columns, kinds, few)
    _join_blocks(text, columns, kinds)
    _join_neighbours(columns, kinds)
    if any(kinds):
        _join_between(columns, kinds)
        _join_beside(columns, kinds)
    name_strange_lines(text, facts, kinds, few)
    return tuple((kind, facts.line(place)) for place, kind in enumerate(kinds) if kind is not None)


def _name_times(lines: Columns, kinds: list[str | None], few: Sequence[int]) -> None:
    """Lines that say when, and nothing else; of three and more it is a ticker, which another check names."""
    times = [
        place
        for place in few
        if len(lines.text[place]) <= LONGEST_TIME
        and lines.text[place][-1] not in ".!?)"
        and is_only_time(lines.text[place])
    ]
    for place in times if len(times) <= MOST_TIMES else ():
        kinds[place] = kinds[place] or "nav_lines"


def _name_disguised(lines: Columns, kinds: list[str | None], few: Sequence[int]) -> None:
    """Lines that are furniture once nothing is hidden in them, and letters that only look right are right."""
    for place in few:
        text = lines.text[place]
        plain = "" if kinds[place] or len(text) > LONGEST else _undisguised(text)
        found = furniture_in(plain) if plain not in ("", text) else ()
        if found:
            kinds[place] = found[0][0]


def _undisguised(text: str) -> str:
    plain = STYLED_LETTER.sub(lambda letter: normalize("NFKC", letter[0]), HIDDEN.sub("", text))
    return WORD.sub(lambda word: word[0].translate(AS_LATIN) if LATIN.search(word[0]) else word[0], plain)


def _kind_of(line: Line, possible: Sequence[tuple[str, Test]]) -> str | None:
    kind = next((kind for kind, test in possible if test(line)), None)
    return None if kind is None or QUOTED.search(line.text) else kind


def _name_by_words(facts: Facts, kinds: list[str | None], few: Sequence[int]) -> None:
    """Lines of the page's own words; one that a single word tells is none where the story uses that word."""
    lines = facts.columns
    alone = []
    for place in few:
        text = lines.text[place]
        if kinds[place] is None and len(text) <= LONGEST:
            found = _page_words(text)
            if found is None and lines.words[place] <= MOST_FAR_WORDS and not text.isascii():
                found = _far_label(text)
            if found is None and place and MARKS.search(text):
                found = _labelled(text)
            if found is None or QUOTED.search(text) or is_prompt(facts.line(place)):
                continue
            if lines.text.count(text) >= LEAST_TIMES:
                continue  # `repeated_lines` names it
            if found.alone or found.headline:
                alone.append((place, found))
            else:
                kinds[place] = found.kind
    if alone:
        story = _story_stems(lines, kinds)
        for place, found in alone:
            said = {*stems(found.alone)} if found.alone else own_stems(found.headline)
            here = _own_use(lines, place)
            known = sum(story[stem] > here[stem] for stem in said)
            if known <= MOST_KNOWN * (len(said) - 1):
                beside = next((kind for kind in kinds[max(0, place - 1) : place + 2] if kind in BLOCKS), None)
                kinds[place] = beside or found.kind


def _story_stems(lines: Columns, kinds: Sequence[str | None]) -> Counter[str]:
    """How often words that begin alike stand in the lines that are no furniture."""
    texts = zip(lines.text, kinds, strict=True)
    return Counter(stem for text, kind in texts if kind is None for stem in stems(text))


def _own_use(lines: Columns, place: int) -> Counter[str]:
    """How often words that begin alike stand in a line and in those equal to it."""
    text = lines.text[place]
    return Counter(stems(text) * lines.text.count(text))


@lru_cache(maxsize=1 << 14)
def _possible(bits: int, limit: int) -> tuple[tuple[str, Test], ...]:
    """The kinds of which a line may be, by what may match in it and the first of `LIMITS` that it keeps."""
    return tuple(
        (kind, test)
        for kind, most, test, needed in KINDS
        if most >= LIMITS[limit] and (not needed.bits or bits & needed.bits)
    )


def _join_blocks(text: str, lines: Columns, kinds: list[str | None]) -> None:
    """Where blank lines part the paragraphs, lines without one between them are one block of the page.

    What is no prose in a block goes along with the furniture that is at least half of it; above the story,
    where its headline may stand, only what has no word of the story.
    """
    if not any(kinds):
        return
    last = len(kinds) - 1
    parted = [text.count("\n", lines.end[place], lines.start[place + 1]) > 1 for place in range(last)]
    if sum(parted) * 2 < last:
        return
    first = 0
    for end in [*(place + 1 for place, is_end in enumerate(parted) if is_end), last + 1]:
        block, first = range(first, end), end
        told = Counter(kinds[place] for place in block if kinds[place] is not None)
        if len(block) == 1 or told.total() * 2 < len(block):
            continue
        kind = told.most_common(1)[0][0]
        story = _story_stems(lines, kinds) if block[0] == 0 else Counter[str]()
        for place in block:
            if kinds[place] is not None or not _is_no_prose(lines, place):
                continue
            if not any(story[stem] > count for stem, count in _own_use(lines, place).items()):
                kinds[place] = kind


def _is_no_prose(lines: Columns, place: int) -> bool:
    """Whether a line is short, and ends without a stop or speaks to the reader."""
    text = lines.text[place]
    short = lines.words[place] <= MOST_BESIDE_WORDS and not QUOTED.search(text)
    return short and (not ends_sentence(text) or _speaks_to_reader(text))


def _join_neighbours(lines: Columns, kinds: list[str | None]) -> None:
    """Short labels in a row with menu lines at an edge of the text are of the same menu.

    So are many labels in a row there, whatever they say: a story has no more than a headline above it.
    """
    for order in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):
        if not order or (kinds[order[0]] is None and lines.words[order[0]] > EDGE_WORDS):
            continue
        run = list(takewhile(lambda place: kinds[place] is not None or _may_be_label(lines, place), order))
        while run and kinds[run[-1]] is None and len(run) < EDGE_RUN:
            run.pop()
        named = sum(kinds[place] == "nav_lines" for place in run)
        if (named or len(run) >= EDGE_RUN) and len(run) < len(kinds):
            for place in run:
                kinds[place] = kinds[place] or "nav_lines"


def _join_between(lines: Columns, kinds: list[str | None]) -> None:
    """What stands amid a block of furniture, or below the last of a text, and is no prose goes along.

    Above the story it does not: there a headline stands among labels. Nor between two single lines, which may
    stand around a heading.
    """
    runs = [
        (is_told, list(places))
        for is_told, places in groupby(range(len(kinds)), lambda place: kinds[place] is not None)
    ]
    for number, (is_told, run) in enumerate(runs):
        if is_told or number < FIRST_BELOW + runs[0][0] or len(run) > MOST_AMID:
            continue
        above = runs[number - 1][1]
        below = runs[number + 1][1] if number + 1 < len(runs) else []
        if below and len(above) + len(below) < LEAST_AROUND:
            continue
        beside = {kinds[place] for place in (above[-1], *below[:1])}
        if all(_goes_along(lines, place, beside) for place in run):
            for place in run:
                kinds[place] = kinds[above[-1]]


def _join_beside(lines: Columns, kinds: list[str | None]) -> None:
    """What stands beside furniture and has no word of the story is more of the same.

    A label or a comment goes along with what is above it at the end of the text: before prose, a label may be
    a heading. What speaks to the reader goes along with a notice of consent.
    """
    told = [place for place, kind in enumerate(kinds) if kind in BLOCKS]
    if not told:
        return
    last = max((place for place, kind in enumerate(kinds) if kind is None), default=0)
    story: Counter[str] = Counter()  # of the lines that are no furniture, counted once it is asked for
    for place, other in [
        *((place, place - 1) for place in reversed(told)),
        *((place, place + 1) for place in told),
    ]:
        kind = kinds[place]
        step = other - place
        while 0 <= other < len(kinds) and kinds[other] is None:
            if not _is_more(lines, other, kind, is_last=other == last):
                break
            if not story:
                story = _story_stems(lines, kinds)
            here = _own_use(lines, other)
            if not here or any(story[stem] > count for stem, count in here.items()):
                break
            kinds[other] = kind
            other += step


def _is_more(lines: Columns, place: int, beside: str | None, is_last: bool) -> bool:
    text = lines.text[place]
    if QUOTED.search(text):
        return False
    if lines.words[place] <= LABEL and not ends_sentence(text):
        return is_last
    may_speak = beside == "cookie_consent" or (beside == "comments_block" and is_last)
    return may_speak and lines.words[place] <= MOST_BESIDE_WORDS and _speaks_to_reader(text)


def _goes_along(lines: Columns, place: int, beside: Set[str | None]) -> bool:
    """Whether a line is a label, or speaks to the reader within a notice of consent."""
    if lines.words[place] <= LABEL and not ends_sentence(lines.text[place]):
        return True
    return (
        beside == {"cookie_consent"}
        and lines.words[place] <= MOST_CONSENT_WORDS
        and _speaks_to_reader(lines.text[place])
    )


def _may_be_label(lines: Columns, place: int) -> bool:
    return lines.words[place] <= EDGE_WORDS and not ends_sentence(lines.text[place])
