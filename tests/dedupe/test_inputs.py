"""Articles come in from JSONL, Parquet and folders; a bad record stops nothing else."""

from __future__ import annotations

import gzip
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dedupe.errors import InputFormatError
from dedupe.inputs import read_articles

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
