"""The OpenAPI document: what FastAPI cannot tell from the code by itself.

Bodies are read by hand (service.body) and errors are problem details, so both are described here. The examples are
real: answers are kept in service.examples, problems are made by the code that answers with them.
"""

from http import HTTPStatus
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service import body, examples, problems
from service.corrected import routes as corrected
from service.corrected.formats import WRITTEN
from service.corrected.schemas import CorrectedDocument, ExportRequest
from service.documents import UnsupportedDocument
from service.documents.detect import ALLOWED
from service.errors import (
    InvalidFields,
    MalformedBody,
    NotAllowed,
    NotReady,
    QueueFull,
    RequestError,
    TooLarge,
    TooSlow,
    Unauthorized,
    UnsupportedMediaType,
)
from service.examples import Example
from service.file_reader import refusal
from service.schemas import ExtractRequest, FileRequest, Problem
from service.settings import Settings

DESCRIPTION = (
    "Finds in Chinese administrative text each target with its metric, number, unit, deadline and responsible "
    "department. Every error is application/problem+json (RFC 9457), also 404 and 405; every answer carries an "
    "X-Request-ID, which is the request's own if that is 1 to 64 of the characters A-Z a-z 0-9 . _ -"
)
_KEY = "An API key, where the service was set up with keys."
_REFERENCE = "#/components/schemas/{model}"
Responses = dict[str, dict[str, Any]]


def document(app: FastAPI, settings: Settings) -> dict[str, Any]:
    """The OpenAPI document of the application."""
    if not app.openapi_schema:
        app.openapi_schema = _document(app, settings)
    return app.openapi_schema


def _document(app: FastAPI, settings: Settings) -> dict[str, Any]:
    # Filled in afterwards and not through the routes, because get_openapi would leave out the nulls of examples.
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    described: list[tuple[type[BaseModel], Literal["validation"]]]
    described = [
        (model, "validation") for model in (ExtractRequest, FileRequest, CorrectedDocument, ExportRequest, Problem)
    ]
    _, schemas = models_json_schema(described, ref_template=_REFERENCE)
    document["components"]["schemas"] |= schemas["$defs"]

    operations = {path: operation for path, item in document["paths"].items() for operation in item.values()}
    retry_after = settings.http.retry_after
    text, files = examples.load(), examples.load(examples.FILES)
    extract = operations["/extract"]
    extract["requestBody"] = _body("application/json", "ExtractRequest", text)
    extract["responses"]["200"]["content"]["application/json"] = _content("ExtractAnswer", "answer", text)
    extract["responses"] |= _text_problems(settings) | _service_problems(retry_after)
    file = operations["/extract/file"]
    file["requestBody"] = _body("multipart/form-data", "FileRequest", files)
    file["responses"]["200"]["content"]["application/json"] = _content("ExtractFileAnswer", "answer", files)
    file["responses"] |= _file_problems(settings) | _service_problems(retry_after)
    _describe_corrections(operations, settings, text)
    for path in ("/livez", "/readyz"):
        operations[path]["responses"] |= _not_ready(retry_after)
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": _KEY}}
    for operation in (extract, file):
        operation["security"] = [{"key": []}, {}]
    return document


def _body(media_type: str, schema: str, shown: dict[str, Example]) -> dict[str, Any]:
    return {"required": True, "content": {media_type: _content(schema, "request", shown)}}


def _content(schema: str, part: str, shown: dict[str, Example]) -> dict[str, Any]:
    values = {name: {"summary": e.summary, "value": getattr(e, part)} for name, e in shown.items()}
    return {"schema": {"$ref": _REFERENCE.format(model=schema)}, "examples": values}


def _describe_corrections(operations: dict[str, Any], settings: Settings, shown: dict[str, Example]) -> None:
    """Describe what takes corrected documents: the examples are those of extraction, sent back as they were answered."""
    documents = {
        name: {key: e.request[key] for key in ("text", "date", "offsets", "id") if key in e.request}
        | {"entities": e.answer["entities"]}
        for name, e in shown.items()
    }
    bodies = {
        "/records": ("CorrectedDocument", documents),
        "/training-data": ("CorrectedDocument", documents),
        "/export": ("ExportRequest", {n: {"format": "xlsx", "documents": [d]} for n, d in documents.items()}),
    }
    for path, (schema, values) in bodies.items():
        examples_of = {name: {"summary": shown[name].summary, "value": value} for name, value in values.items()}
        content = {"schema": {"$ref": _REFERENCE.format(model=schema)}, "examples": examples_of}
        operation = operations[path]
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
        operation["responses"] |= _correction_problems(settings) | _service_problems(settings.http.retry_after)
        operation["security"] = [{"key": []}, {}]
    files = {written.media_type.split(";")[0]: {"schema": {"type": "string"}} for written in WRITTEN.values()}
    operations["/export"]["responses"]["200"]["content"] = files
    operations["/records"]["responses"]["200"]["content"]["application/json"] = _content(
        "ExtractAnswer", "answer", shown
    )
    operations["/training-data"]["responses"] |= _of_error("Not enabled.", NotAllowed(corrected.NOT_ENABLED))


def _correction_problems(settings: Settings) -> Responses:
    return {
        **_of_error("No JSON in UTF-8.", MalformedBody(body.NO_JSON)),
        **_of_error("Body or text over the limit.", TooLarge("body", settings.corrections.bytes, "bytes")),
        **_of_error("Another content type.", UnsupportedMediaType("Content-Type", body.NOT_JSON_TYPE)),
        **_of_error("A field that is unknown, missing or wrong.", _invalid({}, CorrectedDocument)),
    }


def _text_problems(settings: Settings) -> Responses:
    return {
        **_of_error("No JSON in UTF-8.", MalformedBody(body.NO_JSON)),
        **_of_error("Body or text over the limit.", TooLarge("text", settings.http.text_limit, "code points")),
        **_of_error("Another content type.", UnsupportedMediaType("Content-Type", body.NOT_JSON_TYPE)),
        **_of_error(
            "A field that is unknown, missing or wrong.", _invalid({"text": "", "offset": "utf16"}, ExtractRequest)
        ),
    }


def _file_problems(settings: Settings) -> Responses:
    return {
        **_of_error("No form.", MalformedBody(body.NO_FORM)),
        **_of_error("Body or file over a limit.", TooLarge("body", settings.file.body_limit, "bytes")),
        **_of_error("Another content type, or a file in another format.", refusal(UnsupportedDocument(ALLOWED))),
        **_of_error("A field that is unknown, missing or wrong, or a file that is broken.", _invalid({}, FileRequest)),
    }


def _service_problems(retry_after: int) -> Responses:
    return {
        **_of_error("No valid API key, where keys are needed.", Unauthorized(presented=False)),
        **_of_error("The body takes too long to arrive.", TooSlow()),
        **_of_error("Too much is waiting, or the key asks too often.", QueueFull(retry_after)),
        **_of_problem("A failure of the service.", problems.of_status(HTTPStatus.INTERNAL_SERVER_ERROR)),
        **_not_ready(retry_after),
    }


def _not_ready(retry_after: int) -> Responses:
    return _of_error("Not ready.", NotReady(retry_after))


def _invalid(value: dict[str, str], model: type[BaseModel]) -> RequestError:
    try:
        body.validate(value, model)
    except InvalidFields as error:
        return error
    raise AssertionError("this must not be valid")


def _of_error(description: str, error: RequestError) -> Responses:
    responses = _of_problem(description, problems.of_error(error))
    if error.headers:
        responses[str(error.status)]["headers"] = {
            name: {"schema": {"type": "integer" if value.isdecimal() else "string"}, "example": value}
            for name, value in error.headers.items()
        }
    return responses


def _of_problem(description: str, problem: Problem) -> Responses:
    content = {"schema": {"$ref": _REFERENCE.format(model="Problem")}, "example": problem.model_dump()}
    return {str(problem.status): {"description": description, "content": {problems.MEDIA_TYPE: content}}}
