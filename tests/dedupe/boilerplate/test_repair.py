"""Text is repaired where that is safe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe.boilerplate.repair import repaired


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("Ships &amp; pilots", "Ships & pilots", id="entity"),
        pytest.param("&amp;quot;Rest&amp;quot;", '"Rest"', id="entity written twice"),
        pytest.param("R&D; and more", "R&D; and more", id="no entity"),
        pytest.param("break\u00adwater", "breakwater", id="soft hyphen"),
        pytest.param("\ufeffPort\u200b authority", "Port authority", id="invisible characters"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="the joiner that Persian spells with"),
        pytest.param("Vellmark\u00a0port\t\x0bopens\r", "Vellmark port opens", id="spaces and controls"),
        pytest.param("Cafe\u0301", "Café", id="NFC"),
        pytest.param("The guildâ€™s café", "The guild’s café", id="mojibake beside good text"),
        pytest.param("The guildâ€™s roster", "The guild’s roster", id="mojibake"),
        pytest.param("РџРѕСЂС‚ РѕС‚РєСЂС‹С‚", "Порт открыт", id="mojibake of Cyrillic"),
        pytest.param("The guild‚Äôs caf√© ‚Äî open", "The guild’s café — open", id="mojibake of old Macs"),
        pytest.param("Er rief: „Sie sagte ‚Öffnen‘“", "Er rief: „Sie sagte ‚Öffnen‘“", id="good low quotes"),
        pytest.param("Порт «открыт», сказал он", "Порт «открыт», сказал он", id="good Cyrillic"),
        pytest.param("“Rest” – not money", "“Rest” – not money", id="good typography"),
        pytest.param(" \u200b\u00a0", "", id="nothing to see"),
    ],
)
def test_a_line_is_repaired_where_that_is_safe(line, expected):
    """What a reader would not see differently becomes one and the same."""
    assert repaired(line) == expected


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("&;#x2amp\u00ad\u200b é")))
def test_a_repaired_line_has_no_break_and_stays_as_it_is(line):
    """Repairing is idempotent, and never splits a line."""
    once = repaired(line)

    assert repaired(once) == once
    assert len(once.splitlines()) <= 1
