"""Writes a corpus as JSONL, as Parquet, or as a folder that the `datasets` library loads."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from dedupe.errors import CorpusFolderError, MissingExtraError, SettingsError
from dedupe.exports.card import card_of
from dedupe.exports.croissant import croissant_of
from dedupe.exports.rows import Row, rows_of
from dedupe.files import sha256_of, to_json, write_text, written_whole
from dedupe.gate import open_corpus
from dedupe.report.model import Report
from dedupe.tables import write_table

__all__ = ["export_corpus"]

CARD = "README.md"
CROISSANT = "croissant.json"
DATA = "data/train.jsonl"
# Bytes of a packed file must not say when it was made.
NO_TIME = 0


def export_corpus(folder: Path, out: Path) -> int:
    """Write the documents of a corpus that passes the gate.

    Args:
        folder: the corpus.
        out: a file that ends in .jsonl, .jsonl.gz, .jsonl.zst or .parquet, else a folder: new, empty, or
            written by an earlier export. The same corpus gives the same bytes.

    Returns:
        How many documents were written.

    Raises:
        CorpusNotCleanError: the gate does not let the corpus through.
        CorpusFolderError: `out` lies in the corpus, holds what is not ours, or cannot be written.
        MissingExtraError: Parquet was asked for and pyarrow is not installed.
        SettingsError: the name of the file ends otherwise.
    """
    if out.resolve().is_relative_to(folder.resolve()):
        raise CorpusFolderError(
            f"{out}: lies in the corpus, which it would change. Choose a place outside it."
        )
    corpus = open_corpus(folder)
    if out.name.endswith((".jsonl", ".jsonl.gz", ".jsonl.zst")):
        _write_jsonl(out, rows_of(corpus))
    elif out.suffix == ".parquet":
        _write_parquet(out, rows_of(corpus))
    elif out.is_dir() or not out.suffix or out.suffix[1:].isdigit():  # "story" and "story-1.0" are folders
        report = Report.model_validate_json((folder / "report.json").read_bytes())
        _write_folder(out, rows_of(corpus), report)
    else:
        raise SettingsError(
            f"{out}: no such form. Give a name that ends in .jsonl, .jsonl.gz, .jsonl.zst or .parquet, or a "
            f"folder."
        )
    return len(corpus)


def _write_jsonl(path: Path, rows: Iterable[Row]) -> None:
    with written_whole(path) as file, _packed(file, path) as packed:
        for row in rows:
            packed.write(row.model_dump_json().encode() + b"\n")


@contextmanager
def _packed(file: IO[bytes], path: Path) -> Iterator[IO[bytes]]:
    """The file, packed as its name says."""
    if path.suffix == ".gz":
        with gzip.GzipFile("", "wb", fileobj=file, mtime=NO_TIME) as packed:
            yield cast("IO[bytes]", packed)
    elif path.suffix == ".zst":
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
        with zstd.ZstdFile(file, "wb") as packed:
            yield cast("IO[bytes]", packed)
    else:
        yield file


def _write_parquet(path: Path, rows: Iterable[Row]) -> None:
    try:
        write_table(path, rows, Row)
    except ImportError:
        raise MissingExtraError(
            f"{path}: writing Parquet needs pyarrow: pip install 'seedbed[parquet]'"
        ) from None


def _write_folder(folder: Path, rows: Iterable[Row], report: Report) -> None:
    """Data, then the card, then the metadata that names the data's digest."""
    strangers = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).as_posix() not in (CARD, CROISSANT, DATA)
    ]
    ours = (folder / CROISSANT).is_file()
    if strangers or (folder.is_dir() and any(folder.iterdir()) and not ours):
        held = ", ".join(strangers[:3]) or CARD
        raise CorpusFolderError(
            f"{folder}: holds what no export wrote ({held}). It is left alone; choose another folder."
        )
    _write_jsonl(folder / DATA, rows)
    write_text(folder / CARD, card_of(report, DATA))
    data = folder / DATA
    write_text(folder / CROISSANT, to_json(croissant_of(report, DATA, sha256_of(data), data.stat().st_size)))
