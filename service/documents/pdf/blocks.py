"""What the pages of a document are made of, once their order is known."""

from dataclasses import dataclass

from service.documents.pdf.lines import Line
from service.documents.tables import Cell


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of running text; ``column`` holds the sides of its column where the page has several."""

    line: Line
    column: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or the part of it on one page. ``xs`` are the sides of its columns.

    ``cut`` numbers the columns whose last cell stops in the middle of a sentence.
    """

    xs: tuple[float, ...]
    rows: int
    cells: tuple[Cell, ...]
    cut: frozenset[int] = frozenset()
    ruled: bool = True


Block = TextLine | Table


@dataclass(frozen=True, slots=True)
class PageBlocks:
    """The blocks of a page, which is ``width`` wide, in reading order."""

    width: float
    blocks: list[Block]

    @property
    def lines(self) -> list[TextLine]:
        return [block for block in self.blocks if isinstance(block, TextLine)]
