"""Label Studio's JSON: an array of tasks with annotations or predictions. The labelling configuration is another module's.

A task is ``{"data": {"text", "name"}, "meta", "annotations" | "predictions": [{"result": [region, …]}]}``. An entity is a
region of type labels, whose id it keeps; the value of a NUMBER is a region of type choices under the same id; a link is
one of type relation. Offsets are code points, as Label Studio counts them; files that count UTF-16 units, as it once
did, are told by the texts of their regions. Documented at labelstud.io/guide/task_format and /guide/export.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from annotations.errors import AnnotationError
from annotations.formats import jsonl
from annotations.formats.assembly import parse_role
from annotations.formats.labelstudio_config import OURS, Config
from annotations.schema import Document, Entity, Label, Link, Value


def read(path: Path, annotator: str | None = None) -> Iterator[Document]:
    """The documents of the tasks that are annotated; those that are not yet, or were skipped, are passed over.

    Of several annotations of a task the one counts that is marked as ground truth; ``annotator``, an id or an e-mail
    address, chooses that person's instead. Raises AnnotationError where neither decides, and for what is no such file.
    """
    for place, task in jsonl.read_array(path):
        if annotation := _chosen(task, annotator, place):
            yield _document(task, annotation, with_scores=False, place=place)


def read_predictions(path: Path) -> Iterator[Document]:
    """The documents of the tasks' predictions, the last of each task. Raises AnnotationError."""
    for place, task in jsonl.read_array(path):
        if task.get("predictions"):
            prediction = jsonl.list_of(task, "predictions", place)[-1]
            if isinstance(prediction, int):
                raise AnnotationError(f"{place}: predictions: only their ids, as in an export; GET /api/tasks has them")
            yield _document(task, prediction, with_scores=True, place=place)


def write(documents: Iterable[Document], path: Path) -> None:
    """Write documents as annotated tasks."""
    jsonl.write_array(map(annotated_task, documents), path)


def write_predictions(documents: Iterable[Document], path: Path, version: str = "mubiao") -> None:
    """Write documents as tasks to correct, with what was found as the prediction of a model of that ``version``."""
    jsonl.write_array((_task(d) | {"predictions": [prediction(d, version)]} for d in documents), path)


def annotated_task(document: Document) -> dict[str, Any]:
    """A document as an annotated task."""
    return _task(document) | {"annotations": [{"result": result(document)}]}


def prediction(document: Document, version: str, config: Config = OURS) -> dict[str, Any]:
    """A prediction as tasks hold it and ML backends answer it.

    Its score is the mean confidence of the entities, by which Label Studio sorts tasks; 1 where nothing was found.
    """
    confidences = [e.confidence for e in document.entities]
    score = sum(confidences) / len(confidences) if confidences else 1.0
    return {"model_version": version, "score": score, "result": result(document, config, with_scores=True)}


def result(document: Document, config: Config = OURS, with_scores: bool = False) -> list[dict[str, Any]]:
    """The regions and relations of a document."""
    regions: list[dict[str, Any]] = []
    for e in document.entities:
        stretch = {"start": e.start, "end": e.end, "text": document.text[e.start : e.end]}
        shared = {"id": e.id, "to_name": config.text}
        score = {"score": e.confidence} if with_scores else {}
        value = stretch | {"labels": [e.label.value]}
        regions.append(shared | {"from_name": config.labels, "type": "labels", "value": value} | score)
        if e.value and config.values:
            value = stretch | {"choices": [e.value.value]}
            regions.append(shared | {"from_name": config.values, "type": "choices", "value": value})
    return regions + [
        {"type": "relation", "from_id": x.source, "to_id": x.target, "direction": "right", "labels": [x.role.value]}
        for x in document.links or ()
    ]


def document(task: Mapping[str, Any], annotation: Mapping[str, Any], config: Config = OURS) -> Document:
    """The document of a task and one of its annotations. What was annotated with other tags than those of ``config`` is
    passed over: a project may have more. Raises AnnotationError, which names the field."""
    return _document(task, annotation, with_scores=False, place="task", config=config)


def _task(document: Document) -> dict[str, Any]:
    return {
        "data": {"text": document.text, "name": document.name},
        "meta": {"links": document.links is not None},
    }


def _chosen(task: dict[str, Any], annotator: str | None, place: str) -> dict[str, Any] | None:
    raw = jsonl.list_of({"annotations": []} | task, "annotations", place)
    found: list[dict[str, Any]] = [a for a in raw if isinstance(a, dict) and not a.get("was_cancelled")]
    if annotator is not None:
        found = [a for a in found if annotator in _people(a)]
    elif len(found) > 1:
        found = [a for a in found if a.get("ground_truth")] or found
    if len(found) > 1:
        raise AnnotationError(
            f"{place}: annotations: {len(found)} of them; one must be marked as ground truth, or an annotator named"
        )
    return found[0] if found else None


def _people(annotation: dict[str, Any]) -> set[str]:
    by = annotation.get("completed_by")
    return {str(by.get("id")), str(by.get("email"))} if isinstance(by, dict) else {str(by)}


def _document(
    task: Mapping[str, Any], annotation: Any, with_scores: bool, place: str, config: Config | None = None
) -> Document:
    """``config`` is that of the project, if it is known: a file does not tell it."""
    data = task.get("data")
    if not isinstance(data, dict):
        raise AnnotationError(f"{place}: data must be an object")
    text = jsonl.text_of(data, (config or OURS).key, f"{place}: data")
    name = data["name"] if isinstance(data.get("name"), str) else f"task-{task.get('id', place)}"
    regions = annotation.get("result") if isinstance(annotation, Mapping) else None
    if not isinstance(regions, list) or not all(isinstance(r, dict) for r in regions):
        raise AnnotationError(f"{place}: result must be a list of objects")
    if config:
        regions = _of(regions, config)
    entities = tuple(_entities(text, regions, with_scores, place))
    ids = {e.id for e in entities}
    links = tuple(_link(r, ids, f"{place}: result[{i}]") for i, r in enumerate(regions) if r.get("type") == "relation")
    meta = task.get("meta")
    annotated = bool(links) or (isinstance(meta, dict) and meta.get("links") is True)
    return Document(name, text, entities, links if annotated else None)


def _of(regions: list[dict[str, Any]], config: Config) -> list[dict[str, Any]]:
    """What of a result was annotated with the tags of a configuration, and the relations between these regions."""

    def is_mine(region: dict[str, Any]) -> bool:
        return region.get("type") == "relation" or region.get("from_name", config.labels) in (
            config.labels,
            config.values,
        )

    # A region may have an answer of another tag under its id.
    others = {str(r.get("id")) for r in regions if not is_mine(r)} - {str(r.get("id")) for r in regions if is_mine(r)}
    return [r for r in regions if is_mine(r) and others.isdisjoint((str(r.get("from_id")), str(r.get("to_id"))))]


def _entities(text: str, regions: list[dict[str, Any]], with_scores: bool, place: str) -> Iterator[Entity]:
    values = {
        jsonl.text_of(r, "id", f"{place}: result[{i}]"): _value(r, f"{place}: result[{i}]")
        for i, r in enumerate(regions)
        if r.get("type") == "choices"
    }
    found: list[Entity] = []
    texts: list[object] = []
    for i, region in enumerate(regions):
        if region.get("type") in ("relation", "choices"):
            continue
        where = f"{place}: result[{i}]"
        value = region.get("value")
        labels = value.get("labels") if isinstance(value, dict) else None
        if region.get("type") != "labels" or not isinstance(value, dict) or not isinstance(labels, list):
            raise AnnotationError(f"{where}: type must be labels, choices or relation")
        if len(labels) != 1 or labels[0] not in list(Label):
            raise AnnotationError(f"{where}: value.labels must be one of {', '.join(Label)}")
        score = region.get("score")
        confidence = float(score) if with_scores and isinstance(score, (int, float)) else 1.0
        start, end = jsonl.offsets_of(value, "start", "end", f"{where}: value")
        id = jsonl.text_of(region, "id", where)
        if id in values and labels[0] != Label.NUMBER:
            raise AnnotationError(f"{where}: only a NUMBER has choices")
        found.append(Entity(id, Label(labels[0]), start, end, values.get(id), confidence))
        texts.append(value.get("text"))
    yield from _placed(text, found, texts, place)


def _placed(text: str, entities: list[Entity], texts: list[object], place: str) -> list[Entity]:
    """The entities with offsets that fit the texts their regions are said to have."""
    if all(_fits(text, e, said) for e, said in zip(entities, texts, strict=True)):
        return entities
    units = [offset for offset, character in enumerate(text) for _ in range(1 + (character > "\uffff"))] + [len(text)]
    if all(0 <= e.start < e.end < len(units) for e in entities):
        moved = [replace(e, start=units[e.start], end=units[e.end]) for e in entities]
        if all(_fits(text, e, said) for e, said in zip(moved, texts, strict=True)):
            return moved
    wrong = next(e for e, said in zip(entities, texts, strict=True) if not _fits(text, e, said))
    raise AnnotationError(
        f"{place}: {wrong.id}: [{wrong.start}, {wrong.end}) is not where its text stands: offsets for another text"
    )


def _fits(text: str, entity: Entity, said: object) -> bool:
    if not 0 <= entity.start < entity.end <= len(text):
        return False
    return not isinstance(said, str) or _plain(said) == _plain(text[entity.start : entity.end])


def _plain(text: str) -> str:
    r"""Without line breaks and blanks: Label Studio writes ``\n`` for the one and trims the other."""
    return "".join(text.replace("\\n", "").split())


def _value(region: dict[str, Any], where: str) -> Value:
    value = region.get("value")
    choices = value.get("choices") if isinstance(value, dict) else None
    if not isinstance(choices, list) or len(choices) != 1 or choices[0] not in list(Value):
        raise AnnotationError(f"{where}: value.choices must be one of {', '.join(Value)}")
    return Value(choices[0])


def _link(region: dict[str, Any], ids: set[str], where: str) -> Link:
    source, target = jsonl.text_of(region, "from_id", where), jsonl.text_of(region, "to_id", where)
    labels = region.get("labels")
    role = parse_role(labels[0] if isinstance(labels, list) and len(labels) == 1 else None, f"{where}: labels")
    if not {source, target} <= ids:
        raise AnnotationError(f"{where}: from_id and to_id must be ids of regions")
    return Link(source, role, target) if region.get("direction") != "left" else Link(target, role, source)
