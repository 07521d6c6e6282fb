"""Where the documents of a job come from: the body of ``POST /jobs``, or files on the server."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import islice

import orjson
from starlette.requests import Request

from service import body, files, problems, splitting
from service.errors import (
    FieldError,
    InvalidFields,
    MalformedBody,
    RequestError,
    TooLarge,
    UnreadableFile,
    UnsupportedMediaType,
)
from service.jobs.forms import Files
from service.jobs.model import Kind, Submission
from service.jobs.schemas import PathRequest
from service.settings import Settings
from service.splitting import NO_LIST, Elements, Lines, Value

LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
LIST = "application/json"
FORM = "multipart/form-data"
OTHER_TYPE = f"must be {LINES[0]} or {LIST} in UTF-8, or {FORM}"
_PATH_BYTES = 16_384
_AT_ONCE = 200
"""Files that are looked up before their names are written down."""


async def submissions(request: Request, settings: Settings) -> AsyncIterator[Submission]:
    """The documents of a request, as its body arrives. Raises the RequestError that fits what is wrong."""
    media_type, charset = body.media_type(request)
    pieces = body.pieces(request, settings.jobs.body_bytes)
    if media_type == FORM:
        form = Files(request.headers["content-type"], settings.file.bytes)
        async for piece in pieces:
            for name, content in form.feed(piece):
                yield _file(name, content, settings)
        form.close()
        return
    if media_type not in (*LINES, LIST) or charset != "utf-8":
        raise UnsupportedMediaType("Content-Type", OTHER_TYPE)
    splitter: Lines | Elements = (Elements if media_type == LIST else Lines)(settings.http.body_limit)
    begun = media_type != LIST
    async for piece in pieces:
        if not begun and (text := piece.lstrip(b" \t\r\n")):
            begun = True
            if text.startswith(b"{"):
                async for submission in _in_thread(_below(await _path(text, pieces), settings)):
                    yield submission
                return
        for value in splitter.feed(piece):
            yield _json(value, settings)
    for value in splitter.close():
        yield _json(value, settings)


async def _in_thread(found: Iterator[Submission]) -> AsyncIterator[Submission]:
    while some := await asyncio.to_thread(lambda: list(islice(found, _AT_ONCE))):
        for submission in some:
            yield submission


async def _path(begin: bytes, pieces: AsyncIterator[bytes]) -> str:
    """The path that a request names instead of carrying documents."""
    content = bytearray(begin)
    async for piece in pieces:
        content += piece
        if len(content) > _PATH_BYTES:
            raise MalformedBody(NO_LIST)
    value = body.parse(content)
    if not isinstance(value, dict) or not value.keys() & PathRequest.model_fields.keys():  # a document alone, say
        raise MalformedBody(NO_LIST)
    return body.validate(value, PathRequest).path


def _below(path: str, settings: Settings) -> Iterator[Submission]:
    """The documents of a file or a folder below the root, in the order of their names."""
    if not settings.jobs.root:
        raise InvalidFields((FieldError("path", "must not be there: this service reads no files of its own"),))
    root = settings.jobs.root.resolve()
    try:
        start = (root / path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        start = None
    if not start or not start.is_relative_to(root):
        raise InvalidFields((FieldError("path", "must be a file or folder that is below MUBIAO_JOBS_ROOT"),))
    below = files.below(start, (*files.SUFFIXES, *files.LINES)) if start.is_dir() else [start]
    try:
        for file in below:
            if file.is_symlink():  # it may lead out of the root
                continue
            if file.suffix.lower() in files.LINES:
                with file.open("rb") as lines:
                    for _, value in splitting.lines(lines, settings.http.body_limit):
                        yield _json(value, settings)
            else:
                yield Submission(Kind.PATH, b"", files.printable(file.relative_to(root)), file.stat().st_size)
    except (OSError, UnreadableFile):
        raise InvalidFields((FieldError("path", "must hold only files that can be read"),)) from None


def _json(value: Value, settings: Settings) -> Submission:
    if value is None:
        return _refused(TooLarge("body", settings.http.body_limit, "bytes"))
    return Submission(Kind.JSON, value, None, len(value))


def _file(name: str, content: bytes | None, settings: Settings) -> Submission:
    if content is None:
        return _refused(TooLarge("file", settings.file.bytes, "bytes"), name)
    return Submission(Kind.FILE, content, name, len(content))


def _refused(error: RequestError, name: str | None = None) -> Submission:
    return Submission(Kind.REFUSED, orjson.dumps(problems.of_error(error).model_dump()), name, 0)
