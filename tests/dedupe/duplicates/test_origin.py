"""Who a text credits."""

from __future__ import annotations

import pytest

from dedupe.duplicates.normalise import split_words
from dedupe.duplicates.origin import credit_words, find_origin, is_publisher
from tests.dedupe.duplicates.texts import article

BODY = "The harbour bridge of Orlavik will stay closed until late autumn.\nDivers found cracks in two piers."


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("ORLAVIK (AP) — " + BODY, "AP"),
        ("Cracks found\nBy Jonna Feld\nORLAVIK (Reuters) - " + BODY, "Reuters"),
        ("ORLAVIK, 4 février (AFP) – " + BODY, "AFP"),
        ("Orlavik (dpa) - " + BODY, "dpa"),
        ("Associated Press\n" + BODY, "AP"),
        (BODY + "\nQuelle: dpa", "dpa"),
        (BODY + "\nFuente: EFE", "EFE"),
        (BODY + "\nSource: AFP", "AFP"),
        (BODY + "\nAssociated Press writer Jonna Feld in Kessling contributed to this report.", "AP"),
        (BODY + "\nMit Material von dpa", "dpa"),
        (BODY + "\n© 2025 AFP", "AFP"),
        (BODY + "\n(Reporting by Jonna Feld; editing by Anselm Vordt)", "Reuters"),
        (BODY, None),
        ("The app (AA) batteries were sold out.\n" + BODY, None),
        (BODY + "\nReuters reported on Monday that the bridge is old.", None),
        ("", None),
    ],
)
def test_a_credit_names_the_origin(text: str, origin: str | None) -> None:
    """Datelines, credit lines and closing lines credit; a mention in the story does not."""
    assert find_origin(article("a", text)) == origin


def test_a_byline_field_credits_too() -> None:
    """Pages put the agency where the author stands."""
    assert find_origin(article("a", BODY, authors=("Reuters",))) == "Reuters"


@pytest.mark.parametrize(
    ("publisher", "origin", "same"),
    [
        ("apnews.com", "AP", True),
        ("Reuters", "Reuters", True),
        ("https://www.reuters.com/world/x", "Reuters", True),
        ("Orlavik Courier", "AP", False),
        (None, "AP", False),
    ],
)
def test_an_agency_is_known_by_its_name_or_host(publisher: str | None, origin: str, same: bool) -> None:
    """The copy on the agency's own site is the original."""
    assert is_publisher(publisher, origin) == same


def test_a_credit_is_looked_for_wherever_a_text_may_hold_one() -> None:
    """The words that send a text to the patterns are those that the credits are made of."""
    bits = credit_words()

    for text in ("(AP)", "Quelle: dpa", "РИА Новости", "ČTK", "Agência Brasil", "editing by"):
        hashes = split_words([text], all_lines=True).hashes.tolist()
        assert any(bits[(word & 0xFFFF) >> 3] >> (word & 7) & 1 for word in hashes)
