"""``/jobs`` in the OpenAPI document, as far as FastAPI cannot tell it from the code by itself."""

from http import HTTPStatus
from typing import Any, Literal

import orjson
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service import body, event_stream, examples, problems
from service.errors import (
    InvalidFields,
    JobsUnavailable,
    KeyInUse,
    MalformedBody,
    NoSuchJob,
    TooLarge,
    TooMany,
    TooSlow,
    Unauthorized,
    UnsupportedMediaType,
)
from service.examples import Example
from service.jobs.forms import FIELD
from service.jobs.routes import EVENT, KEY, KEY_PATTERN, NO_KEY
from service.jobs.schemas import (
    DeleteRequest,
    FailedAnswer,
    JobOptions,
    PageRequest,
    PathRequest,
    ResultsRequest,
)
from service.jobs.sources import FORM, LINES, LIST, OTHER_TYPE
from service.openapi_problems import of_error, of_problem
from service.schemas import ExtractRequest, Problem
from service.settings import Settings
from service.splitting import NO_LIST

_REFERENCE = "#/components/schemas/{model}"
_QUERIES: dict[tuple[str, str], type[BaseModel]] = {
    ("/jobs", "post"): JobOptions,
    ("/jobs", "get"): PageRequest,
    ("/jobs/{id}/results", "get"): ResultsRequest,
    ("/jobs/{id}", "delete"): DeleteRequest,
}
"""The parameters of each operation, by path and method."""
_TIMES = {"created": "2025-02-01T08:00:00Z", "started": "2025-02-01T08:00:01Z", "finished": "2025-02-01T08:00:02Z"}
JOB = {
    "id": "5e0c0b7f6f8b4c4f9d6a2b1c3d4e5f60",
    "state": "done",
    "total": 2,
    "done": 2,
    "failed": 1,
    "rate": 2.0,
    "seconds_left": None,
    **_TIMES,
    "expires": "2025-03-03T08:00:02Z",
    "webhook": None,
}
"""The job of the documents that are an example of POST /extract/batch."""
_QUEUED = JOB | dict.fromkeys(("started", "finished", "expires", "rate")) | {"state": "queued", "done": 0, "failed": 0}
_CANCELLED = JOB | {"state": "cancelled", "done": 0, "failed": 0, "rate": None}


def describe(document: dict[str, Any], settings: Settings) -> None:
    """Complete what ``document`` says of ``/jobs``."""
    described: list[tuple[type[BaseModel], Literal["validation"]]]
    described = [(model, "validation") for model in (PathRequest, FailedAnswer)]
    _, schemas = models_json_schema(described, ref_template=_REFERENCE)
    components = document["components"]["schemas"] = schemas["$defs"] | document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):  # FastAPI's own form of 422
        components.pop(unused, None)

    paths = {path: item for path, item in document["paths"].items() if path.startswith("/jobs")}
    for path, item in paths.items():
        for method, operation in item.items():
            problem = operation["responses"]
            problem.pop("422", None)
            if model := _QUERIES.get((path, method)):
                operation.setdefault("parameters", []).extend(_parameters(model))
                problem |= of_error("A parameter that is unknown or wrong.", _invalid({"limits": "5"}, model))
            if "{id}" in path:
                problem |= of_error("No such job, or only for another API key.", NoSuchJob())
            operation["security"] = [{"key": []}, {}]
            problem |= of_error("No valid API key, where keys are needed.", Unauthorized(presented=False))
            problem |= of_error("The key asks too often.", TooMany("requests a minute", settings.http.retry_after))
            problem |= of_problem("A failure of the service.", problems.of_status(HTTPStatus.INTERNAL_SERVER_ERROR))
            problem |= of_error("The database cannot be used.", JobsUnavailable(settings.http.retry_after))
    _describe_submit(paths["/jobs"]["post"], settings)
    paths["/jobs"]["get"]["responses"]["200"]["content"] = _json("JobsAnswer", {"jobs": [JOB], "next": None})
    paths["/jobs/{id}"]["get"]["responses"]["200"]["content"] = _json("JobAnswer", JOB)
    paths["/jobs/{id}"]["delete"]["responses"] |= {
        "200": {
            "description": "Cancelled, unless it had ended.",
            "content": _json("JobAnswer", _CANCELLED),
        },
        "204": {"description": "Erased."},
    }
    lines = {"type": "string", "description": "A JSON object a line: ExtractAnswer, ExtractFileAnswer or FailedAnswer."}
    shown = "".join(orjson.dumps(result).decode() + "\n" for result in map(_result, _example().answer))
    _success(paths["/jobs/{id}/results"]["get"], "A line for each document.", LINES[0], lines, shown)
    event = event_stream.schema(EVENT, _reference("JobAnswer"))
    shown = event_stream.event(EVENT, orjson.dumps(JOB)).decode()
    events = paths["/jobs/{id}/events"]["get"]
    _success(events, "Server-sent events, each as this says.", event_stream.MEDIA_TYPE, event, shown)


def _example() -> Example:
    return examples.load(examples.BATCH)["two"]


def _result(answer: dict[str, Any]) -> dict[str, Any]:
    """What a job has for a document that a batch gives this answer to."""
    if "status" not in answer:
        return answer
    return {"id": answer["id"], "error": {name: answer[name] for name in Problem.model_fields}}


def _describe_submit(operation: dict[str, Any], settings: Settings) -> None:
    limit, retry_after = settings.jobs.body_bytes, settings.http.retry_after
    shown = _example().request
    files = {"type": "array", "items": {"type": "string", "contentMediaType": "application/octet-stream"}}
    form = {"type": "object", "properties": {FIELD: files}, "required": [FIELD], "additionalProperties": False}
    documents = {"type": "array", "minItems": 1, "items": _reference(ExtractRequest.__name__)}
    operation["requestBody"] = {
        "required": True,
        "content": {
            LINES[0]: {"schema": _reference(ExtractRequest.__name__), "example": shown[0]},
            LIST: {
                "schema": {"oneOf": [documents, _reference("PathRequest")]},
                "examples": {
                    "list": {"summary": "A list of documents", "value": shown},
                    "path": {"summary": "Files on the server", "value": {"path": "archive/2024"}},
                },
            },
            FORM: {"schema": form},
        },
    }
    key = {"name": KEY, "in": "header", "schema": {"type": "string", "pattern": KEY_PATTERN}, "description": NO_KEY}
    operation["parameters"].append(key)
    place = {"description": "Where the job is.", "schema": {"type": "string"}, "example": f"/jobs/{JOB['id']}"}
    operation["responses"] |= {
        "202": {"description": "Accepted.", "headers": {"Location": place}, "content": _json("JobAnswer", _QUEUED)},
        **of_error("Neither a list nor a form, or not in UTF-8.", MalformedBody(NO_LIST)),
        **of_error("The body takes too long to arrive.", TooSlow()),
        **of_error("The first request with this Idempotency-Key is not answered yet.", KeyInUse(retry_after)),
        **of_error("Body or number of documents over the limit.", TooLarge("body", limit, "bytes")),
        **of_error("Another content type.", UnsupportedMediaType("Content-Type", OTHER_TYPE)),
    }
    operation["responses"]["422"]["description"] = (
        "A parameter that is unknown or wrong, no documents, or an Idempotency-Key that was used for others."
    )


def _parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    found = []
    for name, described in schema["properties"].items():
        description = described.pop("description", "")
        described.pop("title", None)
        if reference := described.pop("$ref", None):
            described |= {"type": "string", "enum": definitions[reference.rsplit("/", 1)[1]]["enum"]}
        # A parameter is left out and never null.
        for choice in described.pop("anyOf", ()):
            described |= choice if choice.get("type") != "null" else {}
        if described.get("default", ...) is None:
            del described["default"]
        found.append({"name": name, "in": "query", "description": f"Must be {description}.", "schema": described})
    return found


def _success(
    operation: dict[str, Any], description: str, media_type: str, schema: dict[str, Any], example: str
) -> None:
    content = {media_type: {"schema": schema, "example": example}}
    operation["responses"]["200"] = {"description": description, "content": content}


def _json(model: str, example: Any) -> dict[str, Any]:
    return {LIST: {"schema": _reference(model), "example": example}}


def _reference(model: str) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model)}


def _invalid(value: dict[str, str], model: type[BaseModel]) -> InvalidFields:
    try:
        body.validate(value, model)
    except InvalidFields as error:
        return error
    raise AssertionError("this must not be valid")
