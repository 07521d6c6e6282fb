"""What all formats share: documents that can be written, and documents put together from spans without ids."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from annotations.errors import AnnotationError
from annotations.schema import Document, Label, Link, Role, Span, Value, number_entities

Key = TypeVar("Key", int, str)
_ORDER = {label: i for i, label in enumerate(Label)}
_NAMES = {label.value: (label, None) for label in Label} | {f"NUMBER-{v}": (Label.NUMBER, v) for v in Value}
LABEL_NAMES = tuple(name for name in _NAMES if name != Label.NUMBER)
"""What formats that know nothing but labels call ours; there a NUMBER's value is part of its name."""


def label_name(label: Label, value: Value | None) -> str:
    """The name of a label where it must carry the value of a NUMBER: NUMBER-target, NUMBER-actual."""
    return f"{label}-{value}" if value else label.value


def parse_label(name: object, place: str) -> tuple[Label, Value | None]:
    """The inverse of ``label_name``; AnnotationError, which names the place, for any other name."""
    if not isinstance(name, str) or name not in _NAMES:
        raise AnnotationError(f"{place}: the label must be one of {', '.join(_NAMES)}")
    return _NAMES[name]


def parse_role(name: object, place: str) -> Role:
    """The role of that name; AnnotationError, which names the place, for any other."""
    if name not in list(Role):
        raise AnnotationError(f"{place}: the kind of a link must be one of {', '.join(Role)}")
    return Role(str(name))


def assemble(
    name: str, text: str, spans: Mapping[Key, Span], links: Iterable[tuple[Key, Role, Key]] | None = None
) -> Document:
    """A document of spans under keys of any kind: its entities in reading order with ids made from that.

    ``links`` name keys. Raises AnnotationError for a span that is no stretch of the text, and a link to nowhere.
    """
    order = sorted(spans, key=lambda key: (spans[key].start, -spans[key].end, _ORDER[spans[key].label]))
    for key in order:
        if not 0 <= spans[key].start < spans[key].end <= len(text):
            raise AnnotationError(f"{name}: {key}: [{spans[key].start}, {spans[key].end}) is no stretch of the text")
    entities = number_entities([spans[key] for key in order])
    ids = {key: entity.id for key, entity in zip(order, entities, strict=True)}
    if links is None:
        return Document(name, text, entities)
    try:
        return Document(name, text, entities, tuple(Link(ids[a], role, ids[b]) for a, role, b in links))
    except KeyError as error:
        raise AnnotationError(f"{name}: a link names {error}, which is no entity") from None


def renumbered(document: Document) -> Document:
    """The document with its entities in reading order and ids made from that, as formats without ids give it back."""
    spans = {e.id: Span(e.start, e.end, e.label, e.value, e.confidence) for e in document.entities}
    links = None if document.links is None else [(x.source, x.role, x.target) for x in document.links]
    return assemble(document.name, document.text, spans, links)


def stripped(document: Document) -> Document:
    """The document without the white space around its text; an entity keeps what is left of it."""
    text = document.text.strip()
    cut = len(document.text) - len(document.text.lstrip())
    moved = [
        replace(e, start=min(max(e.start - cut, 0), len(text)), end=min(max(e.end - cut, 0), len(text)))
        for e in document.entities
    ]
    kept = tuple(e for e in moved if e.start < e.end)
    ids = {e.id for e in kept}
    links = None if document.links is None else tuple(x for x in document.links if {x.source, x.target} <= ids)
    return Document(document.name, text, kept, links)


def ensure_sound(document: Document) -> None:
    """Raise AnnotationError, which names the entity, for a document that no format can hold."""
    name = document.name.encode("utf-8", "replace").decode()
    try:
        f"{document.name}{document.text}".encode()
    except UnicodeEncodeError:
        raise AnnotationError(f"{name}: half a surrogate pair, which no file in UTF-8 can hold") from None
    ids = set()
    for e in document.entities:
        if e.id in ids:
            raise AnnotationError(f"{name}: {e.id}: the id stands twice")
        ids.add(e.id)
        if not 0 <= e.start < e.end <= len(document.text):
            raise AnnotationError(f"{name}: {e.id}: [{e.start}, {e.end}) is no stretch of the text")
        if e.value and e.label is not Label.NUMBER:
            raise AnnotationError(f"{name}: {e.id}: a {e.label} has no value")
        if not 0 <= e.confidence <= 1:  # as NaN is not
            raise AnnotationError(f"{name}: {e.id}: its confidence must be a number from 0 to 1")
    for link in document.links or ():
        if not {link.source, link.target} <= ids:
            raise AnnotationError(
                f"{name}: a {link.role} link names {link.source} and {link.target}, not both entities"
            )
