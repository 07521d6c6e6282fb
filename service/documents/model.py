"""What is read out of a file, and how much may be read."""

from dataclasses import dataclass
from enum import StrEnum


class Format(StrEnum):
    """The formats that are read. Markdown is read as the text that it is."""

    TXT = "txt"
    CSV = "csv"
    HTML = "html"
    DOCX = "docx"
    DOC = "doc"
    XLSX = "xlsx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost at most; a file over one of them is refused and not cut off."""

    bytes: int = 20_000_000
    """Size of the file."""
    unpacked_bytes: int = 200_000_000
    """Size of all parts of a packed file, unpacked."""
    pages: int = 1_000
    cells: int = 500_000
    """Cells of all tables, merged cells counted as often as they are expanded."""
    characters: int = 5_000_000
    """Code points of the text."""
    nesting: int = 100
    """Elements within elements, such as tables within cells of tables."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a file.

    Paragraphs and table rows are lines, the cells of a row stand between `` | ``. ``charset`` is None for formats that
    say it themselves, ``pages`` for those without pages. ``warnings`` say what was left out or may be wrong; they never
    quote the document.
    """

    text: str
    format: Format
    charset: str | None = None
    pages: int | None = None
    warnings: tuple[str, ...] = ()
