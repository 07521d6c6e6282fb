"""Annotators on a Ray cluster. What needs Ray is here and nowhere else.

Documents are read on this machine, in order, and flow as blocks to actors on any; results come back in the same order. The
other machines need mubiao and its model, but not the files. Ray starts a killed actor again, and annotates the block it
had again; there each document that kills its process twice fails, as on one machine.
"""

import contextlib
import logging
import os
import socket
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

# What Ray reads when it is imported: it reports to its makers, writes on standard error, and tries for a quarter of an hour
# to join what answers but is no cluster, unless it is told to by whoever runs this.
for _name, _value in (
    ("RAY_USAGE_STATS_ENABLED", "0"),
    ("RAY_BACKEND_LOG_LEVEL", "fatal"),
    ("RAY_NUM_REDIS_GET_RETRIES", "1"),
):
    os.environ.setdefault(_name, _value)

import ray
from ray.data import ActorPoolStrategy, DataContext, Datasource, ExecutionResources, ReadTask
from ray.data.block import BlockMetadata
from ray.exceptions import RayError

from annotations.errors import MubiaoError
from service.annotate import annotator, inputs, local
from service.annotate.model import Document, Kind, Result, Setup
from service.errors import RunError

_UNDER_WAY = 10_000_000
"""Bytes of documents and results that may be under way in the cluster for each actor."""
_HERE = "local"
"""Ray's name for a cluster that is started for the run and ends with it."""
_SECONDS = 10
"""To wait for the cluster to answer."""
_DOCUMENT = pa.struct([("place", pa.string()), ("kind", pa.string()), ("content", pa.binary())])
_RESULT = pa.struct([("failed", pa.bool_()), ("line", pa.binary())])
_INPUT = pa.schema([("documents", pa.list_(_DOCUMENT)), ("error", pa.string())])
_OUTPUT = pa.schema([("results", pa.list_(_RESULT)), ("error", pa.string())])
"""Of a row for the documents that are annotated together, and of that for their results: Ray keeps books of each. An error
says why there are no further ones: what is raised in the cluster comes back as something else."""


def run(read: Callable[[], Iterable[Document]], setup: Setup, workers: int | None) -> Iterator[list[Result]]:
    """The results of the documents, in order, some at a time, from ``workers`` actors of a CPU each (default: all CPUs).

    The cluster is that of RAY_ADDRESS, else one that is started for the run. ``read`` is called on this machine, but in
    another process. Raises RunError, also for what ``read`` and the annotators raise.
    """
    with _cluster():
        context = DataContext.get_current()
        context.execution_options.preserve_order = True
        actors = workers or int(ray.cluster_resources()["CPU"])
        limits = ExecutionResources.for_limits(object_store_memory=_UNDER_WAY * actors)
        context.execution_options.resource_limits = limits
        context.enable_progress_bars = False
        context.target_max_block_size = 1  # a row is a block
        results = ray.data.read_datasource(_Documents(read), override_num_blocks=1, num_cpus=0).map_batches(
            _Actor,
            fn_constructor_args=(replace(setup, threads=setup.threads or 1),),
            compute=ActorPoolStrategy(size=actors),
            batch_size=None,
            batch_format="pyarrow",
            num_cpus=1,
        )
        for batch in results.iter_batches(batch_size=None, batch_format="pyarrow"):
            for row in batch.to_pylist():
                if row["error"]:
                    raise RunError(row["error"])
                yield [Result(**result) for result in row["results"]]


@contextlib.contextmanager
def _cluster() -> Iterator[None]:
    """Be part of the cluster. What goes wrong there is an error of the run, told in a line."""
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module=r"ray\.")
    address = _address()
    try:
        ray.init(address=address, include_dashboard=False, log_to_driver=False, logging_level="CRITICAL")
    except (OSError, RuntimeError, ValueError, RayError) as error:
        told = "Ray cannot be started on this machine"
        if address != _HERE:
            told = f"RAY_ADDRESS: {address} cannot be joined: must be a Ray cluster with this machine, this version, this token"
        raise RunError(f"{told} ({type(error).__name__})") from None
    try:
        yield
    except RayError as error:
        raise RunError(f"Ray has given up ({type(error).__name__}); the same command goes on from here") from None
    finally:
        ray.shutdown()


def _address() -> str:
    """RAY_ADDRESS, or what says that there is none. Ray itself would wait long for a cluster that does not answer."""
    address = os.environ.get("RAY_ADDRESS") or _HERE
    if address != _HERE:
        host, _, port = address.rpartition(":")
        if "/" in host or not port.isdecimal():
            raise RunError("RAY_ADDRESS: must be HOST:PORT of a cluster that this machine is part of")
        try:
            socket.create_connection((host.strip("[]"), int(port)), _SECONDS).close()
        except (OSError, OverflowError):
            raise RunError(f"RAY_ADDRESS: no cluster answers at {address}") from None
    return address


class _Actor:
    """Annotates in the process that it is. Once that has been killed, it annotates in a process beside it."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        killed = ray.get_runtime_context().was_current_actor_reconstructed
        self._beside = local.Processes(setup, 1) if killed else None

    def __call__(self, block: pa.Table) -> pa.Table:
        return pa.Table.from_pylist([self._annotated(row) for row in block.to_pylist()], schema=_OUTPUT)

    def _annotated(self, row: dict[str, Any]) -> dict[str, Any]:
        if row["error"]:
            return {"error": row["error"]}
        part = [Document(d["place"], Kind(d["kind"]), d["content"]) for d in row["documents"]]
        try:
            results = (self._beside or annotator.load(self._setup)).annotate(part)
        except MubiaoError as error:
            return {"error": str(error)}
        return {"results": [asdict(result) for result in results]}


class _Documents(Datasource):  # type: ignore[misc]
    """The documents, read by one task on this machine, in the folder that this process is in."""

    def __init__(self, read: Callable[[], Iterable[Document]]) -> None:
        super().__init__()
        self._read = read
        self._folder = Path.cwd()

    @property
    def supports_distributed_reads(self) -> bool:
        return False

    def estimate_inmemory_data_size(self) -> int | None:
        return None

    def get_read_tasks(self, parallelism: int, *args: Any, **options: Any) -> list[ReadTask]:
        metadata = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
        return [ReadTask(self._blocks, metadata, schema=_INPUT)]

    def _blocks(self) -> Iterator[pa.Table]:
        os.chdir(self._folder)
        try:
            for part in inputs.parts(self._read()):
                yield pa.Table.from_pylist([{"documents": [asdict(document) for document in part]}], schema=_INPUT)
        except MubiaoError as error:
            yield pa.Table.from_pylist([{"error": str(error)}], schema=_INPUT)
