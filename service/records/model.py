"""What a ledger row is made of, and its JSON form."""

from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from annotations.schema import Value


class Relation(StrEnum):
    """What a number says about its metric where it is not simply its level."""

    GROWTH = "growth"
    """A relative change: 增长5%."""
    CHANGE_BY = "change_by"
    """An absolute change: 提高5个百分点, 增加12个."""
    CHANGE_TO = "change_to"
    """The level after a change: 提高到60%."""
    FROM_TO = "from_to"
    """The same with the level before it, which is ``base``: 由50%提高到60%."""
    MULTIPLE = "multiple"
    """A multiple of another quantity: 2倍, 翻一番."""
    SHARE = "share"
    """A share of a base: 占年度任务的80%."""
    RATIO = "ratio"
    """A quotient: 师机比1:1."""


class Role(StrEnum):
    """The part of a department in a target."""

    LEAD = "lead"
    COOPERATE = "cooperate"
    RESPONSIBLE = "responsible"

    @property
    def chinese(self) -> str:
        """How documents put it."""
        return {Role.LEAD: "牵头", Role.COOPERATE: "配合", Role.RESPONSIBLE: "负责"}[self]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a computer can compare it.

    ``comparator`` is one of = ≥ > ≤ < ≈ range; ``min`` and ``max`` are plain decimals in ``unit`` (both the value for
    = and ≈; only ``min`` for ≥ and >, only ``max`` for ≤ and <). ``unit`` is canonical, without 万, 亿 and 成, whose factors
    are in min and max; ``unit_written`` is the unit as it stands in the text; ``dimension`` is pint's, "" for shares, null
    for units that are not known. ``relation`` and ``direction`` (up, down) are set where the text states a change,
    ``base`` is the level that it starts from; ``per`` what the number is counted on (人, 户, 1000人). Where the number is
    not understood, comparator, min and max are null and ``reason`` says why: numeral, ratio, range.
    """

    comparator: str | None = None
    min: str | None = None
    max: str | None = None
    unit: str | None = None
    unit_written: str | None = None
    dimension: str | None = None
    relation: Relation | None = None
    direction: str | None = None
    base: str | None = None
    per: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """The date that a deadline without a year, or after an event, is counted from.

    ``date`` is ISO, of four (a year), seven (a month) or ten characters; ``source`` says where it comes from: request,
    heading, title, number (of the document), publication, signature.
    """

    date: str
    source: str


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: ``unit`` is workday, minute, hour, day, week, month or year."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Due:
    """When a target is due: ISO dates, both inclusive, null where open or not known.

    ``precision`` is what the text names: day, ten-days, week, month, quarter, half, year, years, term (of a five-year
    plan), duration, open (长期), immediate (立行立改). ``anchor`` is what supplied year or start, null where the text names its own year.
    ``duration`` is set for 20个工作日内 and the like. Where the dates are null although the text names a time, ``reason``
    says why: anchor (no year to be found), day (the anchor is no exact day), event (counted from something whose day is
    not in the document), recurring (每年), duration (only a length), season (汛期, 开学 have no fixed day), several
    (6月底和12月底: each has its own), form (not understood).
    """

    deadline: str
    from_: str | None = None
    to: str | None = None
    precision: str | None = None
    anchor: Anchor | None = None
    duration: Duration | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """A department (entity id), its name without line breaks and inner blanks, and its part.

    ``place`` is what the name leaves off: the place of the document's issuer (岚溪县 of 县民政局); null where the name has
    its own, or the issuer does not tell.
    """

    department: str
    name: str
    role: Role
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A reported number measured against the planned number ``against`` (entity id): ``ratio`` is reported by planned, a
    plain decimal of four places."""

    against: str
    ratio: str


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the ledger: one NUMBER with what belongs to it, or one TARGET without a number, or whose numbers are others' duty.

    ``target``, ``metric``, ``number`` and ``unit`` are entity ids or None, ``deadlines`` and ``departments`` entity ids, the
    ones that stand nearest first. ``dues`` and ``assigned`` follow their order; ``due`` is the first of the dues.
    ``progress`` is set for reported numbers that have a planned counterpart.
    """

    target: str | None = None
    metric: str | None = None
    number: str | None = None
    unit: str | None = None
    deadlines: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    value: Value | None = None
    quantity: Quantity | None = None
    due: Due | None = None
    assigned: tuple[Assignment, ...] = ()
    progress: Progress | None = None
    dues: tuple[Due, ...] = ()


def as_dict(record: Record) -> dict[str, Any]:
    """The JSON object of a record.

    Its keys are the fields of Record, those of its parts the fields of Quantity, Due (``from_`` as "from"), Assignment and
    Progress. Beyond the contract's ``{"target", "metric", "number", "unit", "deadlines", "departments", "value", "quantity":
    {"comparator", "min", "max", "unit"}, "due": {"from", "to"}, "assigned": [{"department", "name", "role"}]}`` it holds
    "progress" and "dues", in assigned "place", in quantity "unit_written", "dimension", "relation", "direction", "base", "per" and "reason",
    in due "deadline", "precision", "anchor" {"date", "source"}, "duration" {"count", "unit"} and "reason".
    """
    result: dict[str, Any] = _json(record)
    return result


def _json(value: Any) -> Any:
    kind = type(value)
    if kind in _AS_IS:
        return value
    if kind is tuple:
        return [_json(v) for v in value]
    if issubclass(kind, StrEnum):
        return value.value
    return {key: _json(getattr(value, name)) for name, key in _keys(kind)} if is_dataclass(kind) else value


_AS_IS = frozenset((str, int, float, bool, type(None)))


@cache
def _keys(kind: type) -> tuple[tuple[str, str], ...]:
    """The fields of a dataclass and their keys in JSON; cached, for there are a hundred of them in each record."""
    return tuple((f.name, f.name.rstrip("_")) for f in fields(kind))
