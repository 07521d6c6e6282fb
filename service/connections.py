"""The HTTP connections: uvicorn's, with an end to those that are silent, slow or too many.

uvicorn itself ends only connections that stay silent after an answer. Bodies have their own deadline
(service.body_deadline), which is answered with 408.
"""

import asyncio
import resource
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from service import problems
from service.errors import MalformedHead
from service.settings import ConnectionSettings

_LINGER = 5
"""Seconds for a client to read an answer that came before its body had, or before the connection ends."""
_FILES_FOR_OTHERS = 200
"""File descriptors that are not for connections."""


def make_room(settings: ConnectionSettings) -> int:
    """Raise this process's limit of open files as far as it may and needs; how many connections fit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.most + _FILES_FOR_OTHERS
    files = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return max(10, files - _FILES_FOR_OTHERS)


def protocol(settings: ConnectionSettings, most: int) -> type["Connection"]:
    """The class of connections for uvicorn, of which there may be ``most`` at once in this process."""
    own = {"limits": settings, "most": most, "idle": OrderedDict(), "behind": OrderedDict()}
    return type("_Connection", (Connection,), own)


class Connection(H11Protocol):
    """A connection that ends when it is silent, when the head of a request or the reading of an answer takes too long."""

    limits: ConnectionSettings
    most: int
    idle: "OrderedDict[Connection, None]"
    """Those that wait for a request or the rest of its head, longest first."""
    behind: "OrderedDict[Connection, None]"
    """Those whose next request was there before the answer to the last, longest first. One of them a round of the event loop
    goes on: however many requests are sent ahead, others come in between."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._completing = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """It waits for its first request; the one that waits longest makes room for it if there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.most and self.idle:
            next(iter(self.idle))._end()
        self._wait_for_request()

    def data_received(self, data: bytes) -> None:
        """A part of a request: the head of one must be whole in time."""
        super().data_received(data)
        if self.transport.is_closing() or self in self.behind:
            return
        if self._answering():
            self._is_asked()
        elif "linger" in self._timers:
            if self.conn.their_state is not h11.SEND_BODY:
                self._wait_for_request()
        elif "head" not in self._timers:
            self._cancel("idle")
            self._after("head", self.limits.header_seconds, self._end)

    def on_response_complete(self) -> None:
        """The next request may come, unless the body of this one still does: then not for long."""
        self._completing = True
        super().on_response_complete()
        self._completing = False
        self._unset_keepalive_if_required()  # what follows sees to that
        if self.transport.is_closing():
            self._after("linger", _LINGER, self._abort)
        elif self in self.behind:
            self._cancel("idle", "head")
        elif self.conn.their_state is h11.SEND_BODY:
            self._after("linger", _LINGER, self._end)
        else:
            self._wait_for_request()

    def handle_events(self) -> None:
        """Go on with what has been received; with a request that was sent ahead, when it is its turn."""
        if self._completing and self.conn.trailing_data[0]:
            if not self.behind:
                self.loop.call_soon(self._next_behind)
            self.behind[self] = None
        elif self not in self.behind:
            super().handle_events()

    def shutdown(self) -> None:
        """What has been received is still answered."""
        if self in self.behind:
            self._go_on()
        super().shutdown()

    def pause_writing(self) -> None:
        """The client does not read as fast as it is answered."""
        super().pause_writing()
        self._after("send", self.limits.send_seconds, self._abort)

    def resume_writing(self) -> None:
        """It has read on."""
        self._cancel("send")
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is to be waited for."""
        self._cancel(*list(self._timers))
        self.idle.pop(self, None)
        self.behind.pop(self, None)
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP as all problems are."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):  # amid the answer to a request before
            self._abort()
            return
        error = MalformedHead()
        answer = problems.answer(error)
        status = HTTPStatus(error.status)
        headers = [*answer.raw_headers, (b"connection", b"close")]
        events = (
            h11.Response(status_code=status, headers=headers, reason=status.phrase.encode()),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
        self._end()

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _next_behind(self) -> None:
        if self.behind:
            next(iter(self.behind))._go_on()
        if self.behind:
            self.loop.call_soon(self._next_behind)

    def _go_on(self) -> None:
        del self.behind[self]
        if self.transport.is_closing():
            return
        self.handle_events()
        if self._answering():
            self._is_asked()
        elif not self.transport.is_closing():  # only a part of it was there
            self._wait_for_request()

    def _is_asked(self) -> None:
        """There is a request."""
        self._cancel("idle", "head")
        self.idle.pop(self, None)

    def _wait_for_request(self) -> None:
        self._cancel("linger", "head")
        self.idle[self] = None
        self.idle.move_to_end(self)
        self._after("idle", self.limits.idle_seconds, self._end)

    def _after(self, name: str, seconds: float, act: Callable[[], None]) -> None:
        if name not in self._timers or name == "idle":
            self._cancel(name)
            self._timers[name] = self.loop.call_later(seconds, act)

    def _cancel(self, *names: str) -> None:
        for name in names:
            if timer := self._timers.pop(name, None):
                timer.cancel()

    def _end(self) -> None:
        """Close when what was written is read, soon in any case."""
        self.idle.pop(self, None)
        self.transport.close()
        self._after("linger-end", _LINGER, self._abort)

    def _abort(self) -> None:
        self.transport.abort()
