"""How long a body may take to arrive."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import TooSlow
from service.settings import ConnectionSettings


class BodyDeadline:
    """ASGI middleware: reading a body raises TooSlow when it is later than the settings allow.

    It may take ``body_seconds``, and as much again as what has arrived would at ``body_rate``: a large file over a slow
    line is fine, a byte now and then is not.
    """

    def __init__(self, app: ASGIApp, settings: ConnectionSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._settings.body_seconds
        complete = False

        async def receive_in_time() -> Message:
            nonlocal deadline, complete
            if complete:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise TooSlow from None
            deadline += len(message.get("body", b"")) / self._settings.body_rate
            complete = not message.get("more_body", False)
            return message

        await self._app(scope, receive_in_time, send)
