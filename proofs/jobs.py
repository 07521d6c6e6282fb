"""Jobs over ``kill -9``: each document has one result, in order, however often the service is killed."""

import random
import signal
import tempfile
import time
from collections import Counter
from typing import Any

import httpx
import orjson

from proofs.report import Figure, Result, must, told
from proofs.service import Service, serving

TITLE = "A job, and the service killed three times while it runs"
UNIT = "documents"
FULL = 10_000
SHORT = 500
_KILLS = 3
_SEED = 6
_TEXT = "年底前新建{}个照料中心。"


def run(amount: int) -> Result:
    """Send a job of so many documents and kill the service at random moments of it."""
    moments = sorted(random.Random(_SEED).sample(range(amount // 20, amount * 9 // 10), _KILLS))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        chunk = str(min(500, max(1, amount // 20)))
        id = ""
        killed_at: list[int] = []
        back: list[float] = []
        for moment in (*moments, None):
            with serving(MUBIAO_JOBS_FOLDER=folder, MUBIAO_JOBS_CHUNK_DOCUMENTS=chunk) as service:
                ready = time.monotonic()
                id = id or submit(service, amount)
                if killed_at:
                    back.append(wait(service, id, killed_at[-1] + 1, began=ready))
                wait(service, id, amount if moment is None else moment)
                if moment is None:
                    found, lines = job(service, id), results(service, id)
                else:
                    # Any instant of what a chunk goes through may be the one.
                    time.sleep(random.random())
                    killed_at.append(job(service, id)["done"])
                    service.popen.send_signal(signal.SIGKILL)
                    service.popen.wait()
    return Result(
        (
            *whole(lines, amount),
            must("state at the end", found["state"], "done", found["state"] == "done"),
            told("killed after so many results", ", ".join(f"{n:,}" for n in killed_at)),
            told("seconds from ready to the next result", ", ".join(f"{s:.1f}" for s in back)),
            told(
                "documents a second, from the first request to the last result",
                f"{amount / (time.monotonic() - began):.1f}",
            ),
        )
    )


def submit(service: Service, amount: int) -> str:
    """Send a job of so many documents; its id."""
    documents = (orjson.dumps({"id": str(i), "text": _TEXT.format(i)}) + b"\n" for i in range(amount))
    headers = {"Content-Type": "application/x-ndjson"}
    response = httpx.post(f"{service.url}/jobs", content=documents, headers=headers, timeout=600)
    id: str = response.raise_for_status().json()["id"]
    return id


def wait(service: Service, id: str, done: int, began: float = 0.0) -> float:
    """Until so many documents have results; seconds since ``began``."""
    while job(service, id)["done"] < done:
        time.sleep(0.2)
    return time.monotonic() - began


def job(service: Service, id: str) -> dict[str, Any]:
    """How the job is."""
    found: dict[str, Any] = httpx.get(f"{service.url}/jobs/{id}", timeout=60).raise_for_status().json()
    return found


def results(service: Service, id: str) -> list[dict[str, object]]:
    """Its results, up to the first document that has none yet."""
    response = httpx.get(f"{service.url}/jobs/{id}/results", timeout=600).raise_for_status()
    return [orjson.loads(line) for line in response.content.splitlines()]


def whole(lines: list[dict[str, object]], amount: int) -> tuple[Figure, ...]:
    """Whether these are the results of a job that ``submit`` has sent."""
    counted = Counter(line["id"] for line in lines)
    unordered = sum(line["id"] != str(place) for place, line in enumerate(lines))
    wrong = sum(not _is_of(line, place) for place, line in enumerate(lines))
    return (
        must("documents without a result", amount - len(counted), "0", len(counted) == amount),
        must("results that are there twice", len(lines) - len(counted), "0", len(lines) == len(counted)),
        must("results out of order", unordered, "0", unordered == 0),
        must("results that are another document's, or an error", wrong, "0", wrong == 0),
    )


def _is_of(line: dict[str, object], number: int) -> bool:
    entities = line.get("entities", [])
    assert isinstance(entities, list)
    return any(str(number) in entity["text"] for entity in entities)
