"""Tables pasted with every cell on a line of its own: their lines, put back into rows and columns.

Web pages and viewers of PDF files copy tables that way. What tells them is a run of column names, one a line, and below it
either the numbers that the rows begin with, or lines that fit the columns again and again. A cell may be broken over lines, and
an empty one be missing; then what a column's name says it holds (a date, an office, an amount) decides where a line belongs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from models.structure import column_names
from models.structure.column_kinds import ColumnKind, is_amount, is_bare_amount, names_office, ordinal
from models.structure.line_marks import LEVELS, NOTE, SECTION_LEVELS, SEPARATORS
from models.structure.row_alignment import Column, align, best_end, cut

_FEWEST_COLUMNS, _MOST_COLUMNS = 3, 12
_LONGEST_NAME = 16
_LONGEST_ROW = 60
"""In lines."""
_SAMPLE = 5
"""So many rows tell whether a run of names heads a table."""
_LONGEST_UNSURE = 60
"""In lines: a table that only its end can tell is no longer."""

_SEPARATOR = re.compile(f"[{''.join(SEPARATORS)}]")
_SHORT_NAME = re.compile("[\u4e00-\u9fff]{2,4}(?<!^附件)")
_PROSE = re.compile(rf"[。；;：:，,！？]|{_SEPARATOR.pattern}")
_BREAKS_OFF = re.compile(
    "|".join([*(level.pattern for level in LEVELS[:SECTION_LEVELS]), NOTE.pattern, rf"[^\n]*?{_SEPARATOR.pattern}"])
)
"""What a cell never begins with: a section's number, a note, a row with separators."""


@dataclass(frozen=True, slots=True)
class Row:
    """The lines of a row: the first one's index, and the column of each, None where two would do."""

    first: int
    columns: tuple[int | None, ...]

    @property
    def end(self) -> int:
        """The index of the line after it."""
        return self.first + len(self.columns)


@dataclass(frozen=True, slots=True)
class CellTable:
    """A table of a cell a line. Its names stand on the ``len(names)`` lines from each of ``heads`` on, above the first row
    and where a new page repeats them; what stands between rows and is in none is the table's, but no cell."""

    names: tuple[str, ...]
    heads: tuple[int, ...]
    rows: tuple[Row, ...]

    @property
    def end(self) -> int:
        """The index of the line after the last row."""
        return self.rows[-1].end


def find(lines: Sequence[str]) -> Iterator[CellTable]:
    """The tables among the stripped, non-empty lines of a text, in time linear in their number."""
    at = 0
    while at < len(lines):
        run = _run_of_names(lines, at)
        table = (_numbered(lines, at, run) or _repeating(lines, at, run)) if run >= _FEWEST_COLUMNS else None
        if table:
            yield table
        at = table.end if table else at + 1


def _run_of_names(lines: Sequence[str], first: int) -> int:
    """How many lines from ``first`` on could be names of columns."""
    last = min(first + _MOST_COLUMNS, len(lines))
    return next((i for i in range(first, last) if not _could_name(lines[i])), last) - first


def _could_name(line: str) -> bool:
    if len(line) > _LONGEST_NAME or _PROSE.search(line) or ordinal(line) is not None:
        return False
    return not is_amount(line) or bool(column_names.WORD.search(line) or column_names.YEAR.match(line))


def _numbered(lines: Sequence[str], first: int, run: int) -> CellTable | None:
    """A table whose first column is that of the rows' numbers, but for a column in front whose cells are merged: groups."""
    start = first + run
    if ColumnKind.of(lines[first]) is not ColumnKind.ORDINALS or start == len(lines) or ordinal(lines[start]) != 1:
        return None
    names = tuple(lines[first : start - _names_group(lines, first, start)])
    if len(names) < _FEWEST_COLUMNS or not column_names.are_names(names):
        return None
    sample = list(islice(_row_starts(lines, start, len(names)), _SAMPLE + 1))
    columns = _columns(names, [lines[at:end] for at, end in pairwise(sample)])
    needed = sum(column.needed for column in columns) - 1
    ends = sample[1:] or [min(start + len(names), len(lines))]
    if sum(end - at >= needed for at, end in zip(sample, ends, strict=False)) < max(1, len(ends) / 2):
        return None
    starts = list(_row_starts(lines, start, len(names)))
    repeats = [_repeat(lines, at, end, names) for at, end in pairwise(starts)]
    ends = [
        _row_end(lines, at, end if repeat is None else repeat)
        for (at, end), repeat in zip(pairwise(starts), repeats, strict=True)
    ]
    ends.append(_last_end(lines, starts, ends, columns))
    rows = [
        Row(at, align(lines[at : at + count], columns))
        for at, end in zip(starts, ends, strict=True)
        if (count := cut(lines[at:end], columns)) > 1
    ]
    return CellTable(names, (first, *(at for at in repeats if at is not None)), tuple(rows)) if rows else None


def _names_group(lines: Sequence[str], first: int, start: int) -> bool:
    """Whether the line before the first row is the name of a group of rows: so numbered, or a cell of a merged column in
    front, which has a short name (类别), or one more than the first rows have lines."""
    last = lines[start - 1]
    if _BREAKS_OFF.match(last):
        return True
    if column_names.WORD.search(last):
        return False
    if first > 0 and _SHORT_NAME.fullmatch(lines[first - 1]):
        return True
    lengths = [end - at for at, end in pairwise(islice(_row_starts(lines, start, start - first), _SAMPLE + 1))]
    return len(lengths) > 1 and lengths.count(start - first - 1) > len(lengths) / 2


def _columns(names: tuple[str, ...], sample: list[Sequence[str]]) -> list[Column]:
    """The columns, of amounts also where rows of a line to each cell hold nothing else."""
    whole = [row for row in sample if len(row) == len(names)]
    columns = [Column.named(name) for name in names]
    return [
        replace(column, kind=ColumnKind.AMOUNTS)
        if whole and column.kind is ColumnKind.TEXT and all(is_bare_amount(row[index]) for row in whole)
        else column
        for index, column in enumerate(columns)
    ]


def _row_starts(lines: Sequence[str], first: int, columns: int) -> Iterator[int]:
    """The lines that hold the rows' numbers, which count up, or begin again below a group's name or number (一, in words)."""
    in_words = not lines[first][0].isdigit()
    number, group = 0, 0

    def begins_row(index: int) -> bool:
        here = ordinal(lines[index])
        if here is None:
            return False
        if not lines[index][0].isdigit():
            return in_words and here == group + 1
        return here == number + 1 or (here == 1 and _BREAKS_OFF.match(lines[index - 1]) is not None)

    at: int | None = first
    while at is not None:
        yield at
        if lines[at][0].isdigit():
            number = ordinal(lines[at]) or 0
        else:
            number, group = 0, ordinal(lines[at]) or 0
        end = min(at + _LONGEST_ROW, len(lines))
        separated = next((i for i in range(at + 1, end) if _SEPARATOR.search(lines[i])), end)
        wanted = [i for i in range(at + 2, separated) if begins_row(i)]
        at = next((i for i in wanted if i - at == columns), next((i for i in wanted if i - at > columns // 2), None))


def _repeat(lines: Sequence[str], start: int, end: int, names: tuple[str, ...]) -> int | None:
    """Where a new page repeats the names between two rows."""
    last = range(start + 1, end - len(names) + 1)
    return next((i for i in last if lines[i] == names[0] and tuple(lines[i : i + len(names)]) == names), None)


def _row_end(lines: Sequence[str], start: int, end: int) -> int:
    """The end of a row before the name of a group of rows."""
    return end - 1 if end - start > 2 and _BREAKS_OFF.match(lines[end - 1]) and len(lines[end - 1]) > 2 else end


def _last_end(lines: Sequence[str], starts: list[int], ends: list[int], columns: list[Column]) -> int:
    """Where the last row ends: no longer than the others, and, if none of them does, with no sentence at its end."""
    start = starts[-1]
    longest = max([len(columns), *(end - at for at, end in zip(starts, ends, strict=False))])
    sentences = any(line[-1] == "。" for line in lines[starts[0] : start])
    end = start + 1
    while end < min(start + longest, len(lines)) and not _BREAKS_OFF.match(lines[end]):
        if lines[end][-1] == "。" and not sentences:
            break
        end += 1
    return start + best_end(lines[start:end], columns)


def _repeating(lines: Sequence[str], first: int, run: int) -> CellTable | None:
    """A table without numbers of rows: as many lines to each row as there are columns, each fitting its column."""
    above = lines[max(0, first - 2) : first]
    if (len(above) == 2 and all(map(_could_name, above))) or (above and column_names.WORD.fullmatch(above[-1])):
        return None  # the names begin further up
    if any(ColumnKind.of(name) is ColumnKind.ORDINALS for name in lines[first : first + run]):
        return None  # _numbered has it, or nobody
    near = min(first + _LONGEST_UNSURE, len(lines))
    end = next((i for i in range(first, near) if _BREAKS_OFF.match(lines[i])), near if near == len(lines) else None)
    found: list[CellTable] = []
    for count in range(_FEWEST_COLUMNS, run + 1):
        names = tuple(lines[first : first + count])
        heads = column_names.are_names(names) and _ends_names(names[-1])
        rows = _rows(lines, first + count, names, end) if heads else 0
        if rows:
            table_rows = (Row(first + count * row, tuple(range(count))) for row in range(1, rows + 1))
            found.append(CellTable(names, (first,), tuple(table_rows)))
    return max(found, key=lambda table: (table.end, len(table.rows)), default=None)


def _ends_names(name: str) -> bool:
    """Whether a line is the last name rather than the first cell."""
    if _BREAKS_OFF.match(name) or (names_office(name) and not column_names.WORD.fullmatch(name)):
        return False
    known = column_names.WORD.search(name) or column_names.YEAR.match(name)
    return known is not None or ColumnKind.of(name) is not ColumnKind.TEXT


def _rows(lines: Sequence[str], start: int, names: tuple[str, ...], end: int | None) -> int:
    """How many rows of a line to each column stand there, 0 if it is no table.

    Two columns must only hold what their names say, dates, amounts or offices, and not offices alone: nearly any words look
    like one. Where the rows end where the lines do that may belong to them, at ``end``, less will do.
    """
    count = len(names)
    kinds = [ColumnKind.of(name) for name in names]
    if not _is_row(lines, start, kinds):
        return 0
    if _is_row(lines, start + count, kinds):
        both = [lines[start : start + count], lines[start + count : start + 2 * count]]
        kinds = [column.kind for column in _columns(names, both)]
    exact = sum(kind in (ColumnKind.DATES, ColumnKind.AMOUNTS) for kind in kinds)
    typed = exact + kinds.count(ColumnKind.OFFICES)
    sure = exact > 0 and typed > 1
    rows = 1
    while (sure or end is not None) and _is_row(lines, start + count * rows, kinds):
        rows += 1
    ends = start + count * rows == end and typed > (rows < 2)
    return rows if sure or ends else 0


def _is_row(lines: Sequence[str], start: int, kinds: list[ColumnKind]) -> bool:
    row = lines[start : start + len(kinds)]
    if len(row) < len(kinds):
        return False
    # What a table is about is no date, and a sentence is what follows the table.
    if kinds[0] is ColumnKind.TEXT and (row[0].endswith("。") or ColumnKind.DATES.holds(row[0])):
        return False
    return all(
        kind.holds(line) and not (_BREAKS_OFF.match(line) or _names_column(line, kind))
        for kind, line in zip(kinds, row, strict=True)
    )


def _names_column(line: str, kind: ColumnKind) -> bool:
    year = column_names.YEAR.fullmatch(line) and kind is not ColumnKind.DATES
    return bool(year or column_names.WORD.fullmatch(line))
