"""Word 97–2003 files → text."""

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from service.documents import tables
from service.documents.doc.binary import Properties, WordFile, modifiers
from service.documents.doc.lists import Lists
from service.documents.doc.rows import Row, cells
from service.documents.errors import OverLimit, UnreadableDocument
from service.documents.model import Format, Limits, Reading
from service.documents.raised import raised

_IN_TABLE, _ROW_END, _INNER_CELL, _INNER_ROW_END = 0x2416, 0x2417, 0x244B, 0x244C
_HIDDEN, _DELETED, _INSERTED, _SYMBOL, _RAISED = 0x083C, 0x0800, 0x0801, 0x6A09, 0x2A48
_PARAGRAPH = re.compile("[^\r\x07\x0c]*[\r\x07\x0c]|[^\r\x07\x0c]+")
_SHOWN = {0x0B: "\n", 0x0E: None, 0x1E: "-", 0x1F: None}
_CONTROLS = {code: None for code in range(0x20) if code != 0x09} | _SHOWN
_FIELD = re.compile("[\x13\x14\x15]")
_Change = tuple[int, int, Callable[[str], str]]
"""From where to where in the stream text is changed, and how."""


def read(content: bytes, limits: Limits) -> Reading:
    """The text of a .doc file.

    Automatic numbers become text, deletions are taken as made; notes and text boxes follow the text. Raises
    UnreadableDocument where it is broken or encrypted, UnsupportedDocument for Word 95 and before, and OverLimit.
    """
    try:
        return _read(content, limits)
    except (OSError, struct.error, IndexError) as error:
        raise UnreadableDocument("must be whole: it cannot be read as a Word document") from error


def _read(content: bytes, limits: Limits) -> Reading:
    file = WordFile(content, limits)
    document = _Document(file, limits)
    lines = [line for start, end in file.stories() for line in document.lines(start, end)]
    warnings = ("tracked changes: read as if all were accepted",) if document.changes else ()
    if not lines and any(c in file.text for c in "\x01\x08"):
        raise UnreadableDocument("must hold text and not only pictures")
    return Reading("".join(f"{line}\n" for line in lines), Format.DOC, warnings=warnings)


@dataclass(slots=True)
class _Table:
    """The table that is being read: whole rows, and what is there of the next one."""

    rows: list[Row] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)


class _Document:
    """Walks through the text once, because numbers and fields depend on what came before."""

    def __init__(self, file: WordFile, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        self._lists = Lists(file)
        self._fields: list[bool] = []
        """The open fields, outermost first: whether their result has begun, which is what is shown."""
        self._cells = 0
        self.changes = False
        self._text = self._visible()

    def lines(self, start: int, end: int) -> Iterator[str]:
        """The lines of a story."""
        table = _Table()
        for match in _PARAGRAPH.finditer(self._text, start, end):
            style, properties = self._file.paragraph(match.end() - 1)
            in_table = _on(properties, _IN_TABLE)
            text = self._paragraph(match[0], style, properties, in_table)
            if not in_table:
                yield from self._flushed(table)
                yield from _lines(text)
            elif _on(properties, _ROW_END):
                table.rows.append(Row(tuple(table.finished), properties))
                table.finished = []
            elif match[0].endswith("\x07"):
                table.finished.append("\n".join([*table.paragraphs, text]))
                table.paragraphs = []
                self._cells += 1
                if self._cells > self._limits.cells:
                    raise OverLimit(self._limits.cells, "table cells")
            elif _on(properties, _INNER_CELL):
                table.inner.append(text.replace("|", "｜"))
            elif _on(properties, _INNER_ROW_END):
                # A row of a table within a cell is a line of the cell; bars would be those of the outer table.
                table.paragraphs.append(" ".join(filter(None, table.inner)))
                table.inner = []
            else:
                table.paragraphs.append(text)
        yield from self._flushed(table)

    def _flushed(self, table: _Table) -> Iterator[str]:
        if table.finished:
            # A row whose end is missing.
            table.rows.append(Row(tuple(table.finished), {}))
        if table.rows:
            yield from tables.lines(cells(table.rows), self._limits)
        for text in (*table.paragraphs, *table.inner):
            yield from _lines(text)
        table.rows, table.finished, table.paragraphs, table.inner = [], [], [], []

    def _visible(self) -> str:
        """The text, raised digits as such, with zeros, which are never shown, for what is not to be read.

        That is what is hidden, deleted or a sign of a picture font.
        """
        runs, pieces = self._file.characters, []
        changed: list[_Change] = []
        for start, end, packed in zip(runs.starts, runs.ends, runs.values, strict=True):
            properties = modifiers(packed)
            self.changes |= _on(properties, _DELETED) or _on(properties, _INSERTED)
            if _on(properties, _HIDDEN) or _on(properties, _DELETED) or _SYMBOL in properties:
                changed.append((start, end, _blanked))
            elif properties.get(_RAISED) == b"\x01":
                changed.append((start, end, raised))
        for piece in self._file.pieces:
            text, at = self._file.text[piece.start : piece.end], 0
            for start, end, change in _overlapping(changed, piece.offset, piece.offset + len(text) * piece.width):
                first, last = (start - piece.offset) // piece.width, -((piece.offset - end) // piece.width)
                pieces += [text[at:first], change(text[first:last])]
                at = last
            pieces.append(text[at:])
        return "".join(pieces)

    def _paragraph(self, raw: str, style: int, properties: Properties, in_table: bool) -> str:
        text = "".join(self._results(raw)).translate(_CONTROLS)
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").strip()
        # An instruction that has not ended here is broken: it must not swallow the rest of the document.
        self._fields = [True] * len(self._fields)
        label = self._lists.label(style, properties)
        # A cell may hold just its number, as in the column 序号.
        return label + text if text or in_table else ""

    def _results(self, raw: str) -> Iterator[str]:
        """What is outside of the instructions of fields."""
        at = 0
        for sign in _FIELD.finditer(raw):
            if all(self._fields):
                yield raw[at : sign.start()]
            at = sign.end()
            if sign[0] == "\x13":
                self._fields.append(False)
            elif self._fields and sign[0] == "\x14":
                self._fields[-1] = True
            elif self._fields:
                self._fields.pop()
        if all(self._fields):
            yield raw[at:]


def _blanked(text: str) -> str:
    return re.sub("[^\r\x07\x0c\x13-\x15]", "\0", text)


def _overlapping(spans: list[_Change], start: int, end: int) -> Iterator[_Change]:
    """The spans, which are in order, cut to what lies between start and end."""
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle][1] <= start:
            low = middle + 1
        else:
            high = middle
    while low < len(spans) and spans[low][0] < end:
        yield max(spans[low][0], start), min(spans[low][1], end), spans[low][2]
        low += 1


def _on(properties: Properties, code: int) -> bool:
    return any(properties.get(code, b""))


def _lines(text: str) -> Iterator[str]:
    return (line for part in text.split("\n") if (line := part.strip()))
