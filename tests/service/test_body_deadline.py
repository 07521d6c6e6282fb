"""Bodies that are late, with a clock of the test's own pieces."""

import asyncio

import pytest

from service.body_deadline import BodyDeadline
from service.errors import TooSlow
from service.settings import ConnectionSettings


def read(pauses, size=100, work=0.0, **settings):
    """Read a body of pieces of ``size`` bytes that come after ``pauses`` seconds, doing ``work`` seconds between them."""
    pieces = iter(pauses)
    left = len(pauses)

    async def receive():
        nonlocal left
        await asyncio.sleep(next(pieces))
        left -= 1
        return {"type": "http.request", "body": bytes(size), "more_body": left > 0}

    async def app(scope, receive, send):
        while (await receive())["more_body"]:
            await asyncio.sleep(work)

    asyncio.run(BodyDeadline(app, ConnectionSettings(**settings))({"type": "http"}, receive, None))


def test_a_body_in_time():
    read([0.05] * 3, body_seconds=1)


def test_a_body_that_stops():
    with pytest.raises(TooSlow):
        read([0, 60], body_seconds=0.2)


def test_a_body_that_drips():
    with pytest.raises(TooSlow):
        read([0.05] * 100, size=1, body_seconds=0.5, body_rate=1_000)


def test_a_large_body_may_take_longer():
    read([0.1] * 10, size=1_000, body_seconds=0.5, body_rate=5_000)


def test_what_the_service_does_meanwhile_does_not_count():
    read([0] * 4, size=1, work=0.2, body_seconds=0.5, body_rate=1_000_000)
