"""Extracting from many files, annotated together as far as a batch's budget goes."""

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from models.tagger import Tagger
from service import answers, files
from service.documents.isolation import Bounds
from service.errors import UnreadableFile
from service.files import File


def extract(
    tagger: Tagger,
    paths: Iterable[Path],
    date: datetime.date | None,
    budget: int,
    bounds: Bounds,
    with_text: bool = False,
) -> Iterator[dict[str, Any] | UnreadableFile]:
    """The answer to each file, or why it cannot be read, in the order of ``paths``.

    ``date`` is that of all documents; ``budget`` is how many code points are annotated together, a longer text alone;
    ``bounds`` is what reading each file may cost; ``with_text`` puts the texts into the answers.
    """
    for batch in _batches((_read(path, bounds) for path in paths), budget):
        annotations = iter(tagger.annotate([file.reading.text for file in batch if isinstance(file, File)]))
        for file in batch:
            if isinstance(file, File):
                answer = answers.build(next(annotations), tagger, file.name, date)
                yield answer | {"document": answers.document(file.reading, with_text)}
            else:
                yield file


def _read(path: Path, bounds: Bounds) -> File | UnreadableFile:
    try:
        return files.read(path, bounds)
    except UnreadableFile as error:
        return error


def _batches(read: Iterable[File | UnreadableFile], budget: int) -> Iterator[list[File | UnreadableFile]]:
    batch: list[File | UnreadableFile] = []
    room = budget
    for file in read:
        length = len(file.reading.text) if isinstance(file, File) else 0
        if batch and length > room:
            yield batch
            batch, room = [], budget
        batch.append(file)
        room -= length
    if batch:
        yield batch
