"""Taking a job in: its documents are written as they arrive, and it begins to be a job when the last one is there."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.jobs.model import Abandoned, KeyTaken, State, Submission
from service.jobs.tables import chunks, documents, jobs
from service.settings.jobs import JobSettings

_OF_A_FILE = 20
"""Files that are in a chunk at most: each takes a process to read."""
_SINGLY = 20
"""Files, from a job's first, that are chunks of their own: who waits for a few files gets their results one by one."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The job that an Idempotency-Key was used for; ``digest`` is None while it is still being received."""

    id: str
    digest: str | None


class Intake:
    """A job that is being received. ``accept`` or ``discard`` ends it. All methods block."""

    def __init__(self, engine: sa.Engine, settings: JobSettings, id: str) -> None:
        self._engine = engine
        self._settings = settings
        self.id = id
        self.total = 0
        self._chunks: list[int] = []
        self._room = 0

    def open(self, options: dict[str, Any], owner: str, key: str | None, seat: str) -> None:
        """Begin; ``seat`` is whose death means that nobody receives it any more. Raises KeyTaken."""
        values = {
            "id": self.id,
            "state": State.RECEIVING,
            "options": options,
            "owner": owner,
            "key": key and _key(owner, key),
            "seat": seat,
            "total": 0,
            "created": time.time(),
            "enqueued": False,
            "webhook": "waiting" if options.get("webhook") else None,
            "webhook_sent": 0,
            "webhook_next": 0.0,
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(jobs.insert().values(values))
        except sa.exc.IntegrityError:
            raise KeyTaken from None

    def add(self, submissions: Sequence[Submission]) -> None:
        """Write the next documents."""
        rows = [
            {
                "job": self.id,
                "position": self.total + place,
                "chunk": self._chunk(submission),
                "kind": submission.kind.value,
                "name": submission.name,
                "content": submission.content,
            }
            for place, submission in enumerate(submissions)
        ]
        with self._engine.begin() as connection:
            connection.execute(documents.insert(), rows)
        self.total += len(rows)

    def accept(self, digest: str) -> None:
        """Make it a job. Raises Abandoned."""
        rows = [
            {"job": self.id, "number": number, "size": size, "begun": 0, "workflow": 0}
            for number, size in enumerate(self._chunks)
        ]
        values = {"state": State.QUEUED, "total": self.total, "digest": digest, "created": time.time()}
        with self._engine.begin() as connection:
            received = sa.and_(jobs.c.id == self.id, jobs.c.state == State.RECEIVING)
            if not connection.execute(jobs.update().where(received).values(values)).rowcount:
                raise Abandoned
            connection.execute(chunks.insert(), rows)

    def _chunk(self, submission: Submission) -> int:
        """The number of the chunk that the next document goes into."""
        whole = self._settings.chunk_bytes
        size = max(submission.size, whole // _OF_A_FILE) if submission.name else submission.size
        full = not self._chunks or size > self._room or self._chunks[-1] == self._settings.chunk_documents
        if full or (submission.name and len(self._chunks) < _SINGLY):
            self._chunks.append(0)
            self._room = whole
        self._room -= size
        self._chunks[-1] += 1
        return len(self._chunks) - 1


def receipt(engine: sa.Engine, owner: str, key: str) -> Receipt | None:
    """What an owner used an Idempotency-Key for, if for anything."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(jobs.c.id, jobs.c.digest).where(jobs.c.key == _key(owner, key))).first()
    return Receipt(row.id, row.digest) if row else None


def _key(owner: str, key: str) -> str:
    """An Idempotency-Key, which has no blanks, as that of its owner; jobs of nobody have it as it is."""
    return f"{owner} {key}" if owner else key
