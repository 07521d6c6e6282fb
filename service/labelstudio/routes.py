"""The machine learning backend of Label Studio, under ``/label-studio``, which is the address to give it.

Label Studio calls ``health`` and ``setup`` when the backend is connected, ``predict`` with tasks to annotate, and ``webhook`` when
people annotate. What they send and get is its contract (labelstud.io/guide/ml_create, /guide/webhooks), so the routes are
not in our OpenAPI document.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from annotations.errors import AnnotationError
from annotations.formats import answers as answers_format
from annotations.formats import labelstudio, labelstudio_config
from annotations.formats.labelstudio_config import Config
from models.tagger import Annotation, Tagger
from service import answers
from service.body import read_json_request
from service.errors import FieldError, InvalidFields, NotReady, TooLarge
from service.hang_up import unless_gone
from service.health import Health
from service.labelstudio.folder import Corrections
from service.settings import Settings
from service.worker import Worker

PREFIX = "/label-studio"
_Objects = Annotated[list[dict[str, Any]], Field(fail_fast=True)]
"""One error, however many are wrong."""


class _Request(BaseModel):
    # Label Studio sends more, and other versions other things: passwords of tasks' addresses, a token for its API.
    model_config = ConfigDict(extra="ignore", frozen=True)


class SetupRequest(_Request):
    """A project that wants predictions."""

    label_config: str = Field(alias="schema", description="a string: the labelling configuration of the project")


class PredictRequest(_Request):
    """Tasks to annotate."""

    tasks: _Objects = Field(description="a list of tasks, each an object")
    label_config: str | None = Field(default=None, description="a string: the labelling configuration of the project")


class WebhookRequest(_Request):
    """Something that happened in a project."""

    action: str = Field(description="a string: what happened")
    project: dict[str, Any] = Field(default={}, description="an object: the project")
    task: dict[str, Any] | _Objects = Field(default=[], description="a task, or a list of them")
    annotation: dict[str, Any] | _Objects = Field(default=[], description="an annotation, or a list of them")
    annotations: _Objects = Field(default=[], description="a list of annotations")
    tasks: _Objects = Field(default=[], description="a list of tasks")


def routes(worker: Worker, health: Health, tagger: Tagger, settings: Settings) -> APIRouter:
    """The routes, on the worker that annotates with ``tagger``."""
    router = APIRouter(prefix=PREFIX, include_in_schema=False)
    limit = settings.label_studio.bytes
    folder = settings.label_studio.folder
    corrections = Corrections(folder) if folder else None
    version = f"{tagger.name} {tagger.version}"

    @router.get("/health")
    async def up() -> dict[str, str]:
        if not health.ready:
            raise NotReady(settings.http.retry_after)
        return {"status": "UP", "model_class": "mubiao"}

    @router.post("/setup")
    async def setup(request: Request) -> dict[str, str]:
        query = await read_json_request(request, limit, SetupRequest)
        _config(query.label_config, "schema")
        return {"model_version": version}

    @router.post("/predict")
    async def predict(request: Request) -> Response:
        query = await read_json_request(request, limit, PredictRequest)
        config = _config(query.label_config, "label_config") if query.label_config else labelstudio_config.OURS
        texts = [_text(task, config, f"tasks[{i}]", settings.http.text_limit) for i, task in enumerate(query.tasks)]
        request.state.length = sum(map(len, texts))
        results = await unless_gone(request, predictions(texts, config))
        return Response(orjson.dumps({"results": results}), media_type="application/json")

    async def predictions(texts: Sequence[str], config: Config) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = []
        # Batch after batch: all at once might be more than the queue holds.
        for batch in _batches(texts, settings.queue.turn):
            waiting = [asyncio.create_task(prediction(text, config)) for text in batch]
            try:
                results += await asyncio.gather(*waiting)
            finally:
                for task in waiting:
                    task.cancel()
        return results

    async def prediction(text: str, config: Config) -> dict[str, Any]:
        def finish(annotation: Annotation) -> dict[str, Any]:
            document = answers_format.document(answers.content(annotation, ""), text)
            return labelstudio.prediction(document, version, config)

        return await worker.annotate(text, finish)

    @router.post("/webhook")
    async def webhook(request: Request) -> dict[str, str]:
        query = await read_json_request(request, limit, WebhookRequest)
        if corrections is None:
            return {"status": "ignored"}
        return {"status": "ok" if await asyncio.to_thread(_keep, corrections, query) else "ignored"}

    return router


def _config(xml: str, field: str) -> Config:
    try:
        return labelstudio_config.parse(xml)
    except AnnotationError as error:
        raise InvalidFields((FieldError(field, str(error)),)) from None


def _text(task: dict[str, Any], config: Config, place: str, limit: int) -> str:
    data = task.get("data")
    text = data.get(config.key) if isinstance(data, dict) else None
    if not isinstance(text, str) or any("\ud800" <= c <= "\udfff" for c in text):
        message = "must hold, under the name that the Text tag says, a string of valid Unicode: the document"
        raise InvalidFields((FieldError(f"{place}.data", message),))
    if len(text) > limit:
        raise TooLarge(f"{place}.data", limit, "code points")
    return text


def _batches(texts: Sequence[str], budget: int) -> Iterator[list[str]]:
    """Texts of at most ``budget`` code points together, a longer one alone."""
    batch: list[str] = []
    for text in texts:
        if batch and sum(map(len, batch)) + len(text) > budget:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def _keep(corrections: Corrections, query: WebhookRequest) -> bool:
    """Keep or drop what an event is about; whether it is of a kind that matters here."""
    project = _id(query.project, "project")
    match query.action:
        case "ANNOTATION_CREATED" | "ANNOTATION_UPDATED" | "ANNOTATIONS_CREATED":
            xml = query.project.get("label_config")
            config = _config(xml, "project.label_config") if isinstance(xml, str) else labelstudio_config.OURS
            tasks = {_id(task, "task"): task for task in _list(query.task)}
            for annotation in _list(query.annotation):
                _keep_one(corrections, project, tasks, annotation, config)
        case "ANNOTATIONS_DELETED":
            corrections.drop(project, [_id(a, "annotations") for a in query.annotations])
        case "TASKS_DELETED":
            corrections.drop_tasks(project, [_id(t, "tasks") for t in query.tasks])
        case _:
            return False
    return True


def _keep_one(
    corrections: Corrections, project: int, tasks: dict[int, dict[str, Any]], annotation: dict[str, Any], config: Config
) -> None:
    id, task = _id(annotation, "annotation"), annotation.get("task")
    if annotation.get("was_cancelled"):
        corrections.drop(project, [id])
        return
    if type(task) is not int or task not in tasks:
        raise InvalidFields((FieldError("annotation.task", "must be the id of a task that is sent along"),))
    try:
        document = labelstudio.document(tasks[task], annotation, config)
    except AnnotationError as error:
        raise InvalidFields((FieldError("annotation", str(error)),)) from None
    corrections.keep(project, task, id, document)


def _list(value: dict[str, Any] | list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [value] if isinstance(value, dict) else value


def _id(value: dict[str, Any], field: str) -> int:
    if type(id := value.get("id")) is not int:
        raise InvalidFields((FieldError(f"{field}.id", "must be an integer"),))
    return id
