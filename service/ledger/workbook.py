"""The ledger as an Excel workbook, written row by row."""

import datetime
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from service.bulk import Extraction
from service.ledger.rows import COLUMNS, Cell, rows

MOST_ROWS = 1_048_576
"""Rows of a sheet, its header among them; what goes beyond fills another sheet."""
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TOP = Alignment(vertical="top")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_HEADER_FONT = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="D9E1F2")
_MOST_PLACES = 10


def write(extractions: Iterable[Extraction], output: BinaryIO, most_rows: int = MOST_ROWS) -> None:
    """Write a workbook with a row for each record: numbers and dates are typed, every text is a text and no formula.

    Rows wait in a temporary file and not in memory. ``most_rows`` is that of a sheet.
    """
    book = Workbook(write_only=True)
    sheet, count = _sheet(book), 1
    for extraction in extractions:
        for row in rows(extraction):
            if count == most_rows:
                _close(sheet, count)
                sheet, count = _sheet(book), 1
            sheet.append(
                [_cell(sheet, value, column.field) for column, value in zip(COLUMNS, row.cells(), strict=True)]
            )
            count += 1
    _close(sheet, count)
    book.save(output)


def _sheet(book: Workbook) -> WriteOnlyWorksheet:
    sheet = book.create_sheet(f"台账{len(book.worksheets) + 1 if book.worksheets else ''}")
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    for index, column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    header = [WriteOnlyCell(sheet, column.name) for column in COLUMNS]
    for cell in header:
        cell.font, cell.fill, cell.alignment = _HEADER_FONT, _HEADER_FILL, _WRAPPED
    sheet.append(header)
    return sheet


def _close(sheet: WriteOnlyWorksheet, count: int) -> None:
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{count}"


def _cell(sheet: WriteOnlyWorksheet, value: Cell, field: str) -> SheetCell | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, _NOT_IN_XML.sub("", value))
        # Not what openpyxl makes of a text that starts with =; quotePrefix keeps it a text when it is edited.
        cell.data_type = "s"
        cell.quotePrefix = True
        cell.alignment = _WRAPPED
        return cell
    cell = WriteOnlyCell(sheet, value)
    cell.alignment = _TOP
    if isinstance(value, datetime.date):
        cell.number_format = "yyyy-mm-dd"
    elif field == "progress":
        cell.number_format = "0.00%"
    elif isinstance(value, Decimal):
        places = min(-int(value.as_tuple().exponent), _MOST_PLACES)
        cell.number_format = "#,##0" + ("." + "0" * places if places > 0 else "")
    return cell
