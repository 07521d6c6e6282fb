"""What a page shows: glyphs, ruled lines and pictures, turned so that its text runs from left to right.

Everything comes from PDFium: glyphs with the origin, size and direction they are drawn with, because what a table's
columns and a paragraph's lines are can only be told from where they stand.
"""

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from service.documents.errors import OverLimit
from service.documents.model import Limits
from service.documents.pdf.characters import shown

_SQUARE = 6
"""Text that is turned by up to this many degrees (a scan put in askew) counts as straight."""
_DRAWING = 50_000
"""Path segments from which on a page is a drawing, whose lines rule no table."""
_THIN = 3.0
"""Points. A filled box that is no thicker is a line."""
_FORMS = 20
"""How deep forms, drawings within drawings, are followed."""

Point = tuple[float, float]
_Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character from ``x0`` to ``x1`` on the baseline ``y``; points, downwards from the top left corner."""

    text: str
    x0: float
    x1: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line at ``at`` (y of a horizontal one, x of a vertical one) from ``start`` to ``end``."""

    horizontal: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page's contents. ``asides`` are glyphs that run in another direction than the text, such as watermarks."""

    width: float
    height: float
    glyphs: list[Glyph]
    asides: list[list[Glyph]]
    rules: list[Rule]
    pictured: float
    """Share of the page that pictures cover, from 0; 1 or more where they cover it all."""
    unmapped: int
    """Glyphs of which the file does not say which character they are."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A glyph as the file has it: origin and opposite corner in the page's own coordinates, upwards."""

    text: str
    origin: Point
    corners: tuple[Point, Point]
    size: float
    angle: int


def read_page(page: pypdfium2.PdfPage, limits: Limits) -> Page:
    """Raises OverLimit where the page alone holds more characters than ``limits`` allow."""
    left, bottom, right, top = page.get_bbox()
    drawn, unmapped = _glyphs(page, (left, bottom, right, top), limits)
    angles = Counter(glyph.angle for glyph in drawn if glyph.text != " ")
    main = max((a for a in angles if a % 90 == 0), key=lambda a: angles[a], default=0)
    turn = _turning(main, (left, bottom, right, top))
    asides = [
        _turned([g for g in drawn if g.angle == angle], _turning(angle, (left, bottom, right, top)))
        for angle in sorted(angles)
        if angle != main
    ]
    lines, pictured = _drawings(page)
    rules = [rule for start, end in lines if (rule := _rule(turn(start), turn(end)))]
    area = max((right - left) * (top - bottom), 1.0)
    width, height = right - left, top - bottom
    if main in (90, 270):
        width, height = height, width
    glyphs = _turned([g for g in drawn if g.angle == main], turn)
    return Page(width, height, glyphs, asides, rules, pictured / area, unmapped)


def _glyphs(
    page: pypdfium2.PdfPage, box: tuple[float, float, float, float], limits: Limits
) -> tuple[list[_Drawn], int]:
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > limits.characters:
            raise OverLimit(limits.characters, "characters")
        return _drawn(text.raw, count, box)
    finally:
        text.close()


def _drawn(text: Any, count: int, box: tuple[float, float, float, float]) -> tuple[list[_Drawn], int]:
    x, y, matrix, loose = ctypes.c_double(), ctypes.c_double(), pdfium.FS_MATRIX(), pdfium.FS_RECTF()
    left, bottom, right, top = box
    glyphs, unmapped, high = [], 0, 0
    for i in range(count):
        if pdfium.FPDFText_IsGenerated(text, i) == 1:
            continue
        code = pdfium.FPDFText_GetUnicode(text, i)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
        high = 0
        if pdfium.FPDFText_IsHyphen(text, i) == 1:
            code = ord("-")
        character = shown(code)
        if not character:
            continue
        if (
            not pdfium.FPDFText_GetCharOrigin(text, i, x, y)
            or not pdfium.FPDFText_GetMatrix(text, i, matrix)
            or not pdfium.FPDFText_GetLooseCharBox(text, i, loose)
            or not (left <= x.value <= right and bottom <= y.value <= top)
        ):
            continue
        unmapped += character == "\ufffd"
        size = pdfium.FPDFText_GetFontSize(text, i) * math.hypot(matrix.c, matrix.d)
        corners = (loose.left, loose.bottom), (loose.right, loose.top)
        angle = _angle(matrix.a, matrix.b)
        glyphs.append(_Drawn(character, (x.value, y.value), corners, max(size, 0.1), angle))
    return glyphs, unmapped


def _angle(a: float, b: float) -> int:
    """Direction of writing in degrees, to the next quarter turn if it is near, else to tens."""
    degrees = math.degrees(math.atan2(b, a))
    quarter = round(degrees / 90) * 90
    return int(quarter if abs(degrees - quarter) <= _SQUARE else round(degrees / 10) * 10) % 360


def _turning(angle: int, box: tuple[float, float, float, float]) -> Callable[[Point], Point]:
    """From the page's own coordinates to those in which text of this direction runs right, and lines go down."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    left, bottom, right, top = box
    corners = [(x * cos + y * sin, x * sin - y * cos) for x in (left, right) for y in (bottom, top)]
    x0, y0 = min(x for x, _ in corners), min(y for _, y in corners)
    return lambda point: (point[0] * cos + point[1] * sin - x0, point[0] * sin - point[1] * cos - y0)


def _turned(drawn: list[_Drawn], turn: Callable[[Point], Point]) -> list[Glyph]:
    glyphs = []
    for glyph in drawn:
        x, y = turn(glyph.origin)
        ends = [turn(corner)[0] for corner in glyph.corners]
        glyphs.append(Glyph(glyph.text, x, max(x, *ends), y, glyph.size))
    return glyphs


def _drawings(page: pypdfium2.PdfPage) -> tuple[list[tuple[Point, Point]], float]:
    """The straight lines of a page, and how many square points pictures cover."""
    lines: list[tuple[Point, Point]] = []
    pictured, segments = 0.0, 0
    for item, matrix in _objects(page):
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictured += abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            segments += max(pdfium.FPDFPath_CountSegments(item), 0)
            if segments > _DRAWING:
                return [], pictured
            lines.extend(_straight(item, matrix))
    return lines, pictured


def _objects(page: pypdfium2.PdfPage) -> Iterator[tuple[Any, _Matrix]]:
    """Everything drawn, forms opened, each with what takes its coordinates to the page's."""
    pending = [
        (pdfium.FPDFPage_GetObject(page.raw, i), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 0)
        for i in reversed(range(pdfium.FPDFPage_CountObjects(page.raw)))
    ]
    own = pdfium.FS_MATRIX()
    while pending:
        item, outer, depth = pending.pop()
        if not pdfium.FPDFPageObj_GetMatrix(item, own):
            continue
        matrix = _product((own.a, own.b, own.c, own.d, own.e, own.f), outer)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_FORM:
            yield item, matrix
        elif depth < _FORMS:
            inside = range(pdfium.FPDFFormObj_CountObjects(item))
            pending.extend((pdfium.FPDFFormObj_GetObject(item, i), matrix, depth + 1) for i in reversed(inside))


def _product(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _straight(path: Any, matrix: _Matrix) -> Iterator[tuple[Point, Point]]:
    """Lines that are stroked, and filled boxes so thin that they are lines."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(path, fill, stroke) or not (fill.value or stroke.value):
        return
    for points in _outlines(path, matrix):
        if stroke.value:
            yield from pairwise(points)
            continue
        x0, x1 = min(x for x, _ in points), max(x for x, _ in points)
        y0, y1 = min(y for _, y in points), max(y for _, y in points)
        if min(x1 - x0, y1 - y0) <= _THIN:
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            yield ((x0, y), (x1, y)) if x1 - x0 > y1 - y0 else ((x, y0), (x, y1))


def _outlines(path: Any, matrix: _Matrix) -> Iterator[list[Point]]:
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[Point] = []
    for i in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, i)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            return
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points
            points = []
        points.append((x.value * a + y.value * c + e, x.value * b + y.value * d + f))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points


def _rule(start: Point, end: Point) -> Rule | None:
    (x0, y0), (x1, y1) = start, end
    if abs(y1 - y0) <= 1 < abs(x1 - x0):
        return Rule(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1))
    if abs(x1 - x0) <= 1 < abs(y1 - y0):
        return Rule(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1))
    return None
