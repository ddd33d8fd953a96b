"""Who published, when, in which language, how long, and how near to the topic."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Literal

from dedupe.models import Gathering
from dedupe.report.documents import Row
from dedupe.report.model import Bar, CarriedFacts, Coverage
from dedupe.settings import QualitySettings

__all__ = ["coverage_of"]

MOST_BARS = 62  # a bar a day for two months; more are not told apart on a page
LENGTHS = (0, 50, 100, 200, 300, 400, 500, 700, 1000, 1500, 2500)  # words: lower ends of the bars
MOST_PUBLISHERS = 15
RELEVANCE_STEPS = 20  # bars from 0 to 1


@dataclass(frozen=True)
class Window:
    """Days of publication that were asked for; None: open on that side."""

    given_by: Literal["settings", "crawl"] | None  # None: nobody asked for any
    first: date | None = None
    last: date | None = None


def coverage_of(
    documents: Sequence[Row],
    carried: tuple[tuple[CarriedFacts, ...], int],
    gathering: Gathering | None,
    settings: QualitySettings,
) -> Coverage:
    """Counts over the documents kept; the seeds are marked wherever they went, most often as a copy.

    Args:
        documents: all that came in.
        carried: whose texts others carried, and of how many more.
        gathering: what the crawl did; None: there was none.
        settings: of the window; where they give none, that of the crawl is shaded.
    """
    kept = [document for document in documents if document.kept]
    seeds = [document for document in documents if document.seed]
    window = _window(gathering, settings)
    unit, timeline = _timeline(kept, window)
    names = Counter(filter(None, (document.publisher or document.site for document in kept)))
    shares = [count / names.total() for count in names.values()]
    unnamed = len(kept) - names.total()
    words = [document.words for document in kept]
    return Coverage(
        timeline=timeline,
        timeline_unit=unit,
        window=window.given_by,
        undated=sum(document.published is None for document in kept),
        publishers=_ranked(names, MOST_PUBLISHERS, unnamed),
        publisher_count=len(names),
        unnamed=unnamed,
        top_share=round(max(shares, default=0.0), 4),
        effective_publishers=round(1 / sum(share**2 for share in shares), 2) if shares else 0.0,
        agency_share=round(sum(document.origin is not None for document in kept) / max(1, len(kept)), 4),
        languages=_ranked(Counter(document.language or "not known" for document in kept), 12),
        lengths=_lengths(kept, seeds),
        median_words=int(median(words)) if words else 0,
        relevance=_relevance(kept, seeds),
        threshold=gathering.threshold if gathering else None,
        expected_recall=gathering.expected_recall if gathering else None,
        carried=carried[0],
        carried_more=carried[1],
    )


def _ranked(counts: Counter[str], most: int, unnamed: int = 0) -> tuple[Bar, ...]:
    total = counts.total() + unnamed
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    bars = [Bar(label=label, count=count, share=round(count / total, 4)) for label, count in ranked[:most]]
    rest = sum(count for _, count in ranked[most:])
    if rest:
        bars.append(
            Bar(label=f"{len(ranked) - most:,} others", count=rest, share=round(rest / total, 4), rest=True)
        )
    if unnamed:
        bars.append(Bar(label="not known", count=unnamed, share=round(unnamed / total, 4), rest=True))
    return tuple(bars)


def _lengths(kept: Sequence[Row], seeds: Sequence[Row]) -> tuple[Bar, ...]:
    counts = Counter(bisect_right(LENGTHS, document.words) - 1 for document in kept)
    marked = {bisect_right(LENGTHS, document.words) - 1 for document in seeds}
    labels = [f"{low:,}–{high - 1:,}" for low, high in pairwise(LENGTHS)]
    labels.append(f"{LENGTHS[-1]:,}+")
    return tuple(
        Bar(label=label, count=counts[place], marked=place in marked) for place, label in enumerate(labels)
    )


def _relevance(kept: Sequence[Row], seeds: Sequence[Row]) -> tuple[Bar, ...]:
    counts, marked = Counter(_steps(kept)), set(_steps(seeds))
    if not counts:
        return ()
    return tuple(
        Bar(label=f"{step / RELEVANCE_STEPS:.2f}", count=counts[step], marked=step in marked)
        for step in range(RELEVANCE_STEPS)
    )


def _steps(documents: Sequence[Row]) -> list[int]:
    return [
        min(RELEVANCE_STEPS - 1, int(document.relevance * RELEVANCE_STEPS))
        for document in documents
        if document.relevance is not None
    ]


def _window(gathering: Gathering | None, settings: QualitySettings) -> Window:
    by_settings = Window("settings", settings.published_from, settings.published_to)
    by_crawl = gathering and Window("crawl", gathering.published_from, gathering.published_to)
    for window in (by_settings, by_crawl):
        if window and (window.first or window.last):
            return window
    return Window(None)


def _timeline(kept: Sequence[Row], window: Window) -> tuple[str, tuple[Bar, ...]]:
    days = [date.fromisoformat(document.published[:10]) for document in kept if document.published]
    if not days:
        return "day", ()
    for unit in ("day", "week", "month", "year"):
        starts = _starts(min(days), max(days), unit)
        if len(starts) <= MOST_BARS:
            break
    counts = Counter(_start(day, unit) for day in days)
    first, last = _start(window.first or date.min, unit), window.last or date.max
    # Beyond the longest line of years, only those with documents are drawn.
    shown = starts if len(starts) <= MOST_BARS else sorted(counts)[-MOST_BARS:]
    return unit, tuple(
        Bar(
            label=_label(start, unit),
            count=counts[start],
            marked=window.given_by is not None and first <= start <= last,
        )
        for start in shown
    )


def _start(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _starts(first: date, last: date, unit: str) -> list[date]:
    starts = [_start(first, unit)]
    while len(starts) <= MOST_BARS:
        following = _start(
            starts[-1] + timedelta(days={"day": 1, "week": 7, "month": 31, "year": 366}[unit]), unit
        )
        if following > last:
            break
        starts.append(following)
    return starts


def _label(start: date, unit: str) -> str:
    return {"month": start.isoformat()[:7], "year": str(start.year)}.get(unit, start.isoformat())
