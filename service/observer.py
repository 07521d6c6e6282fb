"""What the worker tells of its work, for whoever wants to know: metrics, and the watch over a model that hangs."""

import time
from collections.abc import Sequence


class Observer:
    """Told by the worker, in whichever thread it is; must be quick and never raise. Tokens are code points."""

    def waiting(self, documents: int, tokens: int) -> None:
        """So much waits now."""

    def batch_began(self, documents: int, tokens: int) -> None:
        """The model starts to read so much together."""

    def batch_ended(self, seconds: float) -> None:
        """It is done, or has failed; all that was to be made of the batch is made."""


class Observers(Observer):
    """Tells several."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = observers

    def waiting(self, documents: int, tokens: int) -> None:
        for observer in self._observers:
            observer.waiting(documents, tokens)

    def batch_began(self, documents: int, tokens: int) -> None:
        for observer in self._observers:
            observer.batch_began(documents, tokens)

    def batch_ended(self, seconds: float) -> None:
        for observer in self._observers:
            observer.batch_ended(seconds)


class Watch(Observer):
    """Knows whether the model has been at one batch for longer than ``limit`` seconds."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._began: float | None = None

    def batch_began(self, documents: int, tokens: int) -> None:
        self._began = time.monotonic()

    def batch_ended(self, seconds: float) -> None:
        self._began = None

    @property
    def hung(self) -> bool:
        """Whether it hangs."""
        began = self._began
        return began is not None and time.monotonic() - began > self._limit
