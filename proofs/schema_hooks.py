"""What Schemathesis is told beside the OpenAPI document: how to send NDJSON, that answers of NDJSON are lines, and that a
job that was erased is gone."""

import json
from typing import Any

import schemathesis

_OF_A_JOB = "/jobs/{id}"


@schemathesis.serializer("application/x-ndjson")
def to_lines(context: schemathesis.SerializationContext, value: Any) -> Any:
    """A line, where the schema says what is in one; else the lines as they are."""
    if isinstance(value, dict):
        return json.dumps(value, default=str).encode() + b"\n"
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.deserializer("application/x-ndjson")
def from_lines(context: schemathesis.DeserializationContext, response: schemathesis.Response) -> Any:
    """What the schema says that it is: a string."""
    return response.content.decode()


@schemathesis.check
def erased_is_gone(
    context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """After a DELETE that was answered with 204 nothing about the job succeeds."""
    if not case.operation.path.startswith(_OF_A_JOB) or response.status_code >= 400:
        return
    known = context.internals
    for before in known.find_related(case_id=case.id):
        answered = known.find_response(case_id=before.id)
        same = before.operation.path == _OF_A_JOB and before.path_parameters == case.path_parameters
        if same and before.method == "DELETE" and answered and answered.status_code == 204:
            raise AssertionError(f"{case.method} of a job that was erased: {response.status_code}")
