"""``POST /extract`` and ``POST /extract/file``."""

from collections.abc import Coroutine
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service import answers, event_stream, timings
from service.body import read_extract_request, read_file_request
from service.extractor import Extractor
from service.file_reader import FileReader
from service.hang_up import unless_gone
from service.progress import Progress
from service.schemas import ExtractAnswer, ExtractFileAnswer
from service.settings import Settings
from service.timings import Stage, Timings


def routes(extractor: Extractor, settings: Settings) -> APIRouter:
    """The routes for one document."""
    router = APIRouter()
    http = settings.http
    files = FileReader(settings.file, http.text_limit, http.retry_after)

    @router.post(
        "/extract",
        response_model=ExtractAnswer,
        summary="Extract targets",
        description="Finds the targets of a document, with their numbers, deadlines and departments.",
    )
    async def extract(request: Request) -> Response:
        times = Timings()
        with times.measure(Stage.READ):
            query = await read_extract_request(request, http.body_limit, http.text_limit)
        request.state.length = len(query.text)
        progress = Progress()
        return await _answered(request, extractor.answer(query.text, query, times, progress), times, progress)

    @router.post(
        "/extract/file",
        response_model=ExtractFileAnswer,
        summary="Extract targets from a file",
        description="Reads a file, then finds the targets in its text. Tables become lines of cells between ` | `.",
    )
    async def extract_file(request: Request) -> Response:
        times = Timings()
        with times.measure(Stage.READ):
            query = await read_file_request(request, settings.file.body_limit)
        progress = Progress()

        async def work() -> bytes:
            with times.measure(Stage.READ):
                reading = await files.read(query.file)
            request.state.length = len(reading.text)
            document = answers.document(reading, query.text)
            return await extractor.answer(reading.text, query, times, progress, document=document)

        return await _answered(request, work(), times, progress)

    return router


async def _answered(request: Request, work: Coroutine[Any, Any, bytes], times: Timings, progress: Progress) -> Response:
    if event_stream.is_wanted(request):
        return await event_stream.answer(request, work, progress)
    body = await unless_gone(request, work)
    return Response(body, headers={timings.HEADER: times.header()}, media_type="application/json")
