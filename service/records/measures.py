"""Rules that give a number its unit and its metric."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from annotations.schema import Label
from service.records.heads import Heads
from service.records.layout import Item, Layout, Spot

PLAN_ALONE = re.compile("(?:年度|全年|本年|年初|目标|任务|计划)*(?:目标|任务|计划)(?:总?[数量])?")
"""A metric that says of a number only that it is planned: 完成全年任务12所."""
_UNIT_GAP = re.compile(r"[\s余多几来]*")
_LEADING_UNIT = re.compile("[百千万]分之")
_LIST_GAP = re.compile(r"[\s、和及与或至到—–~～\-（）()含以上下内左右余多约近≥≤<>＞＜]*")
_LIST_MARK = re.compile("[、和及与]")
_IN_TURN = re.compile("分别|依次")
_REST = re.compile(r"(?:其余|剩余|余下|其中|另有?|尚有|还有|仍有|已|目前|现有)[^，,；;。]{0,4}$")
_REMAINDER = re.compile(r"(?:其余|剩余|余下|另有?|尚有|还有|仍有)[^，,；;。]{0,4}$")
_OF_WHICH = re.compile("(?:其中[:：]?)?")
_PART = re.compile("其中[^，,；;。]*$")
_BENEFIT = re.compile("(?:惠及|涉及|覆盖|带动|受益|吸引)[^，,；;。率]{0,2}$")
_PLAN_COLUMN = re.compile("年|季度|目标|任务|计划")
_BEHIND_METRIC = re.compile(r"\s*[）)]")
_NO_AMOUNT = re.compile("(?:[率比]|比重|比例|增幅|增速|增长|名次|排名|位次|得分|[户人个]数)$")
_STREAK = re.compile("(?:连续|历时|为期)\\s*$")
"""A length of time that measures nothing of the clause before: 连续五年增长."""
_LONGEST_GAP = 12
_LOOK_BACK = 40


@dataclass(slots=True)
class _Mention:
    """A metric, or a number with its metric, that later numbers of the item may take up again."""

    spot: Spot
    metric: str | None
    unit: str = ""
    part: bool = False


def units(layout: Layout, heads: Heads) -> dict[str, Spot]:
    """Number id → its unit: what directly follows it, 百分之 before it; for a number that is alone in its cell the row's
    cell that is nothing but a unit, the unit that heads the column, the one behind the row's metric (产值（亿元） | 1846), or
    the one in the note above the table (单位：万元) where the number has a metric that is no rate or rank.
    """
    found: dict[str, Spot] = {}
    units = [s for s in layout.spots if s.label is Label.UNIT]
    starts = [u.start for u in units]
    for number in (s for s in layout.spots if s.label is Label.NUMBER):
        index = bisect_right(starts, number.start)
        following = units[index] if index < len(units) else None
        before = units[index - 1] if index else None
        if following and _UNIT_GAP.fullmatch(layout.text, number.end, max(number.end, following.start)):
            found[number.id] = following
        elif (
            before
            and before.end <= number.start
            and _LEADING_UNIT.match(layout.text, before.start)
            and not layout.text[before.end : number.start].strip()
        ):
            found[number.id] = before
    taken = {unit.id for unit in found.values()}
    by_id = {s.id: s for s in layout.spots}
    for item, spots in layout.by_item.items():
        if not layout.items[item].columns:
            continue
        free = [s for s in spots if s.label is Label.UNIT and s.id not in taken]
        column = [s for s in free if _fills_cell(layout, s)]
        named = [
            s
            for s in free
            if _BEHIND_METRIC.match(layout.text, s.end)
            and s.column in {m.column for m in spots if m.label is Label.METRIC}
        ]
        for number in spots:
            if number.label is Label.NUMBER and number.id not in found and _alone(layout, number):
                head = heads.above(item, number.column, Label.UNIT)
                if len(column) == 1:
                    found[number.id] = column[0]
                elif head:
                    found[number.id] = by_id[head]
                elif len(named) == 1:
                    found[number.id] = named[0]
                elif (note := heads.noted(item)) and _amounts(layout, _metric_of_cell(number, spots, heads, by_id)):
                    found[number.id] = by_id[note]
    return found


def _metric_of_cell(number: Spot, row: Sequence[Spot], heads: Heads, by_id: dict[str, Spot]) -> Spot | None:
    """The metric that heads a number's column, or the only one of its row."""
    if head := heads.above(number.item, number.column, Label.METRIC):
        return by_id[head]
    own = [s for s in row if s.label is Label.METRIC]
    return own[0] if len(own) == 1 else None


def _amounts(layout: Layout, metric: Spot | None) -> bool:
    """Whether a metric is one that the unit of a whole table can measure."""
    return metric is not None and not _NO_AMOUNT.search(layout.text[metric.start : metric.end])


def groups(layout: Layout, units: dict[str, Spot]) -> list[tuple[Spot, ...]]:
    """The numbers in reading order, those of one list (70%、50%; 780元和1020元; 98.5%至99.2%) together."""
    found: list[list[Spot]] = []
    previous: Spot | None = None
    for spot in layout.spots:
        if spot.label is Label.METRIC and previous and spot.start >= previous.end:
            previous = None
        elif spot.label is Label.NUMBER:
            if previous and _listed(layout.text, previous, spot, units):
                found[-1].append(spot)
            else:
                found.append([spot])
            previous = spot
    return [tuple(group) for group in found]


def span(number: Spot, units: dict[str, Spot]) -> tuple[int, int]:
    """Where a number with its unit starts and ends."""
    unit = units.get(number.id)
    if unit is None or (unit.item, unit.column) != (number.item, number.column):
        return number.start, number.end
    return min(number.start, unit.start), max(number.end, unit.end)


def _listed(text: str, left: Spot, right: Spot, units: dict[str, Spot]) -> bool:
    start, end = span(left, units)[1], span(right, units)[0]
    return (
        (left.clause, left.bracket) == (right.clause, right.bracket)
        and 0 <= end - start <= _LONGEST_GAP
        and _LIST_GAP.fullmatch(text, start, end) is not None
    )


def metrics(layout: Layout, heads: Heads, units: dict[str, Spot], lists: Sequence[tuple[Spot, ...]]) -> dict[str, str]:
    """Number id → id of its metric. In this order:

    1. the METRIC that holds the number;
    2. in its clause, the metric before it, or the one right after it (50个照料中心) where that is nearer and no other
       number follows it; a list of numbers after as many metrics takes them in turn (A、B分别达到90%、95%);
    3. what the numbers before it in the sentence measured: in turn after 分别 or where the units repeat in order, the
       last number of the same unit, else the last metric; behind a semicolon only with the same unit;
    4. with 其余, 剩余, 其中 … the last number of the same unit in the sentences before;
    5. in a table the metric that heads the column, the cell of the row that is nothing but a metric (in a sheet of keys
       and values the one to the left), for a number alone in its cell the one of the task in front of the row's numbers,
       or in a column for one year or plan the only metric of the row;
    6. the metric that opens the list item (1、营业收入。目标值2亿元), or is all of the line above.
    """
    found: dict[str, str] = {}
    by_item: dict[int, list[tuple[Spot, ...]]] = {}
    for group in lists:
        by_item.setdefault(group[0].item, []).append(group)
    for item, item_groups in by_item.items():
        _ItemMetrics(layout, layout.items[item], layout.by_item[item], units, heads).link(item_groups, found)
    return found


@dataclass
class _ItemMetrics:
    """Links the numbers of one item."""

    layout: Layout
    item: Item
    spots: list[Spot]
    units: dict[str, Spot]
    heads: Heads
    history: list[_Mention] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clauses: dict[object, list[Spot]] = {}
        self.cells_with_metrics = set()
        self.in_names: set[str] = set()
        """The numbers that are part of a metric's name (10亿元以上项目)."""
        name_end = 0
        for spot in self.spots:
            if spot.label in (Label.METRIC, Label.NUMBER):
                self.clauses.setdefault((spot.clause, spot.bracket), []).append(spot)
            if spot.label is Label.METRIC:
                self.cells_with_metrics.add(spot.column)
                name_end = spot.end
            elif spot.label is Label.NUMBER and spot.end <= name_end:
                self.in_names.add(spot.id)
        metrics = [s for s in self.spots if s.label is Label.METRIC]
        self.plans = {m.id for m in metrics if PLAN_ALONE.fullmatch(self.layout.text, m.start, m.end)}
        cells = [m for m in metrics if self.item.columns and _fills_cell(self.layout, m)]
        self.cells = {m.column: m.id for m in cells}
        self.only_metric = metrics[0].id if len(metrics) == 1 else None
        self.row_metric = cells[0].id if len(cells) == 1 else None
        self.task_metric = None if cells else self._in_task(metrics)
        self.opening = None
        if metrics:
            self.opening = metrics[0].id if not self.item.columns and self._opens(metrics[0]) else None
        elif self.spots and self.item.level == 0 and not self.item.columns:
            self.opening = self._heading(self.spots[0].item - 1)

    def _opens(self, metric: Spot) -> bool:
        before = self.layout.text[self.item.start : metric.start]
        after = self.layout.text[metric.end : metric.end + 1]
        return self.item.level > 0 and len(before) <= 6 and after in ("。", "（", "(", "：", ":")

    def _in_task(self, metrics: Sequence[Spot]) -> str | None:
        """The metric of the one task that fills a cell in front of the row's numbers (新增普惠托位 | 个 | 600 | 342)."""
        first = next((s.start for s in self.spots if s.label is Label.NUMBER), self.item.end)
        tasks = [s for s in self.spots if s.label is Label.TARGET and s.end <= first and _fills_cell(self.layout, s)]
        inside = [m.id for m in metrics if tasks and m.inside == tasks[0].id]
        return inside[0] if len(tasks) == len(inside) == 1 else None

    def _heading(self, above: int) -> str | None:
        """The metric of a line above that is hardly more than its list number and the metric."""
        spots = self.layout.by_item.get(above, [])
        if len(spots) != 1 or spots[0].label is not Label.METRIC or self.layout.items[above].columns:
            return None
        item = self.layout.items[above]
        return spots[0].id if item.end - item.start - (spots[0].end - spots[0].start) <= _LONGEST_GAP else None

    def link(self, groups: Iterable[tuple[Spot, ...]], found: dict[str, str]) -> None:
        metrics = iter([s for s in self.spots if s.label is Label.METRIC])
        metric = next(metrics, None)
        for group in groups:
            while metric and metric.start <= group[0].start:
                self.history.append(_Mention(metric, metric.id))
                metric = next(metrics, None)
            for number, chosen in zip(group, self._choose(group), strict=True):
                if chosen:
                    found[number.id] = chosen
                part = _PART.search(self.layout.text, max(0, number.start - 2 * _LONGEST_GAP), number.start)
                self.history.append(_Mention(number, chosen, self._unit(number), part is not None))

    def _choose(self, group: tuple[Spot, ...]) -> list[str | None]:
        holder = next(
            (m for m in self.history[-1:] if m.spot.label is Label.METRIC and m.spot.end >= group[-1].end), None
        )
        if holder:
            return [holder.metric] * len(group)
        if self.item.columns and group[0].column not in self.cells_with_metrics:
            in_cell = None
        else:
            in_cell = self._in_clause(group) or self._taken_up(group) or self._ahead(group)
        if in_cell is None and self.item.columns:
            named = (
                self.heads.above(group[0].item, group[0].column, Label.METRIC)
                or self._left(group[0])
                or self.row_metric
                or (self.task_metric if _alone(self.layout, group[0]) else None)
            )
            in_cell = [named or self._only(group[0])] * len(group)
        return in_cell or [self.opening] * len(group)

    def _only(self, number: Spot) -> str | None:
        names, column = self.item.names, number.column or 0
        planned = column < len(names) and _PLAN_COLUMN.search(names[column]) is not None
        return self.only_metric if planned else None

    def _left(self, number: Spot) -> str | None:
        """The metric that fills the cell to the left in a sheet of keys and values."""
        return self.cells.get((number.column or 0) - 1) if not self.item.names else None

    def _in_clause(self, group: tuple[Spot, ...]) -> list[str | None] | None:
        clause = self.clauses[group[0].clause, group[0].bracket]
        first, last = (bisect_right(clause, n.start, key=lambda s: s.start) - 1 for n in (group[0], group[-1]))
        before = []
        for spot in reversed(clause[max(0, first - _LOOK_BACK) : first]):
            if spot.label is Label.METRIC:
                before.append(spot)
            elif spot.id not in self.in_names:
                break
        after = clause[last + 1] if last + 1 < len(clause) and clause[last + 1].label is Label.METRIC else None
        gap = self._gap_to(group[-1], after)
        if after and (gap is None or "、" in gap):
            after = None
        owned = after is not None and last + 2 < len(clause) and self._owns(clause[last + 2], after)
        if before:
            between = self.layout.text[before[0].end : group[0].start]
            if not (after and not owned and len(gap or "") <= 2 and _LIST_MARK.search(between)):
                return self._in_turn([m.id for m in reversed(before)], len(group))
        return [after.id] * len(group) if after and not owned else None

    def _owns(self, number: Spot, metric: Spot) -> bool:
        between = self.layout.text[metric.end : number.start]
        return number.label is Label.NUMBER and len(between) <= _LONGEST_GAP and not _LIST_MARK.search(between)

    def _gap_to(self, number: Spot, metric: Spot | None) -> str | None:
        if metric is None:
            return None
        end = span(number, self.units)[1]
        return self.layout.text[end : metric.start] if end <= metric.start else None

    @staticmethod
    def _in_turn(metrics: list[str], count: int) -> list[str | None]:
        return list(metrics) if len(metrics) == count else [metrics[-1]] * count

    def _taken_up(self, group: tuple[Spot, ...]) -> list[str | None] | None:
        first = group[0]
        if self._before(_BENEFIT, first) or self._before(_STREAK, first):
            return None
        seen = [
            m
            for m in self.history[-_LOOK_BACK:]
            if m.spot.column == first.column and m.spot.bracket in (None, first.bracket) and m.metric
        ]
        sentence = [m for m in seen if m.spot.sentence == first.sentence]
        numbers = [m for m in sentence if m.spot.label is Label.NUMBER]
        wanted = [self._unit(n) for n in group]
        if 1 < len(group) <= len(numbers):
            repeated = _last_run([m.unit for m in numbers], wanted)
            if repeated is not None:
                return [m.metric for m in numbers[repeated : repeated + len(group)]]
            if self._before(_IN_TURN, first):
                return [m.metric for m in numbers[-len(group) :]]
        if first.bracket and seen and seen[-1].spot.label is Label.METRIC and seen[-1].spot.end == first.bracket[0]:
            return [seen[-1].metric] * len(group)
        wholes = [m for m in numbers if not m.part] if self._before(_REMAINDER, first) else numbers
        named = [m for m in wholes if m.metric not in self.plans] or wholes
        same_unit = next((m for m in reversed(named) if m.unit == wanted[0]), None)
        segment = [m for m in sentence if m.spot.segment == first.segment]
        if segment:
            chosen = same_unit if same_unit and wanted[0] not in ("%", "") else segment[-1]
            return [chosen.metric] * len(group)
        if same_unit is None and self._before(_REST, first):
            whole = [m for m in seen if m.spot.label is Label.NUMBER and not m.part]
            same_unit = next((m for m in reversed(whole) if m.unit == wanted[0]), None)
        return [same_unit.metric] * len(group) if same_unit else None

    def _before(self, cue: re.Pattern[str], number: Spot) -> bool:
        return cue.search(self.layout.text, max(0, number.start - _LONGEST_GAP), number.start) is not None

    def _ahead(self, group: tuple[Spot, ...]) -> list[str | None] | None:
        """The metric of the next number in the clause (分两批完成126个村的延包)."""
        clause = self.clauses[group[0].clause, group[0].bracket]
        index = bisect_right(clause, group[-1].start, key=lambda s: s.start)
        metric = next((s for s in clause[index : index + 3] if s.label is Label.METRIC), None)
        return [metric.id] * len(group) if metric and metric.inside == group[0].inside else None

    def _unit(self, number: Spot) -> str:
        unit = self.units.get(number.id)
        return re.split("[（(]", self.layout.text[unit.start : unit.end])[0] if unit else ""


def _last_run(units: list[str], wanted: list[str]) -> int | None:
    """Where the last run of these units starts, if they differ."""
    if len(set(wanted)) == 1:
        return None
    runs = range(len(units) - len(wanted), -1, -1)
    return next((i for i in runs if units[i : i + len(wanted)] == wanted), None)


def _fills_cell(layout: Layout, spot: Spot) -> bool:
    """Whether the cell holds nothing but this span, and 其中 before it."""
    beside = _beside(layout, spot)
    return beside is not None and _OF_WHICH.fullmatch(beside.strip("|｜\t \r\n　")) is not None


def _alone(layout: Layout, number: Spot) -> bool:
    """Whether the cell holds hardly a word beside the number, so that its unit stands elsewhere in the row."""
    beside = _beside(layout, number)
    return beside is not None and len(re.findall(r"\w", beside)) <= 4


def _beside(layout: Layout, spot: Spot) -> str | None:
    """What else its cell holds, None for more than a few characters."""
    start = max(layout.sentences[spot.sentence], layout.items[spot.item].start)
    end = min(layout.sentence_end(spot.sentence), layout.items[spot.item].end)
    if spot.start - start + end - spot.end > _LONGEST_GAP:
        return None
    return layout.text[start : spot.start] + layout.text[spot.end : end]
