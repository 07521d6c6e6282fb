"""The order in which a page is read: columns one after the other, tables as tables, everything else line by line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.documents.pdf.blocks import Block, Table, TextLine
from service.documents.pdf.lines import Line, Segment
from service.documents.pdf.paragraphs import cell_text, cut_off
from service.documents.tables import Cell

_GUTTER = 0.3
"""Ems. Narrower than what parts segments, as other lines may reach into the gap."""
_PROSE_WIDTH = 8
"""Ems. Columns of running text are no narrower."""
_PROSE_LINES = 4
_ROW_STEP = 1.3
"""Where lines lie apart in two ways, those that lie this much wider apart begin rows."""
_FAR = 3.0
"""Ems between two lines from which on a table has ended."""
_ONE_SIDED = 40
"""Lines that may follow one another in the same column of a table."""
_DEPTH = 8

_Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A ruled table and where it stands."""

    table: Table
    x0: float
    x1: float
    top: float
    bottom: float


Item = Segment | PlacedTable


@dataclass(frozen=True, slots=True)
class _Band:
    """What stands side by side."""

    items: tuple[Item, ...]
    top: float
    bottom: float

    @property
    def size(self) -> float:
        return max((i.size for i in self.items if isinstance(i, Segment)), default=10.0)


def arrange(lines: Sequence[Line], tables: Sequence[PlacedTable], rules: Sequence[float]) -> list[Block]:
    """The blocks of a page in reading order. ``rules`` are the heights of the horizontal lines: they may part rows."""
    items: list[Item] = [s for line in lines for s in line.segments]
    return list(_arranged([*items, *tables], rules, None, 0))


def _arranged(items: list[Item], rules: Sequence[float], column: _Interval | None, depth: int) -> Iterator[Block]:
    bands = _bands(items)
    at = 0
    while at < len(bands):
        end = _run(bands, at)
        run = bands[at:end]
        columns = _columns(run) if end > at else []
        if depth < _DEPTH and _is_prose(run, columns):
            end = _tail(bands, end, columns)
            for side in columns:
                inside = [i for band in bands[at:end] for i in band.items if side[0] <= (i.x0 + i.x1) / 2 <= side[1]]
                yield from _arranged(inside, rules, _sides(inside), depth + 1)
            at = end
        elif _is_table(run, columns):
            yield _table(run, columns, rules)
            at = end
        else:
            yield from _plain(bands[at], column)
            at += 1


def _bands(items: list[Item]) -> list[_Band]:
    bands: list[list[Item]] = []
    bottom = 0.0
    for item in sorted(items, key=lambda i: (i.top, i.x0)):
        slack = 0.25 * item.size if isinstance(item, Segment) else 1.0
        if bands and item.top < bottom - slack:
            bands[-1].append(item)
            bottom = max(bottom, item.bottom)
        else:
            bands.append([item])
            bottom = item.bottom
    return [
        _Band(tuple(sorted(band, key=lambda i: i.x0)), min(i.top for i in band), max(i.bottom for i in band))
        for band in bands
    ]


def _free(band: _Band) -> list[_Interval]:
    """The parts of the page's width that a band leaves free, from minus to plus infinity."""
    free, at = [], float("-inf")
    for item in band.items:
        if item.x0 > at:
            free.append((at, item.x0))
        at = max(at, item.x1)
    return [*free, (at, float("inf"))]


def _inner(band: _Band) -> list[_Interval]:
    return [gap for gap in _free(band)[1:-1] if gap[1] - gap[0] >= _GUTTER * band.size]


def _run(bands: Sequence[_Band], at: int) -> int:
    """Where the run of bands ends that have a gap in common; ``at`` if there is none."""
    common = _inner(bands[at])
    if not common or any(isinstance(i, PlacedTable) for i in bands[at].items):
        return at
    end = last = at + 1
    while end < len(bands):
        band = bands[end]
        shared = _shared(common, _free(band), _GUTTER * band.size)
        if not shared or end - last > _ONE_SIDED or any(isinstance(i, PlacedTable) for i in band.items):
            break
        far = band.top - bands[end - 1].bottom > _FAR * band.size
        if far and not _inner(band):
            break
        common = shared
        end += 1
        if _inner(band):
            last = end
    return last


def _shared(some: Sequence[_Interval], others: Sequence[_Interval], width: float) -> list[_Interval]:
    """What both leave free and is at least so wide."""
    shared, i, j = [], 0, 0
    while i < len(some) and j < len(others):
        start, end = max(some[i][0], others[j][0]), min(some[i][1], others[j][1])
        if end - start >= width:
            shared.append((start, end))
        if some[i][1] < others[j][1]:
            i += 1
        else:
            j += 1
    return shared


def _columns(run: Sequence[_Band]) -> list[_Interval]:
    """The columns of a run, without end to both sides: parted wherever all bands, or nearly all of many, leave a gap."""
    allowed = len(run) * 0.15 if len(run) >= 6 else 0
    edges = sorted(
        [(i.x0, 1) for band in run for i in band.items] + [(i.x1, -1) for band in run for i in band.items],
        key=lambda e: (e[0], -e[1]),
    )
    sides = [float("-inf")]
    gap: list[tuple[int, float, float]] = []
    covered, begun = 0, False
    for (start, step), (end, _) in pairwise(edges):
        covered += step
        if covered <= allowed:
            gap.append((covered, start - end, (start + end) / 2))
            continue
        if begun and -sum(width for _, width, _ in gap) >= _GUTTER * run[0].size:
            # Where fewest items cross, there where the gap is widest.
            sides.append(min(gap)[2])
        gap, begun = [], True
    return list(pairwise([*sides, float("inf")]))


def _sides(items: Sequence[Item]) -> _Interval:
    return min(i.x0 for i in items), max(i.x1 for i in items)


def _within(run: Sequence[_Band], side: _Interval) -> list[Item]:
    return [i for band in run for i in band.items if side[0] <= (i.x0 + i.x1) / 2 <= side[1]]


def _is_prose(run: Sequence[_Band], columns: Sequence[_Interval]) -> bool:
    """Whether the columns hold running text: many lines, most of them as long as the column is wide."""
    if not 2 <= len(columns) <= 4:
        return False
    for side in columns:
        items = _within(run, side)
        if len(items) < _PROSE_LINES:
            return False
        left, right = _sides(items)
        size = run[0].size
        full = sum(i.x1 >= right - 1.6 * size and i.x0 <= left + 2.6 * size for i in items)
        if right - left < _PROSE_WIDTH * size or full < 0.5 * len(items):
            return False
    return True


def _tail(bands: Sequence[_Band], end: int, columns: Sequence[_Interval]) -> int:
    """Where columns end of which one is longer than the others: at the first line of another width or distance."""
    sides = [_sides(items) for c in columns if (items := _within(bands[max(0, end - 12) : end], c))]
    while end < len(bands):
        band = bands[end]
        left, right = _sides(band.items)
        near = band.top - bands[end - 1].bottom <= 1.2 * band.size
        if not near or not any(a - band.size <= left and right <= b + band.size for a, b in sides):
            break
        end += 1
    return end


def _is_table(run: Sequence[_Band], columns: Sequence[_Interval]) -> bool:
    return (len(columns) >= 3 and len(run) >= 2) or (len(columns) == 2 and len(run) >= 3)


def _table(run: Sequence[_Band], columns: Sequence[_Interval], rules: Sequence[float]) -> Table:
    rows = _rows(run, columns, rules)
    bounds = [_sides(_within(run, c)) for c in columns if _within(run, c)]
    xs = (*(left for left, _ in bounds), bounds[-1][1])
    cells, cut = [], set()
    for number, row in enumerate(rows):
        for segments, first, last in _row_cells(row, columns):
            lines = [Line((s,)) for s in segments]
            width = bounds[last][1] - bounds[first][0] + segments[0].size
            cells.append(Cell(number, first, cell_text(lines, width), 1, last - first + 1))
            if number == len(rows) - 1 and cut_off(lines, width):
                cut.add(first)
    return Table(xs, len(rows), tuple(cells), frozenset(cut), ruled=False)


def _row_cells(row: Sequence[_Band], columns: Sequence[_Interval]) -> Iterator[tuple[list[Segment], int, int]]:
    """The segments of each cell with its first and last column."""
    cells: dict[tuple[int, int], list[Segment]] = {}
    for band in row:
        for item in band.items:
            if isinstance(item, Segment):
                touched = [n for n, (a, b) in enumerate(columns) if min(b, item.x1) - max(a, item.x0) > item.size / 2]
                middle = next(n for n, (_, b) in enumerate(columns) if (item.x0 + item.x1) / 2 <= b)
                place = (touched[0], touched[-1]) if touched else (middle, middle)
                cells.setdefault(place, []).append(item)
    taken: dict[int, tuple[int, int]] = {}
    for place in sorted(cells, key=lambda p: p[0] - p[1]):
        # A cell over several columns takes in what else stands in them.
        owner = taken.get(place[0], place)
        if owner != place:
            cells[owner] = sorted([*cells[owner], *cells.pop(place)], key=lambda s: (s.y, s.x0))
        taken.update(dict.fromkeys(range(owner[0], owner[1] + 1), owner))
    for (first, last), segments in sorted(cells.items()):
        yield segments, first, last


def _rows(run: Sequence[_Band], columns: Sequence[_Interval], rules: Sequence[float]) -> list[list[_Band]]:
    """Bands that make up one row: between two lines, or nearer to one another, or without a first cell."""
    ruled = [any(a.bottom - 0.3 * a.size <= y <= b.top + 0.3 * b.size for y in rules) for a, b in pairwise(run)]
    steps = [(b.top - a.top) / b.size for a, b in pairwise(run)]
    spread = max(steps, default=0.0) > _ROW_STEP * min(steps, default=0.0)
    threshold = (min(steps, default=0.0) * max(steps, default=0.0)) ** 0.5
    rows: list[list[_Band]] = [[run[0]]]
    for index, band in enumerate(run[1:]):
        if sum(ruled) >= 3:
            begins = ruled[index]
        else:
            first = any((i.x0 + i.x1) / 2 <= columns[0][1] for i in band.items)
            begins = ruled[index] or (first and (not spread or steps[index] >= threshold or len(band.items) > 1))
        if begins:
            rows.append([band])
        else:
            rows[-1].append(band)
    return rows


def _plain(band: _Band, column: _Interval | None) -> Iterator[Block]:
    """A band that is neither: its tables, and its lines from top to bottom."""
    lines: list[list[Segment]] = []
    for item in sorted((i for i in band.items if isinstance(i, Segment)), key=lambda s: s.y):
        if lines and item.y - lines[-1][0].y <= 0.4 * max(item.size, lines[-1][0].size):
            lines[-1].append(item)
        else:
            lines.append([item])
    placed: list[tuple[float, Block]] = [
        (line[0].y, TextLine(Line(tuple(sorted(line, key=lambda s: s.x0))), column)) for line in lines
    ]
    placed.extend((i.top, i.table) for i in band.items if isinstance(i, PlacedTable))
    yield from (block for _, block in sorted(placed, key=lambda b: b[0]))
