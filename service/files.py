"""Finding and reading the files that the command line is given."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from service.documents import DocumentError, Reading, isolation
from service.documents.isolation import Bounds
from service.errors import UnreadableFile

SUFFIXES = (".txt", ".md", ".csv", ".html", ".htm", ".docx", ".doc", ".xlsx", ".pdf")
"""Names of the files that a folder stands for; one that is named itself is read whatever its name."""
LINES = (".jsonl", ".ndjson")
"""Names of the files that hold a document a line, where such files are read."""
_BESIDE = ("~$", "._")
"""How the names begin of what Word and macOS keep beside a file; it has that file's suffix."""
STANDARD_INPUT = Path("-")


@dataclass(frozen=True, slots=True)
class File:
    """What was read out of a file, and the file's name."""

    name: str
    reading: Reading


def find(path: Path) -> list[Path]:
    """The files to read in a folder and its folders, sorted; a path that is no folder stands for itself.

    Raises UnreadableFile for a folder without any.
    """
    if not path.is_dir():
        return [path]
    files = list(below(path, SUFFIXES))
    if not files:
        raise UnreadableFile(f"{printable(path)}: no file of {' '.join(SUFFIXES)} in this folder")
    return files


def below(folder: Path, suffixes: Collection[str]) -> Iterator[Path]:
    """The files with one of ``suffixes`` in a folder and its folders, sorted, one folder in memory at a time.

    What programs keep beside a file is left out, and links to folders are not followed. Raises UnreadableFile for a folder
    that cannot be listed.
    """
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError as error:
        raise UnreadableFile(f"{printable(folder)}: {error.strerror}") from None
    for name, is_folder in found:
        path = folder / name
        if is_folder:
            yield from below(path, suffixes)
        elif path.suffix.lower() in suffixes and not name.startswith(_BESIDE) and path.is_file():
            yield path


def printable(path: Path) -> str:
    """The path as text, even if its name is not."""
    return os.fsencode(path).decode(errors="replace")


def read(path: Path, bounds: Bounds) -> File:
    """Read a file, or standard input for ``-``, in a process of its own.

    Raises UnreadableFile, which names the file and what is allowed.
    """
    name = printable(path)
    try:
        with _opened(path) as file:
            # One byte more than is allowed is enough to refuse it.
            content = file.read(bounds.limits.bytes + 1)
        return File(name, asyncio.run(isolation.read(content, bounds)))
    except OSError as error:
        raise UnreadableFile(f"{name}: {error.strerror}") from None
    except DocumentError as error:
        raise UnreadableFile(f"{name}: {error}") from None


def _opened(path: Path) -> contextlib.AbstractContextManager[BinaryIO]:
    return contextlib.nullcontext(sys.stdin.buffer) if path == STANDARD_INPUT else path.open("rb")
