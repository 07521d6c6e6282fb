"""Ten times the load that the service can carry: it answers what it can in time, and turns the rest away at once."""

import asyncio
import time
from collections.abc import Sequence

import httpx

from proofs import load
from proofs.report import Result, must, told
from proofs.service import serving
from proofs.watching import Watching, megabytes

TITLE = "ten times the load it can carry"
UNIT = "seconds"
FULL = 600
SHORT = 60
_TIMES = 10
_LONGEST = 2_500
_BOUND = 10
"""Seconds within which whoever runs the service wants accepted requests to be answered."""
_QUEUED = 6
"""Seconds of work that may wait or be in work, to stay within the bound."""
_RECOVERED_AFTER = 5


def run(amount: int) -> Result:
    """Overload it for so many seconds, with the queue set for the bound."""
    texts = load.mixed_texts(400, _LONGEST)
    warm = max(10, amount // 10)
    with serving() as service:
        load.capacity(service.url, texts, 5)
        carried = load.capacity(service.url, texts, warm)
    with serving(MUBIAO_QUEUE_CAPACITY=str(max(_LONGEST, int(_QUEUED * carried)))) as service:
        load.capacity(service.url, texts, 5)
        before = load.capacity(service.url, texts, warm)
        with Watching(service) as watching:
            outcome = asyncio.run(_open_loop(service.url, texts, _TIMES * before, amount))
        time.sleep(_RECOVERED_AFTER)
        after = load.capacity(service.url, texts, warm)
    statuses = dict(sorted(outcome.statuses.items(), key=str))
    late = outcome.quantile(0.99)
    sent = sum(outcome.statuses.values())
    return Result(
        (
            told("load it can carry, characters/s", f"{before:,.0f}"),
            told("requests sent", f"{sent:,} ({sent / amount:.0f} a second)"),
            must("answers by status", statuses, "200 and 429", set(statuses) <= {200, 429}),
            must("p99 of accepted requests, s", f"{late:.1f}", f"≤ {_BOUND}, as configured", late <= _BOUND),
            must("memory grew by", f"{watching.growth:.1%}", "≤ 5%", watching.growth <= 0.05),
            told("memory at most", megabytes(watching.peak)),
            must("not ready when asked", f"{watching.unready} of {watching.asked}", "0", watching.unready == 0),
            must(
                f"throughput {_RECOVERED_AFTER} s after, of before",
                f"{after / before:.0%}",
                "≥ 90%",
                after >= 0.9 * before,
            ),
        )
    )


async def _open_loop(url: str, texts: Sequence[str], rate: float, seconds: float) -> load.Outcome:
    """Send ``rate`` characters a second whatever comes back."""
    outcome = load.Outcome()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as client:
        running: set[asyncio.Task[httpx.Response | None]] = set()
        began = time.monotonic()
        sent = number = 0
        while (now := time.monotonic() - began) < seconds:
            while sent < rate * now:
                text = texts[number % len(texts)]
                task = asyncio.create_task(load.send(client, text, outcome))
                running.add(task)
                task.add_done_callback(running.discard)
                sent, number = sent + len(text), number + 1
            await asyncio.sleep(0.01)
        await asyncio.gather(*running)
    return outcome
