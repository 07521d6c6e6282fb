"""Extracting from many files, annotated together as far as a batch's budget goes."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.structure import Structure
from models.tagger import Tagger
from service import answers, textfiles
from service.errors import UnreadableFile
from service.textfiles import TextFile


@dataclass(frozen=True, slots=True)
class Extraction:
    """The answer about a document, and the document as it was read."""

    structure: Structure
    answer: dict[str, Any]


def extract(
    tagger: Tagger, paths: Iterable[Path], date: datetime.date | None, budget: int
) -> Iterator[Extraction | UnreadableFile]:
    """What was found in each file, or why it cannot be read, in the order of ``paths``.

    ``date`` is that of all documents; ``budget`` is how many code points are annotated together, a longer text alone.
    """
    for batch in _batches(map(_read, paths), budget):
        annotations = iter(tagger.annotate([file.text for file in batch if isinstance(file, TextFile)]))
        for file in batch:
            if isinstance(file, TextFile):
                annotation = next(annotations)
                yield Extraction(annotation.structure, answers.build(annotation, tagger, file.name, date))
            else:
                yield file


def _read(path: Path) -> TextFile | UnreadableFile:
    try:
        return textfiles.read(path)
    except UnreadableFile as error:
        return error


def _batches(files: Iterable[TextFile | UnreadableFile], budget: int) -> Iterator[list[TextFile | UnreadableFile]]:
    batch: list[TextFile | UnreadableFile] = []
    room = budget
    for file in files:
        length = len(file.text) if isinstance(file, TextFile) else 0
        if batch and length > room:
            yield batch
            batch, room = [], budget
        batch.append(file)
        room -= length
    if batch:
        yield batch
