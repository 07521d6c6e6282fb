"""From what was sent of a corrected document to its records."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from annotations.formats import answers as answers_format
from annotations.schema import Document, Entity, Label
from models import structure
from models.tagger import Annotation, Tagger
from service import answers, offsets
from service.bulk import Extraction
from service.corrected.schemas import CorrectedDocument
from service.errors import FieldError, InvalidFields
from service.offsets import Unit
from service.records import Pin, Pins, pins

_ORDER = {label: index for index, label in enumerate(Label)}


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected document, with offsets in code points."""

    name: str
    annotation: Annotation
    pins: Pins
    query: CorrectedDocument

    def answer(self, tagger: Tagger, unit: Unit = Unit.CODEPOINT) -> dict[str, Any]:
        """The answer as JSON values, after ExtractAnswer."""
        return answers.build(self.annotation, tagger, self.name, self.query.date, unit, pins=self.pins)

    def extraction(self, tagger: Tagger) -> Extraction:
        """What the ledger is written from."""
        return Extraction(self.annotation.structure, self.answer(tagger))

    def document(self, tagger: Tagger) -> Document:
        """The document as annotations keep it; links that its format does not know are left out."""
        entities = self.annotation.entities
        links = answers_format.links(self.answer(tagger)["records"], {e.id: e.label for e in entities})
        return Document(self.name, self.annotation.structure.text, entities, links)


def read(query: CorrectedDocument, name: str) -> Corrected:
    """The document that was sent; InvalidFields names what in it does not fit its text or its entities."""
    entities = _entities(query)
    links = tuple(Pin(link.source, link.role, tuple(link.targets)) for link in query.links)
    doubled = len({(link.source, link.role) for link in links}) < len(links)
    labels = {entity.id: entity.label for entity in entities}
    if doubled or not all(pins.fits(link, labels) for link in links):
        raise _invalid("links")
    if not all(labels.get(id) is Label.DEPARTMENT for id in query.duties):
        raise _invalid("duties")
    return Corrected(name, Annotation(structure.read(query.text), entities), Pins(links, query.duties), query)


def _entities(query: CorrectedDocument) -> tuple[Entity, ...]:
    edges = [offset for e in query.entities for offset in (e.start, e.end)]
    places = offsets.code_points(query.text, edges, query.offsets)
    fit = all(
        e.start < e.end and {e.start, e.end} <= places.keys() and (e.value is not None) == (e.label is Label.NUMBER)
        for e in query.entities
    )
    if not fit or max(Counter(e.id for e in query.entities).values(), default=0) > 1:
        raise _invalid("entities")
    found = (Entity(e.id, e.label, places[e.start], places[e.end], e.value, e.confidence) for e in query.entities)
    return tuple(sorted(found, key=lambda e: (e.start, -e.end, _ORDER[e.label])))


def _invalid(field: str) -> InvalidFields:
    return InvalidFields((FieldError(field, f"must be {CorrectedDocument.model_fields[field].description}"),))
