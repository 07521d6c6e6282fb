"""Our gold JSON: a document a line (.jsonl), a document a file (.json), or a folder of those. It holds everything."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from annotations import gold
from annotations.errors import AnnotationError
from annotations.formats import folders, jsonl
from annotations.schema import Document


def read(path: Path) -> Iterator[Document]:
    """The documents of a file or folder. Raises AnnotationError."""
    if path.suffix == ".jsonl" and path.is_file():
        for place, raw in jsonl.read_lines(path):
            try:
                yield gold.from_dict(raw)
            except AnnotationError as error:
                raise AnnotationError(f"{place}: {error}") from None
    else:
        for _, file in folders.files(path, ".json"):
            yield gold.read(file)


def write(documents: Iterable[Document], path: Path) -> None:
    """Write documents as lines of a file."""
    jsonl.write_lines(map(gold.to_dict, documents), path)


def write_folder(documents: Iterable[Document], path: Path) -> None:
    """Write documents as files of a folder."""
    for document, place in folders.places(documents, path):
        gold.write(document, place.with_name(place.name + ".json"))
