"""Checking annotated documents: what breaks the schema or cannot be meant.

Problems name places (document, line and column, ids) and never quote the text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from annotations.schema import LINKED, Document, Entity, Label

_PUNCTUATION = frozenset("，。；：、！？,;:!?|｜")
_PAIRS = {"（": "）", "(": ")", "“": "”", "‘": "’", "《": "》", "〈": "〉", "【": "】", "「": "」", "『": "』"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: ``line`` and ``column`` count from 1, in code points."""

    document: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.document}:{self.line}:{self.column}: {self.message}"


def check(document: Document) -> list[Problem]:
    """All problems of a document, in reading order; none for a sound one."""
    found = sorted(set(_problems(document)))
    return [Problem(document.name, *place(document.text, offset), message) for offset, message in found]


def _problems(document: Document) -> Iterator[tuple[int, str]]:
    text = document.text
    ids: set[str] = set()
    inside: list[Entity] = []
    for entity in document.entities:
        if entity.id in ids:
            yield 0, f"{entity.id}: the id stands twice"
        ids.add(entity.id)
        if not 0 <= entity.start < entity.end <= len(text):
            yield 0, f"{entity.id}: [{entity.start}, {entity.end}) is no stretch of the text (length {len(text)})"
            continue
        inside.append(entity)
        if (entity.label is Label.NUMBER) != (entity.value is not None):
            yield entity.start, f"{entity.id}: a NUMBER has a value, target or actual, and nothing else has one"
        yield from _edges(text, entity)
    yield from _overlaps(inside)
    yield from _links(document)


def _edges(text: str, entity: Entity) -> Iterator[tuple[int, str]]:
    content = text[entity.start : entity.end]
    if content != content.strip():
        yield entity.start, f"{entity.id}: white space at its edge"
    elif content[0] in _PUNCTUATION or content[-1] in _PUNCTUATION:
        yield entity.start, f"{entity.id}: punctuation at its edge"
    elif _lacks_partner(content):
        yield entity.start, f"{entity.id}: half a pair of brackets or quotation marks at its edge"


def _lacks_partner(content: str) -> bool:
    closing = {close: opening for opening, close in _PAIRS.items()}
    first, last = content[0], content[-1]
    return (
        first in closing
        or last in _PAIRS
        or _PAIRS.get(first, "") not in content
        or closing.get(last, "") not in content
    )


def _overlaps(entities: list[Entity]) -> Iterator[tuple[int, str]]:
    order = sorted(entities, key=lambda e: (e.start, -e.end))
    open_entities: list[Entity] = []
    for entity in order:
        open_entities = [e for e in open_entities if e.end > entity.start]
        for other in open_entities:
            if entity.label is other.label:
                yield entity.start, f"{entity.id}: overlaps {other.id}, which has the same label"
            elif entity.end > other.end:
                yield entity.start, f"{entity.id}: crosses {other.id}"
        open_entities.append(entity)


def _links(document: Document) -> Iterator[tuple[int, str]]:
    by_id = {e.id: e for e in document.entities}
    for link in document.links or ():
        source, target = by_id.get(link.source), by_id.get(link.target)
        if source is None or target is None:
            missing = link.source if source is None else link.target
            yield 0, f"a {link.role} link names {missing}, which is no entity"
        elif (source.label, target.label) != LINKED[link.role]:
            expected = " to ".join(LINKED[link.role])
            yield source.start, f"the {link.role} link {link.source} to {link.target} must go from {expected}"


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from 1, columns in code points."""
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1
