"""Short texts that stand in place of an article, by their words: in wordings that no rule has, and stories beside them."""

from __future__ import annotations

import pytest

from dedupe.quality.notices import asks_to_read_on, is_of_missing_page, is_only_time, is_wall, notice_in
from tests.dedupe.fictional import BRIDGE, FERRY
from tests.dedupe.quality.test_checks import kinds


@pytest.mark.parametrize(
    "text",
    [
        "Well, this is awkward. The address you typed does not exist any longer, or it was mistyped.",
        "Uh-oh. Whatever was here has vanished. Try searching, or go back to the start page.",
        "Diese Adresse gibt es bei uns nicht mehr. Vielleicht ist der Inhalt umgezogen, vielleicht gelöscht.",
        "Désolé, le lien est introuvable ou la page a disparu. Retour à l'accueil.",
        "Lo sentimos: el enlace ha caducado o la página no existe. Volver al inicio.",
    ],
)
def test_a_notice_that_a_page_is_gone_is_told_by_its_words(text: str):
    """The phrase may be any."""
    notice = notice_in(text)

    assert notice is not None
    assert is_of_missing_page(notice)
    assert not is_wall(notice)
    assert kinds(text) == {"soft_404"}


@pytest.mark.parametrize(
    "text",
    [
        "Your browser seems to be run by a script. Tick the box below so that we know that a person is here.",
        "Hold on. Our firewall wants to check your connection before you proceed.",
        "Bitte schalten Sie Ihren Werbeblocker aus und laden Sie die Seite neu, um fortzufahren.",
        "Un contrôle automatique est en cours. Veuillez patienter quelques secondes.",
    ],
)
def test_a_wall_is_told_by_its_words(text: str):
    """So is what a site shows to readers with a blocker, or from elsewhere."""
    notice = notice_in(text)

    assert notice is not None
    assert is_wall(notice)
    assert kinds(text) == {"bot_block"}


@pytest.mark.parametrize(
    "text",
    [
        FERRY.split("\n")[0],
        BRIDGE.split("\n")[2],
        "Police searched the harbour on Monday after a fisherman found a page of an old map in his net.",
        "The island's only shop closed on Friday. Ines Marlow, who ran it, said that she could not find help.",
        "",
    ],
)
def test_a_short_story_is_no_notice(text: str):
    """It names people, places and things that no notice has words for."""
    assert notice_in(text) is None


def test_a_long_text_is_no_notice():
    """Whatever its words, and however long one of them is."""
    assert notice_in("page not found " * 100) is None
    assert notice_in("p" * 10_000) is None


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("You have come to the end of the open part. Members go on from here for £2 a month.", True),
        ("Log in to continue", True),
        ("Weiterlesen mit Probeabo", True),
        ("Continúe leyendo: hágase suscriptor por 1 € al mes.", True),
        ("The harbour office said that members of the crew would continue on Friday.", False),
        ("Sign up", False),
        ("The rest of the crew is safe.", False),
    ],
)
def test_what_asks_to_read_on_says_so_and_what_it_takes(line: str, asks: bool):
    """A membership, a password or a sum; and that there is more of the text."""
    assert asks_to_read_on(line) == asks
    if asks:
        assert "paywall_stub" in kinds(f"{FERRY}\n{line}")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Updated 7 March, 10.47 am", True),
        ("12.03.2031, 08:14 Uhr", True),
        ("Publié le 3 mai 2031 à 9h12", True),
        ("Thursday, March 7", True),
        ("10.28", False),
        ("2031", False),
        ("March", False),
        ("10:15 The boat sails", False),
    ],
)
def test_a_line_that_only_says_when(line: str, says: bool):
    """A number alone may be anything, and a name of a month a heading."""
    assert is_only_time(line) == says
