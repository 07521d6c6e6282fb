"""What goes over HTTP, as pydantic models: requests are validated by them, answers only described.

A request field's description completes the sentence "must be …", which is the message of its errors.
"""

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from annotations.schema import Label, Value
from service.documents.model import Format
from service.offsets import Unit
from service.record_schemas import Answer, RecordAnswer
from service.records import Role
from service.selection import Selection

FIRST_DATE = datetime.date(1900, 1, 1)
LAST_DATE = datetime.date(2099, 12, 31)


def parse_date(value: Any) -> datetime.date:
    """The date of ``YYYY-MM-DD``; ValueError for anything else and for dates that no document is about."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("not YYYY-MM-DD")
    date = datetime.date.fromisoformat(value)
    if not FIRST_DATE <= date <= LAST_DATE:
        raise ValueError(f"not between {FIRST_DATE} and {LAST_DATE}")
    return date


_DATE = {"type": "string", "format": "date", "pattern": "^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$"}
DocumentDate = Annotated[datetime.date, BeforeValidator(parse_date), WithJsonSchema(_DATE)]

TEXT: Any = Field(min_length=1, description="a string of valid Unicode (no lone surrogates), not empty: the document")
DATE: Any = Field(
    default=None,
    description=f"a date YYYY-MM-DD between {FIRST_DATE} and {LAST_DATE}, or null: "
    "the document's, which 年底前 counts from",
)
OFFSETS: Any = Field(
    default=Unit.CODEPOINT, description="codepoint, utf16 or utf8: the unit of length, start and end in the answer"
)
ID: Any = Field(
    default=None,
    min_length=1,
    max_length=200,
    description="a string of 1 to 200 characters, or null: repeated in the answer, a new one if null",
)
MIN_CONFIDENCE = "a number from 0 to 1: entities of less confidence are as if they had not been found"


class Options(BaseModel):
    """What may be said beside any document."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: DocumentDate | None = DATE
    offsets: Unit = OFFSETS
    id: str | None = ID
    labels: list[Label] | None = Field(
        default=None,
        min_length=1,
        fail_fast=True,  # one error, however many are wrong
        description=f"a list of one or more of {', '.join(Label)}, or null: the entities to answer with, all if null",
    )
    min_confidence: float = Field(
        default=0.0,
        ge=0,
        le=1,
        strict=True,
        allow_inf_nan=False,
        description=MIN_CONFIDENCE,
    )

    @property
    def selection(self) -> Selection:
        """Which entities the answer holds."""
        return Selection(frozenset(self.labels or Label), self.min_confidence)


class ExtractRequest(Options):
    """A document to extract from."""

    text: str = TEXT


def _split(value: Any) -> Any:
    return value.split(",") if isinstance(value, str) else value


_LABEL = f"({'|'.join(Label)})"
LABELS_PATTERN = f"{_LABEL}(,{_LABEL})*"
"""Labels where only strings can be sent, in a form and in a query."""
SplitLabels = Annotated[list[Label] | None, BeforeValidator(_split)]
LABELS_SPLIT = f"one or more of {', '.join(Label)}, with commas between: the entities to answer with"


def _boolean(value: Any) -> Any:
    """What JSON and Python call true and false; anything else as it is."""
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


def _or_empty(schema: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [schema, {"type": "string", "maxLength": 0}]})


def _without_default(schema: dict[str, Any]) -> None:
    """A form cannot send null: a field that is not there, or empty, has the default."""
    del schema["default"]


class FileRequest(Options):
    """A file to extract from, as a form, whose fields are strings; those that are empty are as if they were not there."""

    date: Annotated[DocumentDate | None, _or_empty(_DATE)] = Field(
        default=None,
        json_schema_extra=_without_default,
        description=f"a date YYYY-MM-DD between {FIRST_DATE} and {LAST_DATE}, or empty: "
        "the document's, which 年底前 counts from",
    )
    offsets: Annotated[Unit, _or_empty({"type": "string", "enum": list(Unit)})] = Field(
        default=Unit.CODEPOINT, description="codepoint, utf16 or utf8: the unit of length, start and end in the answer"
    )
    id: Annotated[str | None, WithJsonSchema({"type": "string", "maxLength": 200})] = Field(
        default=None,
        min_length=1,
        max_length=200,
        json_schema_extra=_without_default,
        description="a string of 1 to 200 characters, or empty: repeated in the answer, a new one if empty",
    )
    file: Annotated[
        bytes, WithJsonSchema({"type": "string", "contentMediaType": "application/octet-stream", "minLength": 1})
    ] = Field(
        strict=True, description="a file, not empty: txt, md, csv, html, docx, doc, xlsx or pdf, whatever its name"
    )
    labels: Annotated[SplitLabels, WithJsonSchema({"type": "string", "pattern": f"^({LABELS_PATTERN})?$"})] = Field(
        default=None, fail_fast=True, json_schema_extra=_without_default, description=LABELS_SPLIT
    )
    min_confidence: Annotated[float, _or_empty({"type": "number", "minimum": 0, "maximum": 1})] = Field(
        default=0.0,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description=MIN_CONFIDENCE,
    )
    text: Annotated[bool, BeforeValidator(_boolean), _or_empty({"type": "boolean"})] = Field(
        default=False,
        strict=True,
        description="true or false: whether the answer carries the text that the offsets refer to",
    )


class EntityAnswer(Answer):
    """A labelled stretch of the text."""

    id: str = Field(description="Id that the records refer to.")
    label: Label
    text: str = Field(description="Exactly the text from start to end.")
    start: int = Field(ge=0, description="Where it starts.")
    end: int = Field(ge=1, description="Where it ends, exclusive.")
    confidence: float = Field(ge=0, le=1)
    value: Value | None = Field(
        default=None, description="Whether the number is planned or reported; only NUMBER has it."
    )


class ModelAnswer(Answer):
    """The model that answered."""

    name: str
    version: str


class ExtractAnswer(Answer):
    """What was found in a document."""

    id: str = Field(description="The id of the request, or a new one.")
    length: int = Field(description="Length of the text, in the unit of offsets.")
    offsets: Unit = Field(description="The unit of length, start and end.")
    entities: list[EntityAnswer] = Field(description="In reading order, outer before inner.")
    records: list[RecordAnswer]
    model: ModelAnswer


class DocumentAnswer(Answer):
    """What was read out of a file."""

    format: Format = Field(description="What the file is, by its content; md is txt.")
    charset: str | None = Field(description="The charset found; null for formats that say it themselves.")
    pages: int | None = Field(description="Number of pages; null for formats without pages.")
    warnings: list[str] = Field(description="What was left out or may be wrong.")
    text: str | None = Field(default=None, description="The text that the offsets refer to, if the request wants it.")


class ExtractFileAnswer(ExtractAnswer):
    """What was found in a file."""

    document: DocumentAnswer


class LabelAnswer(Answer):
    """A label of entities."""

    label: Label
    name: str = Field(description="Its Chinese name.")
    definition: str = Field(description="What it marks.")
    definition_chinese: str
    id_prefix: str = Field(description="What the ids of its entities begin with.")
    values: list[Value] = Field(description="The values that its entities have one of; empty if they have none.")


class ValueAnswer(Answer):
    """What a NUMBER can be."""

    value: Value
    name: str = Field(description="Its Chinese name.")
    definition: str


class RoleAnswer(Answer):
    """A part that an entity plays for another: a member of a record."""

    role: str = Field(description="The member of records: unit, metric, target, deadline(s) or department(s).")
    source: Label = Field(description="Of what.")
    target: Label = Field(description="Who plays the part.")


class DutyAnswer(Answer):
    """A department's part in a target: the role in a record's assigned."""

    role: Role
    name: str = Field(description="Its Chinese name.")


class LabelsAnswer(Answer):
    """The schema of what is found."""

    labels: list[LabelAnswer] = Field(description="In the order in which everything lists them.")
    values: list[ValueAnswer]
    roles: list[RoleAnswer]
    duties: list[DutyAnswer]


class StatusAnswer(Answer):
    """The state of the service."""

    status: Literal["alive", "ready"]


class VersionAnswer(Answer):
    """What is running."""

    version: str = Field(description="The version of mubiao.")
    model: ModelAnswer


class FieldProblem(Answer):
    """What is wrong with one part of a request."""

    field: str = Field(description="Name of the field, of the header, or body.")
    message: str = Field(description="What is allowed there.")


class Problem(Answer):
    """Problem details after RFC 9457."""

    type: Literal["about:blank"] = "about:blank"
    title: str = Field(description="The phrase of the status.")
    status: int
    detail: str = Field(description="What went wrong, for a person.")
    errors: list[FieldProblem] = Field(description="Where it went wrong, if it can be said.")


class ItemProblem(Problem):
    """Why one document of a batch has no answer; it stands where the answer would."""

    index: int = Field(ge=0, description="The document's place in the request, from 0.")
    id: str | None = Field(description="The id of the request, if it can be read.")
