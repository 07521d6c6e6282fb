"""What a job is made of."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class KeyTaken(Exception):
    """There is a job with this Idempotency-Key already. No error: the caller goes on with that one."""


class Abandoned(Exception):
    """What is being received is deleted already: another service found nobody on the seat of the one that receives it."""


class State(StrEnum):
    """How far a job is. RECEIVING and ERASING are known only here: to clients there is no such job (yet, any more)."""

    RECEIVING = "receiving"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    ERASING = "erasing"


ACTIVE = (State.QUEUED, State.RUNNING)
ENDED = (State.DONE, State.CANCELLED)


class Kind(StrEnum):
    """What the content of a submission is."""

    JSON = "json"
    """One JSON value, which should be an ExtractRequest."""
    FILE = "file"
    """A file's bytes; ``name`` is its name."""
    PATH = "path"
    """Nothing: ``name`` is the path of a file on the server, below the root."""
    REFUSED = "refused"
    """A problem as JSON, why what was sent is not even kept; ``name`` is the file's name, if it has one."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A document as it was sent; ``size`` is what annotating it may cost, in bytes."""

    kind: Kind
    content: bytes
    name: str | None
    size: int


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a job, at its place in the job."""

    position: int
    kind: Kind
    name: str | None
    content: bytes


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a document: a JSON object, an answer or an error."""

    position: int
    failed: bool
    answer: bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """Documents of a job that are annotated and saved together; ``attempt`` counts from 1."""

    attempt: int
    options: dict[str, Any]
    documents: list[Document]


@dataclass(frozen=True, slots=True)
class Job:
    """How a job is; times in seconds since 1970, ``rate`` in documents a second.

    ``done`` counts the documents that have a result, ``failed`` those among them whose result is an error.
    """

    id: str
    state: State
    total: int
    done: int
    failed: int
    rate: float | None
    seconds_left: float | None
    created: float
    started: float | None
    finished: float | None
    expires: float | None
    webhook: str | None
    """What came of the webhook: waiting, delivered or failed; None if none is wanted."""

    @property
    def place(self) -> str:
        """Where it stands in the list of jobs, also when it is no more."""
        return f"{self.created!r}-{self.id}"
