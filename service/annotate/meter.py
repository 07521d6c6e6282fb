"""How far a run is: a bar on a terminal, elsewhere a line now and then."""

import datetime
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

_EVERY = 60.0
"""Seconds between lines."""


class Meter:
    """Shows documents done, their rate since this run began, and the time left."""

    def __init__(self, console: Console, total: int, done: int) -> None:
        """``done`` is how many of ``total`` documents were done before."""
        self._console = console
        self._total = total
        self._first = done
        self._begun = self._shown = time.monotonic()
        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task: TaskID = self._bar.add_task("", total=total, completed=done, rate="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.stop()

    def show(self, done: int, failed: int) -> None:
        """Show that so many are done, and that so many of them failed."""
        now = time.monotonic()
        rate = (done - self._first) / max(now - self._begun, 1e-9)
        words = f"{rate:.1f}/s" + (f", {failed} failed" if failed else "")
        self._bar.update(self._task, completed=done, rate=words)
        if not self._console.is_terminal and now - self._shown >= _EVERY:
            self._shown = now
            left = datetime.timedelta(seconds=round((self._total - done) / rate))
            self._console.print(f"{done} of {self._total}, {words}, {left} left")
