"""What the worker tells of its work, for whoever wants to know: metrics, and the watch over a model that hangs."""

import threading
import time
from collections.abc import Sequence


class Observer:
    """Told by the worker, in whichever thread it is; must be quick and never raise. Tokens are code points."""

    def waiting(self, documents: int, tokens: int) -> None:
        """So much waits or is in work now."""

    def work_began(self) -> None:
        """This thread of the model starts a piece of work: to begin a document, or to read a window of one."""

    def work_ended(self, tokens: int | None, seconds: float) -> None:
        """It is done, or has failed: a window of so many tokens, None if a document was begun. What was to be made of the
        document after its last window is made, too."""


class Observers(Observer):
    """Tells several."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = observers

    def waiting(self, documents: int, tokens: int) -> None:
        for observer in self._observers:
            observer.waiting(documents, tokens)

    def work_began(self) -> None:
        for observer in self._observers:
            observer.work_began()

    def work_ended(self, tokens: int | None, seconds: float) -> None:
        for observer in self._observers:
            observer.work_ended(tokens, seconds)


class Watch(Observer):
    """Knows whether the model has been at one piece of work for longer than ``limit`` seconds."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._began: dict[int, float] = {}

    def work_began(self) -> None:
        self._began[threading.get_ident()] = time.monotonic()

    def work_ended(self, tokens: int | None, seconds: float) -> None:
        self._began.pop(threading.get_ident(), None)

    @property
    def hung(self) -> bool:
        """Whether it hangs."""
        now = time.monotonic()
        return any(now - began > self._limit for began in [*self._began.values()])
