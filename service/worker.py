"""The one thread that runs the model, and the queue in front of it.

Requests wait in a queue bounded in code points; the thread takes what is waiting, up to a batch's budget, and
annotates it together, so that concurrent short requests share a batch. What follows annotation (records, JSON) runs
in the thread too: the event loop only waits.
"""

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from models.tagger import Annotation, Tagger
from service.errors import NotReady, QueueFull
from service.logs import without_text
from service.observer import Observer
from service.settings import QueueSettings
from service.timings import Stage, Timings

_WARM_UP = "年底前，市民政局新建50个照料中心。"
_log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Job:
    """One text, what to make of its annotation, and where the result goes; cancelling ``result`` drops the job."""

    text: str
    finish: Callable[[Annotation], Any]
    result: Future[Any]
    timings: Timings
    arrived: float


class Worker:
    """Annotates texts in a thread of its own. ``start`` it once, ``stop`` it once. ``observer`` is told how it goes."""

    def __init__(
        self, tagger: Tagger, settings: QueueSettings, retry_after: int, observer: Observer | None = None
    ) -> None:
        self._tagger = tagger
        self._settings = settings
        self._retry_after = retry_after
        self._observer = observer or Observer()
        self._jobs: OrderedDict[Future[Any], _Job] = OrderedDict()
        self._waiting = 0
        self._changed = threading.Condition()
        self._warm = False
        self._draining = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)

    def start(self) -> None:
        """Start the thread, which warms the model up first."""
        self._thread.start()

    def drain(self) -> None:
        """Say from now on that no more work should be sent here; what comes all the same is still answered."""
        self._draining = True

    def stop(self) -> None:
        """Finish what is waiting, then end the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether the thread runs; it ends only if it is stopped or the model fails to warm up."""
        return self._thread.is_alive()

    @property
    def warm(self) -> bool:
        """Whether the model has warmed up."""
        return self._warm

    @property
    def ready(self) -> bool:
        """Whether work should be sent here."""
        return self._warm and self.alive and not self._draining

    async def annotate(self, text: str, finish: Callable[[Annotation], T], timings: Timings | None = None) -> T:
        """The result of ``finish``, called in the thread with the annotation of ``text``. ``timings`` takes up the stages
        before that.

        Cancelling drops the work if it has not begun. Raises QueueFull, NotReady, and whatever annotating this text
        or ``finish`` raises.
        """
        job = _Job(text, finish, Future(), timings or Timings(), time.perf_counter())
        self._enqueue(job)
        try:
            result: T = await asyncio.wrap_future(job.result)
        except asyncio.CancelledError:
            self._discard(job)
            raise
        return result

    def _enqueue(self, job: _Job) -> None:
        with self._changed:
            if not self._warm or not self.alive or self._stopping:
                raise NotReady(self._retry_after)
            if self._jobs and self._waiting + len(job.text) > self._settings.capacity:
                raise QueueFull(self._retry_after)
            self._jobs[job.result] = job
            self._waiting += len(job.text)
            self._observer.waiting(len(self._jobs), self._waiting)
            self._changed.notify()

    def _discard(self, job: _Job) -> None:
        with self._changed:
            if self._jobs.pop(job.result, None):
                self._waiting -= len(job.text)
                self._observer.waiting(len(self._jobs), self._waiting)

    def _run(self) -> None:
        try:
            self._tagger.annotate([_WARM_UP])
        except Exception as error:  # noqa: BLE001 - the log names it, livez tells
            _log.error("the model failed to warm up", **without_text(error))
            return
        self._warm = True
        while batch := self._next_batch():
            wanted = [job for job in batch if job.result.set_running_or_notify_cancel()]
            began = time.perf_counter()
            self._observer.batch_began(len(wanted), sum(len(job.text) for job in wanted))
            self._answer(wanted)
            self._observer.batch_ended(time.perf_counter() - began)

    def _next_batch(self) -> list[_Job]:
        """Wait for work and take as much as fits a batch; nothing only when all is done and the worker stops."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._stopping)
            batch: list[_Job] = []
            room = self._settings.batch
            while self._jobs:
                job = next(iter(self._jobs.values()))
                if batch and len(job.text) > room:
                    break
                del self._jobs[job.result]
                batch.append(job)
                room -= len(job.text)
                self._waiting -= len(job.text)
            self._observer.waiting(len(self._jobs), self._waiting)
            return batch

    def _answer(self, batch: list[_Job]) -> None:
        began = time.perf_counter()
        try:
            annotations = self._tagger.annotate([job.text for job in batch])
        except Exception as error:  # noqa: BLE001 - goes to whoever waits for it; the thread lives on
            if len(batch) == 1:
                batch[0].result.set_exception(error)
            else:  # only the text that fails shall fail
                for job in batch:
                    self._answer([job])
            return
        seconds = time.perf_counter() - began
        for job, annotation in zip(batch, annotations, strict=True):
            job.timings.add(Stage.QUEUE, began - job.arrived)
            job.timings.add(Stage.TAG, seconds)
            try:
                job.result.set_result(job.finish(annotation))
            except Exception as error:  # noqa: BLE001 - likewise
                job.result.set_exception(error)
