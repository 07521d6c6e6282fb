"""Reading corpora: files and folders of gold JSON (.json, .jsonl with one document a line) and marked text (.txt)."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from annotations import gold, markup
from annotations.errors import AnnotationError
from annotations.schema import Document

AUTHORED = Path(__file__).parent / "corpus"
"""The corpus that was written for mubiao: invented documents in the genre, in inline markup."""


def load(paths: Iterable[Path]) -> list[Document]:
    """All documents of the files and folders, sorted by file within each folder.

    Raises AnnotationError for a path that does not exist, of another kind, or that cannot be read.
    """
    return [document for file in files(paths) for document in read(file)]


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The document files that the paths name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(f for f in path.rglob("*") if f.suffix in (".json", ".jsonl", ".txt"))
        elif path.is_file():
            yield path
        else:
            raise AnnotationError(f"{path}: no such file or folder")


def read(path: Path) -> list[Document]:
    """The documents of a file, by its ending."""
    if path.suffix == ".json":
        return [gold.read(path)]
    if path.suffix == ".jsonl":
        return gold.read_lines(path)
    if path.suffix == ".txt":
        try:
            return [markup.parse(path.stem, path.read_bytes().decode("utf-8"))]
        except UnicodeDecodeError:
            raise AnnotationError(f"{path}: not UTF-8") from None
    raise AnnotationError(f"{path}: neither .json or .jsonl (gold) nor .txt (marked text)")
