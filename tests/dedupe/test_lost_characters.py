"""What stood at marks for lost characters, where their places or other words of the text tell."""

from __future__ import annotations

import pytest

from dedupe.lost_characters import restored
from dedupe.models import Article
from dedupe.quality.assess import assess
from dedupe.repair import mend
from dedupe.settings import DedupeSettings

TOLD = {
    "contractions": ("The ferry doesn�t run, and they�re late.", "The ferry doesn’t run, and they’re late."),
    "a quotation": ("The mayor said: �We wait for a part.�", "The mayor said: “We wait for a part.”"),
    "in the text's own way": ("«Nobody came», the crew said. �The crack grew�, and that was all.", None),
    "many owners": ("It was the islanders� boat that took them to the school.", None),
    "an elision": (
        "C’est la fin de l�été dans les îles et sur la mer.",
        "C’est la fin de l’été dans les îles et sur la mer.",
    ),
    "a letter that another word has": (
        "Die Fähre fuhr nicht, und die F�hre blieb auch am Tag danach im Hafen.",
        "Die Fähre fuhr nicht, und die Fähre blieb auch am Tag danach im Hafen.",
    ),
}


def mended(line: str) -> str:
    text = f"{line}\nThe crew of the ship went home and waited for a part from the mainland."
    return mend(text, assess(Article(id="a", text=text), DedupeSettings())).text.split("\n")[0]


@pytest.mark.parametrize(("line", "whole"), TOLD.values(), ids=list(TOLD))
def test_what_its_place_tells_is_won_back(line: str, whole: str | None):
    """No mark is left; what stands there is an apostrophe, a mark of quotation, or the letter."""
    found = mended(line)

    assert "�" not in found
    assert whole is None or found == whole


@pytest.mark.parametrize(
    "line",
    [
        "The caf� at the harbour was closed.",
        "It cost �20 to cross.",
        "Das ist nicht gro� und nicht klein, und das Schiff ist es auch nicht.",
        "Nobody � not even the crew � came.",
    ],
)
def test_what_may_be_several_stays(line: str):
    """A letter that no other word tells, a currency, a dash of either length."""
    assert mended(line) == line


def test_a_text_without_marks_is_not_read():
    """Nothing is restored where nothing was lost."""
    assert restored("The ferry doesn’t run.", []) == {}
