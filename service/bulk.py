"""Extracting from many files, so many annotated together that no core waits for another."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.structure import Structure
from models.tagger import Tagger
from service import answers, files
from service.documents.isolation import Bounds
from service.errors import UnreadableFile
from service.files import File

_TOGETHER = 20_000
"""Code points that are annotated together; a longer text goes alone."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """The answer about a document, and the document as it was read."""

    structure: Structure
    answer: dict[str, Any]


def extract(
    tagger: Tagger,
    paths: Iterable[Path],
    date: datetime.date | None,
    bounds: Bounds,
    with_text: bool = False,
) -> Iterator[Extraction | UnreadableFile]:
    """What was found in each file, or why it cannot be read, in the order of ``paths``.

    ``date`` is that of all documents; ``bounds`` is what reading each file may cost; ``with_text`` puts the texts into
    the answers.
    """
    for batch in _batches(_read(path, bounds) for path in paths):
        annotations = iter(tagger.annotate([file.reading.text for file in batch if isinstance(file, File)]))
        for file in batch:
            if isinstance(file, File):
                annotation = next(annotations)
                answer = answers.build(annotation, tagger, file.name, date)
                document = {"document": answers.document(file.reading, with_text)}
                yield Extraction(annotation.structure, answer | document)
            else:
                yield file


def _read(path: Path, bounds: Bounds) -> File | UnreadableFile:
    try:
        return files.read(path, bounds)
    except UnreadableFile as error:
        return error


def _batches(read: Iterable[File | UnreadableFile]) -> Iterator[list[File | UnreadableFile]]:
    batch: list[File | UnreadableFile] = []
    room = _TOGETHER
    for file in read:
        length = len(file.reading.text) if isinstance(file, File) else 0
        if batch and length > room:
            yield batch
            batch, room = [], _TOGETHER
        batch.append(file)
        room -= length
    if batch:
        yield batch
