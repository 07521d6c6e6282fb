"""Our marked text for people who write (annotations/markup.py): a file a document in a folder."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from annotations import markup
from annotations.formats import folders
from annotations.schema import Document

_SUFFIX = ".txt"


def read(path: Path) -> Iterator[Document]:
    """The documents of a file or folder. Raises AnnotationError."""
    for name, file in folders.files(path, _SUFFIX):
        yield markup.parse(name, folders.read_text(file))


def write(documents: Iterable[Document], path: Path) -> None:
    """Write documents as files of a folder. Raises MarkupError for what the markup cannot hold."""
    for document, place in folders.places(documents, path):
        folders.write_text(markup.format(document), place.with_name(place.name + _SUFFIX))
