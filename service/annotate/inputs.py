"""Where documents come from: files, and the lines of JSONL and rows of Parquet files.

What is to be read is listed before it is read. The list says how many documents there are and keeps their order while
files come and go; nothing of it is held in memory.
"""

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import orjson

from service import files, splitting
from service.annotate.model import Document, Kind
from service.errors import UnreadableFile
from service.grouping import grouped

FIELDS = ("id", "text", "date")
"""What is taken from a line or a row; text must be there."""
_PARQUET = ".parquet"
_PART, _PART_BYTES = 100, 60_000
"""Documents that are annotated together, and their bytes, of which a Chinese code point takes three; both at most."""


class Source(StrEnum):
    """What a listed file holds."""

    FILE = "file"
    """One document."""
    LINES = "lines"
    """A document a line."""
    ROWS = "rows"
    """A document a row."""


@dataclass(frozen=True, slots=True)
class Input:
    """A listed file, how many documents it holds, and its size in bytes and time of change in ns when it was listed."""

    path: str
    source: Source
    documents: int
    size: int
    changed: int


def find(patterns: Iterable[str], but_for: Iterable[Path], longest: int) -> Iterator[Input]:
    """The files that paths, folders and globs stand for, in the order given, those of a folder or glob sorted.

    ``but_for`` are files, and folders with all that is in them, that folders and globs pass over; ``longest`` is the most
    bytes that a line may have. Raises UnreadableFile for what is not there, a folder or glob without any file, and tables
    that are none.
    """
    left_out = {path.resolve() for path in but_for}
    for pattern in patterns:
        count = 0
        for path in _stands_for(pattern):
            named = path == Path(pattern)
            place = path.resolve()
            if named or left_out.isdisjoint((place, *place.parents)):
                count += 1
                yield _input(path, longest)
        if not count:
            raise UnreadableFile(f"{files.printable(Path(pattern))}: nothing to read here")


def read(inputs: Iterable[Input], skip: int, most_bytes: int) -> Iterator[Document]:
    """The documents of what was listed, without the first ``skip``, which are passed over as cheaply as possible.

    What cannot be read any more, and what has more than ``most_bytes``, is a document of kind REFUSED: the number of
    documents is always as listed. Raises UnreadableFile for lines and rows in a file that has changed.
    """
    for one in inputs:
        if skip >= one.documents:
            skip -= one.documents
            continue
        if one.source is Source.FILE:
            yield _file(one.path, most_bytes)
        else:
            yield from _many(one, skip, most_bytes)
        skip = 0


def parts(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """The documents in order, as many at a time as are annotated together."""
    return grouped(documents, lambda document: len(document.content), _PART_BYTES, _PART)


def _stands_for(pattern: str) -> Iterator[Path]:
    path = Path(pattern)
    if path.is_dir():
        yield from files.below(path, (*files.SUFFIXES, *files.LINES, _PARQUET))
    elif path.exists() or not glob.has_magic(pattern):
        yield path
    else:
        yield from (Path(p) for p in sorted(glob.iglob(pattern, recursive=True)) if os.path.isfile(p))


def _input(path: Path, longest: int) -> Input:
    name = files.printable(path)
    try:
        status = path.stat()
        match path.suffix.lower():
            case suffix if suffix in files.LINES:
                with path.open("rb") as file:
                    source, count = Source.LINES, sum(1 for _ in splitting.lines(file, longest))
            case suffix if suffix == _PARQUET:
                source, count = Source.ROWS, tables().count(path)
            case _:
                source, count = Source.FILE, 1
    except OSError as error:
        raise UnreadableFile(f"{name}: {error.strerror or 'cannot be read'}") from None
    return Input(os.fspath(path), source, count, status.st_size, status.st_mtime_ns)


def _file(path: str, most_bytes: int) -> Document:
    name = files.printable(Path(path))
    try:
        with open(path, "rb") as file:
            # One byte more than is allowed is enough to refuse it.
            return Document(name, Kind.FILE, file.read(most_bytes + 1))
    except OSError as error:
        return Document(name, Kind.REFUSED, f"must be a file that can be read: {error.strerror}".encode())


def _many(one: Input, skip: int, most_bytes: int) -> Iterator[Document]:
    path = Path(one.path)
    name = files.printable(path)
    try:
        status = path.stat()
        if (status.st_size, status.st_mtime_ns) != (one.size, one.changed):
            raise UnreadableFile(f"{name}: has changed since the run began; --restart begins it again")
        if one.source is Source.ROWS:
            yield from _rows(path, name, skip)
            return
        with path.open("rb") as file:
            for index, (number, line) in enumerate(splitting.lines(file, most_bytes)):
                if index >= skip:
                    place = f"{name}:{number}"
                    if line is None:
                        yield Document(place, Kind.REFUSED, f"must have at most {most_bytes} bytes".encode())
                    else:
                        yield Document(place, Kind.JSON, line)
    except OSError as error:
        raise UnreadableFile(f"{name}: {error.strerror or 'cannot be read'}") from None


def _rows(path: Path, name: str, skip: int) -> Iterator[Document]:
    for number, row in enumerate(tables().rows(path, FIELDS, skip), skip + 1):
        try:
            yield Document(f"{name}:{number}", Kind.JSON, orjson.dumps(row))
        except TypeError:
            reason = f"must have values of JSON in {', '.join(FIELDS)}"
            yield Document(f"{name}:{number}", Kind.REFUSED, reason.encode())


def tables() -> ModuleType:
    """What reads and writes Parquet files. Raises UnreadableFile if its library is not installed."""
    try:
        from service.annotate import parquet  # only who has such files needs its library
    except ImportError as error:
        raise UnreadableFile(f"Parquet needs {error.name}: pip install 'mubiao[parquet]'") from None
    return parquet
