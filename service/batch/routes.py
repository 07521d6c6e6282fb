"""The route of batches, and their answer."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus

import orjson
import structlog
from fastapi import APIRouter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service import problems
from service.batch import items
from service.batch.ahead import Ahead
from service.batch.in_order import in_order
from service.batch.items import Item
from service.errors import QueueFull, RequestError
from service.extractor import Extractor
from service.logs import without_text
from service.schemas import ExtractAnswer, ItemProblem, Problem
from service.settings import Settings

_COST_OF_ITEM = 64
"""Code points that a document counts for beside its text: what it holds and takes even if it is short."""
_AGAIN = 0.05
"""Seconds until a document that found the queue full is tried again."""
_log = structlog.get_logger()


def routes(extractor: Extractor, settings: Settings) -> APIRouter:
    """The route for many documents."""
    router = APIRouter()

    @router.post(
        "/extract/batch",
        response_model=list[ExtractAnswer | ItemProblem],
        summary="Extract targets from many documents",
        description="Finds the targets of each document of a JSON list, or of NDJSON. The answers are streamed in the "
        "order of the documents, as a JSON array or as NDJSON; a document that has none has a problem in its place.",
    )
    async def extract_batch(request: Request) -> Response:
        return _Answers(request, items.batch_type(request), extractor, settings)

    return router


class _Answers(Response):
    """Reads the documents and streams the answers. It does not start before the first answer, so that a batch of which
    nothing can be accepted gets the status that says so."""

    def __init__(self, request: Request, media_type: str, extractor: Extractor, settings: Settings) -> None:
        super().__init__(media_type=media_type)
        del self.headers["Content-Length"]
        self._request = request
        self._extractor = extractor
        self._settings = settings
        self._started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ahead = Ahead(self._request.receive, self._settings.batch.bytes)
        receiving = asyncio.create_task(ahead.run())
        answering = asyncio.create_task(self._stream(Request(scope, ahead.receive), send))
        try:
            await asyncio.wait({receiving, answering}, return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                answering.result()
            elif not self._started:
                raise ClientDisconnect
        finally:
            receiving.cancel()
            answering.cancel()
            await asyncio.gather(receiving, answering, return_exceptions=True)

    async def _stream(self, request: Request, send: Send) -> None:
        async for piece in self._pieces(request):
            if not self._started:
                self._started = True
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _pieces(self, request: Request) -> AsyncIterator[bytes]:
        """The body of the answer; the last piece ends it."""
        lines = self.media_type == items.NDJSON
        before = b"" if lines else b"["
        answers = in_order(
            items.read(request, self._settings),
            lambda item: self._answer(request, item),
            _cost,
            self._settings.batch.ahead,
        )
        async for answer in answers:
            yield before + answer + (b"\n" if lines else b"")
            before = b"" if lines else b",\n"
        yield b"" if lines else b"[]" if before == b"[" else b"]"

    async def _answer(self, request: Request, item: Item) -> bytes:
        """The answer about one document, or its problem; raises only what concerns the first and so the whole batch."""
        if isinstance(item.request, RequestError):
            return _problem(item, problems.of_error(item.request))
        text = item.request.text
        request.state.length = getattr(request.state, "length", 0) + len(text)
        while True:
            try:
                return await self._extractor.answer(text, item.request)
            except QueueFull:
                if not item.index:
                    raise
                await asyncio.sleep(_AGAIN)
            except RequestError as error:
                if not item.index:
                    raise
                return _problem(item, problems.of_error(error))
            except Exception as error:  # noqa: BLE001 - the other documents have theirs
                _log.error("unexpected error", request_id=request.state.request_id, **without_text(error))
                return _problem(item, problems.of_status(HTTPStatus.INTERNAL_SERVER_ERROR))


def _cost(item: Item) -> int:
    text = "" if isinstance(item.request, RequestError) else item.request.text
    return len(text) + _COST_OF_ITEM


def _problem(item: Item, problem: Problem) -> bytes:
    return orjson.dumps(ItemProblem(**problem.model_dump(), index=item.index, id=item.id).model_dump())
