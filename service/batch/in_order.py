"""Working on several things at once and handing on the results in the order of the things."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def in_order(
    things: AsyncIterable[T], work: Callable[[T], Coroutine[Any, Any, R]], cost: Callable[[T], int], room: int
) -> AsyncGenerator[R, None]:
    """The result of ``work`` on each thing, in order.

    A thing is taken only when it fits, by its ``cost``, into ``room`` beside those whose results have not been handed on,
    or when there are none. What ``things`` or ``work`` raises is raised when all before it is handed on; closing the
    generator cancels what is under way.
    """
    begun: asyncio.Queue[tuple[asyncio.Task[R], int] | None] = asyncio.Queue()
    under_way: set[asyncio.Task[R]] = set()
    budget = _Budget(room)

    async def begin() -> None:
        try:
            async for thing in things:
                price = cost(thing)
                await budget.take(price)
                task = asyncio.create_task(work(thing))
                under_way.add(task)
                begun.put_nowait((task, price))
        finally:
            begun.put_nowait(None)

    beginning = asyncio.create_task(begin())
    try:
        while entry := await begun.get():
            task, price = entry
            yield await task
            under_way.discard(task)
            budget.give_back(price)
        await beginning
    finally:
        tasks = [beginning, *under_way]
        for open_task in tasks:
            open_task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Budget:
    """So much room; one taker at a time."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._taken = 0
        self._changed = asyncio.Event()

    async def take(self, price: int) -> None:
        while self._taken and self._taken + price > self._room:
            self._changed.clear()
            await self._changed.wait()
        self._taken += price

    def give_back(self, price: int) -> None:
        self._taken -= price
        self._changed.set()
