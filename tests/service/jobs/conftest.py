"""Applications with jobs, each with a database of its own; one at a time, since DBOS is one in a process."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from service.settings import AccessSettings, Settings
from service.settings.jobs import JobSettings


class JobsClient:
    """Requests about jobs."""

    def __init__(self, client: Any) -> None:
        self.http = client

    def submit(
        self, content: bytes, content_type: str = "application/x-ndjson", query: str = "", **headers: str
    ) -> Any:
        return self.http.request(
            "POST", f"/jobs{query}", content=content, headers={"Content-Type": content_type, **headers}
        )

    def send(self, documents: list[Any], query: str = "", **headers: str) -> str:
        response = self.submit(lines(documents), query=query, **headers)
        assert response.status_code == 202, response.text
        assert response.headers["location"] == f"/jobs/{response.json()['id']}"
        return response.json()["id"]

    def job(self, id: str) -> dict[str, Any]:
        return self.http.get(f"/jobs/{id}").json()

    def ended(self, id: str, seconds: float = 120) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while (job := self.job(id))["state"] not in ("done", "cancelled"):
            assert time.monotonic() < deadline, job
            time.sleep(0.05)
        return job

    def results(self, id: str, query: str = "") -> list[Any]:
        response = self.http.get(f"/jobs/{id}/results{query}")
        assert response.headers["content-type"] == "application/x-ndjson"
        return [orjson.loads(line) for line in response.content.splitlines()]

    def run(self, documents: list[Any], query: str = "") -> list[Any]:
        id = self.send(documents, query)
        assert self.ended(id)["state"] == "done"
        return self.results(id)


def lines(documents: list[Any]) -> bytes:
    return b"".join((d if isinstance(d, bytes) else orjson.dumps(d)) + b"\n" for d in documents)


@pytest.fixture(scope="session")
def with_jobs(serving: Callable[..., Any]) -> Callable[..., Any]:
    """Runs an application of a model that keeps its jobs in a folder, with further settings."""

    @contextmanager
    def run(tagger: Any, folder: Path, access: AccessSettings | None = None, **jobs: Any) -> Iterator[JobsClient]:
        settings = replace(Settings(), **({"access": access} if access else {}))
        with serving(tagger, replace(settings, jobs=JobSettings(folder=folder, **jobs))) as client:
            yield JobsClient(client)

    return run


@pytest.fixture
def jobs(with_jobs: Callable[..., Any], tagger: Any, tmp_path: Path) -> Iterator[JobsClient]:
    with with_jobs(tagger, tmp_path) as jobs:
        yield jobs
