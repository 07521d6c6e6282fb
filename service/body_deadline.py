"""How long a body may take to arrive."""

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import TooSlow
from service.settings import ConnectionSettings


class BodyDeadline:
    """ASGI middleware: reading a body raises TooSlow when it is later than the settings allow.

    The client may be waited for ``body_seconds``, and as much longer as what has arrived takes at ``body_rate``: a large
    file over a slow line is fine, a byte now and then is not. Only waiting counts, not what is done between the pieces.
    """

    def __init__(self, app: ASGIApp, settings: ConnectionSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        left = self._settings.body_seconds
        complete = False

        async def receive_in_time() -> Message:
            nonlocal left, complete
            if complete:
                return await receive()
            began = time.monotonic()
            try:
                async with asyncio.timeout(left):
                    message = await receive()
            except TimeoutError:
                raise TooSlow from None
            left += len(message.get("body", b"")) / self._settings.body_rate - (time.monotonic() - began)
            complete = not message.get("more_body", False)
            return message

        await self._app(scope, receive_in_time, send)
