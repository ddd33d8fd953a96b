"""What is mended, what is left alone, and that nothing is lost by it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.boilerplate.repair import repaired
from dedupe.cleaning import clean
from dedupe.corpus import read_removed
from dedupe.explain import explain
from dedupe.models import Article, Severity
from dedupe.quality import assess
from dedupe.quality.problem import Problem, as_finding
from dedupe.repair import mend
from dedupe.settings import DedupeSettings
from tests.dedupe.fictional import BRIDGE, FERRY, FERRY_OTHER, make_article

SETTINGS = DedupeSettings()


def mended(text: str) -> str:
    return mend(text, assess(Article(id="a" * 16, text=text), SETTINGS)).text


def beside(text: str, line: str, place: int = 2) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[:place], line, *lines[place:]])


@pytest.mark.parametrize(
    ("planted", "original"),
    [
        (FERRY.replace("Skerry", "Sk\u200berry").replace("harbour", "har\u00adbour"), FERRY),
        (FERRY.replace("vessel", "v\u202ees\u202csel").replace("Tuesday", "Tues\u2066day"), FERRY),
        (FERRY.replace("vessel", "ves\x00sel").replace("Tuesday", "T\x07ue\x0bsday"), FERRY),
        (BRIDGE.replace("engineer's", "engineer\x92s"), BRIDGE.replace("engineer's", "engineer’s")),
        (FERRY.replace("harbour", "hаrbоur").replace("school", "sсhооl"), FERRY),
        (BRIDGE.replace("bridge", "\uff42\uff52\uff49\uff44\uff47\uff45"), BRIDGE),
        (FERRY.replace("A ferry", "x").replace("hull", "<b>hull</b>").replace("The crack", "<p>The crack"), FERRY),
        (BRIDGE.replace("engineer's", "engineer&#8217;s"), BRIDGE.replace("engineer's", "engineer’s")),
        (FERRY.replace("The crack", "&#8217;<b>The crack"), FERRY),
        (BRIDGE.replace("Hauliers", "[Hauliers](https://tarnpost.example/h)"), BRIDGE),
        (BRIDGE.replace("Hauliers", "[Hauliers](https://tarnpost.example/a page (two).html)"), BRIDGE),
        (beside(BRIDGE, "![The bridge at dusk](https://tarnpost.example/b.jpg)"), BRIDGE),
        (beside(BRIDGE, "**Harvest festival draws record crowds to Quillmarsh orchards**"), BRIDGE),
        (beside(BRIDGE, "## The footpath and the detour"), beside(BRIDGE, "The footpath and the detour")),
        (beside(FERRY, FERRY.split("\n")[1], 4), FERRY),
        (FERRY.replace("island", "island cafÃ©"), FERRY.replace("island", "island café")),
        (BRIDGE.replace("Okell,", "Okell,<script>ga('send', 1);</script>"), BRIDGE),
        (BRIDGE.replace("1911", "1911<sup>[3]</sup>"), BRIDGE),
        (BRIDGE.replace("Okell,", "Okell,[embed]https://pics.example/v/7[/embed]"), BRIDGE),
        (BRIDGE.replace("Hauliers", '<hr[caption id="c_1"] />Hauliers'), BRIDGE),
        (BRIDGE.replace("bridge to", "bridge&eacute; to").replace("Two lanes", "&hellip;Two lanes"), BRIDGE),
        (beside(BRIDGE, "[Orchard harvest breaks records][4]"), BRIDGE),
        (beside(beside(BRIDGE, "====="), ">", 4), BRIDGE),
        (beside(BRIDGE, "Reach the desk's Ada Low: ada.low@tarnpost.example, +44 7700 900123"), BRIDGE),
        (BRIDGE.replace("a day.", "a day. Ring Ada Low on +44 7700 900123 for tickets."), BRIDGE),
    ],
    ids=[
        "invisible characters", "direction controls", "noise of controls", "a quote of Windows-1252",
        "look-alike letters", "full-width letters", "tags", "an entity", "an entity before a word", "a link",
        "a link with blanks in its address", "a picture",
        "the heading of another story", "a heading of this one", "a repeated paragraph", "a wrong encoding",
        "a script with its code", "a note's number", "an address to embed", "a shortcode in a tag",
        "a letter and an ellipsis of no word", "a link by reference", "lines of marks", "a contact", "a contact in a line",
    ],
)  # fmt: skip
def test_what_every_reader_would_mend_is_mended(planted: str, original: str):
    """The text comes out as it was before, block for block."""
    assert mended(planted) == original


@pytest.mark.parametrize(
    "text",
    [
        FERRY,
        BRIDGE,
        BRIDGE.replace("Hauliers", "Call Bram Okell at +44 7700 900123. Hauliers"),
        beside(FERRY, FERRY.split("\n")[1].replace("four hundred", "three hundred and ninety"), 4),
        BRIDGE.replace("Hauliers", "Write to the council at bridge.hearing.lane@tarn.example. Hauliers"),
        BRIDGE.replace("iron", "Δiжon"),
        FERRY.replace("The crack", "’Twas the crack").replace("The yard", "‘The yard’"),
        "\n".join(["Subscribe to our newsletter to read more every day."] * 3 + ["The ferry is back."]),
    ],
    ids=["clean", "clean too", "personal data", "an address of the story's", "told again with other words", "no look-alike", "a letter left out",
         "mostly furniture"],
)  # fmt: skip
def test_what_is_in_doubt_is_left_alone(text: str):
    """It is for a reviewer to decide."""
    assert mended(text) == text


def test_a_power_is_no_footnote():
    """The number belongs to what it stands behind."""
    assert mended(BRIDGE.replace("1911", "10<sup>6</sup> hours")) == BRIDGE.replace("1911", "106 hours")
    assert mended(BRIDGE.replace("Hauliers", "On 40 m<sup>2</sup>, hauliers")) == BRIDGE.replace(
        "Hauliers", "On 40 m2, hauliers"
    )


def test_what_a_reviewer_lets_stand_is_not_mended():
    """A decision is stronger than a rule."""
    text = beside(BRIDGE, "![The bridge at dusk](https://tarnpost.example/b.jpg)")
    [finding] = assess(Article(id="a" * 16, text=text), SETTINGS)

    assert mend(text, [finding.model_copy(update={"accepted": "It is the story."})]).text == text


def test_a_cleaning_mends_and_keeps_what_was(tmp_path: Path):
    """Each changed line stands in removed.jsonl as it came in, by its line; explain shows before and after."""
    again = FERRY_OTHER.split("\n")[1]
    garbled = BRIDGE.split("\n")[2].replace("Okell", "Оkеll")
    came = BRIDGE.replace(BRIDGE.split("\n")[2], garbled)
    articles = [
        make_article("https://a.example/1", FERRY),
        make_article("https://b.example/2", beside(FERRY_OTHER, again, 4)),
        make_article("https://c.example/3", came),
    ]

    report = clean(articles, tmp_path, SETTINGS)

    texts = [path.read_text(encoding="utf-8") for path in sorted(tmp_path.glob("*.txt"))]
    assert texts == [f"{text}\n" for text in (FERRY, FERRY_OTHER, BRIDGE)]
    rows = {record.what: record for record in read_removed(tmp_path)}
    assert (rows["line"].line, rows["line"].text, rows["line"].mended) == (2, garbled, BRIDGE.split("\n")[2])
    assert (rows["block"].line, rows["block"].text) == (4, again)
    assert rows["block"].reason == "repeated_paragraphs"
    assert rows["line"].evidence == "Mended: homoglyphs."
    assert not any(document.findings for document in report.documents)
    said = explain(tmp_path, "002", None, SETTINGS)
    assert "Mended: 1 line" in said
    assert "- Оkеll," in said
    assert "+ Okell," in said


def test_markup_in_mid_story_costs_no_sentence(tmp_path: Path):
    """The cut reads the text when it is mended: a picture would part the story for it."""
    picture = "![The bridge at dusk](https://tarnpost.example/b.jpg)"
    articles = [
        make_article("https://a.example/1", FERRY),
        make_article("https://c.example/3", beside(BRIDGE, picture)),
    ]

    clean(articles, tmp_path, SETTINGS)

    [path] = tmp_path.glob("001_*.txt")
    assert path.read_text(encoding="utf-8") == f"{BRIDGE}\n"
    assert [(row.what, row.line, row.text) for row in read_removed(tmp_path)] == [("block", 2, picture)]


PIECES = st.sampled_from(
    [
        *FERRY.split("\n"), *BRIDGE.split("\n"), "", "<br/>", "</div><p>", "&nbsp;", "\x00", "\x07", "\u202e",
        "\x1b[0m", "\ufeff", "**Harvest festival draws crowds**", "# Head", "| a | b |", "a\x0bb", "&#8203;",
        "&lt;br&gt;", "\u2028", "cafÃ©", "Subscribe to our newsletter.", "Advertisement", "[home](/)",
    ]
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.lists(PIECES, max_size=3).map("".join), min_size=1, max_size=14))
def test_whatever_is_mended_or_cut_every_line_is_told(lines: list[str]):
    """A line stands in the text as it came, or its own words stand in removed.jsonl under its number."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "corpus"
        clean([make_article("https://a.example/1", "\n".join(lines))], folder, SETTINGS)
        removed = list(read_removed(folder))
        kept = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.txt")).split("\n")

    told = {row.line: row for row in removed}
    assert all(lines[line] == row.text for line, row in told.items() if line is not None)
    if None not in told:  # else the document went whole, and stands there whole
        stands = [told[number].mended if number in told else line for number, line in enumerate(lines)]
        assert [line for line in kept if line] == [
            " ".join(line.split()) for line in stands if line and line.strip() and repaired(line)
        ]


@pytest.mark.parametrize(
    ("line", "result"),
    [
        ("He said \x93no\x94 and left\x85", "He said “no” and left…"),
        ("The fi\x07rst of M\x92ay", "The first of May"),
        ("One line\x0banother line", "One line another line"),
        ("\x1b[31mRed\x1b[0m alert", "Red alert"),
        ("A\tB\x1fC", "A B C"),
        ("A hole: \x81.", "A hole: ."),
    ],
)
def test_control_characters_are_read_for_what_they_were(line: str, result: str):
    """Signs of Windows-1252, breaks of other programs, or noise."""
    assert repaired(line) == result


def test_a_text_of_many_findings_is_mended_in_one_walk():
    """Each finding looks at its own line; code goes up to where it is closed, or alone where it never is."""
    closed = "<b>The boat</b> sails <script>at = 1</script>&amp; lands."
    text = "\n".join([closed, "<script>It sails again."] * 200)
    marks = [match.span() for match in re.finditer(r"<[^>]*>", text)]
    problems = [Problem(Severity.DISTORTING, "Markup.", span) for span in marks]
    findings = [
        as_finding(each, check="html_remnants", file="a", stem="a", text=text, seen=Counter())
        for each in problems
    ]

    assert mend(text, findings).text == "\n".join(["The boat sails & lands.", "It sails again."] * 200)


def test_a_picture_goes_with_the_headline_that_it_repeats():
    """The two lead to another story; without its picture the headline would pass for one of the story's own."""
    teaser = "![Mayor opens the harvest fair](https://a.example/fair.jpg)\nMayor opens the harvest fair"

    assert mended(beside(FERRY, teaser)) == FERRY
    assert mended(
        beside(FERRY, "![Mayor opens the fair](https://a.example/fair.jpg)\nA crack in the hull")
    ) == beside(FERRY, "A crack in the hull")
