"""kill -9 of worker processes under load: those who try again, as the client does, never notice."""

import asyncio
import os
import random
import signal
import time

import httpx

from proofs import load
from proofs.report import Result, must, told
from proofs.service import Service, serving

TITLE = "kill -9 of a worker process under load"
UNIT = "kills"
FULL = 20
SHORT = 3
_WORKERS = 2
_CLIENTS = 8
_TRIES = 8
_BETWEEN = 3.0
"""Seconds from when all workers are there to the next kill, and more until as many requests as there are clients have
been answered: on a slow machine none would ever be."""
_START_WITHIN = 120


def run(amount: int) -> Result:
    """Kill so many workers."""
    texts = load.mixed_texts(80, longest=2_500)
    expected = load.expected_answers(set(texts))
    with serving(MUBIAO_WORKERS=str(_WORKERS)) as service:
        outcome, replaced = asyncio.run(_kill(service, texts, expected, amount))
        code = service.stop()
    failed = outcome.statuses["failed"]
    tries = sum(count for status, count in outcome.statuses.items() if status not in (200, "failed"))
    return Result(
        (
            told("requests answered", f"{outcome.statuses[200]:,}"),
            must("wrong answers", outcome.wrong, "0", outcome.wrong == 0),
            must("requests that failed for a client that tries again", failed, "0", failed == 0),
            told("tries that failed", tries),
            told(
                "workers replaced, median and longest, s",
                f"{sorted(replaced)[len(replaced) // 2]:.1f}, {max(replaced):.1f}",
            ),
            must("exit code in the end", code, "0", code == 0),
        )
    )


async def _kill(
    service: Service, texts: list[str], expected: dict[str, dict[str, object]], amount: int
) -> tuple[load.Outcome, list[float]]:
    outcome, over = load.Outcome(), asyncio.Event()
    clients = [asyncio.create_task(_client(service.url, texts[n:], expected, outcome, over)) for n in range(_CLIENTS)]
    choose, replaced = random.Random(3), []
    for _ in range(amount):
        answered = outcome.statuses[200]
        await asyncio.sleep(_BETWEEN)
        while outcome.statuses[200] < answered + _CLIENTS:
            await asyncio.sleep(0.1)
        known = service.written().count('"event":"Application startup complete."')
        os.kill(choose.choice(service.children()), signal.SIGKILL)
        began = time.monotonic()
        while service.written().count('"event":"Application startup complete."') == known:
            if time.monotonic() - began > _START_WITHIN:
                raise RuntimeError("no worker took the place of the one that was killed")
            await asyncio.sleep(0.05)
        replaced.append(time.monotonic() - began)
    over.set()
    await asyncio.gather(*clients)
    return outcome, replaced


async def _client(
    url: str, texts: list[str], expected: dict[str, dict[str, object]], outcome: load.Outcome, over: asyncio.Event
) -> None:
    """Send one text after the other, each again if there was no answer or the service said later."""
    async with httpx.AsyncClient(base_url=url, timeout=120) as client:
        number = 0
        while not over.is_set():
            for attempt in range(_TRIES):
                response = await load.send(client, texts[number % len(texts)], outcome, expected)
                if response is not None and response.status_code not in (429, 503):
                    break
                wait = 0.1 * 2**attempt if response is None else float(response.headers["Retry-After"])
                await asyncio.sleep(wait)
            else:
                outcome.statuses["failed"] += 1
            number += 1
