"""How often and how much at once a key may ask: counted in memory that all processes share.

A table in anonymous shared memory, made before the processes are: a row for each key, with the time at which it would be
within its rate again (the generic cell rate algorithm, ITU-T I.371) and, for each process, how many of its requests are
being answered. A process that dies leaves its column to the one that replaces it, which clears it. Rows are taken under a
lock on a file in memory, which the kernel releases when a process dies.
"""

import fcntl
import hashlib
import math
import mmap
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

_ROWS = 1024
_TAG, _DUE = struct.Struct("8s"), struct.Struct("d")
_COUNT = struct.Struct("i")
_BURST_SECONDS = 10
"""What a key did not use of its rate within so many seconds it may use at once."""


class Limits:
    """Counts what keys ask for; ``processes`` share what is forked from here, each ``join`` ing as one of them."""

    def __init__(self, processes: int = 1) -> None:
        self._width = _TAG.size + _DUE.size + _COUNT.size * processes
        self._width += -self._width % 8
        self._table = mmap.mmap(-1, _ROWS * self._width)
        self._lock = os.memfd_create("mubiao-limits")
        self._processes = processes
        self._number = 0
        self._rows: dict[str, int] = {}

    def join(self, number: int) -> None:
        """Be process ``number``, which answers nothing yet."""
        self._number = number
        with self._locked():
            for row in range(_ROWS):
                self._count(row, number, -self._at(row, number))

    def admit(self, id: str, rate: int | None) -> float:
        """Count a request of key ``id`` if it is within ``rate`` a minute: 0 if so, else the seconds to wait."""
        if rate is None:
            return 0
        interval, now = 60 / rate, time.monotonic()
        tolerance = max(_BURST_SECONDS - interval, 0)
        with self._locked():
            place = self._row(id) * self._width + _TAG.size
            (due,) = _DUE.unpack_from(self._table, place)
            due = max(due, now)
            if due - now > tolerance:
                return float(due - now - tolerance)
            _DUE.pack_into(self._table, place, due + interval)
        return 0

    def enter(self, id: str, concurrency: int | None) -> bool:
        """Count a request that begins, unless ``concurrency`` are being answered; ``leave`` when it is."""
        if concurrency is None:
            return True
        with self._locked():
            row = self._row(id)
            if sum(self._at(row, number) for number in range(self._processes)) >= concurrency:
                return False
            self._count(row, self._number, 1)
        return True

    def leave(self, id: str, concurrency: int | None) -> None:
        """A request that was let in is answered."""
        if concurrency is not None:
            with self._locked():
                self._count(self._row(id), self._number, -1)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # lockf, not flock: its owner is the process and not the file that all have inherited.
        fcntl.lockf(self._lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._lock, fcntl.LOCK_UN)

    def _row(self, id: str) -> int:
        """The row of a key, taken if it has none yet. When all are taken, keys share the last."""
        if (row := self._rows.get(id)) is None:
            tag = hashlib.sha256(id.encode()).digest()[: _TAG.size]
            row = next(row for row in range(_ROWS) if self._tag(row) in (tag, bytes(_TAG.size)) or row == _ROWS - 1)
            _TAG.pack_into(self._table, row * self._width, tag)
            self._rows[id] = row
        return row

    def _tag(self, row: int) -> bytes:
        tag: bytes = _TAG.unpack_from(self._table, row * self._width)[0]
        return tag

    def _place(self, row: int, number: int) -> int:
        return row * self._width + _TAG.size + _DUE.size + _COUNT.size * number

    def _at(self, row: int, number: int) -> int:
        count: int = _COUNT.unpack_from(self._table, self._place(row, number))[0]
        return count

    def _count(self, row: int, number: int, change: int) -> None:
        _COUNT.pack_into(self._table, self._place(row, number), self._at(row, number) + change)


def whole_seconds(seconds: float) -> int:
    """Seconds for a Retry-After: whole, at least one."""
    return max(1, math.ceil(seconds))
