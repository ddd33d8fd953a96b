"""From what was found to what stays: each step with its losses, so that the sums add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from dedupe.models import Gathering
from dedupe.report.documents import Row
from dedupe.report.model import Funnel, FunnelStep, Loss
from dedupe.report.words import title_of

__all__ = ["funnel_of"]

# Which step an outcome of the crawl belongs to; what is not named here was never fetched as a page.
NO_ARTICLE = ("listing", "no_article", "not_read")
NOT_ON_TOPIC = ("off_topic", "outside_window", "other_language", "stub")
KEPT = "kept"
SAME_ADDRESS = "same_address"  # a duplicate too, whose first may itself have gone
# Which reasons of the cleaning are about the topic; a relation says that a document is a duplicate.
TOPIC_REASONS = frozenset({*NOT_ON_TOPIC, "below_relevance", "least_relevance", "relevance", "not_relevant"})


def funnel_of(documents: Sequence[Row], gathering: Gathering | None) -> Funnel:
    """Steps from the crawl, where there was one, and from the cleaning."""
    crawled = _crawl_steps(gathering) if gathering else []
    return Funnel(steps=(*crawled, *_cleaning_steps(documents, crawled[-1].count if crawled else None)))


def _crawl_steps(gathering: Gathering) -> list[FunnelStep]:
    outcomes = gathering.outcomes
    elsewhere = {
        name: count for name, count in outcomes.items() if name not in (*NO_ARTICLE, *NOT_ON_TOPIC, KEPT)
    }
    steps = [FunnelStep(name="discovered", title="Addresses discovered", count=gathering.discovered)]
    for name, title, count, losses in (
        ("fetched", "Pages fetched", gathering.fetched, elsewhere),
        ("articles", "Articles on them", gathering.articles, _only(outcomes, NO_ARTICLE)),
        ("on_topic", "Articles on the topic", gathering.on_topic, _only(outcomes, NOT_ON_TOPIC)),
    ):
        steps.append(_step(name, title, count, steps[-1].count, losses))
    return steps


def _only(outcomes: Mapping[str, int], names: Sequence[str]) -> dict[str, int]:
    return {name: outcomes[name] for name in names if outcomes.get(name)}


def _step(name: str, title: str, count: int, before: int, losses: Mapping[str, int]) -> FunnelStep:
    """A step whose sum adds up; what the outcomes do not explain is said to be unexplained."""
    named = [
        Loss(reason=reason, title=_lower(title_of(reason)), count=lost)
        for reason, lost in sorted(losses.items(), key=lambda item: (-item[1], item[0]))
        if lost
    ]
    rest = before - sum(loss.count for loss in named) - count
    if rest > 0:
        named.append(Loss(reason="other", title="for no reason on record", count=rest))
    return FunnelStep(name=name, title=title, count=count, added=max(0, -rest), losses=tuple(named))


def _cleaning_steps(documents: Sequence[Row], gathered: int | None) -> list[FunnelStep]:
    gone: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, document in enumerate(documents):
        if not document.kept:
            gone[_stage(document)][document.why].append(place)
    came_in = len(documents)
    first = FunnelStep(name="came_in", title="Documents that came in", count=came_in)
    if gathered is not None:
        first = first.model_copy(
            update={
                "added": max(0, came_in - gathered),
                "losses": (Loss(reason="other", title="gathered, not handed on", count=gathered - came_in),)
                if gathered > came_in
                else (),
            }
        )
    steps = [first]
    for name, title in (
        ("usable", "Fit to use"),
        ("deduplicated", "Without duplicates"),
        ("kept", "Kept: the corpus"),
    ):
        losses = tuple(
            Loss(reason=reason, title=_lower(title_of(reason)), count=len(places), documents=tuple(places))
            for reason, places in sorted(gone[name].items(), key=lambda item: (-len(item[1]), item[0]))
        )
        count = steps[-1].count - sum(loss.count for loss in losses)
        steps.append(FunnelStep(name=name, title=title, count=count, losses=losses))
    return steps


def _lower(title: str) -> str:
    """A title in the middle of a line."""
    return title[:1].lower() + title[1:]


def _stage(document: Row) -> str:
    if document.relation or document.representative is not None or document.why == SAME_ADDRESS:
        return "deduplicated"
    return "kept" if document.why in TOPIC_REASONS else "usable"
