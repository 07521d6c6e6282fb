"""Reading the files that are sent: so many at once, so many waiting."""

import asyncio

from service.documents import DocumentError, OverLimit, Reading, UnsupportedDocument, isolation
from service.errors import FieldError, InvalidFields, QueueFull, RequestError, TooLarge, UnsupportedMediaType
from service.settings import FileSettings


class FileReader:
    """Reads files in processes of their own; ``characters`` is how long their texts may be."""

    def __init__(self, settings: FileSettings, characters: int, retry_after: int) -> None:
        self._bounds = settings.bounds(characters)
        self._most = settings.processes + settings.waiting
        self._retry_after = retry_after
        self._slots = asyncio.Semaphore(settings.processes)
        self._accepted = 0

    async def read(self, content: bytes) -> Reading:
        """The text of a file. Cancelling ends the process that reads it.

        Raises QueueFull, TooLarge, UnsupportedMediaType and InvalidFields.
        """
        if self._accepted >= self._most:
            raise QueueFull(self._retry_after)
        self._accepted += 1
        try:
            async with self._slots:
                return await isolation.read(content, self._bounds)
        except DocumentError as error:
            raise refusal(error) from None
        finally:
            self._accepted -= 1


def refusal(error: DocumentError) -> RequestError:
    """The answer to a request whose ``file`` cannot be read."""
    if isinstance(error, OverLimit):
        return TooLarge("file", error.limit, error.unit)
    if isinstance(error, UnsupportedDocument):
        return UnsupportedMediaType("file", str(error))
    return InvalidFields((FieldError("file", str(error)),))
