"""Compact inline markup for writing annotated documents by hand.

``⟦T新建⟦M照料中心M⟧⟦N50N⟧⟦U个U⟧T⟧`` marks a TARGET that holds a METRIC, a planned NUMBER and a UNIT. The letters:
T TARGET, M METRIC, N NUMBER planned, A NUMBER reported (actual), U UNIT, D DEADLINE, R DEPARTMENT.
Markup nests and never crosses. A text that holds ``⟦`` or ``⟧`` itself cannot be written in it.
"""

import re

from annotations.errors import MarkupError
from annotations.schema import Document, Entity, Label, Span, Value, number_entities

_KINDS: dict[str, tuple[Label, Value | None]] = {
    "T": (Label.TARGET, None),
    "M": (Label.METRIC, None),
    "N": (Label.NUMBER, Value.TARGET),
    "A": (Label.NUMBER, Value.ACTUAL),
    "U": (Label.UNIT, None),
    "D": (Label.DEADLINE, None),
    "R": (Label.DEPARTMENT, None),
}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}
_TAG = re.compile("⟦([TMNAUDR])|([TMNAUDR])⟧")


def parse(name: str, marked: str) -> Document:
    """Turn marked text into a document.

    Raises MarkupError, which names the line, for a tag that does not close the one opened last.
    """
    plain: list[str] = []
    spans: list[Span] = []
    open_tags: list[tuple[str, int]] = []
    length = position = 0

    def fail(at: int, what: str) -> MarkupError:
        return MarkupError(f"{name}: line {marked.count(chr(10), 0, at) + 1}: {what}")

    for tag in _TAG.finditer(marked):
        plain.append(marked[position : tag.start()])
        length += tag.start() - position
        position = tag.end()
        if tag[1]:
            open_tags.append((tag[1], length))
            continue
        if not open_tags or open_tags[-1][0] != tag[2]:
            expected = f"⟦{open_tags[-1][0]} was opened last" if open_tags else "nothing is open"
            raise fail(tag.start(), f"{tag[2]}⟧ closes, but {expected}")
        letter, start = open_tags.pop()
        label, value = _KINDS[letter]
        spans.append(Span(start, length, label, value))
    if open_tags:
        raise fail(len(marked), f"⟦{open_tags[-1][0]} is never closed")
    plain.append(marked[position:])
    text = "".join(plain)
    if re.search("[⟦⟧]", text):
        raise MarkupError(f"{name}: a bracket ⟦ or ⟧ that belongs to no tag")
    return Document(name, text, number_entities(spans))


def format(document: Document) -> str:
    """The marked text of a document; the inverse of parse.

    Raises MarkupError for what the markup cannot hold: crossing entities, or the brackets in the text.
    """
    if re.search("[⟦⟧]", document.text):
        raise MarkupError(f"{document.name}: the text holds ⟦ or ⟧")
    order = list(Label)
    pieces: list[str] = []
    open_entities: list[Entity] = []
    position = 0

    def close_until(offset: int) -> None:
        nonlocal position
        while open_entities and open_entities[-1].end <= offset:
            entity = open_entities.pop()
            pieces.append(document.text[position : entity.end] + _LETTERS[entity.label, entity.value] + "⟧")
            position = entity.end

    for entity in sorted(document.entities, key=lambda e: (e.start, -e.end, order.index(e.label))):
        close_until(entity.start)
        if open_entities and entity.end > open_entities[-1].end:
            raise MarkupError(f"{document.name}: {entity.id} crosses {open_entities[-1].id}")
        if (entity.label, entity.value) not in _LETTERS:
            raise MarkupError(
                f"{document.name}: {entity.id} has value {entity.value}, which {entity.label} cannot have"
            )
        pieces.append(document.text[position : entity.start] + "⟦" + _LETTERS[entity.label, entity.value])
        position = entity.start
        open_entities.append(entity)
    close_until(len(document.text))
    pieces.append(document.text[position:])
    return "".join(pieces)
