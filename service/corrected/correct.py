"""From what was sent of a corrected document to its records."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from annotations.schema import Document, Entity, Label, Link, Role
from models import structure
from models.tagger import Annotation, Tagger
from service import answers, offsets
from service.bulk import Extraction
from service.corrected.schemas import CorrectedDocument
from service.errors import FieldError, InvalidFields
from service.offsets import Unit
from service.records import Pin, pins

_ORDER = {label: index for index, label in enumerate(Label)}


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected document, with offsets in code points."""

    name: str
    annotation: Annotation
    links: tuple[Pin, ...]
    query: CorrectedDocument

    def answer(self, tagger: Tagger, unit: Unit = Unit.CODEPOINT) -> dict[str, Any]:
        """The answer as JSON values, after ExtractAnswer."""
        return answers.build(self.annotation, tagger, self.name, self.query.date, unit, pins=self.links)

    def extraction(self, tagger: Tagger) -> Extraction:
        """What the ledger is written from."""
        return Extraction(self.annotation.structure, self.answer(tagger))

    def document(self, tagger: Tagger) -> Document:
        """The document as annotations keep it; links that its format does not know are left out."""
        found: dict[Link, None] = {}
        for record in self.answer(tagger)["records"]:
            number, target = record["number"], record["target"]
            for role in (Role.UNIT, Role.METRIC, Role.TARGET):
                if number and record[role]:
                    found[Link(number, role, record[role])] = None
            if target:
                found |= {Link(target, Role.DEADLINE, id): None for id in record["deadlines"]}
                found |= {Link(target, Role.DEPARTMENT, id): None for id in record["departments"]}
        return Document(self.name, self.annotation.structure.text, self.annotation.entities, tuple(found))


def read(query: CorrectedDocument, name: str) -> Corrected:
    """The document that was sent; InvalidFields names what in it does not fit its text or its entities."""
    entities = _entities(query)
    links = tuple(Pin(link.source, link.role, tuple(link.targets)) for link in query.links)
    doubled = len({(link.source, link.role) for link in links}) < len(links)
    labels = {entity.id: entity.label for entity in entities}
    if doubled or not all(pins.fits(link, labels) for link in links):
        raise _invalid("links")
    return Corrected(name, Annotation(structure.read(query.text), entities), links, query)


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
