"""What is known of jobs in the database: read, cancelled, erased. All methods block."""

import time
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from service.access.guard import EVERYONE
from service.jobs.database import tidy
from service.jobs.model import ACTIVE, ENDED, Job, Result, State
from service.jobs.tables import chunks, documents, jobs, results

_PIECE = 5_000
"""Rows that are deleted in one transaction, so that nobody waits for long."""
_RECENT = 8
"""Chunks that the rate is taken from."""


class Store:
    """The jobs in a database."""

    def __init__(self, engine: sa.Engine, retention_days: float) -> None:
        self._engine = engine
        self._retention = retention_days * 86_400

    def get(self, id: str, owner: str) -> Job | None:
        """How a job is; None if there is none, or none of that owner. To EVERYONE belong all jobs."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == id, _shown(owner))).first()
            return self._job(connection, row) if row else None

    def ended(self, id: str) -> bool:
        """Whether a job has ended, or is no more."""
        with self._engine.connect() as connection:
            state = connection.execute(sa.select(jobs.c.state).where(jobs.c.id == id)).scalar()
        return state not in ACTIVE

    def page(self, owner: str, limit: int, after: str | None) -> list[Job]:
        """An owner's newest jobs, or those that follow on the place ``after``, whether its job is still there or not."""
        query = sa.select(jobs).where(_shown(owner)).order_by(jobs.c.created.desc(), jobs.c.id.desc()).limit(limit)
        if after:
            created, _, id = after.partition("-")
            query = query.where(sa.tuple_(jobs.c.created, jobs.c.id) < sa.tuple_(float(created), id))
        with self._engine.connect() as connection:
            return [self._job(connection, row) for row in connection.execute(query).all()]

    def results(self, id: str, offset: int, limit: int) -> list[Result]:
        """The results from ``offset`` on, ``limit`` at most, up to the first document that has none yet."""
        query = (
            sa.select(results.c.position, results.c.failed, results.c.answer)
            .where(results.c.job == id, results.c.position >= offset, results.c.position < offset + limit)
            .order_by(results.c.position)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Result(*row) for place, row in enumerate(rows, start=offset) if row.position == place]

    def cancel(self, id: str) -> bool:
        """End a job before its time; False if it is not one that could be cancelled."""
        with self._engine.begin() as connection:
            found = connection.execute(
                jobs.update()
                .where(jobs.c.id == id, jobs.c.state.in_(ACTIVE))
                .values(state=State.CANCELLED, finished=time.time(), webhook=None)
            )
        return bool(found.rowcount)

    def hide_job(self, id: str) -> bool:
        """Let a job disappear, also one that is being received; False if there is none."""
        return self._hide(sa.and_(jobs.c.id == id, jobs.c.state != State.ERASING))

    def hide_received_by(self, seat: str) -> None:
        """Let what a process that has died was receiving disappear."""
        self._hide(sa.and_(jobs.c.state == State.RECEIVING, jobs.c.seat == seat))

    def hide_expired(self) -> None:
        """Let the jobs disappear that ended long enough ago."""
        self._hide(sa.and_(jobs.c.state.in_(ENDED), jobs.c.finished < time.time() - self._retention))

    def to_clear(self) -> list[tuple[str, State]]:
        """Jobs that have what nobody needs any more: id and state."""
        left = sa.select(documents.c.job).where(documents.c.job == jobs.c.id).exists()
        needless = sa.or_(jobs.c.state == State.ERASING, sa.and_(jobs.c.state == State.CANCELLED, left))
        with self._engine.connect() as connection:
            return [
                (id, State(state))
                for id, state in connection.execute(sa.select(jobs.c.id, jobs.c.state).where(needless))
            ]

    def clear(self, id: str, state: State) -> None:
        """Delete the documents of a cancelled job, and the results too of one that is to be erased."""
        self._delete(documents, id)
        if state is State.ERASING:
            self._delete(results, id)
        tidy(self._engine)

    def remove(self, id: str) -> None:
        """Delete the last that is known of a job that has been cleared."""
        with self._engine.begin() as connection:
            connection.execute(chunks.delete().where(chunks.c.job == id))
            connection.execute(jobs.delete().where(jobs.c.id == id, jobs.c.state == State.ERASING))

    def due_webhooks(self, first_wait: float) -> Iterator[tuple[str, str, int]]:
        """The webhooks that are to be sent now: job, address, and for which time it is.

        Each is taken when its turn comes, and then nobody else gets it as well; unless it is noted as ``sent`` it is due
        again, each time after twice as long.
        """
        query = sa.select(jobs.c.id, jobs.c.options, jobs.c.webhook_sent)
        query = query.where(jobs.c.state == State.DONE, jobs.c.webhook == "waiting", jobs.c.webhook_next <= time.time())
        with self._engine.connect() as connection:
            found = connection.execute(query).all()
        for row in found:
            claim = jobs.update().where(jobs.c.id == row.id, jobs.c.webhook_sent == row.webhook_sent)
            again = time.time() + first_wait * 2**row.webhook_sent
            with self._engine.begin() as connection:
                claimed = connection.execute(claim.values(webhook_sent=row.webhook_sent + 1, webhook_next=again))
            if claimed.rowcount:
                yield row.id, row.options["webhook"], row.webhook_sent + 1

    def sent(self, id: str, delivered: bool) -> None:
        """Note what came of a webhook."""
        outcome = "delivered" if delivered else "failed"
        with self._engine.begin() as connection:
            connection.execute(jobs.update().where(jobs.c.id == id).values(webhook=outcome))

    def _job(self, connection: sa.Connection, row: Any) -> Job:
        finished = sa.select(chunks).where(chunks.c.job == row.id, chunks.c.finished.is_not(None))
        whole = _sums(connection, finished)
        # While it runs, the rate is that of late.
        recent = finished.order_by(chunks.c.finished.desc()).limit(_RECENT)
        rate = _rate(whole if row.state in ENDED else _sums(connection, recent))
        done = whole.size or 0
        left = (row.total - done) / rate if rate and row.state in ACTIVE else None
        return Job(
            id=row.id,
            state=State(row.state),
            total=row.total,
            done=done,
            failed=whole.failed or 0,
            rate=rate,
            seconds_left=left,
            created=row.created,
            started=row.started,
            finished=row.finished,
            expires=row.finished + self._retention if row.finished else None,
            webhook=row.webhook,
        )

    def _hide(self, where: sa.ColumnElement[bool]) -> bool:
        # Their keys can be used again at once; clear() does the rest.
        with self._engine.begin() as connection:
            found = connection.execute(jobs.update().where(where).values(state=State.ERASING, key=None))
        return bool(found.rowcount)

    def _delete(self, table: sa.Table, id: str) -> None:
        piece = sa.select(table.c.position).where(table.c.job == id).limit(_PIECE)
        while True:
            with self._engine.begin() as connection:
                deleted = connection.execute(table.delete().where(table.c.job == id, table.c.position.in_(piece)))
            if deleted.rowcount < _PIECE:
                return


def _shown(owner: str) -> sa.ColumnElement[bool]:
    shown = jobs.c.state.in_((*ACTIVE, *ENDED))
    return shown if owner == EVERYONE else sa.and_(shown, jobs.c.owner == owner)


def _sums(connection: sa.Connection, found: sa.Select[Any]) -> Any:
    """What chunks come to: ``size``, ``failed``, when the first was ``started`` and the last ``finished``; None of none."""
    of = found.subquery().c
    query = sa.select(
        sa.func.sum(of.size).label("size"),
        sa.func.sum(of.failed).label("failed"),
        sa.func.min(of.started).label("started"),
        sa.func.max(of.finished).label("finished"),
    )
    return connection.execute(query).one()


def _rate(sums: Any) -> float | None:
    """Documents a second; None without any, or if a clock says that they took no time."""
    if sums.size is None or sums.finished <= sums.started:
        return None
    return float(sums.size / (sums.finished - sums.started))
