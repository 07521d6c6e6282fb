"""What is sent of a corrected document."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from annotations.schema import Label, Role, Value
from service.offsets import Unit
from service.records import Role as Duty
from service.schemas import DATE, ID, OFFSETS, TEXT, DocumentDate

_MOST_TARGETS = 1_000
_ENTITY_ID: Any = Field(min_length=1, max_length=64)
_CONFIG = ConfigDict(extra="forbid", frozen=True, strict=False)


class ExportFormat(StrEnum):
    """A format: the ledger as a workbook or as text, the answers, or annotated documents."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    LABEL_STUDIO = "label-studio"
    GOLD = "gold"


class CorrectedEntity(BaseModel):
    """A labelled stretch, found or set by a person; ``confidence`` is 1 for the latter."""

    model_config = _CONFIG

    id: str = _ENTITY_ID
    label: Label
    start: int = Field(ge=0, strict=True)
    end: int = Field(ge=1, strict=True)
    value: Value | None = None
    confidence: float = Field(default=1, ge=0, le=1, strict=True)
    text: str | None = None
    """Not read: so that an answer's entities can be sent back as they are."""


class CorrectedLink(BaseModel):
    """``role`` of the record of ``source`` is exactly ``targets``, whatever the rules say."""

    model_config = _CONFIG

    source: str = _ENTITY_ID
    role: Role
    targets: list[Annotated[str, _ENTITY_ID]] = Field(max_length=_MOST_TARGETS)


class CorrectedDocument(BaseModel):
    """A document with its entities as they should be."""

    model_config = _CONFIG

    text: str = TEXT
    entities: list[CorrectedEntity] = Field(
        description="a list of {id, label, start, end, value for a NUMBER only, confidence}: stretches of the text, "
        "in the unit of offsets and between characters, each id once"
    )
    links: list[CorrectedLink] = Field(
        default=[],
        description="a list of {source, role, targets}: source the id of a NUMBER (or, for deadline and department, of a "
        "TARGET), targets those of entities with the role's label, one at most of unit, metric and target",
    )
    duties: dict[Annotated[str, _ENTITY_ID], Duty] = Field(
        default={},
        description=f"an object of ids of DEPARTMENTs to {', '.join(Duty)}: their parts, whatever the words around them say",
    )
    date: DocumentDate | None = DATE
    offsets: Unit = OFFSETS
    id: str | None = ID


class _Unread:
    """In the schema a CorrectedDocument, but not validated with the others: an error shall say which of them it is of."""

    @staticmethod
    def __get_pydantic_json_schema__(schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(CorrectedDocument.__pydantic_core_schema__)


class ExportRequest(BaseModel):
    """Corrected documents to be written as a file."""

    model_config = _CONFIG

    format: ExportFormat = Field(description=f"one of {', '.join(ExportFormat)}: the format of the file")
    documents: list[Annotated[dict[str, Any], _Unread]] = Field(
        min_length=1, fail_fast=True, description="a list of documents as POST /records takes them, not empty"
    )


class SavedAnswer(BaseModel):
    """Where a document was saved."""

    model_config = _CONFIG

    name: str = Field(description="Name of its file in the folder of training data.")
    state: Literal["new", "replaced"] = Field(description="Whether the document was there before.")
