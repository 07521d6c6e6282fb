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


class GrowingTable:
    """A table, to which the parts on the next pages are added; each costs what it holds, not what is there."""

    def __init__(self, first: Table) -> None:
        self._first = first
        self._cells: list[Cell] = []
        self._rows = 0
        self._cut = first.cut
        self._last: dict[int, int] = {}
        """By column, which of the cells reaches down to the end."""
        self._sparse: set[int] = set()
        """Columns with an empty cell."""
        self._append(list(first.cells), first.rows)

    def whole(self) -> Table:
        return replace(self._first, rows=self._rows, cells=tuple(self._cells), cut=self._cut)

    def add(self, part: Table) -> bool:
        """Take in a part; False if it is a table of its own."""
        if not _same_columns(self._first, part):
            return False
        repeated = _repeated(self._first, part)
        cells = [replace(c, row=c.row - repeated) for c in part.cells if c.row >= repeated]
        if not cells:
            return True
        first = {c.column: c for c in cells if c.row == 0}
        broken = self._breaks_row(first)
        # Where the part goes on with the last row, that row is also its first one.
        base = self._rows - broken
        taken = {column for column, index in self._last.items() if column in first and self._grow(index, first, broken)}
        rest = [replace(c, row=c.row + base) for c in cells if not (c.row == 0 and c.column in taken)]
        self._append(rest, base + part.rows - repeated)
        self._cut = part.cut
        return True

    def _append(self, cells: list[Cell], rows: int) -> None:
        kept = {c: i for c, i in self._last.items() if self._cells[i].row + self._cells[i].rows == rows}
        start = len(self._cells)
        self._cells += cells
        self._rows = rows
        self._last = kept | {c.column: start + i for i, c in enumerate(cells) if c.row + c.rows == rows}
        self._sparse.update(c.column for c in cells if not c.text)

    def _grow(self, index: int, first: dict[int, Cell], broken: bool) -> bool:
        """Make a cell at the end one with the part's first one of its column; False where that is its own."""
        last = self._cells[index]
        more = first[last.column]
        if broken:
            item = list_level(more.text) > 0
            text = f"{last.text}\n{more.text}" if item else joined((last.text, more.text))
            self._cells[index] = replace(last, text=text, rows=last.rows + more.rows - 1)
            return True
        goes_on = last.rows > 1 or more.rows > 1 or (last.column == 0 and 0 not in self._sparse)
        if goes_on and last.text and not more.text:
            self._cells[index] = replace(last, rows=last.rows + more.rows)
            return True
        return False

    def _breaks_row(self, first: dict[int, Cell]) -> bool:
        """Whether the part opens with the rest of the last row.

        It does where the row number is missing; where as many cells are empty as filled that no row leaves empty; and
        where each cell goes on with a sentence that the page cut off, if at least one is empty or it has clauses.
        """
        last = {column: self._cells[index] for column, index in self._last.items()}
        filled = [c for c in first.values() if c.text]
        if not filled or any(c.rows > 1 or c.column not in last or c.columns != last[c.column].columns for c in filled):
            return False
        empty = {column for column, c in last.items() if c.text and not (column in first and first[column].text)}
        if 0 in empty and last[0].rows == 1 and _ROW_NUMBER.fullmatch(last[0].text):
            return True
        empty -= {column for column in empty if last[column].rows > 1 or (column in first and first[column].rows > 1)}
        if self._rows > 2 and len(empty - self._sparse) >= len(filled):
            return True
        clauses = all(_CLAUSE.search(last[c.column].text) for c in filled)
        return all(c.column in self._cut for c in filled) and (bool(empty - {0}) or clauses)


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
