"""The kinds of ServiceError.

::

    ServiceError
    ├── RequestError               an HTTP request that cannot be answered; each kind has its status
    │   ├── MalformedBody          400  no JSON in UTF-8
    │   ├── TooLarge               413  the body or its text is over the limit
    │   ├── UnsupportedMediaType   415  neither JSON nor UTF-8, or compressed
    │   ├── InvalidFields          422  a field that is unknown, missing or of a wrong value
    │   ├── QueueFull              429  too much is waiting
    │   └── NotReady               503  the model is not ready yet, or no more
    ├── SettingsError              an environment variable with a wrong value
    └── UnreadableFile             a file that the command line cannot read as text
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
    """The body is no JSON in UTF-8."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self) -> None:
        super().__init__("The body is no JSON.", (FieldError("body", "must be one JSON object in UTF-8"),))


class TooLarge(RequestError):
    """The body, or the text in it, is over the limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, field: str, limit: int, unit: str) -> None:
        super().__init__("The document is too large.", (FieldError(field, f"must be at most {limit} {unit}"),))


class UnsupportedMediaType(RequestError):
    """The body is said to be something else than plain JSON in UTF-8."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE

    def __init__(self, header: str, allowed: str) -> None:
        super().__init__("The body is of a kind that is not read here.", (FieldError(header, f"must be {allowed}"),))


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
    """A file that cannot be read as text."""
