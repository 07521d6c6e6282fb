"""Excel's .xlsx (SpreadsheetML, ECMA-376 part 1, 18): visible cells of the visible sheets, as they are shown.

Read as a stream and not through openpyxl, which knows no number formats and stops at styles that other programs than
Excel write.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from service.documents import number_format, tables
from service.documents.errors import OverLimit, UnreadableDocument
from service.documents.model import Format, Limits, Reading
from service.documents.ooxml import Element, Package, attribute, child, children, local, number
from service.documents.raised import raised

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_DEFAULT_NAME = re.compile(r"(?:Sheet|工作表|表)\s*\d*", re.IGNORECASE)


def read(content: bytes, limits: Limits) -> Reading:
    """The sheets of a .xlsx file in their order, each under its name if it was given one."""
    workbook = _Workbook(Package(content), limits)
    blocks = [lines for sheet in workbook.sheets() if (lines := workbook.lines(sheet))]
    text = "\n".join("".join(f"{line}\n" for line in lines) for lines in blocks)
    return Reading(text, Format.XLSX, warnings=workbook.warnings())


@dataclass(slots=True)
class _Sheet:
    """What a sheet holds; rows and columns count from 0."""

    values: list[tuple[int, int, str]] = field(default_factory=list)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """The last row and column of the ranges that begin at a place."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


class _Workbook:
    def __init__(self, package: Package, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        self._root = package.part(package.main)
        properties = child(self._root, "workbookPr")
        self._from_1904 = properties is not None and _is_on(properties, "date1904")
        self._strings = [_string(item) for item in self._items("sharedStrings", "si")]
        self._formats = self._number_formats()
        self._cells = 0
        self._hidden = {"sheets": 0, "rows": 0, "columns": 0}
        self._unstored = 0

    def sheets(self) -> Iterator[tuple[str, str]]:
        """The (name, part) of each visible sheet with cells."""
        targets = self._package.targets(self._package.main)
        for sheet in children(self._root, "sheets"):
            part, kind = targets.get(_relationship(sheet), ("", ""))
            if kind != "worksheet":
                continue
            if attribute(sheet, "state", "visible") == "visible":
                yield attribute(sheet, "name"), part
            else:
                self._hidden["sheets"] += 1

    def lines(self, sheet: tuple[str, str]) -> list[str]:
        """The name of a sheet, if it is not just its number, and its rows."""
        name, part = sheet
        rows = tables.lines(_visible(self._read(part)), self._limits)
        title = [] if _DEFAULT_NAME.fullmatch(name.strip()) or not rows or name.strip() == rows[0] else [name.strip()]
        return title + rows

    def warnings(self) -> tuple[str, ...]:
        said = [f"hidden {what} left out: {count}" for what, count in self._hidden.items() if count]
        if self._unstored:
            said.append(f"formulas without a stored result, left empty: {self._unstored}")
        return tuple(said)

    def _items(self, kind: str, name: str) -> list[Element]:
        """The items of a list that is a part of its own."""
        names = self._package.related(self._package.main, kind)
        return [e for e in self._package.part(names[0]) if local(e) == name] if names else []

    def _number_formats(self) -> list[str]:
        """The format code of each cell style."""
        codes = dict(number_format.BUILT_IN)
        styles = self._package.related(self._package.main, "styles")
        root = self._package.part(styles[0]) if styles else None
        for custom in children(root, "numFmts"):
            codes[number(custom, "numFmtId", -1)] = attribute(custom, "formatCode")
        used = (number(style, "numFmtId", 0) for style in children(root, "cellXfs"))
        return [codes.get(code, number_format.GENERAL) for code in used]

    def _read(self, part: str) -> _Sheet:
        sheet = _Sheet()
        row_index = -1
        for element in self._package.elements(part, "row", "col", "mergeCell"):
            match local(element):
                case "row":
                    row_index = _bounded(number(element, "r", row_index + 2) - 1, _LAST_ROW)
                    self._row(element, row_index, sheet)
                case "col":
                    if _is_on(element, "hidden"):
                        first, last = number(element, "min", 1), number(element, "max", 1)
                        sheet.hidden_columns |= set(range(max(first, 1) - 1, min(last, _LAST_COLUMN)))
                case "mergeCell":
                    _merge(attribute(element, "ref"), sheet)
        self._hidden["rows"] += len(sheet.hidden_rows)
        self._hidden["columns"] += len(sheet.hidden_columns & {column for _, column, _ in sheet.values})
        return sheet

    def _row(self, row: Element, index: int, sheet: _Sheet) -> None:
        column = -1
        filled = False
        for element in row:
            if local(element) != "c":
                continue
            place = _REFERENCE.fullmatch(attribute(element, "r"))
            column = _bounded(_column(place[1]) if place else column + 1, _LAST_COLUMN)
            if text := self._shown(element):
                filled = True
                sheet.values.append((index, column, text))
        if filled and _is_on(row, "hidden"):
            sheet.hidden_rows.add(index)
        self._cells += len(row)
        if self._cells > self._limits.cells:
            raise OverLimit(self._limits.cells, "table cells")

    def _shown(self, cell: Element) -> str:
        kind = attribute(cell, "t", "n")
        if kind == "inlineStr":
            return _string(child(cell, "is"))
        stored = child(cell, "v")
        value = "" if stored is None else (stored.text or "")
        if not value:
            # A formula may also give an empty string; then the type says so.
            self._unstored += kind != "str" and child(cell, "f") is not None
            return ""
        match kind:
            case "s":
                index = int(value) if value.isdecimal() else -1
                return self._strings[index] if 0 <= index < len(self._strings) else ""
            case "n":
                return self._number(value, number(cell, "s", 0))
            case "b":
                return "TRUE" if value == "1" else "FALSE"
        return _unescaped(value)

    def _number(self, value: str, style: int) -> str:
        try:
            exact = float(value)
        except ValueError:
            return value
        code = self._formats[style] if 0 <= style < len(self._formats) else number_format.GENERAL
        return number_format.shown(exact, code, self._from_1904) if abs(exact) < float("inf") else value


def _is_on(element: Element, name: str) -> bool:
    return attribute(element, name) in ("1", "true")


def _visible(sheet: _Sheet) -> Iterator[tables.Cell]:
    """The cells in visible rows and columns; a merged cell is shown as long as any part of it is."""
    hidden = sorted(sheet.hidden_columns)
    for row, column, text in sorted(sheet.values):
        last_row, last_column = sheet.merged.get((row, column), (row, column))
        while row <= last_row and row in sheet.hidden_rows:
            row += 1
        before, until = bisect_left(hidden, column), bisect_left(hidden, last_column + 1)
        columns = last_column + 1 - column - (until - before)
        if row <= last_row and columns:
            yield tables.Cell(row, column - before, text, last_row + 1 - row, columns)


def _merge(reference: str, sheet: _Sheet) -> None:
    first, _, last = reference.partition(":")
    start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
    if start and end:
        bottom, right = min(int(end[2]), _LAST_ROW) - 1, min(_column(end[1]), _LAST_COLUMN - 1)
        sheet.merged[int(start[2]) - 1, _column(start[1])] = (bottom, right)


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _bounded(index: int, end: int) -> int:
    if not 0 <= index < end:
        raise UnreadableDocument("must be whole: a cell lies outside of its sheet")
    return index


def _relationship(sheet: Element) -> str:
    """The r:id of a sheet, which has an id of its own, too."""
    return next((str(v) for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")


def _string(item: Element | None) -> str:
    """The text of a string, its runs together, without the readings that stand above it."""
    if item is None:
        return ""
    texts = []
    for element in item:
        text = element if local(element) == "t" else child(element, "t") if local(element) == "r" else None
        written = "" if text is None else text.text or ""
        place = child(element, "rPr", "vertAlign")
        is_raised = place is not None and attribute(place, "val") == "superscript"
        texts.append(raised(written) if is_raised else written)
    return _unescaped("".join(texts))


def _unescaped(text: str) -> str:
    """Characters that XML cannot hold are written _x000D_, in UTF-16."""
    text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text)
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
