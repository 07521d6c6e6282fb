"""``POST /extract``."""

import asyncio
import uuid
from collections.abc import Coroutine
from typing import Any, TypeVar

import orjson
from fastapi import APIRouter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from models.tagger import Annotation, Tagger
from service import answers
from service.body import read_extract_request
from service.schemas import ExtractAnswer
from service.settings import HTTPSettings
from service.worker import Worker

T = TypeVar("T")


def routes(worker: Worker, tagger: Tagger, settings: HTTPSettings) -> APIRouter:
    """The route, on the worker that annotates with ``tagger``."""
    router = APIRouter()

    @router.post(
        "/extract",
        response_model=ExtractAnswer,
        summary="Extract targets",
        description="Finds the targets of a document, with their numbers, deadlines and departments.",
    )
    async def extract(request: Request) -> Response:
        query = await read_extract_request(request, settings.body_limit, settings.text_limit)
        request.state.length = len(query.text)
        document_id = query.id or uuid.uuid4().hex

        def finish(annotation: Annotation) -> bytes:
            return orjson.dumps(answers.build(annotation, tagger, document_id, query.date, query.offsets))

        body = await _unless_gone(request, worker.annotate(query.text, finish))
        return Response(body, media_type="application/json")

    return router


async def _unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of ``work``, which is cancelled when the client hangs up; ClientDisconnect then."""
    task = asyncio.create_task(work)
    gone = asyncio.create_task(_disconnect(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return task.result()
    finally:
        task.cancel()
        gone.cancel()


async def _disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
