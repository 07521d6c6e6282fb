"""``POST /extract`` and ``POST /extract/file``."""

import uuid
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.tagger import Annotation, Tagger
from service import answers
from service.body import read_extract_request, read_file_request
from service.file_reader import FileReader
from service.hang_up import unless_gone
from service.schemas import ExtractAnswer, ExtractFileAnswer, ExtractRequest, FileRequest
from service.settings import Settings
from service.worker import Worker


def routes(worker: Worker, tagger: Tagger, settings: Settings) -> APIRouter:
    """The routes, on the worker that annotates with ``tagger``."""
    router = APIRouter()
    http = settings.http
    files = FileReader(settings.file, http.text_limit, http.retry_after)

    async def answer(request: Request, query: ExtractRequest | FileRequest, text: str, **more: Any) -> bytes:
        request.state.length = len(text)
        document_id = query.id or uuid.uuid4().hex

        def finish(annotation: Annotation) -> bytes:
            return orjson.dumps(answers.build(annotation, tagger, document_id, query.date, query.offsets) | more)

        return await worker.annotate(text, finish)

    @router.post(
        "/extract",
        response_model=ExtractAnswer,
        summary="Extract targets",
        description="Finds the targets of a document, with their numbers, deadlines and departments.",
    )
    async def extract(request: Request) -> Response:
        query = await read_extract_request(request, http.body_limit, http.text_limit)
        body = await unless_gone(request, answer(request, query, query.text))
        return Response(body, media_type="application/json")

    @router.post(
        "/extract/file",
        response_model=ExtractFileAnswer,
        summary="Extract targets from a file",
        description="Reads a file, then finds the targets in its text. Tables become lines of cells between ` | `.",
    )
    async def extract_file(request: Request) -> Response:
        query = await read_file_request(request, settings.file.body_limit)

        async def work() -> bytes:
            reading = await files.read(query.file)
            return await answer(request, query, reading.text, document=answers.document(reading, query.text))

        return Response(await unless_gone(request, work()), media_type="application/json")

    return router
