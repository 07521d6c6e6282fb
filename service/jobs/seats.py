"""Which processes that work on jobs are alive.

Each sits on a seat, a number that it holds a lock on. The lock ends with its process, however that ends, and no clock
has a part in it. Whoever starts next takes the lowest seat that is free, and with it the work that was left there; the
work of seats that stay empty is taken over by the others.
"""

import contextlib
import fcntl
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import sqlalchemy as sa

_CLASS = 0x6D757369
"""The first of the two numbers of our advisory locks in PostgreSQL; the second is the seat."""


class Seats(ABC):
    """The seats at a database."""

    def __init__(self) -> None:
        self.own = next(number for number in count() if self._lock(number))

    def is_held(self) -> bool:
        """Whether the own seat is still held; takes it anew if it can be."""
        return True

    @contextlib.contextmanager
    def vacant(self, number: int) -> Iterator[bool]:
        """Whether nobody sits on another seat; if so, nobody takes it until the end."""
        free = number != self.own and self._lock(number)
        try:
            yield free
        finally:
            if free:
                self._unlock(number)

    @abstractmethod
    def close(self) -> None:
        """Leave the seat."""

    @abstractmethod
    def _lock(self, number: int) -> bool: ...

    @abstractmethod
    def _unlock(self, number: int) -> None: ...


class FileSeats(Seats):
    """Locks on files beside the database file."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._files: dict[int, int] = {}
        super().__init__()

    def close(self) -> None:
        for number in list(self._files):
            self._unlock(number)

    def _lock(self, number: int) -> bool:
        file = os.open(f"{self._database}.seat-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._files[number] = file
        return True

    def _unlock(self, number: int) -> None:
        os.close(self._files.pop(number))


class ServerSeats(Seats):
    """Advisory locks in PostgreSQL, which last as long as the connection that took them."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._connection = self._connect()
        super().__init__()

    def is_held(self) -> bool:
        try:
            self._connection.execute(sa.select(1))
            return True
        except sa.exc.SQLAlchemyError:
            self.close()
            self._connection = self._connect()
            return self._lock(self.own)

    def close(self) -> None:
        if not self._connection.closed:  # it is, if the last time there was nobody to connect to
            self._connection.invalidate()
            self._connection.close()

    def _connect(self) -> sa.Connection:
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def _lock(self, number: int) -> bool:
        return bool(self._connection.execute(sa.select(sa.func.pg_try_advisory_lock(_CLASS, number))).scalar())

    def _unlock(self, number: int) -> None:
        self._connection.execute(sa.select(sa.func.pg_advisory_unlock(_CLASS, number)))
