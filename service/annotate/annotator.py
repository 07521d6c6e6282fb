"""Documents → results, in whatever process this is loaded."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import orjson
import structlog

from annotations.errors import ModelError
from models.tagger import SHIPPED, Tagger, identity
from service import body, bulk, problems
from service.annotate.inputs import FIELDS
from service.annotate.model import Document, Kind, Result, Setup
from service.bulk import Extraction, Text
from service.documents import DocumentError, isolation
from service.errors import FieldError, InvalidFields, RequestError
from service.file_reader import refusal
from service.logs import without_text
from service.schemas import ExtractRequest

_NO_ID = re.compile(r"\A\Z|[\ud800-\udfff]")
"""What an id is not: nothing, or with half a surrogate pair, which no file in UTF-8 can hold."""
_log = structlog.get_logger()


class Annotator:
    """Annotates documents. An error of a document is its result; others are not affected."""

    def __init__(self, setup: Setup) -> None:
        """Load the model. Raises ModelError, also for another model than that of the setup."""
        if identity(setup.folder) != setup.model:
            raise ModelError(f"{setup.folder or SHIPPED}: is not the model that the run was begun with")
        self._setup = setup
        self._tagger = Tagger.load(setup.folder, setup.threads)

    def annotate(self, documents: Sequence[Document]) -> list[Result]:
        """The result of each document, in the order given."""
        try:
            return list(self._results(documents))
        except Exception as error:  # noqa: BLE001 - only the document that fails shall fail
            if len(documents) > 1:
                return [result for document in documents for result in self.annotate([document])]
            _log.error("a document failed", place=documents[0].place, **without_text(error))
            return [failed(documents[0].place, "mubiao failed on this document; the log has the reason.")]

    def _results(self, documents: Sequence[Document]) -> Iterator[Result]:
        for found in bulk.extract(self._tagger, map(self._text, documents)):
            if isinstance(found, Extraction):
                yield Result(False, orjson.dumps(found.answer))
            else:
                yield found

    def _text(self, document: Document) -> Text | Result:
        place = document.place
        try:
            match document.kind:
                case Kind.FILE:
                    return self._of_file(document)
                case Kind.JSON:
                    value = body.parse(document.content)
                    place = _id(value, place)
                    return self._of_json(value, place)
                case Kind.REFUSED:
                    raise InvalidFields((FieldError("document", document.content.decode()),))
        except RequestError as error:
            return Result(True, problems.of_document(place, problems.of_error(error)))

    def _of_file(self, document: Document) -> Text:
        try:
            reading = asyncio.run(isolation.read(document.content, self._setup.bounds))
        except DocumentError as error:
            raise refusal(error) from None
        return bulk.of_file(document.place, reading, self._setup.date, self._setup.with_text)

    def _of_json(self, value: Any, id: str) -> Text:
        if isinstance(value, dict):
            value = {name: value[name] for name in FIELDS if name in value} | {"id": None}
        query = body.validate(value, ExtractRequest)
        more = {"document": {"text": query.text}} if self._setup.with_text else {}
        return Text(id, query.text, query.date or self._setup.date, more)


@cache
def load(setup: Setup) -> Annotator:
    """The annotator of this process."""
    return Annotator(setup)


def failed(id: str, detail: str) -> Result:
    """The result of a document that mubiao itself failed on."""
    return Result(True, problems.of_document(id, problems.failure(detail)))


def _id(value: Any, place: str) -> str:
    """The id that a document was given, a text of valid Unicode or a number, else its place."""
    given = value.get("id") if isinstance(value, dict) else None
    if not isinstance(given, str | int) or isinstance(given, bool):
        return place
    return place if _NO_ID.search(str(given)) else str(given)
