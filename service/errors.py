"""The kinds of ServiceError.

::

    ServiceError
    ├── RequestError               an HTTP request that cannot be answered; each kind has its status
    │   ├── MalformedBody          400  no JSON in UTF-8, or no form
    │   ├── TooLarge               413  the body, its text or its file is over a limit
    │   ├── UnsupportedMediaType   415  neither JSON nor a form, compressed, or a file in another format
    │   ├── InvalidFields          422  a field that is unknown, missing or of a wrong value
    │   ├── QueueFull              429  too much is waiting
    │   └── NotReady               503  the model is not ready yet, or no more
    ├── SettingsError              an environment variable with a wrong value
    ├── UnreadableFile             a file that the command line cannot read
    └── DocumentError              a file whose content cannot be read (see service.documents.errors for its kinds)
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from annotations.errors import ServiceError


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one part of a request: ``message`` says what is allowed there."""

    field: str
    message: str


class RequestError(ServiceError):
    """An HTTP request that cannot be answered.

    ``detail`` and the messages in ``errors`` are for the client and never repeat what it sent; ``retry_after`` is in
    seconds.
    """

    status: ClassVar[HTTPStatus]

    def __init__(self, detail: str, errors: tuple[FieldError, ...] = (), retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.retry_after = retry_after


class MalformedBody(RequestError):
    """The body is not what its content type says."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, message: str) -> None:
        super().__init__("The body cannot be parsed.", (FieldError("body", message),))


class TooLarge(RequestError):
    """The body, or the text or the file in it, is over a limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, field: str, limit: int, unit: str) -> None:
        super().__init__("The document is too large.", (FieldError(field, f"must be at most {limit} {unit}"),))


class UnsupportedMediaType(RequestError):
    """The body, or the file in it, is of a kind that is not read here."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE

    def __init__(self, field: str, message: str) -> None:
        super().__init__("The body is of a kind that is not read here.", (FieldError(field, message),))


class InvalidFields(RequestError):
    """Fields that are unknown, missing, of a wrong type or of a wrong value."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("The request has fields that are not allowed.", errors)


class QueueFull(RequestError):
    """More text is waiting than the queue holds."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many documents are waiting; try again later.", retry_after=retry_after)


class NotReady(RequestError):
    """The model is not warm yet, has failed, or the service is shutting down."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, retry_after: int) -> None:
        super().__init__("The model is not ready; try again later.", retry_after=retry_after)


class SettingsError(ServiceError):
    """An environment variable with a wrong value."""


class UnreadableFile(ServiceError):
    """A file of the command line that cannot be read."""
