"""The Python client of the mubiao service.

::

    client, async_client   Client and AsyncClient: one call for each thing that the service does
    calls                  what each of these calls sends, and how its answer is read
    batches                many documents in requests of bounded size, gone on with where one broke off
    retry                  when and how long after a failure a call is sent again
    answers                what the service answers, as frozen dataclasses
    errors                 what is raised
"""

from mubiao_client.answers import (
    Anchor,
    Assigned,
    Document,
    Due,
    Duration,
    Entity,
    Extraction,
    Failure,
    FieldProblem,
    FileReading,
    Job,
    Labels,
    Model,
    Progress,
    Quantity,
    Record,
    Version,
)
from mubiao_client.async_client import AsyncClient
from mubiao_client.client import Client
from mubiao_client.errors import (
    Busy,
    ClientError,
    NoAnswer,
    NotAllowed,
    ProblemError,
    RequestRefused,
    ServiceFailed,
    UnexpectedAnswer,
)
from mubiao_client.retry import Retry

__all__ = [
    "Anchor",
    "Assigned",
    "AsyncClient",
    "Busy",
    "Client",
    "ClientError",
    "Document",
    "Due",
    "Duration",
    "Entity",
    "Extraction",
    "Failure",
    "FieldProblem",
    "FileReading",
    "Job",
    "Labels",
    "Model",
    "NoAnswer",
    "NotAllowed",
    "ProblemError",
    "Progress",
    "Quantity",
    "Record",
    "RequestRefused",
    "Retry",
    "ServiceFailed",
    "UnexpectedAnswer",
    "Version",
]
