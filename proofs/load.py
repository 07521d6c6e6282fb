"""Clients that send documents, and what became of each request."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from annotations import corpus
from models.tagger import Tagger
from service import answers

_LENGTHS = ((100, 6), (500, 6), (2_500, 3), (20_000, 1))
"""Lengths in code points, and how often each occurs: requests are mostly passages, at times a whole plan."""


@dataclass
class Outcome:
    """What became of the requests: how many of each status, how long those took that were answered with 200."""

    statuses: Counter[int | str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    characters: int = 0
    wrong: int = 0

    def quantile(self, share: float) -> float:
        """Seconds within which ``share`` of the accepted requests were answered; 0 if none was."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def mixed_texts(count: int, longest: int = 20_000, seed: int = 7) -> list[str]:
    """Authored documents cut to a realistic mix of lengths."""
    source = "\n".join(document.text for document in corpus.load([corpus.AUTHORED]))
    choose = random.Random(seed)
    lengths = [length for length, often in _LENGTHS if length <= longest for _ in range(often)]
    texts = []
    for _ in range(count):
        start = choose.randrange(len(source) - longest)
        texts.append(source[start : start + choose.choice(lengths)])
    return texts


def expected_answers(texts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The answer to each text, computed here, without ids: what the service must answer whatever happens to it."""
    tagger = Tagger.load()
    return {text: answers.build(tagger.annotate([text])[0], tagger, "") for text in texts}


def same(answer: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Whether an answer over HTTP is the one computed here."""
    return {**answer, "id": ""} == expected


async def send(
    client: httpx.AsyncClient, text: str, outcome: Outcome, expected: dict[str, dict[str, Any]] | None = None
) -> httpx.Response | None:
    """Post one text once, without retries, and count what became of it; None if there was no answer."""
    began = time.monotonic()
    try:
        response = await client.post("/extract", json={"text": text})
    except httpx.TransportError as error:
        outcome.statuses[type(error).__name__] += 1
        return None
    outcome.statuses[response.status_code] += 1
    if response.status_code == 200:
        outcome.seconds.append(time.monotonic() - began)
        outcome.characters += len(text)
        if expected is not None and not same(response.json(), expected[text]):
            outcome.wrong += 1
    return response


async def closed_loop(
    url: str, texts: Sequence[str], clients: int, until: Callable[[], bool], outcome: Outcome
) -> Outcome:
    """So many clients, each sending its next text when the last is answered, as long as ``until`` is false.

    A client that is refused (429, 503, no connection) waits a tenth of a second.
    """
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(base_url=url, timeout=300, limits=limits) as client:

        async def one(number: int) -> None:
            position = number * 7
            while not until():
                response = await send(client, texts[position % len(texts)], outcome)
                position += 1
                if response is None or response.status_code != 200:
                    await asyncio.sleep(0.1)

        await asyncio.gather(*(one(number) for number in range(clients)))
    return outcome


def capacity(url: str, texts: Sequence[str], seconds: float, clients: int = 8) -> float:
    """Characters a second that the service answers when it is kept busy."""
    began = time.monotonic()
    outcome = asyncio.run(closed_loop(url, texts, clients, lambda: time.monotonic() - began > seconds, Outcome()))
    return outcome.characters / (time.monotonic() - began)
