"""What a news site says to its readers beside the story, in many languages: data for `furniture`.

Written down from general knowledge of news sites. Each phrase begins the line: a story speaks of such things
amid its sentences.
"""

from __future__ import annotations

import re

from dedupe.quality.sought import Sought

__all__ = ["MOST_WORDS", "SERVICE_LINES"]

MOST_WORDS = 28  # of such a line; a longer one is a paragraph


def _beginning(*phrases: str) -> Sought:
    return Sought(rf"^[^\w\n]*(?:{'|'.join(phrases)})", re.IGNORECASE)


SHARING = (
    r"(?:(?:last\s)?(?:updated?|published|posted|modified)|(?:zuletzt\s)?(?:aktualisiert|ver[oö]ffentlicht)|(?:publi[eé]|mis\s[aà]\sjour)|(?:publicado|actualizado|pubblicato|aggiornato|gepubliceerd|opublikowano))\s?(?:am|on|le|el|il|op|:)?\s?(?:\w+,?\s)?\d{1,2}[\s./]\D{0,12}\s?\d{4}(?:\W.{0,20})?$",
    r"(?:filed\sunder|tags?|tagged|topics?|keywords?|schlagw[oö]rter|schlagworte|themen|stichworte|etiquetas|mots-cl[eé]s|parole\schiave)\s?:\s?\S.{1,80}$",
    r"(?:you\sare\shere|sie\ssind\shier|vous\s[eê]tes\sici|est[aá]s?\saqu[ií])\s?:",
    r"\d{1,2}\s?/\s?\d{1,2}\W*$",
    r"(?:link\s(?:copied|kopiert)|(?:older|newer)\s(?:posts|articles|entries)|(?:[aä]ltere|neuere)\s(?:beitr[aä]ge|artikel)|audio\s?version|(?:change|choose)\s(?:region|edition|language)|help\scent(?:re|er)|wird\sgeladen|schnellzugriff|newsticker|e-?edition)\W*$",
    r"share\s(?:this\s(?:story|article|post|page|news|report|piece)|the\s(?:article|post|page))\b",
    r"send\s(?:this|it)\s(?:\w+\s)?to\sa\sfriend",
    r"(?:diesen\s)?(?:artikel|beitrag)\s(?:\w+\s){0,2}(?:teilen|weiterleiten|versenden)\b.{0,25}$",
    r"teilen\ssie\s(?:diesen|den|die)\s(?:artikel|beitrag|nachricht)",
    r"partage[rz]\scet\sarticle",
    r"partage[rz]\ssur\s(?:facebook|twitter|whatsapp|linkedin|les\sr[eé]seaux)",
    r"compart(?:e|ir|a)\s(?:esta?|este)\s(?:noticia|art[ií]culo|nota)",
    r"compartilh(?:e|ar)\s(?:esta|essa|este)\s(?:not[ií]cia|artigo|mat[eé]ria|reportagem)",
    r"condividi\s(?:su\s|(?:questo\s|l['’])articolo|la\snotizia)",
    r"deel\s(?:dit|het)\s(?:artikel|bericht|verhaal)",
    r"udostępnij\s(?:ten\s|na\s)?(?:artykuł|facebook|tekst)",
    r"(?:bu\s)?haberi\spaylaş",
    r"dela\s(?:artikeln|den\shär|sidan|nyheten)",
    r"del\s(?:artikkelen|artiklen|saken|denne)\b",
    r"(?:поделитесь|поделиться)\s(?:этой|статьёй|статьей|новостью|ссылкой)\b",
    r"(?:поділіться|поділитися|поширити)\s(?:цією|статтею|новиною)\b",
)
MISTAKES = (
    r"(?:spotted|found|noticed|seen?)\s(?:an?|any)\s(?:\w+\s)?(?:error|mistake|typo|inaccuracy)\b.{0,40}\?",
    r"(?:have\syou|did\syou)\s\w+\s(?:an?|any)\s(?:\w+\s)?(?:errors?|mistakes?|typos?)\s(?:in|on)\s(?:this|our)\s(?:story|article|page|text|site|website|report)",
    r"(?:to\s)?(?:report|flag|submit|suggest)\s(?:an?|any|the)\s(?:\w+\s)?(?:error|mistake|typo|correction|inaccuracy)",
    r"(?:einen\s)?fehler\s(?:gefunden|entdeckt|bemerkt)\s?\?",
    r"(?:einen\s)?fehler\s(?:im\s\w+\s)?(?:melden|mitteilen)\W*$",
    r"haben\ssie\s(?:einen\s)?fehler\s(?:in\sdiesem|im)\s(?:artikel|text|beitrag)",
    r"signale[rz]\s(?:nous\s)?une\s(?:erreur|faute|coquille)",
    r"has\s(?:visto|encontrado|detectado)\s(?:un|alg[uú]n)\s(?:error|fallo)\b.{0,30}\?",
    r"(?:reportar?|notificar?)\s(?:un\s|el\s)?error(?:es)?\W*$",
    r"(?:encontrou|viu|achou)\s(?:um|algum)\serro\b.{0,30}\?",
    r"(?:comunicar|reportar|informar)\s(?:um\s)?erro\W*$",
    r"segnala(?:ci)?\s(?:un|l['’])\s?errore",
    r"(?:hai|avete)\s(?:trovato|notato|visto)\sun\serrore",
    r"(?:heb\sje\s|heeft\su\s|zie\sje\s)?een\s\w*fout\s(?:gezien|gevonden|ontdekt|opgemerkt)\b.{0,30}\?",
    r"(?:zgłoś|zauważyłeś|znalazłeś|widzisz|dostrzegłeś)\s(?:\w+\s)?bł[ąę]d",
    r"hata\sbildir\W*$",
    r"(?:har\sdu\s)?(?:hittat|sett|upptäckt)\sett\s(?:\w+)?fel\b.{0,30}\?",
    r"(?:rapportera|anmäl)\s(?:fel|ett\sfel)\W*$",
    r"(?:har\sdu\s)?(?:funnet|fundet|oppdaget)\sen\s(?:\w*feil|\w*fejl)\b.{0,30}\?",
    r"(?:вы\s)?(?:нашли|заметили|увидели)\s(?:\w+\s)?ошибк\w+.{0,20}\?",
    r"(?:сообщить|сообщите)\sоб\sошибке",
    r"(?:ви\s)?(?:знайшли|помітили|побачили)\s(?:\w+\s)?помилк\w+.{0,20}\?",
    r"(?:повідомити|повідомте)\sпро\sпомилку",
)
PLAYING = (
    r"this\s(?:audio|transcript|article|translation|summary|page)\s(?:is|was|has\sbeen)\s(?:auto|automatically|machine|ai|computer)[-\s]?(?:generated|translated|created|produced)\b",
    r"(?:light|dark|night|reading)\smode\W*$|(?:text\sto\sspeech|read\saloud)\W*$|(?:dunkler|heller)\s(?:modus|hintergrund)\W*$|(?:schrift|text)\s(?:gr[oö](?:ss|ß)er|kleiner|vergr[oö](?:ss|ß)ern|verkleinern)\W*$|(?:larger|smaller|bigger)\s(?:type|text|font)\W*$|a\s?-\s?a\s?a\s?\+\W*$",
    r"(?:who\swe\sare|work\s(?:for|with)\sus|wer\swir\ssind|arbeiten\sbei\suns|qui\ssommes-nous|meet\sthe\steam)\W*$",
    r"listen\sto\s(?:this\s(?:article|story|report|episode)|the\sarticle)\b.{0,40}$",
    r"this\s(?:video|audio|content|player)\s(?:is\snot|is\scurrently\snot|can\s?not|could\snot)\s(?:\w+\s)?(?:available|be\s(?:played|loaded|shown))",
    r"your\sbrowser\s(?:does\snot|doesn['’]t)\ssupport",
    r"ihr\sbrowser\sunterst[uü]tzt",
    r"votre\snavigateur\sne\s(?:prend|supporte|permet)",
    r"(?:diesen\s|den\s)?(?:artikel|beitrag|text)\s(?:\w+\s)?(?:anh[oö]ren|vorlesen(?:\slassen)?)\b",
    r"[eé]coute[rz]\s(?:l['’]|cet\s)article",
    r"escuch(?:a|ar|e)\s(?:el\sart[ií]culo|este\sart[ií]culo|esta\snoticia|esta\snota)",
    r"ou[çv](?:a|ir)\s(?:este|esta)\s(?:not[ií]cia|artigo|mat[eé]ria|reportagem)",
    r"ascolta\s(?:l['’]|questo\s)articolo",
    r"(?:be)?luister\s(?:naar\s)?(?:dit|het)\s(?:artikel|verhaal)",
    r"(?:posłuchaj|odsłuchaj)\s(?:tego\s)?artykuł",
    r"haberi\s(?:sesli\s)?dinle",
    r"lyssna\spå\s(?:artikeln|texten)",
    r"(?:про)?слуша(?:ть|йте)\s(?:эту\s)?статью",
    r"(?:про)?слуха(?:ти|йте)\s(?:цю\s)?статтю",
)
WRITERS = (
    r"(?:about\sthe\s(?:authors?|writer|reporter)|[uü]ber\s(?:den|die)\sautor(?:in|en)?|zu[mr]\sautor(?:in)?|[aà]\spropos\sde\sl['’]auteur|sobre\s(?:el|la)\sautora?|sobre\so\sautor|sobre\sa\sautora|"
    r"(?:sull['’]|l['’])autore|over\sde\sauteur|o\sautorze|yazar\shakkında|om\s(?:författaren|skribenten|forfatteren)|об\sавторе|про\sавтора)\W*$",
)
MOST_READ = (
    r"(?:most\s(?:read|viewed|popular|shared|watched|commented)(?:\s(?:stories|articles|today|this\sweek|now|on|in)){0,2}|"
    r"(?:am\s)?meistgelesene?(?:\s(?:artikel|beitr[aä]ge|heute))?|(?:les\s)?(?:articles\s)?(?:les\s)?plus\slus|(?:lo|las?)\sm[aá]s\s(?:le[ií]d[oa]s?|vist[oa]s?)|(?:as\s)?mais\s(?:lidas|vistas)|(?:i\s)?pi[uù]\slett[ei]|"
    r"(?:het\s)?(?:meest|best)\sgelezen|najczęściej\sczytane|en\sçok\sokunan(?:lar)?|mest\s(?:läst|lest|læst)(?:e|a)?|самое\sчитаемое|найпопулярніше)\W*$",
)

APPS = (
    r"(?:download|get|install|try)\sour\s(?:\w+\s){0,3}app\b",
    r"(?:open|read|continue)\s(?:\w+\s)?in\s(?:the|our)\sapp\W*$",
    r"(?:laden|holen)\ssie\s(?:sich\s)?(?:jetzt\s)?unsere\s(?:\w+[-\s]){0,3}app\b",
    r"t[eé]l[eé]charge[rz]\snotre\sappli",
    r"descarg(?:a|ue|ar)\snuestra\s(?:\w+\s)?app",
    r"(?:baixe|descarregue)\s(?:o\s)?noss[oa]\s(?:app|aplica)",
    r"scarica\sla\snostra\sapp",
    r"download\sonze\s(?:\w+[-\s])?app\b",
    r"pobierz\snaszą\saplikacj",
    r"uygulamamızı\sindir",
    r"(?:ladda\sner|hämta)\svår\sapp",
    r"(?:скачайте|установите)\sнаше\sприложение",
    r"(?:завантажте|встановіть)\sнаш\s(?:застосунок|додаток)",
)
SUPPORT = (
    r"(?:soutenez|soutiens)(?:-nous)?\W*$|ap[oó]y[ae](?:nos)?\W*$|(?:unterst[uü]tze(?:n\ssie)?\suns)\b|sostienici\W*$|steun\sons\W*$",
    r"(?:guter|unabh[aä]ngiger)\sjournalismus\s(?:kostet|braucht|ist\snicht)\b|(?:good|quality|independent)\sjournalism\s(?:costs|needs|matters|isn['’]t)\b",
    r"(?:like|love|enjoy(?:ed|ing)?)\s(?:what\syou\sread|this\s(?:story|article|piece)|our\swork)\b.{0,60}$",
    r"buy\sus\sa\scoffee",
    r"gef[aä]llt\s(?:ihnen|dir)\s(?:dieser|der|unser)\s(?:artikel|beitrag|text)",
    r"(?:please\s)?(?:help\s(?:us\s)?)?(?:support|fund|back|power|sustain|keep)\s(?:our|independent|local|quality)\s(?:\w+\s)?(?:journalis[mt]|reporting|newsroom|work)",
    r"unterst[uü]tzen\ssie\s(?:unser\w*|unabh[aä]ngig\w*|guten)\s(?:\w+\s)?(?:journalismus|arbeit|redaktion|recherche)",
    r"soutenez\s(?:notre|une?|la)\s(?:\w+\s){0,2}(?:r[eé]daction|presse|journal|info)",
    r"apoy(?:a|e)\s(?:nuestro|el|al)\speriodismo",
    r"apoie\so\s(?:nosso\s)?jornalismo",
    r"sostieni\s(?:il\snostro|il|l['’])\s?(?:giornal|lavoro|informazione)",
    r"steun\s(?:onze|onafhankelijke|de)\s(?:\w+\s)?(?:journalistiek|redactie)",
    r"wesprzyj\s(?:nas|nasz\w*|niezależne|redakcję|dziennikarstwo)",
    r"st[oö]d\s(?:v[aå]r|oberoende)\s(?:\w+\s)?journalistik",
    r"поддержите\s(?:нас|нашу|редакцию|независим)",
    r"підтрима(?:йте|ти)\s(?:нас|нашу|редакцію|незалежн)",
)
EVENTS = (
    r"(?:book|buy|secure|reserve|get)\syour\s(?:\w+\s)?(?:tickets?|seats?|spot)\b.{0,30}$",
    r"jetzt\s(?:\w+\s)?(?:tickets?|karten|platz|pl[aä]tze)\s(?:\w+\s)?(?:sichern|buchen|kaufen|reservieren)",
    r"r[eé]servez\s(?:vos|votre)\s(?:place|billet)",
    r"(?:compra|reserva|consigue)\stus?\s(?:entrada|plaza|boleto)",
    r"garanta\s(?:o\s)?(?:seu|j[aá])\s(?:ingresso|lugar)",
    r"(?:acquista|prenota)\s(?:i|il)\stuo(?:i)?\s(?:bigliett|post)",
)
LETTERS = (
    r"(?:yes,?\s)?(?:i|ich|je|j['’]|yo)\s?(?:\w+\s){0,4}(?:agree|consent|understand|accept|confirm|einverstanden|stimme|willige|best[aä]tige|accepte|acepto)\b.{0,120}\b(?:newsletters?|e-?mails?|privacy|terms|agreement|policy|offers|informationen|angebote|datenschutz\w*|agb|nutzungsbedingungen|registration|conditions|condiciones|confidentialit[eé])\b",
    r"(?:get|catch|read|find|follow)\sall\s(?:the|our|your)\s.{0,80}(?:news|updates|headlines|stories)\b",
    r"download\s(?:the|our)\s.{2,40}\sapp\b",
    r"add\s.{2,40}\sto\syour\s(?:google|news|home|feed|favou?rites|preferred)\b",
    r"(?:this|our|the)\s(?:reporting|journalism|story|work|coverage|article|newsroom)\s(?:is|was|are)\s(?:made\spossible|funded|supported|powered|paid\sfor)\sby\s(?:people|readers|members|you|donors|our)\b",
    r"(?:double|triple|match)\syour\s(?:gift|donation|impact)\b",
    r"(?:ihr|dein|euer|jeder)\s(?:beitrag|unterst[uü]tzung|spende)\s(?:macht|hilft|erm[oö]glicht|sichert)\b",
    r"(?:einmalig|monatlich)\s(?:oder|und)\s(?:einmalig|monatlich|j[aä]hrlich)\b",
    r"(?:delivered|sent|emailed|in\syour\sinbox)\s(?:(?:every|each|on)\s)?(?:\w*days?|daily|weekly|morning|weekday\w*|month\w*)\b.{0,30}$",
    r"(?:notifications?|alerts?|push-?nachrichten|benachrichtigungen)\s.{0,30}\b(?:managed?|turned|disabled?|enabled?|browser|settings|preferences|einstellungen|deaktivier\w+|verwalte\w+)\b",
    r"(?:f[aå]|få|motta|modtag)\s(?:de|dagens|ukens|ugens|veckans)\s.{0,50}\b(?:innboks\w*|indbakke\w*|inkorg\w*|e-?post|e-?mail|mejl\w*)\b",
    r"(?:tips\soss|tipsa\soss|tip\sos|(?:send|got|have)\s(?:us\s)?(?:a\s|your\s)?(?:news\s)?tips?\b.{0,30}$)",
    r"(?:get|read|see)\s(?:our|the)\s(?:top|best|latest|main|morning|evening)\s(?:stories|news|headlines|edition)\b.{0,50}$",
    r"(?:e-?mail|send|text)\sme\s(?:the|a|my|your)\s.{2,40}$",
    r"for\s(?:just|only)\s[$€£]\s?\d.{0,60}$|(?:jetzt|nur)\s.{0,12}(?:testen|lesen)\W.{0,60}(?:euro|€|wochen|monat)",
    r"(?:in|un)?(?:valid|g[uü]ltige|correct)\s(?:e-?mail|email)\W?(?:\s?-?\s?(?:address|adresse))?\W*$|ung[uü]ltige\se-?mail.{0,12}$",
    r"jeden\s(?:morgen|abend|tag|freitag|sonntag)\s(?:die|das|unsere)\s(?:wichtigst|best|neuest)\w*\b.{0,40}$",
    r"(?:bleiben|bleib)\s(?:sie\s)?(?:informiert|auf\sdem\slaufenden)\b.{0,40}$|(?:stay|keep)\s(?:informed|up\s(?:to\sdate|with\s(?:us|the\slatest)))\b.{0,40}$",
    r"ich\sm[oö]chte\s.{0,40}(?:angebote|newsletter|informationen|updates)\s.{0,20}(?:erhalten|bekommen)|i\s(?:would\slike|want|agree)\sto\s(?:receive|get)\b",
    r"ne\s(?:manquez|ratez)\s(?:rien|pas|aucune?)\b|no\ste\spierdas\b|non\sperder(?:ti|e|vi)\b|n[aã]o\sperca\b|mis\s(?:niets|geen)\b|missa\s(?:inte|inget)\b|nie\sprzegap\b|не\sпропусти\w*\b",
    r"(?:unser|our|notre|nuestr[ao]|il\snostro|onze)\s(?:kostenlos\w*\s|free\s|gratis\s)?(?:newsletter|briefing|lettre|bolet[ií]n|nieuwsbrief)\W.{0,80}$",
    r"never\smiss\s(?:a|an|another|the)\s(?:\w+\s)?(?:story|stories|update|headline|thing|beat)\b.{0,20}$",
    r"thank(?:s|\syou)\sfor\s(?:signing\sup|subscribing|registering|joining)\b.{0,40}$",
    r"(?:we\swill\snever|we['’]ll\snever)\s(?:share|sell|spam)\b.{0,40}$",
    r"(?:you\scan\s)?(?:unsubscribe|cancel|opt\sout|leave)\s.{0,25}(?:any\s?time|whenever|moment)\b.{0,30}$",
    r"(?:abmeldung|abbestellung|k[uü]ndigung)\s.{0,25}(?:jederzeit|m[oö]glich)",
    r"(?:t[aä]glich|w[oö]chentlich|jeden\s\w+)\s(?:die|das|alles)\s.{0,40}\s(?:per|als)\s(?:e-?)?mail\b",
    r"(?:join|over|more\sthan)\s\d[\d.,]*\+?\s(?:\w+\s)?(?:readers|subscribers|members)\b.{0,50}$",
    r"(?:do\syou\shave|got)\sa\s(?:\w+\s)?(?:tip|story)\s(?:for\sus|to\sshare\swith\sus)",
    r"(?:haben\ssie\s)?(?:einen\s)?(?:hinweis|tipp)e?\s(?:f[uü]r|an)\s(?:uns|unsere\sredaktion|die\sredaktion)\b.{0,20}\?",
    r"our\s(?:\w+\s){0,3}(?:newsletter|briefing)\b.{0,60}(?:every|each|daily|weekly|your|free)\b",
    r"unser\s(?:\w+\s){0,2}newsletter\b.{0,60}(?:jeden|t[aä]glich|w[oö]chentlich|kostenlos|ihr|dein)",
    r"notre\s(?:\w+\s){0,2}(?:newsletter|infolettre|lettre)\b.{0,60}(?:chaque|tous\sles|gratuit|votre|vos)",
    r"nuestr[ao]\s(?:\w+\s){0,2}(?:newsletter|bolet[ií]n)\b.{0,60}(?:cada|diari|gratis|gratuit|correo|tu\s)",
    r"(?:the\s(?:best|top|latest|week|day|news|most)|all\sthe|everything|breaking)\b.{0,60}\b(?:(?:delivered|straight|directly|sent|right)\s(?:in)?to|in)\syour\s(?:inbox|mailbox|phone|e-?mail)\b.{0,25}$",
    r"(?:alles|(?:das|die)\s(?:wichtigst|best|neuest)\w*)\s.{0,60}(?:in\sihr|in\sdein|ins)\s(?:\w+-?)?postfach\W*$",
)
FOLLOWING = (
    r"(?:sie\sfinden|find|you\s(?:can\s)?find)\s(?:sie\s)?(?:uns|us)\s(?:\w+\s){0,2}(?:auf|on|bei)\s\w+",
    r"(?:add|set|make|choose)\s(?:us|\w+(?:\s\w+)?)\s(?:as\s)?(?:an?\s|your\s)?preferred\ssource\b",
    r"(?:like|follow)\sus\s(?:\w+\s)?on\s\w+",
    r"folge[nt]?\s(?:sie\s)?uns\s(?:\w+\s){0,2}(?:auf|bei)\s\w+",
    r"(?:suivez|retrouvez|rejoignez)-nous\s",
    r"s[ií]g(?:ue|a)nos\s(?:en|tamb)",
    r"siga-nos\s|siga\s(?:o|a)\s.{2,30}\s(?:no|na)\s(?:instagram|facebook|whatsapp|google)",
    r"seguici\s(?:su|anche)",
    r"volg\sons\s(?:op|via|ook)",
    r"(?:śledź|obserwuj|polub)\snas\s",
    r"bizi\s(?:\w+\s){0,2}takip\sed(?:in|ebilir)",
    r"följ\soss\s",
    r"f[oø]lg\soss?\s",
    r"(?:читайте|подписывайтесь|следите|присоединяйтесь)\s(?:нас|на\sнас|за\sнами|на\sнаш|к\sнам|к\sнаш)",
    r"(?:читайте|підписуйтесь|підписуйтеся|стежте|долучайтесь)\s(?:нас|на\sнас|за\sнами|на\sнаш|до\sнас|до\sнаш)",
)

TALKED = (
    r"(?:save|remember)\smy\s(?:name|e-?mail|details)\b",
    r"(?:(?:please\s)?(?:respect|be\skind\sto)\s(?:others|each\sother|one\sanother)|keep\s(?:it|comments|the\sconversation)\s(?:clean|civil|respectful|polite|on\stopic))\b",
    r"(?:alle|weitere|mehr)\s(?:\d+\s)?(?:beitr[aä]ge|antworten|kommentare|meinungen|postings)\b.{0,40}(?:anzeigen|laden|lesen|zeigen|ansehen)?\W*$",
    r"als\s(?:unangebracht|unangemessen|spam|beleidigend|hilfreich)\s(?:kennzeichnen|melden|markieren)\b|leserempfehlung\w*\s\d+",
    r"\d+\s(?:people|persons?|readers|personen|leser\w*|personnes|personas)\s(?:like|liked|recommend|gef[aä]llt|empfehlen|aiment)\b.{0,20}$",
    r"(?:sort|order|sortier\w*|trier|ordenar|ordina)\s?(?:by|nach|par|por|per)?\s?:\s?.{3,30}$",
    r"(?:comment|kommentar|commentaire|comentario|commento)\s(?:by|von|de|di|par|por)\s\S.{2,40}$",
    r"(?:antwort\s(?:an|auf)|en\sr[eé]ponse\s[aà]|en\srespuesta\sa|in\srisposta\sa)\s\S+(?:\s\S+)?\W*$",
    r"(?:be|stay|please\sbe)\s(?:respectful|polite|civil|nice)\b.{0,40}$|(?:bitte\s)?bleiben\ssie\s(?:h[oö]flich|sachlich|fair)\b",
    r"(?:am\s(?:besten|meisten|h[oö]chsten))\s(?:bewertet|gelesen|kommentiert)\W*$",
    r"(?:moderators?|our\smoderators?)\s(?:may|will|can)\s(?:delete|remove|edit)\b",
    r"die\skommentare\s(?:geben|spiegeln|sind)\b",
    r"(?:this|the)\scomment\s(?:has\sbeen|was|is)\s(?:removed|deleted|hidden|edited)",
    r"(?:dieser|der)\skommentar\s(?:wurde|ist)\s(?:entfernt|gel[oö]scht|ausgeblendet)",
    r"(?:neueste|[aä]lteste|beste|beliebteste)\s(?:zuerst|kommentare)\W*$",
    r"(?:the\s)?comments?\s(?:section\s|(?:on|for|to)\sthis\s\w+\s)?(?:are|is)\s(?:now\s)?(?:closed|disabled|turned\soff|moderated)\b",
    r"have\syour\ssay\b|tell\sus\sin\sthe\scomments|let\sus\sknow\sin\sthe\scomments|share\syour\s(?:thoughts|views|opinion)\b.{0,30}$",
    r"(?:join|start)\sthe\s(?:conversation|discussion|debate)\b",
    r"diskutieren\ssie\smit\b",
    r"(?:ihre|deine)\smeinung\sist\sgefragt",
    r"(?:die\s)?kommentar(?:funktion|e|spalte)?\s(?:\w+\s){0,4}(?:geschlossen|deaktiviert|moderiert|abgeschaltet)",
    r"donnez\s(?:nous\s)?votre\savis",
    r"d[eé]janos\stu\s(?:opini|comentari)",
    r"(?:d[eê]|deixe)\s(?:a\s)?seu?a?\s(?:opini|coment)",
    r"di['’ì]?\sla\stua\W*$",
    r"(?:dodaj|zostaw|napisz)\s(?:swój\s)?komentarz",
    r"yorum\s(?:yap|yaz|ekle)\W*$",
    r"kommentera\sartikeln",
    r"(?:оставить|оставьте|добавить)\s(?:свой\s)?комментари",
    r"(?:залишити|залиште|додати)\s(?:свій\s)?коментар",
)

OF_OTHERS = (
    r"(?:hier\sfinden\ssie|hier\sgibt\ses|find|read|see)\s(?:weitere|mehr|more|all\sour)\s(?:\w+\s)?(?:nachrichten|meldungen|artikel|texte|informationen|news|stories|coverage)|don['’]t\sforget|deep\sdive|in\sdepth|the\sbig\s(?:read|story|picture)|long\sread|read\sthe\sfull\sstory|die\sganze\sgeschichte\s(?:hier|steht\shier)|the\sfull\sstory\sis\shere|по\sтеме|в\sтему|читайте",
    r"(?:what\swe\sknow|live|newsblog|liveblog|live-?ticker|ticker|aktuell|latest|als\sn[aä]chstes|auch\s(?:spannend|lesenswert|wichtig)|ebenfalls\swichtig)(?=\s?:)",
    r"(?:from\s)?around\sthe\sweb|from\sour\spartners|aus\sdem\s(?:netz|web)|(?:top|latest|today['’]?s)\s(?:headlines|stories|(?:top\s)?picks|news)|stories\sfor\syou|more\sin\s\w+|heute\swichtig|weiterlesen|(?:neueste|aktuelle|beliebte)\s(?:artikel|beitr[aä]ge|meldungen)",
    r"(?:don['’]?t|do\snot)\smiss(?:\sthis|\sit|\sout)?|you\s(?:might|may|could|would)\s(?:also\s)?(?:enjoy|like|love|want\sto\sread)(?:\s(?:this|these))?|(?:our\s|the\s)?editor['’]?s?['’]?\s(?:choice|picks?|selection)|siehe\s(?:auch|dazu)|(?:jetzt|hier)\s(?:ansehen|anschauen|lesen|weiterlesen|nachlesen)|m[aá]s\sinformaci[oó]n|plus\sd['’]infos?|per\sapprofondire|saiba\smais|lees\sverder|läs\svidare",
    r"(?:from|in)\s(?:the|our)\sarchives?|aus\s(?:dem|unserem)\sarchiv|(?:de|dans)\snos\sarchives|del?\s(?:nuestro\s)?archivo|do\s(?:nosso\s)?arquivo|dall['’]archivio|uit\s(?:het|ons)\sarchief|z\s(?:naszego\s)?archiwum|arşivden|[ui]r\sarkivet|"
    r"fra\sarkivet|из\sархива|з\sархіву",
    r"(?:more|also)\s(?:by|from)\s(?:this|the|the\ssame)\s(?:author|writer|section|series|reporter)|mehr\s(?:von|aus)\s(?:diese[mr]|der|dem)\s(?:autor(?:in)?|ressort|rubrik|serie)|du\sm[eê]me\sauteur|del\smismo\sautor|do\smesmo\sautor|dello\sstesso\sautore|"
    r"van\sdezelfde\sauteur|tego\ssamego\sautora",
    r"our\srecommendations|(?:unser\s)?(?:lese|buch)?tipp(?:s)?\sder\sredaktion|(?:la\s)?s[eé]lection\sde\sla\sr[eé]daction|(?:la\s)?selecci[oó]n\s(?:de\sla\sredacci[oó]n|del\seditor)|"
    r"scelti\sper\s(?:te|voi)|aanbevolen(?:\svoor\s(?:u|jou))?|polecamy(?:\s(?:także|też|również))?|öne\sçıkan(?:lar)?|vi\srekommenderar|рекомендуем|рекомендуємо|вас\sможет\sзаинтересовать|вас\sможе\sзацікавити",
    r"(?:related|similar|linked)\s(?:stories|articles|reports|coverage|posts)|(?:verwandte|[aä]hnliche|weitere)\s(?:artikel|themen|beitr[aä]ge|berichte)|(?:articles|sujets)\s(?:li[eé]s|associ[eé]s|similaires)|(?:noticias|art[ií]culos|contenidos?)\srelacionad[oa]s?|"
    r"(?:not[ií]cias|artigos|conte[uú]dos?)\srelacionad[oa]s?|(?:articoli|notizie)\scorrelat[ie]|gerelateerde?\s(?:artikelen|berichten|nieuws)|powiązane\s(?:artykuły|tematy)|ilgili\shaber(?:ler)?|benzer\shaber(?:ler)?|relaterade?\s(?:artiklar|nyheter)|"
    r"похожие\s(?:новости|статьи)|схожі\s(?:новини|статті)|материалы\sпо\sтеме|матеріали\sза\sтемою",
    r"(?:read|watch|listen|see)\s(?:also|next|too|on|our\s\w+|the\sfull\s\w+)|(?:lesen|sehen|h[oö]ren)\ssie\s(?:dazu|auch|hier|mehr)(?:\s(?:dazu|auch))?|mehr\s(?:dazu|zum\sthema|lesen)|(?:lire|voir)\s(?:aussi|[eé]galement)|[aà]\s(?:lire|voir)\s(?:aussi|[eé]galement)|"
    r"(?:lea|lee|vea)\s(?:tambi[eé]n|m[aá]s)|(?:leia|veja)\s(?:tamb[eé]m|mais)|(?:leggi|guarda)\s(?:anche|pure)|lees\s(?:ook|verder|meer)|(?:czytaj|przeczytaj|zobacz)\s(?:też|także|również|więcej)|ayrıca\soku(?:yun)?|(?:läs|les|læs)\s(?:också|även|også|mer)|"
    r"(?:читайте|смотрите)\s(?:также|ещё|еще)|(?:читайте|дивіться)\s(?:також|ще)",
)

CONSENTED = (
    r"do\snot\ssell\s(?:or\sshare\s)?my\b",
    r"powered\sby\s(?:onetrust|cookiebot|usercentrics|didomi|sourcepoint|quantcast|disqus)",
    r"(?:we|wir|nous|nosotros)\s(?:need|brauchen|ben[oö]tigen|avons\sbesoin|necesitamos)\s(?:your|ihre|de\svotre|tu|su)\s(?:permission|consent|zustimmung|einwilligung|accord|permiso|consentimiento)",
    r"(?:some|certain)\s(?:features|functions|content|parts)\s(?:need|require|use)\scookies",
    r"(?:wir|we|nous)\s(?:und|and|et)\s(?:unsere|our|nos)\s(?:\d+\s)?(?:partner|partners|partenaires)\b",
    r"(?:yes|ja|oui|s[ií]),?\s(?:i|ich|j['’])\s?(?:accept|agree|akzeptiere|stimme\szu|accepte)\W*$|(?:no|nein|non),?\s(?:thanks|thank\syou|danke|merci|gracias)\W*$|got\sit\W*$",
    r"(?:(?:alle|nur)\s)?(?:cookies\s)?(?:zulassen|erlauben)\W*$|alle\scookies\s(?:zulassen|erlauben)\W*$|(?:berechtigtes\sinteresse|legitimate\sinterests?)\W*$|(?:weitere|mehr|more)\s(?:optionen|options|choices)\W*$|(?:externe|eingebettete|embedded|external)\s(?:medien|inhalte|media|content)\W*$",
    r"um\s(?:dieses?|diesen|den|das)\s\w+\s(?:zu\ssehen|anzusehen|zu\sladen|anzuzeigen)\W.{0,60}",
    r"you\s(?:can|may)\s(?:change|withdraw|revoke)\s(?:your\s)?(?:mind|choices?|consent|preferences|settings)\b.{0,60}$",
    r"(?:sie|du)\sk[oö]nn(?:en|st)\s(?:ihre|deine|die)\s(?:auswahl|einwilligung|zustimmung|einstellung\w*)\s.{0,40}(?:[aä]ndern|widerrufen|anpassen)",
    r"(?:this|the)\s(?:content|post|video|map|element)\s(?:is\s)?(?:hosted|provided|comes|stored)\s.{0,40}(?:third|another|other|external)\b.{0,60}",
    r"(?:ich\s)?stimme\szu\W*$|ich\sbin\seinverstanden\W*$",
    r"(?:allow|save|confirm)\s(?:my\s)?(?:selection|choices?|settings)\W*$|(?:save|accept)\s(?:and|&)\s(?:close|continue|exit)\W*$",
    r"to\s(?:see|view|watch|load)\sth(?:is|e)\s\w+,?\s(?:please\s)?(?:accept|allow|enable|agree)",
    r"this\s(?:site|page|form|website)\sis\sprotected\sby\s(?:re|h)captcha",
    r"dies(?:e|es)\s(?:seite|website|formular)\s(?:ist|wird)\s(?:durch|von|mit)\s(?:re|h)captcha",
    r"(?:ce\ssite|cette\spage|este\ssitio|este\ssite|questo\ssito|deze\s(?:site|website))\s.{0,12}(?:prot[eé]g|beveilig)\w+\s.{0,8}(?:re|h)captcha",
    r"(?:continue|proceed)\swithout\s(?:accept|agree|consent)",
    r"weiter\sohne\s(?:zustimm|einwillig|annahme|akzept)",
    r"continuer\ssans\saccepter|continuar\ss(?:in|em)\saceitar|continuar\ssin\saceptar|continua\ssenza\saccettare|doorgaan\szonder",
    r"by\s(?:click|us|continu|brows)ing\b.{0,120}\byou\s(?:\w+\s)?(?:agree|accept|consent)",
    r"(?:mit|durch)\s.{0,80}(?:stimmen|akzeptieren|erkl[aä]ren)\ssie\s.{0,80}(?:zu\b|einverstanden|datenschutz|nutzungsbedingungen)",
    r"en\s(?:cliquant|poursuivant|continuant)\b.{0,100}\bvous\s(?:acceptez|consentez)",
    r"al\s(?:continuar|hacer\sclic|navegar|pulsar)\b.{0,80}\bacept\w+\b.{0,40}(?:cookies|t[eé]rminos|condiciones|privacidad)",
    r"ao\s(?:continuar|clicar|navegar|prosseguir)\b.{0,80}\b(?:concorda|aceita)\b.{0,40}(?:cookies|termos|privacidade)",
    r"(?:continuando|proseguendo|cliccando)\b.{0,80}\b(?:accett|acconsent)\w+\b.{0,40}(?:cookie|termini|privacy)",
    r"(?:продолжая|нажимая)\b.{0,100}\bвы\sсоглаша",
    r"(?:продовжуючи|натискаючи)\b.{0,100}\bви\sпогоджу",
    r"(?:manage|change|review|withdraw|update|customi[sz]e)\s(?:your|my)\s(?:\w+\s)?(?:consent|privacy|cookies?|tracking)\b",
    r"(?:datenschutz|einwilligung|cookie|privatsph[aä]re)-?(?:einstellungen)\s(?:verwalten|anpassen|widerrufen|[aä]ndern)\b",
)

GROUPS = (
    ("cookie_consent", CONSENTED),
    ("comments_block", TALKED),
    *(("newsletter_cta", phrases) for phrases in (MISTAKES, APPS, SUPPORT, EVENTS, LETTERS, FOLLOWING)),
    # The label alone, or with the headline of the other story behind it.
    *(("related_links", (rf"(?:{labels})\s?(?:[:|»›→–—-]\s?\S.*|\W*)$",)) for labels in OF_OTHERS),
    *(("nav_lines", phrases) for phrases in (SHARING, PLAYING, WRITERS, MOST_READ)),
)
MOST_TOGETHER = 4  # phrases of an expression: of many, it needs so little that it is tried on many lines
SERVICE_LINES: tuple[tuple[str, Sought], ...] = tuple(
    (kind, _beginning(*phrases[first : first + MOST_TOGETHER]))
    for kind, phrases in GROUPS
    for first in range(0, len(phrases), MOST_TOGETHER)
)
"""Kind, and how such a line begins; an expression for a few, so that it is tried where one may be."""
