"""Receiving a body ahead of who reads it, up to so many bytes."""

import asyncio
from collections import deque

from starlette.types import Message, Receive

from service.errors import RequestError

_FAILED = "failed"
"""Type of a message, no ASGI one, that holds what receiving raised: the client was too slow."""


class Ahead:
    """An ASGI ``receive`` that ``run`` fills, a task of its own.

    It holds at most ``limit`` bytes (and one message more) and lets the client wait while it is full: who sends all
    before reading anything can so send that much, whatever becomes of the answers. The client's hanging up is noticed
    even while nobody reads.
    """

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._held: deque[Message] = deque()
        self._bytes = 0
        self._changed = asyncio.Condition()

    async def run(self) -> None:
        """Receive until the client has hung up."""
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._bytes <= self._limit)
            try:
                message = await self._receive()
            except RequestError as error:
                message = {"type": _FAILED, "error": error}
            async with self._changed:
                self._held.append(message)
                self._bytes += len(message.get("body", b""))
                self._changed.notify_all()
            if message["type"] == "http.disconnect":
                return
            if message["type"] == _FAILED:
                break
        await asyncio.Event().wait()  # until it is cancelled: the reader will raise it

    async def receive(self) -> Message:
        """The next message. Raises what receiving it raised."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._held)
            message = self._held.popleft()
            self._bytes -= len(message.get("body", b""))
            self._changed.notify_all()
        if message["type"] == _FAILED:
            raise message["error"]
        return message
