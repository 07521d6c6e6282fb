"""The folder in which corrected documents are kept to train on."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from annotations import gold
from annotations.check import check
from annotations.schema import Document
from service.errors import FieldError, InvalidFields

_MOST_PROBLEMS = 20
_LONGEST_NAME = 60


def save(document: Document, folder: Path) -> tuple[str, bool]:
    """Write a document into a folder as gold JSON; its file's name, and whether the same text was there before.

    A document of the same name and text takes the place of the earlier one, at once or not at all. Raises InvalidFields
    for one that breaks the guideline's rules, with ids and never with text; OSError if the folder cannot be written.
    """
    if problems := check(document):
        raise InvalidFields(tuple(FieldError("entities", problem.message) for problem in problems[:_MOST_PROBLEMS]))
    digest = hashlib.sha256(document.text.encode()).hexdigest()[:12]
    path = folder / f"{_safe(document.name)}-{digest}.json"
    folder.mkdir(parents=True, exist_ok=True)
    known = path.exists()
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(gold.dump(document))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return path.name, known


def _safe(name: str) -> str:
    """A part of a file's name that every file system takes."""
    cut = re.sub(r"[^\w-]+", "-", name).strip("-")
    while len(cut.encode()) > _LONGEST_NAME * 3 or len(cut) > _LONGEST_NAME:
        cut = cut[:-1]
    return cut or "document"
