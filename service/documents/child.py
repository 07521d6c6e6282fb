"""The process that reads one file: its content comes on standard input, JSON goes to standard output.

Run by service.documents.isolation as ``python -m service.documents.child BOUNDS``.
"""

import resource
import sys
from dataclasses import asdict
from typing import Any

import orjson

from service.documents import read
from service.documents.errors import DocumentError, OverLimit
from service.documents.model import Limits


def main(bounds: dict[str, Any], content: bytes) -> dict[str, Any]:
    """The Reading of a file, or the DocumentError that says why there is none, as JSON values."""
    try:
        return asdict(read(content, Limits(**bounds["limits"])))
    except OverLimit as error:
        return {"error": "OverLimit", "limit": error.limit, "unit": error.unit}
    except DocumentError as error:
        return {"error": type(error).__name__, "message": str(error), "cause": _told(error.__cause__)}


def _told(cause: BaseException | None) -> dict[str, Any] | None:
    if cause is None:
        return None
    from service.logs import without_text  # what it imports takes longer than reading a text

    return without_text(cause)


def _limit(bounds: dict[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (bounds["memory"], bounds["memory"]))
    # Should this process outlive the one that would kill it.
    seconds = int(bounds["seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    given = orjson.loads(sys.argv[1])
    _limit(given)
    sys.stdout.buffer.write(orjson.dumps(main(given, sys.stdin.buffer.read())))
