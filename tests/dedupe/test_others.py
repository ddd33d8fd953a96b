"""A corpus beside other corpora: what stands there already does not stay, everything else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedupe import Article, DedupeSettings, clean
from dedupe.cli import main
from dedupe.corpus import read_corpus, read_removed
from dedupe.errors import CorpusFolderError
from dedupe.explain import explain
from dedupe.files import read_records
from dedupe.models import Relation, RelationKind, RemovedRecord
from dedupe.report import Report
from tests.dedupe.fictional import BRIDGE, FERRY, FERRY_OTHER

FERRY_LINES = FERRY.split("\n")
# A later state of the story, with matter of its own.
FERRY_LATER = "\n".join(
    [
        "The ferry to Skerry was lifted out of the water on Thursday, and two more cracks were found in its hull.",
        "Divers had missed them because of the mud, said Captain Wim Aldous, who has steered it for nineteen years.",
        "The yard expects to need a month; the county pays for a second fishing boat and for a doctor on the island.",
        *FERRY_LINES[:3],
    ]
)


def article(name: str, text: str, **fields: object) -> Article:
    return Article.model_validate({"id": name * 16, "text": text, **fields})


THERE = [
    article("a", FERRY, url="https://courier.example/ferry", published="2031-03-04T08:00Z"),
    article("b", BRIDGE, url="https://courier.example/bridge", published="2031-03-05T08:00Z"),
]


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """A corpus of two reports."""
    clean(THERE, tmp_path / "there")
    return tmp_path / "there"


def cleaned(
    folder: Path, articles: list[Article], there: Path, settings: DedupeSettings | None = None
) -> tuple[Report, dict[str, RemovedRecord], set[str]]:
    """The report, what was left out by id, and the ids of what stays."""
    report = clean(articles, folder, settings, against=[there])
    gone = {record.id: record for record in read_removed(folder) if record.what == "document"}
    return report, gone, {record.id for record in read_corpus(folder).manifest}


def test_what_stands_in_another_corpus_is_left_out_with_its_relation(tmp_path: Path, there: Path):
    """Copies and texts that it carries whole go; each line names the document over there."""
    articles = [
        article("1", FERRY, published="2031-03-04T07:00Z"),  # the first to publish it goes all the same
        article("2", f"Ferry stops\n{FERRY}"),
        article("3", "\n".join(FERRY_LINES[1:4])),
        article("4", FERRY_OTHER, published="2031-03-05T08:00Z"),
    ]
    ferry, _ = (f"other:{there.as_posix()}/{record.file}" for record in read_corpus(there).manifest)

    report, gone, stays = cleaned(tmp_path / "new", articles, there)

    assert stays == {"4" * 16}
    assert {record.reason for record in gone.values()} == {"in_other_corpus"}
    assert {record.representative for record in gone.values()} == {ferry}
    assert gone["1" * 16].relation is RelationKind.EXACT
    assert gone["2" * 16].relation in (RelationKind.EXACT, RelationKind.NEAR_DUPLICATE)
    assert gone["3" * 16].text == articles[2].text
    assert ferry in gone["1" * 16].evidence
    steps = {step.name: step for step in report.funnel.steps}
    assert [(loss.reason, loss.count) for loss in steps["deduplicated"].losses] == [("in_other_corpus", 3)]
    assert steps["came_in"].count - 3 == steps["kept"].count == 1
    assert f"Instead stays {ferry}." in explain(tmp_path / "new", "1" * 16, None, DedupeSettings())


def test_what_only_tells_of_the_same_event_stays(tmp_path: Path, there: Path):
    """It says something of its own; relations.jsonl names the pair, and no pair of the other corpus."""
    _, gone, stays = cleaned(tmp_path / "new", [article("4", FERRY_OTHER)], there)

    assert (gone, stays) == ({}, {"4" * 16})
    for relation in read_records(tmp_path / "new" / "relations.jsonl", Relation):
        assert relation.a == "4" * 16
        assert relation.b.startswith("other:")


def test_a_later_version_and_a_longer_text_stay(tmp_path: Path, there: Path):
    """What is new in them stands nowhere else, even where the text over there is a copy cut short."""
    later = article("5", FERRY_LATER, published="2031-03-07T08:00Z")
    around = article("6", f"{BRIDGE}\n{FERRY_OTHER}", published="2031-03-05T09:00Z")

    _, gone, stays = cleaned(tmp_path / "new", [later, around], there)

    assert (gone, stays) == ({}, {"5" * 16, "6" * 16})
    assert read_corpus(tmp_path / "new").manifest[1].relation == "more_than_other"


def test_what_a_longer_text_carries_goes_unless_the_settings_keep_it(tmp_path: Path):
    """As within one corpus."""
    clean([article("a", f"{FERRY_OTHER}\n{FERRY}\n{BRIDGE}")], tmp_path / "there")
    keep = DedupeSettings.model_validate({"corpus": {"keep_contained": True}})

    _, gone, _ = cleaned(tmp_path / "new", [article("5", FERRY)], tmp_path / "there")
    _, kept_out, stays = cleaned(tmp_path / "all", [article("5", FERRY)], tmp_path / "there", keep)

    assert {name: record.relation for name, record in gone.items()} == {"5" * 16: RelationKind.CONTAINS}
    assert (kept_out, stays) == ({}, {"5" * 16})


def test_one_page_in_both_corpora_is_compared_by_its_text(tmp_path: Path, there: Path):
    """The same id says nothing: the page may tell another story by now."""
    _, gone, stays = cleaned(tmp_path / "new", [article("a", FERRY), article("b", FERRY_OTHER)], there)

    assert (set(gone), stays) == ({"a" * 16}, {"b" * 16})


def test_a_corpus_against_itself_leaves_nothing_and_against_nothing_all(tmp_path: Path, there: Path):
    """Both are whole corpora with a report; the order of several others changes nothing."""
    clean([article("c", FERRY_OTHER)], tmp_path / "second")

    _, gone, stays = cleaned(tmp_path / "none", THERE, there)
    clean([*THERE, article("c", FERRY_OTHER)], tmp_path / "x", against=[there, tmp_path / "second", there])
    clean(THERE, tmp_path / "y")

    assert (len(gone), stays) == (2, set())
    assert not read_corpus(tmp_path / "x").manifest
    assert (tmp_path / "y" / "manifest.jsonl").read_bytes() == (there / "manifest.jsonl").read_bytes()


def test_what_is_no_corpus_or_the_very_folder_is_refused_before_any_work(tmp_path: Path, there: Path):
    """And nothing is written."""
    (tmp_path / "empty").mkdir()
    for other in (tmp_path / "empty", tmp_path / "missing"):
        with pytest.raises(CorpusFolderError, match="not a corpus"):
            clean(THERE, tmp_path / "new", against=[other])
    with pytest.raises(CorpusFolderError, match="the corpus that is to be written"):
        clean(THERE, there, against=[there])
    assert not (tmp_path / "new").exists()


def test_the_command_takes_several_others(tmp_path: Path, there: Path, capsys: pytest.CaptureFixture[str]):
    """`--against` may be repeated."""
    clean([article("c", FERRY_OTHER)], tmp_path / "second")
    others = ["--against", str(there), "--against", str(tmp_path / "second")]

    assert main(["clean", str(there), "-o", str(tmp_path / "new"), *others]) == 0
    assert "0 documents" in capsys.readouterr().out
