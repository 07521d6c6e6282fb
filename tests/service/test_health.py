"""GET /livez, /readyz and /version."""

import asyncio
from importlib.metadata import version

import pytest

from service.app import create_app
from service.jobs.manager import Jobs
from service.schemas import Problem
from service.settings import ProcessSettings, Settings


def refused(response):
    Problem.model_validate(response.json())
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.status_code == 503 and int(response.headers["Retry-After"]) >= 1


def test_a_warm_service_is_alive_and_ready(client):
    assert (client.get("/livez").json(), client.get("/readyz").json()) == ({"status": "alive"}, {"status": "ready"})


def test_not_ready_before_the_warm_up_is_done(serving, held, until):
    held.gate.clear()
    with serving(held, wait=False) as client:
        assert client.get("/livez").status_code == 200
        assert refused(client.get("/readyz"))
        assert refused(client.extract(text="年底前新建3个"))
        held.gate.set()
        until(lambda: client.get("/readyz").status_code == 200)
        assert client.extract(text="年底前新建3个").status_code == 200


def test_not_alive_if_the_warm_up_fails(serving, held, until):
    held.error_on = "年底前"
    with serving(held, wait=False) as client:
        until(lambda: client.get("/livez").status_code == 503)
        assert refused(client.get("/livez"))
        assert refused(client.get("/readyz"))
        assert refused(client.extract(text="无"))


def test_draining_is_alive_and_not_ready_and_still_answers(serving, tagger):
    with serving(tagger) as client:
        client.app.state.worker.drain()
        assert client.get("/livez").status_code == 200
        assert refused(client.get("/readyz"))
        assert client.extract(text="年底前新建3个").status_code == 200


def test_version_names_service_and_model(client, tagger):
    expected = {"version": version("mubiao"), "model": {"name": tagger.name, "version": tagger.version}}
    assert client.get("/version").json() == expected


def test_a_request_id_comes_back_if_it_is_plain(client):
    assert client.request("GET", "/livez", headers={"X-Request-ID": "abc-1.2_3"}).headers["X-Request-ID"] == "abc-1.2_3"
    made = client.request("GET", "/livez", headers={"X-Request-ID": "a b"}).headers["X-Request-ID"]
    assert len(made) == 32


def test_not_alive_while_the_model_hangs(serving, held, until):
    with serving(held, Settings(process=ProcessSettings(hang_seconds=0.2))) as client:
        held.gate.clear()
        request = client.portal.start_task_soon(lambda: client.http.post("/extract", json={"text": "无"}))
        until(lambda: client.get("/livez").status_code == 503)
        assert refused(client.get("/readyz"))
        held.gate.set()
        assert request.result(30).status_code == 200
        assert client.get("/livez").status_code == 200


def test_what_has_started_is_stopped_if_the_rest_cannot_start(tagger, monkeypatch):
    def fail(self):
        raise RuntimeError

    monkeypatch.setattr(Jobs, "start", fail)
    app = create_app(tagger, Settings())

    async def run():
        async with app.router.lifespan_context(app):
            raise AssertionError("it must not start")

    with pytest.raises(RuntimeError):
        asyncio.run(run())
    assert not app.state.worker.alive


def test_what_has_started_is_stopped_if_it_fails_later(tagger):
    app = create_app(tagger, Settings())

    async def run():
        async with app.router.lifespan_context(app):
            assert app.state.worker.alive
            raise LookupError

    with pytest.raises(LookupError):
        asyncio.run(run())
    assert not app.state.worker.alive
