"""How records look over HTTP: the dataclasses of service.records.model, described field by field."""

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from annotations.schema import Value
from service.records import Relation, Role


class Answer(BaseModel):
    """Part of an answer; forbids extra fields, so that tests find what an answer holds and its schema does not."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class QuantityAnswer(Answer):
    """A number as a computer can compare it."""

    comparator: Literal["=", "≥", ">", "≤", "<", "≈", "range"] | None = Field(
        description="Null if the number is not understood; reason then says why."
    )
    min: str | None = Field(description="Plain decimal in unit; null where only max is set.")
    max: str | None = Field(description="Plain decimal in unit; null where only min is set.")
    unit: str | None = Field(description="Canonical unit; 万, 亿 and 成 are factored into min and max.")
    unit_written: str | None = Field(description="The unit as it stands in the text.")
    dimension: str | None = Field(description="What kind of unit it is; empty for shares, null if not known.")
    relation: Relation | None = Field(description="What the number says where it is not simply a level.")
    direction: Literal["up", "down"] | None = Field(description="Of a change.")
    base: str | None = Field(description="The level that a change starts from.")
    per: str | None = Field(description="What the number is counted on: 人, 户, 1000人.")
    reason: str | None = Field(description="Why the number is not understood.")


class AnchorAnswer(Answer):
    """The date that a deadline is counted from."""

    date: str = Field(description="ISO: a year, a month or a day.")
    source: str = Field(description="Where it comes from: request, heading, title, number, publication or signature.")


class DurationAnswer(Answer):
    """A length of time."""

    count: int
    unit: Literal["workday", "minute", "hour", "day", "week", "month", "year"]


class DueAnswer(Answer):
    """When a goal is due."""

    deadline: str = Field(description="Id of the DEADLINE.")
    from_: datetime.date | None = Field(alias="from", description="First day; null if open or not known.")
    to: datetime.date | None = Field(description="Last day, inclusive; null if open or not known.")
    precision: str | None = Field(
        description="What the text names: day, month, quarter, year, duration, open, immediate …"
    )
    anchor: AnchorAnswer | None = Field(description="Null where the text names its own year.")
    duration: DurationAnswer | None = Field(description="Of 20个工作日内 and the like.")
    reason: str | None = Field(
        description="Why there are no dates: anchor, day, event, recurring, duration, season, several, form."
    )


class AssignedAnswer(Answer):
    """A department and its part in the goal."""

    department: str = Field(description="Id of the DEPARTMENT.")
    name: str = Field(description="Its name without blanks and line breaks.")
    role: Role
    place: str | None = Field(
        description="The issuer's place that the name leaves off (岚溪县 of 县民政局); null where it has its own or none is known."
    )


class ProgressAnswer(Answer):
    """A reported number measured against a planned one."""

    against: str = Field(description="Id of the planned NUMBER.")
    ratio: str = Field(description="Reported by planned, a decimal of four places.")


class RecordAnswer(Answer):
    """A row of the ledger: a number with what belongs to it, or a target without a number, or whose numbers are others' duty."""

    target: str | None = Field(description="Id of the TARGET.")
    metric: str | None = Field(description="Id of the METRIC.")
    number: str | None = Field(description="Id of the NUMBER.")
    unit: str | None = Field(description="Id of the UNIT.")
    deadlines: list[str] = Field(description="Ids of the DEADLINEs, nearest first.")
    departments: list[str] = Field(description="Ids of the DEPARTMENTs, nearest first.")
    value: Value | None = Field(description="Whether the number is planned or reported.")
    quantity: QuantityAnswer | None
    due: DueAnswer | None = Field(description="The first of dues.")
    assigned: list[AssignedAnswer] = Field(description="One for each of departments.")
    progress: ProgressAnswer | None = Field(description="Of a reported number whose plan is in the document.")
    dues: list[DueAnswer] = Field(description="One for each of deadlines.")
