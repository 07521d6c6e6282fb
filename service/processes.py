"""Several worker processes: forked from one that has loaded the model, replaced when they die or hang.

They share the listening sockets, so that a connection waits for whichever is free, and the memory of the model, as they
are forked after it was loaded. Each writes its heart beat into memory that is shared too.
"""

import ctypes
import mmap
import os
import signal
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import structlog

from service.errors import WorkerFailed
from service.logs import without_text

_BEAT = struct.Struct("d")
_SILENT_SECONDS = 60
"""Without a beat for so long, the event loop of a worker hangs."""
_START_SECONDS = 120
"""A worker must beat for the first time within so many seconds."""
_FAILED_STARTS = 5
"""So many workers in a row that end before they are ready end the service."""
_PAUSE = 0.5
_MARGIN = 15
"""Seconds that a worker may take to end beyond those for its requests."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
_PR_SET_PDEATHSIG = 1
_log = structlog.get_logger()


class Heart:
    """Where a worker says that it is well."""

    def __init__(self, beats: mmap.mmap, number: int) -> None:
        self._beats = beats
        self._number = number

    def beat(self) -> None:
        """It is ready and well now."""
        self._set(time.monotonic())

    @property
    def last(self) -> float:
        """When it was last well, on the monotonic clock; 0 if never."""
        when: float = _BEAT.unpack_from(self._beats, self._number * _BEAT.size)[0]
        return when

    def clear(self) -> None:
        """Another worker takes its place."""
        self._set(0)

    def _set(self, when: float) -> None:
        _BEAT.pack_into(self._beats, self._number * _BEAT.size, when)


@dataclass
class _Worker:
    number: int
    pid: int
    started: float
    heart: Heart


class Supervisor:
    """Keeps ``count`` workers running; each calls ``work`` with its number, from 0, and its heart.

    ``closed`` is called in the supervisor when no more work is to be taken.
    """

    def __init__(
        self, count: int, work: Callable[[int, Heart], None], closed: Callable[[], None], drain_seconds: float
    ) -> None:
        self._work = work
        self._closed = closed
        self._drain_seconds = drain_seconds
        beats = mmap.mmap(-1, count * _BEAT.size)
        self._hearts = [Heart(beats, number) for number in range(count)]
        self._workers: dict[int, _Worker] = {}
        self._failed = 0

    def run(self) -> None:
        """Until SIGTERM or SIGINT, then until all workers have ended.

        WorkerFailed if they cannot start, and if in the end one has to be killed before it has answered everything.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            self._start_missing()
            while not self._told_to_stop():
                self._note_ended()
                self._start_missing()
                self._end_hung()
        finally:
            self._stop()

    def _told_to_stop(self) -> bool:
        told = signal.sigtimedwait(_SIGNALS, _PAUSE)
        return told is not None and told.si_signo != signal.SIGCHLD

    def _start_missing(self) -> None:
        """Start those that are not there. Raises WorkerFailed if nobody can be started."""
        for number in sorted(set(range(len(self._hearts))) - {worker.number for worker in self._workers.values()}):
            heart = self._hearts[number]
            heart.clear()
            sys.stdout.flush()
            try:
                pid = os.fork()
            except (
                OSError
            ) as error:  # no memory, or too many processes: those that are there go on, and it is tried again
                _log.error("a worker cannot be started", worker=number, reason=error.strerror)
                if not self._workers:
                    raise WorkerFailed(f"no worker process can be started: {error.strerror}") from None
                return
            if pid == 0:
                self._be_worker(number, heart)
            self._workers[pid] = _Worker(number, pid, time.monotonic(), heart)
            _log.info("worker started", worker=number, pid=pid)

    def _be_worker(self, number: int, heart: Heart) -> NoReturn:
        code = 1
        try:
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)  # no worker outlives its supervisor
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            self._work(number, heart)
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except BaseException as error:  # noqa: BLE001 - a fork must not return into what its parent was doing
            _log.error("worker failed", worker=number, **without_text(error))
        finally:
            sys.stdout.flush()
            os._exit(code)

    def _note_ended(self) -> None:
        """Forget those that have ended. Raises WorkerFailed if too many in a row ended before they were ready."""
        for worker, status in self._ended():
            self._failed = 0 if worker.heart.last else self._failed + 1
            _log.warning("worker ended", worker=worker.number, pid=worker.pid, exit=os.waitstatus_to_exitcode(status))
            if self._failed >= _FAILED_STARTS:
                raise WorkerFailed(f"{self._failed} worker processes in a row ended before they were ready")
            if self._failed:
                time.sleep(_PAUSE)

    def _ended(self) -> list[tuple[_Worker, int]]:
        """Those that have ended since, with their wait status; they are forgotten."""
        statuses = [(pid, *os.waitpid(pid, os.WNOHANG)) for pid in self._workers]
        return [(self._workers.pop(pid), status) for pid, ended, status in statuses if ended]

    def _end_hung(self) -> None:
        now = time.monotonic()
        for worker in self._workers.values():
            last = worker.heart.last
            if now - last > _SILENT_SECONDS if last else now - worker.started > _START_SECONDS:
                _log.error("worker hangs", worker=worker.number, pid=worker.pid)
                os.kill(worker.pid, signal.SIGKILL)

    def _stop(self) -> None:
        """Tell all to end, and end those that do not in time."""
        try:
            self._closed()
        finally:
            self._end_all()

    def _end_all(self) -> None:
        for pid in self._workers:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + self._drain_seconds + _MARGIN
        while self._workers and time.monotonic() < deadline:
            signal.sigtimedwait([signal.SIGCHLD], _PAUSE)
            self._ended()
            self._end_hung()
        for pid in self._workers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        if self._workers:
            raise WorkerFailed(f"{len(self._workers)} worker processes did not end in time")
