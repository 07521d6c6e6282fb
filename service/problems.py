"""Errors as the client sees them: RFC 9457 problem details.

The type is always ``about:blank``: the status says what kind of problem it is, ``errors`` where.
"""

from collections.abc import Mapping
from http import HTTPStatus

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

from service import methods
from service.errors import RequestError
from service.schemas import FieldProblem, Problem

MEDIA_TYPE = "application/problem+json"
_CLIENT_CLOSED_REQUEST = 499
"""nginx's status for a client that hung up before its answer; only the log sees it."""
_TITLES = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Content Too Large",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
}
"""What RFC 9110 renamed; older Pythons have the old phrases."""
_DETAILS = {
    HTTPStatus.NOT_FOUND: "There is nothing at this path; /openapi.json lists what there is.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This path does not take this method; the Allow header lists those it takes.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The service failed on this request; the log has the reason.",
}


def of_error(error: RequestError) -> Problem:
    """The problem of an error raised here."""
    errors = [FieldProblem(field=e.field, message=e.message) for e in error.errors]
    return Problem(title=_title(error.status), status=error.status, detail=error.detail, errors=errors)


def of_status(status: HTTPStatus) -> Problem:
    """The problem of a status that says all."""
    return Problem(title=_title(status), status=status, detail=_DETAILS.get(status, _title(status)), errors=[])


def failure(detail: str) -> Problem:
    """The problem of what mubiao itself failed on."""
    return of_status(HTTPStatus.INTERNAL_SERVER_ERROR).model_copy(update={"detail": detail})


def of_document(id: str, problem: Problem) -> bytes:
    """The problem as the result of a document among many, in JSON."""
    return orjson.dumps({"id": id, "error": problem.model_dump()})


def response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as an HTTP response."""
    return Response(orjson.dumps(problem.model_dump()), problem.status, headers, MEDIA_TYPE)


def answer(error: RequestError) -> Response:
    """The answer to a request that cannot be answered."""
    return response(of_error(error), error.headers)


def handle_errors(app: FastAPI) -> None:
    """Answer RequestError, unknown paths and methods with problem details."""

    @app.exception_handler(RequestError)
    async def request_error(request: Request, error: RequestError) -> Response:
        return answer(error)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        headers = _allowed(app, request) if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else error.headers
        return response(of_status(HTTPStatus(error.status_code)), headers)

    @app.exception_handler(ClientDisconnect)
    async def client_gone(request: Request, error: ClientDisconnect) -> Response:
        return Response(status_code=_CLIENT_CLOSED_REQUEST)


def _allowed(app: FastAPI, request: Request) -> dict[str, str]:
    """The methods of all routes of the path; Starlette would name those of the first only."""
    allowed = [
        method
        for method in sorted(methods.KNOWN)
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in app.routes)
    ]
    return {"Allow": ", ".join(allowed)}


def _title(status: HTTPStatus) -> str:
    return _TITLES.get(status, status.phrase)
