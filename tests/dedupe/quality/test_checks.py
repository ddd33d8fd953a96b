"""The checks of single documents: what they find, and what they leave alone."""

from __future__ import annotations

import pytest

from dedupe.models import Article, Severity
from dedupe.quality import assess
from dedupe.quality.facts import likeness
from dedupe.quality.language import SURELY_ALIKE
from dedupe.quality.registry import checks_of_documents
from dedupe.settings import DedupeSettings, QualitySettings
from tests.dedupe.fictional import BRIDGE, FERRY, FERRY_OTHER

GERMAN = (
    "Die Fähre nach Süderholm fährt seit Dienstag nicht mehr, weil Taucher einen Riss im Rumpf fanden.\n"
    "„Wir haben für eine Woche eingekauft“, sagte die Lehrerin Grete Lührs, die auf der Insel wohnt.\n"
    "Am Donnerstag soll das Schiff aus dem Wasser gehoben werden, teilte das Hafenamt mit. Bis dahin "
    "bringt ein Kutter Post und Medikamente hinüber, aber niemanden sonst."
)
JAPANESE = (
    "港の事務所によると、島へ渡る連絡船は火曜日に船体の亀裂が見つかったため運航を停止した。\n"
    "島に住む約四百人は、仕事や学校、郵便をこの船に頼っている。教師は「一週間分の荷造りをした」と話した。\n"
    "技術者は木曜日に船を引き揚げる予定で、それまでは漁船が郵便と薬だけを運ぶ。町長は正しい判断だと述べた。"
)
ARABIC = (
    "قال مكتب الميناء إن العبّارة التي تربط الساحل بالجزيرة توقفت يوم الثلاثاء بعد العثور على شق في هيكلها.\n"
    "ويعتمد نحو أربعمئة من سكان الجزيرة على السفينة في العمل والدراسة "
    "والبريد، وقالت معلمة إنها استعدت لأسبوع كامل.\n"
    "ومن المقرر أن يرفع المهندسون السفينة من الماء يوم الخميس، وحتى ذلك "
    "الحين ينقل قارب صيد البريد والدواء فقط."
)
PERSIAN = (
    "دفتر بندر گفت کشتی\u200cای که ساحل را به جزیره می\u200cرساند روز "
    "سه\u200cشنبه پس از پیدا شدن ترکی در بدنه متوقف شد.\n"
    "حدود چهارصد نفر از ساکنان جزیره برای کار و مدرسه و نامه به این کشتی "
    "وابسته\u200cاند و معلم گفت برای یک هفته آماده شده است.\n"
    "مهندسان قرار است روز پنج\u200cشنبه کشتی را از آب بیرون بیاورند و تا "
    "آن زمان قایق ماهیگیری دارو و نامه می\u200cبرد."
)
INDEX = "\n".join(
    f"{headline}\nBy Staff, {hours} hours ago"
    for hours, headline in enumerate(
        [
            "Ferry stops",
            "Bridge closes",
            "Storm on its way",
            "Market moves",
            "New school opens",
            "Mayor resigns",
        ]
    )
)


def kinds(text: str, **known: object) -> set[str]:
    """Kinds of the findings on a text."""
    article = Article.model_validate({"id": "a", "text": text, **known})
    return {finding.kind for finding in assess(article, DedupeSettings())}


@pytest.mark.parametrize(
    "text",
    [FERRY, FERRY_OTHER, BRIDGE, GERMAN, JAPANESE, ARABIC, PERSIAN],
    ids=["english", "english 2", "english 3", "german", "japanese", "arabic", "persian"],
)
def test_clean_text_has_no_finding_in_any_script(text: str):
    """A false alarm is the worst defect; no language is taken for another's flaw."""
    assert kinds(text) == set()


@pytest.mark.parametrize("sign", [" / ab", " /mkl", " sid/rs", " / ab / cd"])
def test_the_sign_of_an_author_is_no_cut_sentence(sign: str):
    """Agencies put it behind the last full stop; a word cut in two stands behind none."""
    assert kinds(FERRY.rstrip() + sign) == set()
    assert kinds(FERRY.rstrip().rstrip(".”") + " and the boat/qu") == {"truncated"}


def test_of_a_text_far_too_long_only_its_length_is_said():
    """Whatever else it holds: it is no article, and its reader would be kept for minutes."""
    article = Article(id="a", text=f"{FERRY}\nwindow.ads=window.ads||[];\n" * 2000)

    assert [finding.kind for finding in assess(article, DedupeSettings())] == ["enormous_file"]
    without = DedupeSettings(quality=QualitySettings(skip=frozenset({"enormous_file"}), most_characters=1000))
    assert "repeated_paragraphs" in {
        finding.kind for finding in assess(article.model_copy(update={"text": article.text[:9000]}), without)
    }


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("empty_or_short", ""),
        ("empty_or_short", "More soon."),
        ("enormous_file", f"{FERRY}\n" * 300),
        ("mojibake", GERMAN.encode().decode("cp1252", errors="replace")),
        ("mojibake", GERMAN.replace("ä", "√§").replace("ü", "√º").replace("ö", "√∂").replace("ß", "√ü")),
        ("replacement_chars", FERRY.replace("island", "isl\ufffdnd")),
        ("replacement_chars", FERRY.replace("island", "isl??nd")),
        ("html_remnants", FERRY.replace("island", "<b>island</b>")),
        ("html_remnants", FERRY.replace("“", "&ldquo;")),
        ("markdown_remnants", f"![the quay](https://pics.example/quay.jpg)\n{FERRY}"),
        ("markdown_remnants", f"{FERRY}\n[The quay](https://pics.example/the old quay (north).jpg)"),
        ("markdown_remnants", f"{FERRY}\n## More from the harbour"),
        ("markdown_remnants", f"{FERRY}\n~~The boat sails on Friday~~"),
        ("machine_garbage", FERRY + '\nwindow.ads=window.ads||[];ads.push({"slot":"top","size":[300,250]});'),
        ("machine_garbage", FERRY + "\n.story p{margin:0 0 1em;font-size:17px}.ad{display:none;height:0}"),
        ("control_chars", FERRY.replace("island", "isl\x07and")),
        ("nul_bytes", FERRY.replace("island", "isl\x00and")),
        ("invisible_chars", FERRY.replace("island", "isl\u200band")),
        ("invisible_chars", FERRY.replace("island", "is\u00adland")),
        ("bidi_controls", FERRY.replace("island", "\u202eisland\u202c")),
        ("homoglyphs", FERRY.replace("school", "sсhооl")),
        ("homoglyphs", FERRY.replace("school", "ｓｃｈｏｏｌ")),
        ("soft_404", "Nothing here\n\nThis link leads nowhere. Check the address, or try a search."),
        ("soft_404", "Oups\n\nLa page demandée a été supprimée ou déplacée. Revenez à l'accueil."),
        ("soft_404", "Strony nie ma\n\nArtykuł został usunięty. Wróć na stronę główną."),
        ("soft_404", "Report unavailable\n\nIt was removed from our site. See the front page instead."),
        ("paywall_stub", f"{FERRY}\nDieser Inhalt ist Abonnenten vorbehalten."),
        ("bot_block", "This site is protected. Your request looks automated. Press and hold the button."),
        ("bot_block", "Accès limité\n\nTrop de requêtes depuis votre adresse IP. Veuillez réessayer."),
        ("bot_block", "Sorry, readers in your country cannot open this site for legal reasons."),
        ("paywall_stub", f"{FERRY}\nHier endet der freie Teil. Mit einem Digitalabo lesen Sie alles."),
        ("paywall_stub", f"{FERRY}\nSubscribe for £1 a week to see the whole story."),
        ("truncated", f"{FERRY}\nThe yard's owners say that they will not (…)"),
        ("truncated", f"{FERRY}\nThe yard's owners say that they will not pay for the boat and its [mehr]"),
        ("sponsored", f"Anzeige / Advertorial\n{FERRY}"),
        ("repeated_lines", FERRY.replace("\n", "\nAdvertisement\n")),
        ("repeated_paragraphs", f"{FERRY}\n{FERRY.splitlines()[1]}"),
        (
            "repeated_phrases",
            f"{FERRY}\n" + "The harbour office said that the boat would sail, and " * 6 + "so on.",
        ),
        ("truncated", FERRY[:-30]),
        ("truncated", FERRY[:-30] + "..."),
        ("list_page", INDEX),
        ("liveblog", "".join(f"{9 + i}:15 am\n{line}\n" for i, line in enumerate(FERRY.split("\n")))),
        (
            "lorem_ipsum",
            f"{FERRY}\nTemporibus autem quibusdam et aut officiis debitis aut rerum necessitatibus.",
        ),
        ("lorem_ipsum", f"{FERRY}\nLorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod."),
        ("soft_404", "Page not found\nThe page you asked for does not exist. Try our homepage."),
        ("soft_404", "Seite nicht gefunden\nDiese Seite existiert nicht mehr. Zur Startseite"),
        ("bot_block", "Are you a robot?\nPlease solve the captcha and enable cookies to go on."),
        ("paywall_stub", FERRY.split("\n")[0] + "\nSubscribe now to read the full story."),
        ("paywall_stub", GERMAN.split("\n")[0] + "\nJetzt Abo abschließen und den ganzen Artikel lesen."),
        ("sponsored", f"Sponsored content\n{FERRY}"),
        ("ai_leftover", f"As an AI language model, I cannot confirm this.\n{FERRY}"),
        ("pii", FERRY + "\nWrite to ines.marlow@post.example if you have a boat."),
        ("mixed_language", f"{FERRY}\n" + GERMAN.split("\n")[0] + GERMAN.split("\n")[1]),
    ],
)
def test_a_planted_defect_is_named(kind: str, text: str):
    """Each check finds the plainest case of its kind."""
    assert kind in kinds(text)


def test_a_press_release_is_told_by_several_marks():
    """One mark may stand in a report; a release has many."""
    text = (
        "PORT ALDER, May 3 /NoticeWire/ -- Tarn and Sons, a leading supplier of hulls, "
        "today announced a new yard.\n"
        "“We are proud of this yard,” said its head, Ada Tarn.\nAbout Tarn and Sons\nThe yard builds hulls.\n"
        "Media contact:\nAda Tarn"
    )

    assert "press_release" in kinds(text)
    assert "press_release" not in kinds(FERRY + "\nThe yard today announced that it would look into it.")


def test_a_title_of_another_article_is_found_and_a_free_one_is_not():
    """A headline may be playful; one without a single word of the text belongs elsewhere."""
    assert "title_mismatch" in kinds(FERRY, title="Parliament rejects budget after heated pension debate")
    assert "title_mismatch" not in kinds(FERRY, title="Cracked hull strands four hundred islanders")


def test_a_span_marks_the_characters_and_the_quote_shows_them():
    """A reader goes from the finding to its place."""
    text = FERRY.replace("island", "<b>island</b>", 1)

    found = assess(Article(id="a", text=text), DedupeSettings())

    assert [text[slice(*finding.span)] for finding in found if finding.span] == ["<b>", "</b>"]
    assert [finding.quote for finding in found] == ["<b>", "</b>"]
    assert len({finding.id for finding in found}) == 2


def test_personal_data_is_masked_in_the_quote():
    """The report must not pass on what it warns of."""
    found = assess(Article(id="a", text=FERRY + "\nWrite to ines.marlow@post.example."), DedupeSettings())

    assert [finding.quote for finding in found] == ["i***.******@****.*******"]


def test_an_error_page_is_not_called_short_as_well():
    """One finding names the cause; what follows from it is left out."""
    assert kinds("Page not found\nThe page you asked for does not exist. Try our homepage.") == {"soft_404"}


def test_a_skipped_check_does_not_run():
    """The settings of a corpus may leave a check out."""
    settings = DedupeSettings(quality=QualitySettings(skip=("empty_or_short",)))

    assert assess(Article(id="a", text="More soon."), settings) == []


def test_every_check_says_what_it_is_for():
    """The report shows title, reason and remedy of each."""
    for check in checks_of_documents():
        assert check.name
        assert check.title[0].isupper()
        assert check.reason.endswith(".")
        assert check.remedy.endswith(".")


def test_an_empty_document_is_unusable():
    """Nothing is left to count."""
    found = assess(Article(id="a", text=" \n\n"), DedupeSettings())

    assert [(finding.kind, finding.severity) for finding in found] == [("empty_or_short", Severity.UNUSABLE)]


def test_a_speech_that_takes_up_its_words_is_no_circle():
    """Speakers repeat a phrase on purpose; what stands between is their own."""
    speech = (
        "“We will build the quay again, and we will build it with our own hands,” she said. “We will build it for the "
        "fishermen who lost their boats, we will build it for the school that lost its roof, and we will build it for "
        "everyone who stood in the cold on Sunday and asked when the ferry comes.”"
    )

    assert "repeated_phrases" not in kinds(f"{FERRY}\n{speech}")


def test_a_paragraph_in_another_language_is_the_least_like_the_others():
    """By its letters alone: no language needs a name for that, and scripts of many letters count as one."""
    german, english, japanese = GERMAN.split("\n"), FERRY.split("\n"), JAPANESE.split("\n")

    mixed = [*german, english[0]]
    alike = likeness(mixed, range(len(mixed)))
    assert alike.index(min(alike)) == len(german)
    assert likeness([english[0], *japanese], [0])[0] < 0.1
    assert min(likeness(japanese, range(len(japanese)))) > SURELY_ALIKE


def test_headings_repeated_with_their_paragraphs_are_repeats():
    """A text that stands there twice goes whole; a refrain beside one repeated paragraph stays."""
    first, second = FERRY.split("\n")[:2]
    text = f"On the quay\n{first}\nIn the school\n{second}\n{FERRY_OTHER}"

    twice = f"{text}\nOn the quay\n{first}\nIn the school\n{second}"
    once = f"{text}\nOn the quay\n{first}"

    found = [
        sum(each.check == "repeated_paragraphs" for each in assess(article, DedupeSettings()))
        for article in (Article(id="a" * 16, text=twice), Article(id="a" * 16, text=once))
    ]
    assert found == [4, 1]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("machine_garbage", "[object Object]"),
        ("machine_garbage", "Uncaught TypeError: Cannot read properties of undefined"),
        ("machine_garbage", "Notice: Undefined index: title in /srv/www/article.php on line 44"),
        ("machine_garbage", "#ad-slot-1 { min-height: 250px; }"),
        ("machine_garbage", "font-family: Arial, sans-serif; font-size: 14px;"),
        ("machine_garbage", "utm_source=rss&utm_medium=feed"),
        ("machine_garbage", "dataLayer.push({'event': 'load'});"),
        ("machine_garbage", "for (var i = 0; i < n; i++) {"),
        ("machine_garbage", "});"),
        ("machine_garbage", "/* Inline styles */"),
        ("machine_garbage", '"isAccessibleForFree": true,'),
        ("machine_garbage", "at com.example.App.main(App.java:14)"),
        ("machine_garbage", "Content-Type: text/html; charset=utf-8"),
        ("markdown_remnants", "---"),
        ("markdown_remnants", "- [ ] A second bridge for the valley"),
        ("markdown_remnants", "*A second bridge for the valley*"),
        ("markdown_remnants", "\\*\\*A second bridge\\*\\*"),
        ("markdown_remnants", "[World](/w) | [Sport](/s) | [Arts](/a)"),
        ("markdown_remnants", "[TOC]"),
        ("markdown_remnants", "!!! note"),
        ("markdown_remnants", "![](ferry.png)"),
        ("markdown_remnants", "![[ferry.png]]"),
        ("markdown_remnants", "*[EU]: European Union"),
        ("markdown_remnants", "{: .lead}"),
        ("markdown_remnants", "\\newpage"),
        ("html_remnants", "The ferry stopped.<o:p></o:p>"),
        ("html_remnants", "The ferry {{ad}} stopped."),
        ("html_remnants", "The ferry <%= ad %> stopped."),
        ("html_remnants", "\\u003cp\\u003eThe ferry stopped."),
        ("html_remnants", "The ferry stopped.[/su_note]"),
        ("html_remnants", "The ferry&lt;br&gt; stopped."),
    ],
)
def test_what_programs_leave_is_named(kind: str, line: str):
    """Messages, styles, templates and the signs of Markdown, each a line of its own or in one."""
    assert kind in kinds(f"{FERRY}\n{line}")


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("sponsored", "In association with Tarn Motors"),
        ("sponsored", "Entgeltliche Einschaltung"),
        ("sponsored", "This series is supported by the Alder Tourist Board."),
        ("sponsored", "Dieser Artikel ist in Kooperation mit einem Werbepartner entstanden."),
        (
            "sponsored",
            "Mit * markierte Links sind Affiliate-Links, wir bekommen dafür eine kleine Provision.",
        ),
        ("ai_leftover", "Klar, hier ist eine kürzere Fassung im Stil einer Agentur:"),
        ("ai_leftover", "The boat sails again on Friday.:contentReference[oaicite:2]{index=2}"),
        ("ai_leftover", "Suggested headlines: Ferry stops; Island cut off"),
        ("ai_leftover", "If you like, I can shorten the draft or change the tone."),
        ("ai_leftover", "Soll ich den Text noch kürzen oder den Tonfall anpassen?"),
    ],
)
def test_what_stands_above_or_below_a_story_and_tells_where_it_comes_from(kind: str, line: str):
    """Who paid for it, or which program wrote it, in many wordings."""
    assert kind in kinds(f"{line}\n{FERRY}") | kinds(f"{FERRY}\n{line}")


@pytest.mark.parametrize(
    "text",
    [
        "ALDER (ots) Zum Tag der Fähre erklärt der Verband der Reeder:\n„Wir sind stolz auf unsere Boote.“\n"
        "Pressestelle: Verband der Reeder",
        "ALDER, 3 May 2031 | Skerry PR Wire | Tarn and Sons has signed a strategic partnership with the town.\n"
        "About Tarn and Sons: The yard builds ferries.",
        "News provided by Tarn and Sons\nThe yard proudly celebrates its new dock.\n"
        "To learn more, visit the yard.",
    ],
)
def test_a_press_release_is_told_by_its_marks_in_many_forms(text: str):
    """Who sent it out, what it is proud of, and who may be asked."""
    assert "press_release" in kinds(f"{text}\n{FERRY_OTHER}")


def test_the_stamps_of_a_ticker_may_say_more_than_the_time():
    """The day, the zone, that it is an update, or how long ago; a time in a heading is none."""
    stamps = ["Update vom 7. März, 10.47 Uhr:", "+++ 9:27 +++", "Last updated: 9:28 am", "vor 15 Min."]
    lines = FERRY.split("\n")
    ticker = "\n".join(part for pair in zip(stamps, lines, strict=False) for part in pair)
    programme = "\n".join(
        part
        for pair in zip(
            ["10:15 Mass in the old church", "11:30 Boats", "14:00 Dance at the quay"], lines, strict=False
        )
        for part in pair
    )

    assert "liveblog" in kinds(ticker)
    assert "liveblog" not in kinds(f"{programme}\n{FERRY_OTHER}")


def test_questions_and_answers_are_no_list_of_headlines():
    """They are short, but end as sentences do."""
    jokes = "\n".join(
        f"{n}. What did the {what} say?\nNothing at all!" for n, what in enumerate("abcdefghijkl")
    )

    assert "list_page" not in kinds(jokes)


def test_garbled_letters_are_no_disguise():
    """UTF-8 read as Windows-1251 mixes alphabets within words."""
    garbled = GERMAN.replace("ä", "Г¤").replace("ü", "Гј").replace("ö", "Г¶")

    assert "homoglyphs" not in kinds(garbled)
    assert "mojibake" in kinds(garbled)


def test_two_marks_for_one_lost_character_are_found_behind_words_as_well():
    """Where they stand in words and before them, those that end a quotation are lost, too."""
    lost = FERRY.replace("“", "??").replace("”", "??").replace("island's", "island??s")
    text = lost + "\n??We wait,?? said Odile??s brother."
    article = Article(id="a" * 16, text=text)
    marked = {text[slice(*finding.span)] for finding in assess(article, DedupeSettings()) if finding.span}

    assert marked == {"??"}
    found = [
        finding.span for finding in assess(article, DedupeSettings()) if finding.kind == "replacement_chars"
    ]
    assert len(found) == text.count("??")
