"""Clean or not, and why: what the next tool asks before it uses a corpus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import Field, ValidationError

from dedupe.corpus import DOCUMENTS, MANIFEST, REPORT, SETTINGS, Corpus, corpus_settings, read_corpus
from dedupe.decisions import today
from dedupe.errors import CorpusNotCleanError, SeedbedError, SettingsError
from dedupe.files import is_plain, read_records
from dedupe.models import Record
from dedupe.quality.folder import corpus_digest, folder_digests
from dedupe.quality.registry import about_checks
from dedupe.report.model import DocumentLine, Report

__all__ = ["GateResult", "GateState", "check", "open_corpus", "other_settings"]

SHOWN = 5  # files named before "and n more"


class GateState(StrEnum):
    """What the gate says."""

    CLEAN = "clean"
    NOT_CLEAN = "not_clean"
    UNCHECKED = "unchecked"


class GateResult(Record):
    """Whether a corpus may be used, and if not, what stands against it."""

    state: GateState
    corpus: str = Field(description="name of the folder")
    sentence: str
    broken: tuple[str, ...] = Field((), description="each broken rule with what was found, as a sentence")

    @property
    def exit_code(self) -> int:
        """0 clean, 1 not clean, 2 could not be checked."""
        return {GateState.CLEAN: 0, GateState.NOT_CLEAN: 1, GateState.UNCHECKED: 2}[self.state]


def check(folder: Path, day: date | None = None) -> GateResult:
    """Ask whether a corpus is clean.

    The report answers, and only for the very files that it was made from: a file changed, added or
    missing since makes it stale, and so does a reviewer's decision that has run out. It is never clean when a
    check did not run, or when the rules that were asked are not those of the corpus's own settings.

    Args:
        folder: the corpus.
        day: by which decisions run out; None: today.
    """
    name = folder.resolve().name
    if not is_plain(folder / MANIFEST):
        return _unchecked(name, f"{folder}: not a corpus: it has no {MANIFEST}.")
    if not is_plain(folder / REPORT):
        return _unchecked(name, f"{folder}: has no {REPORT}. `dedupe report {folder}` writes it.")
    try:
        report = Report.model_validate_json((folder / REPORT).read_bytes())
        stale = _stale(folder, report)
    except (ValidationError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a report of this version"
        return _unchecked(
            name, f"{folder / REPORT}: cannot be read: {reason}. `dedupe report {folder}` writes it anew."
        )
    known = {each.name for each in report.checks}
    unasked = sorted({each.name for each in about_checks()} - known)
    if unasked:
        return _unchecked(
            name,
            f"{folder}: the report was made without {', '.join(unasked[:SHOWN])}. "
            f"`dedupe report {folder}` runs every check.",
        )
    try:
        others = other_settings(folder, report)
    except SettingsError as error:
        return _unchecked(name, str(error))
    broken = (
        *stale,
        *others,
        *_run_out(report, day or today()),
        *(f"{rule.asks} {rule.says}" for rule in report.verdict.rules if not rule.passed),
    )
    if broken:
        return GateResult(
            state=GateState.NOT_CLEAN, corpus=name, sentence=f"{name} is not clean.", broken=broken
        )
    if not report.verdict.clean:
        return _unchecked(
            name, f"{folder / REPORT}: contradicts itself. `dedupe report {folder}` writes it anew."
        )
    return GateResult(
        state=GateState.CLEAN, corpus=name, sentence=f"{name} is clean. {report.verdict.sentence}"
    )


def open_corpus(path: Path | str) -> Corpus:
    """Open a corpus for reading, only if the gate lets it through.

    Returns:
        The corpus; iterating it yields its articles, each from the very bytes that were checked.

    Raises:
        CorpusNotCleanError: the gate says no, or could not be asked; while iterating: a file changed.
    """
    try:
        corpus = replace(read_corpus(Path(path)), is_checked=True)
    except SeedbedError as error:
        raise CorpusNotCleanError(str(error)) from error
    result = check(Path(path))
    if result.state is not GateState.CLEAN:
        raise CorpusNotCleanError(
            " ".join(
                [result.sentence, *result.broken, f"`dedupe check {path}` says more; report.html shows it."]
            )
        )
    return corpus


def _stale(folder: Path, report: Report) -> tuple[str, ...]:
    """Sentences for the files that are not those that the report was made from.

    A report of a large corpus has one digest of all: where it is another now, the lines of the documents tell
    which files are.

    Raises:
        OSError: a file cannot be read.
    """
    if report.totals is None:
        return _differing(report.files, dict(folder_digests(folder)))
    if corpus_digest(folder_digests(folder)) == report.corpus_digest:
        return ()
    try:
        lines = read_records(folder / DOCUMENTS, DocumentLine)
        known = report.files | {line.name: line.sha256 for line in lines if line.sha256}
    except SeedbedError:
        known = report.files
    return _differing(known, dict(folder_digests(folder))) or ("A file was changed since the report.",)


def _differing(known: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    sorts = {
        "Changed since the report": [
            name for name, digest in known.items() if now.get(name, digest) != digest
        ],
        "Added since the report": [name for name in now if name not in known],
        "Missing since the report": [name for name in known if name not in now],
    }
    return tuple(
        f"{what}: {', '.join(sorted(names)[:SHOWN])}{_more(names)}." for what, names in sorts.items() if names
    )


def other_settings(folder: Path, report: Report) -> tuple[str, ...]:
    """A sentence where the report was made with other settings than the corpus's own.

    Raises:
        SettingsError: they cannot be read.
    """
    if corpus_settings(folder).digest == report.settings_digest:
        return ()
    own = f"those of {SETTINGS}" if (folder / SETTINGS).exists() else f"the defaults; there is no {SETTINGS}"
    return (f"The report was made with other settings than {own}. `dedupe report` asks these.",)


def _run_out(report: Report, day: date) -> tuple[str, ...]:
    """A sentence for the decisions that the report honours and that hold no longer."""
    over = [
        facts.decision.finding
        for facts in report.decisions
        if facts.state == "honoured" and facts.decision.until < day
    ]
    if not over:
        return ()
    return (
        f"Decisions have run out since the report: {', '.join(over[:SHOWN])}{_more(over)}. "
        f"`dedupe report` counts what they let stand.",
    )


def _more(names: list[str]) -> str:
    return f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""


def _unchecked(name: str, sentence: str) -> GateResult:
    return GateResult(state=GateState.UNCHECKED, corpus=name, sentence=sentence)
