"""The jobs of this process while it runs: made once in a thread, then looked after. All functions block."""

import asyncio
import contextlib
import http.client
import sqlite3

import orjson
import sqlalchemy as sa
import structlog

from service.access.guard import EVERYONE
from service.extractor import Extractor
from service.jobs import database, progress, schemas, webhook
from service.jobs.annotator import Annotator
from service.jobs.intake import Intake, Receipt, receipt
from service.jobs.model import State
from service.jobs.seats import FileSeats, Seats, ServerSeats
from service.jobs.store import Store
from service.jobs.workflows import Workflows
from service.settings import Settings

_FIRST_WAIT = 5.0
"""Seconds until a webhook is sent for the second time."""
_log = structlog.get_logger()


class Runtime:
    """The database, DBOS, and this process's seat. ``stop`` it once."""

    def __init__(self, extractor: Extractor, settings: Settings, loop: asyncio.AbstractEventLoop) -> None:
        """Raises OSError and SQLAlchemyError if the database cannot be used."""
        self._settings = settings.jobs
        self._interrupted = False
        with contextlib.ExitStack() as undo:
            self._engine = database.connect(settings.jobs)
            undo.callback(self._engine.dispose)
            self._seats: Seats = ServerSeats(self._engine) if settings.jobs.database else FileSeats(settings.jobs.file)
            undo.callback(self._seats.close)
            self.seat = _name(self._seats.own)
            self.store = Store(self._engine, settings.jobs.retention_days)
            # Who sat here before has died, or it would still be its seat.
            self.store.hide_received_by(self.seat)
            annotator = Annotator(extractor, settings)
            self._workflows = Workflows(self._engine, self.seat, annotator, settings.jobs, loop)
            undo.pop_all()

    def interrupt(self) -> None:
        """Give up what is being worked on, to be begun again by whoever takes the seat next."""
        self._interrupted = True
        self._workflows.interrupt()

    def stop(self) -> None:
        """End all; nothing else may be running any more."""
        with contextlib.ExitStack() as stopping:  # also if one of them fails, as when the database is gone
            stopping.callback(self._engine.dispose)
            stopping.callback(self._seats.close)
            stopping.callback(self._workflows.stop)

    def intake(self, id: str) -> Intake:
        """A new job."""
        return Intake(self._engine, self._settings, id)

    def receipt(self, owner: str, key: str) -> Receipt | None:
        """What an owner used an Idempotency-Key for, if for anything."""
        return receipt(self._engine, owner, key)

    def cancel(self, id: str) -> bool:
        """End a job before its time; False if it has ended."""
        if not self.store.cancel(id):
            return False
        self._workflows.interrupt(id)
        self.store.clear(id, State.CANCELLED)
        return True

    def erase(self, id: str) -> bool:
        """Delete all that was sent and found; False if there is no such job."""
        if not self.store.hide_job(id):
            return False
        self._workflows.interrupt(id)
        self.store.clear(id, State.ERASING)
        return True

    def look_after(self) -> None:
        """Enqueue what has come, take over from the dead, delete what is over."""
        if not self._seats.is_held():
            _log.warning("another process sits on this one's seat", seat=self.seat)
        self._workflows.begin_anew()
        for seat in (progress.seats(self._engine) | self._workflows.executors()) - {self.seat}:
            with self._seats.vacant(_number(seat)) as vacant:
                if vacant:
                    self.store.hide_received_by(seat)
                    self._workflows.take_over(seat)
                    self._enqueue(seat)
        self._enqueue(self.seat)
        self.store.hide_expired()
        for id, state in self.store.to_clear():
            self.store.clear(id, state)
            if self._workflows.forget(id) and state is State.ERASING:
                self.store.remove(id)

    def send_webhooks(self) -> None:
        """Send the webhooks that are due, one after the other; no further ones once it is interrupted."""
        for id, address, time in self.store.due_webhooks(_FIRST_WAIT):
            job = self.store.get(id, EVERYONE)
            if not job:
                continue
            told = {"type": "job.done", "data": schemas.answer(job).model_dump(mode="json")}
            try:
                delivered = webhook.send(address, id, orjson.dumps(told), self._settings)
            except (OSError, http.client.HTTPException):
                delivered = False
            if delivered or time >= self._settings.webhook_attempts:
                self.store.sent(id, delivered)
            if self._interrupted:  # each receiver may take its time, and the service is to end
                return

    def _enqueue(self, seat: str) -> None:
        for job in progress.to_enqueue(self._engine, seat):
            self._workflows.enqueue(job)


def unavailable() -> tuple[type[Exception], ...]:
    """What is raised when the database cannot be used."""
    return OSError, sqlite3.Error, sa.exc.SQLAlchemyError


def _name(seat: int) -> str:
    return f"seat-{seat}"


def _number(executor: str) -> int:
    return int(executor.removeprefix("seat-"))
