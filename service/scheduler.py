"""Which window of which text is read next.

Texts stand in two rings, those of requests and those of jobs. A job's are read while no request has anything to read, and,
so that no load of requests stops it for ever, once in so many pieces of work.

In a ring, whoever is free to read takes a window of the first text; after so many code points, its turn, a text goes to the
ring's end (after deficit round robin, Shreedhar and Varghese 1996). So texts shorter than a turn are answered in the order
they came, and a long one lets each shorter one pass after a turn but still moves on in every round.
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
from service.progress import Progress
from service.timings import Timings


@dataclass(eq=False, slots=True)
class Task:
    """One text, what to make of its annotation, and where the result goes; cancelling ``result`` drops the task."""

    text: str = field(repr=False)
    finish: Callable[[Annotation], Any]
    timings: Timings = field(default_factory=Timings)
    progress: Progress = field(default_factory=Progress)
    of_job: bool = False
    """Whether a job wants it, and nobody waits for it."""
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
    """What to do next: begin a task, or, if it has a ``draft``, read that ``window`` of it."""

    task: Task
    draft: Draft | None = None
    window: int = 0


class Scheduler:
    """The two rings. Safe to use from several threads.

    Each holds ``capacity`` code points of tasks that are not done; a longer text is let in when its ring has nothing else.
    While both have work, a job's comes after ``patience`` pieces of work for requests. ``observer`` is told how much
    requests have waiting.
    """

    def __init__(
        self, capacity: int, turn: int, patience: int, retry_after: int, observer: Observer | None = None
    ) -> None:
        self._requests = _Ring(capacity, turn)
        self._jobs = _Ring(capacity, turn)
        self._patience = patience
        self._passed = 0
        """Pieces of work for requests since one for jobs, while there was one."""
        self._retry_after = retry_after
        self._observer = observer or Observer()
        self._changed = threading.Condition()
        self._closed = False

    @property
    def documents(self) -> int:
        """The texts of requests that are not done."""
        return len(self._requests.held)

    @property
    def code_points(self) -> int:
        """Their code points."""
        return self._requests.code_points

    def put(self, task: Task) -> None:
        """Let a task in, at its ring's end. Raises QueueFull if there is no room, NotReady once it is closed."""
        with self._changed:
            if self._closed:
                raise NotReady(self._retry_after)
            if not self._ring(task).add(task):
                raise QueueFull(self._retry_after)
            self._observer.waiting(self.documents, self.code_points)
            self._changed.notify()

    def rests(self, seconds: float) -> bool:
        """Wait for work; whether so many seconds went by without."""
        with self._changed:
            return not self._changed.wait_for(self._goes_on, seconds)

    def take(self) -> Work | None:
        """Wait for work; None when the scheduler is closed and nothing is left to take."""
        with self._changed:
            self._changed.wait_for(self._goes_on)
            ring = self._next()
            return ring.take() if ring else None

    def begun(self, task: Task, draft: Draft) -> None:
        """Put a task whose windows are known back to its ring's front, unless it was dropped meanwhile."""
        with self._changed:
            if self._ring(task).put_back(task, draft):
                self._changed.notify_all()

    def done(self, task: Task) -> None:
        """Forget a task that has its result, has failed, or is of no use to anybody any more."""
        with self._changed:
            self._ring(task).remove(task)
            self._observer.waiting(self.documents, self.code_points)

    def close(self) -> None:
        """Let nothing more in, and ``take`` end once all is taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _goes_on(self) -> bool:
        return bool(self._requests or self._jobs or self._closed)

    def _ring(self, task: Task) -> "_Ring":
        return self._jobs if task.of_job else self._requests

    def _next(self) -> "_Ring":
        """The ring that work is taken from now; it may be empty only if both are."""
        if not self._jobs:
            return self._requests
        if self._requests and self._passed < self._patience:
            self._passed += 1
            return self._requests
        self._passed = 0
        return self._jobs


class _Ring:
    """Tasks that take turns; true while there is work to take. ``held`` are those not done, ``code_points`` their size."""

    def __init__(self, capacity: int, turn: int) -> None:
        self._capacity = capacity
        self._turn = turn
        self._tasks: deque[Task] = deque()
        self.held: set[Task] = set()
        self.code_points = 0

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def add(self, task: Task) -> bool:
        """Let a task in, at the end; False if there is no room."""
        if self.held and self.code_points + len(task.text) > self._capacity:
            return False
        self.held.add(task)
        self.code_points += len(task.text)
        self._tasks.append(task)
        return True

    def take(self) -> Work:
        task = self._tasks[0]
        if task.draft is None:
            self._tasks.popleft()  # until it is begun
            return Work(task)
        window = task.taken
        task.taken += 1
        task.credit -= task.draft.length(window)
        if task.taken == len(task.draft):
            self._tasks.popleft()
        elif task.credit <= 0:
            task.credit = self._turn
            self._tasks.rotate(-1)
        return Work(task, task.draft, window)

    def put_back(self, task: Task, draft: Draft) -> bool:
        """Put a task that was begun to the front; False if there is nothing to do about it."""
        task.draft, task.credit = draft, self._turn
        if task not in self.held or not len(draft):
            return False
        self._tasks.appendleft(task)
        return True

    def remove(self, task: Task) -> None:
        if task in self.held:
            self.held.remove(task)
            self.code_points -= len(task.text)
        if task in self._tasks:
            self._tasks.remove(task)
