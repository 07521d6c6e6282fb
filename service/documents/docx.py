"""Word's .docx (WordprocessingML, ECMA-376 part 1, 17): what it shows, in the order of the text.

Automatic numbers become text, insertions are taken as accepted and deletions as made, text boxes follow their
paragraph and notes the whole text. Hidden text, comments, headers and footers are left out.
"""

import re
from collections.abc import Iterator

from service.documents import tables
from service.documents.errors import OverLimit, UnreadableDocument
from service.documents.model import Format, Limits, Reading
from service.documents.numbering import Numbering
from service.documents.ooxml import Element, Package, attribute, child, descendants, flag, local, number
from service.documents.raised import raised

_TRANSPARENT = {
    "ins", "moveTo", "sdt", "sdtContent", "customXml", "smartTag", "hyperlink", "fldSimple", "dir", "bdo", "r",
    "ruby", "rubyBase", "oMathPara",
}  # fmt: skip
"""Elements that only wrap what they hold."""
_DELETED = {"del", "moveFrom"}
_DRAWINGS = {"drawing", "pict", "object"}
_SIGNS = {"noBreakHyphen": "-", "tab": "\t", "ptab": "\t", "cr": "\n"}
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_SYMBOLS = {
    ("Wingdings", 0x6F): "□", ("Wingdings", 0xA8): "□", ("Wingdings", 0xFE): "☑", ("Wingdings", 0xFD): "☒",
    ("Wingdings", 0xFC): "✓", ("Wingdings", 0xFB): "✗", ("Wingdings 2", 0x52): "☑", ("Wingdings 2", 0x53): "☒",
    ("Wingdings 2", 0x50): "✓", ("Wingdings 2", 0x4F): "✗", ("Wingdings 2", 0xA3): "□",
}  # fmt: skip
"""Boxes and ticks of the forms; other pictorial signs are left out."""


def read(content: bytes, limits: Limits) -> Reading:
    """The text of a .docx file."""
    package = Package(content)
    root = package.part(package.main)
    body = child(root, "body")
    if body is None:
        raise UnreadableDocument("must be whole: it has no body")
    document = _Document(package, limits)
    lines = [*document.lines(body), *document.notes()]
    if not lines and any(True for name in _DRAWINGS for _ in descendants(body, name)):
        raise UnreadableDocument("must hold text and not only pictures")
    return Reading("".join(f"{line}\n" for line in lines), Format.DOCX, warnings=document.warnings)


class _Document:
    """Walks through the text once, because numbers and fields depend on what came before."""

    def __init__(self, package: Package, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        styles = self._related("styles")
        self._contents = _styles_of_contents(styles)
        self._numbering = Numbering(self._related("numbering"), styles)
        self._fields: list[bool] = []
        """The open fields, outermost first: whether their result has begun, which is what is shown."""
        self._boxes: list[str] = []
        self._referenced: dict[tuple[str, str], None] = {}
        self._depth = 0
        self._cells = 0
        self._changes = self._chunks = False

    @property
    def warnings(self) -> tuple[str, ...]:
        said = {
            "tracked changes: read as if all were accepted": self._changes,
            "embedded documents were left out": self._chunks,
        }
        return tuple(warning for warning, applies in said.items() if applies)

    def lines(self, container: Element, inside: bool = False) -> Iterator[str]:
        """The lines of paragraphs and tables; ``inside`` a cell, those of tables have no separators."""
        self._depth += 1
        if self._depth > self._limits.nesting:
            raise OverLimit(self._limits.nesting, "elements within elements")
        unfinished = ""
        for element in container:
            match local(element):
                case "p":
                    text = unfinished + self._paragraph(element, bool(unfinished), inside)
                    deleted_mark = child(element, "pPr", "rPr", "del") is not None
                    unfinished = text if deleted_mark else ""
                    if not deleted_mark:
                        yield from _lines(text)
                        yield from self._boxes_here()
                case "tbl":
                    yield from self._table(element, inside)
                case "AlternateContent":
                    yield from self.lines(_alternative(element), inside)
                case "altChunk":
                    self._chunks = True
                case name if name in _TRANSPARENT:
                    yield from self.lines(element, inside)
        yield from _lines(unfinished)
        self._depth -= 1

    def notes(self) -> Iterator[str]:
        """The lines of the footnotes and endnotes that the text refers to."""
        for kind in _NOTES.values():
            part = self._related(kind) if any(k == kind for k, _ in self._referenced) else None
            notes = {attribute(note, "id"): note for note in part} if part is not None else {}
            for _, note_id in [reference for reference in self._referenced if reference[0] == kind]:
                if note_id in notes:
                    yield from self.lines(notes[note_id])

    def _related(self, kind: str) -> Element | None:
        names = self._package.related(self._package.main, kind)
        return self._package.part(names[0]) if names else None

    def _boxes_here(self) -> list[str]:
        boxes, self._boxes = self._boxes, []
        return boxes

    def _paragraph(self, paragraph: Element, goes_on: bool, inside: bool) -> str:
        properties = child(paragraph, "pPr")
        text = "".join(self._inline(paragraph)).strip()
        # An instruction that has not ended here is broken: it must not swallow the rest of the document.
        self._fields = [True] * len(self._fields)
        if _value(child(properties, "pStyle")) in self._contents:
            text = text.replace("\t", " ")
        label = "" if goes_on else self._numbering.label(properties)
        # A cell may hold just its number, as in the column 序号.
        return label + text if text or inside else ""

    def _inline(self, container: Element) -> Iterator[str]:
        for element in container:
            name = local(element)
            if name == "t":
                if all(self._fields):
                    yield element.text or ""
            elif name in _SIGNS:
                yield _SIGNS[name]
            elif name == "br":
                yield "\n" if attribute(element, "type", "textWrapping") == "textWrapping" else ""
            elif name == "sym":
                yield _symbol(element)
            elif name == "fldChar":
                self._field(attribute(element, "fldCharType"))
            elif name in _NOTES:
                self._referenced[_NOTES[name], attribute(element, "id")] = None
            elif name == "oMath":
                yield "".join(t.text or "" for t in descendants(element, "t"))
            elif name in _DRAWINGS:
                self._text_boxes(element)
            elif name == "AlternateContent":
                yield from self._inline(_alternative(element))
            elif name in _DELETED:
                self._changes = True
            elif name in _TRANSPARENT and not flag(child(element, "rPr", "vanish")):
                self._changes |= name in ("ins", "moveTo")
                inner = self._inline(element)
                yield from map(raised, inner) if _is_raised(element) else inner

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _text_boxes(self, drawing: Element) -> None:
        for box in _outermost(drawing, "txbxContent"):
            fields, self._fields = self._fields, []
            outer, self._boxes = self._boxes, []
            written = list(self.lines(box))
            self._fields, self._boxes = fields, outer + written

    def _table(self, table: Element, inside: bool) -> Iterator[str]:
        rows = [row for row in _members(table, "tr") if child(row, "trPr", "del") is None]
        elements = [list(_members(row, "tc")) for row in rows]
        self._cells += sum(map(len, elements))
        if self._cells > self._limits.cells:
            raise OverLimit(self._limits.cells, "table cells")
        one_row = len(elements) == 1 and any(child(cell, "tbl") is not None for cell in elements[0])
        if one_row or all(len(row) <= 1 for row in elements):
            for row in elements:
                for cell in row:
                    yield from self.lines(cell, inside)
            return
        cells = self._merged(rows, elements)
        yield from (tables.nested if inside else tables.lines)(cells, self._limits)

    def _merged(self, rows: list[Element], elements: list[list[Element]]) -> list[tables.Cell]:
        """The cells of a table, those that go on from the row above made part of that."""
        cells: list[tables.Cell] = []
        above: dict[int, int] = {}
        for index, (row, members) in enumerate(zip(rows, elements, strict=True)):
            header = flag(child(row, "trPr", "tblHeader"))
            column = max(0, number(child(row, "trPr", "gridBefore"), "val", 0))
            here: dict[int, int] = {}
            for element in members:
                properties = child(element, "tcPr")
                columns = max(1, number(child(properties, "gridSpan"), "val", 1))
                merge = child(properties, "vMerge")
                if merge is not None and attribute(merge, "val", "continue") == "continue" and column in above:
                    here[column] = above[column]
                    top = cells[above[column]]
                    grown = tables.Cell(top.row, column, top.text, index - top.row + 1, top.columns, top.header)
                    cells[above[column]] = grown
                else:
                    text = "\n".join(self.lines(element, inside=True))
                    here[column] = len(cells)
                    cells.append(tables.Cell(index, column, text, 1, columns, header))
                column += columns
            above = here
        return cells


def _members(element: Element, name: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, through what may wrap them."""
    for inner in element:
        if local(inner) == name:
            yield inner
        elif local(inner) in _TRANSPARENT:
            yield from _members(inner, name)


def _outermost(element: Element, name: str) -> Iterator[Element]:
    """The elements of a name within another, but not those within one another; of alternatives only one."""
    for inner in element:
        if local(inner) == name:
            yield inner
        elif local(inner) == "AlternateContent":
            yield from _outermost(_alternative(inner), name)
        else:
            yield from _outermost(inner, name)


def _alternative(element: Element) -> Element:
    """The same thing in one of several forms: the first holds the most, the last is for old programs."""
    return next((e for e in element if local(e) == "Choice"), element)


def _styles_of_contents(styles: Element | None) -> set[str]:
    """The ids of the styles that a table of contents is written in: there tabs stand for dots, not for columns."""
    found = descendants(styles, "style") if styles is not None else ()
    return {attribute(s, "styleId") for s in found if _value(child(s, "name")).lower().startswith("toc ")}


def _is_raised(run: Element) -> bool:
    return _value(child(run, "rPr", "vertAlign")) == "superscript"


def _symbol(element: Element) -> str:
    code = attribute(element, "char")
    # Symbol fonts lie in the private use area from F000 on.
    value = int(code, 16) & 0xFF if re.fullmatch("[0-9A-Fa-f]{1,4}", code) else 0
    return _SYMBOLS.get((attribute(element, "font"), value), "")


def _lines(text: str) -> Iterator[str]:
    return (line for part in text.split("\n") if (line := part.strip()))


def _value(element: Element | None) -> str:
    return "" if element is None else attribute(element, "val")
