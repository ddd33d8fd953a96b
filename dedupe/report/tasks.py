"""What to do now: the few things that change the corpus most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from dedupe.decisions import ABOUT_FILES
from dedupe.models import Finding, Severity
from dedupe.report.documents import Row
from dedupe.report.model import CheckFacts, SiteFacts, Task
from dedupe.report.words import counted

__all__ = ["tasks_of"]

MOST = 7
LEAVE_OUT = "leave it out"  # what a check's remedy says where that mends the corpus
MOST_CUT = 0.5  # share of a site's text: more, and the story may have gone with the furniture


def tasks_of(
    name: str,
    documents: Sequence[Row],
    name_of: Callable[[int], str],
    worst: Mapping[str, Finding],
    sites: Sequence[SiteFacts],
    checks: Sequence[CheckFacts],
) -> tuple[Task, ...]:
    """At most seven tasks, by severity and documents affected.

    Args:
        name: of the corpus.
        documents: all that came in.
        name_of: place of a document -> its name.
        worst: check -> the first of the gravest findings that nobody lets stand.
        sites: that lost lines.
        checks: what is known of each.
    """
    about = {check.name: check for check in checks}
    by_check: defaultdict[str, list[int]] = defaultdict(list)
    for place, document in enumerate(documents):
        asking = {
            each.check
            for each in document.findings
            if each.severity >= Severity.DISTORTING and not each.accepted
        }
        for check in asking:
            by_check[check].append(place)
    tasks = [_task(name, about[check], places, worst[check]) for check, places in by_check.items()]
    tasks += _site_tasks(name, sites, documents, name_of)
    tasks.sort(key=lambda task: (-task.severity, -len(task.documents), task.title))
    return tuple(tasks[:MOST])


def _task(name: str, check: CheckFacts, places: Sequence[int], worst: Finding) -> Task:
    return Task(
        title=f"{check.title}: {counted(len(places), 'document')}",
        why=f"{check.reason} {check.remedy}",
        example=worst.reason,
        quote=worst.quote,
        command=f"dedupe explain {name} {_number(worst.file)}",
        settle=_settle(name, worst.file, worst),
        leave_out=_leave_out(name, worst.file, check),
        documents=tuple(places),
        severity=int(worst.severity),
    )


def _settle(name: str, document: str, finding: Finding) -> str:
    """The command by which a reviewer lets a finding stand; empty: nobody can."""
    if finding.kind in ABOUT_FILES:
        return ""
    return f'dedupe accept {name} {_number(document)}:{finding.kind} --because "…"'


def _leave_out(name: str, document: str, check: CheckFacts) -> str:
    """The command by which a reviewer leaves a document out; empty: the check has another remedy."""
    if LEAVE_OUT not in check.remedy.lower():
        return ""
    return f'dedupe leave-out {name} {_number(document)} --because "…"'


def _site_tasks(
    name: str, sites: Sequence[SiteFacts], documents: Sequence[Row], name_of: Callable[[int], str]
) -> Iterator[Task]:
    """One task for all sites that lost most of their text."""
    lost = {site.site: site.share for site in sites if site.share > MOST_CUT}
    places = tuple(
        place for place, document in enumerate(documents) if document.site in lost and document.kept
    )
    if not lost or not places:
        return
    named = ", ".join(f"{site} ({share:.0%})" for site, share in list(lost.items())[:5])
    yield Task(
        title=f"Much was cut from {counted(len(lost), 'site')}",
        why=f"They lost over {MOST_CUT:.0%} of their text as page furniture: {named}"
        f"{', and others' if len(lost) > 5 else ''}. See whether a part of the story went with it.",
        command=f"dedupe explain {name} {_number(name_of(places[0]))}",
        documents=places,
        severity=int(Severity.DISTORTING),
    )


def _number(name: str) -> str:
    head = name.rpartition("/")[2].partition("_")[0]
    return head if head.isdigit() else name
