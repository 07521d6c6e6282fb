"""The OpenAPI document: what FastAPI cannot tell from the code by itself.

Bodies are read by hand (service.body) and errors are problem details, so both are described here. The examples are
real: answers are kept in service.examples, problems are made by the code that answers with them.
"""

from collections.abc import Callable
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Literal

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service import body, described, event_stream, examples, openapi_links, problems
from service.access.guard import KEY_HEADER
from service.batch import items
from service.corrected import routes as corrected
from service.corrected import training_data
from service.corrected.formats import WRITTEN
from service.corrected.schemas import CorrectedDocument, ExportRequest, SavedAnswer
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
    TooMany,
    TooSlow,
    Unauthorized,
    UnsupportedMediaType,
)
from service.examples import Example
from service.file_reader import refusal
from service.jobs import openapi as jobs_openapi
from service.openapi_problems import Responses, of_error, of_problem
from service.request_log import REQUEST_ID_HEADER
from service.schemas import ExtractRequest, FileRequest, LabelsAnswer, ModelAnswer, Problem, StatusAnswer, VersionAnswer
from service.settings import Settings

DESCRIPTION = (
    "Finds in Chinese administrative text each target with its metric, number, unit, deadline and responsible "
    "department. Every error is application/problem+json (RFC 9457), also 404 and 405; every answer carries an "
    "X-Request-ID, which is the request's own if that is 1 to 64 of the characters A-Z a-z 0-9 . _ -. Bodies may be packed "
    "with gzip or zstd, as Content-Encoding says; answers are, if Accept-Encoding allows it."
)
_REQUEST_ID = {"description": "The request's own id, or a new one.", "schema": {"type": "string"}}
_TIMED = {
    "Server-Timing": {
        "description": "Milliseconds of each stage: read, queue, tag, records, json.",
        "schema": {"type": "string"},
    }
}
_TAGGED = {
    "ETag": {"description": "Changes with the content.", "schema": {"type": "string"}},
    "Cache-Control": {
        "description": "no-cache: to be asked for again, with If-None-Match.",
        "schema": {"type": "string"},
    },
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "ETags that the client has.",
    "schema": {"type": "string"},
}
_LINES = {"type": "string", "description": "One JSON object a line: what the items of the JSON list are."}
_KEY = "An API key, where the service was set up with keys."
_REFERENCE = "#/components/schemas/{model}"
Operation = dict[str, Any]


def document(app: FastAPI, settings: Settings) -> dict[str, Any]:
    """The OpenAPI document of the application."""
    if not app.openapi_schema:
        app.openapi_schema = _document(app, settings)
    return app.openapi_schema


def _document(app: FastAPI, settings: Settings) -> dict[str, Any]:
    # Filled in afterwards and not through the routes, because get_openapi would leave out the nulls of examples.
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    models: list[tuple[type[BaseModel], Literal["validation"]]]
    requests = (ExtractRequest, FileRequest, CorrectedDocument, ExportRequest)
    models = [(model, "validation") for model in (*requests, LabelsAnswer, Problem)]
    _, schemas = models_json_schema(models, ref_template=_REFERENCE)
    document["components"]["schemas"] |= schemas["$defs"]
    if settings.jobs.enabled:
        jobs_openapi.describe(document, settings)
    for path, item in document["paths"].items():
        for operation in item.values():
            if path in _DESCRIBED:
                _DESCRIBED[path](operation, settings)
            if path.startswith("/extract") or path in _CORRECTED:
                operation["security"] = [{"key": []}, {"keyHeader": []}, {}]
            for response in operation["responses"].values():
                response["headers"] = {REQUEST_ID_HEADER: _REQUEST_ID, **response.get("headers", {})}
    openapi_links.describe(document)
    document["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": _KEY},
        "keyHeader": {"type": "apiKey", "in": "header", "name": KEY_HEADER, "description": _KEY},
    }
    return document


def _extract(operation: Operation, settings: Settings) -> None:
    shown = examples.load()
    _requested(operation, {"application/json": _content("ExtractRequest", "request", shown)})
    answers = {"application/json": _content("ExtractAnswer", "answer", shown), **_events("ExtractAnswer", shown)}
    _answered(operation, answers, _TIMED)
    operation["responses"] |= _text_problems(settings) | _service_problems(settings) | _model_problems(settings)


def _extract_file(operation: Operation, settings: Settings) -> None:
    shown = examples.load(examples.FILES)
    _requested(operation, {"multipart/form-data": _content("FileRequest", "request", shown)})
    answers = {
        "application/json": _content("ExtractFileAnswer", "answer", shown),
        **_events("ExtractFileAnswer", shown),
    }
    _answered(operation, answers, _TIMED)
    operation["responses"] |= _file_problems(settings) | _service_problems(settings) | _model_problems(settings)


def _extract_batch(operation: Operation, settings: Settings) -> None:
    shown = examples.load(examples.BATCH)
    requests = {
        "type": "array",
        "items": {"$ref": _REFERENCE.format(model="ExtractRequest")},
        "maxItems": settings.batch.items,
    }
    answers = operation["responses"]["200"]["content"][items.JSON]["schema"]
    for part, schema, place in (("request", requests, _requested), ("answer", answers, _answered)):
        content = {
            items.JSON: {"schema": schema, "examples": _examples(part, shown)},
            items.NDJSON: {"schema": _LINES, "examples": _examples(part, shown, lines=True)},
        }
        place(operation, content)
    operation["responses"] |= _batch_problems(settings) | _service_problems(settings) | _model_problems(settings)


def _labels(operation: Operation, settings: Settings) -> None:
    schema = {"$ref": _REFERENCE.format(model="LabelsAnswer")}
    _answered(operation, {"application/json": {"schema": schema, "example": described.labels().model_dump()}})
    _tagged(operation, settings)


def _tagged(operation: Operation, settings: Settings) -> None:
    operation["parameters"] = [_IF_NONE_MATCH]
    operation["responses"]["200"]["headers"] = dict(_TAGGED)
    operation["responses"]["304"] = {"description": "It is as the client has it.", "headers": dict(_TAGGED)}


def _records(operation: Operation, settings: Settings) -> None:
    _corrected(operation, settings)
    _answered(operation, {"application/json": _content("ExtractAnswer", "answer", examples.load())})


def _training_data(operation: Operation, settings: Settings) -> None:
    _corrected(operation, settings)
    operation["responses"] |= of_error("Not enabled.", NotAllowed(corrected.NOT_ENABLED))
    example = next(iter(examples.load().values()))
    name = training_data.file_name(example.answer["id"], example.request["text"])
    _shown(operation, SavedAnswer(name=name, state="new"))


def _export(operation: Operation, settings: Settings) -> None:
    _corrected(operation, settings, export=True)
    types = {written.media_type.split(";")[0] for written in WRITTEN.values()}
    file, values = {"type": "string"}, {"type": "array", "items": {"type": "object"}}
    _answered(operation, {name: {"schema": values if name == items.JSON else file} for name in sorted(types)})


def _corrected(operation: Operation, settings: Settings, export: bool = False) -> None:
    """What takes corrected documents: the examples are those of extraction, sent back as they were answered."""
    shown = {}
    for name, example in examples.load().items():
        document = {key: example.request[key] for key in ("text", "date", "offsets") if key in example.request}
        document |= {key: example.answer[key] for key in ("id", "entities")}
        value = {"format": "xlsx", "documents": [document]} if export else document
        shown[name] = {"summary": example.summary, "value": value}
    schema = {"$ref": _REFERENCE.format(model="ExportRequest" if export else "CorrectedDocument")}
    _requested(operation, {"application/json": {"schema": schema, "examples": shown}})
    operation["responses"] |= _correction_problems(
        settings, ExportRequest if export else CorrectedDocument
    ) | _service_problems(settings)


def _livez(operation: Operation, settings: Settings) -> None:
    _shown(operation, StatusAnswer(status="alive"))
    operation["responses"] |= _not_ready(settings)


def _readyz(operation: Operation, settings: Settings) -> None:
    _shown(operation, StatusAnswer(status="ready"))
    operation["responses"] |= _not_ready(settings)


def _version(operation: Operation, settings: Settings) -> None:
    model = next(iter(examples.load().values())).answer["model"]
    _shown(operation, VersionAnswer(version=version("mubiao"), model=ModelAnswer(**model)))


def _shown(operation: Operation, answer: BaseModel) -> None:
    """Show an answer of 200."""
    operation["responses"]["200"]["content"]["application/json"]["example"] = answer.model_dump()


_DESCRIBED: dict[str, Callable[[Operation, Settings], None]] = {
    "/extract": _extract,
    "/extract/file": _extract_file,
    "/extract/batch": _extract_batch,
    "/labels": _labels,
    "/openapi.json": _tagged,
    "/records": _records,
    "/export": _export,
    "/training-data": _training_data,
    "/livez": _livez,
    "/readyz": _readyz,
    "/version": _version,
}
_CORRECTED = ("/records", "/export", "/training-data")


def _requested(operation: Operation, content: dict[str, Any]) -> None:
    operation["requestBody"] = {"required": True, "content": content}


def _answered(operation: Operation, content: dict[str, Any], headers: dict[str, Any] | None = None) -> None:
    operation["responses"]["200"] |= {"content": content, "headers": dict(headers or {})}


def _content(schema: str, part: str, shown: dict[str, Example]) -> dict[str, Any]:
    return {"schema": {"$ref": _REFERENCE.format(model=schema)}, "examples": _examples(part, shown)}


def _events(answer: str, shown: dict[str, Example]) -> dict[str, Any]:
    """What is answered if Accept asks for events; each is as one of the schemas says."""
    share = {"type": "number", "minimum": 0, "maximum": 1, "description": "How much of the text the model has read."}
    kinds: dict[str, dict[str, Any]] = {
        "progress": {"type": "object", "properties": {"read": share}, "required": ["read"]},
        "answer": {"$ref": _REFERENCE.format(model=answer)},
        "problem": {"$ref": _REFERENCE.format(model="Problem")},
    }
    schema = {"oneOf": [event_stream.schema(name, data) for name, data in kinds.items()]}
    told = [("progress", {"read": 0.4213}), ("answer", next(iter(shown.values())).answer)]
    example = b"".join(event_stream.event(name, orjson.dumps(data)) for name, data in told).decode()
    return {event_stream.MEDIA_TYPE: {"schema": schema, "example": example}}


def _examples(part: str, shown: dict[str, Example], lines: bool = False) -> dict[str, Any]:
    values = {name: getattr(example, part) for name, example in shown.items()}
    if lines:
        values = {name: "".join(orjson.dumps(v).decode() + "\n" for v in value) for name, value in values.items()}
    return {name: {"summary": shown[name].summary, "value": value} for name, value in values.items()}


def _correction_problems(settings: Settings, model: type[BaseModel]) -> Responses:
    return {
        **of_error("No JSON in UTF-8.", MalformedBody(body.NO_JSON)),
        **of_error("Body or text over the limit.", TooLarge("body", settings.corrections.bytes, "bytes")),
        **of_error("Another content type.", UnsupportedMediaType("Content-Type", body.NOT_JSON_TYPE)),
        **of_error("A field that is unknown, missing or wrong.", _invalid({}, model)),
    }


def _text_problems(settings: Settings) -> Responses:
    return {
        **of_error("No JSON in UTF-8.", MalformedBody(body.NO_JSON)),
        **of_error("Body or text over the limit.", TooLarge("text", settings.http.text_limit, "code points")),
        **of_error("Another content type.", UnsupportedMediaType("Content-Type", body.NOT_JSON_TYPE)),
        **of_error(
            "A field that is unknown, missing or wrong.", _invalid({"text": "", "offset": "utf16"}, ExtractRequest)
        ),
    }


def _file_problems(settings: Settings) -> Responses:
    return {
        **of_error("No form.", MalformedBody(body.NO_FORM)),
        **of_error("Body or file over a limit.", TooLarge("body", settings.file.body_limit, "bytes")),
        **of_error("Another content type, or a file in another format.", refusal(UnsupportedDocument(ALLOWED))),
        **of_error("A field that is unknown, missing or wrong, or a file that is broken.", _invalid({}, FileRequest)),
    }


def _batch_problems(settings: Settings) -> Responses:
    return {
        **of_error("No JSON list in UTF-8.", MalformedBody(items.NO_LIST)),
        **of_error("Too many documents, or too long a list.", TooLarge("body", settings.batch.items, "documents")),
        **of_error("Another content type.", UnsupportedMediaType("Content-Type", items.NOT_BATCH_TYPE)),
    }


def _service_problems(settings: Settings) -> Responses:
    return {
        **of_error("No valid API key, where keys are needed.", Unauthorized(presented=False)),
        **of_error("The body takes too long to arrive.", TooSlow()),
        **of_error("The key asks too often.", TooMany("requests a minute", settings.http.retry_after)),
        **of_problem("A failure of the service.", problems.of_status(HTTPStatus.INTERNAL_SERVER_ERROR)),
    }


def _model_problems(settings: Settings) -> Responses:
    """Of what the model is needed for."""
    return {
        **of_error("Too much is waiting, or the key asks too often.", QueueFull(settings.http.retry_after)),
        **_not_ready(settings),
    }


def _not_ready(settings: Settings) -> Responses:
    return of_error("Not ready.", NotReady(settings.http.retry_after))


def _invalid(value: dict[str, str], model: type[BaseModel]) -> RequestError:
    try:
        body.validate(value, model)
    except InvalidFields as error:
        return error
    raise AssertionError("this must not be valid")
