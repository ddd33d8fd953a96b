"""The engine spark gives what the engine local gives, to the byte, whatever dies under way.

Skipped where PySpark (extra `[spark]`) or Java is not there.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dedupe
from benchmarks._quality_cost import documents
from dedupe.cli import main
from tests.dedupe.duplicates.texts import INDEPENDENT, OWN_MATTER, WIRE, lines

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

pytest.importorskip("pyspark", reason="the engine spark needs PySpark: pip install 'seedbed[spark]'")
if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
    pytest.skip("the engine spark needs Java", allow_module_level=True)

from dedupe.duplicates.clusters import connected
from dedupe.engines.spark import components, spark_session
from dedupe.engines.spark.packed import Kind, edges_of, gathered, part_of, routed

STORY = lines(WIRE)
FILES = ("clusters", "relations", "syndication")
LARGEST = 3000  # numbers in one component of the graphs here
Rows = Iterable[Any]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Two workers in processes of their own."""
    with spark_session("local-cluster[2,1,1024]") as running:
        yield running


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies whole and edited, equal words, stubs, texts of nothing, round-ups, strangers, in no order."""
    chance = random.Random(8)
    numbers = count()

    def row(text: str, **known: str) -> dict[str, str]:
        return {
            "id": f"{chance.getrandbits(64):016x}",
            "text": text,
            "title": f"No. {next(numbers)}",
            **known,
        }

    rows = [row(text) for text in (INDEPENDENT, OWN_MATTER, STORY.upper(), "", "", " \n", "Stub")]
    rows += [row("Stub", published="2031-02-03T04:05:06Z", publisher="Orlavik Post"), row("stub")]
    for hour in range(24):  # more than one bucket lists all pairs of, with their ends cut at other places
        dated = {"published": f"2031-03-04T{hour:02}:00:00Z", "publisher": f"Paper {hour % 5}"}
        rows.append(row(STORY[: len(STORY) - 40 * hour], **dated))
        rows.append(row(STORY, **dated))
    words = [f"w{chance.getrandbits(30):x}" for _ in range(400)]
    for _ in range(120):
        own = " ".join(chance.choice(words) for _ in range(90))
        rows += [row(own + "."), row(f"{own}, he said.\n{STORY[:300]}")]
    chance.shuffle(rows)
    rows += [{"id": f"copy-{number}", "text": rows[0]["text"]} for number in range(150)]
    path = tmp_path_factory.mktemp("corpus") / "articles.jsonl"
    broken = b'{"id": "\xff", "text": "no UTF-8"}\nno JSON\n\n'
    path.write_bytes(broken + "".join(f"{json.dumps(row)}\n" for row in rows).encode())
    return path


def duplicates(corpus: Path, folder: Path, *options: str) -> dict[str, bytes]:
    """What `dedupe duplicates` writes."""
    folder.mkdir(exist_ok=True)
    out = {name: folder / f"{name}.jsonl" for name in FILES}
    where = ("-o", out["clusters"], "--relations", out["relations"], "--syndication", out["syndication"])
    assert main(["duplicates", str(corpus), *map(str, where), *options]) == 0
    return {name: path.read_bytes() for name, path in out.items()}


def test_a_cluster_gives_the_bytes_that_one_machine_gives(session: Any, corpus: Path, tmp_path: Path) -> None:
    """The engine is where the work is done, never what comes out."""
    local = duplicates(corpus, tmp_path / "local")

    spark = duplicates(corpus, tmp_path / "spark", "--engine", "spark")

    assert len(local["clusters"].splitlines()) > 400
    assert all(local[name] for name in FILES)
    assert {name: spark[name] == local[name] for name in FILES} == dict.fromkeys(FILES, True)


def test_few_texts_are_searched_for_events_as_on_one_machine(session: Any, tmp_path: Path) -> None:
    """Below `event_texts` all pairs are looked at, which no part of a cluster can do for itself."""
    folder = tmp_path / "few.jsonl"
    texts = [STORY, STORY.upper(), INDEPENDENT, OWN_MATTER, lines(INDEPENDENT)]
    folder.write_text(
        "".join(f"{json.dumps({'id': str(n), 'text': text})}\n" for n, text in enumerate(texts))
    )

    spark = duplicates(folder, tmp_path / "spark", "--engine", "spark")

    assert spark == duplicates(folder, tmp_path / "local")


def test_an_id_that_stands_twice_is_refused(
    session: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As on one machine: a pair of one id would say nothing."""
    path = tmp_path / "twice.jsonl"
    path.write_text(f"{json.dumps({'id': 'a', 'text': STORY})}\n" * 2)

    code = main(["duplicates", str(path), "-o", str(tmp_path / "out"), "--engine", "spark"])

    assert (code, "Two articles have the id 'a'" in capsys.readouterr().err) == (2, True)
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sites with furniture, copies, updates, defects, what no corpus wants, one id twice; in no order."""
    chance = random.Random(9)
    stories = [article.text for article in documents(120, seed=3)]
    sites = [(f"https://{name}.example", f"{name.title()} Post") for name in ("gull", "tern", "auk")]
    rows = []
    for number, story in enumerate(stories):
        site, publisher = sites[chance.choice([0, 0, 1, 1, 2])]
        paragraphs = story.split("\n")
        text = "\n".join([f"{publisher} | News | {number} comments", *paragraphs, "Read more on the harbour"])
        text = text.replace("the", "th\u0435", 1) if number % 9 == 0 else text
        text += "\n<p>Follow us&nbsp;on the ferry</p>" if number % 7 == 0 else ""
        known = {
            "url": f"{site}/{number}",
            "publisher": publisher,
            "relevance": 0.1 if number % 20 == 3 else 0.9,
        }
        rows.append({"id": f"{number}", "text": text, "title": paragraphs[0][:60], **known})
        if number % 5 == 0:  # elsewhere, and there told on a day later
            longer = "\n".join([*paragraphs, "It was told on.", chance.choice(stories).split("\n")[-1]])
            when = f"2031-03-{1 + number % 28:02}T08:00:00Z"
            rows[-1]["published"] = when
            rows.append({"id": f"{number}-b", "text": longer, "published": when.replace("03-", "04-")})
    rows += [{**row, "text": row["text"] + "\r\nLater on."} for row in rows[:4]]  # one address twice
    rows += [{"id": "stub", "text": "Stub"}, {"id": "empty", "text": ""}, {"id": "nul", "text": "a\x00b"}]
    rows += [{"id": "endless", "text": "word " * 5000}]
    chance.shuffle(rows)
    path = tmp_path_factory.mktemp("dirty") / "articles.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows) + "no JSON\n")
    return path


OWN_SETTINGS = """
[quality]
most_characters = 20000
[corpus]
least_relevance = 0.5
"""


def cleaned(dirty: Path, folder: Path, *options: str) -> dict[str, bytes]:
    """What `dedupe clean` writes, without and with a reviewer's decisions and the corpus's own settings."""
    corpus = folder / "corpus"
    assert main(["clean", str(dirty), "-o", str(corpus), *options]) == 0
    first = files_of(corpus)
    (corpus / "seedbed.toml").write_text(OWN_SETTINGS)
    assert main(["leave-out", str(corpus), "001", "--because", "An advertisement."]) == 0
    assert main(["clean", str(dirty), "-o", str(corpus), *options]) == 0
    return {**{f"first/{name}": data for name, data in first.items()}, **files_of(corpus)}


def files_of(corpus: Path) -> dict[str, bytes]:
    """Bytes by name."""
    return {path.name: path.read_bytes() for path in corpus.iterdir() if not path.name.startswith(".")}


def test_a_cluster_cleans_to_the_bytes_of_one_machine(session: Any, dirty: Path, tmp_path: Path) -> None:
    """Corpus, manifest, what was left out and why, relations, findings and the report, byte for byte."""
    local = cleaned(dirty, tmp_path / "local")

    spark = cleaned(dirty, tmp_path / "spark", "--engine", "spark")

    reasons = {json.loads(line)["reason"] for line in local["removed.jsonl"].splitlines()}
    told = {"repeated_on_site", "same_address", "enormous_file", "off_topic", "left_out", "repaired"}
    assert told | {"near_duplicate"} <= reasons
    assert {name for name in local if local[name] != spark.get(name)} == set()
    assert set(spark) == set(local)


def test_spark_submit_takes_the_place_of_the_command(dirty: Path, tmp_path: Path) -> None:
    """As clusters are used: its master and its Python, our command."""
    line = ["spark-submit", "--master", "local[2]", str(Path(dedupe.__path__[0]) / "__main__.py")]
    line += ["clean", str(dirty), "-o", str(tmp_path / "spark" / "corpus"), "--engine", "spark"]
    line[0] = str(Path(sysconfig.get_path("scripts")) / line[0])
    own = {"PYTHONPATH": str(Path(dedupe.__path__[0]).parent), "PYSPARK_PYTHON": sys.executable}
    subprocess.run(line, check=True, env=os.environ | own | {"SPARK_LOCAL_IP": "127.0.0.1"}, timeout=300)

    assert main(["clean", str(dirty), "-o", str(tmp_path / "local" / "corpus")]) == 0
    assert files_of(tmp_path / "spark" / "corpus") == files_of(tmp_path / "local" / "corpus")


def test_what_stands_in_another_corpus_is_left_out_on_a_cluster_too(
    session: Any, dirty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workers read the other corpus, wherever they run; it is named as the command names it."""
    monkeypatch.chdir(tmp_path)
    rows = dirty.read_text().splitlines(keepends=True)
    Path("some.jsonl").write_text("".join(rows[::3]))
    assert main(["clean", "some.jsonl", "-o", "there"]) == 0
    twice = ["--against", str(tmp_path / "there"), "--against", "there"]

    for engine in ("local", "spark"):
        assert main(["clean", str(dirty), "-o", f"{engine}/corpus", "--engine", engine, *twice]) == 0

    spark, local = files_of(Path("spark/corpus")), files_of(Path("local/corpus"))
    assert b'"representative":"other:there/' in local["removed.jsonl"]
    assert {name for name in local if local[name] != spark.get(name)} == set()


@pytest.mark.parametrize("asked", ["parts of a [week]", "parts of a ?week?/*"])
def test_a_folder_of_files_comes_in_the_order_of_their_names(
    session: Any, dirty: Path, tmp_path: Path, asked: str
) -> None:
    """A small file before a large one, Parquet among JSONL, by path or by an address that only Spark reads."""
    import pyarrow as pa
    from pyarrow import parquet

    folder = tmp_path / "parts of a [week]"
    folder.mkdir()
    rows = dirty.read_bytes().splitlines(keepends=True)
    (folder / "b.jsonl").write_bytes(b"".join(rows[:2]))
    (folder / "c.parquet").touch()
    known = [json.loads(row) for row in rows[2:30]]
    columns = {
        name: [row.get(name) for row in known] for name in ("id", "text", "url", "publisher", "published")
    }
    parquet.write_table(pa.table(columns), folder / "c.parquet")
    (folder / "d.jsonl.gz").write_bytes(gzip.compress(b"".join(rows[30:])))
    (folder / "_SUCCESS").touch()
    assert main(["clean", str(folder), "-o", str(tmp_path / "local" / "corpus")]) == 0

    place = f"file://{tmp_path}/{asked}" if "*" in asked else str(folder)
    assert main(["clean", place, "-o", str(tmp_path / "spark" / "corpus"), "--engine", "spark"]) == 0

    spark, local = files_of(tmp_path / "spark" / "corpus"), files_of(tmp_path / "local" / "corpus")
    assert {name for name in local if local[name] != spark.get(name)} == set()


def _seeds(folder: Path, rows: list[bytes]) -> None:
    known = folder.with_suffix(".jsonl")
    known.write_bytes(b"".join(rows))
    assert main(["clean", str(known), "-o", str(folder)]) == 0


def _packed(folder: Path, rows: list[bytes]) -> None:
    folder.mkdir()
    (folder / "a.jsonl.zst").write_bytes(zstd.compress(b"".join(rows[:20])))
    (folder / "b.ndjson.gz").write_bytes(gzip.compress(b"".join(rows[20:])))


def _tables(folder: Path, rows: list[bytes]) -> None:
    """Times of each kind, two of which Spark does not know, and a column whose name differs by its case."""
    import pyarrow as pa
    from pyarrow import parquet

    folder.mkdir()
    kinds = [pa.timestamp("ns"), pa.timestamp("ns", "UTC"), pa.timestamp("us", "Europe/Kyiv"), pa.date32()]
    for number, kind in enumerate(kinds):
        known = [json.loads(row) for row in rows[number::4] if row.startswith(b"{")]
        columns = {name: [row.get(name) for row in known] for name in ("id", "text", "url", "publisher")}
        when = pa.array([datetime(2031, 3, 1 + place % 28, 22, 30, 5) for place in range(len(known))])
        columns |= {"published": when.cast(kind, safe=False), "Text": columns["id"]}
        parquet.write_table(pa.table(columns), folder / f"{number}.parquet")


def _tree(folder: Path, rows: list[bytes]) -> None:
    """Folders whose order is another one letter by letter, and what holds no records beside them."""
    for number, name in enumerate(("z.jsonl", "a-b/c.jsonl", "a/c.jsonl")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"".join(rows[number::3]))
    for name in ("README.md", "pages.warc.gz", "_SUCCESS"):
        (folder / name).write_text("no records")


@pytest.mark.parametrize("made", [_seeds, _packed, _tables, _tree])
def test_every_kind_of_input_gives_the_bytes_of_one_machine(
    session: Any, dirty: Path, tmp_path: Path, made: Callable[[Path, list[bytes]], None]
) -> None:
    """Whoever reads it, and in whatever order and types."""
    made(tmp_path / "in", dirty.read_bytes().splitlines(keepends=True)[:60])
    local, spark = tmp_path / "local" / "corpus", tmp_path / "spark" / "corpus"
    assert main(["clean", str(tmp_path / "in"), "-o", str(local)]) == 0

    place = f"file://{tmp_path}/in" if made is _tree else str(tmp_path / "in")
    assert main(["clean", place, "-o", str(spark), "--engine", "spark"]) == 0

    assert files_of(spark) == files_of(local)


def test_several_inputs_give_the_bytes_of_one(session: Any, dirty: Path, tmp_path: Path) -> None:
    """Articles that were added to a corpus's own are read behind them, on either engine."""
    rows = dirty.read_bytes().splitlines(keepends=True)[:60]
    for name, some in (("all", rows), ("old", rows[:40]), ("new", rows[40:])):
        (tmp_path / f"{name}.jsonl").write_bytes(b"".join(some))
    whole = tmp_path / "whole" / "corpus"
    assert main(["clean", str(tmp_path / "all.jsonl"), "-o", str(whole)]) == 0

    for engine in ("local", "spark"):
        corpus = tmp_path / engine / "corpus"
        both = [str(tmp_path / "old.jsonl"), str(tmp_path / "new.jsonl")]
        assert main(["clean", *both, "-o", str(corpus), "--engine", engine]) == 0
        assert files_of(corpus) == files_of(whole), engine


def test_what_spark_cannot_read_is_named(
    session: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files that are not there, are damaged or hold no records, and a file system that Spark does not know."""
    (tmp_path / "torn a.jsonl.gz").write_bytes(gzip.compress(b'{"id": "a", "text": "A."}\n' * 9)[:-9])
    (tmp_path / "bad.parquet").write_bytes(b"no table")
    (tmp_path / "empty.parquet").touch()
    for name in ("seeds/000_0123456789abcdef.txt", "pages/a.warc.gz", "others/a.csv", "packed/a.jsonl.zst"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("no records")
    here = f"file://{tmp_path}"

    for place, said in {
        f"{here}/none": "/none: Spark cannot read it: .*PATH_NOT_FOUND",
        "nowhere://news/a.jsonl": "nowhere://news/a.jsonl: Spark cannot read it: .*No FileSystem for scheme",
        f"{here}/torn a.jsonl.gz": "torn a.jsonl.gz: cannot be read to its end: .*Fetch or make it again",
        str(tmp_path / "bad.parquet"): "bad.parquet: cannot be read",
        str(tmp_path / "empty.parquet"): "empty.parquet: cannot be read as Parquet",
        f"{here}/seeds": "/seeds: holds seeds, .* give its path",
        f"{here}/pages": "a.warc.gz: holds web pages, .*scrapy crawl archive",
        f"{here}/others": "/others: Spark finds no .jsonl",
        f"{here}/packed": "a.jsonl.zst: Spark does not unpack it there",
    }.items():
        assert main(["clean", place, "-o", str(tmp_path / "corpus"), "--engine", "spark"]) == 2
        assert re.search(said, capsys.readouterr().err), place


def test_a_line_of_another_manifest_that_cannot_be_read_is_named(
    session: Any, dirty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A worker finds it, and the command says what it found."""
    there = tmp_path / "the other {corpus}"
    assert main(["clean", str(dirty), "-o", str(there)]) == 0
    with (there / "manifest.jsonl").open("a") as manifest:
        manifest.write('{"file": "torn')
    capsys.readouterr()

    options = ["--against", str(there), "--engine", "spark"]
    assert main(["clean", str(dirty), "-o", str(tmp_path / "corpus"), *options]) == 2

    assert f"{there / 'manifest.jsonl'}: a line cannot be read" in capsys.readouterr().err


def test_an_input_of_nothing_wanted_makes_an_empty_corpus(session: Any, tmp_path: Path) -> None:
    """As on one machine: every document is left out with its reason."""
    path = tmp_path / "few.jsonl"
    path.write_text(json.dumps({"id": "stub", "text": ""}) + "\n")

    for engine in ("local", "spark"):
        assert main(["clean", str(path), "-o", str(tmp_path / engine / "corpus"), "--engine", engine]) == 0

    assert files_of(tmp_path / "spark" / "corpus") == files_of(tmp_path / "local" / "corpus")


finds_processes = pytest.mark.skipif(sys.platform != "linux", reason="finds what to kill under /proc")


@finds_processes
def test_a_killed_worker_and_a_killed_executor_change_nothing(
    session: Any, corpus: Path, tmp_path: Path
) -> None:
    """What a dead process held is worked out again by another."""
    with killing(session) as killed:
        spark = duplicates(corpus, tmp_path / "spark", "--engine", "spark")

    assert killed == KILLED
    assert spark == duplicates(corpus, tmp_path / "local")


@finds_processes
def test_a_cleaning_outlives_them_too(session: Any, dirty: Path, tmp_path: Path) -> None:
    """Documents that were mended and cut on a dead executor are mended and cut again, with the same outcome."""
    for engine in ("local", "spark"):
        with killing(session) if engine == "spark" else nullcontext(KILLED) as killed:
            out = tmp_path / engine / "corpus"
            assert main(["clean", str(dirty), "-o", str(out), "--engine", engine]) == 0

    assert killed == KILLED
    assert files_of(tmp_path / "spark" / "corpus") == files_of(tmp_path / "local" / "corpus")


KILLED = ["pyspark.daemon", "CoarseGrainedExecutorBackend"]


@contextmanager
def killing(session: Any) -> Iterator[list[str]]:
    """Kill a Python worker and an executor while this is open; what was killed."""
    java = session.sparkContext._gateway.proc.pid
    killed: list[str] = []
    over = threading.Event()

    def kill() -> None:
        for name in KILLED:
            time.sleep(1)
            while not over.is_set() and not (there := _started_by(java, name)):
                time.sleep(0.05)
            if over.is_set():
                return
            os.kill(max(there), signal.SIGKILL)
            killed.append(name)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield killed
    finally:
        over.set()
        killer.join()


def _started_by(ancestor: int, name: str) -> list[int]:
    """Processes of this name that a process started, or its children did."""
    above: dict[int, int] = {}
    named: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                above[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if name in (entry / "cmdline").read_text():
                    named.append(int(entry.name))
            except OSError:  # ended meanwhile
                continue

    def is_below(pid: int) -> bool:
        while pid in above and pid != ancestor:
            pid = above[pid]
        return pid == ancestor

    return [pid for pid in named if is_below(pid)]


# ------------------------------------------------------------------------------------------ components

CHAIN = np.stack([np.arange(LARGEST - 1), np.arange(1, LARGEST)], axis=1)
SHAPES = {
    "chain": CHAIN,
    "chain in any order": np.random.default_rng(1).permutation(LARGEST)[CHAIN],
    "star around the least": np.stack([np.zeros(LARGEST - 1, int), np.arange(1, LARGEST)], axis=1),
    "star around the greatest": np.stack([np.full(LARGEST - 1, LARGEST), np.arange(LARGEST - 1)], axis=1),
    "giant": np.random.default_rng(2).integers(0, LARGEST, (4 * LARGEST, 2)),
    "many small ones": np.random.default_rng(3).integers(0, LARGEST, (LARGEST // 3, 2)),
    "none": np.empty((0, 2), int),
}


@pytest.mark.parametrize("parts", [1, 7])
@pytest.mark.parametrize("edges", SHAPES.values(), ids=SHAPES)
def test_components_are_named_by_their_least_number_after_few_rounds(edges: Any, parts: int) -> None:
    """Rounds grow with the logarithm of the edges, on chains as on stars."""
    packed = np.empty(len(edges), components.EDGE)
    packed["a"], packed["b"] = edges[:, 0], edges[:, 1]
    step = partial(_everywhere, parts=parts)

    held = step(components._contracted, routed(Kind.PAIR, part_of(packed["a"], parts), packed))
    before, rounds = None, 0
    while (now := sorted(edges_of(b"".join(gathered(held).values()))[0].tolist())) != before or rounds < 2:
        before, rounds = now, rounds + 1
        held = step(components._small_star, step(components._large_star, held))
    a, b = edges_of(b"".join(gathered(held).values()))

    labels = connected(edges, LARGEST + 1)
    assert {(x, y) for x, y in zip(a.tolist(), b.tolist(), strict=True) if x > y} == {
        (number, label) for number, label in enumerate(labels.tolist()) if number != label
    }
    assert rounds <= np.log2(LARGEST) + 2


def _everywhere(function: Callable[..., Rows], batches: Rows, parts: int) -> list[Any]:
    """A step of the engine with its rows moved as Spark moves them."""
    moved = defaultdict[int, list[Any]](list)
    for batch in batches:
        for place, part in enumerate(batch.column(1).to_pylist()):
            moved[part].append(batch.slice(place, 1))
    return [found for part in sorted(moved) for found in function(moved[part], parts=parts)]


def test_spark_moves_the_components_too(session: Any) -> None:
    """The same rounds in the engine: all shapes at once, each among numbers of its own."""
    edges = np.concatenate([each + place * 2 * LARGEST for place, each in enumerate(SHAPES.values())])
    packed = np.empty(len(edges), components.EDGE)
    packed["a"], packed["b"] = edges[:, 0], edges[:, 1]
    rows = [(int(Kind.PAIR), 0, bytearray(piece.tobytes()), 0, 0) for piece in np.array_split(packed, 5)]

    found = components.stars(session.createDataFrame(rows, components.PACKED), 4).collect()

    a, b = edges_of(b"".join(bytes(row.packed) for row in found))
    labels = connected(edges, int(edges.max()) + 1)
    assert {(x, y) for x, y in zip(a.tolist(), b.tolist(), strict=True) if x > y} == {
        (number, label) for number, label in enumerate(labels.tolist()) if number != label
    }
