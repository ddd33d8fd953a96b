"""Rows of labels between bars at the edges of a story read from a page."""

from __future__ import annotations

from dedupe import Article, DedupeSettings, cut_boilerplate
from dedupe.models import BlockKind

STORY = [
    "Growers have begun to lift seed oysters by hand at low water and to cart them to ponds inland.",
    "Final result | Hallin 2 | Southness 2",
    "They managed eighty thousand between two tides, said the nephew of the oldest of them.",
]


def test_a_row_of_labels_is_cut_at_the_edge_and_kept_inside():
    """Below the story it is a tool bar; inside it may be a result."""
    lines = [*STORY, "E-mail this story | Printer-friendly page"]
    article = Article(id="a", text="\n".join(lines), kinds=(BlockKind.PARAGRAPH,) * len(lines))

    [(left, cuts)] = cut_boilerplate([article], DedupeSettings())

    assert left.text.split("\n") == STORY
    assert [(cut.line, cut.reason) for cut in cuts] == [(3, "menu")]
