"""Annotated documents as spaCy Docs, both ways (annotations/formats/docbin.py keeps them in files).

An entity is a span of ``doc.spans["mubiao"]`` with its label and, as span id, its own id. What a span cannot hold (the
exact offsets where no token begins or ends there, a NUMBER's value, the confidence) lies in the group's ``attrs``, so it
goes along into copies, bytes and DocBin. Importing this module makes ``span._.mubiao`` (the Entity, or None for a span
that others put there) and ``span._.mubiao_exact`` (whether the span's borders are the entity's).
"""

from collections.abc import Sequence
from itertools import count

from spacy.tokens import Doc, Span, SpanGroup

from annotations.errors import AnnotationError
from annotations.schema import Document, Entity, Label, Link, Role, Value

SPANS_KEY = "mubiao"
"""The key in ``doc.spans``."""


def attach(doc: Doc, entities: Sequence[Entity], name: str = "", links: Sequence[Link] | None = None) -> None:
    """Put entities into ``doc.spans["mubiao"]``, in place of what is there; each span covers the tokens it touches.

    Raises AnnotationError if two entities have one id, or one is no stretch of the text.
    """
    group = SpanGroup(doc, name=SPANS_KEY)
    details = {}
    for e in entities:
        if e.id in details:
            raise AnnotationError(f"{e.id}: the id stands twice")
        span = None
        if 0 <= e.start < e.end:
            span = doc.char_span(e.start, e.end, label=e.label.value, span_id=e.id, alignment_mode="expand")
        if span is None:
            raise AnnotationError(f"{e.id}: [{e.start}, {e.end}) is no stretch of the text")
        group.append(span)
        value = e.value.value if e.value else None
        details[e.id] = {"start": e.start, "end": e.end, "value": value, "confidence": e.confidence}
    group.attrs["name"] = name
    group.attrs["entities"] = details
    group.attrs["links"] = None if links is None else [[x.source, x.role.value, x.target] for x in links]
    doc.spans[SPANS_KEY] = group


def document(doc: Doc) -> Document:
    """The annotated document of a Doc.

    A span that ``attach`` did not make gets a free id and its own offsets. Raises AnnotationError for a span with
    another label than the six.
    """
    group = doc.spans.get(SPANS_KEY, ())
    attrs = group.attrs if isinstance(group, SpanGroup) else {}
    taken = set(attrs.get("entities", ()))
    entities = []
    for index, span in enumerate(group):
        if span.label_ not in list(Label):
            raise AnnotationError(f"spans[{index}]: the label must be one of {', '.join(Label)}")
        entities.append(_entity(span) or _plain(span, taken))
        taken.add(entities[-1].id)
    links = attrs.get("links")
    if links is not None:
        links = tuple(Link(source, Role(role), target) for source, role, target in links)
    return Document(attrs.get("name", ""), doc.text, tuple(entities), links)


def _entity(span: Span) -> Entity | None:
    group = span.doc.spans.get(SPANS_KEY)
    known = group.attrs.get("entities", {}).get(span.id_) if group is not None else None
    if known is None:
        return None
    value = Value(known["value"]) if known["value"] else None
    return Entity(span.id_, Label(span.label_), known["start"], known["end"], value, known["confidence"])


def _plain(span: Span, taken: set[str]) -> Entity:
    label = Label(span.label_)
    free = next(id for n in count(1) if (id := f"{label.prefix}{n}") not in taken)
    return Entity(free, label, span.start_char, span.end_char)


def _is_exact(span: Span) -> bool:
    entity = _entity(span)
    return entity is None or (span.start_char, span.end_char) == (entity.start, entity.end)


Span.set_extension("mubiao", getter=_entity, force=True)
Span.set_extension("mubiao_exact", getter=_is_exact, force=True)
