"""Articles come in from JSONL, Parquet and folders; a bad record stops nothing else."""

from __future__ import annotations

import gzip
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dedupe.errors import InputFormatError
from dedupe.inputs import Several, estimated_count, place_of, read_articles, records_among

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ROWS = [
    {"id": "a", "text": "One.", "published": "2031-03-01", "domain": "not ours"},
    {"id": 7, "text": "Two.", "title": "Second", "published": "2031-03-01T10:00:00+02:00"},
]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [("in.jsonl", LINES), ("in.jsonl.gz", gzip.compress(LINES)), ("in.jsonl.zst", zstd.compress(LINES))],
)
def test_jsonl_is_read_plain_and_packed(tmp_path: Path, name: str, data: bytes):
    """The name tells how a file is packed; unknown fields are ignored; numbers as ids become text."""
    (tmp_path / name).write_bytes(data)

    articles = list(read_articles(tmp_path / name))

    assert [(a.id, a.text, a.title) for a in articles] == [("a", "One.", None), ("7", "Two.", "Second")]
    assert articles[0].published == datetime(2031, 3, 1, tzinfo=UTC)


def test_parquet_is_read_like_jsonl(tmp_path: Path):
    """The same records come out of Parquet."""
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pa.table({"id": ["a", "b"], "text": ["One.", "Two."], "title": ["First", None]})
    parquet.write_table(table, tmp_path / "in.parquet")

    assert [(a.id, a.title) for a in read_articles(tmp_path / "in.parquet")] == [("a", "First"), ("b", None)]


@pytest.mark.parametrize(
    ("unit", "zone"), [("ns", None), ("ns", "UTC"), ("us", "Europe/Kyiv"), ("ms", "UTC")]
)
def test_a_time_of_parquet_is_a_moment(tmp_path: Path, unit: str, zone: str | None):
    """Parquet keeps the moment, whatever zone its writer was in; fractions below a millionth are left off."""
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    moment = datetime(2031, 3, 4, 5, 6, 7, 8000, tzinfo=UTC)
    whole = pa.array(
        [int(moment.timestamp() * 1000) * {"ms": 1, "us": 1000, "ns": 1000**2}[unit] + (unit == "ns")]
    )
    table = pa.table({"id": ["a"], "text": ["One."], "published": whole.cast(pa.timestamp(unit, zone))})
    parquet.write_table(table, tmp_path / "in.parquet")

    [article] = read_articles(tmp_path / "in.parquet")

    assert article.published is not None
    assert article.published.isoformat() == "2031-03-04T05:06:07.008000+00:00"


def test_several_inputs_are_read_in_turn(tmp_path: Path):
    """Each whole, in the order in which they are given; an empty one is told, as it is by itself."""
    for name in ("b", "a"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"id": name, "text": "One."}) + "\n")
    both = Several((tmp_path / "b.jsonl", tmp_path / "a.jsonl"))

    assert [article.id for article in read_articles(both)] == ["b", "a"]
    assert estimated_count(both) == 2
    assert estimated_count(Several((tmp_path / "b.jsonl", tmp_path))) == 3

    (tmp_path / "none.jsonl").touch()
    with pytest.raises(InputFormatError, match=r"none\.jsonl: holds no article"):
        list(read_articles(Several((tmp_path / "a.jsonl", tmp_path / "none.jsonl"))))


def test_bad_records_are_skipped_and_named(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """A torn last line, a record without text and a wrong date: each has its line in the log."""
    lines = [
        '{"id": "a", "text": "One."}',
        '{"id": "b"}',
        '{"id": "c", "text": "Three.", "published": "soon"}',
        '{"id": "d", "te',
    ]
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(lines))

    articles = list(read_articles(path))

    assert [a.id for a in articles] == ["a", "c"]
    assert "in.jsonl, line 2: skipped" in caplog.text
    assert "line 3: published left out" in caplog.text
    assert "line 4 (the last line, cut short): not JSON" in caplog.text


def test_an_archive_cut_in_half_yields_what_is_whole(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """What can be read is read; the break is named."""
    lines = "".join(json.dumps({"id": f"d{i}", "text": f"Text {i * 7919}."}) + "\n" for i in range(5000))
    packed = gzip.compress(lines.encode())
    (tmp_path / "in.jsonl.gz").write_bytes(packed[: len(packed) // 2])

    articles = list(read_articles(tmp_path / "in.jsonl.gz"))

    assert 0 < len(articles) < 5000
    assert "breaks off" in caplog.text


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("gone.jsonl", None, "no such file"),
        ("in.csv", b"id,text\n", "not known as articles"),
        ("in.jsonl", b"", "holds no article"),
        ("in.parquet", b"no parquet", "cannot be read as Parquet"),
    ],
)
def test_an_input_without_articles_is_an_error_with_the_way_out(
    tmp_path: Path, name: str, data: bytes | None, says: str
):
    """Nothing to read is never a quiet success."""
    if data is not None:
        (tmp_path / name).write_bytes(data)

    with pytest.raises(InputFormatError, match=says):
        list(read_articles(tmp_path / name))


def test_a_text_that_comes_again_is_kept_once(tmp_path: Path):
    """A million copies of one text take the memory of one."""
    path = tmp_path / "in.jsonl"
    rows = [{"id": str(number), "text": "The ferry was late. " * 20} for number in range(3)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")

    first, *others = read_articles(path)

    assert all(other.text is first.text for other in others)


def test_a_folder_of_files_is_read_in_the_order_of_their_names(tmp_path: Path):
    """Parts as Spark leaves them, partitions below each other; what begins with a dot or an underscore is none."""
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    for name in ("year=2030", "year=2031", "_temporary"):
        (tmp_path / name).mkdir()
    parquet.write_table(pa.table({"id": ["b"], "text": ["Two."]}), tmp_path / "year=2031" / "part-0.parquet")
    (tmp_path / "year=2031" / "part-1.jsonl.gz").write_bytes(
        gzip.compress(b'{"id": "c", "text": "Three."}\n')
    )
    (tmp_path / "year=2030" / "part-0.jsonl").write_text('{"id": "a", "text": "One."}\n')
    for left in ("_SUCCESS", "_temporary/part-0.jsonl", ".part-0.jsonl", "README.md"):
        (tmp_path / left).write_text('{"id": "x", "text": "No."}\n')

    assert [article.id for article in read_articles(tmp_path)] == ["a", "b", "c"]
    assert records_among(["s3a://b/a-b/1.jsonl", "s3a://b/a/2.parquet", "s3a://b/a/x.csv"]) == [
        "s3a://b/a/2.parquet",
        "s3a://b/a-b/1.jsonl",
    ]
    assert estimated_count(tmp_path) is None  # of Parquet nothing is known before it is read
    assert estimated_count(tmp_path / "year=2030") == 1


def test_files_beside_seeds_are_left_out_by_name(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """A folder with a seed is one of seeds."""
    (tmp_path / "000_0123456789abcdef.txt").write_text("A seed.\n")
    (tmp_path / "more.jsonl").write_text('{"id": "a", "text": "One."}\n')

    assert [article.id for article in read_articles(tmp_path)] == ["0123456789abcdef"]
    assert f"{tmp_path / 'more.jsonl'}: left out" in caplog.text


@pytest.mark.parametrize("asked", ["pages.warc.gz", "."])
def test_web_pages_are_refused_with_the_command_that_takes_them(tmp_path: Path, asked: str):
    """Pages become articles in the crawl, not here."""
    (tmp_path / "pages.warc.gz").write_bytes(b"WARC/1.1")

    with pytest.raises(
        InputFormatError, match=r"pages\.warc\.gz: holds web pages.*scrapy crawl archive -a warc="
    ):
        list(read_articles(tmp_path / asked))


def test_an_address_of_another_store_is_refused_without_spark():
    """One machine opens files; what only Spark reads is named as such."""
    place = place_of("s3a://news/2031/*.parquet")

    with pytest.raises(InputFormatError, match=r"s3a://news/2031/\*\.parquet: only Spark reads that"):
        list(read_articles(place))
    assert place_of("in.jsonl") == Path("in.jsonl")
