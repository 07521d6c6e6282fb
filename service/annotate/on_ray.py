"""Annotators on a Ray cluster. What needs Ray is here and nowhere else.

Documents are read on this machine, in order, and flow as blocks to actors on any; results come back in the same order. The
other machines need mubiao and its model, but not the files. Ray starts a killed actor again, and annotates the block it
had again.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
import ray
from ray.data import ActorPoolStrategy, DataContext, Datasource, ReadTask
from ray.data.block import BlockMetadata

from service.annotate.annotator import Annotator
from service.annotate.model import Document, Kind, Result, Setup

_BYTES = 60_000
"""Bytes of a block, about: what an actor annotates at a time."""
_BLOCK = 50
"""Documents that the reader puts into a block at most."""
_INPUT = pa.schema([("place", pa.string()), ("kind", pa.string()), ("content", pa.binary())])
_OUTPUT = pa.schema([("failed", pa.bool_()), ("line", pa.binary())])


def run(read: Callable[[], Iterable[Document]], setup: Setup, workers: int | None) -> Iterator[list[Result]]:
    """The results of the documents, in order, some at a time, from ``workers`` actors of a CPU each (default: all CPUs).

    The cluster is that of RAY_ADDRESS, else one that runs on this machine, else one that is started for the run.
    ``read`` is called on this machine, but in another process.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray.init(include_dashboard=False, log_to_driver=False, logging_level="WARNING", ignore_reinit_error=True)
    context = DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    context.target_max_block_size = _BYTES
    actors = workers or int(ray.cluster_resources()["CPU"])
    results = ray.data.read_datasource(_Documents(read), override_num_blocks=1, num_cpus=0).map_batches(
        _Actor,
        fn_constructor_args=(replace(setup, threads=setup.threads or 1),),
        compute=ActorPoolStrategy(size=actors),
        batch_size=None,
        batch_format="pyarrow",
        num_cpus=1,
    )
    for batch in results.iter_batches(batch_size=None, batch_format="pyarrow"):
        yield [Result(row["failed"], row["line"]) for row in batch.to_pylist()]


class _Actor:
    def __init__(self, setup: Setup) -> None:
        self._annotator = Annotator(setup)

    def __call__(self, block: pa.Table) -> pa.Table:
        documents = [Document(row["place"], Kind(row["kind"]), row["content"]) for row in block.to_pylist()]
        results = self._annotator.annotate(documents)
        return pa.Table.from_pylist([{"failed": r.failed, "line": r.line} for r in results], schema=_OUTPUT)


class _Documents(Datasource):  # type: ignore[misc]
    """The documents, read by one task on this machine."""

    def __init__(self, read: Callable[[], Iterable[Document]]) -> None:
        super().__init__()
        self._read = read

    @property
    def supports_distributed_reads(self) -> bool:
        return False

    def estimate_inmemory_data_size(self) -> int | None:
        return None

    def get_read_tasks(self, parallelism: int, *args: Any, **options: Any) -> list[ReadTask]:
        read = self._read
        metadata = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
        return [ReadTask(lambda: _blocks(read()), metadata, schema=_INPUT)]


def _blocks(documents: Iterable[Document]) -> Iterator[pa.Table]:
    rows: list[dict[str, Any]] = []
    size = 0
    for document in documents:
        if rows and (len(rows) == _BLOCK or size + len(document.content) > _BYTES):
            yield pa.Table.from_pylist(rows, schema=_INPUT)
            rows, size = [], 0
        rows.append({"place": document.place, "kind": document.kind.value, "content": document.content})
        size += len(document.content)
    yield pa.Table.from_pylist(rows, schema=_INPUT)
