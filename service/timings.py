"""How long the stages of a request took, for its Server-Timing header (https://www.w3.org/TR/server-timing/)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

HEADER = "Server-Timing"


class Stage(StrEnum):
    """The stages of a request, in their order."""

    READ = "read"
    """Receiving and validating the body; for a file, reading its text."""
    QUEUE = "queue"
    """Waiting for the model."""
    TAG = "tag"
    """Being read by the model, in turns with other texts."""
    RECORDS = "records"
    """Linking and normalising."""
    JSON = "json"
    """Writing the answer."""


class Timings:
    """Seconds by stage of one request; the request's own, so it needs no lock."""

    def __init__(self) -> None:
        self.seconds: dict[Stage, float] = {}

    def add(self, stage: Stage, seconds: float) -> None:
        """Count ``seconds`` to a stage."""
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds

    @contextmanager
    def measure(self, stage: Stage) -> Iterator[None]:
        """Count what happens inside to a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add(stage, time.perf_counter() - started)

    def header(self) -> str:
        """The value of the header; durations in milliseconds."""
        return ", ".join(f"{stage};dur={1000 * seconds:.1f}" for stage, seconds in self.seconds.items())
