"""Page furniture left in a text: each kind in several wordings and languages, and prose that only sounds like it."""

from __future__ import annotations

import pytest

from dedupe.models import Article
from dedupe.quality import assess
from dedupe.quality.furniture import furniture_in
from dedupe.settings import DedupeSettings
from tests.dedupe.fictional import FERRY, FERRY_OTHER
from tests.dedupe.quality.test_checks import kinds


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("nav_lines", "Jump to main content"),
        ("nav_lines", "Politics • Business • Culture • Sport"),
        ("nav_lines", "Ir al contenido"),
        ("nav_lines", "Politik › Inland"),
        ("newsletter_cta", "Get our morning email: the stories that matter, before breakfast."),
        ("newsletter_cta", "Hier können Sie unseren Newsletter bestellen."),
        ("newsletter_cta", "Recevez chaque matin l'essentiel de l'actualité."),
        (
            "cookie_consent",
            "This site uses cookies. By continuing to browse, you agree to our use of cookies.",
        ),
        ("cookie_consent", "Nous utilisons des cookies pour améliorer votre expérience."),
        ("cookie_consent", "Essential cookies only"),
        ("caption_lines", "Rescuers search the hull. [Tomas Vey/Reuters]"),
        ("caption_lines", "Das Schiff im Dock. Foto: dpa"),
        ("caption_lines", "Picture: Supplied"),
        ("caption_lines", "Main image: Tomas Vey"),
        ("caption_lines", "Image caption The hull was searched twice"),
        ("caption_lines", "Photos provided by the harbour office"),
        ("caption_lines", "An aerial view of the harbour in winter."),
        ("caption_lines", "The hull in the dock © Tomas Vey"),
        ("caption_lines", "The hull in the dock. Tomas Vey / Skerry Media"),
        ("caption_lines", "El barco en el dique / TOMAS VEY"),
        ("caption_lines", "The hull in the dock. Vey Pictures"),
        ("related_links", "Further reading: How ferries are built"),
        ("related_links", "À lire également : Le pont est fermé"),
        ("related_links", "You might also be interested in"),
        ("comments_block", "Be the first to comment"),
        ("comments_block", "ferryman77: they should have checked this years ago"),
        ("comments_block", "12 Kommentare"),
        ("comments_block", "Zostaw swój komentarz"),
        ("comments_block", "Comments on this story are closed"),
        ("newsletter_cta", "Spotted a typo? Write to our desk."),
        ("newsletter_cta", "Нашли ошибку? Выделите её."),
        ("newsletter_cta", "Support our independent reporting"),
        ("newsletter_cta", "Laden Sie jetzt unsere kostenlose App"),
        ("newsletter_cta", "Bizi sosyal medyada takip edin"),
        ("related_links", "Z naszego archiwum: Prom wraca na wyspę"),
        ("related_links", "Ilgili haberler"),
        ("nav_lines", "Luister naar dit artikel"),
        ("nav_lines", "Compartilhe esta notícia"),
        ("nav_lines", "Mest läst"),
        ("cookie_consent", "Continuer sans accepter"),
    ],
)
def test_a_line_of_the_page_is_named_by_its_kind(kind: str, line: str):
    """A cue and a shape together name the kind."""
    assert kind in kinds(f"{FERRY}\n{line}")


@pytest.mark.parametrize(
    "line",
    [
        "The islanders share one telephone, and whoever comes first makes the day's calls for all of them.",
        "Renn, who subscribes to three newspapers, said that she had read of the crack in none of them.",
        "The harbour office said on its website that it would follow the advice of the engineers.",
        "The bakery's cookies are sold out by ten, and on Sundays its owner accepts only cash.",
        "“Sign up for the night shift, and you will see the sunrise,” the foreman told the apprentices.",
        "The library found a mistake in the register and asked the county to correct it.",
        "What do you think of the mayor's plan for the harbour?",
        "Tell us what you saw that night.",
        "Ha encontrado un error en las cuentas del puerto, dice la auditora.",
        "Open the Settings app and tap the name of the ferry.",
        "From the archives the county took two maps of the quay.",
        "But we had no choice.",
        "The menu of the inn had not changed for years, and nobody on the island had asked for another.",
    ],
)
def test_prose_that_speaks_of_such_things_is_left_alone(line: str):
    """A story may speak of newsletters, cookies and menus."""
    assert kinds(f"{FERRY}\n{line}\n{FERRY_OTHER}") == set()


def test_what_follows_furniture_at_the_end_and_is_not_of_the_story_is_more_of_it():
    """Before prose the same label may be a heading, and a line with words of the story is the story's."""
    link, label, note = "Ilgili haberler", "Zebra crossword puzzles", "Continuer sans accepter"
    speaks = "Pourtant vous gardez toujours cette possibilité."

    assert kinds_of_lines(f"{FERRY}\n{link}\n{label}") == {link: "related_links", label: "related_links"}
    assert kinds_of_lines(f"{FERRY}\n{link}\n{label}\n{FERRY_OTHER}") == {link: "related_links"}
    assert kinds_of_lines(f"{FERRY}\n{speaks}\n{note}\n{FERRY_OTHER}") == {
        speaks: "cookie_consent",
        note: "cookie_consent",
    }
    assert kinds_of_lines(f"{FERRY}\nYou take the ferry to Skerry.\n{note}\n{FERRY_OTHER}") == {
        note: "cookie_consent"
    }


def kinds_of_lines(text: str) -> dict[str, str]:
    """Line -> its kind, of the lines that are page furniture."""
    return {line.text: kind for kind, line in furniture_in(text)}


def test_many_lines_of_the_page_ask_for_a_review():
    """A line or two are told; more of them change what is counted."""
    menu = "Log in\nSearch\nContact us\nPrivacy policy"

    found = assess(Article(id="a", text=f"{menu}\n{FERRY}"), DedupeSettings())

    assert [(finding.kind, int(finding.severity)) for finding in found] == [("nav_lines", 2)] * 4


NOTICES = """Cookie settings
We and our 12 partners store information on your device and read it there.
Your decision holds for a year, unless you take it back.
Strictly what is needed
Accept all cookies"""


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        ("Copy link\nWhat others look at\nPrint\nMy account\nPuzzles for Sunday", "nav_lines"),
        (NOTICES, "cookie_consent"),
        ("12 comments\nSort by: best\nOnly with pictures\nReport\nReply", "comments_block"),
    ],
    ids=["menu", "consent", "comments"],
)
def test_labels_amid_a_block_of_furniture_belong_to_it(block: str, kind: str):
    """Whatever they say: no list of words has them all."""
    text = f"{FERRY}\n{block}"

    found = [each for each in assess(Article(id="a" * 16, text=text), DedupeSettings()) if each.check == kind]
    named = {text[slice(*each.span)] for each in found if each.span}
    assert named == set(block.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        f"Home\nShare\nA short winter\nPrint\n{FERRY}",
        f"{FERRY}\nShare\nWhat comes next\nPrint\n{FERRY_OTHER}",
        f"Print\nShare\nSkerry waits\n{FERRY}",
    ],
    ids=["a headline among labels", "a heading between two", "a headline below labels"],
)
def test_a_heading_stays_where_it_stands_among_few_labels(text: str):
    """A headline is short and ends without a stop, as labels do."""
    heading = next(line for line in ("A short winter", "What comes next", "Skerry waits") if line in text)

    found = assess(Article(id="a" * 16, text=text), DedupeSettings())

    assert all(heading not in text[slice(*each.span)] for each in found if each.span)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("nav_lines", "Start / Coast / Skerry"),
        ("caption_lines", "Divers below the hull. © Tomas Vey"),
        ("cookie_consent", "Third parties process your IP address and other data on your device."),
    ],
)
def test_shapes_that_need_no_word_list(kind: str, line: str):
    """A path, a sentence with its owner, and what the law makes every notice say."""
    assert kind in kinds(f"{FERRY}\n{line}")


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("nav_lines", "Offrir cet article"),
        ("nav_lines", "Back to all stories"),
        ("nav_lines", "Lesedauer: ca. 5 Minuten"),
        ("cookie_consent", "Nur erforderliche"),
        ("cookie_consent", "Personalizza le scelte"),
        ("cookie_consent", "Отклонить все"),
        ("newsletter_cta", "Las noticias, cada noche en su correo"),
        ("newsletter_cta", "Follow @skerry_news"),
        ("newsletter_cta", "Every weekday at seven: the island in your mailbox."),
        ("newsletter_cta", "Je kunt je altijd weer afmelden voor onze nieuwsbrief."),
        ("comments_block", "Ordenar por: más recientes"),
        ("comments_block", "Nur angemeldete Nutzer können kommentieren"),
        ("related_links", "Other readers also liked"),
        ("related_links", "Zum Weiterlesen: Wie die Insel sich wehrt"),
        ("related_links", "Dig deeper: What the harbour costs"),
        ("caption_lines", "Zdjęcie ilustracyjne"),
        ("caption_lines", "Foto d'archivio: il porto di notte"),
        ("caption_lines", "Der Kran steht still. Aufnahme: H. Brandt"),
        ("caption_lines", "Divers at the hull. (Ada Low/Skerry Sentinel)"),
        ("caption_lines", "Fot. Jan Kowal / Prom"),
        ("caption_lines", "Von links: Brandt, Vey und Marlow vor der Fähre"),
        ("related_links", "→ Le pont fermé jusqu'en mai"),
        ("related_links", "How the harbour was built »"),
        ("nav_lines", "Über uns"),
        ("nav_lines", "Alle anzeigen"),
        ("related_links", "From the same author: Orchard keepers count a late harvest"),
        ("related_links", "Déjà publié : Les vergers comptent une récolte tardive"),
        ("cookie_consent", "Sí, de acuerdo"),
        ("cookie_consent", "Nein danke"),
        ("newsletter_cta", "Puedes darte de baja cuando quieras."),
        ("comments_block", "Mara K. wrote 12 minutes ago: well said"),
        ("nav_lines", "シェアする"),
        ("comments_block", "댓글 12"),
        ("comments_block", "You must log in to post a comment."),
        ("comments_block", "Loading comments..."),
        ("newsletter_cta", "Skerry Sentinel Newsletter"),
        ("nav_lines", "© 2026 Skerry Sentinel. All rights reserved."),
    ],
)
def test_a_line_of_nothing_but_the_page_s_words_is_the_page_s(kind: str, line: str):
    """No list has every phrase; the words are few, and a story has others."""
    first, *rest = FERRY.split("\n")

    assert kind in kinds("\n".join((first, line, *rest)))


@pytest.mark.parametrize(
    "line",
    [
        "What the islanders say",
        "A story of two letters",
        "The photo: a crack as long as a bus.",
        "Three questions remain open",
        "Time is not on their side.",
        "“I think the conversation did not continue,” she said.",
        "Two readers wrote from the mainland to the mayor",
        "Now back to a different boat:",
        "« Nous attendons le bateau »",
        "»Wir warten auf das Schiff«",
        "The island (pop. 400/winter)",
        "Better harbour support",
        "Email: ada.low@skerry.example",
        "Earlier: engineers lift the ferry off the island's harbour",
        "No boat, no school",
        "At home: The crack keeps four hundred islanders from work",
        "What the tables show",
    ],
)
def test_a_heading_or_sentence_with_a_word_of_the_page_stays(line: str):
    """One such word among others is the story's, and so is one that the story goes on about."""
    first, *rest = FERRY.split("\n")

    assert not furniture_in("\n".join((first, line, *rest)))


def test_a_word_that_the_story_uses_makes_no_menu():
    """A story about a newsletter may have a heading of that one word."""
    story = FERRY.replace("school and post", "school, post and the newsletter")
    first, *rest = story.split("\n")

    assert not furniture_in("\n".join((first, "The newsletter", *rest)))
    assert furniture_in("\n".join((FERRY, "The newsletter")))


def test_lines_between_two_blank_ones_are_one_block():
    """Where blank lines part the paragraphs, a label among labels is one, whatever it says."""
    paragraphs = FERRY.split("\n")
    menu = "Share this story\nFor later on the boat\nPrint\nTides and tables"
    text = "\n\n".join((*paragraphs[:2], menu, *paragraphs[2:]))

    assert [line.text for _, line in furniture_in(text)] == menu.split("\n")


def test_the_headline_stays_in_a_block_above_the_story():
    """It has the story's words, and the labels beside it have not."""
    head = "Home\nShare this story\nFerry stops after crack\nA picture of the tides"
    text = "\n\n".join((head, *FERRY.split("\n")))

    assert "Ferry stops after crack" not in [line.text for _, line in furniture_in(text)]


def test_a_mark_that_stands_there_again_and_again_is_named_once():
    """It is repeated, and no menu besides."""
    text = FERRY.replace("\n", "\nAd - scroll on\n")

    assert kinds(text) == {"repeated_lines"}


@pytest.mark.parametrize(
    ("kind", "text", "line"),
    [
        ("nav_lines", f"Ferry stops\nLarger type\nWho we are\n{FERRY}", "Larger type"),
        (
            "newsletter_cta",
            f"{FERRY}\nYou can leave the list whenever you like.",
            "You can leave the list whenever you like.",
        ),
        (
            "related_links",
            f"{FERRY}\n+++ A second bridge for the northern valley +++\n{FERRY_OTHER}",
            "+++ A second",
        ),
        ("comments_block", f"{FERRY}\nwolfgang81 vor 2 Stunden", "wolfgang81 vor 2 Stunden"),
    ],
)
def test_a_line_without_a_word_of_the_story_where_no_story_stands(kind: str, text: str, line: str):
    """No list has its words: that the story has none of them, and the model no line there, is enough."""
    assert [found for each, found in kinds_of_lines(text).items() if each.startswith(line)] == [kind]


@pytest.mark.parametrize("line", ["But we had no choice, of course.", "No boat, no school", "What next?"])
def test_a_line_without_a_word_of_the_story_amid_its_sentences_stays(line: str):
    """A heading or a remark may have words of its own."""
    first, *rest = FERRY.split("\n")

    assert kinds_of_lines("\n".join((first, line, *rest))) == {}


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("caption_lines", "The harbourmaster speaks to the press. (AP)"),
        ("caption_lines", "Jane Example/The Alder Post"),
        ("caption_lines", "Der Kai nach dem Sturm – Foto: Beispiel"),
        ("comments_block", "seadog_88 says: they knew it all along"),
        ("comments_block", "5 people like this"),
        ("comments_block", "Kommentar von Tom, 3. Mai 2019"),
        ("newsletter_cta", "Never miss a story again"),
        ("newsletter_cta", "Ne manquez rien de l’actualité"),
        ("newsletter_cta", "Add us as a preferred source on Google"),
        ("cookie_consent", "This content is hosted by a third party. Accept to view it"),
        ("cookie_consent", "Do not sell my personal information"),
        ("cookie_consent", "Alle Cookies zulassen"),
        ("related_links", "Siehe auch: A second bridge for the northern valley"),
        ("related_links", "Editor’s choice: A second bridge for the northern valley"),
        ("nav_lines", "Zuletzt aktualisiert: 3. Mai 2031"),
        ("nav_lines", "Tags: ferry, harbour"),
    ],
)
def test_more_wordings_that_sites_use(kind: str, line: str):
    """Each of a family that sites say in few ways."""
    assert kinds_of_lines(f"{FERRY}\n{line}").get(line) == kind


@pytest.mark.parametrize(
    "line",
    [
        "Sign\u200b up for our news\u200bletter",
        "Sіgn up fоr оur nеwslеttеr",  # with letters of Cyrillic
        "Sign up for our 𝐧𝐞𝐰𝐬𝐥𝐞𝐭𝐭𝐞𝐫",
    ],
    ids=["hidden characters", "other letters", "styled letters"],
)
def test_a_disguised_line_is_furniture_all_the_same(line: str):
    """It is read as a reader reads it."""
    found = furniture_in(f"{FERRY}\n{line}")

    assert [(kind, found_line.text) for kind, found_line in found] == [("newsletter_cta", line)]
