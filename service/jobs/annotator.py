"""The documents of a chunk → their results, on the model's worker that requests use too."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import structlog

from service import answers, body, problems
from service.documents import DocumentError, isolation
from service.errors import FieldError, InvalidFields, NotReady, QueueFull, RequestError
from service.extractor import Extractor
from service.file_reader import refusal
from service.jobs.model import Chunk, Document, Kind, Result
from service.jobs.schemas import JobOptions
from service.logs import without_text
from service.schemas import FileRequest, Options, Problem
from service.settings import Settings

_PAUSE = 1.0
"""Seconds until a document is offered again to a worker that is full or not ready."""
_DOCUMENT_ID = re.compile(r"[^\ud800-\udfff]{1,200}", re.DOTALL)
"""As ExtractRequest has it: what is wrong with a document must not keep its error from being told."""
_log = structlog.get_logger()
T = TypeVar("T")


class Annotator:
    """Annotates for jobs; requests come first, which is the scheduler's doing."""

    def __init__(self, extractor: Extractor, settings: Settings) -> None:
        self._extractor = extractor
        self._settings = settings
        self._bounds = settings.file.bounds(settings.http.text_limit)
        self._readers = asyncio.Semaphore(settings.jobs.files)

    async def annotate(self, chunk: Chunk) -> list[Result]:
        """The results of the documents. An error of a document is its result; others are not affected."""
        options = JobOptions.model_validate(chunk.options)
        return list(await asyncio.gather(*(self._result(one, options, chunk.attempt) for one in chunk.documents)))

    async def _result(self, document: Document, options: JobOptions, attempt: int) -> Result:
        value = _value(document)
        id = _id(document, value)
        try:
            if attempt > self._settings.jobs.attempts:
                return _failed(
                    document, id, problems.failure("The service has ended each time that it annotated this part.")
                )
            match document.kind:
                case Kind.JSON:
                    answer = await self._of_json(value, id, options)
                case Kind.FILE | Kind.PATH:
                    answer = await self._of_file(document, id, options)
                case Kind.REFUSED:
                    return _failed(document, id, Problem.model_validate(value))
        except RequestError as error:
            return _failed(document, id, problems.of_error(error))
        except Exception as error:  # noqa: BLE001 - the others shall have their results
            _log.error("a document of a job failed", position=document.position, **without_text(error))
            return _failed(
                document, id, problems.failure("The service failed on this document; its log has the reason.")
            )
        return Result(document.position, False, answer)

    async def _of_json(self, value: Any, id: str, options: JobOptions) -> bytes:
        if isinstance(value, dict):
            value = options.of_documents | value
        query = body.extract_request(value, self._settings.http.text_limit)
        return await self._answer(query, query.text, id)

    async def _of_file(self, document: Document, id: str, options: JobOptions) -> bytes:
        content = document.content
        async with self._readers:
            if document.kind is Kind.PATH:
                content = await asyncio.to_thread(self._read, document.name or "")
            given = {**options.of_documents, "text": options.text}
            # An empty file is none, as in forms.
            query = body.validate(given | ({"file": content} if content else {}), FileRequest)
            try:
                reading = await isolation.read(content, self._bounds)
            except DocumentError as error:
                raise refusal(error) from None
        return await self._answer(query, reading.text, id, document=answers.document(reading, query.text))

    def _read(self, path: str) -> bytes:
        root = self._settings.jobs.root
        try:
            # Links may have changed since the job was sent.
            file = (root / path).resolve(strict=True) if root else None
            if not root or not file or not file.is_relative_to(Path(root).resolve()):
                raise InvalidFields((FieldError("path", "must be below MUBIAO_JOBS_ROOT"),))
            with file.open("rb") as stream:
                return stream.read(self._bounds.limits.bytes + 1)
        except OSError as error:
            raise InvalidFields((FieldError("path", f"must be a file that can be read: {error.strerror}"),)) from None

    async def _answer(self, query: Options, text: str, id: str, **more: Any) -> bytes:
        options = query.model_copy(update={"id": id})
        return await _insist(lambda: self._extractor.answer(text, options, of_job=True, **more))


async def _insist(work: Callable[[], Awaitable[T]]) -> T:
    while True:
        try:
            return await work()
        except (QueueFull, NotReady):
            await asyncio.sleep(_PAUSE)


def _value(document: Document) -> Any:
    """The JSON value of a document; what is not JSON fails when it is validated, like any other wrong value."""
    if document.kind not in (Kind.JSON, Kind.REFUSED):
        return None
    try:
        return body.parse(document.content)
    except RequestError:
        return None


def _id(document: Document, value: Any) -> str:
    """The id that a document has been given, else its file's name, else its place in the job."""
    if document.name:
        return document.name
    given = value.get("id") if isinstance(value, dict) and document.kind is Kind.JSON else None
    return given if isinstance(given, str) and _DOCUMENT_ID.fullmatch(given) else str(document.position)


def _failed(document: Document, id: str, problem: Problem) -> Result:
    return Result(document.position, True, problems.of_document(id, problem))
