"""The real model, the real application, and a client that talks to it over ASGI."""

import copy
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from models.draft import Draft
from models.tagger import Tagger
from service.app import create_app
from service.settings import Settings

TABLE = (
    "青岚县2024年民生实事任务分解表\n"
    "序号|工作任务|责任单位|完成时限|进展情况\n"
    "1|新建社区食堂12个|县民政局|2024年11月底前|已建成社区食堂7个\n"
    "2|新增普惠性托位450个|县卫健局|年底前|已新增托位210个\n"
)


class Client:
    """Sends requests to an application that runs in another thread; usable from several threads."""

    def __init__(self, portal: BlockingPortal, app: FastAPI) -> None:
        self.app = app
        self.portal = portal
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service")

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.portal.call(partial(self.http.request, method, path, **options))

    def get(self, path: str) -> httpx.Response:
        return self.request("GET", path)

    def extract(self, **body: Any) -> httpx.Response:
        return self.request("POST", "/extract", json=body)

    def raw(self, content: Any, content_type: str = "application/json", **headers: str) -> httpx.Response:
        return self.request("POST", "/extract", content=content, headers={"Content-Type": content_type, **headers})


class HeldTagger(Tagger):
    """The real model in one thread, which waits for ``gate`` before it begins a text and remembers which it began."""

    @classmethod
    def of(cls, tagger: Tagger) -> "HeldTagger":
        held = copy.copy(tagger)
        held.__class__ = cls
        held.gate = threading.Event()
        held.gate.set()
        held.threads = 1
        held.begun = []
        held.error_on = None
        return held

    def begin(self, text: str) -> Draft:
        self.begun.append(text)
        self.gate.wait(30)
        if self.error_on and self.error_on in text:
            raise RuntimeError(f"cannot read {text}")
        return super().begin(text)


@pytest.fixture(scope="session")
def table() -> str:
    return TABLE


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return Tagger.load()


@pytest.fixture
def held(tagger: Tagger) -> Iterator[HeldTagger]:
    held = HeldTagger.of(tagger)
    yield held
    held.gate.set()


@pytest.fixture(scope="session")
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait until a condition holds; fails after two minutes, which only a busy machine needs."""

    def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 120
        while not condition():
            assert time.monotonic() < deadline, "waited for too long"
            time.sleep(0.01)

    return wait


@pytest.fixture(scope="session")
def serving(until: Callable[..., None]) -> Callable[..., AbstractContextManager[Client]]:
    """Runs an application of a model with settings; ready unless told not to wait for that."""

    @contextmanager
    def run(tagger: Tagger, settings: Settings | None = None, wait: bool = True) -> Iterator[Client]:
        app = create_app(tagger, settings or Settings())
        lifespan = app.router.lifespan_context(app)
        with start_blocking_portal() as portal, portal.wrap_async_context_manager(lifespan):
            if wait:
                until(lambda: app.state.worker.ready)
            yield Client(portal, app)

    return run


@pytest.fixture(scope="session")
def client(serving: Callable[..., AbstractContextManager[Client]], tagger: Tagger) -> Iterator[Client]:
    with serving(tagger) as client:
        yield client


@pytest.fixture(scope="session")
def assert_same() -> Callable[[Any, Any], None]:
    """Compare answers, confidences roughly: INT8 kernels round differently on other processors."""

    def check(answer: dict[str, Any], expected: dict[str, Any]) -> None:
        confidences = [[e["confidence"] for e in a["entities"]] for a in (answer, expected)]
        assert confidences[0] == pytest.approx(confidences[1], abs=0.05)
        without = [
            {**a, "entities": [{k: v for k, v in e.items() if k != "confidence"} for e in a["entities"]]}
            for a in (answer, expected)
        ]
        assert without[0] == without[1]

    return check
