"""What became different since the report that stood in the folder before."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from dedupe.corpus import DOCUMENTS, REPORT
from dedupe.errors import InputFormatError
from dedupe.files import read_plain, read_records, sha256_of
from dedupe.quality.folder import Keys, key_of
from dedupe.report.documents import CameIn
from dedupe.report.model import Change, Departed, DocumentLine, Report, Since
from dedupe.report.part import totals_of

__all__ = ["Earlier", "earlier_report", "with_since"]

MOST_BYTES = 1 << 29  # of an earlier report; 100,000 documents have a fifth of it
MOST_DEPARTED = 40  # named; the count has all


class Was(NamedTuple):
    """A document that an earlier corpus kept."""

    id: str
    title: str
    publisher: str | None
    digest: str | None  # SHA-256 of its file


@dataclass(frozen=True)
class Earlier:
    """A report that an earlier run left, with all documents that it speaks of."""

    report: Report
    lines: Path  # has them where the report names a part

    def kept(self) -> Iterator[Was]:
        """The documents that were kept, in their order."""
        if self.report.totals is None:
            for document in self.report.documents:
                if document.kept:
                    yield Was(
                        document.id,
                        document.title or document.name,
                        document.publisher or document.site,
                        self.report.files.get(document.name),
                    )
            return
        for line in read_records(self.lines, DocumentLine):
            if line.kept:
                yield Was(line.id, line.title or line.name, line.publisher or line.site, line.sha256)


def earlier_report(folder: Path) -> Earlier | None:
    """The report that an earlier run left; None: there is none that this version can read."""
    try:
        report = Report.model_validate_json(read_plain(folder / REPORT, MOST_BYTES))
        if report.totals and sha256_of(folder / DOCUMENTS) != report.totals.lines_digest:
            return None
    except (OSError, ValueError):
        return None
    return Earlier(report, folder / DOCUMENTS)


def with_since(report: Report, came_in: CameIn, earlier: Earlier | None) -> Report:
    """The report with what changed since an earlier one.

    Where it speaks of the same files under the same settings, and finds the same, it is that report written
    again: it keeps what it said of the one before.

    Args:
        report: of which the lists name documents by their places.
        came_in: the documents.
        earlier: the report that stood there; None: there was none.
    """
    if earlier is None:
        return report
    try:
        since = (
            _again(earlier.report.since, came_in, earlier)
            if _is_the_same(report, earlier.report)
            else _since(report, came_in, earlier)
        )
    except InputFormatError:  # a line of the documents is none
        return report
    return report.model_copy(update={"since": since})


def _is_the_same(report: Report, earlier: Report) -> bool:
    return (
        (report.corpus_digest, report.settings_digest, report.made_by)
        == (earlier.corpus_digest, earlier.settings_digest, earlier.made_by)
        and _broken(report) == _broken(earlier)
        and not any(_finding_changes(report, earlier))
    )


def _again(since: Since | None, came_in: CameIn, earlier: Earlier) -> Since | None:
    """What a report of the same said, with the documents that it named counted among all."""
    if since is None or earlier.report.totals is None:
        return since
    every = came_in.places_by_id()
    keys = [key_of(document.id) for document in earlier.report.documents]
    own = came_in.kept_by_id()

    def place(at: int) -> int:
        found = (own if earlier.report.documents[at].kept else every).place_of(keys[at])
        assert found is not None  # they are the same documents
        return found

    return since.model_copy(
        update={
            "came": tuple(map(place, since.came)),
            "rewritten": tuple(map(place, since.rewritten)),
            "departed": tuple(
                each if each.document is None else each.model_copy(update={"document": place(each.document)})
                for each in since.departed
            ),
        }
    )


def _since(report: Report, came_in: CameIn, earlier: Earlier) -> Since:
    keys, digests = array("Q"), array("Q")  # of the documents that were kept
    for was in earlier.kept():
        keys.append(key_of(was.id))
        digests.append(_short(was.digest))
    before = Keys(keys).places_of(came_in.ids[: came_in.kept]).tolist()
    stay = came_in.kept_by_id()
    stays = stay.places_of(keys).tolist()
    broke, breaks = _broken(earlier.report), _broken(report)
    gone = (was for was, place in zip(earlier.kept(), stays, strict=True) if place < 0)
    return Since(
        corpus_digest=earlier.report.corpus_digest,
        clean=earlier.report.verdict.clean,
        settings_changed=earlier.report.settings_digest != report.settings_digest,
        made_by=earlier.report.made_by if earlier.report.made_by != report.made_by else None,
        newly_broken=tuple(asks for name, asks in breaks.items() if name not in broke),
        mended=tuple(asks for name, asks in broke.items() if name not in breaks),
        measures=tuple(_measures(report, earlier.report)),
        findings=tuple(_finding_changes(report, earlier.report)),
        came=tuple(place for place, was_at in enumerate(before) if was_at < 0),
        rewritten=tuple(
            place
            for place, was_at in enumerate(before)
            if was_at >= 0 and digests[was_at] != _short(came_in.digest(place))
        ),
        departed=tuple(_departed(was, came_in) for was in islice(gone, MOST_DEPARTED)),
        departed_count=sum(place < 0 for place in stays),
    )


def _short(digest: str | None) -> int:
    """64 bits that stand for a digest; 0: there is none."""
    return key_of(digest) if digest else 0


def _broken(report: Report) -> dict[str, str]:
    return {rule.name: rule.asks for rule in report.verdict.rules if not rule.passed}


def _departed(was: Was, came_in: CameIn) -> Departed:
    place = came_in.places_by_id().place_of(key_of(was.id))
    return Departed(
        title=was.title,
        publisher=was.publisher,
        document=place,
        why=came_in.rows[place].why if place is not None else None,
    )


def _measures(report: Report, earlier: Report) -> Iterator[Change]:
    for title, before, now in zip(
        (
            "Documents that came in",
            "Documents kept",
            "Publishers",
            "Copies and versions left out",
            "Lines cut as page furniture",
            "Documents to review",
        ),
        _figures(earlier),
        _figures(report),
        strict=True,
    ):
        yield Change(title=title, before=before, now=now)


def _figures(report: Report) -> tuple[int, ...]:
    totals = totals_of(report)
    return (
        totals.documents,
        totals.kept,
        report.coverage.publisher_count,
        totals.copies,
        totals.cut_lines,
        totals.to_review,
    )


def _finding_changes(report: Report, earlier: Report) -> Iterator[Change]:
    """Checks that find more or less than before, the largest change first."""
    before = Counter({check.name: check.findings for check in earlier.checks})
    changed = [
        Change(title=check.title, before=before[check.name], now=check.findings)
        for check in report.checks
        if before[check.name] != check.findings
    ]
    yield from sorted(changed, key=lambda change: (-abs(change.now - change.before), change.title))
