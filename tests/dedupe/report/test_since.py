"""Since the last run: what came, what went, what the checks find more or less."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedupe.report import write_report
from dedupe.settings import DedupeSettings, GateSettings, QualitySettings
from tests.dedupe.fictional import BRIDGE, fictional_corpus, make_article


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus with its first report."""
    folder = fictional_corpus(tmp_path / "skerry")
    write_report(folder, DedupeSettings())
    return folder


def test_the_first_report_compares_with_nothing(folder: Path):
    """There is nothing to hold it beside, and it says so."""
    assert write_report(folder, DedupeSettings()).since is None
    assert "This is the first report in this folder" in (folder / "report.html").read_text(encoding="utf-8")


def test_what_came_and_went_since_the_last_run_is_named(folder: Path):
    """A reviewer who read the last report reads what is new, and no more."""
    extra = make_article(
        "https://quay.example/lift",
        BRIDGE.replace("bridge", "lift").replace("Lower Tarn", "Port Alder"),
        title="Harbour lift closes",
        publisher="The Quay",
    )
    fictional_corpus(folder, {"only_copy": extra})
    shelves = next(folder.glob("001_*"))
    shelves.unlink()
    manifest = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "manifest.jsonl").write_text("".join(manifest[:1] + manifest[2:]), encoding="utf-8")

    report = write_report(folder, DedupeSettings())

    since = report.since
    assert since is not None
    assert [report.documents[place].title for place in since.came] == ["Harbour lift closes"]
    assert [(gone.title, gone.document, gone.why) for gone in since.departed] == [
        ("Second day without a ferry empties Skerry's shelves", None, None)
    ]
    assert ("Documents kept", 3, 3) in [(each.title, each.before, each.now) for each in since.measures]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "did not come in any more" in page


def test_a_document_with_other_bytes_and_the_rule_that_broke_are_told(folder: Path):
    """The verdict of before is no verdict on what stands there now."""
    next(folder.glob("002_*")).write_text("Nothing here.", encoding="utf-8")

    since = write_report(folder, DedupeSettings()).since

    assert since is not None
    assert since.clean
    assert since.rewritten == (2,)
    assert "Every file is the one that the manifest names." in since.newly_broken
    assert ("Changed file", 0, 1) in [(each.title, each.before, each.now) for each in since.findings]


def test_a_report_written_again_keeps_what_it_compared_with(folder: Path):
    """Writing the same report twice is no run: the bytes stay, and the comparison with the run before stays."""
    strict = DedupeSettings(quality=QualitySettings(gate=GateSettings(least_documents=10)))

    write_report(folder, strict)
    first = (folder / "report.json").read_bytes()
    again = write_report(folder, strict)

    assert (folder / "report.json").read_bytes() == first
    assert again.since is not None
    assert again.since.settings_changed
    assert again.since.newly_broken == ("At least 10 documents.",)


@pytest.mark.parametrize("content", ["", "{", '{"format": "other"}', "null"])
def test_an_earlier_report_that_cannot_be_read_is_none(folder: Path, content: str):
    """A torn or foreign file is replaced, not believed."""
    (folder / "report.json").write_text(content, encoding="utf-8")

    assert write_report(folder, DedupeSettings()).since is None
