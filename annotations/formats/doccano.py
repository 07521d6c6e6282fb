"""doccano's JSONL for sequence labelling, in both its forms.

Without relations ``{"text", "label": [[start, end, label], …]}``, with them ``{"text", "entities": [{"id", "label",
"start_offset", "end_offset"}], "relations": [{"id", "from_id", "to_id", "type"}]}``. Offsets are code points; labels are
all that it knows, so a NUMBER is called NUMBER-target or NUMBER-actual. What else stands in a line, doccano keeps as
metadata and gives back: there is the document's name.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from annotations.errors import AnnotationError
from annotations.formats import jsonl
from annotations.formats.assembly import assemble, label_name, parse_label, parse_role
from annotations.schema import Document, Role, Span


def read(path: Path) -> Iterator[Document]:
    """The documents of a file in either form; a line tells its own. Raises AnnotationError."""
    for number, (place, raw) in enumerate(jsonl.read_lines(path), 1):
        text = jsonl.text_of(raw, "text", place)
        name = raw["name"] if isinstance(raw.get("name"), str) else f"{path.stem}-{raw.get('id', number)}"
        spans: dict[int, Span] = {}
        links: list[tuple[int, Role, int]] | None = None
        if "entities" in raw:
            for i, entity in enumerate(jsonl.list_of(raw, "entities", place)):
                id, span = _entity(entity, f"{place}: entities[{i}]")
                if id in spans:
                    raise AnnotationError(f"{place}: entities[{i}]: the id {id} stands twice")
                spans[id] = span
            if raw.get("relations") is not None:
                relations = enumerate(jsonl.list_of(raw, "relations", place))
                links = [_relation(r, f"{place}: relations[{i}]") for i, r in relations]
        else:
            # Older versions wrote labels.
            for i, triple in enumerate(jsonl.list_of(raw, "label" if "label" in raw else "labels", place)):
                spans[i] = _triple(triple, f"{place}: label[{i}]")
        try:
            yield assemble(name, text, spans, links)
        except AnnotationError as error:
            raise AnnotationError(f"{place}: {error}") from None


def write(documents: Iterable[Document], path: Path) -> None:
    """Write the form without relations. Raises AnnotationError for an empty text, which doccano refuses."""
    jsonl.write_lines(map(_without_relations, documents), path)


def write_relations(documents: Iterable[Document], path: Path) -> None:
    """Write the form with relations, which is null where nobody annotated links: doccano gives a list back all the same.

    Raises AnnotationError for an empty text.
    """
    jsonl.write_lines(map(_with_relations, documents), path)


def _without_relations(document: Document) -> dict[str, Any]:
    labels = [[e.start, e.end, label_name(e.label, e.value)] for e in document.entities]
    return {"text": _text(document), "label": labels, "name": document.name}


def _with_relations(document: Document) -> dict[str, Any]:
    ids = {e.id: number for number, e in enumerate(document.entities)}
    entities = [
        {"id": ids[e.id], "label": label_name(e.label, e.value), "start_offset": e.start, "end_offset": e.end}
        for e in document.entities
    ]
    links = [
        {"id": number, "from_id": ids[x.source], "to_id": ids[x.target], "type": x.role.value}
        for number, x in enumerate(document.links or ())
    ]
    relations = None if document.links is None else links
    return {"text": _text(document), "entities": entities, "relations": relations, "name": document.name}


def _text(document: Document) -> str:
    if not document.text:
        raise AnnotationError(f"{document.name}: an empty text, which doccano refuses")
    return document.text


def _entity(raw: Any, place: str) -> tuple[int, Span]:
    if not isinstance(raw, dict) or type(raw.get("id")) is not int:
        raise AnnotationError(f"{place}: must be an object with an integer id")
    start, end = jsonl.offsets_of(raw, "start_offset", "end_offset", place)
    return raw["id"], Span(start, end, *parse_label(raw.get("label"), place))


def _relation(raw: Any, place: str) -> tuple[int, Role, int]:
    if not isinstance(raw, dict):
        raise AnnotationError(f"{place}: must be an object")
    source, target = jsonl.offsets_of(raw, "from_id", "to_id", place)
    return source, parse_role(raw.get("type"), place), target


def _triple(raw: Any, place: str) -> Span:
    if not isinstance(raw, list) or len(raw) != 3 or type(raw[0]) is not int or type(raw[1]) is not int:
        raise AnnotationError(f"{place}: must be [start, end, label]")
    return Span(raw[0], raw[1], *parse_label(raw[2], place))
