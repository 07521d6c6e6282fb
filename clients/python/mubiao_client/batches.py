"""Many documents in requests of bounded size, gone on with where one broke off.

A request is sent whole before its answers are read, so it must not be longer than the service receives ahead of them
(MUBIAO_BATCH_BYTES).
"""

import json
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Iterator
from typing import Any

from mubiao_client import calls
from mubiao_client.answers import Document, Extraction, Failure, read
from mubiao_client.calls import Call, Options
from mubiao_client.errors import UnexpectedAnswer
from mubiao_client.streams import Later

DOCUMENTS = 100
CHARACTERS = 200_000
"""Of a request: many enough to keep the service busy, few enough to be sent again."""
_LATER = frozenset({408, 429, 503})
"""Problems of documents that were not tried."""
_ERROR = "error"
"""Member of a job's result that holds its problem."""


class Batch:
    """Documents that are sent together, of which the first ones have answers; ``first`` is the place of the first of all."""

    asked_anew = False

    def __init__(self, documents: list[str | Document], first: int, options: Options, packed: bool) -> None:
        self._values = [calls.document(one, options) for one in documents]
        self._first = first
        self._answered = 0
        self._packed = packed

    @property
    def taken(self) -> int:
        """How many have an answer."""
        return self._answered

    @property
    def complete(self) -> bool:
        """Whether each document has its answer."""
        return self._answered == len(self._values)

    def call(self) -> Call[None]:
        """The request for those without an answer."""
        return calls.batch(self._values[self._answered :], self._packed)

    def take(self, line: bytes) -> Extraction | Failure:
        """The next answer. Raises Later if this document, and so those after it, must be sent again."""
        if self.complete:
            raise UnexpectedAnswer("there are more answers than documents")
        answer = result(line, self._first + self._answered)
        if isinstance(answer, Failure) and answer.status in _LATER:
            raise Later(answer)
        self._answered += 1
        return answer


def cut(documents: Iterable[str | Document], options: Options, packed: bool) -> Iterator[Batch]:
    """Batches of documents, in order, taken from ``documents`` as they are needed."""
    cutter = _Cutter(options, packed)
    for document in calls.several(documents, "documents"):
        if batch := cutter.add(document):
            yield batch
    if batch := cutter.end():
        yield batch


async def cut_async(
    documents: Iterable[str | Document] | AsyncIterable[str | Document], options: Options, packed: bool
) -> AsyncGenerator[Batch, None]:
    """The same, of an iterable of either kind."""
    if isinstance(documents, Iterable):
        for batch in cut(documents, options, packed):
            yield batch
        return
    cutter = _Cutter(options, packed)
    async for document in documents:
        if ready := cutter.add(document):
            yield ready
    if ready := cutter.end():
        yield ready


class _Cutter:
    def __init__(self, options: Options, packed: bool) -> None:
        self._options = options
        self._packed = packed
        self._documents: list[str | Document] = []
        self._characters = 0
        self._first = 0

    def add(self, document: str | Document) -> Batch | None:
        length = len(document if isinstance(document, str) else document.text)
        full = len(self._documents) == DOCUMENTS or self._characters + length > CHARACTERS
        batch = self.end() if full else None
        self._documents.append(document)
        self._characters += length
        return batch

    def end(self) -> Batch | None:
        if not self._documents:
            return None
        batch = Batch(self._documents, self._first, self._options, self._packed)
        self._first += len(self._documents)
        self._documents, self._characters = [], 0
        return batch


def result(line: bytes, index: int) -> Extraction | Failure:
    """A line of a batch's answers, or of a job's results, of the document at this place."""
    try:
        value: dict[str, Any] = json.loads(line)
        failed = value.get(_ERROR) or (value if "status" in value else None)
    except (ValueError, AttributeError):
        raise UnexpectedAnswer("a line is no JSON object") from None
    if failed:
        if not isinstance(failed, dict):
            raise UnexpectedAnswer("the problem in a line is no JSON object")
        return read(Failure, {**failed, "index": index, "id": value.get("id")})
    return read(Extraction, value)
