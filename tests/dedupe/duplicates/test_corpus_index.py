"""The index on disk: what was added is found, what was taken out is not, and no kill leaves half of anything."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from dedupe.cli import main
from dedupe.duplicates import corpus_index, find_duplicates
from dedupe.duplicates.against import find_duplicates_against
from dedupe.duplicates.corpus_index import CorpusIndex
from dedupe.errors import CorpusFolderError, CorpusLockedError, IndexFormatError, SettingsError
from dedupe.files import run_lock
from dedupe.models import Article, Clusters, RelationKind
from dedupe.settings import DedupeSettings, DuplicateSettings
from tests.dedupe.duplicates.texts import INDEPENDENT, OWN_MATTER, WIRE, lines

SETTINGS = DedupeSettings()
WORDS = [
    f"{a}{b}{c}"
    for a in ("bro", "ka", "lin", "mar", "ost", "pel")
    for b in ("da", "fe", "gi")
    for c in ("l", "m", "nt")
]


def invented(number: int, words: int = 150) -> Article:
    """A text of its own, the same for the same number; every fifth is an edited copy of the one before it."""
    copy = number % 5 == 4
    rng = random.Random(number - copy)
    sentences = [" ".join(rng.choices(WORDS, k=15)).capitalize() + "." for _ in range(words // 15)]
    if copy:
        sentences[0] = "The editors changed this sentence before it went to print in their own paper."
    return Article(id=f"{number:05}", text="\n".join(sentences), url=f"https://example.org/{number}")


def corpus(start: int, end: int) -> list[Article]:
    return [invented(number) for number in range(start, end)]


def new_index(folder: Path, articles: Sequence[Article] = (), **settings: float) -> CorpusIndex:
    index = CorpusIndex(folder, DuplicateSettings(**settings), create=True)  # type: ignore[arg-type]
    index.add(articles)
    return index


def related(found: Clusters) -> set[tuple[str, str, RelationKind]]:
    return {(row.a, row.b, row.relation) for row in found.relations}


def test_an_index_finds_what_the_whole_corpus_would(tmp_path: Path) -> None:
    """Articles that come in parts relate as they would all at once, and lie in the same clusters."""
    articles = corpus(0, 120)
    whole = find_duplicates(articles, SETTINGS)
    index = new_index(tmp_path / "seen")

    found: set[tuple[str, str, RelationKind]] = set()
    clusters: dict[str, str] = {}
    for start in range(0, 120, 17):
        part = articles[start : start + 17]
        answer = find_duplicates_against(part, index, SETTINGS)
        found |= related(answer)
        clusters |= {article.id: answer.of(article.id).id for article in part}
        index.add(part)

    assert found == related(whole)
    assert len(found) == 24
    assert clusters == {article.id: whole.of(article.id).id for article in articles}


def test_a_text_inside_a_longer_one_is_found(tmp_path: Path) -> None:
    """Containment and a report of the same event are found as copies are, and name the document of the index."""
    long = lines(OWN_MATTER) + "\n" + lines(WIRE)
    index = new_index(tmp_path / "seen", [Article(id="wire", text=lines(WIRE)), *corpus(0, 20)])

    found = find_duplicates_against([Article(id="long", text=long)], index, SETTINGS)

    assert related(found) == {("long", "wire", RelationKind.CONTAINS)}
    assert found.of("long").family == "long"
    assert [cluster.members for cluster in found.clusters] == [("long",)]


def test_the_answer_is_the_same_after_the_articles_were_added(tmp_path: Path) -> None:
    """A run that is repeated, killed after its articles went in, says what it would have said."""
    index = new_index(tmp_path / "seen", corpus(0, 20))
    part = corpus(13, 30)

    before = find_duplicates_against(part, index, SETTINGS)
    assert index.add(part) == 10
    assert index.add(part) == 0

    assert find_duplicates_against(part, index, SETTINGS) == before


def test_copies_of_copies_are_in_the_cluster(tmp_path: Path) -> None:
    """What ties the copies that the index holds is seen too, not only what the new article has a tie to."""
    paragraphs = [
        " ".join(random.Random(number).choices(WORDS, k=40)).capitalize() + "." for number in range(10)
    ]
    texts = {"a": paragraphs, "b": paragraphs[:8], "c": paragraphs[:6]}
    articles = [Article(id=name, text="\n".join(text)) for name, text in texts.items()]
    index = new_index(tmp_path / "seen", articles[:2])

    found = find_duplicates_against(articles[2:], index, SETTINGS)

    assert found.of("c").members == ("a", "b", "c")
    assert {(row.a, row.b) for row in found.relations} == {("a", "c"), ("b", "c")}


def test_equal_stubs_are_copies_and_other_stubs_are_not(tmp_path: Path) -> None:
    """Texts of a few words are copies of equal ones only, as in a corpus; a text without words is of none."""
    index = new_index(
        tmp_path / "seen",
        [
            Article(id=name, text=text)
            for name, text in [("a", "Page not found"), ("b", "Page gone"), ("c", "")]
        ],
    )
    asked = [
        Article(id="x", text="Page  not found"),
        Article(id="y", text="Page lost"),
        Article(id="z", text=""),
    ]

    found = find_duplicates_against(asked, index, SETTINGS)

    assert related(found) == {("a", "x", RelationKind.EXACT)}


def test_a_document_taken_out_is_not_found(tmp_path: Path) -> None:
    """Ids that are not there are passed over; what was taken out leaves the disk at the next merge of its segment."""
    index = new_index(tmp_path / "seen", corpus(0, 40))
    asked = [invented(3).model_copy(update={"id": "again"})]
    assert related(find_duplicates_against(asked, index, SETTINGS)) != set()

    assert index.remove(["00003", "00004", "nobody"]) == 2

    assert related(find_duplicates_against(asked, index, SETTINGS)) == set()
    assert index.get("00003") is None
    assert index.get("00005") == invented(5)
    assert len(index) == len(CorpusIndex(tmp_path / "seen", SETTINGS.duplicates)) == 38
    assert index.remove([f"{number:05}" for number in range(10, 20)]) == 10
    assert [(entry.documents, entry.removed) for entry in index.state.segments] == [(28, ())]
    assert index.remove([article.id for article in corpus(0, 40)]) == 28
    assert (len(index), index.state.segments) == (0, ())


def test_a_later_state_takes_the_place_of_an_article(tmp_path: Path) -> None:
    """An id stands for one document: the text that came last."""
    index = new_index(tmp_path / "seen", corpus(0, 10))
    updated = Article(id="00002", text=lines(INDEPENDENT))

    assert index.add([updated]) == 1

    assert index.get("00002") == updated
    assert len(index) == 10
    found = find_duplicates_against([Article(id="new", text=lines(INDEPENDENT))], index, SETTINGS)
    assert related(found) == {("00002", "new", RelationKind.EXACT)}


def test_small_segments_are_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few segments stand, whatever came in at once; full ones are left alone; the answers do not change."""
    monkeypatch.setattr(corpus_index, "_LEAST", 4)
    monkeypatch.setattr(corpus_index, "_FULL", 64)
    index = new_index(tmp_path / "seen")

    for start in range(0, 200, 4):
        index.add(corpus(start, start + 4))

    sizes = [entry.documents for entry in index.state.segments]
    assert sizes == [64, 64, 64, 4, 4]
    assert sorted(path.name for path in (tmp_path / "seen").glob("*.segment")) == [
        e.file for e in index.state.segments
    ]
    index.check()
    assert all(index.get(article.id) == article for article in corpus(0, 200))
    asked = [article.model_copy(update={"id": f"x{article.id}"}) for article in corpus(100, 104)]
    found = find_duplicates_against(asked, index, SETTINGS)
    assert {row.a if row.b.startswith("x") else row.b for row in found.relations if not row.a.startswith("x")} == {
        "00100", "00101", "00102", "00103", "00104"
    }  # fmt: skip


def test_a_bucket_of_equal_texts_gives_a_bounded_answer(tmp_path: Path) -> None:
    """However many equal texts the index holds, a new one meets the first of them only."""
    text = invented(1).text
    index = new_index(tmp_path / "seen", [Article(id=f"{n:04}", text=text) for n in range(300)])

    rows, numbers = index.candidates(index.sign([Article(id="x", text=text)]))

    assert set(rows.tolist()) == {0}
    assert numbers.tolist() == list(range(SETTINGS.duplicates.listed_pairs))


def test_other_settings_are_named_and_the_index_laid_out_anew(tmp_path: Path) -> None:
    """Bands follow from settings: an index of others is refused by name; `rebuild` keeps signatures and removals."""
    folder = tmp_path / "seen"
    index = new_index(folder, corpus(0, 40))
    index.remove(["00007"])
    strict = DuplicateSettings(wanted_similarity=0.7, wanted_recall=0.99)

    with pytest.raises(SettingsError, match=r"bands 108 \(now 37\), rows 2 \(now 6\).*--rebuild"):
        CorpusIndex(folder, strict)

    index = CorpusIndex(folder, strict, rebuild=True)
    assert (index.state.layout.bands, index.state.layout.rows, len(index)) == (37, 6, 39)
    index.check()
    asked = [invented(3).model_copy(update={"id": "x"})]
    settings = DedupeSettings(duplicates=strict)
    assert ("00003", "x", RelationKind.EXACT) in related(find_duplicates_against(asked, index, settings))
    with pytest.raises(SettingsError):
        CorpusIndex(folder, SETTINGS.duplicates)


def test_other_signatures_are_made_from_the_stored_texts(tmp_path: Path) -> None:
    """An index whose signatures are longer, or made by other code, is refused, and can be signed anew."""
    folder = tmp_path / "seen"
    new_index(folder, corpus(0, 40))
    longer = DuplicateSettings(slots=512)
    with pytest.raises(SettingsError, match=r"slots 256 \(now 512\)"):
        CorpusIndex(folder, longer)
    rebuilt = CorpusIndex(folder, longer, rebuild=True)
    assert rebuilt.articles([3]) == [invented(3)]

    state = json.loads((folder / "index.json").read_text())
    state["layout"]["probe"] = "0" * 64
    (folder / "index.json").write_text(json.dumps(state))
    with pytest.raises(IndexFormatError, match="reads words otherwise"):
        CorpusIndex(folder, longer)

    again = CorpusIndex(folder, longer, rebuild=True)
    assert again.state.layout == rebuilt.state.layout


def test_what_is_no_index_is_named(tmp_path: Path) -> None:
    """A folder without one, a folder of other files, another format, a damaged file: each says which, and what to do."""
    with pytest.raises(IndexFormatError, match="holds no index"):
        CorpusIndex(tmp_path / "nothing", SETTINGS.duplicates)
    (tmp_path / "letter.txt").write_text("dear reader")
    with pytest.raises(CorpusFolderError, match="no index"):
        CorpusIndex(tmp_path, SETTINGS.duplicates, create=True)

    folder = tmp_path / "seen"
    new_index(folder, corpus(0, 40))
    state = json.loads((folder / "index.json").read_text())
    for damage, says in [
        ({"format": 2}, "has format 2; this version of Seedbed reads 1"),
        ({"segments": [{"file": "../other.segment", "documents": 1, "check": 1}]}, "file"),
        ({"segments": [{**state["segments"][0], "check": 1}]}, "not the file that was written"),
        ({"segments": [{**state["segments"][0], "file": "000099.segment"}]}, "cannot be read"),
    ]:
        (folder / "index.json").write_text(json.dumps(state | damage))
        with pytest.raises(IndexFormatError, match=says):
            CorpusIndex(folder, SETTINGS.duplicates)
    (folder / "index.json").write_text("{")
    with pytest.raises(IndexFormatError, match="cannot be read"):
        CorpusIndex(folder, SETTINGS.duplicates)


@pytest.mark.parametrize("section", ["signatures", "bands", "anchors", "articles", "starts"])
def test_a_flipped_byte_is_found(tmp_path: Path, section: str) -> None:
    """The check reads every byte; no damaged segment goes into a merge."""
    index = new_index(tmp_path / "seen", corpus(0, 40))
    path = tmp_path / "seen" / index.state.segments[0].file
    start = index._segments[path.name]._directory[section]["start"]
    raw = bytearray(path.read_bytes())
    raw[start + 9] ^= 4
    del index
    path.write_bytes(raw)
    damaged = CorpusIndex(tmp_path / "seen", SETTINGS.duplicates)

    with pytest.raises(IndexFormatError, match=f"{section!r} is damaged"):
        damaged.check()
    with pytest.raises(IndexFormatError, match="damaged"):
        CorpusIndex(tmp_path / "seen", DuplicateSettings(wanted_similarity=0.7), rebuild=True)


@pytest.mark.parametrize("cut", [0, 10, 5_000, -1])
def test_a_cut_segment_is_refused(tmp_path: Path, cut: int) -> None:
    """A segment that is not whole is seen when the index is opened."""
    index = new_index(tmp_path / "seen", corpus(0, 40))
    path = tmp_path / "seen" / index.state.segments[0].file
    del index
    path.write_bytes(path.read_bytes()[:cut])

    with pytest.raises(IndexFormatError, match=path.name):
        CorpusIndex(tmp_path / "seen", SETTINGS.duplicates)


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    """Reading goes on while another run changes the index; writing is refused with its name."""
    index = new_index(tmp_path / "seen", corpus(0, 20))

    with run_lock(tmp_path / "seen", "a test"), pytest.raises(CorpusLockedError, match="a test"):
        index.add(corpus(20, 21))

    assert len(CorpusIndex(tmp_path / "seen", SETTINGS.duplicates)) == 20


def test_two_handles_see_each_others_documents(tmp_path: Path) -> None:
    """A change is made to the index as it is, not as it was when it was opened."""
    one = new_index(tmp_path / "seen", corpus(0, 10))
    other = CorpusIndex(tmp_path / "seen", SETTINGS.duplicates)
    one.add(corpus(10, 20))

    assert other.add(corpus(15, 25)) == 5

    assert len(other) == 25
    assert all(other.get(article.id) == article for article in corpus(0, 25))


ADDING = """
import sys
from pathlib import Path
from tests.dedupe.duplicates.test_corpus_index import change
change(Path(sys.argv[1]))
"""


def change(folder: Path) -> None:
    """A run that adds, replaces, takes out and merges; repeated, it goes on where it was."""
    kept = corpus_index._LEAST, corpus_index._BATCH
    corpus_index._LEAST, corpus_index._BATCH = 8, 16
    index = CorpusIndex(folder, SETTINGS.duplicates, create=True)
    sys.stdout.write("started\n")
    sys.stdout.flush()
    index.add(corpus(0, 300))
    index.add([invented(number).model_copy(update={"title": "Later"}) for number in range(0, 300, 7)])
    index.remove([article.id for article in corpus(100, 160)])
    corpus_index._LEAST, corpus_index._BATCH = kept


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_no_kill_leaves_half_of_anything(tmp_path: Path) -> None:
    """Killed at random moments and started again, a run ends in the index that an unkilled one makes."""
    change(tmp_path / "unkilled")
    wanted = CorpusIndex(tmp_path / "unkilled", SETTINGS.duplicates)
    rng = random.Random(4)
    kills = 0
    while kills < 8:
        run = subprocess.Popen(
            [sys.executable, "-c", ADDING, str(tmp_path / "killed")],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(rng.random() * 0.25)
        run.send_signal(signal.SIGKILL)
        kills += run.wait() == -signal.SIGKILL
        run.stdout.close()
        CorpusIndex(tmp_path / "killed", SETTINGS.duplicates).check()
        if run.returncode == 0:
            shutil.rmtree(tmp_path / "killed")
    change(tmp_path / "killed")

    index = CorpusIndex(tmp_path / "killed", SETTINGS.duplicates)
    index.check()
    ids = [article.id for article in corpus(0, 300)]
    assert [index.get(name) for name in ids] == [wanted.get(name) for name in ids]
    assert len(index) == len(wanted) == 240
    asked = [article.model_copy(update={"id": f"x{article.id}"}) for article in corpus(90, 110)]
    assert find_duplicates_against(asked, index, SETTINGS) == find_duplicates_against(asked, wanted, SETTINGS)
    assert {path.name for path in (tmp_path / "killed").iterdir() if not path.name.startswith(".lock")} == {
        "index.json", *(entry.file for entry in index.state.segments)
    }  # fmt: skip


def write(path: Path, articles: Sequence[Article]) -> Path:
    path.write_text("".join(article.model_dump_json(exclude_defaults=True) + "\n" for article in articles))
    return path


def test_the_command_compares_adds_and_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--index` compares and adds, `--against` only compares; rows are of the input alone."""
    first, second = write(tmp_path / "1.jsonl", corpus(0, 14)), write(tmp_path / "2.jsonl", corpus(14, 20))
    seen, out, rel = tmp_path / "seen", tmp_path / "out.jsonl", tmp_path / "rel.jsonl"

    assert main(["duplicates", str(first), "-o", str(out), "--index", str(seen)]) == 0
    assert capsys.readouterr().out.startswith("14 documents, 12 clusters, 2 copies")
    for option, held in (("--against", 14), ("--index", 20), ("--against", 20)):
        run = ["duplicates", str(second), "-o", str(out), "--relations", str(rel), option, str(seen)]
        assert main(run) == 0
        assert capsys.readouterr().out.startswith("6 documents, 5 clusters, 2 copies")
        assert len(CorpusIndex(seen, None)) == held
        rows = [json.loads(line) for line in out.read_text().splitlines()]
        assert {row["id"]: row["cluster"] for row in rows} == {
            "00014": "00013", "00015": "00015", "00016": "00016", "00017": "00017", "00018": "00018", "00019": "00018"
        }  # fmt: skip
        assert [json.loads(line)["a"] for line in rel.read_text().splitlines()] == ["00013", "00018"]

    assert main(["index", str(seen), "--remove", "00003", "--check"]) == 0
    assert "19 documents in 2 segments" in capsys.readouterr().out
    assert main(["duplicates", str(second), "-o", str(out), "--against", str(tmp_path / "none")]) == 2
    assert "holds no index" in capsys.readouterr().err
