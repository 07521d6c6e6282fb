"""What goes through a run."""

import datetime
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from service.documents.isolation import Bounds


class Kind(StrEnum):
    """What the content of a document is."""

    FILE = "file"
    """The bytes of a file."""
    JSON = "json"
    """A JSON object with a text, and perhaps an id and a date."""
    REFUSED = "refused"
    """Why there is none, as text."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was found. ``place`` names it: a file, or a line of one."""

    place: str
    kind: Kind
    content: bytes


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a document: a JSON object on a line, which is an answer, or an error if it ``failed``."""

    failed: bool
    line: bytes


@dataclass(frozen=True, slots=True)
class Setup:
    """What an annotator needs to know.

    ``folder`` is that of the model (default: the shipped one), ``model`` what identifies its files, ``threads`` how many windows it reads at once (default: the
    usable cores), ``bounds`` what reading a file may cost, ``date`` that of documents without one of their own;
    ``with_text`` puts texts into the answers.
    """

    folder: Path | None
    model: str
    threads: int | None
    bounds: Bounds
    date: datetime.date | None
    with_text: bool
