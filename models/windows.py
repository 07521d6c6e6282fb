"""Windows: a document cut to the length the network reads, each piece with its context in front.

The same windows serve training and extraction. They cover all of the text, never overlap, and depend on nothing but
the text, so an answer is the same alone or in any batch.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from models.structure import Block, Kind, Structure, clause_starts, sentence_starts

TEXT_LENGTH = 380
"""Most code points of text in a window."""
CONTEXT_LENGTH = 120
"""Most code points of context in front of it."""
HEAD_LENGTH = 12
"""Most code points of a column's head."""
_TITLE_LENGTH = 32
_HEADING_LENGTH = 24
_HEADER_LENGTH = 60
_TAIL_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Headed:
    """A piece ``[start, end)`` of a document that stands in a table's column, and the column's head."""

    start: int
    end: int
    head: str


@dataclass(frozen=True, slots=True)
class Window:
    """The text ``[start, end)`` of a document with what stands above it as ``context``, and its table cells."""

    start: int
    end: int
    context: str
    cells: tuple[Headed, ...] = ()


def cut(structure: Structure, length: int = TEXT_LENGTH, first: int | None = None) -> list[Window]:
    """Cut a document into windows of at most ``length`` code points, at line ends where there are any.

    ``first`` makes the first window shorter: training shifts the borders with it, so that no clause always stands at
    the same place.
    """
    windows: list[Window] = []
    cells = _Cells(structure)
    limit = first or length
    start: int | None = None
    opener: Block | None = None
    end = 0

    def close() -> None:
        nonlocal start, limit
        if start is not None and opener is not None:
            windows.append(Window(start, end, _context(structure, opener, start), tuple(cells.within(start, end))))
            start, limit = None, length

    for block in structure.blocks:
        if start is not None and block.end - start > limit:
            close()
        if start is None:
            start, opener = block.start, block
        at = start if block.end - start > limit else block.end
        while block.end - at > limit:
            at = _cut_point(structure.text, at, limit)
            end = at
            close()
            start, opener = at, block
        end = block.end
    close()
    return windows


class _Cells:
    """The cells of a document under their columns' heads, handed out from front to back."""

    def __init__(self, structure: Structure) -> None:
        self._cells = [
            Headed(cell.start, cell.end, block.header[cell.column][:HEAD_LENGTH])
            for block in structure.blocks
            if block.kind is Kind.ROW
            for cell in block.cells
            if cell.column < len(block.header)
        ]
        self._next = 0

    def within(self, start: int, end: int) -> Iterator[Headed]:
        """What of the cells lies in ``[start, end)``; calls must come in order."""
        while self._next < len(self._cells) and (cell := self._cells[self._next]).start < end:
            if cell.end > start:
                yield Headed(max(cell.start, start), min(cell.end, end), cell.head)
            if cell.end > end:
                return
            self._next += 1


def _cut_point(text: str, start: int, limit: int) -> int:
    """Where to cut a line that is too long: after a sentence, else after a clause, else at the limit."""
    for starts in (sentence_starts, clause_starts):
        points = starts(text, start, start + limit + 1)
        if points and points[-1] - start >= limit // 3:
            return points[-1]
    return start + limit


def _context(structure: Structure, block: Block, start: int) -> str:
    parts = [structure.title[:_TITLE_LENGTH]]
    parts += [heading[:_HEADING_LENGTH] for heading in block.path[-3:]]
    if block.header:
        parts.append("|".join(block.header)[:_HEADER_LENGTH])
        column = bisect_right(block.cells, start, key=lambda cell: cell.start) - 1
        if column >= 0 and block.cells[column].column < len(block.header):
            parts.append(block.header[block.cells[column].column][:_HEADING_LENGTH])
    before = structure.text[max(0, start - _TAIL_LENGTH) : start]
    head = "\n".join(part for part in parts if part)
    return (head[-(CONTEXT_LENGTH - len(before) - 1) :] + "\n" + before) if before else head[-CONTEXT_LENGTH:]
