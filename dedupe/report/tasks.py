"""What to do now: the few things that change the corpus most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

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
            if finding.severity >= Severity.DISTORTING:
                by_check[finding.check].append((place, finding))
    tasks = [_task(name, about[check], found, documents) for check, found in by_check.items()]
    tasks += [_site_task(name, site, documents) for site in sites if site.share > MOST_CUT]
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
        example=worst.quote or worst.reason,
        command=f"dedupe explain {name} {_number(documents[place].name)}",
        documents=places,
        severity=int(worst.severity),
    )


def _site_task(name: str, site: SiteFacts, documents: Sequence[DocumentFacts]) -> Task:
    places = tuple(place for place, document in enumerate(documents) if document.site == site.site)
    return Task(
        title=f"{site.site} lost {site.share:.0%} of its text",
        why="So much furniture is rare. See whether a part of the story went with it.",
        example=site.examples[0].text if site.examples else "",
        command=f"dedupe explain {name} {_number(documents[places[0]].name)}" if places else "",
        documents=places,
        severity=int(Severity.DISTORTING),
    )


def _number(name: str) -> str:
    head = name.partition("_")[0]
    return head if head.isdigit() else name
