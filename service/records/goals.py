"""Rules that find the TARGET a planned number belongs to."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from annotations.schema import Label, Value
from models.structure import Kind
from service.records.layout import Item, Layout, Spot

_REPORT_COLUMN = re.compile(
    "进展|进度|完成情况|落实情况|推进情况|办理情况|实绩|现状|累计|本月|上年|实际|存在问题|评分|分值|权重"
)
_RULE = re.compile(
    "给予|奖励|奖补|每[一-龥]{1,2}(?:分别|最高|一次性)*(?:补助|补贴|资助)(?!标准|水平|资金)|处以|罚款|连续|每(?:发现|发生|出现)|[每按](?:超|低|高|少|增|减|降|新增|减少|增加|降低|提高|超过)|扣|加分|得分|计分|满分"
)
_CONDITION = re.compile(
    "(?:(?![，,]\\s*[对凡])[^。；;]){0,90}?的(?:[，,]|(?=按|给予|分别|奖|补|一次))[^。；;]{0,40}?(?:奖励|奖补|补助|补贴|资助|给予|处以|罚款|扣)"
    "|[^，,。；;0-9]{0,6}[，,]?(?:给予|予以)[^，,。；;]{0,8}(?:奖|补|资助)"
)
"""What follows a number on which a grant or a fine depends: 达到50个、80个的，分别奖励."""
_POINTS = re.compile("扣|加|得分|计分|权重|分值")
_DEPENDENT = re.compile(
    "(?:人均|户均|亩均|平均|均|每|单[位个处]|总投资|估算|概算|其中|占|当年|年度|任务|计划)"
    "|.{0,2}[率比]$|.{0,2}(?:占比|比例|比重)$"
    "|.{0,2}(?:合格|办结|完成|达标|整改|覆盖|到位|参与|满意|通过|化解|处置|及时|销号|交付|竣工|开工|就业|上线|使用)率$"
)
_PLAN_METRIC = re.compile("目标|任务|计划")
_AMONG = re.compile("其中[^，,；;。]*$")
_CONSEQUENCE = re.compile("[，,；;、（(](?:共|预计|可)?(?:惠及|涉及|覆盖|带动|受益)[^，,；;。率]*$")
_MARKER = re.compile(
    r"\s*(?:[一二三四五六七八九十百]+\s*、|[（(][\d一二三四五六七八九十]+[）)]|\d{1,3}\s*[.、．★☆*]*|[①-⑳—－●■◆★☆\-]+)?[\s“\"]*"
)
_COMMON = frozenset(
    "一二三四五六七八九十两百千万亿的了在和与及以上下内中为到至将使其各个全均级所开展完成建设推进加强实现提高工作任务达率比例数量新大力"
)
_PAIR = 100
_FAR = 120
_LONGEST_WORDING = 60
_LOOK_BACK = 12


def targets(
    layout: Layout, lists: Sequence[tuple[Spot, ...]], metrics: dict[str, str], units: dict[str, Spot]
) -> dict[str, str]:
    """Number id → id of its TARGET. In this order:

    1. the TARGET that holds the number;
    and for planned numbers outside any:
    2. none where the clause sets a rule, reward, penalty or score (每低1个百分点扣0.5分), or its condition (达到50个的，
       奖励2万元; 对连续两次排名末位的), or where the cell reports,
       unless it quotes the number of a target of the row;
    3. after 其中, the target of the number before it, else the last target of the sentence;
    4. the last target of its segment (what commas join) where words of the metric recur in it, or where the metric means
       nothing alone (合格率, 人均投入, 总投资);
    5. the theme: the first target cell of the row, the goal that opens the list item, the heading above the paragraph;
       far from it, a target of the sentence or at the end of the one before that shares more words with the metric;
    6. without a theme, the last target of its segment unless loose numbers stood before that, as in a list of indicators,
       else the heading of the section that a list item stands in;
    7. else none.
    """
    found: dict[str, str] = {}
    wording = _Wording(layout)

    def value(number: Spot) -> tuple[str, str]:
        unit = units.get(number.id)
        return layout.text[number.start : number.end], layout.text[unit.start : unit.end] if unit else ""

    metric_spots = {s.id: s for s in layout.spots if s.label is Label.METRIC}
    by_item: dict[int, list[tuple[Spot, ...]]] = {}
    for group in lists:
        by_item.setdefault(group[0].item, []).append(group)
    for item, groups in by_item.items():
        goals = _ItemGoals(layout, item, wording)
        quoted = {value(n): n.inside for g in groups for n in g if n.inside and n.entity.value is Value.TARGET}
        previous: Spot | None = None
        for group in groups:
            for number in group:
                metric = metric_spots.get(metrics.get(number.id, ""))
                if number.inside:
                    target: str | None = number.inside
                elif number.entity.value is not Value.TARGET:
                    target = None
                elif goals.reports(number) or _quotes(layout.text, number, metric, previous):
                    target = quoted.get(value(number))
                else:
                    chained = found.get(previous.id) if previous else None
                    target = goals.choose(number, metric, value(number)[1], previous, chained)
                if target:
                    found[number.id] = target
                previous = number
    return found


def _quotes(text: str, number: Spot, metric: Spot | None, previous: Spot | None) -> bool:
    """Whether a report quotes a planned number (占年度任务36所的63.9%)."""
    return (
        metric is not None
        and previous is not None
        and previous.sentence == number.sentence
        and previous.entity.value is Value.ACTUAL
        and _PLAN_METRIC.search(text, metric.start, metric.end) is not None
    )


class _Wording:
    """What spans have in common: neighbouring letters, and single letters that are not in every text."""

    def __init__(self, layout: Layout) -> None:
        self._text = layout.text
        self._known: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def alike(self, metric: Spot | None, target: Spot) -> int:
        """_PAIR for each pair of letters in common, 1 for each letter."""
        if metric is None:
            return 0
        pairs, letters = self._parts(metric)
        other_pairs, other_letters = self._parts(target)
        return _PAIR * len(pairs & other_pairs) + len(letters & other_letters)

    def _parts(self, spot: Spot) -> tuple[frozenset[str], frozenset[str]]:
        if spot.id not in self._known:
            text = self._text[spot.start : min(spot.end, spot.start + _LONGEST_WORDING)]
            words = re.findall(r"[^\W\d_]{2,}", text)
            pairs = frozenset(w[i : i + 2] for w in words for i in range(len(w) - 1))
            self._known[spot.id] = pairs, frozenset("".join(words)) - _COMMON
        return self._known[spot.id]


class _ItemGoals:
    """The targets of one item that a number outside them may belong to."""

    def __init__(self, layout: Layout, item: int, wording: _Wording) -> None:
        self._layout, self._item, self._wording = layout, layout.items[item], wording
        self._targets = [s for s in layout.by_item[item] if s.label is Label.TARGET]
        self._starts = [t.start for t in self._targets]
        self._loose = [
            s.start
            for s in layout.by_item[item]
            if s.label is Label.NUMBER and s.inside is None and s.entity.value is Value.TARGET
        ]
        columns = [t.column for t in self._targets if t.column is not None]
        self._theme_column = min(columns, default=None)
        self._heads = [t for t in self._targets if t.column == self._theme_column][:_LOOK_BACK]
        self._target_columns = set(columns)
        opening = self._opening(self._item, self._targets)
        if opening is None and item and self._item.level == 0 and layout.items[item - 1].kind is Kind.HEADING:
            above = [s for s in layout.by_item.get(item - 1, []) if s.label is Label.TARGET]
            opening = self._opening(layout.items[item - 1], above)
        self._theme = opening or self._row_above(item)
        self._section = None if self._theme else self._heading(item)

    def _heading(self, item: int) -> Spot | None:
        """The target that is the heading of the section that a list item stands in."""
        items = self._layout.items
        if not self._item.level or self._item.columns:
            return None
        for above in range(item - 1, max(-1, item - 2 * _LOOK_BACK), -1):
            if 0 < items[above].level < self._item.level:
                targets = [s for s in self._layout.by_item.get(above, []) if s.label is Label.TARGET]
                return self._opening(items[above], targets) if items[above].kind is Kind.HEADING else None
        return None

    def _row_above(self, item: int) -> Spot | None:
        """The target that opens the row above, which a row goes on from whose first cells are empty."""
        items = self._layout.items
        if not self._item.columns or self._item.columns[0][1] == 0:
            return None
        for above in range(item - 1, max(-1, item - _LOOK_BACK), -1):
            if not items[above].columns or items[above].names != self._item.names:
                break
            if items[above].columns[0][1] == 0:
                targets = [s for s in self._layout.by_item.get(above, []) if s.label is Label.TARGET]
                return targets[0] if targets else None
        return None

    def _opening(self, item: Item, targets: list[Spot]) -> Spot | None:
        """The target that opens an item as its heading."""
        if not targets:
            return None
        first, text = targets[0], self._layout.text
        lead = _MARKER.match(text, item.start, first.start)
        heading = text[first.end : first.end + 1] in ("", "。", "（", "(", "：", ":", "\n", "，", ",", "；", ";")
        holds_number = any(s.inside == first.id and s.label is Label.NUMBER for s in self._layout.by_item[first.item])
        listed = item.level > 0 or item.flat or bool(item.columns) or (lead is not None and bool(lead[0].strip()))
        opens = lead is not None and lead.end() == first.start and listed
        if opens and not holds_number and (heading or item.flat):
            return first
        return first if item.kind is Kind.HEADING and not holds_number else None

    def reports(self, number: Spot) -> bool:
        """Whether the number stands in a column that reports, where no target stands."""
        names, column = self._item.names, number.column
        return (
            column is not None
            and column < len(names)
            and _REPORT_COLUMN.search(names[column]) is not None
            and column not in self._target_columns
        )

    def choose(
        self, number: Spot, metric: Spot | None, unit: str, previous: Spot | None, chained: str | None
    ) -> str | None:
        """The target of a planned number outside targets; ``chained`` is that of the number before it."""
        text = self._layout.text
        start = max(self._layout.sentences[number.sentence], number.start - _LONGEST_WORDING)
        before = text[start : number.start]
        same_sentence = previous is not None and previous.sentence == number.sentence
        if self._rule(number, metric, unit, before):
            return None
        nearby = self._before(number)
        last = next((t for t in nearby if t.segment == number.segment), None)
        if _CONSEQUENCE.search(before) and last:
            return last.id
        if _AMONG.search(before):
            return chained if same_sentence else last.id if last else None
        same_list = previous is not None and previous.inside is None and previous.segment == number.segment
        theme = self._theme_of(number, metric)
        if last and (metric is None or _DEPENDENT.match(text, metric.start, metric.end)):
            return last.id
        if theme is None:
            nearest = last if last and not self._loose_before(last) else self._section
            return nearest.id if nearest else None
        alike, to_theme = self._wording.alike, self._wording.alike(metric, theme)
        if last and (alike(metric, last) >= _PAIR or alike(metric, last) > to_theme):
            return last.id
        if number.start - theme.end > _FAR:
            related = max(nearby, key=lambda t: alike(metric, t), default=theme)
            if alike(metric, related) > to_theme:
                return related.id
        return chained if same_list and chained else theme.id

    def _loose_before(self, target: Spot) -> bool:
        """Whether planned numbers outside targets stand before a target in its sentence."""
        index = bisect_left(self._loose, self._layout.sentences[target.sentence])
        return index < len(self._loose) and self._loose[index] < target.start

    def _rule(self, number: Spot, metric: Spot | None, unit: str, before: str) -> bool:
        """Whether a clause grants, fines or scores, in its words or in the metric behind the number (20万元奖励)."""
        text = self._layout.text
        clause = re.split("[，,；;。：:（(]", before)[-1]
        measured = text[metric.start : metric.end] if metric else ""
        if metric and metric.start > number.start:
            clause += measured
        if _RULE.search(clause) or _CONDITION.match(text, number.end):
            return True
        return unit == "分" and (not measured or _POINTS.search(measured) is not None)

    def _before(self, number: Spot) -> list[Spot]:
        """The targets before it, nearest first: those of its sentence, and those that end a sentence before."""
        index = bisect_right(self._starts, number.start)
        nearby = []
        for target in reversed(self._targets[max(0, index - _LOOK_BACK) : index]):
            if target.column != number.column:
                break
            if target.sentence == number.sentence or self._layout.text.startswith("。", target.end):
                nearby.append(target)
        return nearby

    def _theme_of(self, number: Spot, metric: Spot | None) -> Spot | None:
        if self._theme_column is not None and number.column != self._theme_column:
            return max(self._heads, key=lambda t: self._wording.alike(metric, t))
        theme = self._theme
        return theme if theme and theme.start < number.start else None
