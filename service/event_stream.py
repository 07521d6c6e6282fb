"""Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), and answers that come as such:
how far the model is, then what would have been the answer by itself."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from service import problems
from service.errors import RequestError
from service.hang_up import unless_gone
from service.logs import without_text
from service.progress import Progress

MEDIA_TYPE = "text/event-stream"
_PAUSE = 0.1
"""Seconds between two looks at the progress."""
_log = structlog.get_logger()


def event(name: str, data: bytes) -> bytes:
    """An event; ``data`` is JSON on one line."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), data)


def schema(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """Events of a name in OpenAPI, whose data has the schema ``data``."""
    told = {"type": "string", "contentMediaType": "application/json", "contentSchema": data}
    return {"type": "object", "properties": {"event": {"const": name}, "data": told}, "required": ["event", "data"]}


def response(events: AsyncIterator[bytes]) -> StreamingResponse:
    """The answer that streams events."""
    return StreamingResponse(events, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def is_wanted(request: Request) -> bool:
    """Whether a client asks for events."""
    kinds = (kind.partition(";")[0].strip().lower() for kind in request.headers.get("accept", "").split(","))
    return MEDIA_TYPE in kinds


async def answer(request: Request, work: Coroutine[Any, Any, bytes], progress: Progress) -> Response:
    """Events ``progress`` while ``work`` goes on, then ``answer`` with the JSON that it makes, or ``problem``.

    The answer starts when the model begins to read: what is refused before that is raised, and has its own status.
    """
    task = asyncio.create_task(work)

    async def begun() -> None:
        while not (task.done() or progress.begun):
            await asyncio.wait({task}, timeout=_PAUSE)
        if task.done():
            task.result()

    try:
        await unless_gone(request, begun())
    except BaseException:
        task.cancel()
        raise
    return response(_events(task, progress))


async def _events(task: asyncio.Task[bytes], progress: Progress) -> AsyncIterator[bytes]:
    told = -1.0
    try:
        while not task.done():
            if progress.share > told:
                told = progress.share
                yield event("progress", orjson.dumps({"read": round(told, 4)}))
            await asyncio.wait({task}, timeout=_PAUSE)
        yield _outcome(task)
    finally:
        task.cancel()


def _outcome(task: asyncio.Task[bytes]) -> bytes:
    try:
        return event("answer", task.result())
    except RequestError as error:
        problem = problems.of_error(error)
    except Exception as error:  # noqa: BLE001 - the status is sent already
        _log.error("a text failed", **without_text(error))
        problem = problems.of_status(HTTPStatus.INTERNAL_SERVER_ERROR)
    return event("problem", orjson.dumps(problem.model_dump()))
