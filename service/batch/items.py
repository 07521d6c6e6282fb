"""The documents of a batch, read as they arrive: a JSON list, or NDJSON (one JSON object a line)."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from service.body import extract_request, media_type, parse, pieces
from service.errors import MalformedBody, RequestError, TooLarge, UnsupportedMediaType
from service.schemas import ExtractRequest
from service.settings import Settings

JSON, NDJSON = "application/json", "application/x-ndjson"
NOT_BATCH_TYPE = f"must be {JSON} (a list) or {NDJSON}, in UTF-8"
NO_LIST = "must be a JSON list of objects in UTF-8"
_ENDLESS = 2**62
"""Bytes that a plain body of NDJSON may have: it is never held as a whole. A packed one, of which few bytes can come to
very many lines, has the limit of a list."""


@dataclass(frozen=True, slots=True)
class Item:
    """A document's place in the batch, from 0, with the request for it or what is wrong with that.

    ``id`` is the request's, if it can be read.
    """

    index: int
    request: ExtractRequest | RequestError
    id: str | None


def batch_type(request: Request) -> str:
    """JSON or NDJSON; UnsupportedMediaType for anything else."""
    kind, charset = media_type(request)
    if kind not in (JSON, NDJSON) or charset != "utf-8":
        raise UnsupportedMediaType("Content-Type", NOT_BATCH_TYPE)
    return kind


async def read(request: Request, settings: Settings) -> AsyncIterator[Item]:
    """The documents of a batch.

    Raises what is wrong with the body as a whole before the first of them; what comes to light later is the last item.
    """
    values = _listed(request, settings) if batch_type(request) == JSON else _lines(request, settings)
    index = 0
    try:
        async for value in values:
            if index == settings.batch.items:
                raise TooLarge("body", settings.batch.items, "documents")
            yield _item(index, value, settings.http.text_limit)
            index += 1
    except RequestError as error:
        if not index:
            raise
        yield Item(index, error, None)


async def _listed(request: Request, settings: Settings) -> AsyncIterator[Any]:
    body = bytearray()
    async for piece in pieces(request, settings.batch.bytes):
        body += piece
    values = parse(body)
    del body
    if not isinstance(values, list):
        raise MalformedBody(NO_LIST)
    if len(values) > settings.batch.items:
        raise TooLarge("body", settings.batch.items, "documents")
    values.reverse()
    while values:  # each is let go when it has been read
        yield values.pop()


async def _lines(request: Request, settings: Settings) -> AsyncIterator[Any]:
    """The value of each line that is not blank, or the RequestError of one that has none."""
    limit = settings.batch.bytes if "content-encoding" in request.headers else _ENDLESS
    async for line in _split(pieces(request, limit), settings.http.body_limit):
        if line is None:
            yield TooLarge("body", settings.http.body_limit, "bytes a line")
        else:
            try:
                yield parse(line)
            except MalformedBody as error:
                yield error


async def _split(body: AsyncIterable[bytes], limit: int) -> AsyncIterator[bytes | bytearray | None]:
    """The lines of a body that are not blank; None for one of more than ``limit`` bytes, which is not held."""
    line: bytearray | None = bytearray()
    async for piece in body:
        first, *others = piece.split(b"\n")
        line = _longer(line, first, limit)
        if others:
            *ended, rest = others
            for whole in (line, *(part for part in ended if part.strip())):
                if whole is None or len(whole) > limit:
                    yield None
                elif whole.strip():
                    yield bytes(whole)
            line = _longer(bytearray(), rest, limit)
        await asyncio.sleep(0)  # what arrived at once may be very many lines
    if line is None or line.strip():
        yield line


def _longer(line: bytearray | None, part: bytes, limit: int) -> bytearray | None:
    if line is None or len(line) + len(part) > limit:
        return None
    line += part
    return line


def _item(index: int, value: Any, text_limit: int) -> Item:
    if isinstance(value, RequestError):
        return Item(index, value, None)
    try:
        request = extract_request(value, text_limit)
    except RequestError as error:
        return Item(index, error, _id(value))
    return Item(index, request, request.id)


def _id(value: Any) -> str | None:
    """The id in a value that is no request."""
    id = value.get("id") if isinstance(value, dict) else None
    try:
        return extract_request({"text": "无", "id": id}, 1).id
    except RequestError:
        return None
