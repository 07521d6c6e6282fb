"""What ``POST /extract``, ``POST /extract/file`` and ``mubiao extract`` answer about one document."""

import datetime
from typing import Any

from annotations.schema import Entity
from models.tagger import Annotation, Tagger
from service import offsets, records
from service.documents.model import Reading
from service.offsets import Unit
from service.records import Pins
from service.selection import CONFIDENCE_DIGITS, EVERYTHING, Selection


def build(
    annotation: Annotation,
    tagger: Tagger,
    id: str,
    date: datetime.date | None = None,
    unit: Unit = Unit.CODEPOINT,
    selection: Selection = EVERYTHING,
    pins: Pins | None = None,
) -> dict[str, Any]:
    """The answer as JSON values, after ExtractAnswer.

    ``date`` is the document's, if the caller knows it; ``unit`` is what offsets and length count; ``selection``
    tells which of the entities the answer holds; ``pins`` are what a person set.
    """
    answer = content(annotation, id, date, unit, selection, pins)
    return answer | {"model": {"name": tagger.name, "version": tagger.version}}


def content(
    annotation: Annotation,
    id: str,
    date: datetime.date | None = None,
    unit: Unit = Unit.CODEPOINT,
    selection: Selection = EVERYTHING,
    pins: Pins | None = None,
) -> dict[str, Any]:
    """An answer without the model, for entities that may come from elsewhere; the rest as ``build``."""
    text, entities = annotation.structure.text, selection.trusted(annotation.entities)
    found = selection.project(records.build(annotation.structure, entities, date, pins))
    shown = selection.shown(entities)
    edges = [offset for e in shown for offset in (e.start, e.end)]
    converted = offsets.convert(text, [*edges, len(text)], unit)
    return {
        "id": id,
        "length": converted[len(text)],
        "offsets": unit.value,
        "entities": [_entity(e, text, converted) for e in shown],
        "records": [records.as_dict(record) for record in found],
    }


def document(reading: Reading, with_text: bool) -> dict[str, Any]:
    """What was read out of a file, as JSON values, after DocumentAnswer."""
    answer = {
        "format": reading.format.value,
        "charset": reading.charset,
        "pages": reading.pages,
        "warnings": list(reading.warnings),
    }
    return answer | {"text": reading.text} if with_text else answer


def _entity(entity: Entity, text: str, converted: dict[int, int]) -> dict[str, Any]:
    answer = {
        "id": entity.id,
        "label": entity.label.value,
        "text": text[entity.start : entity.end],
        "start": converted[entity.start],
        "end": converted[entity.end],
        "confidence": round(entity.confidence, CONFIDENCE_DIGITS),
    }
    if entity.value:
        answer["value"] = entity.value.value
    return answer
