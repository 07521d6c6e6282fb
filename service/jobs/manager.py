"""The jobs as the routes see them: started at their first use, and looked after from then on."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, TypeVar

import structlog
from starlette.requests import Request

from service.errors import FieldError, InvalidFields, JobsUnavailable, KeyInUse, KeyReused, TooLarge
from service.extractor import Extractor
from service.jobs import sources
from service.jobs.digest import Digest
from service.jobs.model import Abandoned, KeyTaken, Submission
from service.jobs.schemas import JobOptions
from service.logs import without_text
from service.settings import Settings
from service.worker import Worker

if TYPE_CHECKING:
    from service.jobs.runtime import Runtime

_INTERVAL = 5.0
"""Seconds between two rounds of looking after the jobs."""
_PIECE, _PIECE_BYTES = 200, 1_000_000
"""Documents, and bytes of documents, that are written together while a job is received."""
T = TypeVar("T")
_log = structlog.get_logger()


class Jobs:
    """The jobs of an application; ``start`` and ``stop`` it with the application."""

    def __init__(self, worker: Worker, extractor: Extractor, settings: Settings) -> None:
        self._worker = worker
        self._extractor = extractor
        self._settings = settings
        self._runtime: Runtime | None = None
        self._starting = asyncio.Lock()
        self._tasks: dict[asyncio.Task[None], asyncio.Event] = {}
        self._ended = False

    def start(self) -> None:
        """Go on with what was left, if there is a database already; else nothing happens before the first use."""
        functions: list[Callable[[Runtime], None]]
        functions = [lambda runtime: runtime.look_after(), lambda runtime: runtime.send_webhooks()]
        for function in functions:
            awake = asyncio.Event()
            self._tasks[asyncio.create_task(self._repeat(function, awake))] = awake
        if self._settings.jobs.database or self._settings.jobs.file.exists():
            self._wake()

    async def stop(self) -> None:
        """Give up what is being worked on; the next to start goes on with it."""
        self._ended = True
        if self._runtime:
            await asyncio.to_thread(self._runtime.interrupt)
        self._wake()
        await asyncio.gather(*self._tasks)
        async with self._starting:
            if self._runtime:
                await asyncio.to_thread(self._runtime.stop)

    @property
    def ending(self) -> bool:
        """Whether answers that take long should end, since the service does."""
        return self._ended or not self._worker.ready

    async def call(self, function: "Callable[[Runtime], T]") -> T:
        """What ``function`` makes of the runtime, in a thread. Raises JobsUnavailable."""
        runtime = await self._started()
        try:
            return await asyncio.to_thread(function, runtime)
        except _unavailable() as error:
            _log.error("the database of the jobs cannot be used", **without_text(error))
            raise JobsUnavailable(self._settings.http.retry_after) from None

    async def submit(self, request: Request, options: JobOptions, owner: str, key: str | None) -> str:
        """Receive a job of ``owner``, and its id; that of the job before if they used ``key`` for the same.

        Raises RequestError.
        """
        submissions = sources.submissions(request, self._settings)
        if key and (before := await self.call(lambda runtime: runtime.receipt(owner, key))):
            if before.digest is None:
                raise KeyInUse(self._settings.http.retry_after)
            if await _digest(submissions, options) != before.digest:
                raise KeyReused
            return before.id
        id = uuid.uuid4().hex
        await self._receive(id, submissions, options, owner, key)
        self._wake()
        return id

    async def _receive(
        self, id: str, submissions: AsyncIterator[Submission], options: JobOptions, owner: str, key: str | None
    ) -> None:
        intake = await self.call(lambda runtime: runtime.intake(id))
        digest = Digest(options.kept)
        most = self._settings.jobs.documents
        try:
            await self.call(lambda runtime: intake.open(options.kept, owner, key, runtime.seat))
        except KeyTaken:  # by one that was sent at the same time
            raise KeyInUse(self._settings.http.retry_after) from None
        try:
            async for piece in _pieces(submissions):
                if intake.total + len(piece) > most:
                    raise TooLarge("body", most, "documents")
                for submission in piece:
                    digest.add(submission)
                await self.call(lambda runtime, piece=piece: intake.add(piece))  # type: ignore[misc]
            if not intake.total:
                raise InvalidFields((FieldError("body", "must hold at least one document"),))
            try:
                await self.call(lambda runtime: intake.accept(digest.value()))
            except Abandoned:
                raise JobsUnavailable(self._settings.http.retry_after) from None
        except BaseException:
            # Also when the client hangs up. Should this fail too, the next start does it.
            with contextlib.suppress(JobsUnavailable):
                await asyncio.shield(self.call(lambda runtime: runtime.erase(id)))
            raise

    async def _started(self) -> "Runtime":
        async with self._starting:
            if not self._runtime:
                self._runtime = await asyncio.to_thread(self._start, asyncio.get_running_loop())
                self._wake()
            return self._runtime

    def _start(self, loop: asyncio.AbstractEventLoop) -> "Runtime":
        from service.jobs.runtime import Runtime  # with it SQLAlchemy and DBOS

        try:
            return Runtime(self._extractor, self._settings, loop)
        except _unavailable() as error:
            _log.error("the jobs cannot be started", **without_text(error))
            raise JobsUnavailable(self._settings.http.retry_after) from None

    def _wake(self) -> None:
        for awake in self._tasks.values():
            awake.set()

    async def _repeat(self, function: "Callable[[Runtime], None]", awake: asyncio.Event) -> None:
        """Call ``function`` again and again, and at once when something has come; from the first use on."""
        await awake.wait()
        while not self._ended:
            awake.clear()
            try:
                await self.call(function)
            except JobsUnavailable:
                pass  # which is in the log
            except Exception as error:  # noqa: BLE001 - the next time may do better
                _log.error("looking after the jobs failed", **without_text(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(awake.wait(), _INTERVAL)


async def _pieces(submissions: AsyncIterator[Submission]) -> AsyncIterator[list[Submission]]:
    piece: list[Submission] = []
    size = 0
    async for submission in submissions:
        piece.append(submission)
        size += len(submission.content)
        if len(piece) >= _PIECE or size >= _PIECE_BYTES:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


async def _digest(submissions: AsyncIterator[Submission], options: JobOptions) -> str:
    digest = Digest(options.kept)
    async for submission in submissions:
        digest.add(submission)
    return digest.value()


def _unavailable() -> tuple[type[Exception], ...]:
    from service.jobs.runtime import unavailable

    return unavailable()
