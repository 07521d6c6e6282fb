"""What the client raises.

::

    ClientError
    ├── NoAnswer            no connection, or none that lasted, after all attempts; its cause is httpx's error
    ├── UnexpectedAnswer    an answer that is not the service's: of a proxy, say, or of another program
    └── ProblemError        the service's own problem (RFC 9457)
        ├── RequestRefused  400, 404, 409, 410, 413, 415, 422 …: the request must be another one
        ├── NotAllowed      401, 403: the API key is missing, wrong or may not do this
        ├── Busy            429, 503: after all attempts, or where it says to wait longer than the client may
        └── ServiceFailed   500 and above: the service's log has the reason, under ``request_id``
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mubiao_client.answers import FieldProblem


class ClientError(Exception):
    """Root of all errors of this client."""


class NoAnswer(ClientError):
    """The service could not be reached."""


class UnexpectedAnswer(ClientError):
    """The answer is not the service's."""


class ProblemError(ClientError):
    """The service answered with a problem.

    ``errors`` names each field that is wrong and what is allowed; ``retry_after`` is in seconds; ``request_id`` is what
    the service's log knows the request by.
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        errors: tuple[FieldProblem, ...] = (),
        retry_after: float | None = None,
        request_id: str | None = None,
    ) -> None:
        # All of them, or the error could not be unpickled: it would not come out of another process.
        super().__init__(status, title, detail, errors, retry_after, request_id)
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = errors
        self.retry_after = retry_after
        self.request_id = request_id

    def __str__(self) -> str:
        fields = "".join(f"; {error.field} {error.message}" for error in self.errors)
        return f"{self.status} {self.title}: {self.detail}{fields}"


class RequestRefused(ProblemError):
    """The request must be another one."""


class NotAllowed(ProblemError):
    """The API key is missing, wrong, or may not do this."""


class Busy(ProblemError):
    """The service has too much to do, or is not ready."""


class ServiceFailed(ProblemError):
    """The service failed."""


def kind(status: int) -> type[ProblemError]:
    """The error for a status."""
    if status in (429, 503):
        return Busy
    if status in (401, 403):
        return NotAllowed
    return ServiceFailed if status >= 500 else RequestRefused
