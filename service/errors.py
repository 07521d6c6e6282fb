"""The kinds of ServiceError.

::

    ServiceError
    ├── RequestError               an HTTP request that cannot be answered; each kind has its status
    │   ├── MalformedBody          400  no JSON in UTF-8, or no form
    │   ├── MalformedHead          400  no HTTP
    │   ├── Unauthorized           401  no API key, or one that is not valid
    │   ├── TooSlow                408  the body takes too long to arrive
    │   ├── NotAllowed             403  what the settings do not allow
    │   ├── TooLarge               413  the body, its text or its file is over a limit
    │   ├── UnsupportedMediaType   415  neither JSON nor a form, compressed, or a file in another format
    │   ├── NoSuchJob              404  no job has this id
    │   ├── KeyInUse               409  the request that used this Idempotency-Key first is not answered yet
    │   ├── KeyReused              422  the Idempotency-Key was used for another request
    │   ├── InvalidFields          422  a field that is unknown, missing or of a wrong value
    │   ├── QueueFull              429  too much is waiting
    │   ├── TooMany                429  the key asks too often, or for too much at once
    │   ├── NotReady               503  the model is not ready yet, or no more
    │   └── JobsUnavailable        503  the database of the jobs cannot be used
    ├── SettingsError              an environment variable with a wrong value
    ├── ListenError                an address that cannot be listened on
    ├── KeysError                  a file of API keys that cannot be read or written
    ├── WorkerFailed               worker processes that end before they are ready
    ├── UnreadableFile             a file that the command line cannot read
    ├── UnwritableFile             a file that the command line cannot write
    ├── RunError                   a run of mubiao annotate that cannot begin, go on or end
    └── DocumentError              a file whose content cannot be read (see service.documents.errors for its kinds)
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar, Self

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

    def within(self, place: str) -> Self:
        """The same error, its fields being those of what stands at a ``place`` of the request."""
        self.errors = tuple(FieldError(f"{place}.{error.field}", error.message) for error in self.errors)
        return self

    @property
    def headers(self) -> dict[str, str]:
        """What the answer's headers say about it."""
        return {"Retry-After": str(self.retry_after)} if self.retry_after else {}


class Unauthorized(RequestError):
    """The request has no API key, or one that is not valid."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, presented: bool) -> None:
        super().__init__(
            "This service needs an API key.",
            (FieldError("Authorization", "must be Bearer, a space, and a valid API key; or X-API-Key must be one"),),
        )
        self._presented = presented

    @property
    def headers(self) -> dict[str, str]:
        """The challenge, after RFC 6750: an error only if a key was presented."""
        return {"WWW-Authenticate": 'Bearer realm="mubiao"' + (', error="invalid_token"' if self._presented else "")}


class TooSlow(RequestError):
    """The body takes longer to arrive than it may."""

    status = HTTPStatus.REQUEST_TIMEOUT

    def __init__(self) -> None:
        super().__init__("The body takes too long to arrive.", (FieldError("body", "must arrive faster"),))


class MalformedBody(RequestError):
    """The body is not what its content type says."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, message: str) -> None:
        super().__init__("The body cannot be parsed.", (FieldError("body", message),))


class MalformedHead(RequestError):
    """What came over the connection is no HTTP request, or its head is too long."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self) -> None:
        super().__init__("This is no HTTP request, or its head is too long.")


class NotAllowed(RequestError):
    """The settings do not allow it."""

    status = HTTPStatus.FORBIDDEN


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


class NoSuchJob(RequestError):
    """There is no job with this id, or none any more."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such job.")


class KeyInUse(RequestError):
    """The request that used this Idempotency-Key first is not answered yet."""

    status = HTTPStatus.CONFLICT

    def __init__(self, retry_after: int) -> None:
        super().__init__("A request with this Idempotency-Key is being received.", retry_after=retry_after)


class KeyReused(RequestError):
    """The Idempotency-Key was used for another request."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used for another request.",
            (FieldError("Idempotency-Key", "must be a new one for other documents or options"),),
        )


class QueueFull(RequestError):
    """More text is waiting than the queue holds."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many documents are waiting; try again later.", retry_after=retry_after)


class TooMany(RequestError):
    """A key asks for more than its limits allow; ``unit`` says of what."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, unit: str, retry_after: int) -> None:
        super().__init__(f"There are too many {unit}; try again later.", retry_after=retry_after)


class NotReady(RequestError):
    """The model is not warm yet, has failed, or the service is shutting down."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, retry_after: int) -> None:
        super().__init__("The model is not ready; try again later.", retry_after=retry_after)


class JobsUnavailable(RequestError):
    """The database that jobs are kept in cannot be used."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, retry_after: int) -> None:
        super().__init__("Jobs cannot be kept at the moment; try again later.", retry_after=retry_after)


class SettingsError(ServiceError):
    """An environment variable with a wrong value."""


class ListenError(ServiceError):
    """An address that cannot be listened on."""


class KeysError(ServiceError):
    """A file of API keys that cannot be read or written."""


class WorkerFailed(ServiceError):
    """Worker processes that end, again and again, before they are ready."""


class UnreadableFile(ServiceError):
    """A file of the command line that cannot be read."""


class UnwritableFile(ServiceError):
    """A file of the command line that cannot be written."""


class RunError(ServiceError):
    """A run of ``mubiao annotate`` that cannot begin, go on or end."""
