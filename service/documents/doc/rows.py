"""The rows of a .doc table → cells on the columns that all rows share ([MS-DOC] 2.9.324 TDefTableOperand)."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.documents.doc.binary import Properties
from service.documents.tables import Cell

_DEFINITION, _HEADER = 0xD608, 0x3404
_SNAP = 30
"""Twentieths of a point by which the side of a column may differ from row to row."""
_CELL_SIZE = 20
_GOES_ON = 1


@dataclass(frozen=True, slots=True)
class Row:
    """The texts of a row's cells, and what its end says of them."""

    texts: tuple[str, ...]
    properties: Properties


@dataclass(frozen=True, slots=True)
class _Shape:
    """The sides of a row's cells, and how each is merged: down over the next rows, and to the left."""

    sides: tuple[int, ...]
    vertical: tuple[int, ...]
    horizontal: tuple[bool, ...]


def cells(rows: Sequence[Row]) -> list[Cell]:
    """All cells of a table, merged ones as one."""
    shapes = [_shape(row) for row in rows]
    columns = _columns([side for shape in shapes for side in shape.sides])
    found: list[Cell] = []
    above: dict[int, int] = {}
    for number, (row, shape) in enumerate(zip(rows, shapes, strict=True)):
        here: dict[int, int] = {}
        header = any(row.properties.get(_HEADER, b""))
        for column, width, text, goes_on in _placed(row, shape, columns):
            top = above.get(column)
            if goes_on and top is not None and found[top].columns == width:
                lower = "\n".join(t for t in (found[top].text, text) if t)
                found[top] = replace(found[top], text=lower, rows=number - found[top].row + 1)
                here[column] = top
            else:
                here[column] = len(found)
                found.append(Cell(number, column, text, 1, width, header))
        above = here
    return found


def _placed(row: Row, shape: _Shape, columns: dict[int, int]) -> Iterator[tuple[int, int, str, bool]]:
    """Column, number of columns, text and whether it goes on from above, of each cell of a row."""
    pending: tuple[int, int, str, bool] | None = None
    for i, text in enumerate(row.texts):
        start, end = columns[shape.sides[i]], columns[shape.sides[i + 1]]
        width = max(end - start, 1)
        if pending and shape.horizontal[i] and not text:
            pending = (pending[0], pending[1] + width, *pending[2:])
            continue
        if pending:
            yield pending
        pending = start, width, text, shape.vertical[i] == _GOES_ON
    if pending:
        yield pending


def _shape(row: Row) -> _Shape:
    count = len(row.texts)
    operand = row.properties.get(_DEFINITION, b"")
    told = operand[2] if len(operand) > 2 else 0
    if told < count or len(operand) < 3 + 2 * (told + 1):
        # Without a definition, or one that is cut off, the cells of all rows stand below one another.
        return _Shape(tuple(range(0, 1000 * (count + 1), 1000)), (0,) * count, (False,) * count)
    sides = struct.unpack_from(f"<{told + 1}h", operand, 3)
    sides = tuple(max(sides[: i + 1]) for i in range(count + 1))
    flags = [
        struct.unpack_from("<H", operand, at)[0] if at + 2 <= len(operand) else 0
        for at in range(3 + 2 * (told + 1), 3 + 2 * (told + 1) + _CELL_SIZE * count, _CELL_SIZE)
    ]
    return _Shape(sides, tuple((flag >> 5) & 3 for flag in flags), tuple(flag & 3 != 0 for flag in flags))


def _columns(sides: Sequence[int]) -> dict[int, int]:
    """The number of the column that begins at each side; sides that nearly agree are one."""
    columns: dict[int, int] = {}
    first, number = None, -1
    for side in sorted(set(sides)):
        if first is None or side - first > _SNAP:
            first, number = side, number + 1
        columns[side] = number
    return columns
