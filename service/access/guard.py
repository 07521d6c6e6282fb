"""The middleware that asks for a key and counts what it asks for."""

import base64
import contextlib
import re

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service import problems
from service.access.keys import Key, KeyRing
from service.access.limits import Limits, whole_seconds
from service.errors import RequestError, TooMany, Unauthorized
from service.settings import AccessSettings

_OPEN = frozenset({"/", "/livez", "/readyz", "/version", "/openapi.json", "/labels"})
"""What needs no key: how the service is, what it is, and its page, which sends a key with what it asks for."""
_OPEN_FOLDER = "/page/"
_METRICS = "/metrics"
KEY_HEADER = "X-API-Key"
_BEARER = re.compile(r"(?i:bearer) +(\S+) *")
_BASIC = re.compile(r"(?i:basic) +(\S+) *")
EVERYONE = ""
"""Whom requests are of if there are no keys."""


class Guard:
    """ASGI middleware: 401 without a valid key, 429 beyond the limits of the key.

    With ``keys`` None everyone is let in, and all requests are counted together. Whose a request is, ``caller`` tells.
    """

    def __init__(self, app: ASGIApp, keys: KeyRing | None, limits: Limits, settings: AccessSettings) -> None:
        self._app = app
        self._keys = keys
        self._limits = limits
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            key = self._authenticate(Headers(scope=scope)) if self._keys else None
            id, rate, concurrency = self._allowance(key)
            if wait := self._limits.admit(id, rate):
                raise TooMany("requests a minute", whole_seconds(wait))
            if not self._limits.enter(id, concurrency):
                raise TooMany("requests at once", 1)
        except RequestError as error:
            await problems.answer(error)(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = id
        try:
            await self._app(scope, receive, send)
        finally:
            self._limits.leave(id, concurrency)

    def _is_open(self, path: str) -> bool:
        return path in _OPEN or path.startswith(_OPEN_FOLDER) or (path == _METRICS and self._settings.metrics_open)

    def _authenticate(self, headers: Headers) -> Key:
        assert self._keys
        given, authorization = headers.get(KEY_HEADER), headers.get("authorization")
        secret = (
            _secret(authorization or "") if given is None else given
        )  # Authorization may be for a proxy before this
        if key := self._keys.find(secret):
            return key
        raise Unauthorized(presented=given is not None or authorization is not None)

    def _allowance(self, key: Key | None) -> tuple[str, int | None, int | None]:
        own = self._settings
        if key is None:
            return EVERYONE, own.rate, own.concurrency
        return key.id, key.rate or own.rate, key.concurrency or own.concurrency


def caller(request: Request) -> str:
    """The id of the key that a request came with; EVERYONE where none is asked for."""
    id: str = request.state.caller
    return id


def _secret(given: str) -> str:
    """The key in an Authorization header: the token, or the password of whatever user, which is all that Label Studio
    can send."""
    if match := _BEARER.fullmatch(given):
        return match[1]
    if match := _BASIC.fullmatch(given):
        with contextlib.suppress(ValueError):
            return base64.b64decode(match[1], validate=True).decode().partition(":")[2]
    return ""
