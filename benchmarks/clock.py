"""Seconds, by the wall and of the processor."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Lap:
    """What a piece of work took: seconds by the wall, and seconds of the processor in all threads."""

    wall: float = 0.0
    processor: float = 0.0


@contextmanager
def lap() -> Iterator[Lap]:
    """Measures the block."""
    taken = Lap()
    wall, processor = time.perf_counter(), time.process_time()
    yield taken
    taken.wall, taken.processor = time.perf_counter() - wall, time.process_time() - processor
