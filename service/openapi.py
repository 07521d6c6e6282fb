"""The OpenAPI document: what FastAPI cannot tell from the code by itself.

Bodies are read by hand (service.body) and errors are problem details, so both are described here. The examples are
real: answers are kept in service.examples, problems are made by the code that answers with them.
"""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from service import body, examples, problems
from service.errors import (
    InvalidFields,
    MalformedBody,
    NotReady,
    QueueFull,
    RequestError,
    TooLarge,
    UnsupportedMediaType,
)
from service.schemas import ExtractRequest, Problem
from service.settings import HTTPSettings

DESCRIPTION = (
    "Finds in Chinese administrative text each target with its metric, number, unit, deadline and responsible "
    "department. Every error is application/problem+json (RFC 9457), also 404 and 405; every answer carries an "
    "X-Request-ID, which is the request's own if that is 1 to 64 of the characters A-Z a-z 0-9 . _ -"
)
_REFERENCE = "#/components/schemas/{model}"
Responses = dict[str, dict[str, Any]]


def document(app: FastAPI, settings: HTTPSettings) -> dict[str, Any]:
    """The OpenAPI document of the application."""
    if not app.openapi_schema:
        app.openapi_schema = _document(app, settings)
    return app.openapi_schema


def _document(app: FastAPI, settings: HTTPSettings) -> dict[str, Any]:
    # Filled in afterwards and not through the routes, because get_openapi would leave out the nulls of examples.
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    _, schemas = models_json_schema([(ExtractRequest, "validation"), (Problem, "validation")], ref_template=_REFERENCE)
    document["components"]["schemas"] |= schemas["$defs"]

    operations = {path: operation for path, item in document["paths"].items() for operation in item.values()}
    extract = operations["/extract"]
    extract["requestBody"] = {"required": True, "content": {"application/json": _content("ExtractRequest", "request")}}
    extract["responses"]["200"]["content"]["application/json"] = _content("ExtractAnswer", "answer")
    extract["responses"] |= _extract_problems(settings)
    for path in ("/livez", "/readyz"):
        operations[path]["responses"] |= _not_ready(settings)
    return document


def _content(schema: str, part: str) -> dict[str, Any]:
    shown = {name: {"summary": e.summary, "value": getattr(e, part)} for name, e in examples.load().items()}
    return {"schema": {"$ref": _REFERENCE.format(model=schema)}, "examples": shown}


def _extract_problems(settings: HTTPSettings) -> Responses:
    return {
        **_of_error("No JSON in UTF-8.", MalformedBody()),
        **_of_error("Body or text over the limit.", TooLarge("text", settings.text_limit, "code points")),
        **_of_error("Another content type.", UnsupportedMediaType("Content-Type", "application/json, in UTF-8")),
        **_of_error("A field that is unknown, missing or wrong.", _invalid_fields()),
        **_of_error("Too much is waiting.", QueueFull(settings.retry_after)),
        **_of_problem("A failure of the service.", problems.of_status(HTTPStatus.INTERNAL_SERVER_ERROR)),
        **_not_ready(settings),
    }


def _not_ready(settings: HTTPSettings) -> Responses:
    return _of_error("Not ready.", NotReady(settings.retry_after))


def _invalid_fields() -> RequestError:
    try:
        body.validate({"text": "", "offset": "utf16"})
    except InvalidFields as error:
        return error
    raise AssertionError("an empty text must not be valid")


def _of_error(description: str, error: RequestError) -> Responses:
    responses = _of_problem(description, problems.of_error(error))
    if error.retry_after:
        seconds = {"description": "Seconds to wait.", "schema": {"type": "integer"}, "example": error.retry_after}
        responses[str(error.status)]["headers"] = {"Retry-After": seconds}
    return responses


def _of_problem(description: str, problem: Problem) -> Responses:
    content = {"schema": {"$ref": _REFERENCE.format(model="Problem")}, "example": problem.model_dump()}
    return {str(problem.status): {"description": description, "content": {problems.MEDIA_TYPE: content}}}
