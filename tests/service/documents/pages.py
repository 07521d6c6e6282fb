"""PDF files for the tests, written with reportlab in a font that every PDF reader brings along."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP = 72.0, WIDTH - 72.0, 90.0
pdfmetrics.registerFont(UnicodeCIDFont(FONT))


@dataclass(frozen=True)
class Box:
    """A cell of a drawn table: how many lines of text, rows and columns it has is up to the test."""

    text: str
    columns: int = 1
    rows: int = 1


class Pages:
    """Draws from the top left corner, in points."""

    def __init__(self, encryption: StandardEncryption | None = None) -> None:
        self._file = io.BytesIO()
        self.canvas = Canvas(self._file, pagesize=A4, encrypt=encryption, invariant=1)

    def text(self, x: float, y: float, text: str, size: float = 12) -> None:
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, HEIGHT - y, text)

    def centred(self, y: float, text: str, size: float = 12) -> None:
        self.text((WIDTH - width(text, size)) / 2, y, text, size)

    def paragraph(
        self, text: str, y: float, left: float = LEFT, right: float = RIGHT, size: float = 12, indent: float = 2
    ) -> float:
        """Lines as wide as there is room, the first set in by ``indent`` ems; gives the place of the next line."""
        first = True
        while text:
            start = left + indent * size if first else left
            line = fitting(text, right - start, size)
            self.text(start, y, line.rstrip(), size)
            text, first = text[len(line) :].lstrip(), False
            y += 1.6 * size
        return y

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.line(x0, HEIGHT - y0, x1, HEIGHT - y1)

    def table(
        self, xs: Sequence[float], y: float, rows: Sequence[Sequence[Box | str | None]], size: float = 10.5
    ) -> float:
        """A ruled table; None where a cell from above or from the left reaches. Gives where it ends."""
        boxes = [[Box(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
        heights = [max(self._height(b, xs, c, size) for c, b in enumerate(row) if b and b.rows == 1) for row in boxes]
        tops = [y + sum(heights[:i]) for i in range(len(heights) + 1)]
        for r, row in enumerate(boxes):
            for c, box in enumerate(row):
                if box:
                    left, right, top, bottom = xs[c], xs[c + box.columns], tops[r], tops[r + box.rows]
                    self.canvas.rect(left, HEIGHT - bottom, right - left, bottom - top)
                    self.paragraph(box.text, top + 1.3 * size, left + 4, right - 4, size, indent=0)
        return tops[-1]

    @staticmethod
    def _height(box: Box, xs: Sequence[float], column: int, size: float) -> float:
        text, room, count = box.text, xs[column + box.columns] - xs[column] - 8, 0
        while text:
            text, count = text[len(fitting(text, room, size)) :].lstrip(), count + 1
        return (max(count, 1) * 1.6 + 0.6) * size

    def next(self) -> None:
        self.canvas.showPage()

    def finished(self) -> bytes:
        self.canvas.save()
        return self._file.getvalue()


def width(text: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, FONT, size))


def fitting(text: str, room: float, size: float) -> str:
    """What of a text fits into a line, Latin words and numbers kept whole where they fit into one."""
    end = 0
    while end < len(text) and width(text[: end + 1], size) <= room:
        end += 1
    if end < len(text):
        whole = end
        while (
            whole > 1 and text[whole - 1].isascii() and text[whole].isascii() and " " not in text[whole - 1 : whole + 1]
        ):
            whole -= 1
        end = whole if whole > 1 else max(end, 1)
    return text[:end]
