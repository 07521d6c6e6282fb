"""The blocks of all pages → the lines of the text: a paragraph or a table row each."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from service.documents import tables
from service.documents.model import Limits
from service.documents.pdf.blocks import Block, PageBlocks, Table, TextLine
from service.documents.pdf.characters import joined
from service.documents.pdf.continuation import GrowingTable
from service.documents.pdf.paragraphs import Measure, Placed, goes_on

_CONTINUED = re.compile(r"[（(]?续(?:上页|上表|前表|表)?[\d一二三四五六七八九十.—-]*[）)]?")
"""What stands above the second part of a table."""
_SUPPORT = 3
"""Lines that must end at a side for it to count as one."""
_INDENTED = 0.1
"""Share of lines that are set in where paragraphs are."""
_SHIFT = 4
"""Ems by which left and right pages may be shifted."""


def text(pages: Sequence[PageBlocks], limits: Limits) -> str:
    """The text of a document. Raises OverLimit where its tables have too many cells."""
    measures = _Measures(pages)
    written: list[str] = []
    paragraph: list[Placed] = []
    last: tuple[int, TextLine] | None = None

    def flush() -> None:
        if paragraph:
            written.append(joined(placed.line.text for placed in paragraph))
            paragraph.clear()

    for page, block in _whole_tables(pages):
        if isinstance(block, Table):
            flush()
            written.extend(tables.lines(block.cells, limits))
            last = None
            continue
        placed = Placed(block.line, measures.of(page, block))
        turned = last is not None and (page != last[0] or block.column != last[1].column)
        if paragraph and not goes_on(paragraph[0], paragraph[-1], placed, turned):
            flush()
        paragraph.append(placed)
        last = page, block
    flush()
    return "".join(f"{line}\n" for line in written)


def _whole_tables(pages: Sequence[PageBlocks]) -> Iterator[tuple[int, Block]]:
    """All blocks with their pages, the parts of a table put together."""
    table: GrowingTable | None = None
    begun = end = 0
    for number, page in enumerate(pages):
        for index, block in enumerate(page.blocks):
            if table and index <= 1 and number == end + 1:
                if isinstance(block, Table) and table.add(block):
                    end = number
                    continue
                above = index == 0 and len(page.blocks) > 1 and isinstance(page.blocks[1], Table)
                if above and isinstance(block, TextLine) and _CONTINUED.fullmatch(block.line.text):
                    continue
            if table:
                yield begun, table.whole()
                table = None
            if isinstance(block, Table):
                table, begun, end = GrowingTable(block), number, number
            else:
                yield number, block
    if table:
        yield begun, table.whole()


class _Measures:
    """Between which sides the lines of each page and column run."""

    def __init__(self, pages: Sequence[PageBlocks]) -> None:
        everything = [line for page in pages for line in page.lines]
        self._size = _usual_size(everything)
        self._pitch = _usual_pitch(everything)
        self._sides: dict[int, tuple[float, float]] = {}
        alike = defaultdict(list)
        for number, page in enumerate(pages):
            alike[round(page.width)].append(number)
        for numbers in alike.values():
            self._sides.update(self._sides_of({n: [x for x in pages[n].lines if not x.column] for n in numbers}))
        self._indents = False
        set_in = [Placed(x.line, self.of(n, x)).set_in for n, page in enumerate(pages) for x in page.lines]
        self._indents = sum(set_in) > _INDENTED * len(set_in)

    def _sides_of(self, pages: dict[int, list[TextLine]]) -> dict[int, tuple[float, float]]:
        """The sides of pages of one width. Left and right pages may be shifted, but their lines are equally long."""
        lefts = {n: _edge([-x.line.x0 for x in lines], self._size) for n, lines in pages.items()}
        ends = {n: [x.line.x1 for x in lines if not x.line.hangs] for n, lines in pages.items()}
        rights = {n: _edge(ends[n], self._size) for n in pages}
        length = max(
            (right + left for n in pages if (right := rights[n]) is not None and (left := lefts[n]) is not None),
            default=None,
        )
        if length is None:
            starts = [x.line.x0 for lines in pages.values() for x in lines]
            return dict.fromkeys(
                pages, (min(starts, default=0.0), max((e for n in pages for e in ends[n]), default=0.0))
            )
        furthest = max(right for right in rights.values() if right is not None)
        sides_of = {}
        for n, own in rights.items():
            shifted = own is not None and furthest - _SHIFT * self._size < own and max(ends[n]) < furthest - self._size
            right = own if own is not None and shifted else furthest
            sides_of[n] = right - length, right
        return sides_of

    def of(self, page: int, block: TextLine) -> Measure:
        left, right = block.column or self._sides[page]
        return Measure(left, right, self._pitch, self._size, self._indents)


def _edge(ends: list[float], size: float) -> float | None:
    """The furthest of the places where several lines end."""
    ends = sorted(ends, reverse=True)
    return next((a for a, b in zip(ends, ends[_SUPPORT - 1 :], strict=False) if a - b <= size), None)


def _usual_size(lines: Sequence[TextLine]) -> float:
    sizes: Counter[float] = Counter()
    for text_line in lines:
        sizes[round(text_line.line.size, 1)] += len(text_line.line.text)
    return max(sizes, key=lambda size: sizes[size], default=10.0)


def _usual_pitch(lines: Sequence[TextLine]) -> float:
    """Ems from one baseline to the next within paragraphs: between them it may be more."""
    steps = sorted((b.line.y - a.line.y) / b.line.size for a, b in pairwise(lines))
    steps = [step for step in steps if 0.9 < step < 4] or [1.5]
    return steps[len(steps) // 4]
