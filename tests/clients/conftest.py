"""The real service on a real port, with what can go wrong on the way to it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from models.tagger import Tagger
from service.app import create_app
from service.settings import Settings

Way = Callable[..., Any]


class Road:
    """ASGI middleware: the next requests meet with the mishaps in ``ahead``, one each, then they reach the service.

    ``seen`` are the scopes of all requests.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self.ahead: list[Way] = []
        self.seen: list[dict[str, Any]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self.seen.append(scope)
        way = self.ahead.pop(0) if self.ahead else None
        await (way(self._app, scope, receive, send) if way else self._app(scope, receive, send))


def refused(status: int, retry_after: str | None = "0") -> Way:
    """An answer of something on the way."""

    async def way(app: Any, scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"retry-after", retry_after.encode())] if retry_after is not None else []
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"<html>busy</html>"})

    return way


async def cut_off(app: Any, scope: Any, receive: Any, send: Any) -> None:
    """The connection breaks before there is anything of the answer."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
    raise ConnectionError


def broken_after(lines: int) -> Way:
    """The connection breaks within an answer that is streamed, amid the line after so many."""

    async def way(app: Any, scope: Any, receive: Any, send: Any) -> None:
        left = lines

        async def until(message: Any) -> None:
            nonlocal left
            if message["type"] == "http.response.body" and message["body"]:
                if not left:
                    await send({**message, "body": message["body"][:20]})
                    raise ConnectionError
                left -= 1
            await send(message)

        await app(scope, receive, until)

    return way


class Place:
    """A service that runs."""

    def __init__(self, url: str, road: Road, app: Any) -> None:
        self.url = url
        self.road = road
        self.app = app


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return Tagger.load()


@contextmanager
def run(tagger: Tagger, settings: Settings) -> Iterator[Place]:
    app = create_app(tagger, settings)
    road = Road(app)
    server = uvicorn.Server(uvicorn.Config(road, port=0, log_config=None, timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    waited = threading.Event()
    for _ in range(3000):
        if server.started and app.state.worker.ready:
            break
        waited.wait(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Place(f"http://127.0.0.1:{port}", road, app)
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="session")
def running() -> Any:
    return run


@pytest.fixture(scope="session")
def shared_place(tagger: Tagger) -> Iterator[Place]:
    with run(tagger, Settings()) as place:
        yield place


@pytest.fixture
def place(shared_place: Place) -> Place:
    shared_place.road.ahead.clear()
    shared_place.road.seen.clear()
    return shared_place
