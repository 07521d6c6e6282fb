"""The lines of a table's row, a line or more to each cell, put into their columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from models.structure.column_kinds import ColumnKind

_EMPTY, _EMPTY_OFTEN = 1.2, 0.4
"""What an empty cell costs, on the scale of ColumnKind.fit, and one in a column that is often empty."""
_OFTEN_EMPTY = re.compile("存在问题|困难|建议|打算|下一?步|备注|配合|措施|说明")
_MARGIN = 0.6
"""How much better than the next best a column must be."""
_FAR_WORSE = 2.5


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds, and what it costs that its cell is empty."""

    kind: ColumnKind
    empty: float

    @classmethod
    def named(cls, name: str) -> "Column":
        """The column of that name."""
        return cls(ColumnKind.of(name), _EMPTY_OFTEN if _OFTEN_EMPTY.search(name) else _EMPTY)

    @property
    def needed(self) -> bool:
        """Whether few of its cells are empty."""
        return self.empty == _EMPTY


def align(lines: Sequence[str], columns: Sequence[Column]) -> tuple[int | None, ...]:
    """The column of each line of a row, which never falls from line to line, so that all fit best.

    As many lines as columns, each of which may stand in its own, do so. Else one that another column nearly equals, all else as
    good as it can be (max-marginals, Wainwright & Jordan 2008, 8.1), is None.
    """
    if len(lines) == len(columns) and all(c.kind.holds(line) for c, line in zip(columns, lines, strict=True)):
        return tuple(range(len(columns)))
    ahead, behind = _scores(lines, columns)
    return tuple(_only([x + y for x, y in zip(a, b, strict=True)]) for a, b in zip(ahead, behind, strict=True))


def best_end(lines: Sequence[str], columns: Sequence[Column]) -> int:
    """How many of the lines make the row that fits best."""
    totals = _totals(lines, columns)
    return max(range(1, len(totals) + 1), key=lambda count: (totals[count - 1], count))


def cut(lines: Sequence[str], columns: Sequence[Column]) -> int:
    """How many of the lines are the row's: all, if the best row is not by far better."""
    if len(lines) <= len(columns):
        return len(lines)
    totals = _totals(lines, columns)
    best = max(totals)
    return totals.index(best) + 1 if best - totals[-1] >= _FAR_WORSE else len(lines)


def _totals(lines: Sequence[str], columns: Sequence[Column]) -> list[float]:
    """How well a row of the first line fits, of the first two, and so on."""
    ahead, behind = _scores(lines, columns)
    return [max(a + b for a, b in zip(scores, behind[-1], strict=True)) for scores in ahead]


def _scores(lines: Sequence[str], columns: Sequence[Column]) -> tuple[list[list[float]], list[list[float]]]:
    """How well the lines fit at best, for each line and column: up to the line, with it, and after it."""
    fits = [[column.kind.fit(line) for column in columns] for line in lines]
    skipped = list(accumulate((column.empty for column in columns), initial=0.0))
    steps = [_steps(line, columns, skipped) for line in lines[:-1]]
    every = range(len(columns))
    ahead = [[fits[0][c] - skipped[c] for c in every]]
    for step, fit in zip(steps, fits[1:], strict=True):
        ahead.append([max(ahead[-1][a] + step[a][b] for a in range(b + 1)) + fit[b] for b in every])
    behind = [[skipped[c + 1] - skipped[-1] for c in every]]
    for step, fit in zip(reversed(steps), reversed(fits[1:]), strict=True):
        behind.append([max(step[a][b] + fit[b] + behind[-1][b] for b in every[a:]) for a in every])
    return ahead, behind[::-1]


def _steps(line: str, columns: Sequence[Column], skipped: list[float]) -> list[list[float]]:
    """What going on from a line costs, from each column to each: a clause that is open goes on in its own cell, and a date
    or an amount has one line."""
    is_open = line[-1] in "，、；;,（("
    same, following = (-0.3, -1.5) if is_open else (-1.2, 0.0)

    def step(a: int, b: int) -> float:
        if a == b:
            return same if columns[a].kind in (ColumnKind.TEXT, ColumnKind.OFFICES) else -3.0
        return following - (skipped[b] - skipped[a + 1])

    return [[step(a, b) for b in range(len(columns))] for a in range(len(columns))]


def _only(scores: list[float]) -> int | None:
    best, next_best = sorted(scores, reverse=True)[:2]
    return scores.index(best) if best - next_best >= _MARGIN else None
