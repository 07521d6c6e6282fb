"""Gold JSON: one annotated document a file.

``{"name", "text", "length", "sha256", "entities": [{"id", "label", "start", "end", "value"?, "confidence"?}],
"links": [[id, role, id]] | null}``
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from annotations.errors import AnnotationError
from annotations.schema import Document, Entity, Label, Link, Role, Value


def read(path: Path) -> Document:
    """Read one gold JSON file.

    Raises AnnotationError, which names the file and the field, for anything that is not such a document.
    """
    return _parse(path.read_bytes(), str(path))


def read_lines(path: Path) -> list[Document]:
    """Read a file with one gold JSON document a line; empty lines are passed over. Raises as ``read``."""
    lines = enumerate(path.read_bytes().split(b"\n"), 1)
    return [_parse(line, f"{path}: line {number}") for number, line in lines if line.strip()]


def _parse(content: bytes, place: str) -> Document:
    try:
        raw = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, an integer of thousands of digits, too deep
        raise AnnotationError(f"{place}: no JSON in UTF-8 ({type(error).__name__})") from None
    try:
        return from_dict(raw)
    except AnnotationError as error:
        raise AnnotationError(f"{place}: {error}") from None


def from_dict(raw: Any) -> Document:
    """The document of one parsed gold JSON object; AnnotationError names the field that is wrong."""
    if not isinstance(raw, dict):
        raise AnnotationError("the top level must be an object")
    for field in ("name", "text"):
        if not isinstance(raw.get(field), str):
            raise AnnotationError(f"{field} must be a string")
    if not isinstance(raw.get("entities"), list):
        raise AnnotationError("entities must be a list")
    entities = tuple(_entity(i, e) for i, e in enumerate(raw["entities"]))
    links = raw.get("links")
    if links is not None:
        if not isinstance(links, list):
            raise AnnotationError("links must be a list or null")
        links = tuple(_link(i, x) for i, x in enumerate(links))
    if raw.get("sha256") not in (None, _sha256(raw["text"])):
        raise AnnotationError("sha256 does not fit the text: its offsets were made for another text")
    return Document(raw["name"], raw["text"], entities, links)


def write(document: Document, path: Path) -> None:
    """Write one document as gold JSON."""
    path.write_text(dump(document), encoding="utf-8")


def dump(document: Document) -> str:
    """The text of a gold JSON file."""
    return json.dumps(to_dict(document), ensure_ascii=False, indent=1) + "\n"


def to_dict(document: Document) -> dict[str, Any]:
    """The JSON object of a document."""
    return {
        "name": document.name,
        "text": document.text,
        "length": len(document.text),
        "sha256": _sha256(document.text),
        "entities": [
            {"id": e.id, "label": e.label.value, "start": e.start, "end": e.end}
            | ({"value": e.value.value} if e.value else {})
            | ({"confidence": e.confidence} if e.confidence != 1 else {})
            for e in document.entities
        ],
        "links": None if document.links is None else [[x.source, x.role.value, x.target] for x in document.links],
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _entity(index: int, raw: Any) -> Entity:
    place = f"entities[{index}]"
    if not isinstance(raw, dict):
        raise AnnotationError(f"{place} must be an object")
    id, start, end, confidence = raw.get("id"), raw.get("start"), raw.get("end"), raw.get("confidence", 1)
    if not isinstance(id, str):
        raise AnnotationError(f"{place}: id must be a string")
    if raw.get("label") not in list(Label):
        raise AnnotationError(f"{place}: label must be one of {', '.join(Label)}")
    if type(start) is not int or type(end) is not int:
        raise AnnotationError(f"{place}: start and end must be integers")
    if raw.get("value") not in (None, *Value):
        raise AnnotationError(f"{place}: value must be one of {', '.join(Value)}, or null")
    if not isinstance(confidence, int | float) or not 0 <= confidence <= 1:  # as NaN is not
        raise AnnotationError(f"{place}: confidence must be a number from 0 to 1")
    value = Value(raw["value"]) if raw.get("value") else None
    return Entity(id, Label(raw["label"]), start, end, value, float(confidence))


def _link(index: int, raw: Any) -> Link:
    try:
        source, role, target = raw
        if isinstance(source, str) and isinstance(target, str):
            return Link(source, Role(role), target)
    except (TypeError, ValueError):
        pass
    raise AnnotationError(f"links[{index}] must be [id, role, id] with a role of {', '.join(Role)}")
