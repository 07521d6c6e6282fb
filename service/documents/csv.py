"""Tables as text with delimiters: commas, tabs or semicolons."""

import csv
import io
from collections.abc import Iterator

from service.documents import charsets, tables
from service.documents.errors import OverLimit, UnreadableDocument
from service.documents.model import Format, Limits, Reading

_DELIMITERS = ("\t", ",", ";")
_MOST_LONE_ROWS = 3
"""Lines without delimiters above a table (its title) and below it (notes)."""


def delimiter(text: str) -> str | None:
    """What separates the fields of a table, or None for a text that is none.

    A table has at least two rows of three fields, or three of two, and equally many in each but the first and last few.
    Below heads of three columns or more some may have fewer, because Excel leaves out empty fields at the end of a row.
    """
    return next((d for d in _DELIMITERS if _is_table(text, d)), None)


def read(content: bytes, limits: Limits) -> Reading:
    """The table of a file whose fields ``delimiter`` can tell."""
    decoded = charsets.decode(content)
    separator = delimiter(decoded.text)
    if not separator:
        raise UnreadableDocument("must have no more fields in a row than in its first one")
    cells: list[tables.Cell] = []
    for index, row in enumerate(_rows(decoded.text, separator)):
        cells += (tables.Cell(index, column, field) for column, field in enumerate(row))
        if len(cells) > limits.cells:
            raise OverLimit(limits.cells, "table cells")
    text = "".join(f"{line}\n" for line in tables.lines(cells, limits))
    return Reading(text, Format.CSV, decoded.charset, warnings=decoded.warnings)


def _is_table(text: str, separator: str) -> bool:
    if separator not in text:
        return False
    width = rows = before = after = 0
    may_be_shorter = False
    try:
        for row in _rows(text, separator):
            if len(row) > 1 and not after:
                if not rows:
                    width, may_be_shorter = len(row), len(row) > 2 and tables.are_heads(row)
                if len(row) != width and not (may_be_shorter and len(row) < width):
                    return False
                rows += len(row) == width
            elif len(row) > 1:
                return False
            elif row:
                before, after = (before, after + 1) if rows else (before + 1, after)
                if max(before, after) > _MOST_LONE_ROWS:
                    return False
    except csv.Error:
        return False
    return rows >= (2 if width > 2 else 3)


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
