"""Tables pasted with every cell on a line of its own: their lines, put back into rows and columns.

Web pages and viewers of PDF files copy tables that way. What tells them is a run of column names, one a line, and below it
either the numbers that the rows begin with, or lines that fit the columns again and again. A cell may be broken over lines, and
an empty one be missing; then what a column's name says it holds (a date, an office, an amount) decides where a line belongs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate, islice, pairwise

from models import column_names

_FEWEST_COLUMNS, _MOST_COLUMNS = 3, 12
_LONGEST_NAME = 16
_LONGEST_CELL = 300
_LONGEST_ROW = 60
"""In lines."""
_SAMPLE = 5
"""So many rows tell whether a run of names heads a table."""
_LONGEST_UNSURE = 60
"""In lines: a table that only its end can tell is no longer."""
_EMPTY, _EMPTY_OFTEN = 1.2, 0.4
"""What an empty cell costs, on the scale of _fit and _steps, and one in a column that is often empty."""
_MARGIN = 0.6
"""How much better than the next best a column must be."""

_NUMERALS = {n: i for i, n in enumerate("一二三四五六七八九十", 1)}
_ORDINAL = re.compile(r"(?:(\d{1,3})|([一二三四五六七八九十])|(十[一二三四五六七八九]))[.．、]?")
_SEPARATOR = re.compile(r"[|｜\t]")
_PROSE = re.compile(rf"[。；;：:，,！？]|{_SEPARATOR.pattern}")
_BREAKS_OFF = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}\s*、|第[一二三四五六七八九十]{1,3}[章节部]|(?:备\s*注|注|说明|附)\s*\d?[:：.、]|[^|｜\t]*[|｜\t])"
)
_DAY = "[0-9０-９一二三四五六七八九十]"
_DATE = re.compile(
    rf"(?:(?:[^\d，。；：]{{0,5}}(?:{_DAY}{{2,4}}年|[今明本当后]年|{_DAY}{{1,3}}(?:月|季度|个?(?:工作)?[日天]|个月)|{_DAY}{{4}}[./-]{_DAY})"
    r"|全年|年[内底末前初中]|[上下]半年|月底|长期|持续|立行立改|立即|即时|随时|常年|每[年月季日]).{0,14}|[^\d，。；：]{1,6}[前后内底末])"
)
_AMOUNT = re.compile(r"[^\d，。；]{0,4}\d[\d.,，~—－-]*\s*[^\d\s，。；]{0,8}|[-—－/／]+")
_OFFICE = re.compile(r"[^\d，。；：]{1,60}")
_NAMED_OFFICE = re.compile(
    r"[^\d，。；：]{1,40}(?:局|委|办|院|中心|科|股|公司|镇|乡|街道|部|处|室|站|队|政府|单位)(?:[（(].*)?"
)
_OFTEN_EMPTY = re.compile("存在问题|困难|建议|打算|下一?步|备注|配合|措施|说明")


class _Holds(Enum):
    """What the lines of a column look like, as its name says."""

    ORDINALS = "序号|编号|序"
    DATES = ".*(?:时限|时间|期限|日期|节点)"
    OFFICES = ".*(?:单位|部门|科室|股室|处室|领导|人|主体|乡镇|镇街)(?:[（(].*)?"
    AMOUNTS = ".*(?:[数值量率]|投资(?:计划)?|金额|比重|占比|得分|资金)(?:[（(].*)?"
    TEXT = ".*"

    def fits(self, line: str) -> bool:
        """Whether a line looks like that."""
        match self:
            case _Holds.ORDINALS:
                return _ordinal(line) is not None
            case _Holds.DATES:
                return _DATE.fullmatch(line) is not None
            case _Holds.OFFICES:
                return _OFFICE.fullmatch(line) is not None and _DATE.fullmatch(line) is None
            case _Holds.AMOUNTS:
                return _AMOUNT.fullmatch(line) is not None and _DATE.fullmatch(line) is None
            case _Holds.TEXT:
                return len(line) <= _LONGEST_CELL


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column holds, and what it costs that its cell is empty."""

    holds: _Holds
    empty: float

    @classmethod
    def named(cls, name: str) -> "_Column":
        holds = next(kind for kind in _Holds if re.fullmatch(kind.value, name))
        return cls(holds, _EMPTY_OFTEN if _OFTEN_EMPTY.search(name) else _EMPTY)


@dataclass(frozen=True, slots=True)
class Row:
    """The lines of a row: the first one's index, and the column of each, None where two would do."""

    first: int
    columns: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class CellTable:
    """A table of a cell a line; its names stand on the lines ``[first, first + len(names))``, its rows below, in order."""

    first: int
    names: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def end(self) -> int:
        """The index of the line after the last row."""
        return self.rows[-1].first + len(self.rows[-1].columns)


def find(lines: Sequence[str]) -> Iterator[CellTable]:
    """The tables among the stripped, non-empty lines of a text, in time linear in their number."""
    at = 0
    while at < len(lines):
        names = _run_of_names(lines, at)
        table = (_numbered(lines, at, names) or _repeating(lines, at, names)) if names >= _FEWEST_COLUMNS else None
        if table:
            yield table
        at = table.end if table else at + 1


def _run_of_names(lines: Sequence[str], first: int) -> int:
    """How many lines from ``first`` on could be names of columns."""
    last = min(first + _MOST_COLUMNS, len(lines))
    return next((i for i in range(first, last) if not _could_name(lines[i])), last) - first


def _could_name(line: str) -> bool:
    if len(line) > _LONGEST_NAME or _PROSE.search(line) or _ordinal(line) is not None:
        return False
    return not _AMOUNT.fullmatch(line) or bool(column_names.WORD.search(line) or column_names.YEAR.match(line))


def _numbered(lines: Sequence[str], first: int, run: int) -> CellTable | None:
    """A table whose first column is that of the rows' numbers, but for a column in front whose cells are merged: groups."""
    start = first + run
    if not re.fullmatch(_Holds.ORDINALS.value, lines[first]) or start == len(lines) or _ordinal(lines[start]) != 1:
        return None
    last = lines[start - 1]
    merged = first > 0 and _could_name(lines[first - 1]) and not column_names.WORD.search(last)
    names = tuple(lines[first : start - (_BREAKS_OFF.match(last) is not None or merged)])
    if len(names) < _FEWEST_COLUMNS or not column_names.are_names(names):
        return None
    columns = [_Column.named(name) for name in names]
    sample = list(islice(_row_starts(lines, start, len(names)), _SAMPLE + 1))
    needed = sum(column.empty == _EMPTY for column in columns) - 1
    ends = sample[1:] or [min(start + len(names), len(lines))]
    if sum(end - at >= needed for at, end in zip(sample, ends, strict=False)) < max(1, len(ends) / 2):
        return None
    starts = list(_row_starts(lines, start, len(names)))
    ends = [_row_end(lines, at, end, names) for at, end in pairwise(starts)]
    longest = max(len(names), *(end - at for at, end in zip(starts, ends, strict=False)), 0)
    ends.append(_last_end(lines, starts[-1], longest, columns))
    return CellTable(
        first, names, tuple(Row(at, _align(lines[at:end], columns)) for at, end in zip(starts, ends, strict=True))
    )


def _row_starts(lines: Sequence[str], first: int, columns: int) -> Iterator[int]:
    """The lines that hold the rows' numbers, which count up or begin again below a group's name."""
    at: int | None = first
    while at is not None:
        yield at
        number = _ordinal(lines[at]) or 0
        end = min(at + _LONGEST_ROW, len(lines))
        reach = range(at + 2, next((i for i in range(at + 1, end) if _SEPARATOR.search(lines[i])), end))
        nexts = [
            i
            for i in reach
            if _ordinal(lines[i]) == number + 1 or (_ordinal(lines[i]) == 1 and _BREAKS_OFF.match(lines[i - 1]))
        ]
        at = next((i for i in nexts if i - at == columns), next((i for i in nexts if i - at > columns // 2), None))


def _row_end(lines: Sequence[str], start: int, end: int, names: tuple[str, ...]) -> int:
    """The end of a row before the name of a group of rows, or the names that a new page repeats."""
    repeated = (i for i in range(start + 1, end) if lines[i] == names[0] and lines[i + 1 : i + 2] == list(names[1:2]))
    end = next(repeated, end)
    return end - 1 if end - start > 2 and _BREAKS_OFF.match(lines[end - 1]) and len(lines[end - 1]) > 2 else end


def _last_end(lines: Sequence[str], start: int, longest: int, columns: list[_Column]) -> int:
    """Where the last row ends: where its lines fit best."""
    end = start + 1
    while end < min(start + longest, len(lines)) and not _BREAKS_OFF.match(lines[end]):
        end += 1
    ahead, behind = _scores(lines[start:end], columns)
    totals = [max(a + b for a, b in zip(scores, behind[-1], strict=True)) for scores in ahead]
    return start + max(range(1, len(totals) + 1), key=lambda count: (totals[count - 1], count))


def _align(lines: Sequence[str], columns: list[_Column]) -> tuple[int | None, ...]:
    """The column of each line of a row, which never falls from line to line, so that all fit best.

    One that another column nearly equals, all else as good as it can be (max-marginals, Wainwright & Jordan 2008, 8.1), is
    None.
    """
    ahead, behind = _scores(lines, columns)
    return tuple(_only([x + y for x, y in zip(a, b, strict=True)]) for a, b in zip(ahead, behind, strict=True))


def _scores(lines: Sequence[str], columns: list[_Column]) -> tuple[list[list[float]], list[list[float]]]:
    """How well the lines fit at best, for each line and column: up to the line, with it, and after it."""
    fits = [[_fit(column.holds, line) for column in columns] for line in lines]
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


def _only(scores: list[float]) -> int | None:
    best, next_best = sorted(scores, reverse=True)[:2]
    return scores.index(best) if best - next_best >= _MARGIN else None


def _steps(line: str, columns: list[_Column], skipped: list[float]) -> list[list[float]]:
    """What going on from a line costs, from each column to each: a clause that is open goes on in its own cell, and a date
    or an amount has one line."""
    is_open = line[-1] in "，、；;,（("
    same, following = (-0.3, -1.5) if is_open else (-1.2, 0.0)

    def step(a: int, b: int) -> float:
        if a == b:
            return same if columns[a].holds in (_Holds.TEXT, _Holds.OFFICES) else -3.0
        return following - (skipped[b] - skipped[a + 1])

    return [[step(a, b) for b in range(len(columns))] for a in range(len(columns))]


def _fit(holds: _Holds, line: str) -> float:
    if holds is not _Holds.TEXT:
        loosely = holds is _Holds.OFFICES and not _NAMED_OFFICE.fullmatch(line)
        return (0.5 if loosely else 2.0) if holds.fits(line) else -4.0
    if _ordinal(line) is not None or _DATE.fullmatch(line):
        return -2.0
    return -1.0 if _AMOUNT.fullmatch(line) or _NAMED_OFFICE.fullmatch(line) else 0.5


def _repeating(lines: Sequence[str], first: int, run: int) -> CellTable | None:
    """A table without numbers of rows: as many lines to each row as there are columns, each fitting its column."""
    above = lines[max(0, first - 2) : first]
    if (len(above) == 2 and all(map(_could_name, above))) or (above and column_names.WORD.fullmatch(above[-1])):
        return None  # the names begin further up
    near = min(first + _LONGEST_UNSURE, len(lines))
    end = next((i for i in range(first, near) if _BREAKS_OFF.match(lines[i])), near if near == len(lines) else None)
    found: list[CellTable] = []
    for count in range(_FEWEST_COLUMNS, run + 1):
        names = tuple(lines[first : first + count])
        rows = _rows(lines, first + count, names, end) if column_names.are_names(names) else 0
        if rows:
            table_rows = (Row(first + count * row, tuple(range(count))) for row in range(1, rows + 1))
            found.append(CellTable(first, names, tuple(table_rows)))
    return max(found, key=lambda table: (table.end, len(table.names)), default=None)


def _rows(lines: Sequence[str], start: int, names: tuple[str, ...], end: int | None) -> int:
    """How many rows of a line to each column stand there, 0 if it is no table.

    Two columns must only hold what their names say, dates, amounts or offices, and not offices alone: nearly any words look
    like one. Where the rows end where the lines do that may belong to them, at ``end``, less will do.
    """
    count = len(names)
    holds = [_Column.named(name).holds for name in names]
    if not _is_row(lines, start, holds):
        return 0
    if _is_row(lines, start + count, holds):
        both = zip(lines[start : start + count], lines[start + count : start + 2 * count], strict=True)
        amounts = [all(map(_AMOUNT.fullmatch, cells)) for cells in both]
        holds = [_Holds.AMOUNTS if a and h is _Holds.TEXT else h for a, h in zip(amounts, holds, strict=True)]
    exact = sum(kind in (_Holds.DATES, _Holds.AMOUNTS) for kind in holds)
    typed = exact + holds.count(_Holds.OFFICES)
    sure = exact > 0 and typed > 1
    rows = 1
    while (sure or end is not None) and _is_row(lines, start + count * rows, holds):
        rows += 1
    ends = start + count * rows == end and typed > (rows < 2)
    return rows if sure or ends else 0


def _is_row(lines: Sequence[str], start: int, holds: list[_Holds]) -> bool:
    row = lines[start : start + len(holds)]
    return len(row) == len(holds) and all(
        kind.fits(line) and not (_BREAKS_OFF.match(line) or _names_column(line, kind))
        for kind, line in zip(holds, row, strict=True)
    )


def _names_column(line: str, kind: _Holds) -> bool:
    year = column_names.YEAR.fullmatch(line) and kind is not _Holds.DATES
    return bool(year or column_names.WORD.fullmatch(line))


def _ordinal(line: str) -> int | None:
    """The number that a line is."""
    match = _ORDINAL.fullmatch(line)
    if not match:
        return None
    digits, single, teen = match.groups()
    if digits:
        return int(digits)
    return _NUMERALS[single] if single else 10 + _NUMERALS[teen[1]]
