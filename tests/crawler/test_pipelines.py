"""What happens to a visited page between the spider and the files."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from crawler.items import Candidate, Outcome, Visit
from crawler.pipelines.copies import CopiesPipeline
from crawler.pipelines.relevance import RelevancePipeline
from crawler.plan import Window
from dedupe import Article, DedupeSettings

WIRE = """A ferry with 241 people aboard ran on to rocks off Hallin late on Monday, the coast guard said.
All passengers were taken off by two lifeboats within three hours of the first call for help.
The captain told the coast guard that a warning light on the reef had been dark when the ship passed.
Salvors hope to pull the ship free at the high tide on Thursday, before a storm that is forecast."""
OTHER = """Islanders counted what was left on the shelves of the only shop in Hallin on Wednesday afternoon.
There is flour for six days and milk for four, said the shopkeeper, who has begun to ration candles.
The council asked the navy for a ship; nobody there remembers a winter in which that was necessary."""
MARCH = Window(datetime(2031, 3, 1, tzinfo=UTC), datetime(2031, 4, 1, tzinfo=UTC))


def visit(name: str = "a", text: str = WIRE, **fields: object) -> Visit:
    article = Article.model_validate({"id": name, "text": text, "relevance": 0.8, **fields})
    return Visit(Candidate(f"https://paper.example/{name}"), Outcome.KEPT, article=article)


@pytest.mark.parametrize(
    ("fields", "outcome", "says"),
    [
        ({}, Outcome.KEPT, "relevance 0.80"),
        ({"relevance": 0.31}, Outcome.OFF_TOPIC, "relevance 0.31; the least is 0.50"),
        ({"published": "2031-04-01"}, Outcome.OUTSIDE_WINDOW, "published 2031-04-01"),
        ({"published": "2031-03-31T23:59Z"}, Outcome.KEPT, "relevance 0.80"),
        ({"language": "fr"}, Outcome.OTHER_LANGUAGE, "in fr"),
        ({"language": "de"}, Outcome.KEPT, "relevance 0.80"),
        ({"paywalled": True}, Outcome.STUB, "not free"),
        ({"paywalled": True, "text": WIRE * 4}, Outcome.KEPT, "relevance 0.80"),
    ],
)
def test_an_article_that_does_not_count_says_why(fields: dict[str, object], outcome: Outcome, says: str):
    """Relevance, window, languages, paywall: each has its own outcome and measure."""
    plan = SimpleNamespace(threshold=0.5, window=MARCH, languages={"en", "de"}, stub=1000)

    judged = RelevancePipeline(plan).process_item(visit(**fields))

    assert judged.outcome is outcome
    assert says in judged.detail


def test_a_page_without_an_article_passes_as_it_is():
    """There is nothing to judge."""
    plan = SimpleNamespace(threshold=0.5, window=MARCH, languages=set(), stub=1000)
    gone = Visit(Candidate("https://paper.example/x"), Outcome.GONE, "status 410")

    assert RelevancePipeline(plan).process_item(gone) is gone


def test_a_copy_of_a_kept_text_is_named_and_kept():
    """Of the seeds, and of what came before; an independent report is nobody's copy."""
    seed = Article(id="seed", text=WIRE)
    plan = SimpleNamespace(seeds=[SimpleNamespace(article=seed)], cleaning=DedupeSettings())
    pipeline = CopiesPipeline(SimpleNamespace(found=list, plan=plan), None)

    copy, own, again = (
        asyncio.run(pipeline.process_item(visit(n, t))) for n, t in [("b", WIRE), ("c", OTHER), ("d", OTHER)]
    )

    assert [v.copy_of for v in (copy, own, again)] == ["seed", None, "c"]
    assert {v.outcome for v in (copy, own, again)} == {Outcome.KEPT}
