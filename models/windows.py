"""Windows: a document cut to the length the network reads, each piece with its context in front.

The same windows serve training and extraction. They cover all of the text, never overlap, and depend on nothing but
the text, so an answer is the same alone or in any batch.
"""

from bisect import bisect_right
from dataclasses import dataclass

from models.structure import Block, Structure, clause_starts, sentence_starts

TEXT_LENGTH = 380
"""Most code points of text in a window."""
CONTEXT_LENGTH = 120
"""Most code points of context in front of it."""
_TITLE_LENGTH = 32
_HEADING_LENGTH = 24
_HEADER_LENGTH = 60
_TAIL_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Window:
    """The text ``[start, end)`` of a document with what stands above it as ``context``."""

    start: int
    end: int
    context: str


def cut(structure: Structure, length: int = TEXT_LENGTH, first: int | None = None) -> list[Window]:
    """Cut a document into windows of at most ``length`` code points, at line ends where there are any.

    ``first`` makes the first window shorter: training shifts the borders with it, so that no clause always stands at
    the same place.
    """
    windows: list[Window] = []
    limit = first or length
    start: int | None = None
    opener: Block | None = None
    end = 0

    def close() -> None:
        nonlocal start, limit
        if start is not None and opener is not None:
            windows.append(Window(start, end, _context(structure, opener, start)))
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
