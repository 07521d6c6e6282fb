"""The ledger as text: CSV for a spreadsheet, tables for a terminal."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from service.bulk import Extraction
from service.ledger.rows import COLUMNS, Cell, Row, rows

BYTE_ORDER_MARK = "\ufeff"
"""Opens the CSV: without it Excel takes UTF-8 for GBK."""
FORMULA = tuple("=+-@＝＋－＠\t\r\n")
"""What a spreadsheet may take for the start of a formula (OWASP, CSV Injection)."""
_SHOWN = {
    *("目标", "指标", "变化", "比较", "数值", "上限", "单位", "计划/实际", "完成率"),
    *("期限原文", "止", "牵头部门", "责任部门", "配合部门"),
}
"""The columns of a table: what there is room for."""


def csv_lines(extractions: Iterable[Extraction]) -> Iterator[str]:
    """A header and a line for each record, after a byte order mark.

    Texts that a spreadsheet would take for a formula get an apostrophe before them.
    """
    yield BYTE_ORDER_MARK + _line([column.name for column in COLUMNS])
    for extraction in extractions:
        for row in rows(extraction):
            yield _line([_guarded(cell) if isinstance(cell, str) else _plain(cell) for cell in _cells(row)])


def tables(extractions: Iterable[Extraction], width: int) -> Iterator[str]:
    """Each document as a table of at most ``width`` terminal columns, under its name; empty columns are left out."""
    console = Console(width=width, color_system=None)
    for extraction in extractions:
        lines = [[_plain(cell) for cell in _cells(row)] for row in rows(extraction)]
        shown = [
            index
            for index, column in enumerate(COLUMNS)
            if column.name in _SHOWN and (column.name == "目标" or any(line[index] for line in lines))
        ]
        table = Table(
            *(Column(COLUMNS[index].name, overflow="fold") for index in shown),
            title=Text(extraction.answer["id"]),
            title_justify="left",
            box=box.SQUARE,
            show_lines=True,
        )
        for line in lines:
            table.add_row(*(Text(line[index]) for index in shown))
        with console.capture() as capture:
            console.print(table)
        yield capture.get()


def _cells(row: Row) -> Iterator[Cell]:
    for column, cell in zip(COLUMNS, row.cells(), strict=True):
        yield f"{cell:.2%}" if column.field == "progress" and isinstance(cell, Decimal) else cell


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _guarded(text: str) -> str:
    return "'" + text if text.startswith(FORMULA) else text


def _line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
