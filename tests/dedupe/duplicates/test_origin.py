"""Who a text credits."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dedupe.duplicates import find_duplicates
from dedupe.duplicates.normalise import split_words
from dedupe.duplicates.origin import credit_words, find_origin, is_publisher
from dedupe.settings import DedupeSettings
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
        ("ALDERMOUTH (Meridian Press) — " + BODY, "Meridian Press"),
        ("ALDERMOUTH, March 4 (MDP) – " + BODY, "MDP"),
        ("Orlavik, Nordische Presseagentur – " + BODY, "Nordische Presseagentur"),
        ("Cracks found\nBy Jonna Feld, Meridian News Agency\n" + BODY, "Meridian News Agency"),
        ("By Jonna Feld | Associated Press\n" + BODY, "AP"),
        ("By Jonna Feld, News Editor\n" + BODY, None),
        ("SPRINGFIELD (Ohio) — " + BODY, None),
        ("ORLAVIK (US) — " + BODY, None),
        (BODY + "\n© 2025 Meridian Press. All rights reserved.", "Meridian Press"),
        (BODY + "\nWith files from Unity News", "Unity News"),
        (BODY + "\nCom informações da Agência Norte", "Agência Norte"),
        (BODY + "\nCon informazioni di Agenzia Alta", "Agenzia Alta"),
        (BODY + "\nAvec Agence Boréale", "Agence Boréale"),
        (BODY + "\nŹródło: PAP", "PAP"),
        (BODY + "\nИсточник: РИА Новости", "RIA Novosti"),
        (BODY + "\nДжерело: Укрінформ", "Ukrinform"),
        (BODY + "\nПо материалам агентства Северные Новости", "Северные Новости"),
        ("МОСКВА, 4 марта (Рейтер) - " + BODY, "Reuters"),
        ("新华社北京3月4日电 大桥因桥墩出现裂缝将关闭到秋末。", "Xinhua"),
        ("大桥因桥墩出现裂缝将关闭到秋末。\n来源：中新社", "China News Service"),
        ("【ロンドン共同】橋は秋の終わりまで閉鎖される。", "Kyodo"),
        ("(서울=연합뉴스) 다리는 늦가을까지 폐쇄된다.", "Yonhap"),
        ("أورلافيك (رويترز) - سيظل جسر الميناء مغلقا حتى أواخر الخريف.", "Reuters"),
        (BODY + "\nSource: Ministry of Health", None),
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


def is_marked(bits: NDArray[np.uint8], word: int) -> bool:
    """Whether both halves of a word's hash have their bits."""
    return all(bits[half >> 3] >> (half & 7) & 1 for half in (word & 0xFFFF, 0x10000 | word >> 16))


def test_a_credit_is_looked_for_wherever_a_text_may_hold_one() -> None:
    """The words that send a text to the patterns are those that the credits are made of."""
    bits = credit_words()

    for text in (
        "(AP)",
        "Quelle: dpa",
        "РИА Новости",
        "ČTK",
        "Agência Brasil",
        "editing by",
        "新华社北京",
        "연합뉴스",
        "(Meridian Press)",
    ):
        hashes = split_words([text], all_lines=True).hashes.tolist()
        assert any(is_marked(bits, word) for word in hashes)


def test_common_words_send_no_text_to_the_patterns() -> None:
    """A name that is a word of every text is looked for in datelines only."""
    bits = credit_words()

    for word in split_words(["of the and said der und les des"], all_lines=True).hashes.tolist():
        assert not is_marked(bits, word)


def test_a_corpus_knows_an_agency_in_a_dateline_whatever_its_name() -> None:
    """Initials of no known agency have no word by which a text is picked out; the dateline itself has."""
    found = find_duplicates([article("a", "ALDERMOUTH (MDP) — " + BODY)], DedupeSettings())

    assert found.origins == {"a": "MDP"}
