"""The service over HTTP: throughput and latencies for so many clients, memory, and time to ready."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from proofs.load import Outcome, send
from proofs.service import Service, serving


@dataclass(frozen=True, slots=True)
class Load:
    """What so many clients saw: characters a second, and the seconds of each request."""

    clients: int
    per_second: float
    outcome: Outcome

    def quantiles(self) -> dict[str, float]:
        """Median and worst latencies, in seconds."""
        return {f"p{share}": self.outcome.quantile(share / 100) for share in (50, 95, 99)}


def run(service: Service, texts: Sequence[str], clients: int) -> Load:
    """Send all texts once from so many clients, each its next one when the last is answered."""
    outcome = Outcome()

    async def all_clients() -> None:
        waiting = iter(texts)
        limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
        async with httpx.AsyncClient(base_url=service.url, timeout=3600, limits=limits) as client:

            async def one() -> None:
                for text in waiting:
                    await send(client, text, outcome)

            await asyncio.gather(*(one() for _ in range(clients)))

    began = time.perf_counter()
    asyncio.run(all_clients())
    seconds = time.perf_counter() - began
    if outcome.statuses != {200: len(texts)}:
        raise RuntimeError(f"not all requests were answered: {dict(outcome.statuses)}")
    return Load(clients, outcome.characters / seconds, outcome)


def to_ready(times: int) -> float:
    """Seconds from the start of the process until it says that it is ready, the best of so many starts."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        with serving():
            seconds.append(time.perf_counter() - began)
    return min(seconds)


def peak_megabytes(service: Service) -> float:
    """The most memory that the service's process has had, in megabytes."""
    status = Path(f"/proc/{service.popen.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) * 1024 / 1e6
