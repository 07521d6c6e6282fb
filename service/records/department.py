"""A DEPARTMENT as its name and its part: who leads, who cooperates."""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from annotations.schema import Label
from service.records.issuer import Issuer
from service.records.layout import Layout, Spot
from service.records.model import Assignment, Role

_BEHIND = 24
_BEFORE = 20
_HEAD, _FOOT = 4000, 2000
_JOINT = re.compile(r"[\s、，,和及与（()）]*")
_LEAD = re.compile(r" *等?(?:部门|单位)? *[（(]? *(?:负责)?(?:牵头|主办|主抓|负总责|为主)(?!.{0,3}[:：])")
_COOPERATE = re.compile(
    r" *等?(?:相关|有关)?(?:部门|单位)? *[（(]? *(?:按职责分工)?(?:配合|参与|参加|协助|协同|协办|支持)(?!.{0,3}[:：])"
)
_LEAD_LABEL = re.compile("(?:牵头|主办|主责|主管|第一责任)[^，,。；;：:（()）、]{0,6}[:：]?\\s*$")
_COOPERATE_LABEL = re.compile("(?:配合|协办|参与|参加|协助|协同)[^，,。；;：:（()）、]{0,6}[:：]?\\s*$")
_WITH = re.compile("(?:会同|协同|联合|商)\\s*$")
_LED = re.compile("\\s*(?:要|应|须)?(?:会同|商|(?P<joins>协同|联合)(?P<others>有关|相关|各)?)")
"""协同 and 联合 need a partner behind them: in 县水利局和县财政局联合下达 nobody leads."""
_FIRST_LEADS = re.compile("(?:列|排)(?:在)?第一(?:位|个)?(?:的|者)?[^。；;]{0,8}(?:为|是|系)?牵头")


@dataclass(frozen=True, slots=True)
class _Run:
    """Departments that only commas and 和 join, in reading order."""

    spots: tuple[Spot, ...]


def assignments(layout: Layout, issuer: Issuer, duties: Mapping[str, Role]) -> dict[str, Assignment]:
    """The name and the part of each department, by entity id.

    The part is what the words behind it or its list (牵头, 配合, 会同), its label (牵头单位：) or the header of its column say;
    where the document says that the first of a list leads, that one does; else it is responsible. ``issuer`` knows the
    place that a name leaves off; ``duties`` are the parts that a person set, by entity id.
    """
    text = layout.text
    first_leads = bool(_FIRST_LEADS.search(text, 0, _HEAD) or _FIRST_LEADS.search(text, max(0, len(text) - _FOOT)))
    found: dict[str, Assignment] = {}
    runs = list(_runs(layout))
    starts = {run.spots[0].start for run in runs}
    for run in runs:
        role = _role(layout, run, starts)
        for index, spot in enumerate(run.spots):
            leads = first_leads and index == 0 and len(run.spots) > 1 and role is Role.RESPONSIBLE
            name = _name(layout.written[spot.start : spot.end])
            duty = duties.get(spot.id) or (Role.LEAD if leads else role)
            found[spot.id] = Assignment(spot.id, name, duty, issuer.place_of(name))
    return found


def _runs(layout: Layout) -> Iterable[_Run]:
    run: list[Spot] = []
    for spot in (s for s in layout.spots if s.label is Label.DEPARTMENT):
        if run and not _joined(layout.text, run[-1], spot):
            yield _Run(tuple(run))
            run = []
        run.append(spot)
    if run:
        yield _Run(tuple(run))


def _joined(text: str, left: Spot, right: Spot) -> bool:
    return (
        left.column == right.column
        and left.bracket == right.bracket
        and 0 <= right.start - left.end <= 6
        and _JOINT.fullmatch(text, left.end, right.start) is not None
    )


def _role(layout: Layout, run: _Run, starts: AbstractSet[int]) -> Role:
    """``starts`` are where the runs of departments start."""
    text, first, last = layout.text, run.spots[0], run.spots[-1]
    behind = text[last.end : last.end + _BEHIND]
    before = text[max(0, first.start - _BEFORE) : first.start]
    if _WITH.search(before) or _COOPERATE.match(behind):
        return Role.COOPERATE
    led = _LED.match(text, last.end)
    if _LEAD.match(behind) or (led and (not led["joins"] or led["others"] or led.end() in starts)):
        return Role.LEAD
    if _COOPERATE_LABEL.search(before):
        return Role.COOPERATE
    if _LEAD_LABEL.search(before):
        return Role.LEAD
    item = layout.items[first.item]
    name = item.names[first.column] if first.column is not None and first.column < len(item.names) else ""
    if re.search("配合|协办|参与", name) and not re.search("牵头|责任", name):
        return Role.COOPERATE
    return Role.LEAD if re.search("牵头|主办", name) and not re.search("配合", name) else Role.RESPONSIBLE


def _name(text: str) -> str:
    return re.sub(r"\s+", "", text)
