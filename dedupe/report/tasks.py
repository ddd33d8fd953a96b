"""What to do now: the few things that change the corpus most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from dedupe.decisions import ABOUT_FILES
from dedupe.models import Finding, Severity
from dedupe.report.model import CheckFacts, DocumentFacts, SiteFacts, Task
from dedupe.report.words import counted

__all__ = ["tasks_of"]

MOST = 7
MOST_CUT = 0.5  # share of a site's text: more, and the story may have gone with the furniture


def tasks_of(
    name: str, documents: Sequence[DocumentFacts], sites: Sequence[SiteFacts], checks: Sequence[CheckFacts]
) -> tuple[Task, ...]:
    """At most seven tasks, by severity and documents affected."""
    about = {check.name: check for check in checks}
    by_check: defaultdict[str, list[tuple[int, Finding]]] = defaultdict(list)
    for place, document in enumerate(documents):
        for finding in document.findings:
            if finding.severity >= Severity.DISTORTING and finding.accepted is None:
                by_check[finding.check].append((place, finding))
    tasks = [_task(name, about[check], found, documents) for check, found in by_check.items()]
    tasks += _site_tasks(name, sites, documents)
    tasks.sort(key=lambda task: (-task.severity, -len(task.documents), task.title))
    return tuple(tasks[:MOST])


def _task(
    name: str, check: CheckFacts, found: Sequence[tuple[int, Finding]], documents: Sequence[DocumentFacts]
) -> Task:
    places = tuple(dict.fromkeys(place for place, _ in found))
    place, worst = max(found, key=lambda each: (each[1].severity, -each[0]))
    return Task(
        title=f"{check.title}: {counted(len(places), 'document')}",
        why=f"{check.reason} {check.remedy}",
        example=worst.reason,
        quote=worst.quote,
        command=f"dedupe explain {name} {_number(documents[place].name)}",
        settle=_settle(name, documents[place].name, worst),
        documents=places,
        severity=int(worst.severity),
    )


def _settle(name: str, document: str, finding: Finding) -> str:
    """The command by which a reviewer lets a finding stand; empty: nobody can."""
    if finding.kind in ABOUT_FILES:
        return ""
    return f'dedupe accept {name} {_number(document)}:{finding.kind} --because "…"'


def _site_tasks(name: str, sites: Sequence[SiteFacts], documents: Sequence[DocumentFacts]) -> Iterator[Task]:
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
        command=f"dedupe explain {name} {_number(documents[places[0]].name)}",
        documents=places,
        severity=int(Severity.DISTORTING),
    )


def _number(name: str) -> str:
    head = name.partition("_")[0]
    return head if head.isdigit() else name
