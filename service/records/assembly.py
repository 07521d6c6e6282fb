"""Links and values put together as records."""

import datetime
import itertools
from collections.abc import Sequence
from dataclasses import replace

from annotations.schema import Entity, Label, Role
from models.structure import Structure
from service.records import anchor, department, due, issuer, layout, linking, measures, progress, quantity
from service.records.layout import Layout, Spot
from service.records.linking import Links
from service.records.model import Quantity, Record
from service.records.pins import Pins
from service.records.quantity import Context

_LIST_AHEAD = 9
"""How far in a list a bare 万 looks for the name of its unit."""


def build(
    structure: Structure,
    entities: Sequence[Entity],
    date: datetime.date | None = None,
    pins: Pins | None = None,
) -> tuple[Record, ...]:
    """The records of a document in reading order: one for each NUMBER, and one for each TARGET that has none, or whose
    numbers are others' duty.

    ``date`` anchors deadlines without a year; without it a date of the document does. ``pins`` are what a person set. Any entities in any text give
    records; those that are no stretch of the text are left out. Time grows about linearly with text and entities.
    """
    places = layout.read(structure, entities)
    pinned = pins or Pins()
    links = pinned.applied(linking.link(places))
    anchors = anchor.find(structure, date)
    parts = department.assignments(places, issuer.find(structure), pinned.duties)
    dues = {
        s.id: due.read(
            places.written[s.start : s.end], anchors, _clause_before(places, s), places.items[s.item].path, s.id
        )
        for s in places.spots
        if s.label is Label.DEADLINE
    }
    quantities = _quantities(places, links)
    measured = progress.progress(places, links.groups, links.metric, quantities)
    with_number = {t for n, t in links.target.items() if _shares_departments(links, n, t)}
    records = []
    for spot in places.spots:
        if spot.label is Label.NUMBER:
            target = links.target.get(spot.id)
        elif spot.label is Label.TARGET and spot.id not in with_number:
            target = spot.id
        else:
            continue
        deadlines = pinned.get(spot.id, Role.DEADLINE)
        if deadlines is None:
            deadlines = _joined(links.deadlines, spot.id, target)
        departments = pinned.get(spot.id, Role.DEPARTMENT)
        if departments is None:
            departments = links.departments.get(spot.id) or links.departments.get(target or "", ())
        times = tuple(dues[d] for d in deadlines)
        is_number = spot.label is Label.NUMBER
        records.append(
            Record(
                target=target,
                metric=links.metric.get(spot.id),
                number=spot.id if is_number else None,
                unit=links.unit.get(spot.id),
                deadlines=deadlines,
                departments=departments,
                value=spot.entity.value,
                quantity=quantities.get(spot.id),
                due=times[0] if times else None,
                assigned=tuple(parts[d] for d in departments),
                progress=measured.get(spot.id),
                dues=times,
            )
        )
    return tuple(records)


def _shares_departments(links: Links, number: str, target: str) -> bool:
    """Whether the record of a number names all departments of its target."""
    own, shared = links.departments.get(number), links.departments.get(target, ())
    return not own or set(shared) <= set(own)


def _joined(links: dict[str, tuple[str, ...]], number: str, target: str | None) -> tuple[str, ...]:
    """What a number has of its own, then what its target has."""
    own = links.get(number, ())
    shared = links.get(target, ()) if target and target != number else ()
    return tuple(dict.fromkeys([*own, *shared])) if own and shared else own or shared


def _clause_before(places: Layout, spot: Spot) -> str:
    start = max(places.sentences[spot.sentence], spot.start - due.BEFORE)
    return places.text[start : spot.start]


def _quantities(places: Layout, links: Links) -> dict[str, Quantity]:
    spots = {s.id: s for s in places.spots if s.label is Label.UNIT}
    units = {number: spots[unit] for number, unit in links.unit.items()}
    found: dict[str, Quantity] = {}
    last: tuple[Spot, str] | None = None
    for group in links.groups:
        spans = [measures.span(number, units) for number in group]
        previous = last if last and last[0].sentence == group[0].sentence else None
        earliest = max(
            places.sentences[group[0].sentence],
            spans[0][0] - quantity.BEFORE,
            group[0].bracket[0] + 1 if group[0].bracket else 0,
            min(measures.span(previous[0], units)[1], spans[0][0]) if previous else 0,
        )
        before = places.text[earliest : spans[0][0]]
        behind = places.text[spans[-1][1] : spans[-1][1] + quantity.AFTER]
        gaps = [places.text[left[1] : right[0]].strip() for left, right in itertools.pairwise(spans)]
        written = [places.written[units[n.id].start : units[n.id].end] if n.id in units else "" for n in group]
        # The first number from which on the group is a list, without ends of ranges: what stands behind its last is said of each.
        listed = len(gaps)
        while listed and gaps[listed - 1] and not quantity.joins_range(gaps[listed - 1]):
            listed -= 1
        for index, number in enumerate(group):
            start, end = spans[index]
            gap = places.text[spans[index - 1][1] : start] if index else before
            own = gap if quantity.joins_range(gap) or quantity.compares(gap) else before
            unit = units.get(number.id)
            context = Context(
                before=own,
                between=places.text[number.end : unit.start] if unit and number.end <= unit.start <= end else "",
                after=places.text[end : end + quantity.AFTER],
                list_after=behind if index >= listed and not quantity.joins_range(gap) else "",
                previous=found[previous[0].id] if previous else None,
                previous_before=previous[1] if previous else "",
            )
            named = _named(written[index : index + _LIST_AHEAD])
            read = quantity.read(places.written[number.start : number.end], named, context)
            found[number.id] = read if named == (written[index] or None) else replace(read, unit_written=written[index])
            previous = last = (number, own)
    return found


def _named(written: Sequence[str]) -> str | None:
    """The first of the written units of a list; one that is only 万 or 亿 takes its name from those behind it (50万、20万元)."""
    if written[0] in ("万", "亿"):
        names = (unit.lstrip("百千万亿") for unit in written[1:] if unit[:1] in ("百", "千", "万", "亿"))
        return written[0] + next(filter(None, names), "")
    return written[0] or None
