"""kill -9 of worker processes under load: who uses the Python client never notices."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from mubiao_client import AsyncClient, ClientError, Retry

from proofs import load
from proofs.report import Result, must, told
from proofs.service import Service, serving

TITLE = "kill -9 of a worker process under load"
UNIT = "kills"
FULL = 20
SHORT = 3
_WORKERS = 2
_CLIENTS = 8
_BETWEEN = 3.0
"""Seconds at least from when all workers are there to the next kill. It also waits until each client has had an answer: on a
slow machine a long request might never be answered else, whoever sent it again."""
_PATIENCE = 600
"""Seconds that anything may take here."""
_STARTED = '"event":"Application startup complete."'


@dataclass
class _Outcome:
    """What became of the requests; ``answered`` counts for each client."""

    answered: Counter[int] = field(default_factory=Counter)
    wrong: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Counted(Retry):
    """As the client does by itself, and counted."""

    outcome: _Outcome = field(default_factory=_Outcome)

    def after(self, attempt: int, outcome: httpx.Response | httpx.RequestError) -> float | None:
        name = str(outcome.status_code) if isinstance(outcome, httpx.Response) else type(outcome).__name__
        self.outcome.repeated[name] += 1
        return super(_Counted, self).after(attempt, outcome)


def run(amount: int) -> Result:
    """Kill so many workers."""
    texts = load.mixed_texts(80, longest=2_500)
    expected = load.expected_answers(set(texts))
    with serving(MUBIAO_WORKERS=str(_WORKERS)) as service:
        outcome, replaced = asyncio.run(_kill(service, texts, expected, amount))
        code = service.stop()
    failed = outcome.failed.total()
    return Result(
        (
            told("requests answered", f"{outcome.answered.total():,}"),
            must("wrong answers", outcome.wrong, "0", outcome.wrong == 0),
            must("requests that failed for who uses the client", dict(outcome.failed) or 0, "0", failed == 0),
            told("tries that the client repeated", dict(outcome.repeated)),
            told(
                "workers replaced, median and longest, s",
                f"{sorted(replaced)[len(replaced) // 2]:.1f}, {max(replaced):.1f}",
            ),
            must("exit code in the end", code, "0", code == 0),
        )
    )


async def _kill(
    service: Service, texts: list[str], expected: dict[str, dict[str, object]], amount: int
) -> tuple[_Outcome, list[float]]:
    outcome, over = _Outcome(), asyncio.Event()
    clients = [
        asyncio.create_task(_client(service.url, number, texts, expected, outcome, over)) for number in range(_CLIENTS)
    ]
    choose, replaced = random.Random(3), []
    for _ in range(amount):
        before = outcome.answered.copy()
        await asyncio.sleep(_BETWEEN)
        await _until(
            lambda before=before: all(outcome.answered[number] > before[number] for number in range(_CLIENTS)),  # type: ignore[misc]
            "a client had no answer",
        )
        known = service.written().count(_STARTED)
        os.kill(choose.choice(service.children()), signal.SIGKILL)
        replaced.append(
            await _until(
                lambda known=known: service.written().count(_STARTED) > known,  # type: ignore[misc]
                "no worker took the place of the one that was killed",
            )
        )
    over.set()
    await asyncio.gather(*clients)
    return outcome, replaced


async def _until(condition: Callable[[], bool], else_: str) -> float:
    """Seconds until it holds; RuntimeError after too many."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > _PATIENCE:
            raise RuntimeError(else_)
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def _client(
    url: str,
    number: int,
    texts: list[str],
    expected: dict[str, dict[str, object]],
    outcome: _Outcome,
    over: asyncio.Event,
) -> None:
    """Send one text after the other."""
    async with AsyncClient(url, retry=_Counted(outcome=outcome)) as client:
        sent = number
        while not over.is_set():
            text = texts[sent % len(texts)]
            sent += 1
            try:
                answer = await client.extract(text)
            except ClientError as error:
                outcome.failed[type(error).__name__] += 1
                continue
            outcome.answered[number] += 1
            outcome.wrong += not load.same(dict(answer.json), expected[text])
