"""A dialogue about the reader's data, in whatever language, is no story."""

from __future__ import annotations

import pytest

from crawler.extraction import NoArticle, read_page

WALLS = {
    "en": "We and our 310 partners store information on your device, such as cookies, and read it there, to show advertising and to measure it. You may object at any time.",
    "fr": "Nous et nos 842 partenaires stockons des informations sur votre appareil, comme les cookies. Vous pouvez accepter ou refuser ces traitements à tout moment.",
    "it": "Noi e i nostri partner archiviamo informazioni sul dispositivo, come i cookie. Cliccando su Accetta acconsenti al trattamento per annunci personalizzati.",
    "es": "Nosotros y nuestros 120 socios almacenamos información en su dispositivo, como las cookies. Puede aceptar o rechazar estos tratamientos en cualquier momento.",
    "de": "Wir und unsere 97 Partner speichern Informationen auf Ihrem Gerät und greifen darauf zu. Sie können der Verarbeitung jederzeit zustimmen oder widersprechen.",
    "pl": "My i nasi partnerzy przechowujemy informacje na urządzeniu, takie jak pliki cookie. Zgodę można w każdej chwili wycofać, klikając przycisk poniżej.",
}


def page(text: str) -> bytes:
    return f'<html><head><meta charset="utf-8"><title>Paper</title></head><body><h1>Paper</h1><p>{text}</p></body></html>'.encode()


@pytest.mark.parametrize("language", WALLS)
def test_a_consent_wall_is_no_article(language: str):
    """Also where it is as long as a short report."""
    reading = read_page(page(f"{WALLS[language]} " * 3), "https://paper.example/news/ferry-tern-aground")

    assert reading.article is None
    assert reading.reason == NoArticle.CONSENT_WALL


def test_a_report_that_speaks_of_partners_and_data_is_an_article():
    """The words alone make no wall."""
    story = (
        "The port authority said that its partners had asked for data on the ferry Tern, which ran aground in the night. "
        * 5
    )

    assert read_page(page(story), "https://paper.example/news/ferry-tern-aground").article is not None
