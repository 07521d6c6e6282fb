"""``GET /labels`` and ``GET /openapi.json``: what can be kept as long as its ETag is the same."""

import hashlib
from functools import cache

import orjson
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from annotations.schema import LINKED, Label, Value
from service.records import Role as Duty
from service.schemas import DutyAnswer, LabelAnswer, LabelsAnswer, RoleAnswer, ValueAnswer


def labels() -> LabelsAnswer:
    """The schema of what is found."""
    return LabelsAnswer(
        labels=[
            LabelAnswer(
                label=label,
                name=label.chinese,
                definition=label.definition,
                definition_chinese=label.definition_chinese,
                id_prefix=label.prefix,
                values=list(Value) if label is Label.NUMBER else [],
            )
            for label in Label
        ],
        values=[ValueAnswer(value=value, name=value.chinese, definition=value.definition) for value in Value],
        roles=[RoleAnswer(role=role, source=source, target=target) for role, (source, target) in LINKED.items()],
        duties=[DutyAnswer(role=duty, name=duty.chinese) for duty in Duty],
    )


def routes(app: FastAPI) -> APIRouter:
    """The routes that describe the service."""
    router = APIRouter()
    schema = orjson.dumps(labels().model_dump())
    document = cache(lambda: orjson.dumps(app.openapi()))  # when all routes are there

    @router.get("/labels", response_model=LabelsAnswer, summary="What is found?")
    async def get_labels(request: Request) -> Response:
        """The labels with their Chinese names and definitions, the values of numbers, and how entities are linked."""
        return _conditional(request, schema)

    @router.get("/openapi.json", response_model=dict[str, object], summary="This description")
    async def get_openapi(request: Request) -> Response:
        """The OpenAPI document of the service."""
        return _conditional(request, document())

    return router


def _conditional(request: Request, body: bytes) -> Response:
    """The body as JSON, or 304 if the client has it (RFC 9110, 13.1.2); ETags are weak, for bodies may be packed."""
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    held = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if "*" in held or tag.removeprefix("W/") in held:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
