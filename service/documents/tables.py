"""Tables as text: one line a row, its cells between `` | ``, every row and every column complete in itself.

What models.structure reads best decides: a cell over several rows is repeated in each of them; a cell over several
columns is repeated only in the head, elsewhere the places that it covers are left empty; several header rows become
one. Rows that hold a title above or a note below are lines of their own.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.documents.errors import OverLimit
from service.documents.model import Limits

SEPARATOR = " | "
_HEAD_LENGTH = 12
"""A head is not longer, if the file does not say what is one."""
_MOST_HEADER_ROWS = 4
_BREAK = re.compile(r"\s*\n\s*")
_SPACES = re.compile(r"[^\S\n]+")
_BARS = re.compile(r"(?:\s*\|)+\s*")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its top left corner at ``row`` and ``column`` (from 0), which covers ``rows`` and ``columns``.

    Lines of ``text`` are ended by line feeds. ``header``: the file says that it is the head of a column.
    """

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    header: bool = False


def lines(cells: Iterable[Cell], limits: Limits) -> list[str]:
    """The lines of a table. Rows and columns in which no cell with text begins are left out.

    A table of one column is layout: its cells give their own lines. Raises OverLimit.
    """
    grid = _grid([c for c in cells if c.rows > 0 and c.columns > 0], limits)
    if not grid:
        return []
    if len(grid[0]) == 1:
        return [line for row in grid if (cell := row[0]) for line in _own_lines(cell.text)]
    first, last = _body(grid)
    depth = _header_rows(grid, first, last)
    written = [_alone_line(row) for row in grid[:first]]
    if depth:
        written.append(_header(grid[first : first + depth]))
    written += [_row(row) for row in grid[first + depth : last]]
    written += [_alone_line(row) for row in grid[last:]]
    return written


def nested(cells: Iterable[Cell], limits: Limits) -> list[str]:
    """The lines of a table within a cell of another: bars would be taken for those of the outer one."""
    return [_BARS.sub(" ", line).strip() for line in lines(cells, limits)]


Row = Sequence[Cell | None]


def _grid(cells: list[Cell], limits: Limits) -> list[list[Cell | None]]:
    """The rows and columns in which a cell with text begins; each place refers to the cell with text that covers it."""
    filled = [c for c in cells if c.text.strip()]
    if not filled:
        return []
    rows = sorted({c.row for c in filled})
    columns = sorted({c.column for c in filled})
    if len(rows) * len(columns) > limits.cells:
        raise OverLimit(limits.cells, "table cells")
    grid: list[list[Cell | None]] = [[None] * len(columns) for _ in rows]
    characters = 0
    for cell in filled:
        down, across = _covered(rows, cell.row, cell.rows), _covered(columns, cell.column, cell.columns)
        characters += len(cell.text) * len(down) * (len(across) if cell.header else 1)
        if characters > limits.characters:
            raise OverLimit(limits.characters, "characters of text")
        for row in down:
            for column in across:
                if grid[row][column] is None:
                    grid[row][column] = cell
    return grid


def _covered(places: list[int], first: int, count: int) -> range:
    """Which of the rows or columns that are kept lie within ``count`` ones from ``first`` on."""
    return range(bisect_left(places, first), bisect_left(places, first + count))


def _body(grid: Sequence[Row]) -> tuple[int, int]:
    """Between which rows the table stands: before it titles, after it notes, each a single cell."""
    first, last = 0, len(grid)
    while first < last - 1 and _alone(grid[first]):
        first += 1
    while last > first + 1 and _alone(grid[last - 1]) and grid[last - 1][0]:
        last -= 1
    return first, last


def _alone(row: Row) -> bool:
    return len({id(cell) for cell in row if cell}) == 1


def _header_rows(grid: Sequence[Row], first: int, last: int) -> int:
    marked = first
    while marked < last and all(c.header for c in grid[marked] if c):
        marked += 1
    if first < marked < last:
        return marked - first
    row = grid[first]
    if last - first < 2 or not all(row):
        return 0
    if not are_heads(c.text for c in row if c):
        return 0
    heads = len({id(c) for c in row})
    if heads == len(row):
        return 1
    depth = 1 + max(_rows_below(grid, first, last, column) for column in range(len(row)))
    if depth == 1 and _second_row_divides(grid, first, last):
        return 2
    # Two cells, of which one is wide, are rather a key and its value.
    return depth if depth <= _MOST_HEADER_ROWS and (depth > 1 or heads > 2) else 0


def _rows_below(grid: Sequence[Row], first: int, last: int, column: int) -> int:
    """Over how many more rows the cell at the top of a column reaches."""
    row = first + 1
    while row < last and grid[row][column] is grid[first][column]:
        row += 1
    return row - first - 1


def _second_row_divides(grid: Sequence[Row], first: int, last: int) -> bool:
    """Whether the second row stands under the cells over several columns and nowhere else: it divides them."""
    pairs = list(zip(grid[first], grid[first + 1], strict=True))
    return last - first > 2 and all(top and (top.columns > 1) == (below is not None) for top, below in pairs)


def are_heads(texts: Iterable[str]) -> bool:
    """Whether texts are short enough to be the heads of columns, and no sentences."""
    return all(len(_joined(text)) <= _HEAD_LENGTH and not re.search("[。；;]", text) for text in texts)


def _header(rows: Sequence[Row]) -> str:
    """The header rows as one: each column has all the heads that stand above it, outermost first."""
    columns = zip(*rows, strict=True)
    heads = (dict.fromkeys(_joined(cell.text) for cell in column if cell) for column in columns)
    return _line(" ".join(head) for head in heads)


def _row(row: Row) -> str:
    shown: list[str] = []
    before: Cell | None = None
    for cell in row:
        shown.append(_spaced(cell.text) if cell and cell is not before else "")
        before = cell
    return _line(shown)


def _alone_line(row: Row) -> str:
    return next(_spaced(cell.text) for cell in row if cell)


def _line(texts: Iterable[str]) -> str:
    return SEPARATOR.join(texts).strip(" ")


def _own_lines(text: str) -> list[str]:
    return [line for part in text.split("\n") if (line := _SPACES.sub(" ", part).strip())]


def _spaced(text: str) -> str:
    """A cell in one line: its lines are paragraphs or items, which a space keeps apart."""
    return _SPACES.sub(" ", _BREAK.sub(" ", text.strip())).replace("|", "｜")


def _joined(text: str) -> str:
    """A head in one line: narrow columns break it where there is nothing to part."""
    whole = _BREAK.sub("\n", text.strip()).replace("|", "｜")
    return _SPACES.sub(" ", re.sub(r"(?<=[A-Za-z0-9])\n(?=[A-Za-z0-9])", " ", whole).replace("\n", ""))
