"""One log line a request, its id, and the answer to what nobody else caught."""

import re
import time
import uuid
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service import methods, problems
from service.logs import without_text
from service.metrics import Metrics

REQUEST_ID_HEADER = "X-Request-ID"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CANCELLED = 499
"""What is counted of a request that ended without an answer."""
_log = structlog.get_logger()


class RequestLog:
    """ASGI middleware around everything.

    Logs the matched route and never the path, which the client chooses, nor a method that is none. A request id is taken from the request if it
    is short and plain, and goes back in the answer's headers. An exception becomes a 500. ``metrics`` counts it all.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        status: int | None = None
        server_timing = ""

        async def send_with_id(message: Message) -> None:
            nonlocal status, server_timing
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID_HEADER] = request_id
                server_timing = headers.get("Server-Timing", "")
            await send(message)

        self._metrics.in_progress.inc()
        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer and the log a line
            _log.error("unexpected error", request_id=request_id, **without_text(error))
            if status is None:
                failure = problems.response(problems.of_status(HTTPStatus.INTERNAL_SERVER_ERROR))
                await failure(scope, receive, send_with_id)
        finally:
            self._metrics.in_progress.dec()
            route, seconds = getattr(scope.get("route"), "path", None), time.perf_counter() - started
            self._metrics.answered(scope["method"], route, status or _CANCELLED, seconds, server_timing)
            _log.info(
                "request",
                method=methods.shown(scope["method"]),
                route=route,
                status=status,
                seconds=round(seconds, 4),
                request_id=request_id,
                length=scope["state"].get("length"),
            )
