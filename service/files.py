"""Finding and reading the files that the command line is given."""

import asyncio
import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from service.documents import DocumentError, Reading, isolation
from service.documents.isolation import Bounds
from service.errors import UnreadableFile

SUFFIXES = (".txt", ".md", ".csv", ".html", ".htm", ".docx", ".doc", ".xlsx", ".pdf")
"""Names of the files that a folder stands for; one that is named itself is read whatever its name."""
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
    files = sorted(f for f in path.rglob("*") if f.suffix.lower() in SUFFIXES and f.is_file())
    if not files:
        raise UnreadableFile(f"{_printable(path)}: no file of {' '.join(SUFFIXES)} in this folder")
    return files


def read(path: Path, bounds: Bounds) -> File:
    """Read a file, or standard input for ``-``, in a process of its own.

    Raises UnreadableFile, which names the file and what is allowed.
    """
    name = _printable(path)
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


def _printable(path: Path) -> str:
    return os.fsencode(path).decode(errors="replace")
