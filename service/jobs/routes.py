"""``/jobs``."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from typing import Annotated, TypeVar

import orjson
from fastapi import APIRouter, Path
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from service import event_stream
from service.access.guard import EVERYONE, caller
from service.body import validate
from service.errors import FieldError, InvalidFields, NoSuchJob
from service.jobs import webhook
from service.jobs.manager import Jobs
from service.jobs.model import ENDED, Job
from service.jobs.schemas import (
    ID,
    DeleteRequest,
    JobAnswer,
    JobOptions,
    JobsAnswer,
    PageRequest,
    ResultsRequest,
    answer,
)
from service.settings.jobs import JobSettings

KEY = "Idempotency-Key"
KEY_PATTERN = "^[!-~]{1,255}$"
NO_KEY = "must be 1 to 255 visible ASCII characters"
_LINES = "application/x-ndjson"
EVENT = "progress"
_PIECE = 200
"""Results that are read from the database at once."""
_PAUSE = 1.0
"""Seconds between two looks at a job that is followed."""
_ALIVE = 15
"""Looks after which a silent event stream says that it is alive."""
Model = TypeVar("Model", bound=BaseModel)
Id = Annotated[str, Path(description="The job's id.")]


def routes(jobs: Jobs, settings: JobSettings) -> APIRouter:
    """The routes of ``/jobs``."""
    router = APIRouter(prefix="/jobs", tags=["jobs"])

    async def job(request: Request, id: str) -> Job:
        if not re.fullmatch(ID, id):
            raise NoSuchJob
        found = await jobs.call(lambda runtime: runtime.store.get(id, caller(request)))
        if not found:
            raise NoSuchJob
        return found

    @router.post("", status_code=202, response_model=JobAnswer, summary="Annotate many documents in the background")
    async def submit(request: Request) -> Response:
        """Takes the documents in and answers when all of them are on disk; they are annotated from then on."""
        options = _query(request, JobOptions)
        webhook.check(options.webhook, settings)
        key = request.headers.get(KEY)
        if key is not None and not re.fullmatch(KEY_PATTERN, key):
            raise InvalidFields((FieldError(KEY, NO_KEY),))
        id = await jobs.submit(request, options, caller(request), key)
        told = answer(await job(request, id)).model_dump_json()
        return Response(told, 202, {"Location": f"/jobs/{id}"}, "application/json")

    @router.get("", summary="The jobs, newest first")
    async def page(request: Request) -> JobsAnswer:
        """Those that were sent with the same API key; all, where no keys are needed."""
        query = _query(request, PageRequest)
        found = await jobs.call(lambda runtime: runtime.store.page(caller(request), query.limit + 1, query.after))
        shown = found[: query.limit]
        return JobsAnswer(jobs=[answer(one) for one in shown], next=shown[-1].place if found != shown else None)

    @router.get("/{id}", summary="How a job is")
    async def get(request: Request, id: Id) -> JobAnswer:
        return answer(await job(request, id))

    @router.get("/{id}/results", response_class=StreamingResponse, summary="The results of a job")
    async def results(request: Request, id: Id) -> StreamingResponse:
        """A line for each document, in the order of the documents; while the job runs, up to the first without one."""
        query = _query(request, ResultsRequest)
        await job(request, id)
        return StreamingResponse(_results(jobs, id, query), media_type=_LINES)

    @router.get("/{id}/events", response_class=StreamingResponse, summary="The progress of a job")
    async def events(request: Request, id: Id) -> StreamingResponse:
        """Server-sent events `progress`, the job each time that something has changed, until it has ended."""
        await job(request, id)
        return event_stream.response(_events(jobs, id))

    @router.delete("/{id}", summary="Cancel or erase a job")
    async def delete(request: Request, id: Id) -> Response:
        """Cancels a job, whose results up to then are kept; with `erase` deletes all that is kept of it at once."""
        query = _query(request, DeleteRequest)
        await job(request, id)
        if query.erase:
            await jobs.call(lambda runtime: runtime.erase(id))
            return Response(status_code=204)
        await jobs.call(lambda runtime: runtime.cancel(id))
        return Response(answer(await job(request, id)).model_dump_json(), media_type="application/json")

    return router


async def _results(jobs: Jobs, id: str, query: ResultsRequest) -> AsyncIterator[bytes]:
    offset = query.offset
    end = offset + query.limit if query.limit else None
    while end is None or offset < end:
        # Before the results are read: what ends in between is found the next time.
        ended = await jobs.call(lambda runtime: runtime.store.ended(id))
        limit = _PIECE if end is None else min(_PIECE, end - offset)
        found = await jobs.call(_read(id, offset, limit))
        offset += len(found)
        if found:
            yield b"\n".join(found) + b"\n"
        elif not query.follow or ended or jobs.ending:
            return
        else:
            await asyncio.sleep(_PAUSE)


def _read(id: str, offset: int, limit: int) -> "Callable[[object], list[bytes]]":
    return lambda runtime: [result.answer for result in runtime.store.results(id, offset, limit)]  # type: ignore[attr-defined]


async def _events(jobs: Jobs, id: str) -> AsyncIterator[bytes]:
    last, silent = b"", 0
    while True:
        job = await jobs.call(lambda runtime: runtime.store.get(id, EVERYONE))
        if not job:
            return
        told = orjson.dumps(answer(job).model_dump(mode="json"))
        if told != last:
            yield event_stream.event(EVENT, told)
            last, silent = told, 0
        if job.state in ENDED or jobs.ending:
            return
        silent += 1
        if silent % _ALIVE == 0:
            yield b": alive\n\n"
        await asyncio.sleep(_PAUSE)


def _query(request: Request, model: type[Model]) -> Model:
    """The parameters of a request. Raises InvalidFields."""
    given = request.query_params.multi_items()
    values = dict(given)
    if len(values) < len(given):
        raise InvalidFields((FieldError("query", "must have each parameter once"),))
    return validate(values, model)
