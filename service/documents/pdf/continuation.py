"""A table that goes on over pages: one header, and rows that the page broke in two made whole."""

import re
from collections.abc import Iterable
from dataclasses import replace

from service.documents.pdf.blocks import Table
from service.documents.pdf.characters import joined
from service.documents.tables import Cell

_HEADER_ROWS = 4
_RULED_SHIFT = 6.0
"""Points by which the columns of a ruled table may differ from page to page."""
_LOOSE_SHIFT = 20.0
_ROW_NUMBER = re.compile(r"[（(]?\d{1,4}[）).、]?")


def continued(table: Table, part: Table) -> Table | None:
    """The table with its part on the next page, None where that is a table of its own."""
    if not _same_columns(table, part):
        return None
    repeated = _repeated(table, part)
    cells = [replace(c, row=c.row - repeated) for c in part.cells if c.row >= repeated]
    rows = part.rows - repeated
    if not cells:
        return table
    last = {c.column: c for c in table.cells if c.row + c.rows == table.rows}
    if _breaks_row(table, last, cells):
        first = {c.column: c for c in cells if c.row == 0}
        whole = [
            replace(c, text=joined((c.text, first[c.column].text)))
            if last.get(c.column) is c and c.column in first
            else c
            for c in table.cells
        ]
        begun = [c for c in first.values() if c.column not in last and c.text]
        cells = [
            *(replace(c, row=table.rows - 1) for c in begun),
            *(replace(c, row=c.row + table.rows - 1) for c in cells if c.row > 0),
        ]
        rows -= 1
    else:
        # A merged cell goes on where the next page shows an empty one.
        on = {c.column: c for c in cells if c.row == 0 and not c.text and c.column in last and last[c.column].rows > 1}
        whole = [
            replace(c, rows=c.rows + on[c.column].rows) if last.get(c.column) is c and c.column in on else c
            for c in table.cells
        ]
        cells = [replace(c, row=c.row + table.rows) for c in cells if not (c.row == 0 and c.column in on)]
    return replace(table, rows=table.rows + rows, cells=(*whole, *cells), cut=part.cut)


def _same_columns(table: Table, part: Table) -> bool:
    shift = _RULED_SHIFT if table.ruled else _LOOSE_SHIFT
    return (
        table.ruled == part.ruled
        and len(table.xs) == len(part.xs)
        and all(abs((a - table.xs[0]) - (b - part.xs[0])) <= shift for a, b in zip(table.xs, part.xs, strict=True))
    )


def _repeated(table: Table, part: Table) -> int:
    """How many rows of the header the part repeats."""
    for rows in range(min(_HEADER_ROWS, table.rows, part.rows), 0, -1):
        head = _head(table.cells, rows)
        if head and head == _head(part.cells, rows):
            return rows
    return 0


def _head(cells: Iterable[Cell], rows: int) -> set[tuple[int, int, int, int, str]]:
    """The first rows, nothing where a cell reaches beyond them."""
    top = [c for c in cells if c.row < rows]
    if any(c.row + c.rows > rows for c in top):
        return set()
    return {(c.row, c.column, c.rows, c.columns, "".join(c.text.split())) for c in top}


def _breaks_row(table: Table, last: dict[int, Cell], cells: list[Cell]) -> bool:
    """Whether the part opens with the rest of the table's last row.

    It does where the row number is missing, or where cells are empty and each of the others goes on with a sentence
    that the page cut off.
    """
    first = {c.column: c for c in cells if c.row == 0}
    if any(c.rows > 1 for c in first.values()) or not any(c.text for c in first.values()):
        return False
    empty = {column for column, c in last.items() if c.text and not (column in first and first[column].text)}
    if 0 in empty and _ROW_NUMBER.fullmatch(last[0].text):
        return last[0].rows == 1
    if not empty or (empty == {0} and last[0].rows > 1):
        return False
    return all(c.column in table.cut for c in first.values() if c.text)
