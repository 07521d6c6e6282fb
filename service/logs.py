"""Logs: one JSON object a line on standard output, never with document text.

The message of an exception may quote what was being read, so only its type and place are logged; messages of
MubiaoError keep to the rule that they never quote text.
"""

import logging
import sys
import traceback
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

from annotations.errors import MubiaoError

_QUOTING = ("python_multipart", "mcp.server.transport_security")
"""Loggers whose warnings quote what a client sent; the client is told in the answer."""


def configure(stream: TextIO | None = None) -> None:
    """Send what structlog and the standard library log to ``stream`` (default: standard output), process-wide."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exception_without_text,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in _QUOTING:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def without_text(error: BaseException) -> dict[str, Any]:
    """What may be logged of an exception: its type and where it was raised, the message only of our own errors."""
    told: dict[str, Any] = {
        "error": type(error).__name__,
        "at": [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)],
    }
    return told | {"message": str(error)} if isinstance(error, MubiaoError) else told


def _exception_without_text(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """For exceptions that others log, such as uvicorn."""
    info = event.pop("exc_info", None)
    if isinstance(info, tuple) and info[1]:
        event.update(without_text(info[1]))
    return event


def _dumps(event: dict[str, Any], **options: Any) -> str:
    return orjson.dumps(event, **options).decode()
