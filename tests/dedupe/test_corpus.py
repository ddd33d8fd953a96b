"""The seed format and corpus folders: what is written can be read, and what is not ours is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedupe import corpus
from dedupe.corpus import (
    JOURNAL,
    MANIFEST_TABLE,
    CorpusContent,
    check_target,
    digest_of,
    read_corpus,
    read_removed,
    read_seeds,
    seed_name,
    write_corpus,
)
from dedupe.errors import CorpusFolderError, CorpusLockedError, SeedFormatError
from dedupe.files import run_lock
from dedupe.models import ManifestRecord, RemovedRecord, Verdict, WrittenFile

FIRST = "0123456789abcdef"
SECOND = "fedcba9876543210"


def record(number: int, article_id: str, text: str, documents: int = 0) -> ManifestRecord:
    return ManifestRecord(
        file=seed_name(number, article_id, documents),
        id=article_id,
        sha256=digest_of(text),
        title="Bridge closed",
        cluster=article_id,
        family=article_id,
        relation="only_copy",
        verdict=Verdict.KEEP,
    )


def content(**texts: str) -> CorpusContent:
    ids = {"first": FIRST, "second": SECOND}
    documents = [(record(number, ids[name], text), text) for number, (name, text) in enumerate(texts.items())]
    removed = [
        RemovedRecord(what="block", id=FIRST, source="x", line=3, reason="menu", evidence="", text="Home")
    ]
    return CorpusContent(documents=documents, removed=removed, relations=[])


def test_what_is_written_is_read_back(tmp_path: Path):
    """Write then read is the identity on texts, metadata and removals."""
    write_corpus(tmp_path, content(first="One.\nTwo.", second="Three."))

    read = read_corpus(tmp_path)

    assert [(a.id, a.text, a.title) for a in read] == [
        (FIRST, "One.\nTwo.", "Bridge closed"),
        (SECOND, "Three.", "Bridge closed"),
    ]
    assert [(r.line, r.text) for r in read_removed(tmp_path)] == [(3, "Home")]
    assert (tmp_path / f"000_{FIRST}.txt").read_bytes() == b"One.\nTwo.\n"


def test_a_second_write_of_the_same_content_changes_no_byte(tmp_path: Path):
    """Same input, same bytes."""
    write_corpus(tmp_path, content(first="One.", second="Three."))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    write_corpus(tmp_path, content(first="One.", second="Three."))

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_files_of_an_earlier_run_that_no_longer_belong_are_taken_away(tmp_path: Path):
    """A corpus folder holds what its manifest names, and nothing older."""
    write_corpus(tmp_path, content(first="One.", second="Three."))

    write_corpus(tmp_path, content(first="One."))

    assert sorted(path.name for path in tmp_path.glob("*.txt")) == [f"000_{FIRST}.txt"]


def test_a_folder_with_someone_elses_files_is_refused_and_left_alone(tmp_path: Path):
    """What Seedbed did not write is never overwritten, renamed or deleted."""
    (tmp_path / "thesis.docx").write_text("mine")

    with pytest.raises(CorpusFolderError, match=r"thesis\.docx.*choose another folder"):
        write_corpus(tmp_path, content(first="One."))

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_seed_changed_by_hand_is_not_overwritten(tmp_path: Path):
    """A person's correction of a corpus file is that person's."""
    write_corpus(tmp_path, content(first="One."))
    (tmp_path / f"000_{FIRST}.txt").write_text("One, corrected.\n")

    with pytest.raises(CorpusFolderError, match="was changed since it was written"):
        write_corpus(tmp_path, content(first="One."))

    assert (tmp_path / f"000_{FIRST}.txt").read_text() == "One, corrected.\n"


def test_files_of_a_killed_run_are_known_as_ours(tmp_path: Path):
    """A run killed between a seed and the manifest leaves a journal; the next run goes on from there."""
    name = seed_name(0, SECOND)
    (tmp_path / name).write_text("Half way.\n")
    written = WrittenFile(file=name, sha256=digest_of("Half way."))
    (tmp_path / JOURNAL).write_text(f'{written.model_dump_json()}\n{{"file": "001_')

    write_corpus(tmp_path, content(first="One."))

    assert sorted(path.name for path in tmp_path.glob("*.txt")) == [f"000_{FIRST}.txt"]
    assert not (tmp_path / JOURNAL).exists()


@pytest.fixture
def small_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than three seeds stand in folders of two."""
    monkeypatch.setattr(corpus, "MOST_FLAT", 3)
    monkeypatch.setattr(corpus, "SHARD_FILES", 2)


def many(count: int) -> CorpusContent:
    texts = {f"{number:016x}": f"Text {number}." for number in range(count)}
    documents = [
        (record(number, name, text, len(texts)), text) for number, (name, text) in enumerate(texts.items())
    ]
    return CorpusContent(documents=documents, removed=[], relations=[])


def names_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.txt"))


@pytest.mark.usefixtures("small_folders")
def test_many_seeds_stand_in_numbered_folders(tmp_path: Path):
    """No folder holds more than it may; what is written is read, in order, with what the manifest says."""
    write_corpus(tmp_path, many(5))

    assert names_in(tmp_path) == [f"{n // 2:04d}/{n:07d}_{n:016x}.txt" for n in range(5)]
    assert [article.text for article in read_corpus(tmp_path)] == [f"Text {n}." for n in range(5)]
    assert [(seed.article.text, seed.article.title) for seed in read_seeds(tmp_path)] == [
        (f"Text {n}.", "Bridge closed") for n in range(5)
    ]


@pytest.mark.usefixtures("small_folders")
def test_the_manifest_of_many_seeds_is_a_table_too(tmp_path: Path):
    """Other tools load a million lines of Parquet at once; a corpus that shrank has no table of the old one."""
    parquet = pytest.importorskip("pyarrow.parquet")
    write_corpus(tmp_path, many(5))
    rows = parquet.read_table(tmp_path / MANIFEST_TABLE).to_pylist()

    write_corpus(tmp_path, many(3))

    assert [row["file"] for row in rows] == [f"{n // 2:04d}/{n:07d}_{n:016x}.txt" for n in range(5)]
    assert not (tmp_path / MANIFEST_TABLE).exists()


@pytest.mark.usefixtures("small_folders")
def test_a_corpus_may_move_into_numbered_folders_and_out_of_them(tmp_path: Path):
    """Files and folders that no longer belong go."""
    for count in (3, 5, 2):
        write_corpus(tmp_path, many(count))

    assert names_in(tmp_path) == [f"{n:03d}_{n:016x}.txt" for n in range(2)]
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


@pytest.mark.usefixtures("small_folders")
def test_what_somebody_put_into_a_numbered_folder_is_left_alone(tmp_path: Path):
    """The same promises hold there as in the folder itself."""
    write_corpus(tmp_path, many(5))
    (tmp_path / "0001" / "thesis.txt").write_text("mine")

    with pytest.raises(CorpusFolderError, match=r"0001/thesis\.txt"):
        write_corpus(tmp_path, many(5))


@pytest.mark.usefixtures("small_folders")
def test_a_link_that_calls_itself_a_numbered_folder_is_not_followed(tmp_path: Path):
    """What stands elsewhere is never taken for ours."""
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "corpus"
    write_corpus(elsewhere, many(5))
    folder.mkdir()
    (folder / "0000").symlink_to(elsewhere / "0000")

    with pytest.raises(CorpusFolderError, match="0000"):
        write_corpus(folder, many(5))


def test_seeds_are_read_by_number_and_others_named(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """A file that is no seed, or not UTF-8, is skipped with the way out; the rest is read."""
    (tmp_path / f"010_{FIRST}.txt").write_bytes("\ufeffTen.\r\nMore.".encode())
    (tmp_path / f"002_{SECOND}.txt").write_text("Two.")
    (tmp_path / "notes.txt").write_text("not a seed")
    (tmp_path / "003_00000000deadbeef.txt").write_bytes(b"caf\xe9")

    seeds = list(read_seeds(tmp_path))

    assert [(seed.name[:3], seed.article.text) for seed in seeds] == [("002", "Two."), ("010", "Ten.\nMore.")]
    assert "notes.txt: left out: a seed is called" in caplog.text
    assert "not UTF-8 at byte 3. Convert it" in caplog.text


@pytest.mark.parametrize("missing", [True, False], ids=["no such folder", "empty folder"])
def test_a_folder_without_seeds_is_an_error_that_says_what_a_seed_is(tmp_path: Path, missing: bool):
    """The error names the folder and the way out."""
    folder = tmp_path / "gone" if missing else tmp_path

    with pytest.raises(SeedFormatError, match=str(folder.name)):
        list(read_seeds(folder))


def test_a_second_run_is_refused_with_the_holders_name(tmp_path: Path):
    """One run a folder."""
    with (
        run_lock(tmp_path, "dedupe clean"),
        pytest.raises(CorpusLockedError, match="in use by `dedupe clean`"),
        run_lock(tmp_path, "another"),
    ):
        pass


def test_a_new_and_an_empty_folder_are_welcome(tmp_path: Path):
    """Nothing is asked of a folder that holds nothing."""
    check_target(tmp_path / "new")
    check_target(tmp_path)

    assert list(tmp_path.iterdir()) == []
