"""What the service answers, as frozen dataclasses; the service's docs/api.md says what each member means.

Members that this version does not know are left out; ``Extraction.json`` holds the answer as it came.
"""

import datetime
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from typing import Any, TypeVar

from mubiao_client.errors import UnexpectedAnswer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Document:
    """A document to extract from; what is None is as the call says for all."""

    text: str
    id: str | None = None
    date: datetime.date | str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A labelled stretch ``[start, end)`` of the text."""

    id: str
    label: str
    text: str
    start: int
    end: int
    confidence: float
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a computer can compare it; ``min`` and ``max`` are decimals, in ``unit``."""

    comparator: str | None
    min: str | None
    max: str | None
    unit: str | None
    unit_written: str | None = None
    dimension: str | None = None
    relation: str | None = None
    direction: str | None = None
    base: str | None = None
    per: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """The date that a deadline is counted from."""

    date: str
    source: str


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Due:
    """When a goal is due: days, both inclusive; ``from_`` is ``from`` in JSON."""

    deadline: str
    from_: datetime.date | None = field(metadata={"name": "from"})
    to: datetime.date | None
    precision: str | None = None
    anchor: Anchor | None = None
    duration: Duration | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """A department and its part in the goal."""

    department: str
    name: str
    role: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A reported number measured against a planned one."""

    against: str
    ratio: str


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the ledger; ids refer to entities."""

    target: str | None
    metric: str | None
    number: str | None
    unit: str | None
    deadlines: tuple[str, ...]
    departments: tuple[str, ...]
    value: str | None
    quantity: Quantity | None
    due: Due | None
    assigned: tuple[Assigned, ...]
    progress: Progress | None = None
    dues: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """The model that answered."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class FileReading:
    """What was read out of a file."""

    format: str
    charset: str | None
    pages: int | None
    warnings: tuple[str, ...]
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found in one document."""

    id: str
    length: int
    offsets: str
    entities: tuple[Entity, ...]
    records: tuple[Record, ...]
    model: Model
    document: FileReading | None = None
    json: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def entity(self, id: str) -> Entity:
        """The entity that a record names; KeyError if there is none."""
        for entity in self.entities:
            if entity.id == id:
                return entity
        raise KeyError(id)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one part of a request."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one document of many has no answer; ``index`` is its place among them, from 0."""

    index: int
    id: str | None
    status: int
    title: str
    detail: str
    errors: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """A label of entities; ``name`` is Chinese."""

    label: str
    name: str
    definition: str
    definition_chinese: str
    id_prefix: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """The schema of what is found; ``json`` has all of it."""

    labels: tuple[Label, ...]
    json: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Version:
    """What is running."""

    version: str
    model: Model


@dataclass(frozen=True, slots=True)
class Job:
    """How a job is: ``state`` is queued, running, done or cancelled."""

    id: str
    state: str
    total: int
    done: int
    failed: int
    rate: float | None = None
    seconds_left: float | None = None
    created: str | None = None
    started: str | None = None
    finished: str | None = None
    expires: str | None = None
    webhook: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "cancelled")


@dataclass(frozen=True, slots=True)
class JobPage:
    """A page of jobs, newest first."""

    jobs: tuple[Job, ...]
    next: str | None = None


def read(cls: type[T], value: Any) -> T:
    """The dataclass that a JSON object holds; UnexpectedAnswer if it does not."""
    try:
        made = _object(cls, value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnexpectedAnswer(f"this is no {cls.__name__} of the service ({type(error).__name__})") from None
    return typing.cast(T, made)


def _object(cls: Any, value: Mapping[str, Any]) -> Any:
    hints = typing.get_type_hints(cls)
    given = {}
    for part in fields(cls):
        name = part.metadata.get("name", part.name)
        if name in value:
            given[part.name] = _value(hints[part.name], value[name])
        elif part.name == "json":
            given[part.name] = value
        elif part.default is MISSING and part.default_factory is MISSING:
            raise KeyError(name)
    return cls(**given)


def _value(hint: Any, value: Any) -> Any:
    if isinstance(hint, types.UnionType):
        if value is None:
            return None
        hint = next(kind for kind in typing.get_args(hint) if kind is not types.NoneType)
    if typing.get_origin(hint) is tuple:
        return tuple(_value(typing.get_args(hint)[0], item) for item in value)
    if is_dataclass(hint):
        return _object(hint, value)
    if hint is datetime.date:
        return datetime.date.fromisoformat(value)
    if hint is float and type(value) is int:
        return float(value)
    if not isinstance(value, hint):
        raise TypeError(hint.__name__)
    return value
