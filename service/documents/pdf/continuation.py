"""A table that goes on over pages: one header, and rows that the page broke in two made whole."""

import re
from collections.abc import Iterable
from dataclasses import replace

from models.structure import list_level
from service.documents.pdf.blocks import Table
from service.documents.pdf.characters import joined
from service.documents.tables import Cell

_HEADER_ROWS = 4
_RULED_SHIFT = 6.0
"""Points by which the columns of a ruled table may differ from page to page."""
_LOOSE_SHIFT = 20.0
_CLAUSE = re.compile("[，；。]")
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
    first = {c.column: c for c in cells if c.row == 0}
    broken = _breaks_row(table, last, first)
    # Where the part goes on with the last row, that row is also its first one.
    base = table.rows - broken
    grown = {id(c): _grown(table, c, first[column], base) for column, c in last.items() if column in first}
    whole = [grown.get(id(c)) or c for c in table.cells]
    taken = {column for column, c in last.items() if grown.get(id(c))}
    rest = [replace(c, row=c.row + base) for c in cells if not (c.row == 0 and c.column in taken)]
    return replace(table, rows=base + rows, cells=(*whole, *rest), cut=part.cut)


def _grown(table: Table, last: Cell, first: Cell, base: int) -> Cell | None:
    """The table's last cell of a column with the part's first one, None where that is a cell of its own."""
    if base < table.rows:
        item = list_level(first.text) > 0
        text = f"{last.text}\n{first.text}" if item else joined((last.text, first.text))
        return replace(last, text=text, rows=base + first.rows - last.row)
    goes_on = last.rows > 1 or first.rows > 1 or (last.column == 0 and _always_filled(table, 0))
    return replace(last, rows=last.rows + first.rows) if goes_on and last.text and not first.text else None


def _always_filled(table: Table, column: int) -> bool:
    return all(c.text for c in table.cells if c.column == column)


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


def _breaks_row(table: Table, last: dict[int, Cell], first: dict[int, Cell]) -> bool:
    """Whether the part opens with the rest of the table's last row.

    It does where the row number is missing; where as many cells are empty as filled that no row leaves empty; and where
    each cell goes on with a sentence that the page cut off, at least one being empty or the sentence having clauses.
    """
    filled = [c for c in first.values() if c.text]
    if not filled or any(c.rows > 1 or c.column not in last or c.columns != last[c.column].columns for c in filled):
        return False
    empty = {column for column, c in last.items() if c.text and not (column in first and first[column].text)}
    if 0 in empty and last[0].rows == 1 and _ROW_NUMBER.fullmatch(last[0].text):
        return True
    empty -= {column for column in empty if last[column].rows > 1 or (column in first and first[column].rows > 1)}
    if table.rows > 2 and len([column for column in empty if _always_filled(table, column)]) >= len(filled):
        return True
    clauses = all(_CLAUSE.search(last[c.column].text) for c in filled)
    return all(c.column in table.cut for c in filled) and (bool(empty - {0}) or clauses)
