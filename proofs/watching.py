"""Looking at a service from beside while something is done to it: is it ready, how much memory has it."""

import statistics
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from proofs.service import Service


@dataclass
class Watching:
    """Asks for ``/readyz`` and measures, every so many seconds, as long as its block runs."""

    service: Service
    every: float = 1.0
    asked: int = 0
    unready: int = 0
    memory: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(1)
        self._watch_ended = self._pool.submit(self._watch)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._pool.shutdown()
        if error is None:
            self._watch_ended.result()  # who could not look has seen nothing

    def _watch(self) -> None:
        while not self._over.wait(self.every):
            self.asked += 1
            self.unready += not self.service.ready()
            self.memory.append(self.service.memory())
            self.files.append(self.service.files())

    @property
    def growth(self) -> float:
        """By what share memory grew from the second tenth of the time, after the warm-up, to the last."""
        tenth = max(1, len(self.memory) // 10)
        first, last = self.memory[tenth : 2 * tenth] or self.memory[:1], self.memory[-tenth:]
        return statistics.median(last) / statistics.median(first) - 1

    @property
    def peak(self) -> int:
        """Bytes at most."""
        return max(self.memory, default=0)


def megabytes(size: float) -> str:
    """Bytes, to be read."""
    return f"{size / 1e6:,.0f} MB"
