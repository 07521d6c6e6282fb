"""What an annotated document is: six labels, entities, links.

Offsets are code points of ``Document.text``, ``end`` exclusive. The meaning of the labels is in GUIDELINE.md.
"""

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """The six labels, in the order in which everything lists them."""

    TARGET = "TARGET"
    METRIC = "METRIC"
    NUMBER = "NUMBER"
    UNIT = "UNIT"
    DEADLINE = "DEADLINE"
    DEPARTMENT = "DEPARTMENT"

    @property
    def chinese(self) -> str:
        """The label's Chinese name."""
        return _CHINESE[self]

    @property
    def definition(self) -> str:
        """What the label marks, as GUIDELINE.md's table says it."""
        return _DEFINITION[self][0]

    @property
    def definition_chinese(self) -> str:
        """The same in Chinese."""
        return _DEFINITION[self][1]

    @property
    def prefix(self) -> str:
        """The letter that the ids of its entities start with."""
        return _PREFIX[self]


_CHINESE = {
    Label.TARGET: "目标",
    Label.METRIC: "指标",
    Label.NUMBER: "数值",
    Label.UNIT: "单位",
    Label.DEADLINE: "时限",
    Label.DEPARTMENT: "责任部门",
}
_DEFINITION = {
    Label.TARGET: ("a goal or task that is still to be achieved", "有待完成的目标或任务"),
    Label.METRIC: ("what a quantity measures", "数值所计量的对象"),
    Label.NUMBER: ("the quantity, with its value: planned or reported", "数量，并注明是计划值还是实际值"),
    Label.UNIT: ("the unit of that quantity", "该数量的计量单位"),
    Label.DEADLINE: ("when the goal is due", "目标应当完成的时间"),
    Label.DEPARTMENT: ("the organisation that must do it", "负责完成目标的单位"),
}
_PREFIX = {
    Label.TARGET: "T",
    Label.METRIC: "M",
    Label.NUMBER: "N",
    Label.UNIT: "U",
    Label.DEADLINE: "D",
    Label.DEPARTMENT: "R",
}


class Value(StrEnum):
    """Whether a NUMBER is planned or reported."""

    TARGET = "target"
    ACTUAL = "actual"

    @property
    def chinese(self) -> str:
        """The value's Chinese name."""
        return "计划值" if self is Value.TARGET else "实际值"

    @property
    def definition(self) -> str:
        """What the value says of a number."""
        return "planned or required" if self is Value.TARGET else "reported or existing"


class Role(StrEnum):
    """What the second entity of a link is to the first."""

    UNIT = "unit"
    METRIC = "metric"
    TARGET = "target"
    DEADLINE = "deadline"
    DEPARTMENT = "department"


LINKED = {
    Role.UNIT: (Label.NUMBER, Label.UNIT),
    Role.METRIC: (Label.NUMBER, Label.METRIC),
    Role.TARGET: (Label.NUMBER, Label.TARGET),
    Role.DEADLINE: (Label.TARGET, Label.DEADLINE),
    Role.DEPARTMENT: (Label.TARGET, Label.DEPARTMENT),
}
"""The labels of the two entities that a link of each role joins."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A labelled stretch ``[start, end)`` of a document's text.

    ``value`` is set for NUMBER only; ``confidence`` lies in [0, 1] and is 1 for what a person annotated.
    """

    id: str
    label: Label
    start: int
    end: int
    value: Value | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Link:
    """``role`` of the entity ``source`` is the entity ``target`` (both are ids)."""

    source: str
    role: Role
    target: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its entities. ``links`` is None where nobody annotated links."""

    name: str
    text: str
    entities: tuple[Entity, ...] = ()
    links: tuple[Link, ...] | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled stretch that has no id yet."""

    start: int
    end: int
    label: Label
    value: Value | None = None
    confidence: float = 1.0


def number_entities(spans: list[Span]) -> tuple[Entity, ...]:
    """Give spans ids (T1, T2, M1 …) in reading order, outer before inner."""
    order = list(Label)
    counts = dict.fromkeys(order, 0)
    entities = []
    for s in sorted(spans, key=lambda s: (s.start, -s.end, order.index(s.label))):
        counts[s.label] += 1
        entities.append(Entity(f"{s.label.prefix}{counts[s.label]}", s.label, s.start, s.end, s.value, s.confidence))
    return tuple(entities)
