"""Annotators in processes of this machine, which may die without harm to the run."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from types import TracebackType
from typing import Self

from service.annotate import annotator, inputs
from service.annotate.model import Document, Result, Setup

_AHEAD = 4
"""How many times as many parts as there are processes are on their way, so that a long document stops no other."""
_DIED = "The process that annotated this document ended, twice."
Part = list[Document]


def run(documents: Iterable[Document], setup: Setup, workers: int) -> Iterator[list[Result]]:
    """The results of the documents, in order, some at a time; each of the ``workers`` has its share of the cores."""
    threads = setup.threads or max(1, len(os.sched_getaffinity(0)) // workers)
    with Processes(replace(setup, threads=threads), workers) as processes:
        waiting: deque[tuple[Part, Future[list[Result]]]] = deque()
        for part in inputs.parts(documents):
            waiting.append((part, processes.submit(part)))
            if len(waiting) == _AHEAD * workers:
                yield _first(waiting, processes)
        while waiting:
            yield _first(waiting, processes)


def _first(waiting: deque[tuple[Part, "Future[list[Result]]"]], processes: "Processes") -> list[Result]:
    """The results of the part that came first. When a process dies, all parts on their way are lost with it."""
    part, future = waiting.popleft()
    try:
        return future.result()
    except BrokenProcessPool:
        results = processes.once_more(part)
        again = [(other, processes.submit(other)) for other, _ in waiting]
        waiting.clear()
        waiting.extend(again)
        return results


class Processes:
    """A pool of processes, each with an annotator."""

    def __init__(self, setup: Setup, workers: int) -> None:
        self._setup = setup
        self._workers = workers
        self._pool = self._new()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is not None:  # what they are at is of no use any more
            for process in multiprocessing.active_children():
                process.terminate()
        self._pool.shutdown(cancel_futures=True)

    def submit(self, part: Part) -> "Future[list[Result]]":
        """Have a part annotated."""
        try:
            return self._pool.submit(_annotate, self._setup, part)
        except BrokenProcessPool as error:
            # Whoever asks for the result finds out, in order.
            lost: Future[list[Result]] = Future()
            lost.set_exception(error)
            return lost

    def annotate(self, part: Part) -> list[Result]:
        """The results of a part, while no other is annotated."""
        try:
            return self.submit(part).result()
        except BrokenProcessPool:
            return self.once_more(part)

    def once_more(self, part: Part) -> list[Result]:
        """The results of a part that a process died over, perhaps another's, while nothing else is annotated.

        If it dies again, its documents are annotated one by one, and the one that it dies over has failed.
        """
        self._renew()
        with contextlib.suppress(BrokenProcessPool):
            return self.submit(part).result()
        self._renew()
        results = []
        for document in part:
            try:
                results += self.submit([document]).result()
            except BrokenProcessPool:
                self._renew()
                results.append(annotator.failed(document.place, _DIED))
        return results

    def _renew(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        # Threads that run here would not survive a fork.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._workers, mp_context=context, initializer=_prepare)


def _prepare() -> None:
    # Ctrl-C is for the process that writes the results.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
    os._exit(1)


def _annotate(setup: Setup, part: Part) -> list[Result]:
    return annotator.load(setup).annotate(part)
