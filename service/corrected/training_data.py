"""The folder in which corrected documents are kept to train on."""

import hashlib
import re
from pathlib import Path

from annotations import gold
from annotations.check import check
from annotations.formats.registry import replacing
from annotations.schema import Document
from service.errors import FieldError, InvalidFields

_MOST_PROBLEMS = 20
_LONGEST_NAME = 60


def save(document: Document, folder: Path) -> tuple[str, bool]:
    """Write a document into a folder as gold JSON; its file's name, and whether the same text was there before.

    A document of the same name and text takes the place of the earlier one, at once or not at all. Raises InvalidFields
    for one that breaks the guideline's rules, with ids and never with text; OSError or AnnotationError if the folder cannot
    be written.
    """
    if problems := check(document):
        raise InvalidFields(tuple(FieldError("entities", problem.message) for problem in problems[:_MOST_PROBLEMS]))
    path = folder / file_name(document.name, document.text)
    folder.mkdir(parents=True, exist_ok=True)
    known = path.exists()
    with replacing(path) as file:
        gold.write(document, file)
    return path.name, known


def file_name(name: str, text: str) -> str:
    """The name of the file that a document of this name and text is kept in."""
    return f"{_safe(name)}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"


def _safe(name: str) -> str:
    """A part of a file's name that every file system takes."""
    cut = re.sub(r"[^\w-]+", "-", name).strip("-")
    while len(cut.encode()) > _LONGEST_NAME * 3 or len(cut) > _LONGEST_NAME:
        cut = cut[:-1]
    return cut or "document"
