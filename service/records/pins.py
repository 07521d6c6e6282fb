"""What a person set of the records, which wins over what the rules find: links, and the duties of departments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from annotations.schema import Label, Role
from service.records.linking import Links
from service.records.model import Role as Duty

ALLOWED: dict[Role, tuple[frozenset[Label], Label]] = {
    Role.UNIT: (frozenset({Label.NUMBER}), Label.UNIT),
    Role.METRIC: (frozenset({Label.NUMBER}), Label.METRIC),
    Role.TARGET: (frozenset({Label.NUMBER}), Label.TARGET),
    Role.DEADLINE: (frozenset({Label.NUMBER, Label.TARGET}), Label.DEADLINE),
    Role.DEPARTMENT: (frozenset({Label.NUMBER, Label.TARGET}), Label.DEPARTMENT),
}
"""What a link of each role goes from, and what it goes to."""
SEVERAL = frozenset({Role.DEADLINE, Role.DEPARTMENT})
"""The roles that one record may have several of."""


@dataclass(frozen=True, slots=True)
class Pin:
    """``role`` of the record of ``source`` (the id of a NUMBER, or of a TARGET without one) is exactly ``targets``."""

    source: str
    role: Role
    targets: tuple[str, ...]


class Pins:
    """What was set of a document: links, and by the id of a DEPARTMENT its duty in all that it is linked to."""

    def __init__(self, links: Iterable[Pin] = (), duties: Mapping[str, Duty] | None = None) -> None:
        self._targets = {(pin.source, pin.role): pin.targets for pin in links}
        self.duties = duties or {}

    def get(self, source: str, role: Role) -> tuple[str, ...] | None:
        """What was set; None where nothing was."""
        return self._targets.get((source, role))

    def applied(self, links: Links) -> Links:
        """Links with the units, metrics and targets that were set."""
        return replace(
            links,
            unit=self._set(links.unit, Role.UNIT),
            metric=self._set(links.metric, Role.METRIC),
            target=self._set(links.target, Role.TARGET),
        )

    def _set(self, found: dict[str, str], role: Role) -> dict[str, str]:
        changed = dict(found)
        for (source, pinned), targets in self._targets.items():
            if pinned is role:
                changed.pop(source, None)
                if targets:
                    changed[source] = targets[0]
        return changed


def fits(pin: Pin, labels: Mapping[str, Label]) -> bool:
    """Whether a pin joins entities that are there, of labels that its role can join, and no more than it takes.

    ``labels`` are those of the entities by id.
    """
    sources, target = ALLOWED[pin.role]
    return (
        labels.get(pin.source) in sources
        and all(labels.get(id) is target for id in pin.targets)
        and len(set(pin.targets)) == len(pin.targets)
        and (pin.role in SEVERAL or len(pin.targets) <= 1)
    )
