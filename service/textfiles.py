"""Finding and reading the text files that the command line is given."""

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from service.errors import UnreadableFile

SUFFIXES = (".txt", ".md")
STANDARD_INPUT = Path("-")


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text and the name of the file that it came from."""

    name: str
    text: str


def find(path: Path) -> list[Path]:
    """The text files in a folder and its folders, sorted; a path that is no folder stands for itself.

    Raises UnreadableFile for a folder without any.
    """
    if not path.is_dir():
        return [path]
    files = sorted(f for f in path.rglob("*") if f.suffix.lower() in SUFFIXES and f.is_file())
    if not files:
        raise UnreadableFile(f"{_printable(path)}: no {' or '.join(SUFFIXES)} file in this folder")
    return files


def read(path: Path) -> TextFile:
    """Read a file, or standard input for ``-``, in UTF-8 or GB18030 (which holds GBK and GB2312).

    Raises UnreadableFile, which names the file and what is allowed.
    """
    name = _printable(path)
    if path != STANDARD_INPUT and path.suffix.lower() not in SUFFIXES:
        raise UnreadableFile(f"{name}: only {' and '.join(SUFFIXES)} files and folders of them are read")
    try:
        content = sys.stdin.buffer.read() if path == STANDARD_INPUT else path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{name}: {error.strerror}") from None
    for encoding in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            if "\0" not in text:  # there are bytes of programs and pictures that decode all the same
                return TextFile(name, text)
    raise UnreadableFile(f"{name}: must be text in UTF-8 or GB18030")


def _printable(path: Path) -> str:
    return os.fsencode(path).decode(errors="replace")
