"""How a job goes on, chunk by chunk. All functions block."""

import time
from collections.abc import Sequence

import sqlalchemy as sa

from service.jobs.model import ACTIVE, Chunk, Document, Kind, Result, State
from service.jobs.tables import chunks, documents, jobs, results


def begin(engine: sa.Engine, job: str, number: int) -> Chunk | None:
    """The chunk, and that it is begun once more; None if nothing is to be done about it (any more)."""
    unfinished = sa.and_(chunks.c.job == job, chunks.c.number == number, chunks.c.finished.is_(None))
    with engine.begin() as connection:
        connection.execute(
            jobs.update()
            .where(jobs.c.id == job, jobs.c.state == State.QUEUED)
            .values(state=State.RUNNING, started=time.time())
        )
        options = connection.execute(
            sa.select(jobs.c.options).where(jobs.c.id == job, jobs.c.state.in_(ACTIVE))
        ).scalar_one_or_none()
        if options is None:
            return None
        connection.execute(chunks.update().where(unfinished).values(begun=chunks.c.begun + 1))
        attempt = connection.execute(sa.select(chunks.c.begun).where(unfinished)).scalar_one_or_none()
        if attempt is None:
            return None
        query = sa.select(documents.c.position, documents.c.kind, documents.c.name, documents.c.content)
        query = query.where(documents.c.job == job, documents.c.chunk == number).order_by(documents.c.position)
        found = [Document(row.position, Kind(row.kind), row.name, row.content) for row in connection.execute(query)]
    return Chunk(attempt, options, found)


def spare(engine: sa.Engine, job: str, number: int) -> None:
    """Let the last time that a chunk was begun not count."""
    mine = sa.and_(chunks.c.job == job, chunks.c.number == number, chunks.c.begun > 0)
    with engine.begin() as connection:
        connection.execute(chunks.update().where(mine).values(begun=chunks.c.begun - 1))


def save(connection: sa.Connection, job: str, number: int, found: Sequence[Result], started: float) -> None:
    """Put results in the place of a chunk's documents, and end the job with its last one; in the caller's transaction.

    Does nothing if the chunk is finished already, or if the job is no more.
    """
    now = time.time()
    # Also locks the job, so that of two processes that save its last two chunks one comes after the other.
    alive = connection.execute(
        jobs.update().where(jobs.c.id == job, jobs.c.state.in_(ACTIVE)).values(state=State.RUNNING)
    )
    if not alive.rowcount:
        return
    finished = connection.execute(
        chunks.update()
        .where(chunks.c.job == job, chunks.c.number == number, chunks.c.finished.is_(None))
        .values(finished=now, started=started, failed=sum(result.failed for result in found))
    )
    if not finished.rowcount:
        return
    rows = [{"job": job, "position": r.position, "failed": r.failed, "answer": r.answer} for r in found]
    connection.execute(results.insert(), rows)
    connection.execute(documents.delete().where(documents.c.job == job, documents.c.chunk == number))
    left = sa.select(chunks.c.number).where(chunks.c.job == job, chunks.c.finished.is_(None)).exists()
    connection.execute(jobs.update().where(jobs.c.id == job, ~left).values(state=State.DONE, finished=now))


def to_enqueue(engine: sa.Engine, seat: str) -> list[str]:
    """The jobs whose chunks a seat has not all enqueued yet."""
    query = sa.select(jobs.c.id).where(jobs.c.state.in_(ACTIVE), ~jobs.c.enqueued, jobs.c.seat == seat)
    with engine.connect() as connection:
        return list(connection.execute(query.order_by(jobs.c.created)).scalars())


def seats(engine: sa.Engine) -> set[str]:
    """The seats that jobs wait for to be received and enqueued."""
    receiving = jobs.c.state == State.RECEIVING
    query = sa.select(jobs.c.seat).where(sa.or_(receiving, sa.and_(jobs.c.state.in_(ACTIVE), ~jobs.c.enqueued)))
    with engine.connect() as connection:
        return set(connection.execute(query.distinct()).scalars())


def unfinished(engine: sa.Engine, job: str) -> list[tuple[int, int]]:
    """The chunks of a job that are to be done: number, and which workflow is to do it."""
    query = (
        sa.select(chunks.c.number, chunks.c.workflow)
        .join(jobs, jobs.c.id == chunks.c.job)
        .where(jobs.c.id == job, jobs.c.state.in_(ACTIVE), chunks.c.finished.is_(None))
        .order_by(chunks.c.number)
    )
    with engine.connect() as connection:
        return [(row.number, row.workflow) for row in connection.execute(query)]


def enqueued(engine: sa.Engine, job: str) -> None:
    """Note that all chunks of a job are enqueued."""
    with engine.begin() as connection:
        connection.execute(jobs.update().where(jobs.c.id == job).values(enqueued=True))


def replace_workflow(engine: sa.Engine, job: str, number: int, workflow: int) -> None:
    """Let another workflow finish the chunk, if it is still ``workflow`` that should."""
    mine = sa.and_(chunks.c.job == job, chunks.c.number == number, chunks.c.workflow == workflow)
    with engine.begin() as connection:
        connection.execute(chunks.update().where(mine).values(workflow=workflow + 1))
        connection.execute(jobs.update().where(jobs.c.id == job).values(enqueued=False))
