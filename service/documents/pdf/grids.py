"""Ruled lines → the grids of tables: which cells they bound, merged ones with how far they reach."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from service.documents.pdf.page import Rule

_SNAP = 3.0
"""Points. Lines that lie so near to one another are one line: double rules, both edges of a drawn line."""
_OPEN_SIDE = 8.0
"""Points by which lines must reach beyond the last upright one to be read as a table that is open at that side."""
_RULES = 2_000
"""Lines from which on a page is read as a drawing."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cell: where it starts, and over how many rows and columns it reaches."""

    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows lie between neighbouring ``ys``, columns between neighbouring ``xs``; ``owner`` maps each to its cell."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    owner: dict[tuple[int, int], Place]

    def at(self, x: float, y: float) -> Place | None:
        """The cell over this point."""
        if not (self.xs[0] - _SNAP <= x <= self.xs[-1] + _SNAP and self.ys[0] - _SNAP <= y <= self.ys[-1] + _SNAP):
            return None
        column = min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        row = min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        return self.owner[row, column]


def grids(rules: Iterable[Rule]) -> list[Grid]:
    """The tables with at least two columns that the lines of a page rule, from top to bottom; none within another."""
    across = _merged([r for r in rules if r.horizontal])
    upright = _merged([r for r in rules if not r.horizontal])
    if len(across) + len(upright) > _RULES:
        return []
    found = [grid for group in _crossing(across, upright) if (grid := _grid(*group))]
    found.sort(key=lambda g: (g.xs[0] - g.xs[-1]) * (g.ys[-1] - g.ys[0]))
    outer: list[Grid] = []
    for grid in found:
        if not any(other.at((grid.xs[0] + grid.xs[-1]) / 2, (grid.ys[0] + grid.ys[-1]) / 2) for other in outer):
            outer.append(grid)
    return sorted(outer, key=lambda g: (g.ys[0], g.xs[0]))


def _merged(rules: list[Rule]) -> list[Rule]:
    """Lines at the same place as one, pieces that touch joined."""
    merged: list[Rule] = []
    for at, level in _levels(rules):
        level.sort(key=lambda r: r.start)
        horizontal, start, end = level[0].horizontal, level[0].start, level[0].end
        for rule in level[1:]:
            if rule.start > end + _SNAP:
                merged.append(Rule(horizontal, at, start, end))
                start, end = rule.start, rule.end
            end = max(end, rule.end)
        merged.append(Rule(horizontal, at, start, end))
    return [r for r in merged if r.end - r.start > _SNAP]


def _levels(rules: list[Rule]) -> list[tuple[float, list[Rule]]]:
    levels: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda r: r.at):
        if levels and rule.at - levels[-1][0].at <= _SNAP:
            levels[-1].append(rule)
        else:
            levels.append([rule])
    return [(sum(r.at for r in level) / len(level), level) for level in levels]


def _crossing(across: list[Rule], upright: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines that hang together."""
    parent = list(range(len(across) + len(upright)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, h in enumerate(across):
        for j, v in enumerate(upright, len(across)):
            if h.start - _SNAP <= v.at <= h.end + _SNAP and v.start - _SNAP <= h.at <= v.end + _SNAP:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for i, rule in enumerate([*across, *upright]):
        groups[root(i)][not rule.horizontal].append(rule)
    return [(h, v) for h, v in groups.values() if h and v]


def _grid(across: list[Rule], upright: list[Rule]) -> Grid | None:
    xs = [at for at, _ in _levels(upright)]
    ys = [at for at, _ in _levels(across)]
    starts, ends = [r.start for r in across], [r.end for r in across]
    if sum(start < min(starts) + _SNAP for start in starts) > 1 and min(starts) < xs[0] - _OPEN_SIDE:
        xs.insert(0, min(starts))
    if sum(end > max(ends) - _SNAP for end in ends) > 1 and max(ends) > xs[-1] + _OPEN_SIDE:
        xs.append(max(ends))
    if len(xs) < 3 or len(ys) < 2:
        return None
    return Grid(tuple(xs), tuple(ys), _cells(xs, ys, across, upright))


def _cells(xs: list[float], ys: list[float], across: list[Rule], upright: list[Rule]) -> dict[tuple[int, int], Place]:
    """Each field of the grid with the cell it belongs to; fields that no line parts are one cell."""
    right = _walls(xs, [(y0 + y1) / 2 for y0, y1 in pairwise(ys)], upright)
    below = _walls(ys, [(x0 + x1) / 2 for x0, x1 in pairwise(xs)], across)
    owner: dict[tuple[int, int], Place] = {}
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) in owner:
                continue
            columns = 1
            while (
                column + columns < len(xs) - 1
                and (row, column + columns) not in owner
                and (column + columns, row) not in right
            ):
                columns += 1
            rows = 1
            while row + rows < len(ys) - 1 and all(
                (row + rows, c) not in below and (row + rows, c) not in owner for c in range(column, column + columns)
            ):
                rows += 1
            place = Place(row, column, rows, columns)
            owner.update({(r, c): place for r in range(row, row + rows) for c in range(column, column + columns)})
    return owner


def _walls(levels: list[float], middles: list[float], rules: list[Rule]) -> set[tuple[int, int]]:
    """(level, field) wherever a line at that level passes the middle of the field."""
    walls: set[tuple[int, int]] = set()
    for rule in rules:
        level = min(range(len(levels)), key=lambda i: abs(levels[i] - rule.at))
        walls.update((level, i) for i, middle in enumerate(middles) if rule.start <= middle <= rule.end)
    return walls
