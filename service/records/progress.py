"""Reported numbers measured against the planned ones of the same metric."""

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from annotations.schema import Value
from service.records import numerals, units
from service.records.layout import Layout, Spot
from service.records.measures import PLAN_ALONE
from service.records.model import Progress, Quantity, Relation

_LEVELS = (None, Relation.CHANGE_TO, Relation.FROM_TO, Relation.SHARE, Relation.RATIO)
_MOST_CANDIDATES = 50
_WORD = 2
"""Characters before a number that tell the parts of one metric apart: 新建, 改建."""


def progress(
    layout: Layout, groups: Sequence[tuple[Spot, ...]], metrics: dict[str, str], quantities: dict[str, Quantity]
) -> dict[str, Progress]:
    """Number id → how a reported number stands against the planned one of its metric.

    The planned number must have a metric with the same words, or in the same list item or table row one that ends alike;
    outside the item it must stand before; its unit must convert. Changes (增长5%) are not measured. Of several the one with
    the same word before it (新建, 改建) counts, else the nearest; a number that takes up the metric of a clause before
    (已完工11个，在建7个) needs the same word. A plan that is quoted behind the reported number, and named as nothing but a plan
    (新建8所，完成全年任务12所的66.7%), is that number's. The level that a plan starts from (由50%提高到60%) is no progress on it.
    """
    spots = {s.id: s for s in layout.spots}
    measured = [
        (number, spots[metrics[number.id]])
        for number in (n for group in groups for n in group)
        if number.id in metrics and metrics[number.id] in spots and quantities[number.id].relation in _LEVELS
    ]
    in_item: dict[int, list[tuple[Spot, Spot]]] = defaultdict(list)
    for number, metric in measured:
        if number.entity.value is Value.TARGET:
            in_item[number.item].append((number, metric))
    before: dict[str, list[Spot]] = defaultdict(list)
    found = _quoted(layout, measured, quantities)
    for number, metric in measured:
        words = _words(layout, metric)
        if number.entity.value is Value.TARGET:
            before[words].append(number)
        elif number.entity.value is Value.ACTUAL and number.id not in found:
            near = [p for p, m in in_item[number.item][-_MOST_CANDIDATES:] if _alike(_words(layout, m), words)]
            candidates = near or before[words][-_MOST_CANDIDATES:]
            taken_up = (metric.clause, metric.bracket) != (number.clause, number.bracket)
            for planned in sorted(candidates, key=lambda p: _distance(layout, number, p)):
                if taken_up and _word(layout, planned) != _word(layout, number):
                    continue
                if quantities[planned.id].relation is Relation.FROM_TO and planned.clause == number.clause:
                    continue
                if ratio := _ratio(quantities[number.id], quantities[planned.id]):
                    found[number.id] = Progress(planned.id, ratio)
                    break
    return found


def _quoted(
    layout: Layout, measured: Sequence[tuple[Spot, Spot]], quantities: dict[str, Quantity]
) -> dict[str, Progress]:
    """The reported numbers whose plan their sentence quotes behind them: the last ones of its unit."""
    found: dict[str, Progress] = {}
    reported: list[Spot] = []
    for number, metric in measured:
        if reported and reported[-1].sentence != number.sentence:
            reported.clear()
        if number.entity.value is Value.ACTUAL:
            reported.append(number)
        elif PLAN_ALONE.fullmatch(layout.text, metric.start, metric.end) and metric.end <= number.start:
            for spot in reversed(reported[-_MOST_CANDIDATES:]):
                if ratio := _ratio(quantities[spot.id], quantities[number.id]):
                    found[spot.id] = Progress(number.id, ratio)
                    break
    return found


def _words(layout: Layout, metric: Spot) -> str:
    words = re.sub(r"\W", "", layout.text[metric.start : metric.end])
    return (
        re.sub(
            "^(?:年度|全年|累计|本年|全市|全县|全区|计划|目标|实际|完成)+|(?:任务数?|目标数?|计划数?|完成)$", "", words
        )
        or words
    )


def _alike(planned: str, reported: str) -> bool:
    shorter, longer = sorted((planned, reported), key=len)
    return len(shorter) > 1 and longer.endswith(shorter)


def _word(layout: Layout, number: Spot) -> str:
    return layout.text[max(0, number.start - _WORD) : number.start]


def _distance(layout: Layout, number: Spot, planned: Spot) -> tuple[bool, bool, int]:
    return (
        _word(layout, planned) != _word(layout, number),
        planned.start > number.start,
        abs(number.start - planned.start),
    )


def _ratio(reported: Quantity, planned: Quantity) -> str | None:
    plan, actual = planned.min or planned.max, reported.min or reported.max
    if plan is None or actual is None or not Decimal(plan) or (reported.unit is None) != (planned.unit is None):
        return None
    value: Decimal | None = Decimal(actual)
    if reported.unit and planned.unit and value is not None:
        value = units.convert(value, units.read(reported.unit), units.read(planned.unit))
    try:
        return None if value is None else numerals.plain((value / Decimal(plan)).quantize(Decimal("0.0001")))
    except InvalidOperation:
        return None
