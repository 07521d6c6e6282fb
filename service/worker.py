"""The threads that run the model, one a core, behind the scheduler.

Each reads one window at a time: a run of the network on one core without padding, so there is nothing to gain from
putting windows into batches. Whoever reads the last window of a text also makes what follows annotation (records, JSON):
the event loop only waits.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import InvalidStateError
from typing import TypeVar

import structlog

from models.draft import Annotation, Draft
from models.tagger import Tagger
from service import memory
from service.errors import NotReady
from service.logs import without_text
from service.observer import Observer
from service.progress import Progress
from service.scheduler import Scheduler, Task, Work
from service.settings import QueueSettings
from service.timings import Stage, Timings

_WARM_UP = "年底前，市民政局新建50个照料中心。"
_REST = 1.0
"""Seconds without work, after which memory goes back to the system."""
_log = structlog.get_logger()
T = TypeVar("T")


class Worker:
    """Annotates texts in threads of its own. ``start`` it once, ``stop`` it once. ``observer`` is told how it goes."""

    def __init__(
        self, tagger: Tagger, settings: QueueSettings, retry_after: int, observer: Observer | None = None
    ) -> None:
        self._tagger = tagger
        self._retry_after = retry_after
        self._observer = observer or Observer()
        self.queue = Scheduler(settings.capacity, settings.turn, settings.patience, retry_after, self._observer)
        self._warm = False
        self._draining = False
        targets = [self._warm_up, *[self._run] * (tagger.threads - 1)]
        self._threads = [
            threading.Thread(target=target, name=f"model-{number}", daemon=True)
            for number, target in enumerate(targets)
        ]

    def start(self) -> None:
        """Start the first thread, which warms the model up and starts the others."""
        self._threads[0].start()

    def drain(self) -> None:
        """Say from now on that no more work should be sent here; what comes all the same is still answered."""
        self._draining = True

    def stop(self) -> None:
        """Finish what is waiting, then end the threads."""
        self.queue.close()
        self._threads[0].join()
        for thread in self._threads[1:] if self._warm else ():
            thread.join()

    @property
    def alive(self) -> bool:
        """Whether the threads run; they end only if they are stopped or the model fails to warm up."""
        return all(thread.is_alive() for thread in (self._threads if self._warm else self._threads[:1]))

    @property
    def warm(self) -> bool:
        """Whether the model has warmed up."""
        return self._warm

    @property
    def ready(self) -> bool:
        """Whether work should be sent here."""
        return self._warm and self.alive and not self._draining

    async def annotate(
        self,
        text: str,
        finish: Callable[[Annotation], T],
        timings: Timings | None = None,
        progress: Progress | None = None,
        of_job: bool = False,
    ) -> T:
        """The result of ``finish``, called in a thread of the model with the annotation of ``text``. ``timings`` takes up
        the stages before that, ``progress`` how much has been read; ``of_job`` lets requests go first.

        Cancelling drops the work after the window that is being read. Raises QueueFull, NotReady, and whatever
        annotating this text or ``finish`` raises.
        """
        if not self._warm or not self.alive:
            raise NotReady(self._retry_after)
        task = Task(text, finish, timings or Timings(), progress or Progress(), of_job)
        self.queue.put(task)
        try:
            result: T = await asyncio.wrap_future(task.result)
        finally:
            self.queue.done(task)
        return result

    def _warm_up(self) -> None:
        """What the first thread does."""
        try:
            self._tagger.annotate([_WARM_UP])
        except Exception as error:  # noqa: BLE001 - the log names it, livez tells
            _log.error("the model failed to warm up", **without_text(error))
            return
        for thread in self._threads[1:]:
            thread.start()
        self._warm = True
        self._run()

    def _run(self) -> None:
        goes_on = True
        while goes_on:
            if self.queue.rests(_REST):
                memory.give_back()
            goes_on = self._step()

    def _step(self) -> bool:
        """Do the next piece of work; False if there is none any more. Nothing of it is held while the next is waited for."""
        work = self.queue.take()
        if work is None:
            return False
        began = time.perf_counter()
        self._observer.work_began()
        try:
            complete = self._advance(work)
            if complete is not None and work.task.result.set_running_or_notify_cancel():
                _count(Stage.TAG, work.task)
                work.task.result.set_result(work.task.finish(complete.annotation()))
        except Exception as error:  # noqa: BLE001 - goes to whoever waits for it; the thread lives on
            self._fail(work.task, error)
        tokens = None if work.draft is None else work.draft.length(work.window)
        self._observer.work_ended(tokens, time.perf_counter() - began)
        return True

    def _advance(self, work: Work) -> Draft | None:
        """Do a piece of work; the task's draft if nothing of it is left to read."""
        if work.draft is None:
            _count(Stage.QUEUE, work.task)
            draft = self._tagger.begin(work.task.text)
            work.task.progress.begin(sum(draft.length(window) for window in range(len(draft))))
            self.queue.begun(work.task, draft)
            return None if len(draft) else draft
        complete = self._tagger.read(work.draft, work.window)
        work.task.progress.add(work.draft.length(work.window))
        return work.draft if complete else None

    def _fail(self, task: Task, error: Exception) -> None:
        self.queue.done(task)
        with contextlib.suppress(InvalidStateError):  # another window has failed before, or nobody waits
            task.result.set_exception(error)


def _count(stage: Stage, task: Task) -> None:
    """Count the time since the last stage to this one."""
    now = time.perf_counter()
    task.timings.add(stage, now - task.since)
    task.since = now
