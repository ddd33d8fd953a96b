"""The opening of an article, with the door behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedupe.models import Article, Severity
from dedupe.quality.notices import MAY_ASK, asks_to_read_on
from dedupe.quality.problem import Problem
from dedupe.quality.reading import Line, Wants, reading_of
from dedupe.quality.registry import check
from dedupe.quality.sought import Sought
from dedupe.settings import QualitySettings

__all__ = ["DOOR", "PaywallStub", "is_prompt"]

LONGEST = 320  # characters of a prompt
LAST_LINES = 5  # the door stands at the end
SUBSCRIBE = (
    r"(?:subscri\w{1,30}|\b\w{0,15}-?abos?\b|abonn\w{1,30}|abbonat\w{1,30}|abbonament\w{0,30}|suscri\w{1,30}|assin(?:e|ante|ar|atura)\w{0,30}|prenumer\w{1,30}|abonnees|sign\s?(?:in|up)|log\s?in|"
    r"register|registr\w{1,30}|member(?:s|ship)?|anmeld\w{1,30}|einlogg\w{1,30}|free\strial|probe\w{0,30}|testen|(?:create|open)\s(?:a|your)\s(?:free\s)?account|log\sin|choose\sa\splan|connectez-vous|identif[ií]\w{1,12}|accedi|inloggen|word\slid|zaloguj|essai|prueba|"
    r"\bplus\b|premium|digitalpaket|подпис\w{1,30}|підпис\w{1,30}|订阅|訂閱|購読|会員|구독)"
)
READ_ON = (
    r"(?:whole\sstory|(?:rest|remainder)\sof\s(?:this|the)\s\w{1,12}|free\spart|to\sread\son|articles?\sleft|free\spreview|freie[rn]?\steil|vorbehalten|weiterzulesen|zu\sende\slesen|lesen\ssie\salles|la\ssuite\s(?:est|de)|resto\s(?:del?|do|della?)\s|(?:dalsz[aey]|pe[lł]n[aey]|ca[lł]\w{1,2})\s(?:cz[eę][sś][cć]|tre[sś][cć]|tekst|artyku[lł])\w{0,3}|"
    r"continue\sreading|keep\sreading|read\s(?:the\s)?(?:full|rest|whole|more|on)|full\s(?:story|article|access)|unlimited|unlock|"
    r"free\sarticles?|(?:only|exclusive\w{0,30}|reserved|available)\s(?:for|to)\s\w{0,30}\s?(?:subscribers|members)|for\s(?:subscribers|members)|(?:this|rest\sof\sthe)\s(?:article|story|content)\sis|"
    r"weiterlesen|weiter\slesen|lesen\ssie|zugang|zugriff|lesbar|ganzen?\s(?:artikel|text)|vollst[aä]ndig\w{0,30}|freischalten|nur\s(?:f[uü]r|mit)|exklusiv\w{0,30}|"
    r"lire\s(?:la\ssuite|l['’]article|l['’]int[eé]gralit[eé])|poursuivre|r[eé]serv[eé]|acc[eé]d\w{1,30}|seguir\sleyendo|contin[uú]a\w{0,30}|leer\sm[aá]s|exclusiv\w{1,30}|"
    r"leggere|prosegu\w{1,30}|riservat\w{1,30}|ler\smais|lees\s(?:verder|meer)|l[aä]s\s(?:vidare|mer)|l[ae]s\svidere|czytaj\sdalej|читать\sдалее|читайте|devam\w{0,30}|続き|阅读全文|全文)"
)
PROMPT = Sought(rf"{SUBSCRIBE}[^\n]{{0,200}}?{READ_ON}|{READ_ON}[^\n]{{0,200}}?{SUBSCRIBE}", re.IGNORECASE)
# Each of these is a door by itself.
DOOR = Sought(
    r"(?:reached|used|hit|exceeded)\s(?:your|the|all|up)\s.{0,40}(?:limit|free\s(?:articles|stories|views))|\d\s(?:of|von|sur|de)\s\d\s(?:\w{1,30}\s)?(?:free|gratis|kostenlos\w{0,30}|gratuit\w{0,30})|(?:article|story|monthly)\slimit\b|"
    r"il\s(?:vous\s)?reste\s.{0,20}(?:lire|article)|unlock\s(?:this|the|full|all|unlimited)|subscri\w{1,30}\s(?:now\s)?to\s(?:continue|read|access|unlock|keep)|become\sa\s(?:\w{1,30}\s)?(?:subscriber|member)\sto\s|(?:unlimited|full)\s(?:digital\s)?access\b|"
    r"want\sto\s(?:read|keep\sreading|continue)|choose\s(?:a|your)\splan|(?:sie\s)?(?:m[oö]chten|wollen)\s(?:sie\s)?weiterlesen|(?:nur|exklusiv)\sf[uü]r\s(?:\w{1,30}\s)?(?:abonnent\w{0,30}|mitglieder)|r[eé]serv[eé]e?\saux\sabonn[eé]s|(?:solo|exclusiv\w{1,30})\spara\ssuscriptores|riservato\sagli\sabbonati",
    re.IGNORECASE,
)
# Subscriber newsletters and app adverts end articles too; they speak of mail and phones.
NOT_A_DOOR = re.compile(
    r"newsletter|inbox|posteingang|podcast|\bapp\b|whatsapp|telegram|youtube|channel|kanal|morning\sbriefing",
    re.IGNORECASE,
)
STUB = 3000  # characters: over it, the prompt is an advert below a whole article


@check
class PaywallStub:
    """Looks for the prompt at the end of a short text; and believes the page where it says so itself."""

    name = "paywall_stub"
    title = "Paywall stub"
    reason = "Only the opening of the article is there."
    remedy = "Leave it out, or take the text from a copy that is free to read."
    wants = Wants(expressions=PROMPT.bit | DOOR.bit | MAY_ASK.bit)

    def __call__(self, article: Article, settings: QualitySettings) -> Iterator[Problem]:
        """One problem a line of the prompt."""
        if len(article.text) > STUB:
            return
        facts = reading_of(article.text).facts
        for line in map(facts.line, range(len(facts.columns.text))[-LAST_LINES:]):
            if is_prompt(line):
                yield Problem(
                    Severity.UNUSABLE,
                    "It ends with a prompt to subscribe: the rest of the article is missing.",
                    line.span,
                )


def is_prompt(line: Line) -> bool:
    """Whether a line asks to subscribe so as to read on."""
    if len(line.text) > LONGEST:
        return False
    asks = (
        PROMPT.search(line) is not None
        or DOOR.search(line) is not None
        or (MAY_ASK.may_match(line) and asks_to_read_on(line.text))
    )
    return asks and NOT_A_DOOR.search(line.text) is None
