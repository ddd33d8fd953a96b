"""Characters of UTF-8 that were torn apart in a part of a text."""

from __future__ import annotations

import pytest

from dedupe.boilerplate.repair import repaired
from dedupe.mojibake import mended, torn_in

STORY = "Die Fähre nach Skerry fuhr nicht: „Der Riß ist so groß wie mein Arm“, sagte Håkan Šimek – für 3 £ Prämie."


def torn(text: str, encoding: str, every: int) -> str:
    """Tear one in `every` characters beyond ASCII, as a program does that reads UTF-8 in another encoding."""
    parts, seen = [], 0
    for character in text:
        if not character.isascii():
            seen += 1
        if character.isascii() or seen % every:
            parts.append(character)
            continue
        for byte in character.encode():
            try:
                parts.append(bytes([byte]).decode(encoding))
            except UnicodeDecodeError:
                parts.append(chr(byte))
    return "".join(parts)


@pytest.mark.parametrize("every", [1, 2, 3])
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp1250", "mac_roman", "cp1251"])
def test_what_is_torn_in_a_part_is_mended_whole(encoding: str, every: int):
    """Texts from several sources are torn here and whole there; each character tells by itself what it was."""
    line = torn(STORY, encoding, every)
    assert line != STORY

    assert repaired(line) == STORY


def test_east_asian_characters_are_mended_among_their_like():
    """A torn one amid whole ones is three letters that no language writes."""
    assert mended("は、2018å¹´7月") == "は、2018年7月"
    assert torn_in("は、2018å¹´7月") == [(6, 9)]


@pytest.mark.parametrize(
    "line",
    [
        STORY,
        "«Её платье», – сказала Ёлка, «МВЁ».",
        "dire « À » – „Œuvre“ … ‚Ärger‘ –über 10–20",
        "Íslands „Ás“ – ŁÓDŹ «ŻÓŁĆ» É…",
        "Quốc hội “Á châu” — Đà Nẵng…",
        "Εе Hеу",  # letters that look like others
        "Σ’ ένα «Ό» – «Ω»",
    ],
)
def test_what_people_write_is_left_alone(line: str):
    """A capital letter with a sign behind it, or with marks of quotation around, is just that."""
    assert torn_in(line) == []
    assert mended(line) == line
