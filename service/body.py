"""Reading a JSON body: bounded while it arrives, then parsed and validated, with errors that never quote it."""

import email.message
import json
import re
from typing import Any

import orjson
from pydantic import ValidationError
from starlette.requests import Request

from service.errors import FieldError, InvalidFields, MalformedBody, TooLarge, UnsupportedMediaType
from service.schemas import ExtractRequest

_NO_OBJECT = FieldError("body", "must be a JSON object in valid Unicode")
_NAMEABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,31}")


async def read_extract_request(request: Request, body_limit: int, text_limit: int) -> ExtractRequest:
    """The validated body of ``POST /extract``.

    ``body_limit`` is in bytes, ``text_limit`` in code points. Raises the RequestError that fits what is wrong.
    """
    _check_media_type(request)
    query = validate(parse(await _read(request, body_limit)))
    if len(query.text) > text_limit:
        raise TooLarge("text", text_limit, "code points")
    return query


def parse(body: bytes | bytearray) -> Any:
    """The JSON value of a body; MalformedBody if there is none."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    # orjson refuses "\ud800" without saying in which field; json lets it through to the validation of the fields.
    try:
        return json.loads(body.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise MalformedBody from None


def validate(value: Any) -> ExtractRequest:
    """The request that a JSON value holds; InvalidFields names each field that is wrong and what is allowed."""
    try:
        return ExtractRequest.model_validate(value)
    except ValidationError as error:
        places = [e["loc"] for e in error.errors(include_url=False, include_input=False)]
    wrong = [_field_error(str(place[0])) if place else _NO_OBJECT for place in places]
    raise InvalidFields(tuple(dict.fromkeys(wrong)))


def _check_media_type(request: Request) -> None:
    message = email.message.Message()
    message["content-type"] = request.headers.get("content-type", "")
    charset = message.get_content_charset("utf-8")
    if message.get_content_type() != "application/json" or charset not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("Content-Type", "application/json, in UTF-8")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMediaType("Content-Encoding", "identity: compressed bodies are not read")


async def _read(request: Request, limit: int) -> bytearray:
    declared = request.headers.get("content-length", "")
    too_large = TooLarge("body", limit, "bytes")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise too_large
    return body


def _refuse(constant: str) -> Any:
    raise ValueError("NaN and Infinity are no JSON")


def _field_error(name: str) -> FieldError:
    if field := ExtractRequest.model_fields.get(name):
        return FieldError(name, f"must be {field.description}")
    # A name that is no identifier is rather content than a mistyped field.
    shown = name if _NAMEABLE.fullmatch(name) else "(unknown)"
    return FieldError(shown, f"is not known; allowed are {', '.join(ExtractRequest.model_fields)}")
