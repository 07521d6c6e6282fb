"""A long time of everything at once: memory and file descriptors stay what they were."""

import asyncio
import random
import statistics
import time

import httpx

from proofs import load
from proofs.report import Result, must, told
from proofs.service import serving
from proofs.watching import Watching, megabytes

TITLE = "a long time of mixed load"
UNIT = "seconds"
FULL = 7_200
SHORT = 90
_CLIENTS = 6
_GROWTH = 0.01
_FILES = 2
_WARM_UP = 60
"""Seconds of load, or a tenth of the time if that is more. It begins with the longest text from all clients at once, so that all
threads of the model have met what needs most memory: chance might bring that together only after an hour."""
_REST = 3
"""Seconds after which no file is read any more, whose reader's memory would count."""


def run(amount: int) -> Result:
    """Mixed load for so many seconds, after a warm-up."""
    texts = load.mixed_texts(300)
    with serving() as service:
        asyncio.run(_longest(service.url, texts))
        asyncio.run(_mix(service.url, texts, max(_WARM_UP, amount / 10)))
        time.sleep(_REST)
        files, memory = service.files(), service.own_memory()
        with Watching(service, every=max(0.5, amount / 2_000)) as watching:
            statuses = asyncio.run(_mix(service.url, texts, amount))
        time.sleep(_REST)
        left, growth = service.files() - files, service.own_memory() / memory - 1
        code = service.stop()
    unexpected = {status: n for status, n in statuses.items() if status not in (200, 404, 415, 422, 429, "hung up")}
    tenth = max(1, len(watching.memory) // 10)
    return Result(
        (
            told("requests by status", dict(sorted(statuses.items(), key=str))),
            must("other than what was asked for", unexpected or 0, "0", not unexpected),
            must("memory at rest, without files, grew by", f"{growth:.2%}", f"≤ {_GROWTH:.0%}", growth <= _GROWTH),
            told("memory under load grew by", f"{watching.growth:.2%}"),
            told(
                "memory, last tenth and at most",
                f"{megabytes(statistics.median(watching.memory[-tenth:]))}, {megabytes(watching.peak)}",
            ),
            must("file descriptors left open", left, f"≤ {_FILES}", left <= _FILES),
            must("not ready when asked", f"{watching.unready} of {watching.asked}", "0", watching.unready == 0),
            must("exit code in the end", code, "0", code == 0),
        )
    )


async def _longest(url: str, texts: list[str]) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=600) as http:
        longest = {"text": max(texts, key=len)}
        for answer in await asyncio.gather(*(http.post("/extract", json=longest) for _ in range(_CLIENTS))):
            answer.raise_for_status()


async def _mix(url: str, texts: list[str], seconds: float) -> dict[int | str, int]:
    """What offices send: passages and plans, files, mistakes, and clients that do not wait for the answer."""
    outcome = load.Outcome()
    deadline = time.monotonic() + seconds

    async def client(number: int) -> None:
        choose = random.Random(number)
        async with httpx.AsyncClient(base_url=url, timeout=300) as http:
            while time.monotonic() < deadline:
                text, kind = choose.choice(texts), choose.random()
                if kind < 0.7:
                    await load.send(http, text, outcome)
                    continue
                try:
                    if kind < 0.8:
                        content = text.replace("，", ",").encode("gb18030" if kind < 0.75 else "utf-8")
                        answer = await http.post("/extract/file", files={"file": ("表.csv", content)})
                    elif kind < 0.85:
                        answer = await http.post("/extract", json={"text": text, "offset": "utf16"})
                    elif kind < 0.9:
                        answer = await http.get(choose.choice(("/metrics", "/openapi.json", "/nowhere")))
                    elif kind < 0.95:
                        answer = await http.post("/extract/file", files={"file": ("a.bin", bytes(1000))})
                    else:
                        await http.post("/extract", json={"text": text}, timeout=0.05)
                        continue
                except httpx.TransportError:
                    outcome.statuses["hung up"] += 1
                    continue
                outcome.statuses[answer.status_code] += 1

    await asyncio.gather(*(client(number) for number in range(_CLIENTS)))
    return dict(outcome.statuses)
