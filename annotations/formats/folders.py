"""Formats with files of their own for each document: the document's name is the path of its files in the folder."""

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from annotations.errors import AnnotationError
from annotations.schema import Document

_LONGEST = 200
"""Bytes of a part of a name; file systems end at 255, of which the suffix and a temporary name take some."""


def files(path: Path, suffix: str) -> Iterator[tuple[str, Path]]:
    """The files of that suffix in a folder and its folders, sorted, each with the name of its document; or one file.

    Raises AnnotationError where there is none.
    """
    if path.is_file():
        yield path.name.removesuffix(suffix), path
        return
    found = sorted(f for f in path.rglob(f"*{suffix}") if f.is_file())
    if not found:
        raise AnnotationError(f"{path}: no file or folder with {suffix} in it")
    for file in found:
        yield file.relative_to(path).as_posix().removesuffix(suffix), file


def places(documents: Iterable[Document], folder: Path) -> Iterator[tuple[Document, Path]]:
    """Each document with the path of its files, which still lacks the suffix; its folder is made.

    Raises AnnotationError for a name that is no relative path, or that two documents have.
    """
    taken: set[str] = set()
    folder.mkdir(parents=True, exist_ok=True)
    for document in documents:
        name = document.name
        parts = PurePosixPath(name).parts
        if name != "/".join(parts) or not parts or {"..", "/"} & set(parts) or "\0" in name:
            raise AnnotationError(f"{name!r}: no name for files; it must be a relative path, without a suffix")
        if any(len(part.encode()) > _LONGEST for part in parts):
            raise AnnotationError(f"{name!r}: too long a name for files, of more than {_LONGEST} bytes")
        if name in taken:
            raise AnnotationError(f"{name!r}: two documents have this name, and would have the same files")
        taken.add(name)
        place = folder.joinpath(*parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        yield document, place


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, with its line breaks as they are. Raises AnnotationError."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise AnnotationError(f"{path}: not UTF-8") from None


def write_text(text: str, path: Path) -> None:
    """Write a text in UTF-8, with its line breaks as they are."""
    path.write_bytes(text.encode("utf-8"))
