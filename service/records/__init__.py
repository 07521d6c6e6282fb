"""Spans and document structure → records: the rows of the ledger that an assessment officer keeps."""

from service.records.assembly import build
from service.records.model import (
    Anchor,
    Assignment,
    Due,
    Duration,
    Progress,
    Quantity,
    Record,
    Relation,
    Role,
    as_dict,
)
from service.records.passages import Passages
from service.records.pins import Pin, Pins

__all__ = [
    "Anchor",
    "Assignment",
    "Due",
    "Duration",
    "Passages",
    "Pin",
    "Pins",
    "Progress",
    "Quantity",
    "Record",
    "Relation",
    "Role",
    "as_dict",
    "build",
]
