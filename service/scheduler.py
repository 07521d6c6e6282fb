"""Which window of which text is read next.

Texts stand in a ring. Whoever is free to read takes a window of the first one; after so many code points, its turn, a
text goes to the ring's end (after deficit round robin, Shreedhar and Varghese 1996). So texts shorter than a turn are answered
in the order they came, and a long one lets each shorter one pass after a turn but still moves on in every round.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from models.draft import Annotation, Draft
from service.errors import NotReady, QueueFull
from service.observer import Observer
from service.timings import Timings


@dataclass(eq=False, slots=True)
class Job:
    """One text, what to make of its annotation, and where the result goes; cancelling ``result`` drops the job."""

    text: str = field(repr=False)
    finish: Callable[[Annotation], Any]
    timings: Timings = field(default_factory=Timings)
    since: float = field(default_factory=time.perf_counter)
    """When the stage began that it is in."""
    result: Future[Any] = field(default_factory=Future)
    draft: Draft | None = None
    """Its windows, once somebody has begun it."""
    taken: int = 0
    """How many of them were given out."""
    credit: int = 0
    """Code points left of its turn."""


@dataclass(frozen=True, slots=True)
class Work:
    """What to do next: begin a job, or, if it has a ``draft``, read that ``window`` of it."""

    job: Job
    draft: Draft | None = None
    window: int = 0


class Scheduler:
    """The ring. Safe to use from several threads.

    It holds ``capacity`` code points of jobs that are not done; a longer text is let in when there is nothing else. ``observer``
    is told how much that is.
    """

    def __init__(self, capacity: int, turn: int, retry_after: int, observer: Observer | None = None) -> None:
        self._capacity = capacity
        self._turn = turn
        self._retry_after = retry_after
        self._observer = observer or Observer()
        self._ring: deque[Job] = deque()
        self._held: set[Job] = set()
        self._code_points = 0
        self._changed = threading.Condition()
        self._closed = False

    @property
    def documents(self) -> int:
        """The jobs that are not done."""
        return len(self._held)

    @property
    def code_points(self) -> int:
        """The code points of their texts."""
        return self._code_points

    def put(self, job: Job) -> None:
        """Let a job in, at the ring's end. Raises QueueFull if there is no room, NotReady once it is closed."""
        with self._changed:
            if self._closed:
                raise NotReady(self._retry_after)
            if self._held and self._code_points + len(job.text) > self._capacity:
                raise QueueFull(self._retry_after)
            self._held.add(job)
            self._code_points += len(job.text)
            self._observer.waiting(len(self._held), self._code_points)
            self._ring.append(job)
            self._changed.notify()

    def take(self) -> Work | None:
        """Wait for work; None when the scheduler is closed and nothing is left to take."""
        with self._changed:
            self._changed.wait_for(lambda: self._ring or self._closed)
            if not self._ring:
                return None
            job = self._ring[0]
            if job.draft is None:
                self._ring.popleft()  # until it is begun
                return Work(job)
            window = job.taken
            job.taken += 1
            job.credit -= job.draft.length(window)
            if job.taken == len(job.draft):
                self._ring.popleft()
            elif job.credit <= 0:
                job.credit = self._turn
                self._ring.rotate(-1)
            return Work(job, job.draft, window)

    def begun(self, job: Job, draft: Draft) -> None:
        """Put a job whose windows are known back to the ring's front, unless it was dropped meanwhile."""
        with self._changed:
            job.draft, job.credit = draft, self._turn
            if job in self._held and len(draft):
                self._ring.appendleft(job)
                self._changed.notify_all()

    def done(self, job: Job) -> None:
        """Forget a job that has its result, has failed, or is of no use to anybody any more."""
        with self._changed:
            if job in self._held:
                self._held.remove(job)
                self._code_points -= len(job.text)
                self._observer.waiting(len(self._held), self._code_points)
            if job in self._ring:
                self._ring.remove(job)

    def close(self) -> None:
        """Let nothing more in, and ``take`` end once all is taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
