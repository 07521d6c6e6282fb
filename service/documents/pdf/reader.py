"""PDF files → text."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from service.documents.errors import OverLimit, UnreadableDocument
from service.documents.model import Format, Limits, Reading
from service.documents.pdf import flow
from service.documents.pdf.blocks import PageBlocks, Table, TextLine
from service.documents.pdf.grids import Grid, Place, grids
from service.documents.pdf.layout import PlacedTable, arrange
from service.documents.pdf.lines import Line, lines
from service.documents.pdf.margins import Edges, without_margins
from service.documents.pdf.page import Glyph, Page, read_page
from service.documents.pdf.paragraphs import cell_text, cut_off
from service.documents.tables import Cell

_SCANNED = 0.3
"""Share of a page that pictures cover from which on what little text there is only labels them."""
_LITTLE = 40
"""Characters."""
_UNMAPPED = 0.3
"""Share of characters that are not known from which on a text is worth nothing."""
_ENCRYPTED = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
_DRAWN_ON = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT)
"""Annotations that hold text: form fields and typed notes."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page, its tables taken out of its lines."""

    width: float
    height: float
    lines: list[Line]
    asides: list[Line]
    tables: list[PlacedTable]
    rules: list[float]
    characters: int
    unmapped: int
    scanned: bool


def read(content: bytes, limits: Limits) -> Reading:
    """The text of a PDF file.

    Raises UnreadableDocument where it is broken, encrypted or only pictures of pages, and OverLimit.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code in _ENCRYPTED:
            raise UnreadableDocument("must not be encrypted") from None
        raise UnreadableDocument("must be whole: it cannot be read as PDF") from None
    try:
        if len(document) > limits.pages:
            raise OverLimit(limits.pages, "pages")
        sheets, broken = _sheets(document, limits)
    finally:
        document.close()
    _check(sheets)
    return Reading(_text(sheets, limits), Format.PDF, pages=len(sheets), warnings=_warnings(sheets, broken))


def _sheets(document: pypdfium2.PdfDocument, limits: Limits) -> tuple[list[_Sheet], list[int]]:
    """The pages, and the numbers of those that cannot be read."""
    sheets: list[_Sheet] = []
    broken, characters, cells = [], 0, 0
    for index in range(len(document)):
        try:
            page = _page(document, index)
            try:
                sheet = _sheet(read_page(page, limits))
            finally:
                page.close()
        except pypdfium2.PdfiumError:
            broken.append(index + 1)
            sheets.append(_Sheet(0.0, 0.0, [], [], [], [], 0, 0, False))
            continue
        characters += sheet.characters
        cells += sum(len(t.table.cells) for t in sheet.tables)
        if characters > limits.characters:
            raise OverLimit(limits.characters, "characters of text")
        if cells > limits.cells:
            raise OverLimit(limits.cells, "cells")
        sheets.append(sheet)
    if broken and len(broken) == len(sheets):
        raise UnreadableDocument("must be whole: none of its pages can be read")
    return sheets, broken


def _page(document: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
    """A page with what is filled into its form fields drawn on it."""
    page = document[index]
    for number in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, number)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind in _DRAWN_ON:
            pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
            page.close()
            return document[index]
    return page


def _sheet(page: Page) -> _Sheet:
    within: dict[int, dict[Place, list[Glyph]]] = defaultdict(lambda: defaultdict(list))
    outside = []
    ruled = grids(page.rules)
    for glyph in page.glyphs:
        middle = (glyph.x0 + glyph.x1) / 2, glyph.y - 0.3 * glyph.size
        at = next(((n, place) for n, grid in enumerate(ruled) if (place := grid.at(*middle))), None)
        if at:
            within[at[0]][at[1]].append(glyph)
        else:
            outside.append(glyph)
    tables = []
    for number, grid in enumerate(ruled):
        cells = within[number]
        if sum(any(g.text != " " for g in glyphs) for glyphs in cells.values()) > 1:
            tables.append(PlacedTable(_table(grid, cells), grid.xs[0], grid.xs[-1], grid.ys[0], grid.ys[-1]))
        else:
            # A frame or a drawing, not a table.
            outside.extend(glyph for glyphs in cells.values() for glyph in glyphs)
    characters = sum(g.text != " " for g in page.glyphs)
    return _Sheet(
        page.width,
        page.height,
        lines(outside),
        [line for glyphs in page.asides for line in lines(glyphs)],
        tables,
        [rule.at for rule in page.rules if rule.horizontal],
        characters,
        page.unmapped,
        (page.pictured > 0 and characters == 0) or (page.pictured >= _SCANNED and characters < _LITTLE),
    )


def _table(grid: Grid, glyphs: dict[Place, list[Glyph]]) -> Table:
    rows = len(grid.ys) - 1
    cells, cut = [], set()
    for place in dict.fromkeys(grid.owner.values()):
        inside = lines(glyphs.get(place, ()))
        width = grid.xs[place.column + place.columns] - grid.xs[place.column]
        cells.append(Cell(place.row, place.column, cell_text(inside, width), place.rows, place.columns))
        if place.row + place.rows == rows and cut_off(inside, width):
            cut.add(place.column)
    return Table(grid.xs, rows, tuple(cells), frozenset(cut))


def _check(sheets: Sequence[_Sheet]) -> None:
    filled = [s for s in sheets if s.scanned or s.characters]
    if filled and all(s.scanned for s in filled):
        raise UnreadableDocument("must hold text: its pages are scanned images")
    if sum(s.unmapped for s in sheets) > _UNMAPPED * sum(s.characters for s in sheets):
        raise UnreadableDocument("must hold text: its fonts do not say which characters they show")


def _warnings(sheets: Sequence[_Sheet], broken: Sequence[int]) -> tuple[str, ...]:
    warnings = []
    if scanned := [number for number, sheet in enumerate(sheets, 1) if sheet.scanned]:
        warnings.append(f"pages that are scanned images, whose text is not read: {_numbers(scanned)}")
    if broken:
        warnings.append(f"pages that are broken and were left out: {_numbers(broken)}")
    if unmapped := sum(sheet.unmapped for sheet in sheets):
        warnings.append(f"characters that the fonts do not name, written as U+FFFD: {unmapped}")
    if not any(sheet.characters for sheet in sheets):
        warnings.append("no text in it")
    return tuple(warnings)


def _numbers(pages: Sequence[int]) -> str:
    """Page numbers, those that follow one another as ranges."""
    ranges: list[list[int]] = []
    for page in pages:
        if ranges and page == ranges[-1][-1] + 1:
            ranges[-1].append(page)
        else:
            ranges.append([page])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in ranges)


def _text(sheets: Sequence[_Sheet], limits: Limits) -> str:
    bodies = without_margins([_edges(sheet) for sheet in sheets])
    repeated = Counter(text for sheet in sheets for text in {line.text for line in sheet.asides})
    pages = []
    for sheet, body in zip(sheets, bodies, strict=True):
        blocks = arrange(body, sheet.tables, sheet.rules)
        # What is written across every page is a watermark.
        blocks.extend(TextLine(line) for line in sheet.asides if repeated[line.text] == 1)
        pages.append(PageBlocks(sheet.width, blocks))
    return flow.text(pages, limits)


def _edges(sheet: _Sheet) -> Edges:
    """Only what is above or below all tables can be a head or foot."""
    top = min((t.top for t in sheet.tables), default=float("inf"))
    bottom = max((t.bottom for t in sheet.tables), default=float("-inf"))
    heads, feet = sum(line.y < top for line in sheet.lines), sum(line.y > bottom for line in sheet.lines)
    return Edges(sheet.lines, heads, feet, sheet.height)
