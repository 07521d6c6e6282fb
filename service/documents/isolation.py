"""Reading a file in a process of its own, which may hang, crash or eat memory without harm to this one."""

import asyncio
import sys
from dataclasses import asdict, dataclass, field

import orjson
import structlog

from service.documents import child
from service.documents.errors import DocumentError, OverLimit, UnreadableDocument, UnsupportedDocument
from service.documents.model import Format, Limits, Reading

_ERRORS = {cls.__name__: cls for cls in (UnreadableDocument, UnsupportedDocument)}
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may cost: in itself, in seconds and in bytes of memory."""

    limits: Limits = field(default_factory=Limits)
    seconds: float = 60
    memory: int = 2_000_000_000


async def read(content: bytes, bounds: Bounds) -> Reading:
    """The text of a file.

    The process is killed when the time is over and when the call is cancelled. Raises DocumentError, also for a file
    that the process does not survive.
    """
    if len(content) > bounds.limits.bytes:
        raise OverLimit(bounds.limits.bytes, "bytes")
    # -P: the folder that this runs in must not provide modules.
    command = (sys.executable, "-P", "-m", child.__name__, orjson.dumps(asdict(bounds)).decode())
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(bounds.seconds):
            output, _ = await process.communicate(content)
    except TimeoutError:
        raise UnreadableDocument(f"must be readable within {bounds.seconds:g} seconds") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        _log.warning("a document ended the process that read it", returncode=process.returncode)
        raise UnreadableDocument("must be whole: reading it fails")
    return _reading(orjson.loads(output))


def _reading(answer: dict[str, object]) -> Reading:
    """What child wrote; the file may have had a hand in it, so that only values are taken from it."""
    match answer:
        case {"text": str(text), "format": str(format), "warnings": list(warnings)}:
            charset, pages = answer.get("charset"), answer.get("pages")
            return Reading(
                text,
                Format(format),
                charset if isinstance(charset, str) else None,
                pages if isinstance(pages, int) else None,
                tuple(map(str, warnings)),
            )
        case {"error": str(), "limit": int(limit), "unit": str(unit)}:
            raise OverLimit(limit, unit)
        case {"error": str(kind), "message": str(message)}:
            if cause := answer.get("cause"):
                _log.warning("a reader failed on a document", cause=cause)
            raise _ERRORS.get(kind, DocumentError)(message)
    raise UnreadableDocument("must be whole: reading it fails")
