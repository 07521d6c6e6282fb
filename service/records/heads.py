"""Metrics and units that head the columns of tables."""

import re
from bisect import bisect_right

from annotations.schema import Label
from models.structure import Kind
from service.records.layout import Layout, Spot

_FEWEST = 2
"""A row that is not known for a header needs metrics or units in so many columns to be one."""
_BESIDE = re.compile(
    r"[\s|｜（()）\[\]:：/、]|\d{4}年?|计划|完成|实际|目标|任务|年度|累计|本月|上年|应|已|数|值|率|其中|合计|单位|前|月|底"
)


_NOTE = re.compile(r"[\s（(【\[]*(?:计量|金额)?单位\s*[:：]\s*")
_NOTE_ENDS = re.compile(r"[\s）)】\]]*")
_LINES_OF_NOTE = 2
"""How far above its table a note may stand."""


class Heads:
    """The metric and the unit above each cell of a table.

    A header is what the structure of the text says is one, or a row without numbers and targets whose cells hold metrics
    and units and hardly a word else; there may be two rows of it. A head cell with empty cells behind it heads them too.
    The unit of a whole table may stand in a note above it (单位：万元).
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._cells: dict[int, list[int]] = {}
        self._named: dict[tuple[int, int, Label], str] = {}
        self._of: dict[int, tuple[int, ...]] = {}
        self._note: dict[int, str] = {}
        self._read()

    def above(self, item: int, column: int | None, label: Label) -> str | None:
        """The id of the METRIC or UNIT that heads a column of a row, the nearest of two rows of heads."""
        if column is None:
            return None
        for head in reversed(self._of.get(item, ())):
            cells = self._cells[head]
            index = bisect_right(cells, column) - 1
            if index >= 0 and (found := self._named.get((head, cells[index], label))):
                return found
        return None

    def noted(self, item: int) -> str | None:
        """The id of the UNIT in the note above a row's table."""
        return next((self._note[head] for head in self._of.get(item, ()) if head in self._note), None)

    def _read(self) -> None:
        heads: list[int] = []
        in_rows = False
        for index, item in enumerate(self._layout.items):
            spots = self._layout.by_item.get(index, [])
            if not item.columns:
                heads = []
            elif item.kind is Kind.HEADER or self._heads(spots):
                heads = [*([] if in_rows else heads), index]
                self._keep(index, spots)
            elif heads:
                self._of[index] = tuple(heads)
            elif item.header is not None:  # a heading stood between its rows
                self._of[index] = (item.header,)
            in_rows = bool(item.columns) and index in self._of

    def _heads(self, spots: list[Spot]) -> bool:
        columns = {s.column for s in spots if s.label in (Label.METRIC, Label.UNIT)}
        others = any(s.label in (Label.NUMBER, Label.TARGET) for s in spots)
        return len(columns) >= _FEWEST and not others and self._holds_nothing_else(spots)

    def _holds_nothing_else(self, spots: list[Spot]) -> bool:
        """Whether the cells with metrics and units hold hardly a word else."""
        text, item = self._layout.text, self._layout.items[spots[0].item]
        ends = [start for start, _ in item.columns[1:]] + [item.end]
        for (start, column), end in zip(item.columns, ends, strict=True):
            inside = [s for s in spots if s.column == column]
            if inside:
                rest = text[start:end]
                for spot in inside:
                    rest = rest.replace(text[spot.start : spot.end], "", 1)
                if _BESIDE.sub("", rest):
                    return False
        return True

    def _unit_above(self, head: int) -> str | None:
        """The id of the UNIT in a note above a header: the only one there, with nothing behind it."""
        text, items = self._layout.text, self._layout.items
        for index in range(head - 1, max(-1, head - 1 - _LINES_OF_NOTE), -1):
            spots = self._layout.by_item.get(index, [])
            if len(spots) == 1 and spots[0].label is Label.UNIT:
                unit = spots[0]
                note = _NOTE.search(text, items[index].start, unit.start)
                if note and note.end() == unit.start and _NOTE_ENDS.fullmatch(text, unit.end, items[index].end):
                    return unit.id
        return None

    def _keep(self, index: int, spots: list[Spot]) -> None:
        if note := self._unit_above(index):
            self._note[index] = note
        self._cells[index] = sorted({column for _, column in self._layout.items[index].columns})
        for spot in spots:
            if spot.label in (Label.METRIC, Label.UNIT) and spot.column is not None:
                self._named.setdefault((index, spot.column, spot.label), spot.id)
