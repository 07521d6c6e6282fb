"""Reading bodies, JSON and forms: bounded while they arrive, then validated, with errors that never quote them."""

import email.message
import json
import re
from collections.abc import AsyncGenerator
from itertools import islice
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from service import compression
from service.errors import FieldError, InvalidFields, MalformedBody, TooLarge, UnsupportedMediaType
from service.schemas import ExtractRequest, FileRequest

Model = TypeVar("Model", bound=BaseModel)
NO_JSON = "must be one JSON object in UTF-8"
NOT_JSON_TYPE = "must be application/json, in UTF-8"
NO_FORM = "must be a form as multipart/form-data, of one file and few fields"
_MOST_FILES, _MOST_FIELDS = 2, 8
"""What is parsed of a form; more than is allowed, so that the error can name it."""
_UNKNOWN_NAMED = 20
"""An error names so many unknown fields at most: a body may have hundreds of thousands."""
_NO_OBJECT = FieldError("body", "must be a JSON object in valid Unicode")
_NAMEABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,31}")


async def read_extract_request(request: Request, body_limit: int, text_limit: int) -> ExtractRequest:
    """The validated body of ``POST /extract``.

    ``body_limit`` is in bytes, ``text_limit`` in code points. Raises the RequestError that fits what is wrong.
    """
    return extract_request(await _read_json(request, body_limit), text_limit)


async def read_json_request(request: Request, body_limit: int, model: type[Model]) -> Model:
    """The validated JSON of a body of at most ``body_limit`` bytes. Raises the RequestError that fits what is wrong."""
    return validate(await _read_json(request, body_limit), model)


async def _read_json(request: Request, body_limit: int) -> Any:
    if media_type(request) != ("application/json", "utf-8"):
        raise UnsupportedMediaType("Content-Type", NOT_JSON_TYPE)
    body = bytearray()
    async for piece in pieces(request, body_limit):
        body += piece
    return parse(body)


def extract_request(value: Any, text_limit: int) -> ExtractRequest:
    """The request that a JSON value holds, whose text has at most ``text_limit`` code points.

    Raises InvalidFields and TooLarge.
    """
    query = validate(value, ExtractRequest)
    if len(query.text) > text_limit:
        raise TooLarge("text", text_limit, "code points")
    return query


async def read_file_request(request: Request, body_limit: int) -> FileRequest:
    """The validated form of ``POST /extract/file``, whose body has at most ``body_limit`` bytes.

    Fields that are empty are as if they were not there: browsers send all that a form has. Raises the RequestError that
    fits what is wrong.
    """
    if media_type(request)[0] != "multipart/form-data":
        raise UnsupportedMediaType("Content-Type", "must be multipart/form-data")
    parser = _FormParser(request.headers, pieces(request, body_limit), max_files=_MOST_FILES, max_fields=_MOST_FIELDS)
    try:
        form = await parser.parse()
    except MultiPartException:
        raise MalformedBody(NO_FORM) from None
    fields: dict[str, str | bytes] = {}
    repeated = []
    for name, value in form.multi_items():
        content = await value.read() if isinstance(value, UploadFile) else value
        if name in fields:
            repeated.append(FieldError(shown(name), "must be there once"))
        if content:
            fields[name] = content
    await form.close()
    if repeated:
        raise InvalidFields(tuple(dict.fromkeys(repeated)))
    return validate(fields, FileRequest)


class _FormParser(MultiPartParser):
    spool_max_size = 0  # files stay in memory, which the limit of the body bounds: nothing of them is written to disk


def parse(body: bytes | bytearray) -> Any:
    """The JSON value of a body; MalformedBody if there is none."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    # orjson refuses "\ud800" without saying in which field; json lets it through to the validation of the fields. A byte
    # order mark, as Windows writes it, is passed over (RFC 8259, section 8.1).
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise MalformedBody(NO_JSON) from None


def validate(value: Any, model: type[Model]) -> Model:
    """The request that a value holds; InvalidFields names each field that is wrong and what is allowed."""
    try:
        return model.model_validate(_few_unknown(value, model) if isinstance(value, dict) else value)
    except ValidationError as error:
        places = [e["loc"] for e in error.errors(include_url=False, include_input=False)]
    wrong = [_field_error(str(place[0]), model) if place else _NO_OBJECT for place in places]
    raise InvalidFields(tuple(dict.fromkeys(wrong)))


def _few_unknown(fields: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """The fields without all but the first of those that the model forbids."""
    unknown = fields.keys() - model.model_fields.keys()
    if len(unknown) <= _UNKNOWN_NAMED or model.model_config.get("extra") != "forbid":
        return fields
    named = set(islice((name for name in fields if name in unknown), _UNKNOWN_NAMED))
    return {name: value for name, value in fields.items() if name in named or name not in unknown}


def media_type(request: Request) -> tuple[str, str]:
    """The media type and charset that a body is said to have."""
    message = email.message.Message()
    message["content-type"] = request.headers.get("content-type", "")
    charset = message.get_content_charset("utf-8")
    return message.get_content_type(), "utf-8" if charset == "utf8" else charset


async def pieces(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """The pieces of a body as they arrive, unpacked; TooLarge after ``limit`` bytes, packed or unpacked.

    Raises UnsupportedMediaType for a coding that is not known, MalformedBody for one that the body does not have.
    """
    too_large = TooLarge("body", limit, "bytes")
    unpacker = compression.unpacker(request.headers.get("content-encoding", ""))
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large
    received = unpacked = 0
    async for chunk in request.stream():
        received += len(chunk)
        for piece in unpacker.unpack(chunk):
            unpacked += len(piece)
            if max(received, unpacked) > limit:
                raise too_large
            yield piece
    unpacker.end()


def _refuse(constant: str) -> Any:
    raise ValueError("NaN and Infinity are no JSON")


def _field_error(name: str, model: type[BaseModel]) -> FieldError:
    if field := model.model_fields.get(name):
        return FieldError(name, f"must be {field.description}")
    allowed = sorted(model.model_fields, key=lambda name: not model.model_fields[name].is_required())
    return FieldError(shown(name), f"is not known; allowed are {', '.join(allowed)}")


def shown(name: str) -> str:
    """The name of a field, unless it is rather content than a name."""
    return name if _NAMEABLE.fullmatch(name) else "(unknown)"
