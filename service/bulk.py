"""Extracting from many texts, so many annotated together that no core waits for another."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from models.structure import Structure
from models.tagger import Tagger
from service import answers
from service.documents import Reading
from service.grouping import grouped

_TOGETHER = 20_000
"""Code points that are annotated together; a longer text goes alone."""
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Text:
    """A text to extract from. ``date`` is the document's, if it is known; ``more`` is added to its answer."""

    id: str
    text: str
    date: datetime.date | None = None
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extraction:
    """The answer about a document, and the document as it was read."""

    structure: Structure
    answer: dict[str, Any]


def of_file(name: str, reading: Reading, date: datetime.date | None, with_text: bool) -> Text:
    """What was read out of a file, as a text to extract from; ``with_text`` puts it into the answer."""
    return Text(name, reading.text, date, {"document": answers.document(reading, with_text)})


def extract(tagger: Tagger, texts: Iterable[Text | Other]) -> Iterator[Extraction | Other]:
    """What was found in each text, in the order given. What is no text passes through at its place."""
    for batch in grouped(texts, _length, _TOGETHER):
        annotations = iter(tagger.annotate([one.text for one in batch if isinstance(one, Text)]))
        for one in batch:
            if isinstance(one, Text):
                annotation = next(annotations)
                answer = answers.build(annotation, tagger, one.id, one.date)
                yield Extraction(annotation.structure, answer | one.more)
            else:
                yield one


def _length(one: Text | Other) -> int:
    return len(one.text) if isinstance(one, Text) else 0
