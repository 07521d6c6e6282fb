"""Which of the entities found an answer holds, and what its records then say.

An entity below ``min_confidence`` is as good as not found: records are linked without it. ``labels`` is what the caller
wants to see: records are linked from all entities and then hold only what refers to the entities shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from annotations.schema import Entity, Label
from service.records import Record

CONFIDENCE_DIGITS = 4
"""Decimals of a confidence in answers, and so of those that are compared."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The labels wanted, and the least confidence, in [0, 1]."""

    labels: frozenset[Label] = frozenset(Label)
    min_confidence: float = 0.0

    def trusted(self, entities: Iterable[Entity]) -> tuple[Entity, ...]:
        """The entities that are sure enough; their ids stay."""
        return tuple(e for e in entities if round(e.confidence, CONFIDENCE_DIGITS) >= self.min_confidence)

    def shown(self, entities: Iterable[Entity]) -> tuple[Entity, ...]:
        """The entities with a label that is wanted."""
        return tuple(e for e in entities if e.label in self.labels)

    def project(self, records: Iterable[Record]) -> tuple[Record, ...]:
        """What records say of the labels wanted.

        One that has neither a target nor a number left says nothing and is left out, one that says the same as one before
        it (two numbers of one target, without the numbers) too.
        """
        hidden = set(Label) - self.labels
        projected = (_without(record, hidden) for record in records) if hidden else records
        return tuple(dict.fromkeys(record for record in projected if record.target or record.number))


EVERYTHING = Selection()


def _without(record: Record, hidden: set[Label]) -> Record:
    if Label.TARGET in hidden:
        record = replace(record, target=None)
    if Label.METRIC in hidden:
        record = replace(record, metric=None)
    if Label.NUMBER in hidden:
        record = replace(record, number=None, value=None, quantity=None, progress=None)
    if Label.NUMBER in hidden or Label.UNIT in hidden:
        record = replace(record, unit=None)
    if Label.DEADLINE in hidden:
        record = replace(record, deadlines=(), due=None, dues=())
    if Label.DEPARTMENT in hidden:
        record = replace(record, departments=(), assigned=())
    return record
