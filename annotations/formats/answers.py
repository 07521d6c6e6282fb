"""mubiao's own answers: of ``POST /extract/file`` with ``text``, of ``mubiao extract --format jsonl --text``. To be read only.

The entities are those found, with their confidence; the links are what the records say.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from annotations import gold
from annotations.errors import AnnotationError
from annotations.formats import jsonl
from annotations.schema import LINKED, Document, Label, Link, Role

_CODE_POINTS = "codepoint"


def read(path: Path) -> Iterator[Document]:
    """The documents of a file, an answer a line or one array of them. Raises AnnotationError."""
    for place, raw in jsonl.read_array_or_lines(path):
        source = raw.get("document")
        if not isinstance(source, dict) or not isinstance(source.get("text"), str):
            raise AnnotationError(
                f"{place}: document.text must be a string: the answer to a request with text, or --text"
            )
        try:
            yield document(raw, source["text"])
        except AnnotationError as error:
            raise AnnotationError(f"{place}: {error}") from None


def document(answer: Mapping[str, Any], text: str) -> Document:
    """The document that an answer is about. Raises AnnotationError, which names the field."""
    if answer.get("offsets") != _CODE_POINTS:
        raise AnnotationError(f"offsets must be {_CODE_POINTS}")
    rows = answer.get("records")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise AnnotationError("records must be a list of objects")
    found = gold.from_dict({"name": answer.get("id"), "text": text, "entities": answer.get("entities")})
    return Document(found.name, text, found.entities, links(rows, {e.id: e.label for e in found.entities}))


def links(rows: Sequence[Mapping[str, Any]], labels: Mapping[str, Label]) -> tuple[Link, ...]:
    """What the records of an answer link, each once. What a number has without a target, the schema has no link for.

    ``labels`` are those of the entities by id. Raises AnnotationError for records of others.
    """
    found: dict[Link, None] = {}
    for row in rows:
        number, target = row.get("number"), row.get("target")
        of_number = [(number, role, row.get(role.value)) for role in (Role.UNIT, Role.METRIC, Role.TARGET)]
        deadlines = [(target, Role.DEADLINE, id) for id in _ids(row, "deadlines")]
        departments = [(target, Role.DEPARTMENT, id) for id in _ids(row, "departments")]
        for source, role, end in [*of_number, *deadlines, *departments]:
            if source is None or end is None:
                continue
            if not isinstance(source, str) or not isinstance(end, str):
                raise AnnotationError(f"records: a {role} must be the id of an entity, a string")
            if (labels.get(source), labels.get(end)) != LINKED[role]:
                raise AnnotationError(f"records: the {role} of {source} is no entity of the label it must have")
            found[Link(source, role, end)] = None
    return tuple(found)


def _ids(row: Mapping[str, Any], field: str) -> list[Any]:
    ids = row.get(field) or []
    if not isinstance(ids, list):
        raise AnnotationError(f"records: {field} must be a list")
    return ids
