"""The checks of whole corpora: files, manifest, and what only several documents show."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from dedupe.models import Relation
from dedupe.quality import assess_corpus
from dedupe.quality.assess import each_finding
from dedupe.quality.corpus_checks import off_topic
from dedupe.quality.corpus_checks.off_topic import OffTopic
from dedupe.quality.folder import CorpusFile, CorpusFolder, Listing, read_folder
from dedupe.settings import DedupeSettings, QualitySettings
from tests.dedupe.fictional import BRIDGE, FERRY, FERRY_OTHER, fictional_corpus, make_article, write_manifest
from tests.dedupe.quality.test_checks import GERMAN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clean corpus."""
    return fictional_corpus(tmp_path / "skerry")


def kinds(folder: Path, **quality: object) -> dict[str, set[str]]:
    """File -> kinds of its findings."""
    settings = DedupeSettings(quality=QualitySettings.model_validate(quality))
    found: dict[str, set[str]] = {}
    for finding in assess_corpus(read_folder(folder), settings):
        found.setdefault(finding.file[:3], set()).add(finding.kind)
    return found


def rewrite(folder: Path, place: int, **fields: object) -> None:
    """Change fields in one line of the manifest."""
    path = folder / "manifest.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows[place] |= fields
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_a_clean_corpus_has_no_finding(folder: Path):
    """What the cleaning writes passes its own checks."""
    assert kinds(folder) == {}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("manifest_invalid", {"url": "htp:/nowhere"}),
        ("manifest_invalid", {"published": "2031-13-45"}),
        ("manifest_invalid", {"published": "1970-01-01"}),
        ("manifest_invalid", {"language": "English"}),
        ("manifest_invalid", {"relevance": 5}),
        ("manifest_invalid", {"title": "<b>Ferry</b> to Skerry stops"}),
        ("manifest_missing", {"published": None}),
        ("manifest_missing", {"url": ""}),
        ("hash_mismatch", {"sha256": "0" * 64}),
        ("rights_reserved", {"rights": ["noai"]}),
        ("duplicate_url", {"url": "https://www.islander.example/shelves/?utm_source=feed"}),
    ],
)
def test_a_wrong_line_of_the_manifest_is_named(folder: Path, kind: str, fields: dict[str, object]):
    """A field that is missing or cannot be right is found, and the others stay unblamed."""
    rewrite(folder, 0, **fields)

    found = kinds(folder)

    assert found["000"] == {kind}


@pytest.mark.parametrize(
    ("last_fetched", "found"),
    [("2031-03-20", {"manifest_invalid"}), ("2033-02-20", set()), (None, set())],
    ids=["fetched before", "fetched less than a year before", "nobody says when"],
)
def test_a_date_later_than_the_last_fetch_is_named(folder: Path, last_fetched: str | None, found: set[str]):
    """What a crawl brought was published before it ended; a corpus without a crawl is not held against it."""
    rewrite(folder, 0, published="2034-02-01T08:00:00Z")
    path = folder / "gathering.json"
    gathering = json.loads(path.read_bytes()) | {"last_fetched": last_fetched}
    path.write_text(json.dumps(gathering), encoding="utf-8")

    assert kinds(folder).get("000", set()) == found


def test_files_that_do_not_belong_are_named(folder: Path):
    """A file without a line, a line without a file, and a name that is no seed's."""
    (folder / "notes.txt").write_text(FERRY, encoding="utf-8")
    next(folder.glob("002_*")).unlink()

    assert kinds(folder) == {"not": {"orphan_file", "filename_format"}, "002": {"missing_file"}}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("wrong_encoding", "Das Schiff läuft".encode("cp1252") + b" aus." * 60),
        ("wrong_encoding", FERRY.encode("utf-16")),
        ("bom", b"\xef\xbb\xbf" + FERRY.encode()),
        ("crlf", FERRY.replace("\n", "\r\n").encode()),
    ],
)
def test_bytes_that_are_no_plain_utf8_are_named(folder: Path, kind: str, data: bytes):
    """A seed is UTF-8 without a mark, with plain line ends."""
    next(folder.glob("000_*")).write_bytes(data)

    assert kinds(folder)["000"] == {kind, "hash_mismatch"}


def test_a_document_in_another_language_than_the_corpus_is_named(folder: Path):
    """The corpus's languages are those of many of its documents, or those that the settings name."""
    articles = [
        ("only_copy", make_article(f"https://{n}.example/a", text, publisher=f"P{n}", title="A b c"))
        for n, text in enumerate([FERRY, FERRY_OTHER, BRIDGE, FERRY[50:], FERRY_OTHER[60:], GERMAN * 2])
    ]
    write_manifest(folder, articles)
    for path in list(folder.glob("*.txt")):
        if path.name not in (folder / "manifest.jsonl").read_text(encoding="utf-8"):
            path.unlink()

    assert "wrong_language" in kinds(folder)["005"]
    assert "wrong_language" not in kinds(folder, languages=["en", "de"]).get("005", set())


def test_a_date_outside_the_window_is_named(folder: Path):
    """The window is the settings'; without one every date is inside."""
    found = kinds(folder, published_from=date(2031, 3, 5), published_to=date(2031, 3, 31))

    assert found == {"000": {"date_outside_window"}}


def test_copies_left_beside_each_other_are_named(folder: Path):
    """The relations of the cleaning say which documents are copies; no two may stay."""
    ids = sorted(json.loads(line)["id"] for line in (folder / "manifest.jsonl").read_text().splitlines())
    relation = Relation(a=ids[0], b=ids[1], relation="exact", similarity=1, containment_a=1, containment_b=1)
    (folder / "relations.jsonl").write_text(relation.model_dump_json() + "\n", encoding="utf-8")

    assert sorted(kinds(folder).values()) == [{"exact_duplicate"}, {"exact_duplicate"}]


@pytest.mark.parametrize(("share", "named"), [(0.95, True), (0.6, False)])
def test_a_text_that_another_carries_whole_is_named(folder: Path, share: float, named: bool):
    """The shorter one is; one that tells something of its own stays unnamed, and so does the longer."""
    ids = [json.loads(line)["id"] for line in (folder / "manifest.jsonl").read_text().splitlines()]
    relation = Relation(
        a=ids[0], b=ids[1], relation="contains", similarity=0.4, containment_a=share, containment_b=0.4
    )
    (folder / "relations.jsonl").write_text(relation.model_dump_json() + "\n", encoding="utf-8")

    assert kinds(folder) == ({"000": {"contained"}} if named else {})


def test_a_line_that_a_site_prints_everywhere_is_named(folder: Path):
    """Three documents of one site with one line in common: the line is the site's."""
    line = "\nThe Tarn Post is written by eleven people above a bakery."
    articles = [
        (
            "only_copy",
            make_article(f"https://tarnpost.example/{n}", text + line, publisher="Tarn Post", title="x"),
        )
        for n, text in enumerate([FERRY, FERRY_OTHER, BRIDGE])
    ]
    for path in folder.glob("*.txt"):
        path.unlink()
    write_manifest(folder, articles)

    assert all("site_boilerplate" in found for found in kinds(folder).values())


def test_a_line_of_the_corpus_files_that_cannot_be_read_is_named(folder: Path):
    """A torn or foreign line is not passed over in silence."""
    with (folder / "removed.jsonl").open("a", encoding="utf-8") as file:
        file.write("{torn\n")

    assert kinds(folder) == {"rem": {"broken_record"}}
    said = [finding.reason for finding in assess_corpus(read_folder(folder), DedupeSettings())]
    assert [sentence.rstrip("0123456789.") for sentence in said] == [
        "The file removed.jsonl cannot be read in line "
    ]


STORY = (
    "The ferry to {isle} stopped on {day} after divers found a crack below the waterline, the harbour office of {port} said.",
    "Engineers sent by {owner} want to lift the ship next week, and the mayor of {isle} asked for a second boat.",
    "The teacher {teacher} told the paper that families in {isle} had packed for a week and would wait in {port}.",
    "A spokesman for {owner} said that the crack was old and that nobody on board had been in danger.",
    "The line between {port} and {isle} carries four hundred people, and the winter ship of {owner} is too small.",
    "In {port} the market stayed half empty, because the fishermen of {isle} had no way to bring their catch.",
)
HERE = {"isle": "Skerrow", "port": "Aldermouth", "owner": "Corrin Lines", "teacher": "Ines Marlow"}
ELSEWHERE = {"isle": "Turholm", "port": "Vasby", "owner": "Nordsund Rederi", "teacher": "Bela Kint"}


def test_the_same_sort_of_event_elsewhere_is_off_topic():
    """Who and where tell a story from another of its kind: a twin has its words and not its names."""
    days = (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "Monday night",
        "Tuesday noon",
    )
    told = [
        " ".join(STORY[place % 6 :] + STORY[: place % 3]).format(day=day, **HERE)
        for place, day in enumerate(days)
    ]
    twin = " ".join(STORY).format(day="Monday", **ELSEWHERE)
    files = tuple(
        CorpusFile(f"{number:03}.txt", text.encode(), Listing(file=f"{number:03}.txt"))
        for number, text in enumerate([*told, twin])
    )
    corpus = CorpusFolder(name="ferry", files=files, seeds=("000.txt", "001.txt"))

    found = [name for name, _ in OffTopic()(corpus, QualitySettings())]

    assert found == ["009.txt"]


def test_of_a_large_corpus_a_part_tells_the_topic_and_every_document_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
):
    """What is not in the part is held against it."""
    monkeypatch.setattr(off_topic, "MOST_COMPARED", 10)
    told = [
        " ".join(STORY[number % 5 :] + STORY[: number % 4]).format(day="Monday", **HERE)
        for number in range(19)
    ]
    twin = " ".join(STORY).format(day="Monday", **ELSEWHERE)
    files = tuple(
        CorpusFile(f"{number:03}.txt", text.encode(), Listing(file=f"{number:03}.txt"))
        for number, text in enumerate([*told, twin])
    )
    corpus = CorpusFolder(name="ferry", files=files, seeds=("000.txt", "001.txt"))

    assert [name for name, _ in OffTopic()(corpus, QualitySettings())] == ["019.txt"]


def test_findings_of_one_document_are_those_that_it_has_among_all(tmp_path: Path):
    """`dedupe explain` asks of one; what the others are like counts all the same."""
    folder = fictional_corpus(tmp_path / "skerry")
    first = sorted(folder.glob("*.txt"))[0]
    first.write_text(f"{FERRY}\nCall Ines Marlow at +44 7700 900123.\n", encoding="utf-8")
    corpus = read_folder(folder)

    found = list(each_finding(corpus, DedupeSettings(), only=first.name))

    every = [each for each in each_finding(corpus, DedupeSettings()) if each.file == first.name]
    assert found == every
    assert {"pii", "hash_mismatch"} <= {each.kind for each in found}
