"""Parquet files: rows to read, and results to write. What needs pyarrow is here and nowhere else."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
from pyarrow import parquet

from service.errors import UnreadableFile
from service.grouping import grouped

_ROWS = 256
"""Rows that are in memory at once."""
_GROUP, _GROUP_BYTES = 4096, 4_000_000
"""Rows of a row group that is written, and bytes of them as JSON; both at most."""
_ENTITY = pa.struct(
    [
        ("id", pa.string()),
        ("label", pa.string()),
        ("text", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("confidence", pa.float64()),
        ("value", pa.string()),
    ]
)
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("length", pa.int64()),
        ("entities", pa.list_(_ENTITY)),
        ("records", pa.string()),
        ("error", pa.string()),
    ]
)
"""The columns that are written: an answer's, records and error as JSON. text is null unless the answer has it."""


def count(path: Path) -> int:
    """The number of rows. Raises UnreadableFile for what is no table with a column of texts."""
    return int(_open(path).metadata.num_rows)


def rows(path: Path, columns: Sequence[str], skip: int) -> Iterator[dict[str, Any]]:
    """The rows after the first ``skip``, with those of ``columns`` that there are. Raises UnreadableFile."""
    with _open(path) as table:
        first, groups = 0, list(range(table.num_row_groups))
        while groups and first + (length := table.metadata.row_group(groups[0]).num_rows) <= skip:
            first += length
            del groups[0]
        present = [column for column in columns if column in table.schema_arrow.names]
        for batch in table.iter_batches(_ROWS, row_groups=groups, columns=present):
            yield from batch.slice(max(skip - first, 0)).to_pylist()
            first += len(batch)


def write(lines: Iterable[bytes], path: Path) -> None:
    """Write answers and errors, each a line of JSON, as rows of SCHEMA."""
    with parquet.ParquetWriter(path, SCHEMA, compression="zstd") as file:
        for group in grouped(lines, len, _GROUP_BYTES, _GROUP):
            file.write_table(pa.Table.from_pylist([_row(line) for line in group], schema=SCHEMA))


def _row(line: bytes) -> dict[str, Any]:
    answer = orjson.loads(line)
    plain = {name: answer.get(name) for name in ("id", "length", "entities")}
    parts = {name: orjson.dumps(answer[name]).decode() for name in ("records", "error") if name in answer}
    return plain | parts | {"text": answer.get("document", {}).get("text")}


def _open(path: Path) -> parquet.ParquetFile:
    try:
        # Without it a whole row group is read ahead.
        table = parquet.ParquetFile(path, pre_buffer=False)
    except (pa.ArrowException, ValueError):
        raise UnreadableFile(f"{path}: must be a Parquet file") from None
    if "text" not in table.schema_arrow.names:
        raise UnreadableFile(f"{path}: must have a column text")
    return table
