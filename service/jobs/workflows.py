"""What DBOS keeps running: a workflow for each chunk of a job.

DBOS knows of a workflow its name and its arguments (the id of the job and the number of the chunk), never a document.
After a crash it runs again what had not ended. A chunk has one step, the transaction that puts its results into the
place of its documents; DBOS notes in the same transaction that the step is done, so that it is done once. Annotating
comes before it and does no harm if it happens twice.
"""

import asyncio
import concurrent.futures
import contextlib
import logging
import time
from typing import Literal

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID, SQLAlchemyDatasource

from service.jobs import database, progress
from service.jobs.annotator import Annotator
from service.jobs.model import Chunk, Result
from service.settings.jobs import JobSettings

VERSION = "1"
"""Of the workflow. Raise it when its steps change: what was begun in another version is not gone on with."""
IsolationLevel = Literal["SERIALIZABLE", "READ COMMITTED"]
_QUEUE = "mubiao-chunks"
_POLL = 0.5
"""Seconds between two looks into the queue."""


class Workflows:
    """DBOS in this process, where there can be only one; ``executor`` is its name there. All methods block."""

    def __init__(
        self,
        engine: sa.Engine,
        executor: str,
        annotator: Annotator,
        settings: JobSettings,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._engine = engine
        self._annotator = annotator
        self._loop = loop
        self._running: dict[concurrent.futures.Future[list[Result]], str] = {}
        self._stopping = False
        _log_like_the_service()
        address = database.url(settings)
        serializer = DBOSPortableJSONSerializer()  # by itself DBOS would pickle
        config: DBOSConfig = {
            "name": "mubiao",
            "system_database_url": address,
            "system_database_engine": engine,
            "application_version": VERSION,
            "executor_id": executor,
            "log_level": "WARNING",
            "serializer": serializer,
        }
        DBOS(config=config)
        try:
            self._datasource = SQLAlchemyDatasource.create(address, engine=engine, serializer=serializer)

            @DBOS.workflow(name="chunk", max_recovery_attempts=None)
            def chunk(job: str, number: int) -> None:
                self._run(job, number)

            self._workflow = chunk
            DBOS.launch()
            DBOS.register_queue(
                _QUEUE, worker_concurrency=settings.chunks, polling_interval_sec=_POLL, on_conflict="always_update"
            )
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End DBOS. What runs is given up; it will be begun again."""
        self.interrupt()
        DBOS.destroy(destroy_registry=True)

    def enqueue(self, job: str) -> None:
        """Let what is unfinished of a job be worked on; what is enqueued already is not doubled."""
        for number, workflow in progress.unfinished(self._engine, job):
            # The first chunks of each job come before later ones of others: a short job need not wait for a long one.
            if self._stopping:
                return
            with SetWorkflowID(f"{job}.{number}.{workflow}"), SetEnqueueOptions(priority=number + 1):
                DBOS.enqueue_workflow(_QUEUE, self._workflow, job, number)
        progress.enqueued(self._engine, job)

    def interrupt(self, job: str | None = None) -> None:
        """Stop to annotate for a job that is cancelled; for all, and for good, if none is named."""
        if job is None:
            self._stopping = True
        for future, running in list(self._running.items()):
            if job in (None, running):
                future.cancel()

    def forget(self, job: str) -> bool:
        """Drop what DBOS knows of a job that is cancelled or erased; False if some of it is still running."""
        waiting = DBOS.list_workflows(workflow_id_prefix=f"{job}.", status="ENQUEUED", load_input=False)
        if waiting:
            DBOS.cancel_workflows([workflow.workflow_id for workflow in waiting])
        known = DBOS.list_workflows(workflow_id_prefix=f"{job}.", load_input=False)
        ended = [workflow.workflow_id for workflow in known if workflow.status not in ("PENDING", "ENQUEUED")]
        if ended:
            DBOS.delete_workflows(ended)
        return len(ended) == len(known)

    def executors(self) -> set[str]:
        """Who works on chunks, as far as DBOS knows: it does not notice their deaths."""
        running = DBOS.list_workflows(status="PENDING", queue_name=_QUEUE, load_input=False)
        return {workflow.executor_id for workflow in running if workflow.executor_id}

    def take_over(self, executor: str) -> None:
        """Give the work of one that has died to whoever is alive."""
        left = DBOS.list_workflows(status="PENDING", queue_name=_QUEUE, executor_id=executor, load_input=False)
        if left:
            DBOS.resume_workflows([workflow.workflow_id for workflow in left], queue_name=_QUEUE)

    def begin_anew(self) -> None:
        """Let other workflows do what some have failed at, such as when the disk was full."""
        for failed in DBOS.list_workflows(status="ERROR", queue_name=_QUEUE, load_input=False):
            job, number, workflow = failed.workflow_id.split(".")
            progress.replace_workflow(self._engine, job, int(number), int(workflow))
            DBOS.delete_workflow(failed.workflow_id)

    def _run(self, job: str, number: int) -> None:
        started = time.time()
        chunk = progress.begin(self._engine, job, number)
        try:
            self._finish(job, number, self._annotate(job, chunk) if chunk else [], started)
        except BaseException:
            # Only the death of the process counts as an attempt.
            with contextlib.suppress(sa.exc.SQLAlchemyError):
                progress.spare(self._engine, job, number)
            raise

    def _finish(self, job: str, number: int, results: list[Result], started: float) -> None:
        # Also if there is nothing to save: a workflow that runs again must take the same steps.
        def save() -> None:
            progress.save(self._datasource.sql_session().connection(), job, number, results, started)

        level: IsolationLevel = "SERIALIZABLE" if self._engine.dialect.name == "sqlite" else "READ COMMITTED"
        self._datasource.run_tx_step({"name": "save", "isolation_level": level}, save)

    def _annotate(self, job: str, chunk: Chunk) -> list[Result]:
        """The results; none if the job is interrupted, which it is only when none are wanted any more."""
        future = asyncio.run_coroutine_threadsafe(self._annotator.annotate(chunk), self._loop)
        self._running[future] = job
        try:
            if self._stopping:
                future.cancel()
            return future.result()
        except concurrent.futures.CancelledError:
            if self._stopping:
                raise _Interrupted from None
            return []
        finally:
            del self._running[future]


class _Interrupted(BaseException):
    """The service stops. No Exception, since DBOS would take that for the end of the workflow."""


def _log_like_the_service() -> None:
    """Let what DBOS logs go where all logs go; it sees to its own place unless there is a handler."""
    log = logging.getLogger("dbos")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
