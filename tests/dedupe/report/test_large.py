"""A corpus too large to name every document: counts are of all, lists are cut, and the rest is looked up."""

from __future__ import annotations

import hashlib
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from dedupe.cli import main
from dedupe.errors import CorpusFolderError
from dedupe.files import read_records, record_line
from dedupe.models import RemovedRecord
from dedupe.report import Report, write_report
from dedupe.report.lookup import A_PAGE, Wanted, looked_up
from dedupe.report.model import DocumentLine
from dedupe.report.part import MEMBERS, NAMED
from dedupe.settings import DedupeSettings
from tests.dedupe.fictional import FERRY, fictional_corpus, ident, make_article

COPIES, SHORT, ORPHANS = 70, 40, 30
KEPT = 3 + ORPHANS
CAME_IN = KEPT + 2 + COPIES + SHORT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents with 71 copies of the first, 41 that were too short, and 30 files that nobody listed."""
    folder = fictional_corpus(tmp_path / "skerry")
    wire = next(record for record in read_records(folder / "removed.jsonl", RemovedRecord))
    assert wire.representative is not None
    gone = []
    for number in range(COPIES):
        url = f"https://paper{number % 7}.example/{number}"
        article = make_article(url, FERRY, publisher=f"Paper {number % 7}", title="A ferry stops")
        gone.append(
            wire.model_copy(update={"id": article.id, "source": url, "article": article, "text": FERRY})
        )
    for number in range(SHORT):
        url = f"https://tarnpost.example/soon/{number}"
        article = make_article(url, f"Soon {number}.", publisher="Tarn Post")
        record = RemovedRecord(
            what="document",
            id=article.id,
            source=url,
            reason="empty_or_short",
            evidence="2 words.",
            text=article.text,
            article=article,
        )
        gone.append(record)
    with (folder / "removed.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(f"{record_line(record)}\n" for record in gone)
    for number in range(ORPHANS):
        (folder / f"{100 + number}_{ident(str(number))}.txt").write_text(
            f"{FERRY}\n{number}\n", encoding="utf-8"
        )
    return folder


def large(folder: Path) -> Report:
    """Its report, as that of a corpus of millions."""
    return write_report(folder, DedupeSettings(), most_whole=10)


def test_totals_and_sums_are_those_of_the_whole_report(folder: Path):
    """What is not named is counted all the same."""
    whole = write_report(folder, DedupeSettings())
    part = large(folder)

    assert part.totals is not None
    assert (part.totals.documents, part.totals.kept, part.totals.copies) == (CAME_IN, KEPT, COPIES + 1)
    assert len(whole.documents) == CAME_IN
    for before, after in pairwise(part.funnel.steps):
        assert before.count - sum(loss.count for loss in after.losses) + after.added == after.count
    assert [step.count for step in part.funnel.steps] == [step.count for step in whole.funnel.steps]
    assert part.verdict.sentence == whole.verdict.sentence
    assert part.coverage == whole.coverage
    assert [(site.site, site.lines, site.share) for site in part.furniture] == [
        (site.site, site.lines, site.share) for site in whole.furniture
    ]


def test_beside_each_list_stands_how_many_more_there_are(folder: Path):
    """Named and not named are together as many as the whole report names."""
    whole = write_report(folder, DedupeSettings())
    part = large(folder)

    def lists(report: Report) -> dict[str, tuple[int, int]]:
        found = {f"rule {each.name}": each for each in report.verdict.rules}
        found |= {f"loss {each.reason}": each for step in report.funnel.steps for each in step.losses}
        found |= {f"task {each.title}": each for each in report.tasks}
        found |= {f"check {each.name}": each for each in report.checks}
        return {name: (len(each.documents), each.more) for name, each in found.items()}

    named = lists(part)
    assert {name: sum(each) for name, each in named.items()} == {
        name: sum(each) for name, each in lists(whole).items()
    }
    assert max(number for number, _ in named.values()) == NAMED
    assert named["loss near_duplicate"] == (NAMED, COPIES + 1 - NAMED)
    assert [len(cluster.members) for cluster in part.clusters] == [MEMBERS[0]]
    assert part.clusters[0].more == COPIES + 2 - MEMBERS[0]


def test_what_the_lists_name_are_the_same_documents(folder: Path):
    """Places are counted anew among the documents that are named."""
    whole = write_report(folder, DedupeSettings())
    part = large(folder)

    ids = {check.name: [whole.documents[place].id for place in check.documents] for check in whole.checks}
    for check in part.checks:
        assert [part.documents[place].id for place in check.documents] == ids[check.name][:NAMED]
    assert {part.documents[member.document].why for member in part.clusters[0].members} == {
        "representative",
        "near_duplicate",
    }
    assert [document.id for document in part.documents if document.representative is not None] == [
        document.id for document in part.documents if document.why == "near_duplicate"
    ]


def test_every_document_has_a_line(folder: Path):
    """In the order of the report; the digest in the report is that of the lines."""
    whole = write_report(folder, DedupeSettings())
    assert not (folder / "documents.jsonl").exists()
    part = large(folder)
    lines = list(read_records(folder / "documents.jsonl", DocumentLine))

    assert [(line.id, line.kept, line.why, line.title, line.words) for line in lines] == [
        (each.id, each.kept, each.why, each.title, each.words) for each in whole.documents
    ]
    assert [line.sha256 for line in lines] == [whole.files.get(line.name) for line in lines]
    assert part.totals is not None
    digest = hashlib.sha256((folder / "documents.jsonl").read_bytes()).hexdigest()
    assert part.totals.lines_digest == digest
    assert set(part.files) == {name for name in whole.files if not name.endswith(".txt")}
    assert part.corpus_digest == whole.corpus_digest


def test_the_report_of_a_large_corpus_is_the_same_each_time(folder: Path):
    """Also the second time, when it stands beside itself."""
    large(folder)
    large(folder)
    first = {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.suffix in (".json", ".html", ".jsonl")
    }
    large(folder)

    assert {name: (folder / name).read_bytes() for name in first} == first


def test_the_page_says_what_it_leaves_out_and_how_to_see_it(folder: Path):
    """Every link on the page leads somewhere on it."""
    report = large(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")

    assert f"Of the {CAME_IN} documents that came in, {len(report.documents)} are here" in page
    assert f"{NAMED} of {COPIES + 1}</a>" in page
    assert "dedupe documents skerry --reason near_duplicate" in page
    ids = set(re.findall(r'id="?([\w-]+)', page))
    assert set(re.findall(r'href="#([\w-]+)"', page)) <= ids


def test_what_changed_is_told_from_the_lines_of_the_earlier_report(folder: Path):
    """Documents that no list named are compared too."""
    large(folder)
    changed, gone = sorted(folder.glob("1*_*.txt"))[:2]
    changed.write_text("Another text altogether.\n", encoding="utf-8")
    gone.unlink()
    (folder / f"200_{ident('new')}.txt").write_text(f"{FERRY}\nnew\n", encoding="utf-8")

    since = large(folder).since

    assert since is not None
    assert (len(since.came), len(since.rewritten), since.departed_count) == (1, 1, 1)
    assert since.departed[0].title == gone.name


def test_an_earlier_report_whose_lines_are_not_its_own_is_left_aside(folder: Path):
    """Half of it would be compared with the whole."""
    large(folder)
    (folder / "documents.jsonl").write_text("", encoding="utf-8")

    assert large(folder).since is None


def test_documents_are_looked_up_page_by_page(folder: Path, capsys: pytest.CaptureFixture[str]):
    """By reason, finding and site, from the lines or from the report that names all."""
    large(folder)
    said = looked_up(folder, Wanted(reason="near_duplicate"), 1)
    assert said.count("left out: a copy") == A_PAGE
    assert said.endswith(f"page 1 of 4, of {COPIES + 1} documents; --page 2 has the next")
    assert "of 30 documents" in looked_up(folder, Wanted(finding="orphan_file"), 9)

    assert main(["documents", str(folder), "--site", "paper3.example", "--page", "1"]) == 0
    lined = capsys.readouterr().out
    write_report(folder, DedupeSettings())
    assert main(["documents", str(folder), "--site", "paper3.example", "--page", "1"]) == 0
    assert capsys.readouterr().out == lined
    assert lined.endswith("page 1 of 1, of 10 documents\n")


def test_documents_of_no_report_cannot_be_looked_up(tmp_path: Path):
    """The error says what writes one."""
    with pytest.raises(CorpusFolderError, match="dedupe report"):
        looked_up(tmp_path, Wanted(), 1)


def test_report_json_of_a_large_corpus_reads_back(folder: Path):
    """And its schema is that of every report."""
    report = large(folder)

    assert Report.model_validate_json((folder / "report.json").read_bytes()) == report
    assert json.loads((folder / "report.json").read_bytes())["totals"]["documents"] == CAME_IN
