"""Which spans belong together.

Linking goes from what stands closest outwards: the clause, the sentence, the list item or table row, the heading. The
rules are listed, in their order, where they are applied:

- ``measures.units`` and ``measures.metrics``: a number's unit and metric;
- ``goals.targets``: the target that a planned number belongs to;
- ``duties``: what deadlines and departments govern.

They look only at places (``layout``), never at line breaks or list numbers themselves.
"""

from dataclasses import dataclass

from service.records import duties, goals, measures
from service.records.heads import Heads
from service.records.layout import Layout, Spot


@dataclass(frozen=True, slots=True)
class Links:
    """Links by entity id. ``groups`` are the numbers in reading order, those of one list together."""

    unit: dict[str, str]
    metric: dict[str, str]
    target: dict[str, str]
    deadlines: dict[str, tuple[str, ...]]
    departments: dict[str, tuple[str, ...]]
    groups: tuple[tuple[Spot, ...], ...]


def link(layout: Layout) -> Links:
    """Link the entities of a document, in time about linear in the text and the entities."""
    heads = Heads(layout)
    units = measures.units(layout, heads)
    groups = measures.groups(layout, units)
    metric = measures.metrics(layout, heads, units, groups)
    target = goals.targets(layout, groups, metric, units)
    due = duties.duties(layout, target)
    return Links(
        {number: unit.id for number, unit in units.items()},
        metric,
        target,
        due.deadlines,
        due.departments,
        tuple(groups),
    )
