"""What goes over HTTP about jobs. As in service.schemas, a request field's description completes "must be …"."""

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from service.jobs.model import Job, State
from service.offsets import Unit
from service.record_schemas import Answer
from service.schemas import (
    LABELS_PATTERN,
    LABELS_SPLIT,
    MIN_CONFIDENCE,
    DocumentDate,
    ExtractAnswer,
    ExtractFileAnswer,
    Options,
    Problem,
    SplitLabels,
)

MOST_IN_PAGE = 100
ID = "[0-9a-f]{32}"
"""What ids of jobs look like."""


class JobOptions(BaseModel):
    """The query of ``POST /jobs``: what holds for all documents that do not say it themselves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: DocumentDate | None = Field(
        default=None,
        examples=["2025-02-01"],
        description="a date YYYY-MM-DD between 1900-01-01 and 2099-12-31: that of documents without one",
    )
    offsets: Unit = Field(
        default=Unit.CODEPOINT,
        examples=["utf16"],
        description="codepoint, utf16 or utf8: the unit for documents that name none",
    )
    labels: Annotated[SplitLabels, WithJsonSchema({"type": "string", "pattern": f"^{LABELS_PATTERN}$"})] = Field(
        default=None,
        fail_fast=True,
        examples=["TARGET,DEPARTMENT"],
        description=f"{LABELS_SPLIT}, about documents that name none",
    )
    min_confidence: float = Field(
        default=0.0,
        ge=0,
        le=1,
        allow_inf_nan=False,
        examples=[0.9],
        description=f"{MIN_CONFIDENCE}, in documents that say nothing else",
    )
    text: bool = Field(
        default=False, description="true or false: whether the results of files carry the text that offsets refer to"
    )
    webhook: str | None = Field(
        default=None,
        max_length=2000,
        description="an http or https address that this service may send to (MUBIAO_JOBS_WEBHOOK_ORIGINS): "
        "told when the job is done",
    )

    @property
    def kept(self) -> dict[str, Any]:
        """What of this is kept with a job and told from that of another, as JSON values: what is not as it always is."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @property
    def of_documents(self) -> dict[str, Any]:
        """What of this each document is given, unless it says it itself, as JSON values."""
        return {name: value for name, value in self.kept.items() if name in Options.model_fields}


class PathRequest(BaseModel):
    """Files on the server as the documents of a job."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(
        min_length=1,
        max_length=4096,
        description="a string: a file or a folder below MUBIAO_JOBS_ROOT; .jsonl and .ndjson hold a document a line",
    )


class PageRequest(BaseModel):
    """The query of ``GET /jobs``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(default=20, ge=1, le=MOST_IN_PAGE, description=f"a number from 1 to {MOST_IN_PAGE}")
    after: str | None = Field(
        default=None, pattern=rf"^[0-9]{{1,12}}(\.[0-9]{{1,9}})?-{ID}$", description="`next` of the page before"
    )


class ResultsRequest(BaseModel):
    """The query of ``GET /jobs/{id}/results``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    offset: int = Field(
        default=0, ge=0, le=2**31 - 1, description="a number from 0: how many results, from the first, to leave out"
    )
    limit: int | None = Field(
        default=None, ge=1, le=2**31 - 1, description="a number from 1: the most results to answer; all if not given"
    )
    follow: bool = Field(
        default=False, description="true or false: whether to go on with further results until the job has ended"
    )


class DeleteRequest(BaseModel):
    """The query of ``DELETE /jobs/{id}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    erase: bool = Field(
        default=False, description="true or false: whether the job, its documents and its results are deleted too"
    )


class JobAnswer(Answer):
    """How a job is."""

    id: str
    state: Literal[State.QUEUED, State.RUNNING, State.DONE, State.CANCELLED]
    total: int = Field(description="Number of documents.")
    done: int = Field(description="Documents that have a result, be it an answer or an error.")
    failed: int = Field(description="Those among them whose result is an error.")
    rate: float | None = Field(description="Documents a second, lately; null as long as it is not known.")
    seconds_left: float | None = Field(description="At that rate; null if it is not known, or if the job has ended.")
    created: datetime.datetime
    started: datetime.datetime | None
    finished: datetime.datetime | None = Field(description="When it was done or cancelled.")
    expires: datetime.datetime | None = Field(description="When it and its results will be deleted.")
    webhook: Literal["waiting", "delivered", "failed"] | None = Field(
        description="What came of the webhook; null if none is wanted."
    )


class JobsAnswer(Answer):
    """A page of jobs, newest first."""

    jobs: list[JobAnswer]
    next: str | None = Field(description="What `after` is on the next page; null on the last.")


class FailedAnswer(Answer):
    """The result of a document that could not be annotated."""

    id: str
    error: Problem


ResultAnswer = ExtractAnswer | ExtractFileAnswer | FailedAnswer
"""A line of ``GET /jobs/{id}/results``."""


def answer(job: Job) -> JobAnswer:
    """How a job is, as it is told."""
    return JobAnswer.model_validate(
        {
            "id": job.id,
            "state": job.state,
            "total": job.total,
            "done": job.done,
            "failed": job.failed,
            "rate": job.rate and round(job.rate, 3),
            "seconds_left": job.seconds_left and round(job.seconds_left, 1),
            **{name: _time(getattr(job, name)) for name in ("created", "started", "finished", "expires")},
            "webhook": job.webhook,
        }
    )


def _time(seconds: float | None) -> datetime.datetime | None:
    return None if seconds is None else datetime.datetime.fromtimestamp(round(seconds, 3), datetime.UTC)
