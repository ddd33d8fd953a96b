"""What a report of a large corpus names: the first documents of each of its lists, and a sample of the rest.

Counts are of all documents; beside each list that is cut stands how many more there are.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import TypeVar

from dedupe.models import Record, Verdict
from dedupe.report.documents import CameIn
from dedupe.report.groups import MOST_SHOWN
from dedupe.report.model import Report, Totals

__all__ = ["MOST_CLUSTERS", "MOST_SITES", "MOST_WHOLE", "most_members", "part_of", "renumbered", "totals_of"]

MOST_WHOLE = 5_000  # documents that a report names one by one: a page of so many has 2 MB
NAMED = 24  # documents of a list; the page shows eight, and the others when they are asked for
NAMED_OF_A_LINE = 3  # documents that a cut line is shown in
MOST_SITES = 60  # that lost most
MOST_CLUSTERS = 120  # the largest
MEMBERS = (24, 6)  # of a group that is shown with its comparisons, and of one that is only listed
SAMPLE = 400  # documents

Places = tuple[int, ...]
RecordT = TypeVar("RecordT", bound=Record)


def most_members(rank: int) -> int:
    """Members that are told of, of the group at a rank by size."""
    return MEMBERS[rank >= MOST_SHOWN]


def totals_of(report: Report) -> Totals:
    """How many there are of each, also where the report names all of them."""
    if report.totals is not None:
        return report.totals
    kept = [document for document in report.documents if document.kept]
    return Totals(
        documents=len(report.documents),
        kept=len(kept),
        clusters=len(report.clusters),
        copies=sum(document.representative is not None for document in report.documents),
        sites=len(report.furniture),
        cut_lines=sum(site.lines for site in report.furniture),
        to_review=sum(document.verdict is not Verdict.KEEP for document in kept),
        sampled=0,
        files=len(report.files),
        lines_digest="",
    )


def part_of(report: Report, came_in: CameIn) -> tuple[Report, Places, int]:
    """Cut the lists of a report that name documents by their places.

    Returns:
        The report; the places of the documents that it names, ascending; and how many of them are a sample,
        to which nothing points: those whose ids have the smallest digests.
    """
    named: set[int] = set()

    def cut(places: Places, more: int, most: int) -> tuple[Places, int]:
        named.update(places[:most])
        return places[:most], more + max(0, len(places) - most)

    def one(place: int) -> int:
        named.add(place)
        return place

    report = _with_lists(report, cut, one)
    named |= {instead for place in named if (instead := came_in.rows[place].representative) is not None}
    rest = (place for place in range(len(came_in.rows)) if place not in named)
    sample = heapq.nsmallest(SAMPLE, rest, key=lambda place: (came_in.ids[place], place))
    named |= {instead for place in sample if (instead := came_in.rows[place].representative) is not None}
    return report, tuple(sorted(named.union(sample))), len(sample)


def renumbered(report: Report, places: Places) -> Report:
    """The report with each place counted among some places."""
    number = {place: count for count, place in enumerate(places)}
    return _with_lists(
        report,
        lambda each, more, _: (tuple(number[place] for place in each), more),
        lambda place: number[place],
    )


def _with_lists(
    report: Report, lists: Callable[[Places, int, int], tuple[Places, int]], one: Callable[[int], int]
) -> Report:
    """The report with every list of places, and every single place, changed.

    Args:
        report: the report.
        lists: places, how many more there are, and the most that may be named -> places, and how many more.
        one: a place -> another.
    """

    def each(records: tuple[RecordT, ...], most: int = NAMED) -> tuple[RecordT, ...]:
        return tuple(_changed(record, "documents", "more", most) for record in records)

    def _changed(record: RecordT, name: str, more: str, most: int = NAMED) -> RecordT:
        places, others = lists(getattr(record, name), getattr(record, more), most)
        return record.model_copy(update={name: places, more: others})

    since = report.since
    if since is not None:
        since = _changed(_changed(since, "came", "came_more"), "rewritten", "rewritten_more")
        departed = tuple(
            each_one
            if each_one.document is None
            else each_one.model_copy(update={"document": one(each_one.document)})
            for each_one in since.departed
        )
        since = since.model_copy(update={"departed": departed})
    return report.model_copy(
        update={
            "verdict": report.verdict.model_copy(update={"rules": each(report.verdict.rules)}),
            "funnel": report.funnel.model_copy(
                update={
                    "steps": tuple(
                        step.model_copy(update={"losses": each(step.losses)}) for step in report.funnel.steps
                    )
                }
            ),
            "tasks": each(report.tasks),
            "clusters": tuple(
                cluster.model_copy(
                    update={
                        "kept": one(cluster.kept),
                        "members": tuple(
                            member.model_copy(update={"document": one(member.document)})
                            for member in cluster.members
                        ),
                    }
                )
                for cluster in report.clusters
            ),
            "families": tuple(
                pair.model_copy(update={"a": one(pair.a), "b": one(pair.b)}) for pair in report.families
            ),
            "furniture": tuple(
                site.model_copy(update={"examples": each(site.examples, NAMED_OF_A_LINE)})
                for site in report.furniture
            ),
            "checks": each(report.checks),
            "decisions": each(report.decisions),
            "since": since,
        }
    )
