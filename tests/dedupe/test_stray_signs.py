"""Signs of entities where no writer puts them go; all others are the text's."""

from __future__ import annotations

import pytest

from dedupe.models import Article
from dedupe.quality.assess import assess
from dedupe.repair import mend
from dedupe.settings import DedupeSettings

STRAY = {
    "a lone mark": ("The ferry&quot; stopped running.", "The ferry stopped running."),
    "a lone mark before": ("&quot;The ferry stopped running.", "The ferry stopped running."),
    "an opening mark behind a word": (
        "He said: “The ferry&ldquo; stopped.”",
        "He said: “The ferry stopped.”",
    ),
    "a dash glued to a word": (
        "The ferry&ndash; stopped running.",
        "The ferry– stopped running.".replace("–", ""),
    ),
    "an apostrophe": ("The ferry&#39; stopped running.", "The ferry stopped running."),
    "a bullet in the middle": ("The ferry&bull; stopped running.", "The ferry stopped running."),
    "an arrow": ("The ferry stopped running.&rarr;", "The ferry stopped running."),
    "a brand of none": ("The ferry stopped.&trade;", "The ferry stopped."),
    "a degree of nothing": ("The ferry&deg; stopped.", "The ferry stopped."),
    "an escaped tag": ("The ferry&lt;br&gt; stopped.", "The ferry stopped."),
    "a template's block": ("The ferry{{ad}} stopped.", "The ferry stopped."),
    "an element of its own": (
        "The ferry<amp-ad width=300></amp-ad> stopped.<o:p></o:p>",
        "The ferry stopped.",
    ),
}

MEANT = {
    "quoted": (
        "&quot;It stopped,&quot; he said, and &quot;nobody came.&quot;",
        '"It stopped," he said, and "nobody came."',
    ),
    "German quotes": ("&bdquo;Sie f&auml;hrt&ldquo;, sagte er.", "„Sie fährt“, sagte er."),
    "an elision": ("It doesn&rsquo;t run.", "It doesn’t run."),
    "of many": ("The islanders&rsquo; boat.", "The islanders’ boat."),
    "inner quotes": ("She said &lsquo;never again&rsquo; twice.", "She said ‘never again’ twice."),
    "an inset": ("The ferry &ndash; a red one &ndash; stopped.", "The ferry – a red one – stopped."),
    "a range": ("From 10&ndash;20 May.", "From 10–20 May."),
    "a company": ("Smith &amp; Sons", "Smith & Sons"),
    "smaller": ("If a &lt; b it floats.", "If a < b it floats."),
    "money": ("It costs &euro;20 or 18&pound;.", "It costs €20 or 18£."),
    "cold": ("It was 3&deg; at noon.", "It was 3° at noon."),
    "a brand": ("They drank Coca&reg; there.", "They drank Coca® there."),
}


def mended(line: str) -> str:
    text = f"{line}\nThe crew went home and waited for a part from the mainland."
    return mend(text, assess(Article(id="a", text=text), DedupeSettings())).text.split("\n")[0]


@pytest.mark.parametrize(("line", "left"), STRAY.values(), ids=list(STRAY))
def test_a_sign_that_says_nothing_goes(line: str, left: str):
    """It has no other half, joins nothing, or is glued to one word."""
    assert mended(line) == left


@pytest.mark.parametrize(("line", "left"), MEANT.values(), ids=list(MEANT))
def test_a_sign_that_is_meant_is_its_character(line: str, left: str):
    """Where a writer would put it, it stands."""
    assert mended(line) == left


@pytest.mark.parametrize(
    ("mark", "before", "stays"),
    [
        ("&quot;", "“We waited,” she said. “Nobody came.”", False),
        ("&ldquo;", "“We waited,” she said. “Nobody came.”", False),
        ("&quot;", "&quot;We waited,&quot; she said. &quot;Nobody came.&quot;", True),
        ("&ldquo;", "“We waited, and nobody came.", True),
        ("&quot;", '"We waited," she said. <b class="x">"Nobody came."</b>', False),
    ],
    ids=[
        "another form",
        "the text writes its own",
        "all are entities",
        "too few to tell",
        "of the same form",
    ],
)
def test_a_mark_beside_those_that_a_text_writes_out_is_no_quotation(mark: str, before: str, stays: bool):
    """Before a paragraph that opens none; the next one opens one, so that it might go on there."""
    text = f"{before}\n{mark}The ferry stopped.\n{before}"

    line = mend(text, assess(Article(id="a", text=text), DedupeSettings())).text.split("\n")[1]

    assert (line == "The ferry stopped.") is not stays
