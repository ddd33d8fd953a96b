"""Records as a Parquet table, a batch of rows at a time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from dedupe.files import written_whole

__all__ = ["write_table"]

ROWS_A_BATCH = 1024  # some megabytes where rows hold texts


def write_table(path: Path, records: Iterable[BaseModel], model: type[BaseModel]) -> None:
    """Write one row a record; errors as `dedupe.files.written_whole`.

    Raises:
        ImportError: pyarrow is not installed; nothing was written.
    """
    import pyarrow
    from pyarrow import parquet

    texts = pyarrow.list_(pyarrow.string())
    types: dict[str, Any] = {
        "authors": texts,
        "findings": texts,
        "rights": texts,
        "published": pyarrow.timestamp("us", "UTC"),
        "relevance": pyarrow.float64(),
    }
    schema = pyarrow.schema([(name, types.get(name, pyarrow.string())) for name in model.model_fields])
    rows = iter(records)
    with written_whole(path) as file, parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while batch := [row.model_dump() for row in islice(rows, ROWS_A_BATCH)]:
            writer.write_table(pyarrow.Table.from_pylist(batch, schema))
