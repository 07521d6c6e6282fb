"""What Schemathesis is told beside the OpenAPI document: how to send NDJSON, and that answers of NDJSON are lines."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def to_lines(context: schemathesis.SerializationContext, value: Any) -> Any:
    """The body as it is: the schema's values are strings."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.deserializer("application/x-ndjson")
def from_lines(context: schemathesis.DeserializationContext, response: schemathesis.Response) -> Any:
    """What the schema says that it is: a string."""
    return response.content.decode()
