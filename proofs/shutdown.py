"""SIGTERM under load: everything accepted is answered, and the process ends with 0."""

import asyncio
import signal
import time

import httpx

from proofs import load
from proofs.report import Result, must, told
from proofs.service import Service, serving

TITLE = "SIGTERM under load: nothing accepted is dropped"
UNIT = "shutdowns"
FULL = 20
SHORT = 2
_CLIENTS = 24
_GRACE = 120


def run(amount: int) -> Result:
    """Shut a loaded service down so many times."""
    texts = load.mixed_texts(60, longest=2_500)
    expected = load.expected_answers(set(texts))
    total = load.Outcome()
    codes, times = [], []
    for number in range(amount):
        with serving(MUBIAO_WORKERS="2" if number % 2 else "1") as service:
            code, seconds = asyncio.run(_once(service, texts, expected, total))
            codes.append(code)
            times.append(seconds)
    dropped = sum(count for status, count in total.statuses.items() if status != 200)
    return Result(
        (
            must("requests sent before SIGTERM and not answered", dropped, "0", dropped == 0),
            must("wrong answers", total.wrong, "0", total.wrong == 0),
            must("exit codes", sorted(set(codes)), "[0]", set(codes) == {0}),
            must("longest shutdown, s", f"{max(times):.1f}", f"≤ {_GRACE}", max(times) <= _GRACE),
            told("requests answered after SIGTERM, or at it", total.statuses[200]),
        )
    )


async def _once(
    service: Service, texts: list[str], expected: dict[str, dict[str, object]], total: load.Outcome
) -> tuple[int, float]:
    """Send what keeps the queue filled, give the sockets time to deliver it, terminate, and wait for all answers."""
    async with httpx.AsyncClient(base_url=service.url, timeout=_GRACE, limits=httpx.Limits(max_connections=None)) as c:
        requests = [asyncio.create_task(load.send(c, text, total, expected)) for text in texts[:_CLIENTS]]
        await asyncio.wait(requests, return_when=asyncio.FIRST_COMPLETED)
        began = time.monotonic()
        service.popen.send_signal(signal.SIGTERM)
        await asyncio.gather(*requests)
    code = await asyncio.to_thread(service.popen.wait, _GRACE)
    return code, time.monotonic() - began
