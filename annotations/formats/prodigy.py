"""Prodigy's JSONL for spans.manual and rel.manual: ``{"text", "tokens", "spans", "relations", "meta": {"name"}}``.

Each code point is a token, so that every span can be chosen; ``token_end`` is inclusive, ``end`` exclusive. A NUMBER
is called NUMBER-target or NUMBER-actual. Described at prodi.gy/docs/api-interfaces.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from annotations.errors import AnnotationError
from annotations.formats import jsonl
from annotations.formats.assembly import assemble, label_name, parse_label, parse_role
from annotations.schema import Document, Entity, Label, Role, Span, Value

_SpanKey = tuple[int, int, Label, Value | None]


def read(path: Path) -> Iterator[Document]:
    """The documents of a file; those that were rejected or ignored in Prodigy are passed over. Raises AnnotationError."""
    for number, (place, raw) in enumerate(jsonl.read_lines(path), 1):
        if raw.get("answer", "accept") != "accept":
            continue
        meta = raw.get("meta")
        name = meta.get("name") if isinstance(meta, dict) else None
        yield _document(name if isinstance(name, str) else f"{path.stem}-{number}", raw, place)


def write(documents: Iterable[Document], path: Path) -> None:
    """Write documents. Raises AnnotationError for links of entities that Prodigy cannot tell apart."""
    jsonl.write_lines(map(_task, documents), path)


def _task(document: Document) -> dict[str, Any]:
    text = document.text
    spans = {e.id: _span(e) for e in document.entities}
    task: dict[str, Any] = {
        "text": text,
        "tokens": [{"text": c, "start": i, "end": i + 1, "id": i, "ws": False} for i, c in enumerate(text)],
        "spans": [spans[e.id] | {"confidence": e.confidence} for e in document.entities],
        "meta": {"name": document.name},
    }
    if document.links is not None:
        if document.links and len({_key(e) for e in document.entities}) < len(document.entities):
            raise AnnotationError(
                f"{document.name}: two entities of one label at one place, which relations cannot tell apart"
            )
        task["relations"] = [
            {
                "head": spans[x.source]["token_end"],
                "child": spans[x.target]["token_end"],
                "head_span": spans[x.source],
                "child_span": spans[x.target],
                "label": x.role.value,
            }
            for x in document.links
        ]
    return task


def _span(e: Entity) -> dict[str, Any]:
    name = label_name(e.label, e.value)
    return {"start": e.start, "end": e.end, "token_start": e.start, "token_end": e.end - 1, "label": name}


def _key(e: Entity) -> _SpanKey:
    return e.start, e.end, e.label, e.value


def _document(name: str, raw: dict[str, Any], place: str) -> Document:
    text = jsonl.text_of(raw, "text", place)
    spans: dict[int, Span] = {}
    keys: dict[_SpanKey, int] = {}
    for i, span in enumerate(jsonl.list_of({"spans": []} | raw, "spans", place)):
        key = _span_key(span, f"{place}: spans[{i}]")
        confidence = span.get("confidence", 1.0)
        if not isinstance(confidence, (int, float)):
            raise AnnotationError(f"{place}: spans[{i}]: confidence must be a number")
        spans[i] = Span(*key, float(confidence))
        keys[key] = i
    links: list[tuple[int, Role, int]] | None = None
    if raw.get("relations") is not None:
        links = []
        for i, relation in enumerate(jsonl.list_of(raw, "relations", place)):
            where = f"{place}: relations[{i}]"
            if not isinstance(relation, dict):
                raise AnnotationError(f"{where}: must be an object")
            ends = [keys.get(_span_key(relation.get(end), f"{where}: {end}")) for end in ("head_span", "child_span")]
            if ends[0] is None or ends[1] is None:
                raise AnnotationError(f"{where}: head_span and child_span must be among the spans")
            links.append((ends[0], parse_role(relation.get("label"), where), ends[1]))
    try:
        return assemble(name, text, spans, links)
    except AnnotationError as error:
        raise AnnotationError(f"{place}: {error}") from None


def _span_key(raw: Any, where: str) -> _SpanKey:
    if not isinstance(raw, dict):
        raise AnnotationError(f"{where}: must be an object")
    start, end = jsonl.offsets_of(raw, "start", "end", where)
    return start, end, *parse_label(raw.get("label"), where)
